public import SimGeometry

/// The way from a start to a goal over the lane graph.
///
/// What of it never changes is held by reference: every tick's scene has a route, and so has every
/// agent.
public struct Route: Sendable {
  /// What is kept of a way beside its lanes.
  @usableFromInline
  struct Layout: Sendable {
    @usableFromInline let segments: [Int]
    @usableFromInline let centreline: Polyline
    @usableFromInline let laneStarts: [Double]
  }

  @usableFromInline
  final class Course: Sendable {
    @usableFromInline let lanes: [Int]
    /// nil: it follows from the lanes.
    @usableFromInline let layout: Layout?
    /// The map of the lanes where nothing else is kept.
    private let map: LaneGraph?

    init(_ lanes: [Int], _ layout: Layout) {
      self.lanes = lanes
      self.layout = layout
      map = nil
    }

    init(_ lanes: [Int], of map: LaneGraph) {
      self.lanes = lanes
      layout = nil
      self.map = map
    }

    private var wholeLanes: LaneGraph {
      guard let map else { preconditionFailure("a way has a layout or a map") }
      return map
    }

    @usableFromInline
    func findSegments() -> [Int] {
      let map = wholeLanes
      return lanes.map { map.lanes[$0].segment }
    }

    /// The centrelines of the lanes, one after the other.
    @usableFromInline
    func joinLanes() -> Polyline {
      let map = wholeLanes
      var vertices: [Vector2] = []
      vertices.reserveCapacity(
        lanes.reduce(1) { $0 + map.lanes[$1].centreline.vertices.count - 1 })
      for lane in lanes {
        vertices += map.lanes[lane].centreline.vertices.dropFirst(vertices.isEmpty ? 0 : 1)
      }
      guard let line = Polyline(vertices) else {
        preconditionFailure("a lane has a length")
      }
      return line
    }

    @usableFromInline
    func findStarts() -> [Double] {
      let map = wholeLanes
      var length = 0.0
      return lanes.map { lane in
        defer { length += map.lanes[lane].length }
        return length
      }
    }

    func sumLengths() -> Double {
      let map = wholeLanes
      return lanes.reduce(0.0) { $0 + map.lanes[$1].length }
    }

    var start: Vector2 {
      layout?.centreline.start ?? wholeLanes.lanes[lanes[0]].centreline.start
    }
  }

  @usableFromInline let course: Course
  /// Lanes in driving order. A lane change is a step between neighbours of one segment.
  @inlinable public var lanes: [Int] { course.lanes }
  /// Road segments in driving order, without repeats in a row.
  @inlinable public var segments: [Int] { course.layout?.segments ?? course.findSegments() }
  /// The line to follow from the start of the first lane to the end of the last one; where the
  /// route changes lanes, it passes smoothly from one centreline to the other.
  @inlinable public var centreline: Polyline { course.layout?.centreline ?? course.joinLanes() }
  /// Arc length on `centreline` at which each entry of `lanes` begins.
  @inlinable public var laneStarts: [Double] { course.layout?.laneStarts ?? course.findStarts() }
  /// Length of `centreline`, metres, to within rounding.
  public var length: Double { course.layout?.centreline.length ?? course.sumLengths() }
  /// Start of `centreline`.
  public var start: Vector2 { course.start }
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
    course = Course(
      lanes, Layout(segments: segments, centreline: centreline, laneStarts: laneStarts))
    self.startArcLength = startArcLength
    self.goalArcLength = goalArcLength
    self.isClosed = isClosed
  }

  /// A route over the whole of some lanes, each of which leads to the next one and none of which
  /// shares a segment with it. Its line is put together whenever it is asked for: for crowds in
  /// which each agent has a way of its own and nobody looks at it twice.
  public init(along lanes: [Int], of map: LaneGraph) {
    course = Course(lanes, of: map)
    startArcLength = 0
    isClosed = false
  }

  /// The same route with its line kept: for who looks at it again and again.
  public var laidOut: Route {
    Route(
      lanes: lanes, segments: segments, centreline: centreline, laneStarts: laneStarts,
      startArcLength: startArcLength, goalArcLength: goalArcLength, isClosed: isClosed)
  }

  /// Place in `lanes` of the lane at an arc length of the centreline.
  public func laneIndex(at arcLength: Double) -> Int {
    let laneStarts = laneStarts
    var low = 0
    var high = laneStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if laneStarts[middle] <= arcLength { low = middle } else { high = middle }
    }
    return low
  }
}
