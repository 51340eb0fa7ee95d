import SimCore
import SimGeometry

extension MapTemplate {
  /// One road straight ahead.
  static let straight = MapTemplate(
    "straight", "a straight one-way road",
    laneIDs: """
      main.1 … main.n; with a lane for bicycles main_bicycle; with sidewalks main_walk and, across \
      the road, far_walk
      """,
    parameters: [
      .lanes(2, 1...8, "number of lanes"),
      .length("length", 500, 10...50_000, "length of the road"),
      .laneWidth, .speedLimit(kilometresPerHour: 50), .bicycleLane,
    ] + ParameterSchema.roadWalks
  ) { (input) throws(MapBuildFailure) in
    var builder = LaneGraphBuilder(name: "")
    let strip = RoadStrip(
      input, road: "main", lanes: input.count("lanes"), bicycleLane: try input.bicycleLane())
    builder.add(strip, along: .straight(length: input["length"]))
    try input.addWalks(lanes: input.count("lanes"), oncoming: 0, to: &builder)
    return builder
  }

  /// A road with oncoming traffic.
  static let twoWay = MapTemplate(
    "two_way", "a straight road with oncoming traffic, for overtaking",
    laneIDs: """
      main.1 … main.n eastbound, oncoming.1 … oncoming.n westbound; with lanes for bicycles \
      main_bicycle and oncoming_bicycle; with sidewalks main_walk and far_walk
      """,
    parameters: [
      .lanes(1, 1...4, "number of lanes each way"),
      .length("length", 800, 10...50_000, "length of the road"),
      ParameterSchema(
        "centre_line", .choice(default: "dashed", among: ["dashed", "solid"]),
        "marking between the directions"),
      .laneWidth, .speedLimit(kilometresPerHour: 100), .bicycleLane,
    ] + ParameterSchema.roadWalks
  ) { (input) throws(MapBuildFailure) in
    var builder = LaneGraphBuilder(name: "")
    let strip = RoadStrip(
      input, road: "main", lanes: input.count("lanes"), oncoming: input.count("lanes"),
      centre: LaneMarking(rawValue: input.text("centre_line")) ?? .dashed,
      bicycleLane: try input.bicycleLane())
    builder.add(strip, along: .straight(length: input["length"]))
    try input.addWalks(lanes: input.count("lanes"), oncoming: input.count("lanes"), to: &builder)
    return builder
  }

  /// A single bend.
  static let curve = MapTemplate(
    "curve", "a straight, a bend with clothoids at both ends, and a straight",
    laneIDs: "main.1 … main.n; with two_way oncoming.1 … oncoming.n",
    parameters: [
      .lanes(1, 1...4, "number of lanes each way"),
      .length("radius", 50, 8...10_000, "radius of lane 1 in the bend"),
      ParameterSchema(
        "angle", .number(default: .pi / 2, in: -5.5...5.5, dimension: .angle),
        "how far it turns, left positive"),
      .length("transition", 10, 0...500, "length of each clothoid"),
      .length("lead_in", 100, 1...5_000, "straight before the bend"),
      .length("lead_out", 100, 1...5_000, "straight after the bend"),
      ParameterSchema("two_way", .flag(default: false), "with oncoming traffic"),
      .laneWidth, .speedLimit(kilometresPerHour: 50),
    ]
  ) { (input) throws(MapBuildFailure) in
    let bend = try input.bend(angle: input["angle"])
    return try input.winding(
      [.line(length: input["lead_in"])] + bend + [.line(length: input["lead_out"])])
  }

