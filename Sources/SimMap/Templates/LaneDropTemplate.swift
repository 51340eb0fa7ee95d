import SimCore
import SimGeometry

extension MapTemplate {
  /// A road that loses a lane.
  static let laneDrop = MapTemplate(
    "lane_drop", "a one-way road that loses a lane, as at road works, and may get it back",
    laneIDs: """
      main.1 … main.n, then taper.* and narrow.* with n - 1 lanes; with reopens, opening.* and \
      end.1 … end.n after them. The dropped lane (main.1 or main.n) ends without a successor
      """,
    parameters: [
      .lanes(2, 2...6, "number of lanes before the drop"),
      ParameterSchema(
        "side", .choice(default: "right", among: ["right", "left"]),
        "side of the lane that ends, as the driver sees it"),
      .length("drop_at", 200, 20...50_000, "where the lane ends"),
      .length("taper", 60, 10...500, "length over which the road narrows, and widens again"),
      .length("narrow_length", 240, 10...50_000, "length of the narrow stretch"),
      .length(
        "narrow_width", 3.5, 2.5...6, "width of a lane on the narrow stretch (road works: 3.0)"),
      ParameterSchema("reopens", .flag(default: false), "the lane comes back afterwards"),
      .length("end_length", 100, 10...50_000, "length of the road after it came back"),
      .laneWidth, .speedLimit(kilometresPerHour: 80),
    ]
  ) { (input) throws(MapBuildFailure) in
    LaneDropPlan(input).layOut()
  }
}

private struct LaneDropPlan {
  let input: TemplateInput
  let lanes: Int
  let width: Double
  let narrow: Double
  /// The design is mirrored for left-hand traffic, so its sides swap then.
  let dropsRight: Bool

  init(_ input: TemplateInput) {
    self.input = input
    lanes = input.count("lanes")
    width = input["lane_width"]
    narrow = input["narrow_width"]
    dropsRight = (input.text("side") == "right") != input.isMirrored
  }

  func layOut() -> LaneGraphBuilder {
    var builder = LaneGraphBuilder(name: "")
    let taper = input["taper"]
    var x = 0.0
    // Offsets of the n - 1 remaining lanes, wide and narrow; the far side keeps its place.
    let wide = remaining(width)
    let tight = remaining(narrow)
    let shift = dropsRight ? 1 : 0
    func add(
      _ road: String, _ length: Double, from: [Double], to: [Double], next: String?, offset: Int = 0
    ) {
      let count = from.count - 1
      let edges = (0...count).map { k in
        Carriageway.Edge(
          from[k], to: to[k], k == 0 || k == count ? .solid : .dashed)
      }
      let way = Carriageway(road: road, edges: edges, speedLimit: input["speed_limit"])
      let line = ReferenceLine(
        from: Pose2(x: x, y: 0, heading: 0), [.line(length: length)])
      let pieces = from == to ? 1 : max(8, Int((length / 2).rounded(.up)))
      let extra = (0...pieces).map { length * Double($0) / Double(pieces) }
      let course = line.sample(line.stations(reach: 0, extra: extra))
      for var draft in way.drafts(along: course) {
        if let next, let number = splitLaneID(draft.id)?.number,
          number + offset >= 1 && (road != "main" || number + offset <= lanes - 1)
        {
          draft.successors = ["\(next).\(number + offset)"]
        }
        builder.add(draft)
      }
      var strip = RoadStrip(oneWay: road, lanes: 1, width: width, speedLimit: nil)
      strip.forward = way
      if let surface = strip.surface(along: course) { builder.add(surface) }
      x += length
    }
    let full = (0...lanes).map { (Double($0) - 0.5) * width }
    add("main", input["drop_at"], from: full, to: full, next: "taper", offset: -shift)
    addWedge(at: x, towards: x + taper, to: &builder)
    add("taper", taper, from: wide, to: tight, next: "narrow")
    let reopens = input.flag("reopens")
    add(
      "narrow", input["narrow_length"], from: tight, to: tight, next: reopens ? "opening" : nil)
    if reopens {
      add("opening", taper, from: tight, to: wide, next: "end", offset: shift)
      addWedge(at: x, towards: x - taper, to: &builder)
      add("end", input["end_length"], from: full, to: full, next: nil)
    }
    return builder
  }

  /// Edges of the remaining lanes, right to left, if each is `w` wide.
  private func remaining(_ w: Double) -> [Double] {
    let left = (Double(lanes) - 0.5) * width
    return (0..<lanes).map { k in
      dropsRight ? left - Double(lanes - 1 - k) * w : -0.5 * width + Double(k) * w
    }
  }

  /// The tarmac of the lane that ends, running out to nothing; nobody's lane.
  private func addWedge(
    at full: Double, towards none: Double, to builder: inout LaneGraphBuilder
  ) {
    let far = dropsRight ? -0.5 * width : (Double(lanes) - 0.5) * width
    // The remaining lanes may draw back from it at the same time: it reaches under them.
    let tight = remaining(narrow)
    let edge = dropsRight ? tight[0] : tight[lanes - 1]
    builder.add(
      DrivableArea(
        kind: .road,
        polygon: Polygon([
          Vector2(full, edge), Vector2(full, far), Vector2(none, edge),
        ])))
  }
}
