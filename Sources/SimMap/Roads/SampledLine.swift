public import SimGeometry

/// A course as points with exact headings, from which lines beside it are drawn.
public struct SampledLine: Hashable, Sendable {
  /// Arc lengths of the smooth course, metres, ascending.
  public var stations: [Double]
  /// Places at those arc lengths, metres.
  public var points: [Vector2]
  /// Headings of the smooth course, not wrapped.
  public var headings: [Double]
  /// Unit vectors to the left.
  public var normals: [Vector2]

  /// A line of columns of equal length; headings in radians.
  public init(stations: [Double], points: [Vector2], headings: [Double]) {
    self.stations = stations
    self.points = points
    self.headings = headings
    normals = headings.map { Pose2(.zero, heading: $0).direction.left }
  }

  /// The course itself; nil if it has no length.
  public var polyline: Polyline? { Polyline(points, headings: headings) }

  /// The line at a constant distance to the left (negative: right), metres; nil if it has no
  /// length.
  ///
  /// - Parameter other: such a line at another distance, with which it may share what is the same.
  /// - Precondition: the distance stays below the radius of every bend towards that side, or the
  ///   line runs backwards there.
  public func offset(_ distance: Double, like other: Polyline? = nil) -> Polyline? {
    var moved = points
    for i in moved.indices { moved[i] += normals[i] * distance }
    return Polyline(moved, headings: headings, like: other)
  }

  /// The line at a distance to the left that varies with the arc length, without slope at its
  /// ends; nil if it has no length.
  public func offset(_ distance: (Double) -> Double) -> Polyline? {
    var moved = points
    for i in moved.indices { moved[i] += normals[i] * distance(stations[i]) }
    guard let line = Polyline(moved), line.vertices.count == moved.count else { return nil }
    var ways = Array(line.vertexHeadings)
    ways[0] = headings[0]
    ways[ways.count - 1] = headings[headings.count - 1]
    return Polyline(moved, headings: ways)
  }
}
