import SimCore
import SimGeometry
import SimMap
import Testing

/// Controllers of signals that follow the traffic, as templates and builders make them.
@Suite struct SignalControllerTests {
  static func fourWay(_ parameters: [String: ParameterValues.Value]) throws -> LaneGraph {
    let template = try #require(MapTemplateCatalog.template(named: "four_way"))
    return try template.make(
      ParameterValues(
        template.schema, overriding: parameters.merging(["program": .text("actuated")]) { $1 }))
  }

  /// Stages 0 of east and west, 1 of north and south; a detector of 12 m before each stop line.
  @Test func theTemplateMakesStagesAndDetectors() throws {
    let map = try Self.fourWay(["side_lanes": .integer(2)])
    let controller = try #require(map.signalControllers.first)
    #expect(map.signalControllers.count == 1 && controller.id == "signals")
    #expect(
      controller.stages.map { $0.signals.map { map.signals[$0].id } } == [
        ["east_signal", "west_signal"], ["north_signal", "south_signal"],
      ])
    let lanes = controller.stages.map {
      $0.detectors.map { map.lanes[controller.detectors[$0].lane].id }
    }
    #expect(
      lanes == [
        ["east_in.1", "west_in.1"], ["north_in.1", "north_in.2", "south_in.1", "south_in.2"],
      ])
    for detector in controller.detectors {
      let stop = try #require(map.stopArcLength(ofLane: detector.lane))
      #expect((detector.end - stop).magnitude < 1e-9)
      #expect((detector.end - detector.start - 12).magnitude < 1e-9)
    }
    #expect(map.signals.allSatisfy { $0.phases.isEmpty })
    #expect(controller.stages.allSatisfy { !$0.isRecalled })
    let fixed = try #require(MapTemplateCatalog.template(named: "four_way"))
    #expect(try fixed.make(ParameterValues(fixed.schema)).signalControllers.isEmpty)
  }

  @Test func everyJunctionOfATownHasItsOwn() throws {
    let template = try #require(MapTemplateCatalog.template(named: "urban_grid"))
    let map = try template.make(
      ParameterValues(
        template.schema,
        overriding: [
          "program": .text("actuated"), "rows": .integer(2), "columns": .integer(2),
          "driving_side": .text("left"),
        ]))
    #expect(
      map.signalControllers.map(\.id).sorted() == [
        "r1c1_signals", "r1c2_signals", "r2c1_signals", "r2c2_signals",
      ])
    for controller in map.signalControllers {
      #expect(controller.stages.count == 2 && controller.detectors.count == 4)
      for stage in controller.stages {
        // Each detector lies on a lane of a signal of its own stage.
        for detector in stage.detectors {
          let signal = try #require(map.lanes[controller.detectors[detector].lane].signal)
          #expect(stage.signals.contains(signal))
        }
      }
    }
  }

  @Test func itIsKeptInRecordings() throws {
    let map = try Self.fourWay(["max_green": .number(33)])
    let bytes = LaneGraphCodec.encode(map)
    let copy = try LaneGraphCodec.decode(bytes[...])
    #expect(LaneGraphCodec.encode(copy) == bytes)
    #expect(copy.signalControllers.first?.timing.mostGreen == 33_000_000)
    #expect(copy.signalControllers.first?.detectors == map.signalControllers.first?.detectors)
    // Another time is another map, though signals and lanes are the same.
    #expect(copy.contentHash == map.contentHash)
    #expect(try Self.fourWay(["max_green": .number(34)]).contentHash != map.contentHash)
    #expect(throws: FormatDefect.self) { try LaneGraphCodec.decode(bytes.dropLast(9)) }
  }

  @Test func timesHaveToFitTogether() {
    #expect {
      _ = try Self.fourWay(["min_green": .number(20), "max_green": .number(19)])
    } throws: { ($0 as? MapBuildFailure)?.parameter == "max_green" }
    // Crossing 7 m takes 6.6 s of 5 + 3 + 2 s: less than the 4 s that walkers need to set out.
    #expect {
      _ = try Self.fourWay([
        "min_green": .number(5), "sidewalks": .flag(true), "crosswalks": .flag(true),
      ])
    } throws: { ($0 as? MapBuildFailure)?.parameter == "min_green" }
  }

  /// Everything that is wrong with a controller is found at once.
  @Test func wrongControllersAreFound() {
    var builder = LaneGraphBuilder(name: "wrong")
    builder.add(
      LaneDraft("a.1", shape: .centred([Vector2(0, 0), Vector2(50, 0)], widths: [3.5, 3.5])))
    builder.add(SignalDraft("own", phases: [.init(.green, microseconds: 1)], lanes: ["a.1"]))
    builder.add(SignalDraft("shown", phases: [], lanes: ["a.1"]))
    builder.add(
      SignalControllerDraft(
        "c",
        timing: SignalController.Timing(
          leastGreen: 5, mostGreen: 4, passage: -1, yellow: 3, allRed: 0, walk: 0),
        stages: [
          .init(signals: ["own", "shown"], lanes: ["a.1", "b.1"]),
          .init(signals: ["shown", "none"], lanes: []), .init(signals: [], lanes: []),
        ], detectorLength: 0))
    let outcome = builder.build()
    #expect(outcome.map == nil)
    let reasons = outcome.findings.map(\.reason).joined(separator: "\n")
    for part in [
      "longest green is shorter", "is negative", "has no signals", "have no length",
      "has a program", "is shown twice", "signal 'none' does not exist", "'b.1'",
    ] { #expect(reasons.contains(part), "\(part) in \(reasons)") }
  }
}
