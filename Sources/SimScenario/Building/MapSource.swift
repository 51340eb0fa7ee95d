import SimCore
import SimGeometry
import SimMap

/// Makes the map that a scenario declares.
struct MapSource {
  private let declaration: MapDeclaration
  private let origin: ScenarioOrigin
  private let sink: DiagnosticSink

  init(_ declaration: MapDeclaration, _ origin: ScenarioOrigin, _ sink: DiagnosticSink) {
    self.declaration = declaration
    self.origin = origin
    self.sink = sink
  }

  /// Nil, with an error in the sink, if the map cannot be made.
  func map() -> LaneGraph? {
    switch declaration {
    case .template(_, let values):
      return InterimTemplates.straight(values)
    case .roads(let tree):
      sink.error(at: tree.location, "inline roads are not there yet")
      return nil
    case .file(let path):
      sink.error(at: path.location, "maps from files are not there yet")
      return nil
    }
  }
}

/// The straight road, until the map templates arrive.
enum InterimTemplates {
  static let schemas = [
    ModuleSchema(
      "straight", "a straight road",
      parameters: [
        ParameterSchema("lanes", .integer(default: 2, in: 1...8), "lanes"),
        ParameterSchema(
          "length", .number(default: 500, in: 10...100_000, dimension: .length), "length"),
        ParameterSchema(
          "speed_limit", .number(default: 30, in: 1...100, dimension: .speed), "speed limit"),
      ])
  ]

  static func straight(_ values: ParameterValues) -> LaneGraph? {
    let count = values.integer("lanes")
    let length = values.number("length")
    let width = 3.5
    var lanes: [Lane] = []
    func line(_ y: Double) -> Polyline? { Polyline([Vector2(0, y), Vector2(length, y)]) }
    for index in 0..<count {
      let y = width * Double(index)
      guard let centre = line(y), let left = line(y + width / 2), let right = line(y - width / 2)
      else { return nil }
      lanes.append(
        Lane(
          id: "main.\(index + 1)", index: index, kind: .driving, centreline: centre,
          leftBound: left, rightBound: right,
          polygon: Polygon(left.vertices + right.vertices.reversed()),
          speedLimit: values.number("speed_limit"),
          left: index + 1 < count ? LaneNeighbour(lane: index + 1, isSameDirection: true) : nil,
          right: index > 0 ? LaneNeighbour(lane: index - 1, isSameDirection: true) : nil,
          segment: 0))
    }
    let road = Polygon([
      Vector2(0, -width / 2), Vector2(length, -width / 2),
      Vector2(length, width * (Double(count) - 0.5)), Vector2(0, width * (Double(count) - 0.5)),
    ])
    return LaneGraph(
      name: "straight", lanes: lanes,
      segments: [
        RoadSegment(
          id: "main", lanes: (0..<count).reversed(), isConnector: false, polygon: road,
          predecessors: [], successors: [])
      ],
      drivableAreas: [DrivableArea(kind: .road, polygon: road)])
  }
}
