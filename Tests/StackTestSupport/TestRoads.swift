public import SimGeometry
public import SimMap

/// Small roads for tests, built by hand so that they depend on no template.
public enum TestRoads {
  /// A straight road of lanes 3.5 m wide along +x, from x = 0; lane 0 is the rightmost one, centred
  /// on y = 0, lane k on y = 3.5 k.
  public static func straight(
    lanes count: Int = 2, length: Double = 400, speedLimit: Double? = 13.9
  ) -> LaneGraph {
    var lanes: [Lane] = []
    for k in 0..<count {
      let y = 3.5 * Double(k)
      lanes.append(
        lane(
          id: "main.\(k + 1)", index: k, from: Vector2(0, y), to: Vector2(length, y),
          speedLimit: speedLimit, segment: 0,
          left: k + 1 < count ? k + 1 : nil, right: k > 0 ? k - 1 : nil))
    }
    let outline = Polygon([
      Vector2(0, 3.5 * Double(count) - 1.75), Vector2(length, 3.5 * Double(count) - 1.75),
      Vector2(length, -1.75), Vector2(0, -1.75),
    ])
    return LaneGraph(
      name: "straight", lanes: lanes,
      segments: [
        RoadSegment(
          id: "main", lanes: Array((0..<count).reversed()), isConnector: false, polygon: outline,
          predecessors: [], successors: [])
      ],
      drivableAreas: [DrivableArea(kind: .road, polygon: outline)])
  }

  /// A route along a whole lane from arc length 0, its goal at the lane's end.
  public static func route(_ map: LaneGraph, lane: Int) -> Route {
    Route(
      lanes: [lane], segments: [map.lanes[lane].segment], centreline: map.lanes[lane].centreline,
      laneStarts: [0], startArcLength: 0, goalArcLength: map.lanes[lane].length)
  }

  /// A straight lane 3.5 m wide between two points.
  public static func lane(
    id: String, index: Int, from: Vector2, to: Vector2, speedLimit: Double?, segment: Int,
    left: Int? = nil, right: Int? = nil
  ) -> Lane {
    let side = (to - from).normalized.left * 1.75
    return Lane(
      id: id, index: index, kind: .driving, lines: LaneLines(centreline: line([from, to]),
      left: line([from + side, to + side]), right: line([from - side, to - side]),
      polygon: Polygon([from + side, to + side, to - side, from - side])), speedLimit: speedLimit,
      left: left.map { LaneNeighbour(lane: $0, isSameDirection: true) },
      right: right.map { LaneNeighbour(lane: $0, isSameDirection: true) }, segment: segment)
  }

  /// A polyline of points that are known to be distinct.
  public static func line(_ points: [Vector2]) -> Polyline {
    guard let line = Polyline(points) else { preconditionFailure("points of a line are distinct") }
    return line
  }
}
