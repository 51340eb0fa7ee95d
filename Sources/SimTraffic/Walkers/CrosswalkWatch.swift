import SimGeometry
import SimMap
import SimWorld

/// The crosswalks of a map as drivers know them, and who is on each of them or about to step onto
/// it, as a tick finds it.
struct CrosswalkWatch: Sendable {
  /// A crosswalk: a strip across a road.
  struct Strip: Sendable {
    /// No signal.
    static let noSignal: Int32 = -1

    var origin: Vector2
    /// Unit vector across the road.
    var axis: Vector2
    /// Places of the kerbs along the axis, metres.
    var low: Double
    var high: Double
    var halfWidth: Double
    /// Signal of the walkers; `noSignal`: there is none.
    var signal: Int32
    /// Head of the list of its users in this tick; -1: nobody.
    var users: Int32 = -1
  }

  /// A walker on a strip, or at its edge.
  struct User: Sendable {
    /// Along the axis, metres.
    var place: Double
    /// Along the axis, m/s.
    var speed: Double
    /// It goes towards the far end of the axis: as it moves, or if it stands, as it faces.
    var isAlong: Bool
    /// It is on the road; else it is about to step onto it.
    var isOn: Bool
    /// Next one on the strip; -1: none.
    var next: Int32
  }

  /// Where a route leads over a strip.
  struct Passage: Sendable {
    var strip: Int32
    /// Arc lengths of the path.
    var start: Double
    var end: Double
    /// The route's way over the strip, along its axis.
    var low: Double
    var high: Double
    /// It is at the end of a junction, not before it.
    var isInJunction: Bool
  }

  /// The passages of a lane, in its own arc length.
  private var byLane: [[Passage]?]
  private(set) var strips: [Strip] = []
  private var index = SpatialIndex([])
  private var rows: [Int] = []
  private(set) var users: [User] = []
  private var touched: [Int32] = []
  private var found: [Int32] = []
  /// Passages of all routes, and where each route's begin; one more than there are routes.
  private(set) var passages: [Passage] = []
  private(set) var starts: [Int32] = [0]

  /// From the kerb, metres: who stands here and looks across is about to step onto the road.
  private static let kerb = 1.3
  /// Half the width of what a car sweeps over, with room, metres.
  static let halfLane = 1.6
  /// Slower walkers stand, m/s.
  private static let still = 0.05

  init() { byLane = [] }

  /// Nobody ever crosses here.
  var isOff: Bool { passages.isEmpty || rows.isEmpty }

  /// Finds the strips of a map, and who walks.
  mutating func prepare(_ view: WorldView) {
    rows = (0..<view.agents.count).filter { view.agents.classes[$0] == .pedestrian }
    guard !rows.isEmpty, !view.map.crosswalks.isEmpty else {
      rows = []
      return
    }
    byLane = [[Passage]?](repeating: nil, count: view.map.lanes.count)
    strips = view.map.crosswalks.map { crosswalk in
      let line = crosswalk.path
      let axis = (line.end - line.start).normalized
      let along = crosswalk.polygon.vertices.map { ($0 - line.start).dot(axis) }
      let across = crosswalk.polygon.vertices.map { axis.cross($0 - line.start).magnitude }
      let middle = line.point(at: 0.5 * line.length)
      let signal = view.map.lanes(containing: middle, .undrivable).lazy
        .filter { view.map.lanes[$0].kind == .crosswalk }
        .compactMap { view.map.lanes[$0].signal }.first
      return Strip(
        origin: line.start, axis: axis, low: along.min() ?? 0, high: along.max() ?? 0,
        halfWidth: across.max() ?? 0, signal: signal.map { Int32($0) } ?? Strip.noSignal)
    }
    index = SpatialIndex(
      view.map.crosswalks.map { $0.polygon.boundingBox.expanded(by: CrosswalkWatch.kerb + 0.5) })
    touched.reserveCapacity(strips.count)
    users.reserveCapacity(2 * rows.count)
    found.reserveCapacity(64)
  }

