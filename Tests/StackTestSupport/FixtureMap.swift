public import SimGeometry
public import SimMap

extension FixtureJSON {
  /// A list of `[x, y]`.
  public var points: [Vector2] { list.map { Vector2($0[0].number ?? .nan, $0[1].number ?? .nan) } }

  /// The lane graph of a map of the nuPlan fixtures (`episodes_maps.json`, `pdm/maps.json`).
  ///
  /// Everything keeps the order of the file, which is the order of look-ups. Every connector gets
  /// a signal of its own without a program, so that a test can show any colour there.
  public func laneGraph() throws -> LaneGraph {
    let blocks = self["roadblocks"].list
    var blockIndex: [String: Int] = [:]
    for (index, block) in blocks.enumerated() { blockIndex[block["id"].text ?? ""] = index }
    let drafts = self["lanes"].list
    var laneIndex: [String: Int] = [:]
    for (index, lane) in drafts.enumerated() { laneIndex[lane["id"].text ?? ""] = index }

    var lanes: [Lane] = []
    var signals: [Signal] = []
    for (index, draft) in drafts.enumerated() {
      guard let centreline = Polyline(draft["centreline"].points),
        let left = Polyline(draft["left_boundary"].points),
        let right = Polyline(draft["right_boundary"].points),
        let segment = blockIndex[draft["roadblock"].text ?? ""],
        let isConnector = draft["is_connector"].flag
      else { throw FixtureProblem(what: "lane \(index) of \(self["name"].text ?? "a map")") }
      if isConnector {
        signals.append(
          Signal(
            id: draft["id"].text ?? "", phases: [], offsetMicroseconds: 0, lanes: [index]))
      }
      lanes.append(
        Lane(
          id: draft["id"].text ?? "", index: index, kind: .driving, lines: LaneLines(centreline: centreline,
          left: left, right: right, polygon: Polygon(draft["polygon"].points)),
          speedLimit: draft["speed_limit"].number,
          predecessors: draft["predecessors"].texts.compactMap { laneIndex[$0] },
          successors: draft["successors"].texts.compactMap { laneIndex[$0] }, segment: segment,
          isConnector: isConnector, signal: isConnector ? signals.count - 1 : nil))
    }
    var segments = blocks.map { block in
      RoadSegment(
        id: block["id"].text ?? "", lanes: block["lanes"].texts.compactMap { laneIndex[$0] },
        isConnector: block["is_connector"].flag ?? false,
        polygon: Polygon(block["polygon"].points),
        predecessors: block["predecessors"].texts.compactMap { blockIndex[$0] },
        successors: block["successors"].texts.compactMap { blockIndex[$0] })
    }
    // A link may be told at one of its ends only.
    for index in segments.indices {
      for next in segments[index].successors where !segments[next].predecessors.contains(index) {
        segments[next].predecessors.append(index)
      }
      for last in segments[index].predecessors where !segments[last].successors.contains(index) {
        segments[last].successors.append(index)
      }
    }
    let junctions = self["intersections"].list.enumerated().map { index, polygon in
      Junction(
        id: "\(index)",
        polygon: Polygon(polygon.points.isEmpty ? polygon["polygon"].points : polygon.points),
        lanes: [])
    }
    // nuPlan's drivable layer is all listed areas plus the intersections.
    let areas =
      self["drivable_areas"].list.map { area in
        let kind: DrivableArea.Kind =
          switch area["kind"].text {
          case "road_segment": .road
          case "carpark": .parking
          default: .generic
          }
        return DrivableArea(kind: kind, polygon: Polygon(area["polygon"].points))
      } + junctions.map { DrivableArea(kind: .junction, polygon: $0.polygon) }
    return LaneGraph(
      name: self["name"].text ?? "", lanes: lanes, segments: segments, junctions: junctions,
      drivableAreas: areas, signals: signals)
  }
}

/// A fixture file does not hold what its README says.
public struct FixtureProblem: Error, CustomStringConvertible {
  public var what: String
  public var description: String { "fixture: \(what)" }

  public init(what: String) {
    self.what = what
  }
}
