import SimCore
import SimGeometry

extension MapTemplate {
  /// A roundabout: traffic on it goes first.
  static let roundabout = MapTemplate(
    "roundabout", "a roundabout; traffic on the circle has priority",
    laneIDs: """
      Arms are numbered in driving order, arm1 comes from the west: arm1_in.*, arm1_out.*; ring1.* \
      is the circle from arm1 to arm2. Connectors: arm1_enter.* (onto the circle), arm1_exit.* \
      (off it), arm1_pass.* (on the circle past arm1). Lane 1 of the circle is the outer one
      """,
    parameters: [
      ParameterSchema("entries", .integer(default: 4, in: 2...6), "number of arms, evenly spaced"),
      .length("radius", 20, 10...150, "radius of the outer lane's centreline"),
      .lanes(1, 1...2, "lanes of the circle and of each arm, each way"),
      .length("length", 100, 20...5_000, "length of each arm"),
      .length("entry_radius", 14, 8...60, "radius of the turns onto and off the circle"),
      .length("island", 2, 0...20, "width of the island between an arm's directions"),
      .laneWidth, .speedLimit(kilometresPerHour: 50),
      .speed("circle_speed_limit", kilometresPerHour: 30, "speed limit on the circle"),
    ]
  ) { (input) throws(MapBuildFailure) in
    try RoundaboutPlan(input).layOut()
  }
}

/// Lays out one arm along the +x axis and turns it to all others. Right-hand traffic, so the circle
/// is driven counter-clockwise.
private struct RoundaboutPlan {
  let input: TemplateInput
  let entries: Int
  let lanes: Int
  let width: Double
  let radius: Double
  /// Angle on the circle between an arm's axis and where its traffic joins (and leaves).
  let reach: Double
  /// Distance from the centre at which the arms' lanes end.
  let setback: Double

  init(_ input: TemplateInput) throws(MapBuildFailure) {
    self.input = input
    entries = input.count("entries")
    lanes = input.count("lanes")
    width = input["lane_width"]
    radius = input["radius"]
    let offset = 0.5 * input["island"] + (Double(lanes) - 0.5) * width
    let entry = input["entry_radius"]
    if radius - Double(lanes) * width < 3 {
      throw MapBuildFailure(
        "a radius of \(radius) m leaves no middle inside \(lanes) lanes", parameter: "radius")
    }
    // The turn is an arc of the entry radius that touches the arm's outer lane (a line at `offset`
    // beside the axis) and the circle from outside: its centre is at radius + entry from the
    // middle and at offset + entry beside the axis.
    let sine = (offset + entry) / (radius + entry)
    guard sine < 0.95 else {
      throw MapBuildFailure(
        "turns of \(entry) m onto a circle of \(radius) m do not fit beside the arm's lanes",
        parameter: "entry_radius")
    }
    reach = ExactMath.asin(sine)
    setback = (radius + entry) * ExactMath.cos(reach)
    let room = 2 * Double.pi / Double(entries) - 2 * reach
    guard room * (radius - Double(lanes - 1) * width) > 5 else {
      throw MapBuildFailure(
        "\(entries) arms do not fit around a circle of \(radius) m", parameter: "radius")
    }
  }

  func layOut() -> LaneGraphBuilder {
    var builder = LaneGraphBuilder(name: "")
    let spacing = 2 * Double.pi / Double(entries)
    for arm in 1...entries {
      // Arm 1 points west; driving order is counter-clockwise.
      let angle = .pi + spacing * Double(arm - 1)
      let next = arm % entries + 1
      addArm(arm, angle, &builder)
      addCircle(arm, next, from: angle + reach, to: angle + spacing - reach, &builder)
    }
    addSurface(&builder)
    return builder
  }

  /// Radius of a lane of the circle; lane 1 is the outer one.
  private func circle(_ lane: Int) -> Double { radius - Double(lane - 1) * width }

  /// The pose on a lane of the circle at an angle.
  private func pose(_ lane: Int, _ angle: Double) -> Pose2 {
    let out = Pose2(.zero, heading: angle).direction
    return Pose2(out * circle(lane), heading: angle + 0.5 * .pi)
  }

