import SimCore
import SimGeometry

extension MapTemplate {
  /// A side road that ends at a through road.
  static let tJunction = MapTemplate(
    "t_junction", "a side road from the south that ends at a road from west to east",
    laneIDs: """
      west_in.*, west_out.*, and so on for east and south (in: towards the junction); connectors \
      west_to_east.*, west_to_south.1, …; with lanes for bicycles west_in_bicycle, \
      west_out_bicycle, … and connectors west_to_east_bicycle, west_to_south_bicycle, …; with \
      sidewalks west_in_walk, west_out_walk, … on the right of each, west_south_corner, …, and \
      crosswalks west_crosswalk, …
      """,
    parameters: [
      .lanes(1, 1...3, "lanes each way of the through road"),
      ParameterSchema(
        "side_lanes", .integer(default: 1, in: 1...3), "lanes each way of the side road"),
    ] + ParameterSchema.junction(control: "priority"),
    mirrorAxis: .y
  ) { (input) throws(MapBuildFailure) in
    // Its rightmost lane turns right, the others left, each into a lane of its own.
    if input.count("side_lanes") > input.count("lanes") + 1 {
      throw MapBuildFailure(
        "\(input.count("side_lanes")) lanes of the side road do not fit into the "
          + "\(input.count("lanes")) each way of the through road", parameter: "side_lanes")
    }
    return try input.junction([
      input.arm("west", .pi, input.count("lanes"), isMajor: true, group: 0),
      input.arm("south", 1.5 * .pi, input.count("side_lanes"), isMajor: false, group: 1),
      input.arm("east", 0, input.count("lanes"), isMajor: true, group: 0),
    ])
  }

  /// Two roads that cross.
  static let fourWay = MapTemplate(
    "four_way", "two roads that cross at a right angle",
    laneIDs: """
      north_in.*, north_out.*, and so on for east, south and west (in: towards the junction); \
      connectors north_to_south.*, north_to_east.1, … (from the north arm into the south arm); \
      with lanes for bicycles north_in_bicycle, north_out_bicycle, … and connectors \
      north_to_south_bicycle, north_to_west_bicycle, …; with sidewalks north_in_walk, \
      north_out_walk, … on the right of each, north_west_corner, …, and crosswalks \
      north_crosswalk, …
      """,
    parameters: [
      .lanes(1, 1...3, "lanes each way of the road from west to east"),
      ParameterSchema(
        "side_lanes", .integer(default: 0, in: 0...3),
        "lanes each way of the road from south to north; 0: as many as the other road has"),
    ] + ParameterSchema.junction(control: "signals"),
    mirrorAxis: .y
  ) { (input) throws(MapBuildFailure) in
    let lanes = input.count("lanes")
    let side = input.count("side_lanes") == 0 ? lanes : input.count("side_lanes")
    return try input.junction([
      input.arm("east", 0, lanes, isMajor: true, group: 0),
      input.arm("north", 0.5 * .pi, side, isMajor: false, group: 1),
      input.arm("west", .pi, lanes, isMajor: true, group: 0),
      input.arm("south", 1.5 * .pi, side, isMajor: false, group: 1),
    ])
  }
}

extension ParameterSchema {
  /// Parameters of a junction with its signals.
  static func junction(control: String) -> [ParameterSchema] {
    [
      .length("length", 100, 20...5_000, "length of each road up to the junction"),
      ParameterSchema(
        "control",
        .choice(default: control, among: JunctionPlan.Control.allCases.map(\.rawValue)),
        "who goes first; priority and stop: the road from west to east does"),
      .length("corner_radius", 6, 3...30, "radius of the kerb at the corners"),
      ParameterSchema("crosswalks", .flag(default: false), "with crosswalks on all arms"),
      .sidewalks,
      .laneWidth, .speedLimit(kilometresPerHour: 50), .bicycleLane,
    ] + signalProgram
  }

  /// Parameters of a signal program.
  static let signalProgram: [ParameterSchema] = [
    ParameterSchema(
      "stages", .choice(default: "2", among: ["2", "4"]),
      "2: both arms of a road are green together; 4: one arm after the other"),
    .seconds("green", 20, 3...300, "green time of each stage of a fixed program"),
    .seconds("yellow", 3, 1...10, "yellow time"),
    .seconds("all_red", 2, 0...20, "time without any green between stages"),
    ParameterSchema(
      "program", .choice(default: "fixed", among: ["fixed", "actuated"]),
      "fixed: a cycle; actuated: detectors call for stages and extend them"),
    .seconds("min_green", 7, 1...300, "shortest green of an actuated stage"),
    .seconds("max_green", 40, 1...300, "longest green of an actuated stage while others wait"),
    .seconds("passage", 3, 0...30, "actuated green lasts on for this long after a vehicle"),
    .length("detector", 12, 1...100, "length of the detectors before the stop lines"),
  ]
}

