import SimCore
import SimGeometry
import SimMap

// Maps drawn in the scenario itself: roads of lines, arcs and clothoids, and how they connect.
extension ScenarioDecoder {
  func roadNetwork(_ map: MappingDecoder) -> RoadNetworkDeclaration? {
    let before = sink.errorCount
    let side =
      map.value("driving_side").flatMap {
        scalar.choice($0, "'driving_side'", among: ["right", "left"])
      }.flatMap { LaneGraph.DrivingSide(rawValue: $0) } ?? .right
    let trees = map.list("roads") ?? []
    if trees.isEmpty || trees.count > ScenarioLimits.roads {
      sink.error(
        at: map.keyLocation("roads"),
        "between 1 and \(ScenarioLimits.roads) roads are possible, not \(trees.count)")
      return nil
    }
    var places: [String: SourceLocation] = [:]
    var roads: [RoadSpec] = []
    for tree in trees {
      guard let (road, place) = road(tree) else { continue }
      if let first = places[road.id] {
        sink.error(
          at: place,
          "the road '\(road.id)' is given twice; first at line \(first.line), "
            + "column \(first.column)"
        )
      }
      places[road.id] = place
      roads.append(road)
    }
    var connections: [RoadConnection] = []
    for tree in map.has("connections") ? map.list("connections") ?? [] : [] {
      guard let connection = connection(tree) else { continue }
      for key in ["from", "to"] { checkRoad(tree[key], of: places) }
      places[connection.name] = tree.location
      connections.append(connection)
    }
    for tree in trees { checkRoad(tree["after"], of: places) }
    guard sink.errorCount == before else { return nil }
    return RoadNetworkDeclaration(
      network: RoadNetworkBuilder(
        name: "roads", drivingSide: side, roads: roads, connections: connections),
      location: map.keyLocation("roads"), places: places)
  }

  /// Reports the name of a road, or of one of its ends, that is not there.
  private func checkRoad(_ tree: ParameterTree?, of places: [String: SourceLocation]) {
    guard let tree, case .scalar(let text, _) = tree.value else { return }
    let road = text.split(separator: ".").first.map(String.init) ?? text
    guard places[road] == nil else { return }
    let near = nearestSpelling(of: road, among: places.keys.sorted())
    sink.error(
      at: tree.location, "there is no road '\(road)'", hint: near.map { "did you mean '\($0)'?" })
  }

  private func road(_ tree: ParameterTree) -> (road: RoadSpec, place: SourceLocation)? {
    guard let road = MappingDecoder(tree, .road, sink) else { return nil }
    let id = self.id(road, standard: nil)
    let width = road.quantity("lane_width", .length, in: 0.5...20) ?? 3.5
    let widths = road.has("lanes") ? self.widths(road, "lanes", width) : [width]
    let oncoming = road.has("oncoming") ? self.widths(road, "oncoming", width) : []
    let bicycles = road.quantity("bicycle_lane", .length, in: BicycleLane.widths) ?? 0
    let start = self.start(road)
    let limit = road.quantity("speed_limit", .speed, in: 0.5...ScenarioLimits.speed.upperBound)
    let kind = road.word("kind", of: LaneKind.self) ?? .driving
    let pieces = (road.required("course") == nil ? nil : road.items("course")) ?? []
    if pieces.count > ScenarioLimits.roadPieces {
      sink.error(
        at: road.keyLocation("course"),
        "at most \(ScenarioLimits.roadPieces) pieces are possible, not \(pieces.count)")
      return nil
    }
    let elements = pieces.compactMap { piece($0) }
    let length = elements.reduce(0) { $0 + $1.length }
    if length > ScenarioLimits.roadLength {
      sink.error(
        at: road.keyLocation("course"),
        "the road is \(NumberText.shown(length.rounded())) m long; at most "
          + "\(NumberText.shown(ScenarioLimits.roadLength)) m are possible")
      return nil
    }
    guard let widths, let oncoming, !elements.isEmpty, elements.count == pieces.count else {
      return nil
    }
    return (
      RoadSpec(
        id.value, start: start, elements: elements, widths: widths, oncomingWidths: oncoming,
        bicycleLane: bicycles, kind: kind, speedLimit: limit,
        centreMarking: road.word("centre_marking", of: LaneMarking.self) ?? .dashed,
        laneMarking: road.word("lane_marking", of: LaneMarking.self) ?? .dashed), id.location
    )
  }