  private func addArm(_ arm: Int, _ angle: Double, _ builder: inout LaneGraphBuilder) {
    let out = Pose2(.zero, heading: angle).direction
    let line = ReferenceLine(
      from: Pose2(out * setback, heading: angle), [.line(length: input["length"])])
    let half = 0.5 * input["island"]
    let names = (enter: "arm\(arm)_in", leave: "arm\(arm)_out")
    var strip = RoadStrip(
      forward: (names.leave, lanes), backward: (names.enter, lanes), width: width,
      speedLimit: input["speed_limit"])
    strip.forward?.shift(by: -half)
    strip.backward?.shift(by: half)
    let course = line.sample([0, line.length])
    let drafts = strip.drafts(along: course)
    for draft in drafts where draft.segment == names.leave { builder.add(draft) }
    if let surface = strip.surface(along: course) { builder.add(surface) }
    let junction = "junction\(arm)"
    let before = arm == 1 ? entries : arm - 1
    for lane in 1...lanes {
      let offset = half + (Double(lanes - lane) + 0.5) * width
      let far = out * (setback + input["length"]) + out.left * offset
      let near = Pose2(out * setback + out.left * offset, heading: angle + .pi)
      // The way in ends where it is about to touch the circle, in the middle of its turn.
      let turn = TurnCurve(from: near, to: pose(lane, angle + reach))
      let edge = radius + width + 0.5
      let cut = max(1, turn.points.firstIndex { $0.length < edge } ?? 1)
      let way = TurnCurve(
        points: [far] + turn.points[...cut], headings: [angle + .pi] + turn.headings[...cut])
      if var draft = drafts.first(where: { $0.id == "\(names.enter).\(lane)" }),
        let lines = way.lines(startWidth: width, endWidth: width)
      {
        draft.shape = .complete(lines)
        builder.add(draft)
      }
      builder.add(
        StopLineDraft(
          "\(names.enter).\(lane)_yield", rule: .yield, lanes: ["\(names.enter).\(lane)"]))
      add(
        "arm\(arm)_enter", lane, junction,
        TurnCurve(points: Array(turn.points[cut...]), headings: Array(turn.headings[cut...])),
        from: "\(names.enter).\(lane)", to: "ring\(arm).\(lane)", &builder)
      add(
        "arm\(arm)_exit", lane, junction,
        TurnCurve(
          from: pose(lane, angle - reach),
          to: Pose2(out * setback - out.left * offset, heading: angle)),
        from: "ring\(before).\(lane)", to: "\(names.leave).\(lane)", &builder)
    }
    addPassing(arm, angle, junction, &builder)
    let enter = (1...lanes).map { "arm\(arm)_enter.\($0)" }
    let pass = (1...lanes).map { "arm\(arm)_pass.\($0)" }
    for (i, entering) in enter.enumerated() {
      // An inner lane is reached across the outer ones.
      for passing in pass.prefix(i + 1) {
        builder.addPriority(yielding: entering, priority: passing)
      }
    }
    if lanes == 2 {
      // Who leaves from the inner lane crosses the outer one.
      builder.addPriority(yielding: "arm\(arm)_exit.2", priority: "arm\(arm)_pass.1")
    }
  }

  private func add(
    _ road: String, _ lane: Int, _ junction: String, _ curve: TurnCurve, from: String, to: String,
    _ builder: inout LaneGraphBuilder
  ) {
    guard let lines = curve.lines(startWidth: width, endWidth: width) else { return }
    builder.add(
      LaneDraft(
        "\(road).\(lane)", shape: .complete(lines), leftMarking: lane < lanes ? .solid : .none,
        rightMarking: lane > 1 ? .solid : .none, speedLimit: input["circle_speed_limit"],
        predecessors: [from], successors: [to],
        left: lane < lanes ? .init("\(road).\(lane + 1)") : nil,
        right: lane > 1 ? .init("\(road).\(lane - 1)") : nil, junction: junction,
        isConnector: true, segment: road))
  }

  private func addPassing(
    _ arm: Int, _ angle: Double, _ junction: String, _ builder: inout LaneGraphBuilder
  ) {
    let before = arm == 1 ? entries : arm - 1
    for var draft in arc("arm\(arm)_pass", from: angle - reach, to: angle + reach) {
      let lane = splitLaneID(draft.id)?.number ?? 1
      draft.predecessors = ["ring\(before).\(lane)"]
      draft.successors = ["ring\(arm).\(lane)"]
      draft.junction = junction
      draft.isConnector = true
      if lane < lanes { draft.leftMarking = .solid }
      if lane > 1 { draft.rightMarking = .solid }
      builder.add(draft)
    }
  }

  private func addCircle(
    _ arm: Int, _ next: Int, from start: Double, to end: Double, _ builder: inout LaneGraphBuilder
  ) {
    for draft in arc("ring\(arm)", from: start, to: end) { builder.add(draft) }
  }

  /// The lanes of a piece of the circle.
  private func arc(_ road: String, from start: Double, to end: Double) -> [LaneDraft] {
    let turn = end - start
    let line = ReferenceLine(
      from: pose(1, start), [.arc(radius: radius, angle: turn)])
    let way = Carriageway(
      road: road,
      edges: Carriageway.edges(
        leftmost: (Double(lanes) - 0.5) * width, count: lanes, width: width),
      speedLimit: input["circle_speed_limit"])
    return way.drafts(along: line.sample(line.stations(reach: width)))
  }

  /// The circle and the mouths of the arms.
  private func addSurface(_ builder: inout LaneGraphBuilder) {
    let outer = radius + 0.5 * width
    let inner = radius - (Double(lanes) - 0.5) * width
    // In pieces from axis to axis of the arms, so that each is a simple polygon.
    let spacing = 2 * Double.pi / Double(entries)
    let pieces = 48
    for arm in 0..<entries {
      let start = .pi + spacing * Double(arm)
      // Chords of the outer edge would cut the lanes, so its corners lie a little outside.
      let swell = 1 / ExactMath.cos(0.5 * spacing / Double(pieces))
      var points: [Vector2] = []
      for k in 0...pieces {
        let a = start + spacing * Double(k) / Double(pieces)
        points.append(Pose2(.zero, heading: a).direction * (outer * swell))
      }
      for k in (0...pieces).reversed() {
        let a = start + spacing * Double(k) / Double(pieces)
        points.append(Pose2(.zero, heading: a).direction * inner)
      }
      builder.add(DrivableArea(kind: .junction, polygon: Polygon(points)))
    }
    // The turns themselves, and the part of them that belongs to the ways in.
    for lane in builder.lanes
    where (lane.isConnector && !lane.id.contains("_pass")) || lane.id.contains("_in.") {
      if case .complete(let lines) = lane.shape {
        builder.add(DrivableArea(kind: .junction, polygon: lines.polygon))
      }
    }
  }
}

extension Carriageway {
  /// Moves all edges sideways, metres, left of the course positive.
  mutating func shift(by offset: Double) {
    for i in edges.indices {
      edges[i].offset += offset
      edges[i].endOffset? += offset
    }
  }
}
