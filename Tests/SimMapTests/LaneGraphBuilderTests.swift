import SimCore
import SimGeometry
import SimMap
import Testing

@Suite struct LaneGraphBuilderTests {
  @Test func linksNeighboursAndSegmentsAreCompleted() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    #expect(map.lanes[1].predecessors == [0])
    #expect(map.lanes[2].right == LaneNeighbour(lane: 0, isSameDirection: true))
    // c is on b1's left, so seen from c (oncoming) b1 is on the left too; b2 finds it taken.
    #expect(map.lanes[4].left == LaneNeighbour(lane: 2, isSameDirection: false))
    // Left lane first within a segment.
    #expect(map.segments.map(\.lanes) == [[2, 0], [3, 1], [4]])
    #expect(map.segments[0].successors == [1])
    #expect(map.segments[1].predecessors == [0])
    #expect(map.segments[0].polygon.area == 50 * 8)
    #expect(map.lanes.map(\.segment) == [0, 1, 0, 1, 2])
    #expect(map.drivableAreas.map(\.kind) == [.road, .road, .road])
  }

  @Test func centrelineIsTheMeanOfPairedPoints() throws {
    var builder = LaneGraphBuilder(name: "taper")
    builder.add(
      LaneDraft(
        "t",
        shape: .bounds(
          left: [Vector2(0, 2), Vector2(10, 2), Vector2(20, 4)],
          right: [Vector2(0, -2), Vector2(12, -2), Vector2(22, -2)])))
    let map = try MapWorlds.built(builder)
    #expect(map.lanes[0].centreline.vertices == [Vector2(0, 0), Vector2(11, 0), Vector2(21, 1)])
  }

  @Test func centrelineOfUnequalBoundsGoesByShareOfLength() throws {
    var builder = LaneGraphBuilder(name: "unequal")
    builder.add(
      LaneDraft(
        "u",
        shape: .bounds(
          left: [Vector2(0, 2), Vector2(5, 2), Vector2(20, 2)],
          right: [Vector2(0, -2), Vector2(20, -2)])))
    let map = try MapWorlds.built(builder)
    #expect(map.lanes[0].centreline.vertices == [Vector2(0, 0), Vector2(5, 0), Vector2(20, 0)])
  }

  /// Ids are equal as texts are: an accent may be written in two ways.
  @Test func idsAreEqualAsTextsAre() {
    var builder = LaneGraphBuilder(name: "accents")
    for id in ["rue_Caf\u{E9}_12.1", "rue_Cafe\u{301}_12.1", "rue_Cafe_12.1"] {
      builder.add(
        LaneDraft(id, shape: .centred([Vector2(0, 0), Vector2(9, 0)], widths: [3, 3])))
    }
    let outcome = builder.build()
    #expect(outcome.findings.map(\.rule).contains(.duplicateID))
    #expect(outcome.findings.count { $0.rule == .duplicateID } == 1)
  }

  @Test func everyLaneIsFoundByItsID() throws {
    var builder = LaneGraphBuilder(name: "many")
    for k in 0..<3000 {
      let y = 5 * Double(k)
      builder.add(
        LaneDraft(
          "road_with_a_long_name_\(k % 60).\(k / 60)",
          shape: .centred([Vector2(0, y), Vector2(9, y)], widths: [3, 3])))
    }
    let map = try builder.buildMap(checks: .references)
    for (k, lane) in map.lanes.enumerated() { #expect(map.laneIndex(id: lane.id) == k) }
    #expect(map.laneIndex(id: "road_with_a_long_name_60.1") == nil)
    #expect(map.laneIndex(id: "") == nil)
  }

  @Test func oneSidedLinksAreReported() throws {
    var builder = MapWorlds.twoAndOne()
    builder.reportsOneSidedLinks = true
    let outcome = builder.build()
    #expect(outcome.map != nil)
    #expect(outcome.findings.allSatisfy { $0.rule == .oneSidedLink && $0.severity == .warning })
    #expect(
      outcome.findings.map(\.description).first
        == "lane 'a2': it does not name its predecessor 'a1'; added")
  }

  /// One fault each, and the finding that names it.
  static let faults: [(String, MapFinding.Rule, Diagnostic.Severity, LaneGraphBuilder)] = {
    func world(_ change: (inout LaneGraphBuilder) -> Void) -> LaneGraphBuilder {
      var builder = LaneGraphBuilder(name: "faulty")
      builder.reportsOneSidedLinks = false
      builder.add(MapWorlds.strip("ok", from: 0, to: 50, y: 0, successors: ["on"]))
      builder.add(MapWorlds.strip("on", from: 50, to: 90, y: 0))
      change(&builder)
      return builder
    }
    func lane(_ left: [Vector2], _ right: [Vector2], after: String = "on") -> LaneDraft {
      LaneDraft("x", shape: .bounds(left: left, right: right), predecessors: [after])
    }
    let l = [Vector2(90, 2), Vector2(130, 2)]
    let r = [Vector2(90, -2), Vector2(130, -2)]
    return [
      (
        "lane 'ok': the id is used by an earlier lane", .duplicateID, .error,
        world { $0.add(MapWorlds.strip("ok", from: 90, to: 99, y: 0)) }
      ),
      (
        "lane 'x': successor 'nowhere' does not exist", .danglingReference, .error,
        world {
          var x = lane(l, r)
          x.successors = ["nowhere"]
          $0.add(x)
        }
      ),
      (
        "lane 'x': stop line 'none' does not exist", .danglingReference, .error,
        world {
          var x = lane(l, r)
          x.stopLine = "none"
          $0.add(x)
        }
      ),
      (
        "lane 'x': its left neighbour 'x' does not exist", .danglingReference, .error,
        world {
          var x = lane(l, r)
          x.left = .init("x")
          $0.add(x)
        }
      ),
      (
        "signal 's': lane 'none' does not exist", .danglingReference, .error,
        world { $0.add(SignalDraft("s", phases: [], lanes: ["none"])) }
      ),
      (
        "lane 'x': a point of its right bound is not finite", .nonFinite, .error,
        world { $0.add(lane(l, [Vector2(90, -2), Vector2(.nan, -2)])) }
      ),
      (
        "lane 'x': its left bound has fewer than two distinct points", .tooFewPoints, .error,
        world { $0.add(lane([Vector2(90, 2), Vector2(90, 2)], r)) }
      ),
      (
        "lane 'x': its left bound lies to the right of its right bound", .swappedBounds, .error,
        world { $0.add(lane(r, l)) }
      ),
      ("lane 'x': it has no width", .badWidth, .error, world { $0.add(lane(l, l)) }),
      (
        "lane 'x': width -1.0 m is not positive", .badWidth, .error,
        world {
          $0.add(
            LaneDraft(
              "x", shape: .centred([Vector2(90, 0), Vector2(99, 0)], widths: [4, -1]),
              predecessors: ["on"]))
        }
      ),
      (
        "lane 'x': speed limit 0.0 m/s is not positive", .badSpeedLimit, .error,
        world {
          var x = lane(l, r)
          x.speedLimit = 0
          $0.add(x)
        }
      ),
      (
        "signal 's': a phase has no positive duration", .badSignal, .error,
        world { $0.add(SignalDraft("s", phases: [.init(.green, microseconds: 0)])) }
      ),
      (
        "lane 'x': its bounds cross or touch", .boundsCross, .warning,
        world {
          $0.add(
            lane(
              [Vector2(90, 2), Vector2(110, -3), Vector2(130, 2)],
              [Vector2(90, -2), Vector2(110, -2), Vector2(130, -2)]))
        }
      ),
      (
        "lane 'x': it is only 0.50 m wide at s = 20.00", .narrow, .warning,
        world {
          $0.add(
            lane(
              [Vector2(90, 2), Vector2(110, 0.25), Vector2(130, 2)],
              [Vector2(90, -2), Vector2(110, -0.25), Vector2(130, -2)]))
        }
      ),
      (
        "lane 'x': its outline crosses or touches itself", .selfIntersection, .warning,
        world {
          $0.add(
            lane(
              [Vector2(90, 2), Vector2(110, 2), Vector2(108, 3), Vector2(109, 1), Vector2(130, 2)],
              [Vector2(90, -2), Vector2(110, -2), Vector2(112, -2), Vector2(115, -2), r[1]]))
        }
      ),
      (
        "lane 'on': its successor 'x' starts 3.00 m away from its end", .successorGap, .warning,
        world {
          $0.add(lane([Vector2(93, 2), l[1]], [Vector2(93, -2), r[1]]))
        }
      ),
      (
        "lane 'on': its successor 'x' starts at an angle of 90 degrees", .successorHeading,
        .warning,
        world {
          $0.add(
            lane(
              [Vector2(88, 0), Vector2(88, 40)], [Vector2(92, 0), Vector2(92, 40)]))
        }
      ),
      (
        "lane 'ok': it overlaps its left neighbour 'x' by 100.00 square metres", .neighbourOverlap,
        .warning,
        world {
          var x = MapWorlds.strip("x", from: 0, to: 50, y: 2)
          x.right = .init("ok")
          $0.add(x)
        }
      ),
      (
        "lane 'ok': its left neighbour 'x' does not run in the same direction",
        .neighbourDirection, .warning,
        world {
          var x = MapWorlds.strip("x", from: 50, to: 0, y: 4)
          x.right = .init("ok")
          $0.add(x)
        }
      ),
      (
        "lane 'x': no lane leads to it or on from it", .unreachable, .warning,
        world { $0.add(MapWorlds.strip("x", from: 0, to: 50, y: 40)) }
      ),
    ]
  }()

  @Test(arguments: faults.indices)
  func faultsAreFoundWithTheirReason(_ index: Int) {
    let (text, rule, severity, builder) = Self.faults[index]
    let outcome = builder.build()
    let finding = outcome.findings.first { $0.rule == rule }
    // A neighbour that is the lane itself reads a little differently.
    let expected =
      text.contains("neighbour 'x' does not exist")
      ? "lane 'x': it is its own left neighbour" : text
    #expect(finding?.description == expected)
    #expect(finding?.severity == severity)
    #expect((outcome.map == nil) == (severity == .error))
  }

  @Test func toleratedFaultsAreRepaired() throws {
    var builder = LaneGraphBuilder(
      name: "sloppy", tolerating: [.danglingReference, .swappedBounds, .badSpeedLimit])
    var lane = MapWorlds.strip("a", from: 0, to: 50, y: 0, successors: ["outside"])
    lane.speedLimit = -3
    if case .bounds(let left, let right) = lane.shape {
      lane.shape = .bounds(left: right, right: left)
    }
    builder.add(lane)
    let outcome = builder.build()
    #expect(
      outcome.findings.map(\.rule) == [.swappedBounds, .badSpeedLimit, .danglingReference])
    #expect(outcome.findings.allSatisfy { $0.severity == .warning })
    let map = try #require(outcome.map)
    #expect(map.lanes[0].leftBound.start == Vector2(0, 2))
    #expect(map.lanes[0].speedLimit == nil)
    #expect(map.lanes[0].successors == [])
  }

  @Test func everyFaultOfAMapIsReportedAtOnce() {
    var builder = LaneGraphBuilder(name: "bad")
    builder.add(MapWorlds.strip("a", from: 0, to: 50, y: 0, successors: ["p", "q"]))
    builder.add(MapWorlds.strip("a", from: 0, to: 50, y: 9))
    var b = MapWorlds.strip("b", from: 50, to: 90, y: 0)
    b.speedLimit = .infinity
    builder.add(b)
    let errors = builder.build().findings.filter { $0.severity == .error }
    #expect(errors.count == 4)
    #expect(throws: MapBuildFailure.self) { try builder.buildMap() }
  }

  @Test func anEmptyMapIsNone() {
    #expect(LaneGraphBuilder(name: "nothing").build().map == nil)
  }

  @Test func mirrorSwapsSidesAndCountsFromTheRightAgain() throws {
    var builder = LaneGraphBuilder(name: "right")
    builder.add(
      MapWorlds.strip("main.1", from: 0, to: 50, y: 0, left: .init("main.2")))
    var second = MapWorlds.strip("main.2", from: 0, to: 50, y: 4, right: .init("main.1"))
    second.rightMarking = .solid
    second.leftMarking = .curb
    builder.add(second)
    builder.add(StopLineDraft("stop", rule: .stop, lanes: ["main.2"]))
    let map = try MapWorlds.built(builder.mirrored())
    #expect(map.drivingSide == .left)
    // The old main.2 lay on the left; mirrored it lies on the right (y = -4) and is number 1.
    #expect(map.lanes.map(\.id) == ["main.2", "main.1"])
    #expect(map.lanes[1].centreline.start == Vector2(0, -4))
    #expect(map.lanes[1].left == LaneNeighbour(lane: 0, isSameDirection: true))
    #expect(map.lanes[1].leftMarking == .solid)
    #expect(map.lanes[1].rightMarking == .curb)
    #expect(map.stopLines[0].lanes == [1])
    #expect(map.segments.map(\.lanes) == [[0, 1]])
  }
}