  /// Widths of lanes: their number, or a list of widths from the kerb to the middle.
  private func widths(_ road: MappingDecoder, _ key: String, _ width: Double) -> [Double]? {
    guard let tree = road.value(key) else { return nil }
    if case .sequence(let items) = tree.value {
      let widths = items.compactMap {
        scalar.quantity($0, "a width of '\(key)'", .length, in: 0.5...20)
      }
      return widths.count == items.count ? widths : nil
    }
    let least = key == "lanes" ? 1 : 0
    return scalar.integer(tree, "'\(key)'", in: least...20).map {
      Array(repeating: width, count: $0)
    }
  }

  private func start(_ road: MappingDecoder) -> RoadSpec.Start {
    for key in ["position", "heading"] { road.refuse(key, with: "after") }
    if let after = road.text("after") { return .after(road: after.value) }
    let position = road.value("position").flatMap { point($0, "'position'") } ?? .zero
    let heading = road.quantity("heading", .angle, in: -7...7) ?? 0
    return .pose(Pose2(position, heading: heading))
  }

  private func piece(_ tree: ParameterTree) -> PlanViewElement? {
    guard let piece = MappingDecoder(tree, .roadPiece, sink) else { return nil }
    let ways = ["line", "arc", "spiral"].filter { piece.has($0) }
    guard let way = ways.first else {
      sink.error(
        at: tree.location, "a piece of road is a line, an arc or a spiral",
        hint: "write {line: 100}, {arc: 90 deg, radius: 20} or {spiral: 30, from: 0, to: 0.02}")
      return nil
    }
    for other in ways.dropFirst() { piece.refuse(other, with: way) }
    let lengths = 0.1...ScenarioLimits.roadLength
    switch way {
    case "line":
      for key in ["radius", "from", "to"] { piece.refuse(key, with: way) }
      return piece.quantity("line", .length, in: lengths).map { .line(length: $0) }
    case "arc":
      for key in ["from", "to"] { piece.refuse(key, with: way) }
      let angle = piece.quantity("arc", .angle, in: -7...7)
      if let angle, angle == 0 {
        sink.error(at: piece.keyLocation("arc"), "an arc must turn; for none write a line")
        return nil
      }
      if !piece.has("radius") { piece.reportMissing("radius") }
      let radius = piece.quantity("radius", .length, in: 1...100_000)
      guard let angle, let radius else { return nil }
      return .arc(radius: radius, angle: angle)
    default:
      piece.refuse("radius", with: way)
      for key in ["from", "to"] where !piece.has(key) { piece.reportMissing(key) }
      let length = piece.quantity("spiral", .length, in: lengths)
      let from = piece.quantity("from", .curvature, in: -1...1)
      let to = piece.quantity("to", .curvature, in: -1...1)
      guard let length, let from, let to else { return nil }
      if max(abs(from), abs(to)) * length > 8 * .pi {
        sink.error(
          at: piece.keyLocation("spiral"), "a spiral may not wind more than four times",
          hint: "curvatures are in 1/m: one over the radius")
        return nil
      }
      return .spiral(from: from, to: to, length: length)
    }
  }

  private func connection(_ tree: ParameterTree) -> RoadConnection? {
    guard let given = MappingDecoder(tree, .connection, sink) else { return nil }
    let from = end(given, "from")
    let to = end(given, "to")
    let limit = given.quantity("speed_limit", .speed, in: 0.5...ScenarioLimits.speed.upperBound)
    let isOneWay = given.value("one_way").flatMap { scalar.flag($0, "'one_way'") } ?? false
    let rule = given.value("rule").flatMap {
      scalar.choice($0, "'rule'", among: ["stop", "yield"])
    }
    let junction = given.text("junction")?.value
    guard let from, let to else { return nil }
    return RoadConnection(
      from: from, to: to, junction: junction, rule: rule.flatMap { StopLine.Rule(rawValue: $0) },
      isOneWay: isOneWay, speedLimit: limit)
  }

