import SimCore
import SimGeometry

extension MapTemplate {
  /// A car park with one-way aisles.
  static let parkingLot = MapTemplate(
    "parking_lot", "a car park: one-way aisles with stalls on both sides, and a road to it",
    laneIDs: """
      entry.1 leads in, exit.1 out; aisle1.1 … from the south; east1.1 … between the aisles \
      northwards, west1.1 … southwards, return.1 back to the exit. Connectors: <from>_to_<to>.1. \
      Stalls are drivable areas of kind parking, not lanes
      """,
    parameters: [
      ParameterSchema("aisles", .integer(default: 3, in: 1...20), "number of aisles"),
      ParameterSchema(
        "stalls", .integer(default: 12, in: 1...100), "stalls on each side of an aisle"),
      .length("stall_width", 2.5, 2...5, "width of a stall"),
      .length("stall_depth", 5, 3...12, "depth of a stall"),
      .length("aisle_width", 6, 3...10, "width of an aisle"),
      .length("access_length", 40, 10...500, "length of the road to the car park"),
      .speedLimit(kilometresPerHour: 10),
    ]
  ) { (input) throws(MapBuildFailure) in
    ParkingPlan(input).layOut()
  }
}

/// Traffic comes in at the south-east, goes north along the east side, west along an aisle, south
/// along the west side, and east along the south side to the exit: no two ways cross.
private struct ParkingPlan {
  let input: TemplateInput
  let aisles: Int
  let width: Double
  let depth: Double
  /// Radius of turns; half of what a crossing takes up.
  let turn = 6.0

  init(_ input: TemplateInput) {
    self.input = input
    aisles = input.count("aisles")
    width = input["aisle_width"]
    depth = input["stall_depth"]
  }

  /// Height of an aisle's middle; 0 is the way back at the south.
  private func y(_ aisle: Int) -> Double {
    let pitch = max(width + 2 * depth, 2 * turn + 2)
    // The row of stalls south of the first aisle ends at the way back.
    return aisle == 0 ? 0 : max(width + depth + 0.5, 2 * turn + 2) + Double(aisle - 1) * pitch
  }

  /// Place of the ways north (east side) and south (west side), and of the exit beside the entry.
  private var west: Double { 0 }
  private var east: Double {
    Double(input.count("stalls")) * input["stall_width"] + 2 * (turn + 0.5 * width)
  }
  private var out: Double { east - width }

  func layOut() -> LaneGraphBuilder {
    var builder = LaneGraphBuilder(name: "")
    let south = -input["access_length"]
    let top = aisles
    addLane("entry", from: Vector2(east, south), to: Vector2(east, y(1) - turn), &builder)
    for k in 1...aisles {
      addLane(
        "aisle\(k)", from: Vector2(east - turn, y(k)), to: Vector2(west + turn, y(k)), &builder)
      let below = k == 1 ? "entry" : "east\(k - 1)"
      connect(
        below, "aisle\(k)", Pose2(x: east, y: y(k) - turn, heading: .pi / 2),
        Pose2(x: east - turn, y: y(k), heading: .pi), node: "east\(k)", &builder)
      let onwards = k == 1 ? "return" : "west\(k - 1)"
      let low = k == 1 ? nil : Pose2(x: west, y: y(k) - turn, heading: -.pi / 2)
      if let low {
        connect(
          "aisle\(k)", onwards, Pose2(x: west + turn, y: y(k), heading: .pi), low,
          node: "west\(k)", &builder)
      }
      if k < top {
        addLane(
          "east\(k)", from: Vector2(east, y(k) + turn), to: Vector2(east, y(k + 1) - turn),
          &builder)
        connect(
          below, "east\(k)", Pose2(x: east, y: y(k) - turn, heading: .pi / 2),
          Pose2(x: east, y: y(k) + turn, heading: .pi / 2), node: "east\(k)", &builder)
        addLane(
          "west\(k)", from: Vector2(west, y(k + 1) - turn), to: Vector2(west, y(k) + turn),
          &builder)
      }
    }
    // The south-west corner: the first aisle and the way down from the others meet in `west0`.
    addLane(
      "west0", from: Vector2(west, y(1) - turn), to: Vector2(west, turn), &builder)
    connect(
      "aisle1", "west0", Pose2(x: west + turn, y: y(1), heading: .pi),
      Pose2(x: west, y: y(1) - turn, heading: -.pi / 2), node: "west1", &builder)
    for k in 1..<max(top, 1) {
      let next = k == 1 ? "west0" : "west\(k - 1)"
      connect(
        "west\(k)", next, Pose2(x: west, y: y(k) + turn, heading: -.pi / 2),
        Pose2(x: west, y: y(k) - turn, heading: -.pi / 2), node: "west\(k)", &builder)
      // From the right (the aisle lies to the left of southbound traffic): the way down goes on.
      builder.addPriority(
        yielding: "aisle\(k)_to_\(next).1", priority: "west\(k)_to_\(next).1")
    }
    addLane("return", from: Vector2(west + turn, 0), to: Vector2(out - turn, 0), &builder)
    connect(
      "west0", "return", Pose2(x: west, y: turn, heading: -.pi / 2),
      Pose2(x: west + turn, y: 0, heading: 0), node: "west0", &builder)
    addLane("exit", from: Vector2(out, -turn), to: Vector2(out, south), &builder)
    connect(
      "return", "exit", Pose2(x: out - turn, y: 0, heading: 0),
      Pose2(x: out, y: -turn, heading: -.pi / 2), node: "gate", &builder)
    addSurfaces(&builder)
    return builder
  }

