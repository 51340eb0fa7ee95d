import SimCore

/// A directed chain of straight segments, parametrised by arc length `s` in metres from its start.
///
/// Vertices nearer than `minimumSpacing` to the vertex before them are dropped, so every segment
/// has a length and a direction. Arc lengths are sums in vertex order.
public struct Polyline: Hashable, Sendable {
  /// Vertices, at least two.
  public let vertices: [Vector2]
  /// Arc length at each vertex; the first is 0.
  public let arcLengths: [Double]
  /// Unit vector of each segment; one fewer than the vertices.
  public let directions: [Vector2]
  /// Heading at each vertex, continuous (not wrapped): half-way between those of the segments that
  /// meet there, unless they were given.
  public let vertexHeadings: [Double]
  /// Heading of each segment, continuous: neighbours differ by at most pi.
  public let segmentHeadings: [Double]

  /// Vertices nearer than this to the one before are dropped, metres.
  public static let minimumSpacing = 1e-9

  /// A polyline through the vertices; nil if fewer than two are distinct or one is not finite.
  public init?(_ vertices: [Vector2]) {
    self.init(vertices, givenHeadings: nil)
  }

  /// A polyline whose heading at each vertex is known, e.g. from a recorded track.
  ///
  /// - Parameters:
  ///   - vertices: the vertices.
  ///   - headings: one heading a vertex, radians; made continuous.
  /// - Returns: nil if fewer than two vertices are distinct, or a value is not finite.
  public init?(_ vertices: [Vector2], headings: [Double]) {
    precondition(headings.count == vertices.count, "one heading a vertex")
    guard headings.allSatisfy(\.isFinite) else { return nil }
    self.init(vertices, givenHeadings: headings)
  }

  private init?(_ points: [Vector2], givenHeadings: [Double]?) {
    var vertices: [Vector2] = []
    var arcLengths: [Double] = []
    var directions: [Vector2] = []
    var headings: [Double] = []
    vertices.reserveCapacity(points.count)
    arcLengths.reserveCapacity(points.count)
    directions.reserveCapacity(points.count)
    var s = 0.0
    for (index, point) in points.enumerated() {
      guard point.isFinite else { return nil }
      if let last = vertices.last {
        let step = point - last
        let length = step.length
        guard length.isFinite else { return nil }
        if length < Polyline.minimumSpacing { continue }
        s += length
        directions.append(step / length)
      }
      vertices.append(point)
      arcLengths.append(s)
      if let givenHeadings {
        headings.append(Polyline.unwrapped(givenHeadings[index], after: headings.last))
      }
    }
    guard vertices.count >= 2 else { return nil }
    var segmentHeadings: [Double] = []
    segmentHeadings.reserveCapacity(directions.count)
    for direction in directions {
      segmentHeadings.append(
        Polyline.unwrapped(ExactMath.atan2(direction.y, direction.x), after: segmentHeadings.last))
    }
    if givenHeadings == nil {
      let last = segmentHeadings.count - 1
      headings.reserveCapacity(vertices.count)
      headings.append(segmentHeadings[0])
      for i in 0..<last { headings.append(0.5 * (segmentHeadings[i] + segmentHeadings[i + 1])) }
      headings.append(segmentHeadings[last])
    } else {
      // Given headings start on the same turn as the segments'.
      let turns = ((segmentHeadings[0] - headings[0]) / (2 * .pi)).rounded()
      for i in headings.indices { headings[i] += 2 * .pi * turns }
    }
    self.vertices = vertices
    self.arcLengths = arcLengths
    self.directions = directions
    self.segmentHeadings = segmentHeadings
    vertexHeadings = headings
  }

  /// The line turned about the origin by counter-clockwise quarter turns and then moved, metres.
  ///
  /// It is the polyline of the moved vertices and turned headings, to the bit. A mere displacement
  /// that leaves the differences of the vertices as they are costs next to nothing.
  public func moved(quarterTurns: Int = 0, by displacement: Vector2) -> Polyline {
    let points = vertices.map { $0.turned(quarterTurns: quarterTurns) + displacement }
    if quarterTurns & 3 == 0, hasSteps(like: points) {
      return Polyline(of: self, vertices: points)
    }
    let turn = Double(quarterTurns) * (0.5 * .pi)
    // The vertices may fall together only far out, where a metre is less than rounding.
    return Polyline(points, headings: vertexHeadings.map { $0 + turn }) ?? self
  }

  /// Whether the differences from vertex to vertex are exactly those of some points.
  private func hasSteps(like points: [Vector2]) -> Bool {
    for i in 1..<points.count
    where points[i] - points[i - 1] != vertices[i] - vertices[i - 1] || !points[i].isFinite {
      return false
    }
    return true
  }

  private init(of shape: Polyline, vertices: [Vector2]) {
    self.vertices = vertices
    arcLengths = shape.arcLengths
    directions = shape.directions
    segmentHeadings = shape.segmentHeadings
    vertexHeadings = shape.vertexHeadings
  }

  /// The angle plus the whole number of turns that brings it nearest to the one before.
  private static func unwrapped(_ angle: Double, after previous: Double?) -> Double {
    guard let previous else { return angle }
    return angle + 2 * .pi * ((previous - angle) / (2 * .pi)).rounded()
  }

  /// Length, metres.
  @inlinable public var length: Double { arcLengths[arcLengths.count - 1] }
  /// Number of segments.
  @inlinable public var segmentCount: Int { directions.count }
  /// First vertex.
  @inlinable public var start: Vector2 { vertices[0] }
  /// Last vertex.
  @inlinable public var end: Vector2 { vertices[vertices.count - 1] }

  /// A segment.
  @inlinable public func segment(_ index: Int) -> Segment {
    Segment(vertices[index], vertices[index + 1])
  }

  /// The smallest axis-aligned box around it.
  public var boundingBox: BoundingBox { BoundingBox(around: vertices) }

  /// Lends the arrays as pointers: for loops where a bounds check a sample is too much.
  ///
  /// The view must not outlive the call.
  @inlinable
  public func withView<R>(_ body: (PolylineView) -> R) -> R {
    vertices.withUnsafeBufferPointer { vertices in
      arcLengths.withUnsafeBufferPointer { arcLengths in
        directions.withUnsafeBufferPointer { directions in
          body(PolylineView(vertices: vertices, arcLengths: arcLengths, directions: directions))
        }
      }
    }
  }
}
