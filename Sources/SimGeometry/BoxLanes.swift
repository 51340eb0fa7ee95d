/// One answer a lane.
typealias LaneMask = SIMDMask<SIMD4<Int64>>

/// Four boxes, or one box four times, in the lanes of vectors.
struct BoxLanes {
  var x: SIMD4<Double>
  var y: SIMD4<Double>
  var ux: SIMD4<Double>
  var uy: SIMD4<Double>
  var length: SIMD4<Double>
  var width: SIMD4<Double>

  /// The same box in every lane.
  @inline(__always)
  init(_ box: OrientedBox) {
    x = SIMD4(repeating: box.centre.x)
    y = SIMD4(repeating: box.centre.y)
    ux = SIMD4(repeating: box.direction.x)
    uy = SIMD4(repeating: box.direction.y)
    length = SIMD4(repeating: box.halfLength)
    width = SIMD4(repeating: box.halfWidth)
  }

  /// Boxes from six columns, each read by the same function.
  @inline(__always)
  init(_ columns: BoxPointers, _ read: (UnsafeBufferPointer<Double>) -> SIMD4<Double>) {
    x = read(columns.x)
    y = read(columns.y)
    ux = read(columns.ux)
    uy = read(columns.uy)
    length = read(columns.length)
    width = read(columns.width)
  }

  /// `OrientedBox.overlaps` lane by lane, with the same operations in the same order.
  @inline(__always)
  func overlaps(_ b: BoxLanes) -> LaneMask {
    let dx = b.x - x
    let dy = b.y - y
    let c = magnitude(ux * b.ux + uy * b.uy)
    let s = magnitude(ux * b.uy - uy * b.ux)
    let along = magnitude(dx * ux + dy * uy) .<= length + (b.length * c + b.width * s)
    let across = magnitude(dx * uy - dy * ux) .<= width + (b.length * s + b.width * c)
    let alongOther = magnitude(dx * b.ux + dy * b.uy) .<= b.length + (length * c + width * s)
    let acrossOther = magnitude(dx * b.uy - dy * b.ux) .<= b.width + (length * s + width * c)
    return along .& across .& alongOther .& acrossOther
  }

  /// Absolute values: the sign bits cleared.
  @inline(__always)
  private func magnitude(_ v: SIMD4<Double>) -> SIMD4<Double> {
    let bits = unsafeBitCast(v, to: SIMD4<UInt64>.self) & 0x7FFF_FFFF_FFFF_FFFF
    return unsafeBitCast(bits, to: SIMD4<Double>.self)
  }
}

/// The columns of `BoxColumns` as pointers.
struct BoxPointers {
  let x: UnsafeBufferPointer<Double>
  let y: UnsafeBufferPointer<Double>
  let ux: UnsafeBufferPointer<Double>
  let uy: UnsafeBufferPointer<Double>
  let length: UnsafeBufferPointer<Double>
  let width: UnsafeBufferPointer<Double>

  /// Four boxes side by side; the last must exist.
  @inline(__always)
  func lanes(from first: Int) -> BoxLanes {
    BoxLanes(self) { column in
      UnsafeRawBufferPointer(column).loadUnaligned(
        fromByteOffset: first * MemoryLayout<Double>.stride, as: SIMD4<Double>.self)
    }
  }

  /// Four boxes anywhere; all must exist.
  @inline(__always)
  func lanes(at places: (Int32, Int32, Int32, Int32)) -> BoxLanes {
    let (i, j, k, l) = (Int(places.0), Int(places.1), Int(places.2), Int(places.3))
    return BoxLanes(self) { column in
      SIMD4(column[i], column[j], column[k], column[l])
    }
  }
}
