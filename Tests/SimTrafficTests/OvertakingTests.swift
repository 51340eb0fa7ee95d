import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

/// Passing over the oncoming lane, on roads on which one can say what must happen: main.1 leads
/// along y = 0 to the east, oncoming.1 along y = 3.5 to the west.
@Suite struct OvertakingTests {
  struct Road {
    let map: LaneGraph
    let routes: [Route]
    let length: Double

    init(
      length: Double = 1_000, limit: Double = 25, _ more: [String: ParameterValues.Value] = [:]
    ) throws {
      var values: [String: ParameterValues.Value] = [
        "length": .number(length), "speed_limit": .number(limit),
      ]
      values.merge(more) { $1 }
      map = try TrafficWorlds.map("two_way", values)
      self.length = length
      routes = [
        try TrafficWorlds.route(map, ids: ["main.1"]),
        try TrafficWorlds.route(map, ids: ["oncoming.1"]),
      ]
    }

    /// - Parameter x: of its centre; who comes towards the others drives to the west.
    func car(
      _ id: String, x: Double, speed: Double, oncoming: Bool = false, overtake: String = "slow",
      length: Double = 4.8, kind: AgentClass = .car,
      _ more: [String: ParameterValues.Value] = [:]
    ) -> TrafficRun.Member {
      var all: [String: ParameterValues.Value] = ["overtake": .text(overtake)]
      all.merge(more) { $1 }
      return TrafficRun.Member(
        spec: TrafficWorlds.car(
          id, path: oncoming ? 1 : 0, s: oncoming ? self.length - x : x, speed: speed,
          length: length, agentClass: kind),
        policy: "idm", parameters: all, route: routes[oncoming ? 1 : 0])
    }

    /// One that keeps a speed.
    func tractor(_ x: Double, speed: Double) -> TrafficRun.Member {
      car(
        "tractor", x: x, speed: speed, overtake: "never", length: 6, kind: .truck,
        ["desired_speed": .number(speed)])
    }

    /// A lorry that has broken down in the middle of main.1, 8 m by 2.5 m.
    func parked(_ x: Double) -> TrafficRun.Member {
      .init(spec: TrafficWorlds.obstacle("parked", x: x, y: 0, length: 8, width: 2.5))
    }

    func run(_ members: [TrafficRun.Member]) throws -> TrafficRun {
      try TrafficRun(map, members, paths: routes.map(\.centreline))
    }
  }

  /// What is seen of a drive.
  struct Story {
    var passedAt: Double?
    /// Ticks in which the car's middle is over the line.
    var ticksOver: [Int] = []
    var leftMost = 0.0
    var hardest = 0.0
    var lights: Set<VehicleLights> = []
    var hashes: [UInt64] = []
  }

  /// Runs and looks at `car`; there are no collisions, and nobody is off the road.
  private func watch(
    _ run: inout TrafficRun, seconds: Double, past x: Double = .infinity,
    _ look: (World, Int) -> Void = { _, _ in }
  ) throws -> Story {
    var story = Story()
    let car = try run.row("car")
    var hash: UInt64 = 0
    for _ in 0..<run.world.clock.ticks(seconds) {
      try run.step()
      let world = run.world
      let agents = world.agents
      hash = world.stateHash(chaining: hash)
      story.hashes.append(hash)
      #expect(TrafficWorlds.collisions(world).isEmpty)
      for row in 0..<agents.count
      where agents.present[row] != 0 && agents.motions[row] == .path {
        // The road is from y = -1.75 to 5.25.
        let box = agents.box(row)
        for corner in box.cornerArray {
          #expect(corner.y > -1.75 && corner.y < 5.25, "\(agents.ids[row]) is off the road")
        }
        story.hardest = min(story.hardest, agents.acceleration[row])
      }
      look(world, world.tick)
      guard agents.present[car] != 0 else { continue }
      if agents.y[car] > 1.75 { story.ticksOver.append(world.tick) }
      story.leftMost = max(story.leftMost, agents.y[car])
      story.lights.insert(agents.indicators[car])
      if story.passedAt == nil, agents.x[car] > x { story.passedAt = world.clock.seconds(world.tick) }
    }
    return story
  }

