import SimCore
import SimGeometry
import SimMap
import SimTraffic
import SimWorld
import Testing

/// Cyclists on lanes of their own, and those who cross them.
@Suite struct BicycleLaneTrafficTests {
  /// Somebody on a way over some lanes.
  struct Who {
    var id: String
    var lanes: [String]
    var s: Double
    var speed: Double
    /// To the left of the middle, metres.
    var offset = 0.0
    var policy = "idm"
    var isBicycle = true
    var parameters: [String: ParameterValues.Value] = [:]
  }

  func run(_ map: LaneGraph, _ all: [Who]) throws -> TrafficRun {
    let routes = try all.map { try TrafficWorlds.route(map, ids: $0.lanes) }
    let members = all.indices.map { k in
      var spec = TrafficWorlds.car(
        all[k].id, path: k, s: all[k].s, speed: all[k].speed, offset: all[k].offset,
        length: all[k].isBicycle ? 1.8 : 4.8, agentClass: all[k].isBicycle ? .bicycle : .car)
      if all[k].isBicycle { spec.width = 0.75 }
      return TrafficRun.Member(
        spec: spec, policy: all[k].policy, parameters: all[k].parameters, route: routes[k])
    }
    return try TrafficRun(map, members, paths: routes.map(\.centreline))
  }

  func junction(_ control: String) throws -> LaneGraph {
    try TrafficWorlds.map(
      "t_junction", ["control": .text(control), "bicycle_lane": .number(1.5)])
  }

  static let straightOn = ["west_in_bicycle", "west_to_east_bicycle", "east_out_bicycle"]
  static let turning = ["west_in.1", "west_to_south.1", "south_out.1"]

