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
    guard let chain = Chain(points) ?? Chain(cleaning: points) else { return nil }
    let vertices = chain.vertices
    let directions = chain.directions
    let segmentHeadings = [Double](unsafeUninitializedCapacity: directions.count) { out, count in
      for i in directions.indices {
        let angle = ExactMath.atan2(directions[i].y, directions[i].x)
        out.initializeElement(
          at: i, to: i == 0 ? angle : Polyline.unwrapped(angle, after: out[i - 1]))
      }
      count = directions.count
    }
    let last = directions.count - 1
    vertexHeadings = [Double](unsafeUninitializedCapacity: vertices.count) { out, count in
      if let givenHeadings {
        for i in vertices.indices {
          let heading = givenHeadings[chain.kept?[i] ?? i]
          out.initializeElement(
            at: i, to: i == 0 ? heading : Polyline.unwrapped(heading, after: out[i - 1]))
        }
        // Given headings start on the same turn as the segments'.
        let turns = ((segmentHeadings[0] - out[0]) / (2 * .pi)).rounded()
        for i in vertices.indices { out[i] += 2 * .pi * turns }
      } else {
        for i in vertices.indices {
          let heading =
            i == 0
            ? segmentHeadings[0]
            : i > last
              ? segmentHeadings[last] : 0.5 * (segmentHeadings[i - 1] + segmentHeadings[i])
          out.initializeElement(at: i, to: heading)
        }
      }
      count = vertices.count
    }
    self.vertices = vertices
    arcLengths = chain.arcLengths
    self.directions = directions
    self.segmentHeadings = segmentHeadings
  }

  /// Vertices that are far enough apart, with lengths and directions.
  private struct Chain {
    var vertices: [Vector2]
    var arcLengths: [Double]
    var directions: [Vector2]
    /// Which of the points given the vertices are; nil: all of them.
    var kept: [Int]?

    /// All points; nil if one of them has to be dropped, or is not finite.
    init?(_ points: [Vector2]) {
      let count = points.count
      guard count >= 2, points[0].isFinite else { return nil }
      var isSound = true
      var directions: [Vector2] = []
      arcLengths = [Double](unsafeUninitializedCapacity: count) { lengths, lengthCount in
        directions = [Vector2](unsafeUninitializedCapacity: count - 1) { ways, wayCount in
          points.withUnsafeBufferPointer { points in
            var s = 0.0
            lengths.initializeElement(at: 0, to: 0)
            for i in 1..<count {
              let step = points[i] - points[i - 1]
              let length = step.length
              // A length that is not finite fails this too.
              guard length >= Polyline.minimumSpacing, length.isFinite else {
                isSound = false
                break
              }
              s += length
              ways.initializeElement(at: i - 1, to: step / length)
              lengths.initializeElement(at: i, to: s)
              wayCount = i
            }
            lengthCount = wayCount + 1
          }
        }
      }
      guard isSound else { return nil }
      self.directions = directions
      vertices = points
    }

    /// Without the points that are too near to the one before; nil if fewer than two are left or
    /// one is not finite.
    init?(cleaning points: [Vector2]) {
      vertices = []
      arcLengths = []
      directions = []
      var kept: [Int] = []
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
        kept.append(index)
      }
      guard vertices.count >= 2 else { return nil }
      self.kept = kept
    }
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
    // Less than half a turn away nothing is added.
    if (previous - angle).magnitude < 3.14 { return angle + 0 }
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
