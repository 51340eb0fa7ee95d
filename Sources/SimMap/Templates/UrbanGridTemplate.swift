import SimCore
import SimGeometry

extension MapTemplate {
  /// A town of square blocks.
  static let urbanGrid = MapTemplate(
    "urban_grid", "streets that cross in a grid of junctions",
    laneIDs: """
      r<row>c<column> names a junction (rows from the south, columns from the west, from 1) and \
      a_b.k the road from a to b, e.g. r1c1_r1c2.1. With open borders the streets go on for half \
      a block to w<row>, e<row>, s<column>, n<column>, e.g. w1_r1c1.1 leads in. Connectors: \
      r1c1_w_to_e.1 (from the western arm into the eastern one). With lanes for bicycles: \
      w1_r1c1_bicycle, r1c1_w_to_e_bicycle. With sidewalks: r1c1_r1c2_walk on the right of a road, \
      r1c1_n_w_corner, and crosswalks r1c1_n_crosswalk
      """,
    parameters: [
      ParameterSchema("rows", .integer(default: 3, in: 1...40), "rows of junctions"),
      ParameterSchema("columns", .integer(default: 3, in: 1...40), "columns of junctions"),
      .length("block", 120, 60...2_000, "distance between junctions"),
      .lanes(1, 1...3, "lanes each way"),
      ParameterSchema(
        "borders", .choice(default: "open", among: ["open", "closed"]),
        "open: streets lead out at the border; closed: the streets end there in corners and Ts"),
      ParameterSchema(
        "control",
        .choice(default: "signals", among: JunctionPlan.Control.allCases.map(\.rawValue)),
        "who goes first; priority and stop: the streets from west to east do"),
      .length("corner_radius", 6, 3...15, "radius of the kerb at the corners"),
      ParameterSchema("crosswalks", .flag(default: false), "with crosswalks on all arms"),
      .sidewalks,
      .laneWidth, .speedLimit(kilometresPerHour: 50), .bicycleLane,
    ] + ParameterSchema.signalProgram,
    mirrorAxis: .y
  ) { (input) throws(MapBuildFailure) in
    try GridPlan(input).layOut()
  }
}

private struct GridPlan {
  let input: TemplateInput
  let rows: Int
  let columns: Int
  let lanes: Int
  let block: Double
  let isOpen: Bool
  let bicycleLane: Double
  /// Name of the node at each place, row by row from one before the first; see `node`.
  private var names: [String?] = []

  init(_ input: TemplateInput) throws(MapBuildFailure) {
    self.input = input
    rows = input.count("rows")
    columns = input.count("columns")
    lanes = input.count("lanes")
    block = input["block"]
    isOpen = input.text("borders") == "open"
    bicycleLane = try input.bicycleLane()
    names.reserveCapacity((rows + 2) * (columns + 2))
    for row in 0...(rows + 1) {
      for column in 0...(columns + 1) { names.append(name(row, column)) }
    }
    if !isOpen && (rows < 2 || columns < 2) {
      throw MapBuildFailure(
        "a closed grid needs at least two rows and two columns", parameter: "borders")
    }
    // What junctions take of a block, with room for 10 m of road between them.
    let plan = plan(row: 1, column: 1)
    let taken = 2 * (plan.geometry.setbacks.max() ?? 0)
    if block < taken + 10 {
      throw MapBuildFailure(
        "junctions of \(taken) m across leave no road on blocks of \(block) m", parameter: "block")
    }
    try plan.checkWalkTimes()
  }

  /// Steps to the next junction for each arm: east, north, west, south.
  private static let steps: [(row: Int, column: Int)] = [(0, 1), (1, 0), (0, -1), (-1, 0)]

  /// Name of the node at a place: a junction, or an end of a street beyond the border; nil where
  /// nothing is. In the finished map columns count from the west, also if it is mirrored.
  private func node(_ row: Int, _ column: Int) -> String? {
    names[row * (columns + 2) + column]
  }

  private func name(_ row: Int, _ column: Int) -> String? {
    let shown = input.isMirrored ? columns + 1 - column : column
    let isInside = (1...rows).contains(row) && (1...columns).contains(column)
    if isInside { return "r\(row)c\(shown)" }
    guard isOpen else { return nil }
    if row == 0 { return "s\(shown)" }
    if row == rows + 1 { return "n\(shown)" }
    // (In the corners nothing is ever asked for.)
    return shown == 0 ? "w\(row)" : "e\(row)"
  }