  /// Adds the passages of the next route.
  ///
  /// - Parameter entries: its lanes.
  mutating func addRoute(_ entries: ArraySlice<RouteTables.Entry>, _ map: LaneGraph) {
    defer { starts.append(Int32(passages.count)) }
    guard !rows.isEmpty else { return }
    for entry in entries {
      for passage in ofLane(Int(entry.lane), map) {
        let start = passage.start + entry.origin
        guard start < entry.end, passage.end + entry.origin > entry.start else { continue }
        var own = passage
        (own.start, own.end) = (start, passage.end + entry.origin)
        // A strip at the seam of two lanes is one.
        if passages.count > Int(starts[starts.count - 1]), let last = passages.last,
          last.strip == own.strip, own.start - last.end < 2
        {
          passages[passages.count - 1].end = own.end
        } else {
          passages.append(own)
        }
      }
    }
  }

  private mutating func ofLane(_ lane: Int, _ map: LaneGraph) -> [Passage] {
    if let known = byLane[lane] { return known }
    var result: [Passage] = []
    found.removeAll(keepingCapacity: true)
    index.query(map.lanes[lane].lines.boundingBox, into: &found)
    let line = map.lanes[lane].centreline
    for strip in found {
      let polygon = map.crosswalks[Int(strip)].polygon
      guard polygon.boundingBox.intersects(map.lanes[lane].lines.boundingBox) else { continue }
      let it = strips[Int(strip)]
      var first = Double.infinity
      var last = -Double.infinity
      var places = (low: Double.infinity, high: -Double.infinity)
      let count = max(1, Int((line.length / 0.25).rounded(.up)))
      for k in 0...count {
        let s = line.length * Double(k) / Double(count)
        let point = line.point(at: s)
        guard polygon.containsOrTouches(point) else { continue }
        first = min(first, s)
        last = s
        let place = (point - it.origin).dot(it.axis)
        places = (min(places.low, place), max(places.high, place))
      }
      guard first <= last else { continue }
      result.append(
        Passage(
          strip: strip, start: first, end: last, low: places.low - CrosswalkWatch.halfLane,
          high: places.high + CrosswalkWatch.halfLane,
          isInJunction: map.lanes[lane].isConnector && first > 0.5 * line.length))
    }
    result.sort { ($0.start, $0.strip) < ($1.start, $1.strip) }
    byLane[lane] = result
    return result
  }

  /// Finds who is on each strip or about to be.
  mutating func look(_ view: WorldView) {
    for strip in touched { strips[Int(strip)].users = -1 }
    touched.removeAll(keepingCapacity: true)
    users.removeAll(keepingCapacity: true)
    let agents = view.agents
    for row in rows where agents.present[row] != 0 {
      let place = Vector2(agents.x[row], agents.y[row])
      found.removeAll(keepingCapacity: true)
      index.query(place, into: &found)
      let heading = Vector2(agents.directionX[row], agents.directionY[row])
      for number in found {
        let strip = strips[Int(number)]
        let arm = place - strip.origin
        let across = strip.axis.cross(arm)
        guard across.magnitude < strip.halfWidth + 0.4 else { continue }
        let along = arm.dot(strip.axis)
        let cosine = heading.dot(strip.axis)
        let isOn = along > strip.low - 0.1 && along < strip.high + 0.1
        if !isOn {
          // About to step onto it: near the kerb and turned to it.
          let isBefore = along <= strip.low
          let way = isBefore ? strip.low - along : along - strip.high
          let isTurned = isBefore ? cosine > 0.75 : cosine < -0.75
          guard way < CrosswalkWatch.kerb, isTurned else { continue }
          if strip.signal >= 0 && view.signals[Int(strip.signal)] != .green { continue }
        }
        if strip.users == -1 { touched.append(number) }
        // Who steps back faces what it goes away from.
        let speed = agents.speed[row] * cosine
        let isAlong = speed.magnitude > CrosswalkWatch.still ? speed > 0 : cosine >= 0
        users.append(
          User(place: along, speed: speed, isAlong: isAlong, isOn: isOn, next: strip.users))
        strips[Int(number)].users = Int32(users.count - 1)
      }
    }
  }
}
