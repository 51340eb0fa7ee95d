import SimCore
import SimGeometry
import SimMap
import Testing

@Suite struct LaneGraphCodecTests {
  /// A crossing with one of everything that a map can hold.
  private func everything() throws -> LaneGraph {
    let roads = try MapWorlds.built(MapWorlds.crossing())
    let square = Polygon([Vector2(0, 0), Vector2(4, 0), Vector2(4, 4)])
    let path = try #require(Polyline([Vector2(0, 0), Vector2(4, 4)]))
    var lanes = roads.lanes
    lanes[0].stopLine = 0
    lanes[0].signal = 0
    lanes[0].speedLimit = nil
    lanes[1].polygon = square
    return LaneGraph(
      name: "all", drivingSide: .left, lanes: lanes, segments: roads.segments,
      junctions: roads.junctions,
      drivableAreas: roads.drivableAreas + [DrivableArea(kind: .parking, polygon: square)],
      stopLines: [
        StopLine(
          id: "line", rule: .yield, from: Vector2(-10, 2), to: Vector2(-10, -2), lanes: [0])
      ],
      signals: [
        Signal(
          id: "light",
          phases: [
            .init(.green, microseconds: 5_000_000), .init(.redYellow, microseconds: 1_000_000),
          ], offsetMicroseconds: -300_000, lanes: [0])
      ],
      crosswalks: [Crosswalk(id: "walk", polygon: square, path: path)],
      priorities: [PriorityRule(yielding: 1, priority: 0)])
  }

  @Test func aMapComesBackEqual() throws {
    let map = try everything()
    let bytes = LaneGraphCodec.encode(map)
    let copy = try LaneGraphCodec.decode(bytes[...])
    #expect(LaneGraphCodec.encode(copy) == bytes)
    #expect(copy.name == "all" && copy.drivingSide == .left)
    #expect(copy.lanes.count == map.lanes.count)
    for (lane, other) in zip(map.lanes, copy.lanes) {
      #expect(lane.id == other.id && lane.index == other.index && lane.kind == other.kind)
      #expect(lane.centreline == other.centreline && lane.polygon == other.polygon)
      #expect(lane.leftBound == other.leftBound && lane.rightBound == other.rightBound)
      #expect(lane.leftMarking == other.leftMarking && lane.speedLimit == other.speedLimit)
      #expect(lane.predecessors == other.predecessors && lane.successors == other.successors)
      #expect(lane.left == other.left && lane.right == other.right)
      #expect(lane.segment == other.segment && lane.junction == other.junction)
      #expect(lane.isConnector == other.isConnector)
      #expect(lane.stopLine == other.stopLine && lane.signal == other.signal)
    }
    #expect(copy.segments.map(\.id) == map.segments.map(\.id))
    #expect(copy.segments.map(\.successors) == map.segments.map(\.successors))
    #expect(copy.junctions.map(\.polygon) == map.junctions.map(\.polygon))
    #expect(copy.drivableAreas.map(\.kind) == map.drivableAreas.map(\.kind))
    #expect(copy.stopLines.map(\.rule) == [.yield])
    #expect(copy.signals.map(\.phases) == map.signals.map(\.phases))
    #expect(copy.signals.map(\.offsetMicroseconds) == [-300_000])
    #expect(copy.crosswalks.map(\.path) == map.crosswalks.map(\.path))
    #expect(copy.priorities == map.priorities)
    #expect(copy.bounds == map.bounds)
  }

  @Test func aReferenceToNothingIsADefect() throws {
    let map = try everything()
    var lanes = map.lanes
    lanes[0].successors = [99]
    let broken = LaneGraph(
      name: "", lanes: lanes, segments: map.segments, drivableAreas: [])
    #expect(throws: FormatDefect.self) {
      try LaneGraphCodec.decode(LaneGraphCodec.encode(broken)[...])
    }
  }

  /// Whatever a byte is changed to, there is an answer: another map or a defect.
  @Test func damagedBytesNeverTrap() throws {
    let bytes = LaneGraphCodec.encode(try everything())
    var defects = 0
    for index in bytes.indices {
      for value: UInt8 in [0xFF, bytes[index] ^ 1] {
        var damaged = bytes
        damaged[index] = value
        if (try? LaneGraphCodec.decode(damaged[...])) == nil { defects += 1 }
      }
    }
    #expect(defects > bytes.count / 4)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: FormatDefect.self) { try LaneGraphCodec.decode(bytes[..<length]) }
    }
  }
}
