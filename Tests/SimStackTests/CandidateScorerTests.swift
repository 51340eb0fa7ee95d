import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld
import StackTestSupport
import Testing

/// Scores of drives made by hand on a straight road of two lanes, 3.5 m wide, along +x.
@Suite struct CandidateScorerTests {
  static let map = TestRoads.straight()
  static let vehicle = VehicleParameters.pacifica

  /// Straight drives at constant speed; rear axle at x0, y.
  static func states(_ drives: [(x: Double, y: Double, speed: Double)]) -> CandidateStates {
    var states = CandidateStates(candidates: drives.count, samples: 41)
    for (candidate, drive) in drives.enumerated() {
      for step in 0...40 {
        states.set(
          candidate, step,
          to: EgoState(
            pose: Pose2(x: drive.x + drive.speed * 0.1 * Double(step), y: drive.y, heading: 0),
            velocity: Vector2(drive.speed, 0)))
      }
    }
    return states
  }

  static func score(
    _ drives: [(x: Double, y: Double, speed: Double)],
    among tracks: [(box: OrientedBox, speed: Double, agentClass: AgentClass)] = []
  ) throws -> [CandidateScorer.Result] {
    var obstacles = ObstacleForecast(steps: 50, stepsPerEntry: 1, capacity: 8)
    for (index, track) in tracks.enumerated() {
      obstacles.add(
        id: index, track.agentClass, box: track.box, speed: track.speed, isFixed: false
      ) { entry in
        (
          track.box.centre + track.box.direction * (track.speed * 0.1 * Double(entry)),
          track.box.direction
        )
      }
    }
    let centreline = try #require(
      CandidatePath(poses: (0...40).map { Pose2(x: 10 * Double($0), y: 0, heading: 0) }))
    var scorer = CandidateScorer(candidates: drives.count, samples: 41)
    var areas = DrivingAreas(on: map, route: [0], by: .map)
    scorer.score(
      states(drives), among: obstacles, on: &areas, along: centreline, vehicle)
    return scorer.results
  }

  static func box(_ x: Double, _ y: Double = 0, heading: Double = 0) -> OrientedBox {
    OrientedBox(centre: Vector2(x, y), heading: heading, length: 4.8, width: 1.9)
  }

  @Test func freeRoadIsWorthItsProgress() throws {
    // 20 m and 40 m in 4 s: shares 1/2 and 1; the rest is perfect: (2.5 + 5 + 2)/12 and 1.
    let results = try Self.score([(20, 0, 5), (20, 0, 10)])
    #expect(abs(results[0].progress - 20) < 1e-9)
    #expect(abs(results[0].score - 9.5 / 12) < 1e-9)
    #expect(results[1].score == 1)
    #expect(results[1].comfortParts == .all)
  }

  @Test func whoRunsIntoAStandingCarScoresNothing() throws {
    // Front at 20 + 4.049; the car begins at 47.6: 23.551 m at 10 m/s are met at 2.4 s (step 24).
    // The time to collision is looked at 0.9 s before: 14.551 m, step 15.
    let results = try Self.score(
      [(20, 0, 10), (20, 0, 4)], among: [(Self.box(50), 0, .car)])
    #expect(results[0].noCollision == 0)
    #expect(results[0].collisionStep == 24)
    #expect(results[0].ttc == 0)
    #expect(results[0].ttcStep == 15)
    #expect(results[0].score == 0)
    #expect(results[1].score == 1)
  }

  @Test func whatMovesIsKeptClearOf() throws {
    // Sides at 1.1485 and 2.2985 - 0.95: 0.2 m apart. Passed at 8 m/s more than it, that is too
    // near; standing it may be passed so.
    let besides = Self.box(40, 2.2985)
    let moving = try Self.score([(20, 0, 10)], among: [(besides, 2, .car)])
    let standing = try Self.score([(20, 0, 10)], among: [(besides, 0, .car)])
    #expect(moving[0].ttc == 0 && moving[0].noCollision == 1)
    #expect(standing[0].ttc == 1 && standing[0].noCollision == 1)
  }

  @Test func comfortIsThatOfTheMetric() throws {
    // From 1.5 to -3.3 m/s^2 at once: accelerations within their bounds (the filter adds 3/32 of
    // the step on either side), but a jerk of about 4.8 x 28 / (280 x 0.1 s) m/s^3.
    var states = Self.states([(20, 0, 10), (20, 0, 10)])
    for step in 0...40 {
      var state = EgoState(
        pose: Pose2(x: 20 + Double(step), y: 0, heading: 0), velocity: Vector2(10, 0))
      state.acceleration.x = step < 20 ? 1.5 : -3.3
      states.set(1, step, to: state)
    }
    let centreline = try #require(
      CandidatePath(poses: (0...40).map { Pose2(x: 10 * Double($0), y: 0, heading: 0) }))
    let obstacles = ObstacleForecast(steps: 50, stepsPerEntry: 1, capacity: 1)
    var areas = DrivingAreas(on: Self.map, route: [0], by: .map)
    var scorer = CandidateScorer(candidates: 2, samples: 41)
    scorer.score(states, among: obstacles, on: &areas, along: centreline, Self.vehicle)
    #expect(scorer.results[0].comfortParts == .all)
    #expect(scorer.results[1].comfort == 0)
    #expect(!scorer.results[1].comfortParts.contains(.longitudinalJerk))
    #expect(scorer.results[1].comfortParts.contains(.longitudinalAcceleration))
  }

  @Test func objectsCostHalf() throws {
    let results = try Self.score(
      [(20, 0, 10)], among: [(Self.box(50), 0, .barrier), (Self.box(55), 0, .barrier)])
    // Two of them cost no more than one; the time to collision is 0, progress and comfort whole.
    #expect(results[0].noCollision == 0.5)
    #expect(abs(results[0].score - 0.5 * 7 / 12) < 1e-12)
  }

  @Test func whoIsHitFromBehindIsNotToBlame() throws {
    // A car 20 m behind, 15 m/s faster.
    let results = try Self.score([(60, 0, 2)], among: [(Self.box(30), 17, .car)])
    #expect(results[0].noCollision == 1)
    #expect(results[0].ttc == 1)
  }

  @Test func cornersOffTheRoadCloseTheGate() throws {
    // The road ends at y = -1.75; half the width is 1.1485. A rear axle at -0.7 sticks out by
    // 0.0985 m, within the tolerance of 0.3 m; one at -1 by 0.3985 m.
    let results = try Self.score([(20, -0.7, 5), (20, -1, 5)])
    #expect(results[0].drivableArea == 1)
    #expect(results[1].drivableArea == 0)
    #expect(results[1].score == 0)
  }

  @Test func drivingAgainstTheLanesIsToldByDirection() throws {
    var states = CandidateStates(candidates: 3, samples: 41)
    // Against the lane at 1, 0.4 and 2 m/s: 4 m, 1.6 m and 8 m in 4 s.
    for (candidate, speed) in [1, 0.4, 2].enumerated() {
      for step in 0...40 {
        states.set(
          candidate, step,
          to: EgoState(
            pose: Pose2(x: 200 - 0.1 * speed * Double(step), y: 3.5, heading: .pi),
            velocity: Vector2(speed, 0)))
      }
    }
    var scorer = CandidateScorer(candidates: 3, samples: 41)
    // The route is elsewhere.
    var areas = DrivingAreas(on: Self.map, route: [], by: .map)
    let line = try #require(
      CandidatePath(poses: [Pose2(x: 0, y: 0, heading: 0), Pose2(x: 400, y: 0, heading: 0)]))
    scorer.score(
      states, among: ObstacleForecast(steps: 50, stepsPerEntry: 1, capacity: 1), on: &areas,
      along: line, Self.vehicle)
    #expect(scorer.results.map(\.drivingDirection) == [0.5, 1, 0])
    // Backwards there is no progress.
    #expect(scorer.results.allSatisfy { $0.progress == 0 })
  }

  @Test func acrossTwoLanesIsNoticed() {
    var areas = DrivingAreas(on: Self.map, route: [0], by: .official)
    areas.gather(BoundingBox(centre: Vector2(50, 0), halfSide: 30), around: Vector2(50, 0))
    #expect(areas.place(of: Self.box(50)) == [])
    #expect(areas.place(of: Self.box(50, 1.5)) == .acrossLanes)
    // The official test: out of the route's lanes is oncoming, whatever its direction.
    var elsewhere = DrivingAreas(on: Self.map, route: [], by: .official)
    elsewhere.gather(BoundingBox(centre: Vector2(50, 0), halfSide: 30), around: Vector2(50, 0))
    #expect(elsewhere.place(of: Self.box(50)) == .oncoming)
    #expect(elsewhere.place(of: Self.box(50, -3)) == [.offRoad, .oncoming])
  }
}
