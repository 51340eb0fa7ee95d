import SimGeometry
import SimMap
import TestSupport

/// The maps of `episodes_maps.json` as lane graphs.
enum NuPlanMaps {
  struct LaneEntry: Decodable {
    var id: String
    var isConnector: Bool
    var roadblock: String
    var centreline: [[Double]]
    var leftBoundary: [[Double]]
    var rightBoundary: [[Double]]
    var polygon: [[Double]]
    var predecessors: [String]
    var successors: [String]
    var speedLimit: Double?
  }

  struct BlockEntry: Decodable {
    var id: String
    var isConnector: Bool
    var polygon: [[Double]]
    var lanes: [String]
    var predecessors: [String]
    var successors: [String]
  }

  struct AreaEntry: Decodable {
    var id: String
    var kind: String?
    var polygon: [[Double]]
  }

  struct MapEntry: Decodable {
    var name: String
    var lanes: [LaneEntry]
    var roadblocks: [BlockEntry]
    var intersections: [AreaEntry]
    var drivableAreas: [AreaEntry]
  }

  struct File: Decodable { var maps: [MapEntry] }

  /// By name.
  static let graphs: [String: LaneGraph] = {
    let maps = NuPlanFixtures.load("episodes_maps", as: File.self)?.maps ?? []
    return Dictionary(uniqueKeysWithValues: maps.map { ($0.name, graph($0)) })
  }()

  private static func points(_ rows: [[Double]]) -> [Vector2] {
    rows.map { Vector2($0[0], $0[1]) }
  }

  private static func line(_ rows: [[Double]]) -> Polyline {
    guard let line = Polyline(points(rows)) else { fatalError("no line") }
    return line
  }

  private static func graph(_ map: MapEntry) -> LaneGraph {
    func places(_ ids: [String], in all: [String]) -> [Int] {
      ids.compactMap { all.firstIndex(of: $0) }
    }
    let laneIDs = map.lanes.map(\.id)
    let blockIDs = map.roadblocks.map(\.id)
    let lanes = map.lanes.enumerated().map { index, lane in
      Lane(
        id: lane.id, index: index, kind: .driving, lines: LaneLines(centreline: line(lane.centreline),
        left: line(lane.leftBoundary), right: line(lane.rightBoundary),
        polygon: Polygon(points(lane.polygon))), speedLimit: lane.speedLimit,
        predecessors: places(lane.predecessors, in: laneIDs),
        successors: places(lane.successors, in: laneIDs),
        segment: blockIDs.firstIndex(of: lane.roadblock) ?? -1, isConnector: lane.isConnector)
    }
    let segments = map.roadblocks.map {
      RoadSegment(
        id: $0.id, lanes: places($0.lanes, in: laneIDs), isConnector: $0.isConnector,
        polygon: Polygon(points($0.polygon)), predecessors: places($0.predecessors, in: blockIDs),
        successors: places($0.successors, in: blockIDs))
    }
    let junctions = map.intersections.map {
      Junction(id: $0.id, polygon: Polygon(points($0.polygon)), lanes: [])
    }
    let areas =
      map.drivableAreas.map {
        DrivableArea(
          kind: $0.kind == "carpark" ? .parking : $0.kind == "generic" ? .generic : .road,
          polygon: Polygon(points($0.polygon)))
      } + junctions.map { DrivableArea(kind: .junction, polygon: $0.polygon) }
    return LaneGraph(
      name: map.name, lanes: lanes, segments: segments, junctions: junctions, drivableAreas: areas)
  }
}