  /// A car that turns right and a cyclist who goes straight on come to the junction at the same
  /// time, under every kind of control without lights: the cyclist rides on as if alone.
  @Test(arguments: ["priority", "uncontrolled", "all_way_stop"])
  func whoTurnsRightLetsCyclistsGo(_ control: String) throws {
    let map = try junction(control)
    for carStart in stride(from: 20.0, through: 70, by: 5) {
      let speed: [String: ParameterValues.Value] = ["desired_speed": .number(5)]
      var run = try run(
        map,
        [
          Who(id: "car", lanes: Self.turning, s: carStart, speed: 9, isBicycle: false),
          Who(id: "bicycle", lanes: Self.straightOn, s: 60, speed: 5, parameters: speed),
        ])
      let bicycle = try run.row("bicycle")
      var hardest = 0.0
      try run.run(seconds: 25) { world in
        #expect(TrafficWorlds.collisions(world) == [])
        hardest = min(hardest, world.agents.acceleration[bicycle])
      }
      // At an all-way stop it halts as all do.
      if control != "all_way_stop" { #expect(hardest > -0.6, "\(carStart): \(hardest)") }
      // It has got round the corner too, and perhaps to the end of its road.
      let car = try run.row("car")
      #expect(run.world.agents.present[car] == 0 || run.world.agents.arcLength[car] > 120)
    }
  }

  /// A vehicle of another policy that comes along beside it may turn or not: the cyclist goes on.
  @Test func cyclistsDoNotWaitForWhoDrivesBesideThem() throws {
    let map = try junction("priority")
    var run = try run(
      map,
      [
        Who(
          id: "car", lanes: ["west_in.1", "west_to_east.1", "east_out.1"], s: 50, speed: 6,
          policy: "constant_speed", isBicycle: false),
        Who(
          id: "bicycle", lanes: Self.straightOn, s: 60, speed: 5,
          parameters: ["desired_speed": .number(5)]),
      ])
    let bicycle = try run.row("bicycle")
    try run.run(seconds: 15) { world in
      #expect(world.agents.acceleration[bicycle] > -0.3, "at tick \(world.tick)")
    }
    #expect(run.world.agents.x[bicycle] > 20)
  }

  /// They ride at 4.2 m/s or so, whatever the limit of the road, in the middle.
  @Test func theyRideAsCyclistsDo() throws {
    let map = try TrafficWorlds.map("straight", ["bicycle_lane": .number(1.5)])
    var run = try run(
      map,
      (0..<8).map {
        Who(id: "b\($0)", lanes: ["main_bicycle"], s: 10 + 40 * Double($0), speed: 4)
      })
    try run.run(seconds: 20)
    for row in 0..<8 where run.world.agents.present[row] != 0 {
      #expect(run.world.agents.speed[row] > 2 && run.world.agents.speed[row] < 6.3)
      #expect((run.world.agents.y[row] + 2.5).magnitude < 1e-6)
    }
    #expect(Set((0..<8).map { run.world.agents.speed[$0] }).count > 4)
  }

  /// On 1.5 m who is faster stays behind; on 2.2 m there are 1.2 m between the two middles, and it
  /// passes and comes back to the kerb, 0.6 m right of the middle.
  @Test(arguments: [(1.5, "right"), (2.2, "right"), (2.2, "left")])
  func fasterOnesPassWhereThereIsRoom(_ width: Double, _ side: String) throws {
    let map = try TrafficWorlds.map(
      "straight", ["bicycle_lane": .number(width), "driving_side": .text(side)])
    var run = try run(
      map,
      [
        Who(
          id: "fast", lanes: ["main_bicycle"], s: 10, speed: 5.5,
          parameters: ["desired_speed": .number(5.5)]),
        Who(
          id: "slow", lanes: ["main_bicycle"], s: 30, speed: 3,
          parameters: ["desired_speed": .number(3)]),
      ])
    let (fast, slow) = (try run.row("fast"), try run.row("slow"))
    var farthest = 0.0
    try run.run(seconds: 45) { world in
      #expect(TrafficWorlds.collisions(world) == [])
      farthest = max(farthest, world.agents.lateralOffset[fast].magnitude)
    }
    let agents = run.world.agents
    #expect((agents.arcLength[fast] > agents.arcLength[slow]) == (width > 2))
    if width > 2 {
      let kerb = side == "right" ? -0.6 : 0.6
      #expect((agents.lateralOffset[fast] - kerb).magnitude < 0.1)
      #expect((agents.lateralOffset[slow] - kerb).magnitude < 0.1)
      #expect(farthest > 0.5 && farthest < 0.65)
    } else {
      #expect(farthest == 0)
      #expect((agents.speed[fast] - 3).magnitude < 0.1)
    }
  }

  /// Who has passed others and comes back to the kerb, 0.5 m right of the middle, does not do so
  /// behind somebody who sets off there and whom it would run into: it stays beside, or falls in in
  /// time.
  @Test func theyComeBackOnlyBehindWhomTheyCanStop() throws {
    let map = try TrafficWorlds.map("straight", ["bicycle_lane": .number(2)])
    let speed: [String: ParameterValues.Value] = ["desired_speed": .number(5)]
    for gap in stride(from: 2.0, through: 12, by: 1) {
      var run = try run(
        map,
        [
          Who(
            id: "ahead", lanes: ["main_bicycle"], s: 40, speed: 0, offset: -0.5,
            parameters: speed),
          Who(
            id: "behind", lanes: ["main_bicycle"], s: 40 - gap, speed: 5, offset: 0.5,
            parameters: speed),
        ])
      let behind = try run.row("behind")
      try run.run(seconds: 15) { world in
        #expect(TrafficWorlds.collisions(world) == [], "\(gap) m")
        #expect(world.agents.acceleration[behind] > -3.1, "\(gap) m at tick \(world.tick)")
      }
    }
  }

  /// Two ride beside each other to where the one at the kerb turns right and the other goes
  /// straight on, 0.95 m between their middles: the other comes back to the kerb only behind it.
  @Test func whereWaysPartTheyKeepTheirDistance() throws {
    let map = try TrafficWorlds.map(
      "t_junction",
      [
        "control": .text("priority"), "bicycle_lane": .number(2), "crosswalks": .flag(true),
        "sidewalks": .flag(true),
      ])
    let turning = ["west_in_bicycle", "west_to_south_bicycle", "south_out_bicycle"]
    for lead in stride(from: -1.0, through: 1, by: 0.25) {
      for speed in [2.0, 3, 4] {
        let parameters: [String: ParameterValues.Value] = ["desired_speed": .number(5)]
        let end = try TrafficWorlds.route(map, ids: ["west_in_bicycle"]).centreline.length
        var run = try run(
          map,
          [
            Who(
              id: "turning", lanes: turning, s: end - 2, speed: speed, offset: -0.5,
              parameters: parameters),
            Who(
              id: "straight", lanes: Self.straightOn, s: end - 2 + lead, speed: speed,
              offset: 0.45, parameters: parameters),
          ])
        try run.run(seconds: 8) { world in
          #expect(TrafficWorlds.collisions(world) == [], "\(lead) m, \(speed) m/s")
        }
        #expect(run.world.agents.x[try run.row("straight")] > 5)
      }
    }
  }

  /// Who comes to rest on the way to the kerb goes aside by a tenth of its way to the end: it does
  /// not turn in its last moments, where its tail would swing out beside others.
  @Test func theyDoNotTurnAsTheyStop() throws {
    let map = try TrafficWorlds.map("four_way", ["bicycle_lane": .number(2)])
    for start in stride(from: 70.0, through: 90, by: 5) {
      var run = try run(
        map,
        [
          Who(
            id: "b", lanes: ["south_in_bicycle", "south_to_north_bicycle", "north_out_bicycle"],
            s: start, speed: 4, offset: 0.5, parameters: ["desired_speed": .number(4)])
        ])
      try run.run(seconds: 20) { world in
        #expect(world.agents.directionX[0].magnitude < 0.1, "\(start) m at tick \(world.tick)")
      }
      #expect(run.world.agents.speed[0] < 1e-6 && run.world.agents.lateralOffset[0] < -0.2)
    }
  }

  /// A red light holds them as it holds cars.
  @Test func theyStopAtRed() throws {
    let map = try TrafficWorlds.map("four_way", ["bicycle_lane": .number(1.5)])
    // The arms in the north and south are red for the first 25 s; their roads are 100 m long.
    var run = try run(
      map,
      [
        Who(
          id: "b", lanes: ["south_in_bicycle", "south_to_north_bicycle", "north_out_bicycle"],
          s: 60, speed: 5, parameters: ["desired_speed": .number(5)])
      ])
    try run.run(seconds: 24)
    #expect(run.world.agents.speed[0] < 0.1)
    #expect(run.world.agents.arcLength[0] < 100)
    try run.run(seconds: 15)
    #expect(run.world.agents.arcLength[0] > 110)
  }
}
