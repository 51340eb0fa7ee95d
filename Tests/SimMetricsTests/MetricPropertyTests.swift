import SimCore
import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// What must hold for any drive.
@Suite struct MetricPropertyTests {
  /// A wandering ego among wandering traffic on the hand-made road, from a seed.
  struct Drive {
    var ego: [EgoState]
    var actors: [RoadWorld.Actor]
    var reference: [EgoState]

    init(seed: UInt64) {
      let random = CounterRandom(seed: seed)
      let purpose = RandomPurpose("drive")
      func draw(_ range: ClosedRange<Double>, _ stream: UInt64, _ index: Int) -> Double {
        random.uniform(purpose, in: range, stream: stream, tick: 0, index: index)
      }
      let ticks = 80
      func wander(_ stream: UInt64) -> [(pose: Pose2, speed: Double, yawRate: Double)] {
        var pose = Pose2(
          x: draw(-40...60, stream, 0), y: draw(-0.6...4.5, stream, 1),
          heading: draw(-0.06...0.06, stream, 2))
        var speed = draw(0...14, stream, 3)
        let acceleration = draw(-2...2, stream, 4)
        let yawRate = draw(-0.06...0.06, stream, 5)
        return (0..<ticks).map { tick in
          defer {
            pose = pose.advanced(by: 0.1 * speed)
            pose.heading += 0.1 * yawRate * (tick < 40 ? 1 : -1)
            speed = max(0, speed + 0.1 * acceleration)
          }
          return (pose, speed, yawRate * (tick < 40 ? 1 : -1))
        }
      }
      func states(_ stream: UInt64) -> [EgoState] {
        wander(stream).enumerated().map { tick, entry in
          EgoState(
            timeMicroseconds: Int64(tick) * 100_000, pose: entry.pose,
            velocity: Vector2(entry.speed, 0), yawRate: entry.yawRate)
        }
      }
      ego = states(0)
      reference = states(1)
      let classes: [AgentClass] = [.car, .bicycle, .pedestrian, .trafficCone, .truck]
      actors = (0..<10).map { number in
        let stream = UInt64(number + 2)
        let agentClass = classes[number % classes.count]
        return RoadWorld.Actor(
          id: "a\(number)", agentClass: agentClass, length: draw(0.5...8, stream, 6),
          width: draw(0.5...2.5, stream, 7),
          motion: wander(stream).map { (pose: $0.pose, speed: agentClass.isObject ? 0 : $0.speed) })
      }
    }
  }

  /// The drives have something to find: collisions of all classes but one, low times, lane changes.
  @Test func drivesAreEventful() {
    let all = (0..<40).map { seed in
      let drive = Drive(seed: UInt64(seed))
      return DerivedSignals(
        RoadWorld().record(drive.ego, drive.actors, reference: drive.reference), ego: 0,
        profile: .strict)
    }
    #expect(Set(all.flatMap(\.collisions).map(\.kind)).count >= 4)
    #expect(all.flatMap(\.timeToCollision.values).count { $0 > 0 && $0 < 3 } > 50)
    #expect(all.flatMap(\.placement.isInLane).count { !$0 } > 100)
    #expect(all.flatMap(\.excursions).count { $0.distance > 0 } > 50)
  }

  /// Turning and shifting the whole world changes no score.
  @Test(arguments: 0..<40, MetricProfile.all)
  func rigidMotionChangesNothing(_ seed: Int, _ profile: MetricProfile) {
    let drive = Drive(seed: UInt64(seed))
    let angle = 0.37 + Double(seed)
    let here = RoadWorld()
    let there = RoadWorld(
      frame: Pose2(x: 300 - 7 * Double(seed), y: -120, heading: ExactMath.wrapAngle(angle)))
    let a = MetricCatalog.score(
      here.record(drive.ego, drive.actors, reference: drive.reference), profile: profile)
    let b = MetricCatalog.score(
      there.record(drive.ego, drive.actors, reference: drive.reference), profile: profile)
    expectClose([a.score], [b.score], 1e-9, "score")
    for (first, second) in zip(a.results, b.results) {
      #expect((first.value == nil) == (second.value == nil), "\(first.name)")
      expectClose([first.value ?? 0], [second.value ?? 0], 1e-9, first.name)
      expectClose(first.series, second.series, 2e-8, "series of \(first.name)")
      #expect(first.violations.map(\.firstTick) == second.violations.map(\.firstTick))
      #expect(first.violations.map(\.agent) == second.violations.map(\.agent))
    }
  }

