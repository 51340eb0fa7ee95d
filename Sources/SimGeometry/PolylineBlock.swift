import SimCore

/// The columns of a polyline's block while they are filled; see `Polyline.block`.
struct BlockColumns {
  private let count: Int
  private let arcLengths: UnsafeMutablePointer<Double>
  private let vertexHeadings: UnsafeMutablePointer<Double>
  private let segmentHeadings: UnsafeMutablePointer<Double>
  /// x and y of each.
  private let directions: UnsafeMutablePointer<Double>

  /// - Parameters:
  ///   - numbers: room for `5 * count - 3`.
  ///   - count: number of vertices.
  init(_ numbers: UnsafeMutablePointer<Double>, _ count: Int) {
    self.count = count
    arcLengths = numbers
    vertexHeadings = numbers + count
    segmentHeadings = numbers + 2 * count
    directions = numbers + (3 * count - 1)
  }

  /// Fills in lengths, directions and headings of the segments.
  ///
  /// - Returns: whether all segments are long enough and finite.
  func setSegments(_ points: UnsafeBufferPointer<Vector2>) -> Bool {
    var s = 0.0
    arcLengths.initialize(to: 0)
    for i in 1..<count {
      let step = points[i] - points[i - 1]
      let length = step.length
      // A length that is not finite fails this too.
      guard length >= Polyline.minimumSpacing, length.isFinite else { return false }
      s += length
      (arcLengths + i).initialize(to: s)
      let way = step / length
      (directions + 2 * (i - 1)).initialize(to: way.x)
      (directions + (2 * i - 1)).initialize(to: way.y)
    }
    for i in 0..<(count - 1) {
      let angle = ExactMath.atan2(directions[2 * i + 1], directions[2 * i])
      (segmentHeadings + i).initialize(
        to: i == 0 ? angle : Self.unwrapped(angle, after: segmentHeadings[i - 1]))
    }
    return true
  }

  /// Fills in the headings of the vertices: half-way between those of the segments.
  func setHeadings() {
    let last = count - 2
    for i in 0..<count {
      let heading =
        i == 0
        ? segmentHeadings[0]
        : i > last ? segmentHeadings[last] : 0.5 * (segmentHeadings[i - 1] + segmentHeadings[i])
      (vertexHeadings + i).initialize(to: heading)
    }
  }

  /// Fills in the headings of the vertices as they are given.
  func setHeadings(_ given: UnsafeBufferPointer<Double>) {
    for i in 0..<count {
      (vertexHeadings + i).initialize(
        to: i == 0 ? given[i] : Self.unwrapped(given[i], after: vertexHeadings[i - 1]))
    }
    // Given headings start on the same turn as the segments'.
    let turns = ((segmentHeadings[0] - vertexHeadings[0]) / (2 * .pi)).rounded()
    for i in 0..<count { vertexHeadings[i] += 2 * .pi * turns }
  }

  /// The angle plus the whole number of turns that brings it nearest to the one before.
  private static func unwrapped(_ angle: Double, after previous: Double) -> Double {
    // Less than half a turn away nothing is added.
    if (previous - angle).magnitude < 3.14 { return angle + 0 }
    return angle + 2 * .pi * ((previous - angle) / (2 * .pi)).rounded()
  }
}