  private func addLane(
    _ road: String, from start: Vector2, to end: Vector2, _ builder: inout LaneGraphBuilder
  ) {
    let heading = ExactMath.atan2(end.y - start.y, end.x - start.x)
    let line = ReferenceLine(
      from: Pose2(start, heading: heading), [.line(length: start.distance(to: end))])
    let strip = RoadStrip(
      oneWay: road, lanes: 1, width: width, speedLimit: input["speed_limit"])
    for draft in strip.drafts(along: line.sample([0, line.length])) { builder.add(draft) }
  }

  private func connect(
    _ from: String, _ to: String, _ start: Pose2, _ end: Pose2, node: String,
    _ builder: inout LaneGraphBuilder
  ) {
    let curve = TurnCurve(from: start, to: end)
    // Turns are driven on a narrower strip, or its inner edge would have no radius.
    let narrow = min(width, 3.5)
    guard
      let lines = curve.lines(
        startWidth: curve.greatestCurvature > 0 ? narrow : width,
        endWidth: curve.greatestCurvature > 0 ? narrow : width)
    else { return }
    builder.add(
      LaneDraft(
        "\(from)_to_\(to).1", shape: .complete(lines), speedLimit: input["speed_limit"],
        predecessors: ["\(from).1"], successors: ["\(to).1"], junction: node, isConnector: true,
        segment: "\(from)_to_\(to)"))
  }

  private func addSurfaces(_ builder: inout LaneGraphBuilder) {
    let half = 0.5 * width
    func area(_ kind: DrivableArea.Kind, _ x0: Double, _ x1: Double, _ y0: Double, _ y1: Double) {
      builder.add(
        DrivableArea(
          kind: kind, polygon: Polygon(BoundingBox(min: Vector2(x0, y0), max: Vector2(x1, y1)))))
    }
    let top = y(aisles) + half
    area(.generic, east - half, east + half, -input["access_length"], top)
    area(.generic, west - half, west + half, -half, top)
    area(.generic, west - half, out + half, -half, half)
    area(.generic, out - half, out + half, -input["access_length"], half)
    let first = west + turn + half
    let step = input["stall_width"]
    for aisle in 1...aisles {
      area(.generic, west - half, east + half, y(aisle) - half, y(aisle) + half)
      for k in 0..<input.count("stalls") {
        let x = first + Double(k) * step
        area(.parking, x, x + step, y(aisle) + half, y(aisle) + half + depth)
        area(.parking, x, x + step, y(aisle) - half - depth, y(aisle) - half)
      }
    }
  }
}