extension JunctionPlan {
  /// A junction with the template's parameters.
  init(_ input: TemplateInput, id: String, arms: [Arm]) {
    self.init(
      id: id, arms: arms, laneWidth: input["lane_width"], cornerRadius: input["corner_radius"],
      speedLimit: input["speed_limit"],
      control: Control(rawValue: input.text("control")) ?? .priority,
      program: Program(input),
      hasCrosswalks: input.flag("crosswalks"), hasSidewalks: input.flag("sidewalks"),
      bicycleLane: input["bicycle_lane"])
    if input.text("stages") == "4" {
      for i in arms.indices { self.arms[i].signalGroup = i }
    }
  }

  /// Fails if walkers get no time to cross an arm, or if the times of a program do not fit
  /// together.
  func checkWalkTimes() throws(MapBuildFailure) {
    if control == .signals, let actuation = program.actuation, actuation.mostGreen < program.green {
      throw MapBuildFailure("max_green is shorter than min_green", parameter: "max_green")
    }
    guard control == .signals, hasSidewalks, hasCrosswalks else { return }
    for arm in arms.indices where walkTime(arm) < JunctionPlan.leastWalk {
      throw MapBuildFailure(
        "the green time leaves walkers no time to cross the \(arms[arm].name) arm",
        parameter: program.actuation == nil ? "green" : "min_green")
    }
  }
}

extension JunctionPlan.Program {
  /// A program with the template's parameters.
  fileprivate init(_ input: TemplateInput) {
    let isActuated = input.text("program") == "actuated"
    self.init(
      green: input[isActuated ? "min_green" : "green"], yellow: input["yellow"],
      allRed: input["all_red"],
      actuation: isActuated
        ? JunctionPlan.Actuation(
          mostGreen: input["max_green"], passage: input["passage"],
          detectorLength: input["detector"]) : nil)
  }
}

extension TemplateInput {
  fileprivate func arm(
    _ name: String, _ heading: Double, _ lanes: Int, isMajor: Bool, group: Int
  ) -> JunctionPlan.Arm {
    let name = compass(name)
    return JunctionPlan.Arm(
      name: name, heading: heading, inRoad: "\(name)_in", outRoad: "\(name)_out", inLanes: lanes,
      outLanes: lanes, isMajor: isMajor, signalGroup: group)
  }

  /// One junction around the origin with a road on each arm. Arms counter-clockwise.
  fileprivate func junction(
    _ arms: [JunctionPlan.Arm]
  ) throws(MapBuildFailure) -> LaneGraphBuilder {
    var builder = LaneGraphBuilder(name: "")
    let bicycles = try bicycleLane()
    let plan = JunctionPlan(self, id: "junction", arms: arms)
    try plan.checkWalkTimes()
    let geometry = plan.geometry
    let layout = geometry.layout()
    for (arm, setback) in zip(plan.arms, layout.setbacks) {
      let way = Pose2(.zero, heading: arm.heading).advanced(by: setback)
      let line = ReferenceLine(from: way, [.line(length: self["length"])])
      let strip = RoadStrip(
        forward: (arm.outRoad, arm.outLanes), backward: (arm.inRoad, arm.inLanes),
        width: self["lane_width"], speedLimit: self["speed_limit"],
        bicycleLane: bicycles)
      builder.add(strip, along: line.sample([0, line.length]))
    }
    plan.add(layout, of: geometry, to: &builder)
    if plan.hasSidewalks { addWalks(plan, layout, to: &builder) }
    return builder
  }

  /// The sidewalks along the arms.
  private func addWalks(
    _ plan: JunctionPlan, _ layout: JunctionGeometry.Layout, to builder: inout LaneGraphBuilder
  ) {
    let geometry = plan.geometry
    let nodes = geometry.walkNodes
    for (i, arm) in plan.arms.enumerated() {
      let end = layout.setbacks[i] + self["length"]
      builder.add(
        WalkStrip.sidewalk(
          WalkStrip.id(beside: arm.outRoad),
          along: [
            geometry.walkPoint(besideOut: i, nodes[i]), geometry.walkPoint(besideOut: i, end),
          ]))
      builder.add(
        WalkStrip.sidewalk(
          WalkStrip.id(beside: arm.inRoad),
          along: [
            geometry.walkPoint(besideIn: i, end), geometry.walkPoint(besideIn: i, nodes[i]),
          ]))
    }
  }
}
