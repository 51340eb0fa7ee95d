import SimCore
import SimGeometry

// Where agents start and where they are going.
extension ScenarioDecoder {
  /// Where an agent is at tick 0; nil, with an error in the sink, if that is not clear.
  func placement(_ agent: MappingDecoder) -> PlacementDeclaration? {
    let ways = ["lane", "position", "path"].filter { agent.has($0) }
    guard let way = ways.first else {
      let isPathKnown = agent.section.keys.contains { $0.name == "path" }
      sink.error(
        at: agent.location, "\(agent.section.noun) needs a place",
        hint: "give 'lane' and 's', or 'position' and 'heading'"
          + (isPathKnown ? ", or 'path'" : ""))
      return nil
    }
    for other in ways.dropFirst() { agent.refuse(other, with: way) }
    switch way {
    case "lane":
      agent.refuse("heading", with: "lane")
      let lane = agent.text("lane")
      let s = agent.required("s").flatMap { arcLength($0, "'s'") }
      let offset = agent.quantity("offset", .length, in: -100...100) ?? 0
      let turned = agent.quantity("turned", .angle, in: -7...7) ?? 0
      guard let lane, let s else { return nil }
      return .lane(lane, s: s, offset: offset, turned: turned)
    case "position":
      for key in ["s", "offset", "turned"] { agent.refuse(key, with: "position") }
      let heading = agent.quantity("heading", .angle, in: -7...7) ?? 0
      guard let tree = agent.value("position"), let point = point(tree, "'position'") else {
        return nil
      }
      return .pose(Located(Pose2(point, heading: heading), at: tree.location))
    default:
      for key in ["heading", "turned"] { agent.refuse(key, with: "path") }
      let s = agent.value("s").flatMap { arcLength($0, "'s'") }
      let offset = agent.quantity("offset", .length, in: -100...100) ?? 0
      guard let tree = agent.value("path"), let points = points(tree, "'path'", atLeast: 2) else {
        return nil
      }
      return .path(
        Located(points, at: tree.location), s: s ?? Located(0, at: tree.location), offset: offset)
    }
  }

  private func arcLength(_ tree: ParameterTree, _ what: String) -> Located<Double>? {
    scalar.quantity(tree, what, .length, in: 0...ScenarioLimits.coordinate).map {
      Located($0, at: tree.location)
    }
  }

  func point(_ tree: ParameterTree, _ what: String) -> Vector2? {
    let range = -ScenarioLimits.coordinate...ScenarioLimits.coordinate
    return scalar.numbers(tree, what, count: 2, .length, in: range).map { Vector2($0[0], $0[1]) }
  }

  func points(_ tree: ParameterTree, _ what: String, atLeast count: Int) -> [Vector2]? {
    guard case .sequence(let items) = tree.value, items.count >= count else {
      sink.error(
        at: tree.location,
        "\(what) must be a list of at least \(count) points, not \(tree.sizedKindName)",
        hint: "write it like [[0, 0], [10, 5]]")
      return nil
    }
    let points = items.compactMap { point($0, "a point of \(what)") }
    return points.count == items.count ? points : nil
  }

  /// The lanes that a route leads over.
  func via(_ agent: MappingDecoder) -> [Located<String>] {
    (agent.items("route") ?? []).compactMap { scalar.text($0, "a lane of 'route'") }
  }

  // MARK: - Goals

  /// The goals of an agent: one mapping, or a list of alternatives.
  func goals(_ agent: MappingDecoder) -> [GoalDeclaration] {
    (agent.items("goal") ?? []).compactMap { goal($0) }
  }

  private func goal(_ tree: ParameterTree) -> GoalDeclaration? {
    guard let goal = MappingDecoder(tree, .goal, sink) else { return nil }
    let before = sink.errorCount
    let region = region(goal)
    let time = goal.value("time").flatMap { bounds($0, "'time'", .time, in: 0...1e6) }
    let speed = goal.value("speed").flatMap {
      bounds($0, "'speed'", .speed, in: ScenarioLimits.speed)
    }
    let heading = goal.value("heading").flatMap { headings($0) }
    guard sink.errorCount == before else { return nil }
    guard region != nil || time != nil || speed != nil || heading != nil else {
      sink.error(
        at: goal.location, "a goal needs a condition",
        hint: "give 'lane' and 's', 'lanes', 'position' and 'radius', or 'polygon'")
      return nil
    }
    // A window of time covers the ticks inside it.
    let first = time.map { Int(($0.lowerBound / clock.step - 1e-6).rounded(.up)) }
    let last = time.map { Int(($0.upperBound / clock.step + 1e-6).rounded(.down)) }
    var ticks: ClosedRange<Int>?
    if let first, let last {
      guard first <= last else {
        sink.error(at: goal.keyLocation("time"), "there is no tick in this window of time")
        return nil
      }
      ticks = first...last
    }
    return GoalDeclaration(
      region: region, ticks: ticks, speed: speed, heading: heading, location: goal.location)
  }

