import SimGeometry
import SimMap
import SimStack
import Testing

/// Lane measures on squares of 10 m side, each a lane or a connector of its own.
@Suite struct LaneMeasuresTests {
  /// A lane over x in [x, x + 10], y in [y, y + 10], running along +x.
  struct Tile {
    var x: Double
    var y = 0.0
    var next: [Int] = []
    var isConnector = false
    var limit: Double?
  }

  static func graph(_ tiles: [Tile], junction: Polygon? = nil) -> LaneGraph {
    func line(_ tile: Tile, _ y: Double) -> Polyline {
      guard
        let line = Polyline([Vector2(tile.x, tile.y + y), Vector2(tile.x + 10, tile.y + y)])
      else { fatalError("a line") }
      return line
    }
    let lanes = tiles.enumerated().map { index, tile in
      Lane(
        id: "\(index)", index: index, kind: .driving, lines: LaneLines(centreline: line(tile, 5),
        left: line(tile, 10), right: line(tile, 0),
        polygon: Polygon(line(tile, 10).vertices + line(tile, 0).vertices.reversed())),
        speedLimit: tile.limit,
        predecessors: tiles.indices.filter { tiles[$0].next.contains(index) },
        successors: tile.next, segment: index, isConnector: tile.isConnector)
    }
    return LaneGraph(
      name: "tiles", lanes: lanes,
      segments: lanes.map {
        RoadSegment(
          id: $0.id, lanes: [$0.index], isConnector: $0.isConnector, polygon: $0.polygon,
          predecessors: [], successors: [])
      },
      junctions: junction.map { [Junction(id: "j", polygon: $0, lanes: [])] } ?? [],
      drivableAreas: [])
  }

  func common(_ graph: LaneGraph, _ fl: [Int], _ rl: [Int], _ rr: [Int], _ fr: [Int]) -> [Int]? {
    CommonLanes(on: graph).common(
      frontLeft: fl[...], rearLeft: rl[...], rearRight: rr[...], frontRight: fr[...])
  }

  /// Official answers for lane 0 with successors 1, 2; 1 leads on to 3, 2 to 4, 3 and 4 to 5, 6;
  /// lane 7 is elsewhere.
  @Test func cornersShareOrConnect() {
    let graph = Self.graph([
      Tile(x: 0, next: [1, 2]), Tile(x: 10, next: [3]), Tile(x: 10, next: [4]),
      Tile(x: 20, next: [5]), Tile(x: 20, next: [6]), Tile(x: 30), Tile(x: 30),
      Tile(x: 0, y: 50),
    ])
    #expect(common(graph, [], [], [], []) == [])
    #expect(common(graph, [0], [0], [], [0]) == nil)
    #expect(common(graph, [0], [0], [0], [0]) == [0])
    #expect(common(graph, [1], [0], [0], [0]) == [0])
    // Front corners in two different successors.
    #expect(common(graph, [1], [0], [0], [2]) == [0])
    // Both front corners two steps ahead through the same connector.
    #expect(common(graph, [3], [0], [0], [3]) == [1])
    // Two steps ahead through different ones.
    #expect(common(graph, [3], [0], [0], [4]) == nil)
    #expect(common(graph, [5], [0], [0], [5]) == nil)
    // One front corner two steps ahead, the other still in the lane.
    #expect(common(graph, [3], [0], [0], [0]) == nil)
    // Rear corners in two siblings.
    #expect(common(graph, [3], [1], [2], [4]) == nil)
    // Any corner elsewhere.
    #expect(common(graph, [7], [0], [0], [0]) == nil)
    #expect(common(graph, [0], [0], [7], [0]) == nil)
  }

  /// Two connectors fork on the same tile; only the second leads on to the lane that follows, which
  /// shows afterwards.
  @Test func ambiguityIsResolvedBackwards() {
    let graph = Self.graph([
      Tile(x: 0, next: [1, 2]), Tile(x: 10, isConnector: true),
      Tile(x: 10, next: [3], isConnector: true), Tile(x: 20),
    ])
    let positions = [5.0, 12, 18, 22].map { Vector2($0, 5) }
    let route = LaneAssociation(on: graph).driven(
      positions, heading: positions.map { _ in Vector2(1, 0) })
    // On entering, both successors hold the point; the tick before lane 3 keeps those that lead to
    // it, the one before that the subset that followed.
    #expect((0..<4).map { Array(route[$0]) } == [[0], [2], [2], [3]])
  }

  /// A drive that strays 2 m out of its connector, inside the junction, stays with it; before the
  /// third tick and beyond 5 m it does not.
  @Test func connectorsAreSticky() {
    let junction = Polygon([
      Vector2(-50, -50), Vector2(50, -50), Vector2(50, 50), Vector2(-50, 50),
    ])
    let graph = Self.graph([Tile(x: 0, isConnector: true)], junction: junction)
    func lanes(_ points: [Vector2]) -> [[Int]] {
      let route = LaneAssociation(on: graph).driven(
        points, heading: points.map { _ in Vector2(1, 0) })
      return (0..<route.count).map { Array(route[$0]) }
    }
    #expect(lanes([Vector2(1, 5), Vector2(2, 5), Vector2(3, -2)]) == [[0], [0], [0]])
    #expect(lanes([Vector2(1, 5), Vector2(2, 5), Vector2(3, -6)]) == [[0], [0], []])
    #expect(lanes([Vector2(1, 5), Vector2(2, -2)]) == [[0], []])
  }