  private func plan(row: Int, column: Int) -> JunctionPlan {
    let here = node(row, column) ?? ""
    // Short enough for ids of up to 99 by 99 junctions to need no memory of their own.
    let names = input.isMirrored ? ["w", "n", "e", "s"] : ["e", "n", "w", "s"]
    var arms: [JunctionPlan.Arm] = []
    // Arms in the order from the first one after a gap, turned so that this one points east: then
    // all corners have one shape, and so have all Ts.
    let isThere = Self.steps.map { node(row + $0.row, column + $0.column) != nil }
    let turns = (0..<4).first { isThere[$0] && !isThere[($0 + 3) % 4] } ?? 0
    for i in 0..<4 {
      let k = (i + turns) % 4
      let step = Self.steps[k]
      guard let other = node(row + step.row, column + step.column) else { continue }
      arms.append(
        JunctionPlan.Arm(
          name: names[k], heading: 0.5 * .pi * Double(i),
          inRoad: "\(other)_\(here)", outRoad: "\(here)_\(other)", inLanes: lanes,
          outLanes: lanes, isMajor: k % 2 == 0, signalGroup: k % 2))
    }
    var plan = JunctionPlan(input, id: here, arms: arms)
    plan.prefix = "\(here)_"
    plan.quarterTurns = turns
    plan.centre = CoordinateGrid.rounded(
      Vector2(Double(column - 1) * block, Double(row - 1) * block))
    // Neighbouring junctions alternate, or the whole town would stand still at once.
    if (row + column) % 2 == 1 {
      plan.program.offset = plan.program.green + plan.program.yellow + plan.program.allRed
    }
    // A bend needs no control.
    if arms.count == 2 { plan.control = .uncontrolled }
    return plan
  }

  func layOut() -> LaneGraphBuilder {
    var builder = LaneGraphBuilder(name: "")
    builder.reserve(lanes: 20 * rows * columns)
    // Junctions with the same arms have the same shape.
    var places: [JunctionGeometry: Int] = [:]
    var shapes: [Shape] = []
    var plans: [[JunctionPlan]] = []
    // Place of each junction's shape.
    var shapeOf: [[Int]] = []
    for row in 1...rows {
      plans.append((1...columns).map { plan(row: row, column: $0) })
      shapeOf.append(
        plans[row - 1].map { plan in
          let geometry = plan.geometry
          if let place = places[geometry] { return place }
          places[geometry] = shapes.count
          shapes.append(Shape(geometry: geometry, layout: geometry.layout()))
          return shapes.count - 1
        })
    }
    /// Index of a junction's arm towards east, north, west or south.
    func arm(_ row: Int, _ column: Int, towards k: Int) -> Int {
      let plan = plans[row - 1][column - 1]
      let heading = 0.5 * .pi * Double((k - plan.quarterTurns + 4) % 4)
      return plan.arms.firstIndex { ($0.heading - heading).magnitude < 0.1 } ?? 0
    }
    /// Setback of that arm.
    func setback(_ row: Int, _ column: Int, towards k: Int) -> Double {
      shapes[shapeOf[row - 1][column - 1]].layout.setbacks[arm(row, column, towards: k)]
    }
    /// Where its sidewalks end.
    func walkNode(_ row: Int, _ column: Int, towards k: Int) -> Double {
      shapes[shapeOf[row - 1][column - 1]].geometry.walkNodes[arm(row, column, towards: k)]
    }
    for row in 1...rows {
      for column in 1...columns {
        for (k, step) in Self.steps.enumerated() {
          let (r, c) = (row + step.row, column + step.column)
          guard let here = node(row, column), let other = node(r, c) else { continue }
          let isInside = (1...rows).contains(r) && (1...columns).contains(c)
          // Each street once: from its western or southern end.
          if isInside && k >= 2 { continue }
          let heading = 0.5 * .pi * Double(k)
          let start = setback(row, column, towards: k)
          let end =
            isInside
            ? block - setback(r, c, towards: (k + 2) % 4) : start + 0.5 * block
          let pose = Pose2(plans[row - 1][column - 1].centre, heading: heading)
          let from = pose.position + Self.way(k) * start
          let to = pose.position + Self.way(k) * end
          let course = SampledLine(
            stations: [0, end - start], points: [from, to], headings: [heading, heading])
          let strip = RoadStrip(
            forward: ("\(here)_\(other)", lanes), backward: ("\(other)_\(here)", lanes),
            width: input["lane_width"], speedLimit: input["speed_limit"],
            bicycleLane: bicycleLane)
          builder.add(strip, along: course)
          guard input.flag("sidewalks") else { continue }
          let near = pose.position + Self.way(k) * walkNode(row, column, towards: k)
          let far =
            isInside
            ? pose.position + Self.way(k) * (block - walkNode(r, c, towards: (k + 2) % 4)) : to
          let edge = Double(lanes) * input["lane_width"] + bicycleLane
          let aside = Self.way(k).left * (edge + WalkStrip.middle)
          builder.add(
            WalkStrip.sidewalk(
              WalkStrip.id(beside: "\(here)_\(other)"), along: [near - aside, far - aside]))
          builder.add(
            WalkStrip.sidewalk(
              WalkStrip.id(beside: "\(other)_\(here)"), along: [far + aside, near + aside]))
        }
      }
    }
    for (row, numbers) in zip(plans, shapeOf) {
      for (plan, shape) in zip(row, numbers) {
        let place = builder.lanes.count
        plan.add(shapes[shape].layout, of: shapes[shape].geometry, to: &builder)
        if let first = shapes[shape].firstLane {
          builder.addCopies(builder.lanes.count - place, of: first)
        } else {
          shapes[shape].firstLane = place
        }
      }
    }
    return builder
  }

  /// What junctions with the same arms have in common.
  private struct Shape {
    var geometry: JunctionGeometry
    var layout: JunctionGeometry.Layout
    /// Where the first junction of this shape has its lanes.
    var firstLane: Int?
  }

  /// Unit vector of an arm, exact.
  private static func way(_ k: Int) -> Vector2 {
    Vector2(Double(steps[k].column), Double(steps[k].row))
  }
}
