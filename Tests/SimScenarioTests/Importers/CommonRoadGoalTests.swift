import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimScenario

private typealias Text = CommonRoadText

/// Goals of every form, and the routes to them.
@Suite struct CommonRoadGoalTests {
  /// Two lanes beside each other (1 left of 2), 100 m, then 3 and 4 behind them, 100 m.
  private static let twoLanes =
    Text.straight(
      1, from: (0, 0), to: (100, 0),
      "<successor ref=\"3\"/><adjacentRight ref=\"2\" drivingDir=\"same\"/>")
    + Text.straight(
      2, from: (0, -4), to: (100, -4),
      "<successor ref=\"4\"/><adjacentLeft ref=\"1\" drivingDir=\"same\"/>")
    + Text.straight(
      3, from: (100, 0), to: (200, 0),
      "<predecessor ref=\"1\"/><adjacentRight ref=\"4\" drivingDir=\"same\"/>")
    + Text.straight(
      4, from: (100, -4), to: (200, -4),
      "<predecessor ref=\"2\"/><adjacentLeft ref=\"3\" drivingDir=\"same\"/>")

  private func scenario(goals: [String]) throws -> Scenario {
    try Text.scenario(
      Text.file(Self.twoLanes + Text.problem(900, Text.state(0, 10, 0), goals: goals)))
  }

  private func lanes(_ scenario: Scenario) throws -> [String] {
    let ego = try #require(scenario.agents.first { $0.spec.id == "ego" })
    return try #require(ego.route).lanes.map { scenario.map.lanes[$0].id }
  }

  @Test func laneletGoals() throws {
    let scenario = try scenario(goals: [
      "<position><lanelet ref=\"4\"/><lanelet ref=\"2\"/></position>" + Text.window(10, 80)
    ])
    let goal = scenario.egos[0].goals[0]
    guard case .lanes(let lanes)? = goal.regions?.first else {
      Issue.record("no lanes")
      return
    }
    #expect(goal.regions?.count == 1)
    #expect(lanes == [3, 1])
    // The nearest of both is lane 2, a lane change away.
    #expect(try self.lanes(scenario) == ["1", "2", "4"])
  }

  @Test func rectangleGoals() throws {
    // 10 m by 2 m around (150, -4), turned by 90 degrees: corners 1 m along, 5 m across.
    let scenario = try scenario(goals: [
      "<position><rectangle><length>10</length><width>2</width>"
        + "<orientation>1.5707963267948966</orientation>"
        + "<center><x>150</x><y>-4</y></center></rectangle></position>" + Text.window(10, 80)
    ])
    guard case .polygon(let polygon)? = scenario.egos[0].goals[0].regions?.first else {
      Issue.record("no polygon")
      return
    }
    let corners = [Vector2(149, 1), Vector2(149, -9), Vector2(151, -9), Vector2(151, 1)]
    for (vertex, corner) in zip(polygon.vertices, corners) {
      #expect(vertex.distance(to: corner) < 1e-12)
    }
    // Lane 3 is met too, and without a lane change.
    #expect(try lanes(scenario) == ["1", "3"])
    let route = try #require(scenario.agents[0].route)
    #expect(abs((route.goalArcLength ?? 0) - 150) < 1e-9)
  }