  /// Of two lanes that overlap the one that runs the vehicle's way counts.
  @Test func overlappingLanesGoByHeading() throws {
    let back = try #require(Polyline([Vector2(10, 5), Vector2(0, 5)]))
    let there = Self.graph([Tile(x: 0)]).lanes[0]
    var opposite = there
    opposite.index = 1
    opposite.id = "1"
    opposite.lines = LaneLines(
      centreline: back, left: there.leftBound, right: there.rightBound, polygon: there.polygon)
    let graph = LaneGraph(
      name: "two-way", lanes: [there, opposite], segments: [], drivableAreas: [])
    let point = [Vector2(5, 5)]
    let association = LaneAssociation(on: graph)
    #expect(Array(association.driven(point, heading: [Vector2(1, 0)])[0]) == [0])
    #expect(Array(association.driven(point, heading: [Vector2(-1, 0)])[0]) == [1])
  }

  /// In a lane its limit; on a connector the greatest around it, unknown if one is unknown.
  @Test func speedLimitsOfConnectorsComeFromAround() {
    let graph = Self.graph([
      Tile(x: 0, next: [1], limit: 8), Tile(x: 10, next: [2], isConnector: true, limit: 3),
      Tile(x: 20, limit: 14), Tile(x: 30, next: [4]), Tile(x: 40, next: [2], isConnector: true),
    ])
    #expect(graph.scoredSpeedLimit(in: [0]) == 8)
    #expect(graph.scoredSpeedLimit(in: [1]) == 14)
    #expect(graph.scoredSpeedLimit(in: [3]) == nil)
    #expect(graph.scoredSpeedLimit(in: [4]) == nil)
    #expect(graph.scoredSpeedLimit(in: [1, 4]) == nil)
    #expect(graph.scoredSpeedLimit(in: [Int]()) == nil)
  }

  /// Along segments 0, 1, 2 of 10 m each. From x = 2: to 6 (+4), off the route (0), from there into
  /// segment 2 at x = 23, by which what was left of segment 0 (4), all of segment 1 (10) and 3 m of
  /// segment 2 are gained; back to segment 1 is no progress.
  @Test func progressCountsSkippedSegments() {
    let graph = Self.graph([Tile(x: 0, next: [1]), Tile(x: 10, next: [2]), Tile(x: 20)])
    let along = [2.0, 12, 22].map { Vector2($0, 5) }
    let driven = LaneAssociation(on: graph).driven(
      along, heading: along.map { _ in Vector2(1, 0) })
    let route = RouteProgress(along: driven, on: graph)
    #expect(route.stages.map(\.segment) == [0, 1, 2])
    let drive = [Vector2(2, 5), Vector2(6, 5), Vector2(8, 20), Vector2(23, 5), Vector2(15, 5)]
    #expect(route.perTick(drive) == [0, 4, 0, 17, 0])
    // Elsewhere at first: the reference arc length is that of the projection, here the start.
    #expect(route.perTick([Vector2(-5, 5), Vector2(6, 5)]) == [0, 6])
    #expect(route.perTick([]) == [])
  }

  /// Two connectors of 10 m lie over each other and the drive ends on them: without knowing which
  /// one was driven the first counts.
  @Test func progressPrefersKnownLanes() {
    let graph = Self.graph([
      Tile(x: 0, next: [1, 2]), Tile(x: 10, isConnector: true), Tile(x: 10, isConnector: true),
    ])
    let along = [2.0, 12, 18].map { Vector2($0, 5) }
    let driven = LaneAssociation(on: graph).driven(
      along, heading: along.map { _ in Vector2(1, 0) })
    #expect(RouteProgress(along: driven, on: graph).stages.map(\.baseline) == [0, 1])
    let known = RouteProgress(along: driven, on: graph, preferring: [0, 2])
    #expect(known.stages.map(\.baseline) == [0, 2])
    #expect(known.perTick(along).reduce(0, +) == 16)
  }

  /// Steps along the lane; entering another one costs two ticks, an arc length of 0 one.
  @Test func drivingDirectionForgetsAtLaneChanges() {
    let graph = Self.graph([Tile(x: 0, next: [1]), Tile(x: 10)])
    let points = [1.0, 3, 9, 12, 14, 15, 14].map { Vector2($0, 5) }
    let lanes = LaneAssociation(on: graph).driven(
      points, heading: points.map { _ in Vector2(1, 0) })
    let steps = DrivingDirection.progressPerTick(points, in: lanes, on: graph)
    #expect(steps == [0, 2, 6, 0, 0, 1, -1])
    // Ticks of half a second: sums over two steps back.
    #expect(DrivingDirection.rollingSum(steps, step: 500_000) == [0, 2, 8, 8, 6, 1, 0])
  }

  /// Within lane 0, straddling, then within lane 1 (a change), straddling and back (none).
  @Test func laneChangesEndInAnotherLane() {
    let graph = Self.graph([Tile(x: 0), Tile(x: 0, y: 10)])
    let common: [CommonLanes.Lanes] = [[0], nil, nil, [1], nil, [1], nil]
    #expect(
      LaneChange.all(in: common, on: graph) == [
        LaneChange(firstTick: 1, lastTick: 3, isCompleted: true),
        LaneChange(firstTick: 4, lastTick: 5, isCompleted: false),
        LaneChange(firstTick: 6, lastTick: 6, isCompleted: false),
      ])
  }
}
