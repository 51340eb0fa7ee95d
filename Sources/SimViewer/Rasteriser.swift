import SimGeometry

/// Which places count as inside where contours overlap.
public enum FillRule: Hashable, Sendable {
  /// Everything that the contours wind around.
  case nonZero
  /// Every other layer: contours inside others are holes.
  case evenOdd
}

/// Closed lines, end to end in one list.
struct Contours: Sendable {
  private(set) var points: [Vector2] = []
  /// The number of points up to the end of each.
  private(set) var ends: [Int] = []

  init() {}

  init(_ contours: [[Vector2]]) {
    points.reserveCapacity(contours.reduce(0) { $0 + $1.count })
    for contour in contours {
      points += contour
      ends.append(points.count)
    }
  }

  mutating func add(_ point: Vector2) { points.append(point) }

  /// Ends the contour of the points added since the last end, turned so that its signed area is
  /// positive.
  mutating func endTurned() {
    let start = ends.last ?? 0
    guard points.count > start else { return }
    let origin = points[start]
    var twice = 0.0
    for k in start + 1..<max(start + 1, points.count - 1) {
      twice += (points[k] - origin).cross(points[k + 1] - origin)
    }
    if twice < 0 { points[start...].reverse() }
    ends.append(points.count)
  }
}

/// Fills contours row by row from the exact area that they cover of each pixel.
///
/// Each edge adds to the pixels that it passes the area to its right, signed by its direction; the
/// running sum along a row is then the signed coverage. Only numbers of the pixels near edges are
/// touched, and all arithmetic is in doubles in a fixed order. Where contours of opposite
/// direction overlap inside one pixel, that pixel's coverage is that of their difference.
struct Rasteriser: Sendable {
  /// A part of an outline from its upper to its lower end.
  private struct Edge {
    var x0: Double
    var y0: Double
    var y1: Double
    var slope: Double
    /// +1 if the contour runs down here.
    var sign: Double

    func x(at y: Double) -> Double { x0 + (y - y0) * slope }
  }

  private var edges: [Edge] = []
  private var active: [Edge] = []
  private var sums: [Double] = []

  mutating func fill(
    _ contours: Contours, _ rule: FillRule, _ colour: Colour, on pixels: inout [UInt8],
    stride: Int, clip: PixelRect
  ) {
    guard !clip.isEmpty, colour.alpha > 0 else { return }
    let last = collectEdges(contours, clip)
    guard let first = edges.first else { return }
    let columns = clip.right - clip.left
    if sums.count < columns + 2 { sums = [Double](repeating: 0, count: columns + 2) }
    let top = max(clip.top, Int(max(first.y0, Double(clip.top)).rounded(.down)))
    let bottom = min(clip.bottom, Int(min(last, Double(clip.bottom)).rounded(.up)))
    active.removeAll(keepingCapacity: true)
    var next = 0
    for row in top..<max(top, bottom) {
      let rowTop = Double(row)
      let rowBottom = rowTop + 1
      while next < edges.count && edges[next].y0 < rowBottom {
        active.append(edges[next])
        next += 1
      }
      var span = Span(columns: columns)
      var kept = 0
      for i in active.indices {
        let edge = active[i]
        let y0 = max(edge.y0, rowTop)
        let y1 = min(edge.y1, rowBottom)
        if y1 > y0 {
          add(
            from: edge.x(at: y0) - Double(clip.left), to: edge.x(at: y1) - Double(clip.left),
            height: (y1 - y0) * edge.sign, &span)
        }
        if edge.y1 > rowBottom {
          active[kept] = edge
          kept += 1
        }
      }
      active.removeLast(active.count - kept)
      blend(span, rule, colour, &pixels, at: 4 * (row * stride + clip.left))
    }
  }

