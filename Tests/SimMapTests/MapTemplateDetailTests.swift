import SimCore
import SimGeometry
import Testing

@testable import SimMap

/// What single templates promise.
@Suite struct MapTemplateDetailTests {
  func make(
    _ name: String, _ values: [String: ParameterValues.Value] = [:]
  ) throws -> LaneGraph {
    try MapTemplateTests.Case(template: name, values: values).make()
  }

  @Test(arguments: [200.0, 2_000, 10_000, 100_000])
  func ringHasTheCircumferenceAskedFor(_ circumference: Double) throws {
    let map = try make(
      "ring", ["circumference": .number(circumference), "lanes": .integer(2)])
    var lane = try #require(map.laneIndex(id: "ring_1.1"))
    var lap = 0.0
    for _ in 0..<4 {
      lap += map.lanes[lane].length
      lane = try #require(map.lanes[lane].successors.first)
    }
    #expect(map.lanes[lane].id == "ring_1.1")
    #expect((lap - circumference).magnitude < 1e-9)
    #expect(
      map.lanes[lane].centreline.start == map.lanes[map.lanes[lane].predecessors[0]].centreline.end)
  }

  @Test func ringsBesideEachOtherAreUnconnected() throws {
    let map = try make("ring", ["copies": .integer(3), "sections": .integer(2)])
    #expect(map.lanes.map(\.id).prefix(3) == ["ring1_1.1", "ring1_2.1", "ring2_1.1"])
    #expect(map.lanes.allSatisfy { map.overlappingLanes(of: $0.index).isEmpty })
  }

  @Test func highwayLanesShiftWhereARampJoins() throws {
    let map = try make("highway", ["on_ramp": .flag(true), "off_ramp": .flag(true)])
    func next(_ id: String) throws -> [String] {
      let lane = try #require(map.lane(id: id))
      return lane.successors.map { map.lanes[$0].id }
    }
    #expect(try next("main.1") == ["merge.2"])
    #expect(try next("ramp.1") == ["merge.1"])
    #expect(try next("merge.1") == [])
    #expect(try next("merge.2") == ["middle.1"])
    #expect(try next("middle.3") == ["exit.4"])
    #expect(try next("exit.1") == ["off_ramp.1"])
    #expect(try next("exit.2") == ["end.1"])
    let merge = try #require(map.lane(id: "merge.1"))
    #expect(map.laneChangeTargets(of: merge.index).map { map.lanes[$0].id } == ["merge.2"])
    #expect(map.lane(id: "ramp.1")?.kind == .ramp)
    // Chords of its bend are a hair shorter than the course of 150 m.
    let ramp = try #require(map.lane(id: "ramp.1"))
    #expect(ramp.length < 150 && ramp.length > 149.999)
  }

  @Test func fixedProgramsNeverShowTwoGroupsGreen() throws {
    for stages in ["2", "4"] {
      let map = try make("four_way", ["stages": .text(stages)])
      #expect(map.signals.count == 4)
      var greens = [0, 0, 0, 0]
      for second in 0..<100 {
        let shown = map.signals.map { $0.colour(atMicroseconds: Int64(second) * 1_000_000) }
        let going = shown.indices.filter { shown[$0] == .green || shown[$0] == .yellow }
        // Arms: east, north, west, south.
        #expect(
          stages == "2" ? going.isEmpty || going == [0, 2] || going == [1, 3] : going.count < 2)
        for i in shown.indices where shown[i] == .green { greens[i] += 1 }
      }
      // 25 s a stage: 2 stages repeat twice in 100 s, 4 stages once, with 20 s of green each.
      #expect(greens.allSatisfy { $0 == (stages == "2" ? 40 : 20) })
    }
  }

  @Test func everyApproachHasItsSignalAndStopLine() throws {
    let map = try make("four_way", ["lanes": .integer(2)])
    for lane in map.lanes {
      let isIn = lane.id.contains("_in.")
      #expect((lane.signal != nil) == (isIn || lane.isConnector), "\(lane.id)")
      #expect((lane.stopLine != nil) == isIn, "\(lane.id)")
      if isIn { #expect(map.stopArcLength(ofLane: lane.index) == lane.length) }
      for next in lane.successors where isIn {
        #expect(map.signal(from: lane.index, to: next) == lane.signal)
      }
    }
  }

  /// Right of way at the crossing by control: does the first connector yield to the second?
  @Test(arguments: [
    ("priority", "south_to_north.1", "west_to_east.1", true),
    ("priority", "west_to_east.1", "south_to_north.1", false),
    ("priority", "south_to_east.1", "west_to_east.1", true),
    ("stop", "north_to_west.1", "east_to_west.1", true),
    // Left turns across oncoming traffic.
    ("signals", "south_to_west.1", "north_to_south.1", true),
    ("priority", "west_to_north.1", "east_to_west.1", true),
    // Crossing traffic is kept apart by the lights.
    ("signals", "south_to_north.1", "west_to_east.1", false),
    // Priority to the right: from the south, east is on the right.
    ("uncontrolled", "south_to_north.1", "east_to_west.1", true),
    ("uncontrolled", "east_to_west.1", "south_to_north.1", false),
    ("all_way_stop", "west_to_east.1", "south_to_north.1", true),
  ])
  func rightOfWay(_ control: String, _ yielding: String, _ other: String, _ yields: Bool) throws {
    let map = try make("four_way", ["control": .text(control)])
    let a = try #require(map.laneIndex(id: yielding))
    let b = try #require(map.laneIndex(id: other))
    #expect(map.priorities.contains(PriorityRule(yielding: a, priority: b)) == yields)
  }

  @Test func everyConflictHasARuleOrALight() throws {
    for control in ["priority", "stop", "uncontrolled", "all_way_stop"] {
      let map = try make("four_way", ["control": .text(control), "lanes": .integer(2)])
      for a in map.lanes where a.isConnector {
        for other in map.overlappingLanes(of: a.index) {
          let b = map.lanes[other]
          guard b.isConnector, a.predecessors != b.predecessors else { continue }
          let common = a.polygon.intersectionArea(with: b.polygon)
          let from = a.id.split(separator: "_")[0]
          guard common > 0.3, from != b.id.split(separator: "_")[0] else { continue }
          let hasRule =
            map.priorities.contains(PriorityRule(yielding: a.index, priority: other))
            || map.priorities.contains(PriorityRule(yielding: other, priority: a.index))
          // Two left turns from opposite sides pass before each other or settle it themselves.
          #expect(hasRule, "\(control): \(a.id) and \(b.id)")
        }
      }
    }
  }

  /// Templates of junctions know which of their lanes overlap; the geometry must say the same.
  @Test(arguments: [
    ("t_junction", ["lanes": ParameterValues.Value.integer(2)]),
    ("four_way", ["lanes": .integer(2)]),
    ("four_way", ["lanes": .integer(3), "side_lanes": .integer(1), "crosswalks": .flag(true)]),
    ("urban_grid", ["lanes": .integer(2), "borders": .text("closed")]),
    ("urban_grid", ["driving_side": .text("left")]),
  ])
  func knownOverlapsAreThoseOfTheGeometry(
    _ template: String, _ values: [String: ParameterValues.Value]
  ) throws {
    let map = try make(template, values)
    let computed = LaneOverlaps(of: map)
    for lane in map.lanes {
      #expect(
        Array(map.overlaps.lanes(overlapping: lane.index))
          == Array(computed.lanes(overlapping: lane.index)), "\(lane.id)")
    }
  }

  @Test func leftHandTrafficKeepsNamesAndDirections() throws {
    let right = try make("t_junction")
    let left = try make("t_junction", ["driving_side": .text("left")])
    for id in ["west_in.1", "south_in.1", "west_to_south.1"] {
      let a = try #require(right.lane(id: id))
      let b = try #require(left.lane(id: id))
      // The same road, the other half of it.
      #expect(a.centreline.start.distance(to: b.centreline.start) < 4, "\(id)")
      #expect(a.centreline.start != b.centreline.start)
    }
    let y = try [left, right].map { try #require($0.lane(id: "west_in.1")).centreline.start.y }
    #expect((y[0] - 1.75).magnitude < 1e-12 && (y[1] + 1.75).magnitude < 1e-12)
  }

  /// Parameters that do not fit together, and what is said about it.
  @Test(arguments: [
    ("curve", ["radius": ParameterValues.Value.number(8), "lanes": .integer(3)], "radius"),
    ("curve", ["transition": .number(200)], "transition"),
    ("curve", ["angle": .number(0)], "angle"),
    ("highway", ["on_ramp": .flag(true), "length": .number(200)], "length"),
    ("highway", ["off_ramp": .flag(true), "length": .number(200)], "length"),
    ("t_junction", ["side_lanes": .integer(3)], "side_lanes"),
    ("roundabout", ["entries": .integer(6), "radius": .number(12)], "radius"),
    (
      "urban_grid", ["block": .number(60), "lanes": .integer(3), "corner_radius": .number(15)],
      "block"
    ),
    ("urban_grid", ["rows": .integer(1), "borders": .text("closed")], "borders"),
    ("ring", ["circumference": .number(100), "lanes": .integer(6)], "circumference"),
  ])
  func unfitParametersAreNamed(
    _ template: String, _ values: [String: ParameterValues.Value], _ blamed: String
  ) {
    let failure = #expect(throws: MapBuildFailure.self) { try make(template, values) }
    #expect(failure?.parameter == blamed)
    #expect(failure?.reason.isEmpty == false)
  }
}
