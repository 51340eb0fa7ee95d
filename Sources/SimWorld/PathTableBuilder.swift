import SimCore
import SimGeometry

/// Puts a `PathTable` together, path by path.
struct PathTableBuilder {
  /// Shapes that are there already are not added again.
  var sharesShapes = false
  private var lines: [PathTable.Line] = []
  private var starts: [Double] = []
  private var places: [Int32] = []
  private var shapes: [PathTable.Shape] = []
  /// Places of shapes by their hash, each in the next free slot; -1: a free one. A power of two of
  /// slots, at most half of them taken.
  private var slots: [Int32] = []

  /// Makes room for a number of paths and pieces. Of few pieces it does not pay to find out which
  /// are alike.
  mutating func expect(paths: Int, pieces: Int) {
    sharesShapes = pieces > PathTableBuilder.few
    lines.reserveCapacity(paths)
    starts.reserveCapacity(pieces + paths)
    if sharesShapes {
      places.reserveCapacity(pieces + paths)
    } else {
      shapes.reserveCapacity(pieces + paths)
    }
  }

  private static let few = 100_000

  /// Adds some of the segments of a path, all in one.
  mutating func add(_ path: Polyline, _ segments: Range<Int>) {
    lines.append(
      PathTable.Line(
        first: Int32(starts.count), count: Int32(segments.count),
        isRing: PathTable.isRing(path), length: path.length))
    for i in segments {
      let shape = PathTable.Shape(
        origin: path.vertices[i], direction: path.directions[i],
        heading: ExactMath.wrapAngle(path.segmentHeadings[i]))
      starts.append(path.arcLengths[i])
      if sharesShapes {
        let place = place(of: shape)
        places.append(place)
      } else {
        shapes.append(shape)
      }
    }
    // (No piece has this number.)
    starts.append(path.arcLengths[segments.upperBound])
    if sharesShapes {
      places.append(0)
    } else {
      shapes.append(PathTable.Shape(origin: path.end, direction: .zero, heading: 0))
    }
  }

  /// Makes room once, when some paths are there, for as many as there are going to be: lists that
  /// grow again and again are for a moment there twice. (Room that stays empty takes no memory.)
  mutating func expectMore(of count: Int) {
    let sample = 64
    guard lines.count == sample, count > 2 * sample else { return }
    let room = Int(1.1 * Double(starts.count) * Double(count) / Double(sample))
    lines.reserveCapacity(count)
    starts.reserveCapacity(room)
    places.reserveCapacity(room)
  }

  /// The lists.
  func finished() -> ([PathTable.Line], [Double], [Int32], [PathTable.Shape]) {
    (lines, starts, places, shapes)
  }

  /// Where a shape is, to the bit, which is added if it is not there yet.
  private mutating func place(of shape: PathTable.Shape) -> Int32 {
    if 2 * shapes.count >= slots.count { makeRoom() }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: PathTableBuilder.hash(of: shape)) & mask
    while slots[slot] >= 0 {
      if PathTableBuilder.areSame(shapes[Int(slots[slot])], shape) { return slots[slot] }
      slot = (slot + 1) & mask
    }
    slots[slot] = Int32(shapes.count)
    shapes.append(shape)
    return slots[slot]
  }

  private mutating func makeRoom() {
    slots = [Int32](repeating: -1, count: max(1024, 2 * slots.count))
    let mask = slots.count - 1
    for (place, shape) in shapes.enumerated() {
      var slot = Int(truncatingIfNeeded: PathTableBuilder.hash(of: shape)) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(place)
    }
  }

  private static func hash(of shape: PathTable.Shape) -> UInt64 {
    var key: UInt64 = 0
    func mix(_ word: UInt64) {
      // (An odd number without a pattern: 2^64 over the golden ratio.)
      key = (key ^ word) &* 0x9E37_79B9_7F4A_7C15
      key ^= key >> 29
    }
    mix(shape.origin.x.bitPattern)
    mix(shape.origin.y.bitPattern)
    mix(shape.heading.bitPattern)
    return key
  }

  private static func areSame(_ a: PathTable.Shape, _ b: PathTable.Shape) -> Bool {
    a.origin.x.bitPattern == b.origin.x.bitPattern
      && a.origin.y.bitPattern == b.origin.y.bitPattern
      && a.direction.x.bitPattern == b.direction.x.bitPattern
      && a.direction.y.bitPattern == b.direction.y.bitPattern
      && a.heading.bitPattern == b.heading.bitPattern
  }
}
