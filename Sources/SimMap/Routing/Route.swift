public import SimGeometry

/// The way from a start to a goal over the lane graph.
///
/// What of it never changes is held by reference: every tick's scene has a route, and so has every
/// agent.
public struct Route: Sendable {
  @usableFromInline
  final class Course: Sendable {
    @usableFromInline let lanes: [Int]
    @usableFromInline let segments: [Int]
    @usableFromInline let centreline: Polyline
    @usableFromInline let laneStarts: [Double]

    init(_ lanes: [Int], _ segments: [Int], _ centreline: Polyline, _ laneStarts: [Double]) {
      self.lanes = lanes
      self.segments = segments
      self.centreline = centreline
      self.laneStarts = laneStarts
    }
  }

  @usableFromInline let course: Course
  /// Lanes in driving order. A lane change is a step between neighbours of one segment.
  @inlinable public var lanes: [Int] { course.lanes }
  /// Road segments in driving order, without repeats in a row.
  @inlinable public var segments: [Int] { course.segments }
  /// The line to follow from the start of the first lane to the end of the last one; where the
  /// route changes lanes, it passes smoothly from one centreline to the other.
  @inlinable public var centreline: Polyline { course.centreline }
  /// Arc length on `centreline` at which each entry of `lanes` begins.
  @inlinable public var laneStarts: [Double] { course.laneStarts }
  /// Arc length of the start position on `centreline`.
  public var startArcLength: Double
  /// Arc length of the goal on `centreline`; nil for a route without a goal.
  public var goalArcLength: Double?
  /// The end of the last lane is the start of the first one: one lap of a ring. The last vertex of
  /// `centreline` then equals the first, and arc lengths go on modulo its length.
  public var isClosed: Bool

  /// A route of parts that belong together; `lanes` and `segments` are indices of the map.
  public init(
    lanes: [Int], segments: [Int], centreline: Polyline, laneStarts: [Double],
    startArcLength: Double, goalArcLength: Double?, isClosed: Bool = false
  ) {
    course = Course(lanes, segments, centreline, laneStarts)
    self.startArcLength = startArcLength
    self.goalArcLength = goalArcLength
    self.isClosed = isClosed
  }

  /// Place in `lanes` of the lane at an arc length of the centreline.
  public func laneIndex(at arcLength: Double) -> Int {
    var low = 0
    var high = laneStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if laneStarts[middle] <= arcLength { low = middle } else { high = middle }
    }
    return low
  }
}