  private func region(_ goal: MappingDecoder) -> GoalDeclaration.Region? {
    let ways = ["lane", "lanes", "position", "polygon"].filter { goal.has($0) }
    for other in ways.dropFirst() { goal.refuse(other, with: ways[0]) }
    if ways.first != "lane", goal.has("s") {
      sink.error(at: goal.keyLocation("s"), "'s' of a goal needs 'lane'")
    }
    if ways.first != "position", goal.has("radius") {
      sink.error(at: goal.keyLocation("radius"), "'radius' of a goal needs 'position'")
    }
    switch ways.first {
    case "lane":
      guard let lane = goal.text("lane") else { return nil }
      guard goal.has("s") else { return .lanes([lane]) }
      return goal.value("s").flatMap { arcLength($0, "'s'") }.map { .lanePosition(lane, s: $0) }
    case "lanes":
      let lanes = (goal.items("lanes") ?? []).compactMap { scalar.text($0, "a lane") }
      return lanes.isEmpty ? nil : .lanes(lanes)
    case "position":
      let radius = goal.quantity("radius", .length, in: 0.1...10_000) ?? 2
      return goal.value("position").flatMap { point($0, "'position'") }.map {
        .circle(centre: $0, radius: radius)
      }
    case "polygon":
      return goal.value("polygon").flatMap { points($0, "'polygon'", atLeast: 3) }.map {
        .polygon($0)
      }
    default:
      return nil
    }
  }

  /// A range of values: `[low, high]` or `{min: low, max: high}`.
  func bounds(
    _ tree: ParameterTree, _ what: String, _ dimension: Dimension, in range: ClosedRange<Double>
  ) -> ClosedRange<Double>? {
    let low: Double?
    let high: Double?
    if case .mapping = tree.value {
      guard let given = MappingDecoder(tree, .bounds, sink) else { return nil }
      low = given.quantity("min", dimension, in: range) ?? range.lowerBound
      high = given.quantity("max", dimension, in: range) ?? range.upperBound
    } else {
      let pair = scalar.numbers(tree, what, count: 2, dimension, in: range)
      low = pair?[0]
      high = pair?[1]
    }
    guard let low, let high else { return nil }
    guard low <= high else {
      sink.error(
        at: tree.location,
        "\(what) runs from low to high, not from \(NumberText.shown(low)) to "
          + NumberText.shown(high))
      return nil
    }
    return low...high
  }

  /// Headings from the first counter-clockwise to the second.
  private func headings(_ tree: ParameterTree) -> (lower: Double, width: Double)? {
    guard let pair = scalar.numbers(tree, "'heading'", count: 2, .angle, in: -7...7) else {
      return nil
    }
    let turn = 2 * Double.pi
    var width = pair[1] - pair[0]
    if width < 0 { width += turn }
    return (pair[0], min(width, turn))
  }
}

extension ScenarioSection {
  /// Keys of everything that has a place.
  static let placementKeys: [ScenarioKey] = [
    ScenarioKey("lane", "lane id", .optional, "the lane it is on"),
    ScenarioKey("s", "length", .optional, "place of the box centre along the lane or path"),
    ScenarioKey("offset", "length", .standard("0 m"), "to the left of the lane's centreline"),
    ScenarioKey("turned", "angle", .standard("0 rad"), "counter-clockwise against the lane"),
    ScenarioKey("position", "[x, y]", .optional, "place of the box centre, instead of a lane"),
    ScenarioKey("heading", "angle", .standard("0 rad"), "with position, from +x"),
    ScenarioKey("speed", "speed", .standard("0 m/s"), "at tick 0"),
  ]

  /// Keys of everything that has a way to go.
  static let routeKeys: [ScenarioKey] = [
    ScenarioKey("goal", "goal, or list of them", .optional, "where to get; any of them will do"),
    ScenarioKey("route", "list of lane ids", .optional, "lanes that the route leads over"),
  ]

  static let goal = ScenarioSection(
    path: "ego.goal", noun: "a goal",
    summary: "Met in a tick in which every condition holds that is given.",
    keys: [
      ScenarioKey("lane", "lane id", .optional, "on this lane, at or past s if that is given"),
      ScenarioKey("s", "length", .optional, "along the lane"),
      ScenarioKey("lanes", "list of lane ids", .optional, "on any of these lanes"),
      ScenarioKey("position", "[x, y]", .optional, "within the radius of this point"),
      ScenarioKey("radius", "length", .standard("2 m"), "around the position"),
      ScenarioKey("polygon", "list of [x, y]", .optional, "inside this polygon"),
      ScenarioKey("time", "[from, to]", .optional, "since the episode's start"),
      ScenarioKey("speed", "[from, to]", .optional, "within these bounds"),
      ScenarioKey(
        "heading", "[from, to]", .optional, "between these, counter-clockwise from the first"),
    ])

  static let bounds = ScenarioSection(
    path: "bounds", noun: "a range", summary: "A range of values; also written [min, max].",
    keys: [
      ScenarioKey("min", "number", .optional, "lowest value"),
      ScenarioKey("max", "number", .optional, "highest value"),
    ])
}