  /// An end of a road: `a.end`.
  private func end(_ connection: MappingDecoder, _ key: String) -> RoadEnd? {
    if !connection.has(key) { connection.reportMissing(key) }
    guard let text = connection.text(key) else { return nil }
    let parts = text.value.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let side = RoadEnd.Side(rawValue: String(parts[1])) else {
      sink.error(
        at: text.location, "'\(text.value)' is no end of a road",
        hint: "write the road's id with .start or .end")
      return nil
    }
    return RoadEnd(String(parts[0]), side)
  }
}

/// Roads as declared, with the places that findings about them are reported at.
struct RoadNetworkDeclaration: Sendable {
  var network: RoadNetworkBuilder
  var location: SourceLocation
  /// By road id and by connection name.
  var places: [String: SourceLocation]

  /// Where a finding belongs: at its road or connection if that is known.
  func location(of finding: MapFinding) -> SourceLocation {
    if let place = places[finding.id] { return place }
    // Lanes are called `road.k` and `road_oncoming.k`.
    let road = finding.id.split(separator: ".").first.map(String.init) ?? ""
    let oncoming = "_oncoming"
    if road.hasSuffix(oncoming), let place = places[String(road.dropLast(oncoming.count))] {
      return place
    }
    return places[road] ?? location
  }
}

extension ScenarioSection {
  static let road = ScenarioSection(
    path: "map.roads[]", noun: "a road",
    summary: """
      A course of pieces, one after the other, with lanes id.1, id.2, … from the right and \
      id_oncoming.1, …; the course is the centreline of lane 1. Lanes for bicycles are called \
      id_bicycle and id_oncoming_bicycle.
      """,
    keys: [
      ScenarioKey("id", "name", .required, "its name, once in the map"),
      ScenarioKey("course", "list of pieces", .required, "what it is made of"),
      ScenarioKey("position", "[x, y]", .standard("[0, 0]"), "where it starts"),
      ScenarioKey("heading", "angle", .standard("0 rad"), "of its start"),
      ScenarioKey("after", "road id", .optional, "it starts where that road ends, connected to it"),
      ScenarioKey("lanes", "number or list of widths", .standard("1"), "from the kerb inwards"),
      ScenarioKey("oncoming", "number or list of widths", .standard("0"), "lanes the other way"),
      ScenarioKey("lane_width", "length", .standard("3.5 m"), "of lanes without a width"),
      ScenarioKey(
        "bicycle_lane", "length", .optional,
        "width of a lane for bicycles on the right of each direction, 1 to 3 m"),
      ScenarioKey(
        "kind", "word", .standard("driving"),
        LaneKind.allCases.map(\.rawValue).joined(separator: ", ")),
      ScenarioKey("speed_limit", "speed", .optional, "none if not given"),
      ScenarioKey("lane_marking", "word", .standard("dashed"), markings),
      ScenarioKey("centre_marking", "word", .standard("dashed"), "between the directions"),
    ])

  private static let markings =
    "between lanes: " + LaneMarking.allCases.map(\.rawValue).joined(separator: ", ")

  static let roadPiece = ScenarioSection(
    path: "map.roads[].course[]", noun: "a piece of road",
    summary:
      "A line, an arc or a spiral (clothoid); curvatures and angles are positive to the left.",
    keys: [
      ScenarioKey("line", "length", .optional, "straight on"),
      ScenarioKey("arc", "angle", .optional, "turns by it along a circle"),
      ScenarioKey("radius", "length", .optional, "of the arc"),
      ScenarioKey("spiral", "length", .optional, "its curvature changes evenly"),
      ScenarioKey("from", "curvature", .optional, "of the spiral's start, 1/m"),
      ScenarioKey("to", "curvature", .optional, "of the spiral's end, 1/m"),
    ])

  static let connection = ScenarioSection(
    path: "map.connections[]", noun: "a connection",
    summary: """
      Traffic goes from one road's end to another's; where they do not touch, connectors \
      from_to_to.k are laid, in one junction with those that share an end.
      """,
    keys: [
      ScenarioKey("from", "road.start or road.end", .required, "where traffic comes from"),
      ScenarioKey("to", "road.start or road.end", .required, "where it goes"),
      ScenarioKey("junction", "name", .optional, "the junction that it belongs to"),
      ScenarioKey("rule", "stop or yield", .optional, "traffic that comes from there gives way"),
      ScenarioKey("one_way", "true or false", .standard("false"), "there is no way back"),
      ScenarioKey("speed_limit", "speed", .standard("that of the road it leads to"), "on it"),
    ])
}