  /// With nobody in sight it goes round the lorry: 1.25 m of it on the left, 0.8 m of room and half
  /// of its own 1.9 m make y = 3.0. Then it is back in the middle of its lane.
  @Test(arguments: [4.0, 12, 20]) func passesAParkedLorry(_ speed: Double) throws {
    let road = try Road()
    var run = try road.run([
      road.car("car", x: 150, speed: speed, overtake: "standing"), road.parked(300),
    ])
    let story = try watch(&run, seconds: 50, past: 320)
    #expect(try #require(story.passedAt) < 40)
    #expect(abs(story.leftMost - 3.0) < 0.1)
    #expect(story.lights == [[], .left, .right])
    #expect(story.hardest > -3.5)
    let car = try run.row("car")
    if run.world.agents.present[car] != 0 { #expect(abs(run.world.agents.y[car]) < 0.01) }
    // It is over there for some seconds only.
    #expect(story.ticksOver.count > 10 && story.ticksOver.count < 130)
  }

  /// By default nobody does, and a solid line is not crossed.
  @Test func keepsBehindWhereItMust() throws {
    let dashed = try Road()
    let solid = try Road(["centre_line": .text("solid")])
    for (road, overtake) in [(dashed, "never"), (solid, "standing")] {
      var run = try road.run([
        road.car("car", x: 150, speed: 12, overtake: overtake), road.parked(300),
      ])
      let story = try watch(&run, seconds: 40, past: 300)
      #expect(story.passedAt == nil && story.leftMost == 0)
      #expect(run.world.agents.speed[try run.row("car")] < 0.5)
    }
  }

  /// Somebody comes: the car lets it by before it goes round the lorry.
  @Test func waitsForWhoComes() throws {
    let road = try Road()
    var run = try road.run([
      road.car("car", x: 180, speed: 12, overtake: "standing"), road.parked(300),
      road.car("other", x: 560, speed: 20, oncoming: true, ["desired_speed": .number(20)]),
    ])
    let other = try run.row("other")
    let car = try run.row("car")
    var slowest = 99.0
    let story = try watch(&run, seconds: 60, past: 320) { world, _ in
      slowest = min(slowest, world.agents.present[other] != 0 ? world.agents.speed[other] : 99)
      if world.agents.y[car] > 0.5, world.agents.present[other] != 0 {
        #expect(world.agents.x[other] < world.agents.x[car])
      }
    }
    #expect(story.passedAt != nil)
    // The other does not have to do anything.
    #expect(slowest > 19.9)
  }

  /// A steady stream leaves no gap for half a minute; then it goes.
  @Test func waitsForAStream() throws {
    let road = try Road(length: 1_500)
    let stream = (0..<14).map { k in
      road.car(
        "other\(10 + k)", x: 330 + 60 * Double(k), speed: 15, oncoming: true,
        ["desired_speed": .number(15)])
    }
    var run = try road.run(
      [road.car("car", x: 180, speed: 12, overtake: "standing"), road.parked(300)] + stream)
    let last = try run.row("other23")
    let story = try watch(&run, seconds: 100, past: 320) { world, _ in
      for row in 0..<world.agents.count where world.agents.ids[row].hasPrefix("other") {
        // At 60 m from each other they want 14.2 m/s.
        if world.agents.present[row] != 0 { #expect(world.agents.speed[row] > 14) }
      }
    }
    // The last is where the lorry stands after (330 + 13 * 60 - 304) / 15 s.
    #expect(try #require(story.passedAt) > 53)
    #expect(run.world.agents.present[last] == 0 || run.world.agents.x[last] < 300)
  }

  /// Behind a tractor at 7 m/s on an open road it goes past; it does not with `standing`.
  @Test func passesATractor() throws {
    let road = try Road(length: 2_000)
    func run(_ overtake: String) throws -> (Story, TrafficRun) {
      var run = try road.run([
        road.car("car", x: 40, speed: 15, overtake: overtake), road.tractor(120, speed: 7),
      ])
      return (try watch(&run, seconds: 45), run)
    }
    let (story, after) = try run("slow")
    let agents = after.world.agents
    #expect(agents.x[try after.row("car")] > agents.x[try after.row("tractor")] + 30)
    #expect(abs(agents.y[try after.row("car")]) < 0.05)
    #expect(story.hardest > -3)
    let (calm, behind) = try run("standing")
    #expect(calm.leftMost == 0)
    #expect(
      behind.world.agents.x[try behind.row("car")] < behind.world.agents.x[
        try behind.row("tractor")])
  }

  /// It takes some 12 s and 200 m to pass a tractor at 10 m/s, and who comes at 25 m/s makes 350 m
  /// in 14 s: it does not begin with one coming at 400 m, and does with one at 900 m.
  @Test func judgesTheGap() throws {
    let road = try Road(length: 2_000)
    func begins(_ distance: Double) throws -> (hasBegun: Bool, story: Story) {
      var run = try road.run([
        road.car("car", x: 80, speed: 10), road.tractor(105, speed: 10),
        road.car("other", x: 80 + distance, speed: 25, oncoming: true),
      ])
      let other = try run.row("other")
      let car = try run.row("car")
      var hasBegun = false
      let story = try watch(&run, seconds: 40) { world, _ in
        if world.agents.y[car] > 0.5, world.agents.present[other] != 0,
          world.agents.x[other] > world.agents.x[car]
        {
          hasBegun = true
        }
      }
      return (hasBegun, story)
    }
    let near = try begins(400)
    let far = try begins(900)
    #expect(!near.hasBegun)
    // It goes when the other is by.
    #expect(near.story.leftMost > 2.5)
    #expect(far.hasBegun)
    #expect(far.story.hardest > -4)
  }

  /// Who is not of the policy (as the ego) is seen from as far as its own cars: it lets one by that
  /// comes at 25 m/s from 450 m.
  @Test func seesOthersFromAfar() throws {
    let road = try Road(length: 2_000)
    let ticks = 400
    let x = (0...ticks).map { 530 - 2.5 * Double($0) }
    let track = RecordedTrack(
      present: x.map { $0 > 0 ? 1 : 0 }, x: x, y: x.map { _ in 3.5 },
      heading: x.map { _ in Double.pi }, speed: x.map { _ in 25 }, acceleration: x.map { _ in 0 })
    let other = TrafficRun.Member(
      spec: AgentSpec(
        id: "other", agentClass: .car, length: 4.8, width: 1.9, motion: .placed,
        centre: Pose2(x: 530, y: 3.5, heading: .pi), speed: 25),
      policy: "replay", recording: track)
    var run = try road.run([road.car("car", x: 80, speed: 10), road.tractor(105, speed: 10), other])
    let car = try run.row("car")
    let row = try run.row("other")
    let story = try watch(&run, seconds: 35) { world, _ in
      if world.agents.present[row] != 0, world.agents.x[row] > world.agents.x[car] {
        #expect(world.agents.y[car] < 0.1)
      }
    }
    #expect(story.leftMost > 2.5)
    #expect(story.hardest > -4)
  }

  /// Somebody comes out of nowhere while it is still behind the tractor: it gives up.
  @Test func givesUp() throws {
    let road = try Road(length: 2_000)
    var members = [
      road.car("car", x: 80, speed: 10), road.tractor(105, speed: 10),
    ]
    // Recorded: it is there from tick 30 on, and does not brake.
    let ticks = 400
    let present = (0...ticks).map { UInt8($0 >= 30 ? 1 : 0) }
    let x = (0...ticks).map { 420 - 2.0 * Double($0 - 30) }
    let track = RecordedTrack(
      present: present, x: x, y: x.map { _ in 3.5 }, heading: x.map { _ in Double.pi },
      speed: x.map { _ in 20 }, acceleration: x.map { _ in 0 })
    members.append(
      .init(
        spec: AgentSpec(
          id: "ghost", agentClass: .car, length: 4.8, width: 1.9, motion: .placed,
          isPresent: false, centre: Pose2(x: 420, y: 3.5, heading: .pi), speed: 20),
        policy: "replay", recording: track))
    var run = try road.run(members)
    let car = try run.row("car")
    let ghost = try run.row("ghost")
    var wasOut = false
    let story = try watch(&run, seconds: 20) { world, tick in
      if tick < 31, world.agents.y[car] > 0.3 { wasOut = true }
      if world.agents.present[ghost] != 0,
        (world.agents.x[ghost] - world.agents.x[car]).magnitude < 10
      {
        #expect(world.agents.y[car] < 1)
      }
    }
    #expect(wasOut)
    #expect(story.hardest > -8.01)
  }

  /// Who comes towards somebody that is not back in time brakes for it.
  @Test func whoComesBrakes() throws {
    let road = try Road(length: 2_000)
    // A blind one on the wrong side of the road.
    var run = try road.run([
      .init(
        spec: TrafficWorlds.car("car", path: 0, s: 100, speed: 5, offset: 3.5),
        policy: "constant_speed", parameters: ["speed": .number(5)]),
      road.car("other", x: 350, speed: 20, oncoming: true),
    ])
    let other = try run.row("other")
    try run.run(seconds: 11) { world in
      #expect(TrafficWorlds.collisions(world).isEmpty)
    }
    #expect(run.world.agents.speed[other] < 8)
  }

  /// Two lorries with 20 m between them are passed in one go.
  @Test func passesARow() throws {
    let road = try Road()
    var second = road.parked(326)
    second.spec.id = "parked_2"
    var run = try road.run([
      road.car("car", x: 180, speed: 12, overtake: "standing"), road.parked(300), second,
    ])
    let car = try run.row("car")
    let story = try watch(&run, seconds: 60, past: 345) { world, _ in
      let x = world.agents.x[car]
      if x > 300, x < 326 { #expect(world.agents.y[car] > 2) }
    }
    #expect(story.passedAt != nil)
  }

  /// Lorries beside each other on both lanes leave no way.
  @Test func staysWhereTheRoadIsBlocked() throws {
    let road = try Road()
    var second = road.parked(310)
    second.spec.id = "parked_2"
    second.spec.centre.position.y = 3.5
    var run = try road.run([
      road.car("car", x: 180, speed: 12, overtake: "standing"), road.parked(300), second,
    ])
    let story = try watch(&run, seconds: 30)
    #expect(story.leftMost == 0)
  }

  /// Drivers behind each other go one after the other, however near they follow: also the last one,
  /// for whom the lorry is hidden behind those who pass it.
  @Test(arguments: [0.6, 0.8, 1, 1.2, 1.5]) func oneAfterTheOther(_ headway: Double) throws {
    let road = try Road(length: 1_500)
    var run = try road.run(
      [road.parked(400)]
        + (0..<4).map { k in
          road.car(
            k == 0 ? "car" : "follower\(k)", x: 330 - 25 * Double(k), speed: 10,
            overtake: "standing", ["headway": .number(headway)])
        })
    _ = try watch(&run, seconds: 90)
    for row in 0..<run.world.count where run.world.agents.motions[row] == .path {
      let agents = run.world.agents
      #expect(agents.present[row] == 0 || agents.x[row] > 420, "\(agents.ids[row]) is stuck")
    }
  }

  @Test func isTheSameEachTime() throws {
    let road = try Road(length: 1_500)
    func run() throws -> [UInt64] {
      var run = try road.run([
        road.car("car", x: 80, speed: 10), road.tractor(110, speed: 8),
        road.car("other", x: 700, speed: 25, oncoming: true),
      ])
      return try watch(&run, seconds: 30).hashes
    }
    let (first, second) = (try run(), try run())
    #expect(first == second)
  }
}
