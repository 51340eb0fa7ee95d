import SimGeometry
import SimMap
import Testing

@Suite struct LaneGraphQueriesTests {
  @Test func pointLookUpIsStrictAndInMapOrder() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    #expect(map.lanes(containing: Vector2(10, 0)) == [0])
    #expect(map.lanes(containing: Vector2(60, 5)) == [3])
    #expect(map.lanes(containing: Vector2(60, 9)) == [4])
    // On the line between a1 and b1, and beyond everything.
    #expect(map.lanes(containing: Vector2(10, 2)) == [])
    #expect(map.lanes(containing: Vector2(-1, 0)) == [])
    let crossing = try MapWorlds.built(MapWorlds.crossing())
    #expect(crossing.lanes(containing: .zero) == [1, 4])
    #expect(crossing.lanes(containing: .zero, .connectors) == [1, 4])
    #expect(crossing.lanes(containing: .zero, .lanes) == [])
    #expect(crossing.lanes(containing: Vector2(-20, 0), .lanes) == [0])
    #expect(crossing.lanes(containing: Vector2(-20, 0), .connectors) == [])
  }

  @Test func intoVariantsAppend() throws {
    let map = try MapWorlds.built(MapWorlds.crossing())
    var found: [Int32] = [77]
    map.lanes(containing: .zero, into: &found)
    #expect(found == [77, 1, 4])
  }

  @Test func boxesMeetLanesTheyTouch() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    // 4 m by 2 m at (48, 1): x 46…50, y 0…2 touches all four eastbound lanes at (50, 2).
    let touching = OrientedBox(pose: Pose2(x: 48, y: 1, heading: 0), length: 4, width: 2)
    var found: [Int32] = [77]
    map.lanes(meeting: touching, into: &found)
    #expect(found == [77, 0, 1, 2, 3])
    let inside = OrientedBox(pose: Pose2(x: 20, y: 0, heading: 0), length: 4, width: 2)
    found = []
    map.lanes(meeting: inside, into: &found)
    #expect(found == [0])
  }

  @Test func nearestLaneObeysHeadingGate() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    let east = try #require(map.nearestLane(to: Pose2(x: 20, y: 7, heading: 0.1)))
    // Inside c, which runs west; b1's edge is 1 m away.
    #expect(east.lane == 2)
    #expect(east.distance == 1)
    #expect(east.frenet.d == 3)
    #expect((east.headingDifference - 0.1).magnitude < 1e-15)
    let west = try #require(map.nearestLane(to: Pose2(x: 20, y: 7, heading: .pi)))
    #expect(west.lane == 4)
    #expect(west.distance == 0)
    #expect(west.frenet.s == 80)
    let any = try #require(map.nearestLane(to: Pose2(x: 20, y: 7, heading: 0), headingGate: .pi))
    #expect(any.lane == 4)
    #expect(map.nearestLane(to: Pose2(x: 20, y: 40, heading: 0)) == nil)
  }

  @Test func nearestLaneInACrossingIsTheOneAlongTheHeading() throws {
    let map = try MapWorlds.built(MapWorlds.crossing())
    let north = Pose2(x: 1, y: 0, heading: .pi / 2)
    #expect(map.nearestLane(to: north, headingGate: .pi / 4)?.lane == 4)
    // Both contain it; the centreline of `we` is nearer.
    #expect(map.nearestLane(to: north, headingGate: .pi)?.lane == 1)
  }

  @Test func junctionsAndDrivableAreas() throws {
    let map = try MapWorlds.built(MapWorlds.crossing())
    #expect(map.isInJunction(.zero))
    // The hull of the cross has corners (10, 2) and (2, 10): (5, 5) is inside it, (7, 7) is not.
    #expect(map.isInJunction(Vector2(5, 5)))
    #expect(!map.isInJunction(Vector2(7, 7)))
    #expect(!map.isInJunction(Vector2(-20, 0)))
    #expect(map.isInDrivableArea(Vector2(-20, 0)))
    #expect(!map.isInDrivableArea(Vector2(5, 5)))
    #expect(map.distanceToDrivableArea(from: Vector2(-20, 0)) == 0)
    #expect(map.distanceToDrivableArea(from: Vector2(-20, 5)) == 3)
    #expect(map.distanceToDrivableArea(from: Vector2(5, 6)) == 3)
    #expect(map.distanceToDrivableArea(from: Vector2(-20, 50), within: 10) == .infinity)
  }

  @Test func overlapsAreCrossingsOnly() throws {
    let crossing = try MapWorlds.built(MapWorlds.crossing())
    #expect(crossing.overlappingLanes(of: 1) == [4])
    #expect(crossing.overlappingLanes(of: 4) == [1])
    #expect(crossing.overlappingLanes(of: 0) == [])
    let parallel = try MapWorlds.built(MapWorlds.twoAndOne())
    #expect(parallel.lanes.allSatisfy { parallel.overlappingLanes(of: $0.index).isEmpty })
  }

  @Test func lanesThatPartOverlap() throws {
    // b bends off a's end at first within the width of c, which goes straight on.
    var builder = LaneGraphBuilder(name: "fork")
    builder.reportsOneSidedLinks = false
    builder.add(MapWorlds.strip("a", from: 0, to: 10, y: 0, successors: ["b", "c"]))
    builder.add(
      LaneDraft(
        "b", shape: .centred([Vector2(10, 0), Vector2(20, 0), Vector2(30, 5)], widths: [4, 4, 4])))
    builder.add(MapWorlds.strip("c", from: 10, to: 30, y: 0))
    let map = try MapWorlds.built(builder)
    #expect(map.overlappingLanes(of: 1) == [2])
    #expect(map.overlappingLanes(of: 0) == [])
  }

  @Test func stopLinesLieWhereTheyCrossTheLane() throws {
    var builder = MapWorlds.crossing()
    builder.add(
      StopLineDraft(
        "line", rule: .stop, line: Segment(Vector2(-12, 2), Vector2(-12, -2)), lanes: ["w"]))
    builder.add(StopLineDraft("end", rule: .yield, lanes: ["s"]))
    let map = try MapWorlds.built(builder)
    #expect(map.stopArcLength(ofLane: 0) == 18)
    #expect(map.stopArcLength(ofLane: 3) == 20)
    #expect(map.stopArcLength(ofLane: 2) == nil)
    #expect(map.stopLines[1].from == Vector2(-2, -10))
    #expect(map.stopLines[1].to == Vector2(2, -10))
  }

  @Test func laneChangeTargetsNeedACrossableMarking() throws {
    var builder = MapWorlds.twoAndOne()
    let map = try MapWorlds.built(builder)
    #expect(map.laneChangeTargets(of: 0) == [2])
    #expect(map.laneChangeTargets(of: 2) == [0])
    builder = LaneGraphBuilder(name: "solid")
    var a = MapWorlds.strip("a", from: 0, to: 50, y: 0, left: .init("b"))
    a.leftMarking = .solid
    builder.add(a)
    builder.add(MapWorlds.strip("b", from: 0, to: 50, y: 4, right: .init("a")))
    let solid = try MapWorlds.built(builder)
    #expect(solid.laneChangeTargets(of: 0) == [])
    #expect(solid.laneChangeTargets(of: 1) == [0])
  }
}