  /// Somebody far away, in a row of its own, matters to nothing.
  @Test(arguments: 0..<20, MetricProfile.all)
  func farAgentsDoNotMatter(_ seed: Int, _ profile: MetricProfile) {
    let drive = Drive(seed: UInt64(seed))
    let far = RoadWorld.Actor.steady("zz", x: 2000, y: 500, speed: 10, ticks: 80)
    let world = RoadWorld()
    let map = world.map()
    let a = MetricCatalog.score(
      world.record(drive.ego, drive.actors, reference: drive.reference, on: map),
      profile: profile)
    let b = MetricCatalog.score(
      world.record(drive.ego, drive.actors + [far], reference: drive.reference, on: map),
      profile: profile)
    #expect(a.score == b.score)
    #expect(a.explanation == b.explanation)
    for (first, second) in zip(a.results, b.results) {
      #expect(first.value == second.value, "\(first.name)")
      #expect(first.violations == second.violations, "\(first.name)")
      // NaN in series and statistics is equal to nothing, so compare their bits.
      #expect(first.series.map(\.bitPattern) == second.series.map(\.bitPattern))
      #expect(
        first.statistics.map(\.value.bitPattern) == second.statistics.map(\.value.bitPattern))
    }
  }

  /// The exact time to collision is never later than the sampled one and at most one sample
  /// earlier, where nothing reverses.
  @Test(arguments: 0..<20)
  func sampledTimesFollowExactOnes(_ seed: Int) {
    let drive = Drive(seed: UInt64(seed))
    let record = RoadWorld().record(drive.ego, drive.actors)
    let exact = DerivedSignals(record, ego: 0, profile: .strict).timeToCollision.values
    let sampled = DerivedSignals(record, ego: 0, profile: .nuPlanCompat).timeToCollision.values
    for (a, b) in zip(exact, sampled) where b < .infinity {
      #expect(a <= b + 1e-9 && b - a <= 0.1 + 1e-9, "\(a) \(b)")
    }
  }

  /// Looking only at who can come close loses nobody: every pair tested the long way gives the same
  /// collisions and times.
  @Test(arguments: 0..<20, MetricProfile.all)
  func shortcutsLoseNothing(_ seed: Int, _ profile: MetricProfile) {
    let drive = Drive(seed: UInt64(seed))
    let signals = DerivedSignals(
      RoadWorld().record(drive.ego, drive.actors), ego: 0, profile: profile)
    let agents = signals.agents
    let others = (0..<agents.history.agents).filter { $0 != agents.ego }
    var firstContact: [Int: Int] = [:]
    for tick in 0..<signals.ticks {
      let ego = signals.motion.boxes[tick]
      for row in others where firstContact[row] == nil && ego.overlaps(agents.box(tick, row)) {
        firstContact[row] = tick
      }
      var least = Double.infinity
      let isFault = signals.collisions.contains { $0.tick == tick && $0.isAtFault }
      let seesSides = !signals.placement.isInLane[tick] || signals.placement.isInJunction[tick]
      let isStanding = signals.motion.speeds[tick] <= 0.005
      for row in others where firstContact[row] == nil && !isStanding {
        let box = agents.box(tick, row)
        let bearing = Bearing(
          of: box.centre, from: signals.motion.states[tick].pose.position, heading: ego.heading,
          along: ego.direction, by: profile.bearings)
        guard bearing == .ahead || (seesSides && bearing == .lateral) else { continue }
        least = min(
          least,
          profile.timeToCollision.between(
            ego, moving: ego.direction * signals.motion.speeds[tick], box,
            moving: box.direction * agents.speed(tick, row)))
      }
      #expect(signals.timeToCollision.values[tick] == (isFault ? 0 : least), "tick \(tick)")
    }
    #expect(
      signals.collisions.map(\.tick) == signals.collisions.compactMap { firstContact[$0.agent] })
    #expect(signals.collisions.count == firstContact.count)
  }
}
