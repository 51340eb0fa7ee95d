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
    lanes[1].lines = LaneLines(
      centreline: lanes[1].centreline, left: lanes[1].leftBound, right: lanes[1].rightBound,
      polygon: square)
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

  /// What is read equals what was written also in what is derived: lengths, directions, headings.
  @Test(arguments: MapTemplateCatalog.all.map(\.schema.name), ["right", "left"])
  func templatesComeBackToTheBit(_ name: String, _ side: String) throws {
    let template = try #require(MapTemplateCatalog.template(named: name))
    var values: [String: ParameterValues.Value] = ["driving_side": .text(side)]
    // Odd numbers: nothing may be exact by luck.
    if name == "urban_grid" {
      values["block"] = .number(123.456789)
      values["lane_width"] = .number(3.3)
      values["borders"] = .text(side == "left" ? "closed" : "open")
    }
    let map = try template.make(ParameterValues(template.schema, overriding: values))
    let copy = try LaneGraphCodec.decode(LaneGraphCodec.encode(map)[...])
    #expect(copy.lanes.count == map.lanes.count)
    for (a, b) in zip(map.lanes, copy.lanes) {
      #expect(a.centreline == b.centreline, "\(a.id)")
      #expect(a.leftBound == b.leftBound && a.rightBound == b.rightBound, "\(a.id)")
      #expect(a.polygon == b.polygon, "\(a.id)")
      #expect(a.speedLimit == b.speedLimit && a.successors == b.successors)
    }
    #expect(zip(map.drivableAreas, copy.drivableAreas).allSatisfy { $0.polygon == $1.polygon })
    #expect(zip(map.crosswalks, copy.crosswalks).allSatisfy { $0.path == $1.path })
    #expect(LaneGraphCodec.encode(copy) == LaneGraphCodec.encode(map))
    #expect(copy.contentHash == map.contentHash)
  }

  @Test func contentHashTellsMapsApart() throws {
    let template = try #require(MapTemplateCatalog.template(named: "straight"))
    func hash(_ values: [String: ParameterValues.Value]) throws -> UInt64 {
      try template.make(ParameterValues(template.schema, overriding: values)).contentHash
    }
    let standard = try hash([:])
    #expect(try hash([:]) == standard)
    #expect(try hash(["length": .number(500.0000001)]) != standard)
    #expect(try hash(["speed_limit": .number(13)]) != standard)
    #expect(try hash(["driving_side": .text("left")]) != standard)
  }
}