  /// Two bends in opposite directions.
  static let sCurve = MapTemplate(
    "s_curve", "two bends of opposite direction with clothoids, a straight between them",
    laneIDs: "main.1 … main.n; with two_way oncoming.1 … oncoming.n",
    parameters: [
      .lanes(1, 1...4, "number of lanes each way"),
      .length("radius", 60, 8...10_000, "radius of lane 1 in the bends"),
      ParameterSchema(
        "angle", .number(default: .pi / 3, in: -3...3, dimension: .angle),
        "how far the first bend turns, left positive; the second turns back"),
      .length("transition", 10, 0...500, "length of each clothoid"),
      .length("lead_in", 80, 1...5_000, "straight before the bends"),
      .length("between", 20, 0...5_000, "straight between the bends"),
      .length("lead_out", 80, 1...5_000, "straight after the bends"),
      ParameterSchema("two_way", .flag(default: false), "with oncoming traffic"),
      .laneWidth, .speedLimit(kilometresPerHour: 50),
    ]
  ) { (input) throws(MapBuildFailure) in
    let first = try input.bend(angle: input["angle"])
    let second = try input.bend(angle: -input["angle"])
    let between = input["between"] > 0 ? [PlanViewElement.line(length: input["between"])] : []
    return try input.winding(
      [.line(length: input["lead_in"])] + first + between + second
        + [.line(length: input["lead_out"])])
  }
}

extension RoadStrip {
  /// A road whose lane 1 is centred on the course, with the template's width and limit.
  init(
    _ input: TemplateInput, road: String, lanes: Int, oncoming: Int = 0,
    centre: LaneMarking = .solid, bicycleLane: Double = 0
  ) {
    self.init(
      forward: (road, lanes), backward: ("oncoming", oncoming),
      divider: (Double(lanes) - 0.5) * input["lane_width"], width: input["lane_width"],
      speedLimit: input["speed_limit"], centre: centre, bicycleLane: bicycleLane)
  }
}

extension SampledLine {
  /// A straight course along the x axis.
  static func straight(from start: Double = 0, length: Double) -> SampledLine {
    SampledLine(
      stations: [0, length], points: [Vector2(start, 0), Vector2(start + length, 0)],
      headings: [0, 0])
  }
}

extension TemplateInput {
  /// Clothoid, arc, clothoid.
  fileprivate func bend(angle: Double) throws(MapBuildFailure) -> [PlanViewElement] {
    if angle == 0 { throw MapBuildFailure("the bend turns by 0", parameter: "angle") }
    let curvature = (angle < 0 ? -1 : 1) / self["radius"]
    let transition = self["transition"]
    // Each clothoid turns by half of what the arc would over its length.
    let arc = angle.magnitude * self["radius"] - transition
    if arc < 0 {
      throw MapBuildFailure(
        "the bend is too short for its clothoids: \(transition) m each leave nothing of the arc",
        parameter: "transition")
    }
    var elements: [PlanViewElement] = []
    if transition > 0 { elements.append(.spiral(from: 0, to: curvature, length: transition)) }
    if arc > 0 { elements.append(.arc(curvature: curvature, length: arc)) }
    if transition > 0 { elements.append(.spiral(from: curvature, to: 0, length: transition)) }
    return elements
  }

  /// A road along some elements from the origin, with oncoming traffic if `two_way` says so.
  fileprivate func winding(
    _ elements: [PlanViewElement]
  ) throws(MapBuildFailure) -> LaneGraphBuilder {
    let lanes = count("lanes")
    let all = flag("two_way") ? 2 * lanes : lanes
    let width = self["lane_width"]
    // From the middle of lane 1 to the far edge on the left, and to its own edge on the right.
    let left = (Double(all) - 0.5) * width
    let bendsLeft = elements.contains { max($0.startCurvature, $0.endCurvature) > 0 }
    let inner = bendsLeft ? left : 0.5 * width
    if self["radius"] < inner + 1 {
      throw MapBuildFailure(
        "the bend is too tight for \(all) lanes: its inner edge would have no radius left",
        parameter: "radius")
    }
    let line = ReferenceLine(from: Pose2(x: 0, y: 0, heading: 0), elements)
    var builder = LaneGraphBuilder(name: "")
    let strip = RoadStrip(
      self, road: "main", lanes: lanes, oncoming: flag("two_way") ? lanes : 0)
    builder.add(strip, along: line.sample(line.stations(reach: left)))
    return builder
  }
}
