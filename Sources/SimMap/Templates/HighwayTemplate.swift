import SimCore
import SimGeometry

extension MapTemplate {
  /// A motorway carriageway, with ramps if asked for.
  static let highway = MapTemplate(
    "highway", "a straight motorway carriageway, with an on-ramp and an off-ramp if asked for",
    laneIDs: """
      main.1 … main.n. With an on-ramp the road goes on as merge.* (merge.1 is the acceleration \
      lane, fed by ramp.1); with an off-ramp as exit.* (exit.1 is the deceleration lane, which \
      leads to off_ramp.1); between the two as middle.*, after the last as end.*
      """,
    parameters: [
      .lanes(3, 1...6, "number of through lanes"),
      .length("length", 600, 50...50_000, "length of the carriageway"),
      ParameterSchema("on_ramp", .flag(default: false), "traffic joins from a ramp"),
      .length("on_ramp_at", 100, 20...50_000, "where the acceleration lane starts"),
      .length("acceleration_length", 150, 30...1_000, "length of the acceleration lane"),
      ParameterSchema("off_ramp", .flag(default: false), "traffic leaves to a ramp"),
      .length(
        "off_ramp_before_end", 100, 20...50_000,
        "distance from the end of the deceleration lane to the end of the road"),
      .length("deceleration_length", 150, 30...1_000, "length of the deceleration lane"),
      .length("taper", 50, 5...300, "length over which the extra lanes open and close"),
      .length("ramp_length", 150, 80...2_000, "length of each ramp"),
      .speed("ramp_speed_limit", kilometresPerHour: 80, "speed limit of the ramps"),
      .length("shoulder", 2.5, 0...4, "width of the hard shoulder"),
      .laneWidth, .speedLimit(kilometresPerHour: 120),
    ]
  ) { (input) throws(MapBuildFailure) in
    try HighwayPlan(input).layOut()
  }
}

/// The sections of a motorway, one after the other along the x axis.
private struct HighwayPlan {
  let input: TemplateInput
  let width: Double
  let lanes: Int
  /// Ends of the acceleration and of the deceleration lane.
  var merge: (start: Double, end: Double)?
  var exit: (start: Double, end: Double)?

  init(_ input: TemplateInput) throws(MapBuildFailure) {
    self.input = input
    width = input["lane_width"]
    lanes = input.count("lanes")
    let length = input["length"]
    var taken = 0.0
    if input.flag("on_ramp") {
      let start = input["on_ramp_at"]
      let end = start + input["acceleration_length"]
      merge = (start, end)
      taken = end + input["taper"]
      if taken > length {
        throw MapBuildFailure(
          "the acceleration lane and its taper end at \(taken) m, beyond the road's \(length) m",
          parameter: "length")
      }
    }
    if input.flag("off_ramp") {
      let end = length - input["off_ramp_before_end"]
      let start = end - input["deceleration_length"]
      exit = (start, end)
      if start - input["taper"] < max(taken, 1) {
        throw MapBuildFailure(
          "the deceleration lane would have to start at \(start) m, before what comes ahead of it",
          parameter: "length")
      }
    }
  }

  func layOut() -> LaneGraphBuilder {
    var builder = LaneGraphBuilder(name: "")
    var sections: [(road: String, start: Double, hasExtra: Bool)] = [("main", 0, false)]
    if let merge {
      sections.append(("merge", merge.start, true))
      sections.append((exit == nil ? "end" : "middle", merge.end, false))
    }
    if let exit {
      sections.append(("exit", exit.start, true))
      sections.append(("end", exit.end, false))
    }
    let shoulder = input["shoulder"]
    for (i, section) in sections.enumerated() {
      let end = i + 1 < sections.count ? sections[i + 1].start : input["length"]
      var strip = RoadStrip(input, road: section.road, lanes: lanes)
      if section.hasExtra {
        let extra = Carriageway.Edge(-1.5 * width, .solid)
        strip.forward?.edges[0].marking = .dashed
        strip.forward?.edges.insert(extra, at: 0)
      }
      let course = SampledLine.straight(from: section.start, length: end - section.start)
      for var draft in strip.drafts(along: course) {
        if let next = i + 1 < sections.count ? sections[i + 1] : nil,
          let number = splitLaneID(draft.id)?.number
        {
          // Numbers shift where the extra lane on the right comes or goes.
          let place = number - (section.hasExtra ? 1 : 0)
          if place >= 1 { draft.successors = ["\(next.road).\(place + (next.hasExtra ? 1 : 0))"] }
        }
        if draft.id == "exit.1" { draft.successors = ["off_ramp.1"] }
        builder.add(draft)
      }
      // The tarmac ends with a narrow strip on the left.
      let verge = (left: min(shoulder, 0.5), right: shoulder)
      if let surface = strip.surface(along: course, verge: verge) { builder.add(surface) }
    }
    if let merge {
      addTaper(from: merge.end, to: merge.end + input["taper"], to: &builder)
      addRamp("ramp", joining: merge.start, successors: ["merge.1"], to: &builder)
    }
    if let exit {
      addTaper(from: exit.start, to: exit.start - input["taper"], to: &builder)
      addRamp("off_ramp", leaving: exit.end, to: &builder)
    }
    return builder
  }

  /// The wedge of tarmac over which an extra lane opens or closes; nobody's lane.
  private func addTaper(from full: Double, to none: Double, to builder: inout LaneGraphBuilder) {
    let shoulder = input["shoulder"]
    builder.add(
      DrivableArea(
        kind: .road,
        polygon: Polygon([
          Vector2(full, -0.5 * width), Vector2(full, -1.5 * width - shoulder),
          Vector2(none, -0.5 * width - shoulder), Vector2(none, -0.5 * width),
        ])))
  }

  /// A ramp that bends by 8 degrees at a radius of 250 m where it meets the road.
  private func addRamp(
    _ road: String, joining start: Double? = nil, leaving end: Double? = nil,
    successors: [String] = [], to builder: inout LaneGraphBuilder
  ) {
    let angle = 8 * Double.pi / 180
    let radius = 250.0
    let spiral = radius * angle
    let straight = PlanViewElement.line(length: input["ramp_length"] - 2 * spiral)
    let bend: [PlanViewElement] = [
      .spiral(from: 0, to: -1 / radius, length: spiral),
      .spiral(from: -1 / radius, to: 0, length: spiral),
    ]
    let line: ReferenceLine
    if let start {
      line = ReferenceLine(endingAt: Pose2(x: start, y: -width, heading: 0), [straight] + bend)
    } else {
      line = ReferenceLine(from: Pose2(x: end ?? 0, y: -width, heading: 0), bend + [straight])
    }
    var strip = RoadStrip(
      oneWay: road, lanes: 1, width: width, speedLimit: input["ramp_speed_limit"])
    strip.forward?.kind = .ramp
    let course = line.sample(line.stations(reach: width))
    for var draft in strip.drafts(along: course) {
      draft.successors = successors
      builder.add(draft)
    }
    let verge = (left: 0.0, right: input["shoulder"])
    if let surface = strip.surface(along: course, verge: verge) { builder.add(surface) }
  }
}
