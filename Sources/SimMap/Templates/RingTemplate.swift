import SimCore
import SimGeometry

extension MapTemplate {
  /// A closed circle, for traffic flow experiments.
  static let ring = MapTemplate(
    "ring",
    "a closed circular road, for traffic-flow experiments; its last lane leads to its first",
    laneIDs: """
      ring_1.* … ring_4.* (one after the other round the circle, as many as sections); with copies \
      ring1_1.*, ring2_1.*, … for each. Lane 1 is the outer one
      """,
    parameters: [
      .length("circumference", 1_000, 100...1_000_000, "length of lane 1 round the circle"),
      .lanes(1, 1...6, "number of lanes"),
      ParameterSchema(
        "sections", .integer(default: 4, in: 2...64), "pieces the circle is made of"),
      ParameterSchema(
        "copies", .integer(default: 1, in: 1...16),
        "unconnected rings of the same size, one beside the other"),
      .laneWidth, .speedLimit(kilometresPerHour: 108),
    ]
  ) { (input) throws(MapBuildFailure) in
    try RingPlan(input).layOut()
  }
}

/// The centreline is a regular polygon whose sides add up to the circumference exactly (but for
/// rounding): what a car on it drives in a lap is the length asked for.
private struct RingPlan {
  let input: TemplateInput
  let lanes: Int
  let width: Double
  let sections: Int
  /// Sides of the polygon.
  let sides: Int
  /// Radius of the corners of lane 1's centreline.
  let radius: Double

  init(_ input: TemplateInput) throws(MapBuildFailure) {
    self.input = input
    lanes = input.count("lanes")
    width = input["lane_width"]
    sections = input.count("sections")
    let circumference = input["circumference"]
    let smooth = circumference / (2 * .pi)
    // Sides as for any curve of that radius, the same number in each section.
    let step = PlanViewElement.arc(radius: smooth, angle: 1).greatestStep(reach: width)
    let perSection = max(2, (circumference / (step * Double(sections))).rounded(.up))
    sides = Int(perSection) * sections
    radius =
      circumference / Double(sides) / (2 * ExactMath.sin(.pi / Double(sides)))
    if radius < Double(lanes) * width + 3 {
      throw MapBuildFailure(
        "a circumference of \(circumference) m leaves no middle inside \(lanes) lanes",
        parameter: "circumference")
    }
  }

  func layOut() -> LaneGraphBuilder {
    var builder = LaneGraphBuilder(name: "")
    let copies = input.count("copies")
    for copy in 0..<copies {
      let centre = Vector2(Double(copy) * (2 * radius + 20), radius)
      let name = copies == 1 ? "ring" : "ring\(copy + 1)"
      for section in 0..<sections { add(name, section, around: centre, to: &builder) }
    }
    return builder
  }

  private func add(
    _ name: String, _ section: Int, around centre: Vector2, to builder: inout LaneGraphBuilder
  ) {
    let perSection = sides / sections
    let corners = (section * perSection)...((section + 1) * perSection)
    // The start lies below the centre, heading east. The last corner is the first one again.
    let angles = corners.map { 2 * Double.pi * Double($0 % sides) / Double(sides) - 0.5 * .pi }
    let ways = angles.map { Pose2(.zero, heading: $0).direction }
    // Headings of the circle at the corners, which are the means of the sides'.
    let headings = corners.map { 2 * Double.pi * Double($0) / Double(sides) }
    let circle = Circle(centre: centre, radius: radius, ways: ways, headings: headings)
    let road = "\(name)_\(section + 1)"
    let next = "\(name)_\((section + 1) % sections + 1)"
    for lane in 1...lanes {
      let inwards = Double(lane - 1) * width
      let (left, right) = (inwards + 0.5 * width, inwards - 0.5 * width)
      guard let middle = circle.line(inwards) else { continue }
      builder.add(
        LaneDraft(
          "\(road).\(lane)",
          shape: .complete(
            LaneLines(
              centreline: middle,
              boundingBox: circle.box(around: left).union(circle.box(around: right)),
              LaneLines.Recipe(
                bounds: { (circle.line(left) ?? middle, circle.line(right) ?? middle) },
                polygon: { circle.strip(from: left, to: right) }))),
          leftMarking: lane < lanes ? .dashed : .solid, rightMarking: lane > 1 ? .dashed : .solid,
          speedLimit: input["speed_limit"], successors: ["\(next).\(lane)"],
          left: lane < lanes ? .init("\(road).\(lane + 1)") : nil,
          right: lane > 1 ? .init("\(road).\(lane - 1)") : nil, segment: road))
    }
    builder.add(
      DrivableArea(
        kind: .road,
        polygon: circle.strip(from: (Double(lanes) - 0.5) * width, to: -0.5 * width)))
  }
}

/// A part of a circle with many corners.
private struct Circle: Sendable {
  let centre: Vector2
  /// Metres.
  let radius: Double
  /// From the centre to each corner, unit vectors.
  let ways: [Vector2]
  /// Of the circle there, radians.
  let headings: [Double]

  /// The corners of a line that lies further inwards than the circle, metres.
  func points(_ inwards: Double) -> [Vector2] { ways.map { centre + $0 * (radius - inwards) } }

  /// That line; nil: it has no length.
  func line(_ inwards: Double) -> Polyline? { Polyline(points(inwards), headings: headings) }

  /// Between two such lines: the first one, and the other one backwards.
  func strip(from left: Double, to right: Double) -> Polygon {
    Polygon(points(left) + points(right).reversed())
  }

  /// The box around that line.
  func box(around inwards: Double) -> BoundingBox {
    var box = BoundingBox.empty
    for way in ways { box.formUnion(centre + way * (radius - inwards)) }
    return box
  }
}
