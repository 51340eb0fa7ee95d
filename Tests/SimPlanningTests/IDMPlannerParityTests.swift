import SimCore
import SimGeometry
import SimMap
import SimModels
import SimPlanning
import SimStack
import SimWorld
import StackTestSupport
import TestSupport
import Testing

/// The official IDM planner's closed loops (`fixtures/pdm/closed_loop.json`), driven by ours with
/// `compat`, the official tracker law and vehicle model.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct IDMPlannerParityTests {
  static let file = Result { try FixtureJSON.load("fixtures/pdm/closed_loop.json") }
  static let maps = Result { try FixtureJSON.load("fixtures/pdm/maps.json")["maps"] }
  static let names: [String] =
    SharedData.isPresent
    ? ((try? file.get())?["episodes"].list.compactMap { $0["name"].text } ?? []) : []

  @Test func thereAreCases() { #expect(Self.names.count >= 16) }

  @Test(arguments: names)
  func closedLoop(_ name: String) throws {
    let episode = try #require(
      try Self.file.get()["episodes"].list.first { $0["name"].text == name })
    let map = try Self.maps.get()[episode["map"].text ?? ""].laneGraph()
    let expected = episode["result"]["idm"]["ego"].list.map(\.egoState)
    let target = try #require(episode["result"]["idm"]["target_velocity"].number)
    let vehicle = VehicleParameters.pacifica
    var ego = DrivenEgo(episode["ego0"].egoState, vehicle: vehicle)
    let start = ego.state.timeMicroseconds
    let lanes = try Self.lanePath(
      map, episode["route"].texts, from: ego.state.centre(vehicle).position)
    let route = try Self.route(map, lanes)
    // nuPlan's desired speed is the first lane's limit, but never below the speed at the start.
    #expect(max(map.lanes[lanes[0]].speedLimit ?? 10, ego.state.speed) == target)

    let entry = try #require(PlannerCatalog.entries.first { $0.schema.name == "idm" })
    let setup = DrivingSetup(
      clock: TickClock(), map: map, route: route, vehicle: vehicle, ticks: expected.count)
    var planner = try entry.make(
      ParameterValues(entry.schema, overriding: ["compat": .flag(true), "radius": .number(40)]),
      setup)
    let signalPlan = episode["traffic_lights"].list
    var largest = 0.0
    for (tick, official) in expected.enumerated() {
      let distance = ego.state.pose.position.distance(to: official.pose.position)
      largest = max(largest, distance)
      try #require(
        distance < 1e-6, "tick \(tick): \(distance) m from the official position")
      #expect(abs(ego.state.velocity.x - official.velocity.x) < 1e-6, "speed at tick \(tick)")
      let tracks = episode["tracks"][tick].list.enumerated().map { $1.track(id: $0) }
      var colours = [SignalColour](repeating: .green, count: map.signals.count)
      let lights = signalPlan.last { ($0[0].integer ?? 0) <= tick }
      for light in lights?[1].list ?? [] where light[1].text?.uppercased() == "RED" {
        if let index = map.signals.firstIndex(where: { $0.id == light[0].text }) {
          colours[index] = .red
        }
      }
      let scene = Scene(
        tick: tick, ego: ego.state, vehicle: vehicle, tracks: tracks, signals: colours, map: map,
        route: route)
      let context = TickContext(
        clock: TickClock(), tick: tick, random: CounterRandom(seed: 0), stream: 0)
      let plan = try planner.plan(scene, .none, in: context)
      ego.follow(plan)
    }
    #expect(ego.state.timeMicroseconds == start + Int64(expected.count) * 100_000)
  }

  /// The lanes that nuPlan's planner drives: from the first lane of the first two road blocks that
  /// holds the centre (else the nearest), breadth first over the route's lanes to its last block;
  /// the search ends at the depth of the route, and then the last lane found is the end.
  static func lanePath(_ map: LaneGraph, _ blocks: [String], from centre: Vector2) throws -> [Int] {
    let segments = try blocks.map { id in
      try #require(map.segments.firstIndex { $0.id == id }, "road block \(id)")
    }
    let first = map.segments[segments[0]].lanes + map.segments[segments[1]].lanes
    let start = try #require(
      first.first { map.lanes[$0].polygon.contains(centre) }
        ?? first.min {
          map.lanes[$0].polygon.distance(to: centre) < map.lanes[$1].polygon.distance(to: centre)
        })
    let offset = map.lanes[start].segment == segments[1] ? 1 : 0
    let depth = segments.count - offset
    let candidates = Set(segments.flatMap { map.segments[$0].lanes })
    var level: [[Int]] = [[start]]
    var longest = [start]
    for step in 1...max(1, depth) {
      for path in level {
        if step == depth, map.lanes[path[path.count - 1]].segment == segments[segments.count - 1] {
          return path
        }
      }
      let next = level.flatMap { path in
        map.lanes[path[path.count - 1]].successors.filter { candidates.contains($0) }
          .map { path + [$0] }
      }
      if let last = next.last { longest = last }
      level = next
    }
    return longest
  }

  /// The route as nuPlan's planner sees it: the lanes' centrelines in a row, each vertex with the
  /// heading of the segment that begins there, without the last vertex.
  static func route(_ map: LaneGraph, _ lanes: [Int]) throws -> Route {
    var points: [Vector2] = []
    var headings: [Double] = []
    var starts: [Double] = []
    var length = 0.0
    for lane in lanes {
      let line = map.lanes[lane].centreline
      if points.last == line.vertices[0] {
        points.removeLast()
        headings.removeLast()
      }
      starts.append(length)
      length += line.length
      points += line.vertices
      headings += line.segmentHeadings + [line.segmentHeadings[line.segmentCount - 1]]
    }
    points.removeLast()
    headings.removeLast()
    let centreline = try #require(Polyline(points, headings: headings))
    return Route(
      lanes: lanes, segments: lanes.map { map.lanes[$0].segment }, centreline: centreline,
      laneStarts: starts, startArcLength: 0, goalArcLength: nil)
  }
}
