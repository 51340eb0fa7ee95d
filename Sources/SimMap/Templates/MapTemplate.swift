public import SimCore

/// A kind of map that scenario files name: `map: {template: highway, lanes: 3}`.
///
/// All of them keep these conventions. Lane ids are `road.k`, lanes counted from the right, from 1.
/// Lengths are metres, x points east, y north. One-way roads and the forward side of two-way roads
/// start at the origin with the centreline of lane 1 along the x axis (for left-hand traffic: of
/// the lane next to the kerb).
public struct MapTemplate: Sendable {
  /// Name, summary and parameters.
  public var schema: ModuleSchema
  /// The lane ids of its maps, for the catalog.
  public var laneIDs: String
  /// What left-hand maps are mirrored along.
  let mirrorAxis: LaneGraphBuilder.MirrorAxis
  let layOut: @Sendable (TemplateInput) throws(MapBuildFailure) -> LaneGraphBuilder

  init(
    _ name: String, _ summary: String, laneIDs: String, parameters: [ParameterSchema],
    mirrorAxis: LaneGraphBuilder.MirrorAxis = .x,
    layOut: @escaping @Sendable (TemplateInput) throws(MapBuildFailure) -> LaneGraphBuilder
  ) {
    schema = ModuleSchema(name, summary, parameters: parameters + [.drivingSide])
    self.laneIDs = laneIDs
    self.mirrorAxis = mirrorAxis
    self.layOut = layOut
  }

  /// The map of some parameters.
  ///
  /// - Parameter values: values of this template's schema.
  /// - Throws: if the parameters do not fit together, naming the one to blame.
  public func make(_ values: ParameterValues) throws(MapBuildFailure) -> LaneGraph {
    try builder(values).buildMap(checks: .references)
  }

  /// The parts of the map, before it is put together.
  func builder(_ values: ParameterValues) throws(MapBuildFailure) -> LaneGraphBuilder {
    let input = TemplateInput(values: values, isMirrored: values.text("driving_side") == "left")
    var builder = try layOut(input)
    builder.name = schema.name
    builder.reportsOneSidedLinks = false
    return input.isMirrored ? builder.mirrored(along: mirrorAxis) : builder
  }
}

/// What a template lays its map out from. The design is for right-hand traffic; for left-hand
/// traffic it is mirrored afterwards.
struct TemplateInput {
  var values: ParameterValues
  var isMirrored: Bool

  subscript(_ name: String) -> Double { values.number(name) }
  func count(_ name: String) -> Int { values.integer(name) }
  func flag(_ name: String) -> Bool { values.flag(name) }
  func text(_ name: String) -> String { values.text(name) }

  /// Name of a point of the compass in the finished map, if that is mirrored along the y axis.
  func compass(_ name: String) -> String {
    guard isMirrored else { return name }
    return name == "east" ? "west" : name == "west" ? "east" : name
  }
}

extension ParameterSchema {
  static let drivingSide = ParameterSchema(
    "driving_side", .choice(default: "right", among: ["right", "left"]),
    "side of the road that traffic keeps to; the map for left is a mirror image")
  static let sidewalks = ParameterSchema(
    "sidewalks", .flag(default: false),
    "with sidewalks along the roads, joined by the crosswalks; their signals have walk phases")
  static let laneWidth = ParameterSchema(
    "lane_width", .number(default: 3.5, in: 2.5...6, dimension: .length), "width of a lane")

  static func lanes(_ count: Int, _ range: ClosedRange<Int>, _ summary: String) -> ParameterSchema {
    ParameterSchema("lanes", .integer(default: count, in: range), summary)
  }

  static func speedLimit(kilometresPerHour value: Double) -> ParameterSchema {
    .speed("speed_limit", kilometresPerHour: value, "speed limit")
  }

  static func speed(
    _ name: String, kilometresPerHour value: Double, _ summary: String
  ) -> ParameterSchema {
    ParameterSchema(
      name, .number(default: value / 3.6, in: 1...100, dimension: .speed), summary)
  }

  static func length(
    _ name: String, _ value: Double, _ range: ClosedRange<Double>, _ summary: String
  ) -> ParameterSchema {
    ParameterSchema(name, .number(default: value, in: range, dimension: .length), summary)
  }

  static func seconds(
    _ name: String, _ value: Double, _ range: ClosedRange<Double>, _ summary: String
  ) -> ParameterSchema {
    ParameterSchema(name, .number(default: value, in: range, dimension: .time), summary)
  }
}