  @Test func aRectangleWithoutCentreIsAtTheOrigin() throws {
    let scenario = try scenario(goals: [
      "<position><rectangle><length>4</length><width>2</width></rectangle></position>"
        + Text.window(10, 80)
    ])
    guard case .polygon(let polygon)? = scenario.egos[0].goals[0].regions?.first else {
      Issue.record("no polygon")
      return
    }
    #expect(polygon.vertices == [Vector2(2, 1), Vector2(-2, 1), Vector2(-2, -1), Vector2(2, -1)])
    // It lies behind the ego: the route follows the road, which is said.
    #expect(try lanes(scenario) == ["1", "3"])
    #expect(
      Text.messages(scenario.notes) == [
        "goals that cannot be reached: the route follows the road: planning problem 900"
      ])
  }

  @Test func circleAndPolygonGoals() throws {
    let circle = try scenario(goals: [
      "<position><circle><radius>1.5</radius><center><x>180</x><y>-4</y></center></circle>"
        + "</position>" + Text.window(10, 80)
    ])
    guard case .circle(let centre, let radius)? = circle.egos[0].goals[0].regions?.first else {
      Issue.record("no circle")
      return
    }
    #expect(centre == Vector2(180, -4) && radius == 1.5)
    #expect(try lanes(circle) == ["1", "2", "4"])
    let polygon = try scenario(goals: [
      "<position><polygon>\(Text.points([(120, -3), (130, -3), (125, -5)]))</polygon></position>"
        + Text.window(10, 80)
    ])
    #expect(try lanes(polygon) == ["1", "2", "4"])
  }

  @Test func headingsOfGoalsWrapAround() throws {
    func heading(_ lower: Double, _ upper: Double) throws -> (lower: Double, width: Double)? {
      try scenario(goals: [Text.window(10, 80) + Text.interval("orientation", lower, upper)])
        .egos[0].goals[0].heading
    }
    let front = try #require(try heading(-0.5, 0.25))
    #expect(front.lower == -0.5 && front.width == 0.75)
    let back = try #require(try heading(3, -3))
    #expect(back.lower == 3)
    #expect(abs(back.width - (2 * .pi - 6)) < 1e-12)
  }

  @Test func goalsOfADirectionConcernLanesOfThatDirection() throws {
    // The oncoming lane 2 lies nearer to the region's middle, but runs the other way.
    let road =
      Text.straight(
        1, from: (0, 0), to: (200, 0), "<adjacentLeft ref=\"2\" drivingDir=\"opposite\"/>")
      + Text.straight(
        2, from: (200, 4), to: (0, 4), "<adjacentLeft ref=\"1\" drivingDir=\"opposite\"/>")
    let region =
      "<position><rectangle><length>10</length><width>6</width>"
      + "<center><x>150</x><y>3</y></center></rectangle></position>"
    let scenario = try Text.scenario(
      Text.file(
        road
          + Text.problem(
            900, Text.state(0, 10, 0),
            goals: [region + Text.window(1, 80) + Text.interval("orientation", -0.2, 0.2)])))
    let route = try #require(scenario.agents[0].route)
    #expect(route.lanes == [0])
    #expect(abs((route.goalArcLength ?? 0) - 150) < 1e-9)
  }

  @Test func anyOfSeveralGoalsWillDo() throws {
    let scenario = try scenario(goals: [
      "<position><lanelet ref=\"4\"/></position>" + Text.window(10, 40),
      "<position><lanelet ref=\"3\"/></position>" + Text.window(10, 60),
    ])
    #expect(scenario.egos[0].goals.map(\.ticks) == [10...40, 10...60])
    #expect(scenario.ticks == 60)
    // Lane 3 needs no lane change.
    #expect(try lanes(scenario) == ["1", "3"])
  }

  @Test func aWayAcrossSolidLinesIsSaid() throws {
    let marking = "<lineMarking>solid</lineMarking>"
    let road =
      Text.lanelet(
        1, left: [(0, 2), (200, 2)], right: [(0, -2), (200, -2)],
        "<adjacentRight ref=\"2\" drivingDir=\"same\"/>", rightMarking: marking)
      + Text.lanelet(
        2, left: [(0, -2), (200, -2)], right: [(0, -6), (200, -6)],
        "<adjacentLeft ref=\"1\" drivingDir=\"same\"/>", leftMarking: marking)
    let scenario = try Text.scenario(
      Text.file(
        road
          + Text.problem(
            900, Text.state(0, 10, 0),
            goals: ["<position><lanelet ref=\"2\"/></position>" + Text.window(1, 80)])))
    #expect(scenario.agents[0].route?.lanes == [0, 1])
    #expect(
      Text.messages(scenario.notes) == [
        "ways to a goal that cross solid markings: planning problem 900"
      ])
  }
}
