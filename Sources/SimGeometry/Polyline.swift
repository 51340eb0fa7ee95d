import SimCore

/// A directed chain of straight segments, parametrised by arc length `s` in metres from its start.
///
/// Vertices nearer than `minimumSpacing` to the vertex before them are dropped, so every segment
/// has a length and a direction. Arc lengths are sums in vertex order. Copies share everything, and
/// so do lines that differ by a displacement only, but for their vertices.
public struct Polyline: Hashable, @unchecked Sendable {
  /// Vertices, at least two.
  public let vertices: [Vector2]
  // (Written once, before anybody else sees it.)
  @usableFromInline let block: Block

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
    guard headings.allSatisfy({ $0.isFinite }) else { return nil }
    self.init(vertices, givenHeadings: headings)
  }

  /// A polyline like `init(_:headings:)` makes it, which shares what follows from its steps with
  /// another one where these are the same.
  ///
  /// - Parameter other: a line that was made with the same headings.
  package init?(_ vertices: [Vector2], headings: [Double], like other: Polyline?) {
    if let other, other.hasSteps(of: vertices) {
      self.init(vertices: vertices, block: other.block)
    } else {
      self.init(vertices, headings: headings)
    }
  }

  /// Whether the differences from vertex to vertex are exactly those of some points.
  private func hasSteps(of points: [Vector2]) -> Bool {
    guard points.count == vertices.count, points[0].isFinite else { return false }
    return points.withUnsafeBufferPointer { points in
      vertices.withUnsafeBufferPointer { vertices in
        for i in 1..<points.count {
          let step = points[i] - points[i - 1]
          let own = vertices[i] - vertices[i - 1]
          if step.x != own.x || step.y != own.y { return false }
        }
        return true
      }
    }
  }

  private init?(_ points: [Vector2], givenHeadings: [Double]?) {
    if let block = Polyline.block(of: points, headings: givenHeadings) {
      vertices = points
      self.block = block
      return
    }
    guard let kept = Polyline.distinct(points) else { return nil }
    vertices = kept.map { points[$0] }
    let headings = givenHeadings.map { given in kept.map { given[$0] } }
    guard let block = Polyline.block(of: vertices, headings: headings) else { return nil }
    self.block = block
  }

  /// The points that are not too near to the one kept before; nil if fewer than two are left or
  /// one is not finite.
  private static func distinct(_ points: [Vector2]) -> [Int]? {
    var kept: [Int] = []
    for (index, point) in points.enumerated() {
      guard point.isFinite else { return nil }
      if let last = kept.last {
        let length = (point - points[last]).length
        guard length.isFinite else { return nil }
        if length < minimumSpacing { continue }
      }
      kept.append(index)
    }
    return kept.count >= 2 ? kept : nil
  }

  /// The line turned about the origin by counter-clockwise quarter turns and then moved, metres.
  ///
  /// It is the polyline of the moved vertices and turned headings, to the bit. A mere displacement
  /// that leaves the differences of the vertices as they are costs next to nothing.
  public func moved(quarterTurns: Int = 0, by displacement: Vector2) -> Polyline {
    if quarterTurns & 3 == 0, let points = vertices(keepingStepsMovedBy: displacement) {
      return Polyline(vertices: points, block: block)
    }
    let points = vertices.map { $0.turned(quarterTurns: quarterTurns) + displacement }
    let turn = Double(quarterTurns) * (0.5 * .pi)
    // The vertices may fall together only far out, where a metre is less than rounding.
    return Polyline(points, headings: vertexHeadings.map { $0 + turn }) ?? self
  }

  /// The displaced vertices; nil if one is not finite or a difference from vertex to vertex is not
  /// exactly what it was.
  private func vertices(keepingStepsMovedBy displacement: Vector2) -> [Vector2]? {
    var keepsSteps = true
    // (A copy of an array is made faster than one point by point.)
    var points = vertices
    points.withUnsafeMutableBufferPointer { points in
      var lastOld = points[0]
      var last = lastOld + displacement
      points[0] = last
      keepsSteps = last.isFinite
      for i in 1..<points.count {
        let old = points[i]
        let point = old + displacement
        points[i] = point
        let (step, oldStep) = (point - last, old - lastOld)
        if step.x != oldStep.x || step.y != oldStep.y { keepsSteps = false }
        (last, lastOld) = (point, old)
      }
    }
    return keepsSteps ? points : nil
  }

  init(vertices: [Vector2], block: Block) {
    self.vertices = vertices
    self.block = block
  }

  public static func == (a: Polyline, b: Polyline) -> Bool {
    a.vertices == b.vertices && (a.block === b.block || a.vertexHeadings == b.vertexHeadings)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(vertices)
    for heading in vertexHeadings { hasher.combine(heading) }
  }

  /// Length, metres.
  @inlinable public var length: Double { arcLengths[vertices.count - 1] }
  /// Number of segments.
  @inlinable public var segmentCount: Int { vertices.count - 1 }
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
      block.withUnsafeMutablePointerToElements { numbers in
        let count = vertices.count
        return body(
          PolylineView(
            vertices: vertices,
            arcLengths: UnsafeBufferPointer(start: numbers, count: count),
            directions: UnsafeBufferPointer(
              start: UnsafeRawPointer(numbers + (3 * count - 1)).assumingMemoryBound(
                to: Vector2.self),
              count: count - 1)))
      }
    }
  }
}
