import SimEpisode
import SimGeometry
import SimMap
import SimScenario
import SimStack
import StackTestSupport
import Testing

/// Goals as appointments along a route of 400 m.
@Suite struct GoalArrivalTests {
  static let map = TestRoads.straight()

  static func arrival(_ goal: Goal) -> ArrivalWindow? {
    goal.arrival(along: TestRoads.route(map, lane: 0), on: map, duration: 100)
  }

  @Test func regionIsAStretchOfTheRoute() {
    // A circle of 5 m around 100 m.
    let goal = Goal(
      regions: [.circle(centre: Vector2(100, 0), radius: 5)], ticks: 20...30, speed: 4...6)
    #expect(
      Self.arrival(goal) == ArrivalWindow(ticks: 20...30, arcLengths: 95...105, speeds: 4...6))
  }

  @Test func whatSaysNoMoreThanTheEpisodeIsNone() {
    let regions: [Goal.Region] = [.circle(centre: Vector2(100, 0), radius: 5)]
    #expect(Self.arrival(Goal(regions: regions)) == nil)
    #expect(Self.arrival(Goal(regions: regions, ticks: 0...100)) == nil)
    #expect(Self.arrival(Goal(regions: regions, ticks: 0...99)) != nil)
    #expect(Self.arrival(Goal(ticks: 20...30)) == nil)
    // Beside the route.
    let beside: [Goal.Region] = [.circle(centre: Vector2(100, 20), radius: 5)]
    #expect(Self.arrival(Goal(regions: beside, ticks: 20...30)) == nil)
  }
}