  /// The edges of all contours that reach into the clip's rows, from top to bottom.
  ///
  /// - Returns: how far down they reach.
  private mutating func collectEdges(_ contours: Contours, _ clip: PixelRect) -> Double {
    edges.removeAll(keepingCapacity: true)
    var last = -Double.infinity
    var first = 0
    for end in contours.ends {
      let contour = contours.points[first..<end]
      first = end
      guard let final = contour.last, contour.allSatisfy(\.isFinite) else { continue }
      var a = Rasteriser.limited(final)
      for point in contour {
        let b = Rasteriser.limited(point)
        let start = a
        a = b
        if start.y == b.y { continue }
        let isDown = start.y < b.y
        let upper = isDown ? start : b
        let lower = isDown ? b : start
        if upper.y >= Double(clip.bottom) || lower.y <= Double(clip.top) { continue }
        last = max(last, lower.y)
        edges.append(
          Edge(
            x0: upper.x, y0: upper.y, y1: lower.y,
            slope: (lower.x - upper.x) / (lower.y - upper.y), sign: isDown ? 1 : -1))
      }
    }
    // The order among equal tops decides the order of sums: fix it by every number of the edge.
    edges.sort { a, b in
      if a.y0 != b.y0 { return a.y0 < b.y0 }
      if a.x0 != b.x0 { return a.x0 < b.x0 }
      if a.slope != b.slope { return a.slope < b.slope }
      return a.y1 != b.y1 ? a.y1 < b.y1 : a.sign < b.sign
    }
    return last
  }

  /// A point near enough to compute with: farther than any canvas, no slope overflows.
  private static func limited(_ p: Vector2) -> Vector2 {
    Vector2(min(max(p.x, -1e7), 1e7), min(max(p.y, -1e7), 1e7))
  }

  /// The columns of a row that were written to.
  private struct Span {
    let columns: Int
    var first: Int
    var last = -1

    init(columns: Int) {
      self.columns = columns
      first = columns
    }

    mutating func cover(_ a: Int, _ b: Int) {
      first = min(first, a)
      last = max(last, b)
    }
  }

  /// Adds the area to the right of a piece of an edge within one row.
  ///
  /// - Parameters:
  ///   - a: x where the piece enters the row, from the clip's left.
  ///   - b: x where it leaves it.
  ///   - height: its signed height, at most 1.
  private mutating func add(from a: Double, to b: Double, height: Double, _ span: inout Span) {
    let width = Double(span.columns)
    var left = min(a, b)
    var right = max(a, b)
    var height = height
    if left >= width {
      // Nothing right of it, but what other edges cover reaches up to it.
      span.cover(span.columns - 1, span.columns - 1)
      return
    }
    if left < 0 {
      // The part left of the clip covers whole pixels from the first column on.
      let share = right <= 0 ? 1 : -left / (right - left)
      sums[0] += height * share
      span.cover(0, 0)
      if right <= 0 { return }
      height *= 1 - share
      left = 0
    }
    if right > width {
      span.cover(span.columns - 1, span.columns - 1)
      height *= (width - left) / (right - left)
      right = width
    }
    let i = Int(left)
    let j = Int(right)
    span.cover(i, min(j + 1, span.columns))
    if i == j {
      let middle = 0.5 * (left + right) - Double(i)
      sums[i] += height * (1 - middle)
      sums[i + 1] += height * middle
      return
    }
    let perColumn = height / (right - left)
    let head = Double(i + 1) - left
    deposit(perColumn * head, at: i, mean: 1 - 0.5 * head)
    for k in (i + 1)..<max(i + 1, j) { deposit(perColumn, at: k, mean: 0.5) }
    let tail = right - Double(j)
    if tail > 0 { deposit(perColumn * tail, at: j, mean: 0.5 * tail) }
  }

  /// Adds a piece that stays in one pixel, at a mean distance from its left border.
  private mutating func deposit(_ height: Double, at column: Int, mean: Double) {
    sums[column] += height * (1 - mean)
    sums[column + 1] += height * mean
  }

