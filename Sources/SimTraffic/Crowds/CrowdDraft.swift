import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// Puts a crowd's vehicles and walkers on its map.
struct CrowdDraft {
  let crowd: Crowd
  let map: LaneGraph
  let random: CounterRandom
  var specs: [AgentSpec] = []
  var paths: [Polyline] = []
  var routes: [Route] = []
  var parameters: [[String: ParameterValues.Value]] = []
  var recordings: [RecordedTrack?] = []

  init(_ crowd: Crowd, _ map: LaneGraph) {
    self.crowd = crowd
    self.map = map
    random = CounterRandom(seed: crowd.seed)
  }

  private func draw(_ stream: UInt64, _ index: Int) -> Double {
    random.uniform(RandomPurpose("test.crowd"), stream: stream, tick: 0, index: index)
  }

  mutating func fill() {
    fillRoads()
    if crowd.bicycles > 0 { fillBicycleLanes() }
    fillWalks()
  }

  private mutating func fillRoads() {
    fill(
      map.lanes.filter { $0.kind.isDrivable && !$0.isConnector && $0.length > 20 },
      crowd.vehicles, attempt: 0, areBicycles: false)
  }

  private mutating func fillBicycleLanes() {
    fill(
      map.lanes.filter { $0.kind == .bicycle && !$0.isConnector && $0.length > 20 },
      crowd.bicycles, attempt: UInt64(1) << 50, areBicycles: true)
  }

  /// Puts as many on some lanes as there is room for, and lets others come to them.
  private mutating func fill(
    _ starts: [Lane], _ count: Int, attempt first: UInt64, areBicycles: Bool
  ) {
    let total = starts.reduce(0) { $0 + $1.length }
    var taken: [OrientedBox] = []
    var attempt = first
    let all = specs.count + count
    while specs.count < all && attempt < first + UInt64(40 * count) {
      attempt += 1
      var place = draw(attempt, 0) * total
      guard
        let lane = starts.first(where: { lane in
          place -= lane.length
          return place < 0
        })
      else { continue }
      let kind = areBicycles ? .bicycle : kind(attempt)
      let size = kind.typicalSize
      let s = 0.5 * size.length + 1 + draw(attempt, 1) * (lane.length - size.length - 4)
      guard s > 0.5 * size.length, s < lane.length - 0.5 * size.length - 2 else { continue }
      let pose = lane.centreline.pose(at: s)
      let box = OrientedBox(pose: pose, length: size.length + 5, width: size.width)
      if taken.contains(where: { $0.overlaps(box) }) { continue }
      taken.append(box)
      add(kind, lane.index, s, attempt, nil)
    }
    guard crowd.inflow > 0 else { return }
    for lane in starts where lane.predecessors.isEmpty && lane.length > 30 {
      let gap = 3_600 / crowd.inflow
      var time = gap * draw(UInt64(lane.index), 90)
      var number: UInt64 = 0
      while time < crowd.seconds {
        number += 1
        let stream = UInt64(lane.index) << 32 + number
        add(areBicycles ? .bicycle : kind(stream), lane.index, 8, stream, time)
        time += gap * (0.3 + 1.4 * draw(stream, 91))
      }
    }
  }

  private func kind(_ stream: UInt64) -> AgentClass {
    let x = draw(stream, 2)
    let shares = crowd.shares
    if x < shares.truck { return .truck }
    if x < shares.truck + shares.bus { return .bus }
    return x < shares.truck + shares.bus + shares.motorcycle ? .motorcycle : .car
  }

  private mutating func add(
    _ kind: AgentClass, _ lane: Int, _ s: Double, _ stream: UInt64, _ time: Double?
  ) {
    let size = kind.typicalSize
    // Long enough for the whole run, if the roads are.
    let route = walk(from: lane, length: max(1_000, 16 * crowd.seconds), stream)
    let number = String(10_000 + specs.count)
    var recording: RecordedTrack?
    if let time {
      let pose = route.centreline.pose(at: s)
      let first = Int(time * 10)
      let last = Int(crowd.seconds * 10) + 2
      var track = RecordedTrack()
      track.present = (0..<last).map { $0 < first ? 0 : 1 }
      track.x = [Double](repeating: pose.position.x, count: last)
      track.y = [Double](repeating: pose.position.y, count: last)
      track.heading = [Double](repeating: pose.heading, count: last)
      track.speed = [Double](repeating: 0, count: last)
      track.acceleration = track.speed
      recording = track
    }
    specs.append(
      AgentSpec(
        id: "c\(number)", agentClass: kind, length: size.length, width: size.width, motion: .path,
        isPresent: time == nil, speed: time == nil ? 3 * draw(stream, 3) : 0, path: paths.count,
        arcLength: s))
    routes.append(route)
    paths.append(route.centreline)
    parameters.append(["speed_factor": .number(0.85 + 0.3 * draw(stream, 4))])
    recordings.append(recording)
  }

  private func walk(from lane: Int, length: Double, _ stream: UInt64) -> Route {
    var lanes = [lane]
    var starts = [0.0]
    var vertices = map.lanes[lane].centreline.vertices
    var covered = map.lanes[lane].length
    while covered < length {
      let choices = map.lanes[lanes[lanes.count - 1]].successors
      if choices.isEmpty { break }
      let x = draw(stream, 100 + lanes.count)
      let next = choices[min(Int(x * Double(choices.count)), choices.count - 1)]
      lanes.append(next)
      starts.append(covered)
      vertices += map.lanes[next].centreline.vertices
      covered += map.lanes[next].length
    }
    guard let centreline = Polyline(vertices) else { preconditionFailure("a way has a length") }
    return Route(
      lanes: lanes, segments: lanes.map { map.lanes[$0].segment }, centreline: centreline,
      laneStarts: starts, startArcLength: 0, goalArcLength: nil)
  }

  /// Walkers anywhere on the walks off the road, not on top of each other, who turn at every corner
  /// as chance will have it.
  private mutating func fillWalks() {
    guard crowd.walkers > 0 else { return }
    let planner = WalkPlanner(map)
    let walks = map.lanes.filter { $0.kind == .sidewalk && $0.length > 4 }
    let total = walks.reduce(0) { $0 + $1.length }
    var taken: [Vector2] = []
    var attempt = UInt64(1) << 40
    while taken.count < crowd.walkers && attempt < UInt64(1) << 40 + UInt64(40 * crowd.walkers) {
      attempt += 1
      var place = draw(attempt, 0) * total
      guard
        let walk = walks.first(where: { walk in
          place -= walk.length
          return place < 0
        })
      else { continue }
      let s = 1 + draw(attempt, 1) * (walk.length - 2)
      let here = walk.centreline.point(at: s)
      if taken.contains(where: { $0.distance(to: here) < 1.5 }) { continue }
      taken.append(here)
      let stream = attempt
      let route = planner.ramble(
        from: WalkPlace(lane: walk.index, arcLength: s), isForward: draw(attempt, 2) < 0.5,
        distance: 2 * crowd.seconds + 50
      ) { joint, count in
        Int(draw(stream, 100 + joint) * Double(count))
      }
      let size = AgentClass.pedestrian.typicalSize
      specs.append(
        AgentSpec(
          id: "w\(10_000 + taken.count)", agentClass: .pedestrian, length: size.length,
          width: size.width, motion: .path, speed: 1, path: paths.count, arcLength: 0))
      routes.append(route)
      paths.append(route.centreline)
      parameters.append([:])
      recordings.append(nil)
    }
  }
}
