import SimCore
import SimGeometry
import SimModels
import SimStack
import SimWorld
import StackTestSupport
import Testing

@testable import SimPlanning

/// What an appointment asks for: at 100 to 110 m of the way, in ticks 80 to 100 (8 to 10 s).
@Suite struct ArrivalPaceTests {
  static func pace(
    at s: Double, speed: Double, limit: Double = 20, tick: Int,
    speeds: ClosedRange<Double>? = nil
  ) -> CandidateGenerator.Pace {
    arrival(speeds).pace(at: s, speed: speed, limit: limit, tick: tick)
  }

  static func arrival(_ speeds: ClosedRange<Double>? = nil) -> ArrivalPace {
    ArrivalPace(
      arrival: ArrivalWindow(ticks: 80...100, arcLengths: 100...110, speeds: speeds), step: 0.1)
  }

  @Test func inTimeNothingIsAskedFor() {
    // 100 m in 10 s take 10 m/s; at 11 m/s 88 m are done when the window opens.
    #expect(Self.pace(at: 0, speed: 11, tick: 0) == CandidateGenerator.Pace())
    // There, and after it.
    #expect(Self.pace(at: 105, speed: 0, tick: 90) == CandidateGenerator.Pace())
    #expect(Self.pace(at: 0, speed: 11, tick: 101) == CandidateGenerator.Pace())
  }

  @Test func whoIsEarlySlowsDown() {
    // 15 m/s would be past 110 m after 7.4 s: a tenth more than 110 m in 8 s.
    let pace = Self.pace(at: 0, speed: 15, tick: 0)
    #expect(abs(pace.speedLimit - 1.1 * 110 / 8) < 1e-12)
    #expect(pace.acceleration == nil && pace.headway == nil)
    // Inside and about to leave: 5 m in 2 s, and no more.
    #expect(abs(Self.pace(at: 105, speed: 6, tick: 60).speedLimit - 2.5) < 1e-12)
    // Half of the tenth 4 s ahead: 50 m in 4 s.
    #expect(abs(Self.pace(at: 60, speed: 16, tick: 40).speedLimit - 1.05 * 12.5) < 1e-12)
  }

  @Test func whoIsLateHurries() {
    // 100 m in 10 s from 2 m/s: with 0.9 m/s more each second 11 m/s in the end, 6.5 on average.
    #expect(abs(Self.arrival().neededSpeed(at: 0, tick: 0) - 10) < 1e-12)
    let pace = Self.pace(at: 0, speed: 2, tick: 0)
    #expect(pace.speedLimit == .infinity)
    #expect(pace.acceleration == 2.2 && pace.jerk == 5 && pace.headway == 1)
    // 12 m/s would do, but a limit of 7 m/s does not let it.
    #expect(Self.pace(at: 0, speed: 12, limit: 7, tick: 0).headway == nil)
    #expect(Self.pace(at: 0, speed: 7, limit: 7, tick: 0).headway == 1)
  }

  @Test func speedsOfTheGoalAreKept() {
    // At most 5 m/s: 0.96 * 5 there, and 0.6 m/s more for each second before 1.2 s ahead.
    let slow = Self.pace(at: 20, speed: 9, tick: 40, speeds: 0...5)
    #expect(abs(slow.speedLimit - (4.8 + 0.6 * 2.8)) < 1e-12)
    #expect(abs(Self.pace(at: 105, speed: 9, tick: 90, speeds: 0...5).speedLimit - 4.8) < 1e-12)
    // At least 12: run up to it over the last five seconds, not before.
    #expect(Self.pace(at: 60, speed: 11, tick: 50, speeds: 12...20).acceleration == 2.2)
    #expect(Self.pace(at: 10, speed: 11, tick: 5, speeds: 12...20).acceleration == nil)
  }

  @Test func pdmClosedArrivesInTime() throws {
    // From rest on a free road with a limit of 13.9 m/s, wanted at 300 m no earlier than 40 s.
    let map = TestRoads.straight()
    var setup = TestScenes.setup(map)
    setup.arrival = ArrivalWindow(ticks: 350...400, arcLengths: 300...310)
    func arrives(_ overrides: [String: ParameterValues.Value]) throws -> Double {
      var planner = PDMClosedPlanner(
        ParameterValues(PDMClosedPlanner.schema, overriding: overrides), setup)
      var ego = DrivenEgo(TestScenes.ego(x: 10, speed: 0))
      for _ in 0..<350 {
        let scene = TestScenes.scene(map, ego: ego.state)
        let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
        ego.follow(plan)
      }
      return ego.state.centre(TestScenes.vehicle).x
    }
    let place = try arrives([:])
    // (The tracker is late by up to a second.)
    #expect(place > 250 && place < 313)
    #expect(try arrives(["arrival": .flag(false)]) > 350)
  }
}
