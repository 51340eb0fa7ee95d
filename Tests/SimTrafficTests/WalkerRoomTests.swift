import SimCore
import SimGeometry
import SimMap
import SimWorld
import Testing

@testable import SimTraffic

/// Walkers before fronts, past what stands in their way, and round and round.
@Suite struct WalkerRoomTests {
  /// The front of a car that stands across the road points at one that comes off it: it does not
  /// make room there, but goes on.
  @Test func whoHasComeOffTheRoadGoesOn() throws {
    var run = try Self.front(path: line([(300.2, 8), (300.2, -10)]), s: 10)
    let walker = try run.row("walker")
    try run.run(seconds: 5)
    #expect(run.world.agents.y[walker] < -6)
    #expect((run.world.agents.x[walker] - 300.2).magnitude < 0.7)
  }

  /// A car stands across the lane at x = 300, with its front at y = -0.4.
  private static func front(path: Polyline, s: Double) throws -> TrafficRun {
    let map = try TrafficWorlds.map("straight", ["lanes": .integer(1), "length": .number(400)])
    return try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("across", path: 1, s: 8, speed: 0), policy: "constant_speed",
          parameters: ["speed": .number(0)]),
        .init(
          spec: TrafficWorlds.car("car", path: 0, s: 100, speed: 10), policy: "constant_speed"),
        .init(
          spec: WalkerTests.walker("walker", path: 2, s: s), policy: "walker",
          parameters: ["speed_deviation": .number(0), "gap_factor": .number(5)]),
      ], paths: [map.lanes[0].centreline, line([(300, 10), (300, -12)]), path])
  }

  /// On a crosswalk, 2.2 m to the left of its way, a walker has a car on its right that reaches to
  /// 0.9 m beside its way, from 0.85 m to 2.75 m ahead. Its walk is 0.9 m wide to either side:
  /// aslant back to it the car is in the way, so it goes on along it, without a stop.
  @Test func goesOnAlongWhatItHasGoneRound() throws {
    let (map, route) = try WalkerTests.junction("east_in_walk", 55, to: "east_out_walk", 20)
    let crosswalk = try #require(route.lanes.firstIndex { map.lanes[$0].kind == .crosswalk })
    let start = route.laneStarts[crosswalk] + 2
    let pose = route.centreline.pose(at: start)
    let middle = pose.position + pose.direction * 1.8 + pose.direction.left * -1.5
    var spec = WalkerTests.walker("walker", path: 0, s: start, speed: 1.3)
    spec.lateralOffset = 2.2
    let ends = [middle + pose.direction.left * -20, middle + pose.direction.left * 20]
    var run = try TrafficRun(
      map,
      [
        .init(spec: spec, policy: "walker", parameters: WalkerTests.even, route: route),
        .init(
          spec: TrafficWorlds.car("car", path: 1, s: 20, speed: 0), policy: "constant_speed",
          parameters: ["speed": .number(0)]),
      ], paths: [route.centreline, line(ends.map { ($0.x, $0.y) })])
    let walker = try run.row("walker")
    var stood = 0
    try run.run(seconds: 6) { world in
      #expect(TrafficWorlds.collisions(world) == [])
      if world.agents.speed[walker] < 0.05 { stood += 1 }
    }
    #expect(stood == 0)
    #expect(run.world.agents.arcLength[walker] > start + 3.5)
  }

  /// A walker goes round over a road and back, 28 m a lap, 20.9 s at 1.34 m/s. From the 26th to the
  /// 50th second a car comes by every 2 s, so that on its second lap it has to wait, as it would
  /// have had to on its first.
  @Test func everyLapIsLikeTheFirst() throws {
    let map = try TrafficWorlds.map("straight", ["lanes": .integer(1), "length": .number(800)])
    var members = [
      TrafficRun.Member(
        spec: WalkerTests.walker("walker", path: 1), policy: "walker",
        parameters: WalkerTests.even)
    ]
    for k in 0..<13 {
      members.append(
        .init(
          spec: TrafficWorlds.car(
            "car\(10 + k)", path: 0, s: 700 - 10 * (26 + 2 * Double(k)), speed: 10),
          policy: "constant_speed"))
    }
    var run = try TrafficRun(
      map, members,
      paths: [
        map.lanes[0].centreline,
        line([(700, -4), (700, 4), (706, 4), (706, -4), (700, -4)]),
      ])
    let walker = try run.row("walker")
    var crossed = [false, false]
    try run.run(seconds: 70) { world in
      let agents = world.agents
      let isOn = agents.y[walker].magnitude < 1.75
      if isOn && world.tick < 260 { crossed[0] = true }
      if isOn && agents.x[walker] < 703 && world.tick > 260 {
        crossed[1] = true
        #expect(world.tick > 500, "tick \(world.tick)")
      }
    }
    #expect(crossed == [true, true])
  }
}
