import SimCore
import SimGeometry

// Sidewalks and a crosswalk of a straight road.
extension ParameterSchema {
  static let roadWalks: [ParameterSchema] = [
    ParameterSchema("sidewalks", .flag(default: false), "with a sidewalk on either side"),
    .length(
      "crosswalk_at", 0, 0...50_000,
      "where a crosswalk leads across, from the start of the road; 0: there is none; with "
        + "sidewalks they end there in main_walk_west and main_walk_east, far_walk_west, …"),
  ]
}

extension TemplateInput {
  /// Width of a crosswalk, and from it to the stop line, metres.
  private static let crosswalk = (width: 3.0, gap: 1.0)

  /// Adds what `roadWalks` asks for to a road along the x axis with the middle of lane 1 on it.
  ///
  /// - Parameters:
  ///   - lanes: of the forward side.
  ///   - oncoming: of the other side.
  func addWalks(
    lanes: Int, oncoming: Int, to builder: inout LaneGraphBuilder
  ) throws(MapBuildFailure) {
    let width = self["lane_width"]
    let length = self["length"]
    let bicycles = self["bicycle_lane"]
    let right = -0.5 * width - bicycles
    let left = (Double(lanes + oncoming) - 0.5) * width + (oncoming > 0 ? bicycles : 0)
    let middle = self["crosswalk_at"]
    let hasCrosswalk = middle > 0
    if hasCrosswalk && (middle < 10 || middle > length - 10) {
      throw MapBuildFailure(
        "a crosswalk needs 10 m of road on either side", parameter: "crosswalk_at")
    }
    let (near, far) = (right - WalkStrip.middle, left + WalkStrip.middle)
    if flag("sidewalks") {
      let stretches =
        hasCrosswalk ? [("_west", 0, middle), ("_east", middle, length)] : [("", 0, length)]
      for (name, from, to) in stretches {
        builder.add(
          WalkStrip.sidewalk("main_walk\(name)", along: [Vector2(from, near), Vector2(to, near)]))
        builder.add(
          WalkStrip.sidewalk("far_walk\(name)", along: [Vector2(to, far), Vector2(from, far)]))
      }
    }
    guard hasCrosswalk, let path = Polyline([Vector2(middle, near), Vector2(middle, far)]) else {
      return
    }
    let half = 0.5 * Self.crosswalk.width
    builder.add(
      Crosswalk(
        id: "crosswalk",
        polygon: Polygon([
          Vector2(middle - half, right), Vector2(middle + half, right),
          Vector2(middle + half, left), Vector2(middle - half, left),
        ]),
        path: path))
    if flag("sidewalks") {
      builder.add(
        WalkStrip.crosswalk(
          "crosswalk", from: Vector2(middle, near), to: Vector2(middle, far),
          width: Self.crosswalk.width))
    }
    addStopLine("main", lanes: lanes, at: middle - half - Self.crosswalk.gap, right, to: &builder)
    addStopLine(
      "oncoming", lanes: oncoming, at: middle + half + Self.crosswalk.gap, left, to: &builder)
  }

  /// A line of the traffic that gives way at a crosswalk.
  ///
  /// - Parameter edge: y of the road's edge on the right of that traffic.
  private func addStopLine(
    _ road: String, lanes: Int, at x: Double, _ edge: Double, to builder: inout LaneGraphBuilder
  ) {
    guard lanes > 0 else { return }
    let inwards = road == "main" ? 1.0 : -1.0
    let bicycles = self["bicycle_lane"]
    let inner = edge + inwards * (Double(lanes) * self["lane_width"] + bicycles)
    builder.add(
      StopLineDraft(
        "\(road)_stop", rule: .yield, line: Segment(Vector2(x, inner), Vector2(x, edge)),
        lanes: (1...lanes).map { "\(road).\($0)" }
          + (bicycles > 0 ? [BicycleLane.id(beside: road)] : [])))
  }
}