  /// Turns the sums of a row into coverage, mixes the colour in, and clears the sums.
  private mutating func blend(
    _ span: Span, _ rule: FillRule, _ colour: Colour, _ pixels: inout [UInt8], at offset: Int
  ) {
    guard span.first <= span.last else { return }
    let lastColumn = min(span.last, span.columns - 1)
    let columns = span.columns
    sums.withUnsafeMutableBufferPointer { sums in
      pixels.withUnsafeMutableBufferPointer { pixels in
        var sum = 0.0
        var column = span.first
        while column <= lastColumn {
          sum += sums[column]
          sums[column] = 0
          // Up to the next edge all pixels are covered alike.
          var end = column + 1
          while end <= lastColumn && sums[end] == 0 { end += 1 }
          let coverage: Double
          switch rule {
          case .nonZero: coverage = min(sum.magnitude, 1)
          case .evenOdd: coverage = (sum - 2 * (sum * 0.5).rounded()).magnitude
          }
          let opacity = (Int(coverage * 255 + 0.5) * Int(colour.alpha) + 127) / 255
          if opacity > 0 {
            Rasteriser.paint(
              UnsafeMutableBufferPointer(
                rebasing: pixels[(offset + 4 * column)..<(offset + 4 * end)]), colour, opacity)
          }
          column = end
        }
        // Those beyond the last column may have been written to.
        if lastColumn < span.last { sums[lastColumn + 1] = 0 }
        sums[columns] = 0
        sums[columns + 1] = 0
      }
    }
  }

  /// Mixes a colour into pixels side by side, all by the same opacity (255: it replaces them).
  static func paint(
    _ pixels: UnsafeMutableBufferPointer<UInt8>, _ colour: Colour, _ opacity: Int
  ) {
    if opacity == 255 {
      let bytes = UnsafeMutableRawBufferPointer(pixels)
      let value = UInt32(
        littleEndian: UInt32(colour.red) | UInt32(colour.green) << 8 | UInt32(colour.blue) << 16
          | 0xFF00_0000)
      for p in stride(from: 0, to: bytes.count, by: 4) {
        bytes.storeBytes(of: value, toByteOffset: p, as: UInt32.self)
      }
      return
    }
    // Two pixels at a time: of each every other byte, in sixteen bits.
    let bytes = UnsafeMutableRawBufferPointer(pixels)
    let pair = bytes.count & ~7
    if pair > 0 {
      let even = UInt64(0x00FF_00FF_00FF_00FF)
      let one = UInt64(0x0001_0001_0001_0001)
      let rest = UInt64(255 - opacity)
      let half = UInt64(opacity) * (UInt64(colour.blue) << 16 | UInt64(colour.red)) + 0x7F_007F
      let other = UInt64(opacity) * (UInt64(255) << 16 | UInt64(colour.green)) + 0x7F_007F
      let (low, high) = (half << 32 | half, other << 32 | other)
      for p in stride(from: 0, to: pair, by: 8) {
        let below = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: p, as: UInt64.self))
        // (x + 1 + x / 256) / 256 is x / 255 for all x below 255 * 255 + 255.
        let x = (below & even) &* rest &+ low
        let y = (below >> 8 & even) &* rest &+ high
        let mixed =
          (x &+ one &+ (x >> 8 & even)) >> 8 & even | (y &+ one &+ (y >> 8 & even)) & ~even
        bytes.storeBytes(of: mixed.littleEndian, toByteOffset: p, as: UInt64.self)
      }
    }
    for p in stride(from: pair, to: pixels.count, by: 4) {
      pixels[p] = Rasteriser.mix(pixels[p], colour.red, opacity)
      pixels[p + 1] = Rasteriser.mix(pixels[p + 1], colour.green, opacity)
      pixels[p + 2] = Rasteriser.mix(pixels[p + 2], colour.blue, opacity)
    }
  }

  @inline(__always)
  private static func mix(_ below: UInt8, _ above: UInt8, _ opacity: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (Int(above) * opacity + Int(below) * (255 - opacity) + 127) / 255)
  }
}
