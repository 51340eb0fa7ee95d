import Foundation
import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import TestSupport
import Testing

@testable import SimScenario

/// All CommonRoad files of the shared data.
enum CommonRoadData {
  static let folder = SharedData.url("data/commonroad")
  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".xml") }.sorted()
  static let isPresent = !names.isEmpty

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  static func recording(_ name: String) throws -> ImportedRecording {
    let bytes = try bytes(name)
    return try CommonRoadImporter.parse(
      bytes, ImportFile(name: name, path: name, displayPath: name) { bytes })
  }

  static func load(
    _ name: String, egoFrom: LoadOptions.EgoFrom = .planningProblem,
    traffic: LoadOptions.Traffic = .asWritten
  ) throws -> LoadResult {
    var options = TestCatalog.withReplay
    options.egoFrom = egoFrom
    options.traffic = traffic
    return try ScenarioLoader(importers: ImporterCatalog.importers).load(
      bytes(name), file: folder.appending(path: name).path, relativePath: name, options: options)
  }
}

/// Each real file becomes an episode or says why not.
@Suite(.enabled(if: CommonRoadData.isPresent, "needs ../shared"))
struct CommonRoadDataTests {
  /// Files without a planning problem, or with a made-up one off the map.
  static let withoutTask = [
    "BRA_SantaRita-1.cr.xml": "map without traffic",
    "DEU_Starnberg-1_1_T-1.xml": "map without traffic",
    "DZA_Annaba-7.cr.xml": "no planning problem; use --ego-from",
    "DEU_TestIntersectionInteract-3_1_T-1.xml": "planning problem 1 starts 57 m away from the road",
    "test_reading_intersection_traffic_sign.xml":
      "planning problem 4000 starts 143 m away from the road",
  ]

  @Test(arguments: CommonRoadData.names)
  func everyFileBecomesAnEpisodeOrSaysWhyNot(_ name: String) throws {
    let result = try CommonRoadData.load(name)
    #expect(result.skipReason == Self.withoutTask[name])
    #expect(result.tickets.isEmpty == (result.skipReason != nil))
    // Its four egos were recorded at different times.
    #expect(result.tickets.count <= (name.hasPrefix("C-DEU_MONAMerge") ? 4 : 1))
    for ticket in result.tickets {
      let scenario = try ticket.build()
      #expect(scenario.ticks > 0)
      #expect(!scenario.egos.isEmpty)
      for ego in scenario.egos {
        let plan = try #require(scenario.agents.first { $0.spec.id == ego.id })
        #expect(plan.route != nil)
        #expect(plan.initialState?.isFinite == true)
      }
      for note in scenario.notes { #expect(note.severity == .warning) }
    }
  }

  @Test(arguments: CommonRoadData.names, [LoadOptions.Traffic.replay, .reactive])
  func everyMoverCanBeTheEgo(_ name: String, _ traffic: LoadOptions.Traffic) throws {
    let result = try CommonRoadData.load(name, egoFrom: .all, traffic: traffic)
    #expect((result.skipReason == nil) == !result.tickets.isEmpty)
    for ticket in result.tickets {
      let scenario = try ticket.build()
      let expert = try #require(scenario.egos.first?.expert)
      #expect(expert.count == scenario.ticks + 1)
      let areFinite = expert.allSatisfy { $0.isFinite }
      #expect(areFinite)
    }
  }

  /// Recorded vehicles drive on lanes: over the set at least 99.5 % of their states.
  @Test func recordedVehiclesAreOnLanes() throws {
    var all = 0
    var off = 0
    for name in CommonRoadData.names {
      let recording = try CommonRoadData.recording(name)
      var states = 0
      var misses = 0
      for agent in recording.agents
      where agent.isRecordedMover && agent.agentClass != .pedestrian && !agent.isParked {
        for position in agent.motion.positions {
          states += 1
          if recording.map.lanes(containing: position, .all).isEmpty { misses += 1 }
        }
      }
      if misses > 0 { print("\(name): \(misses) of \(states) states on no lane") }
      all += states
      off += misses
    }
    print("\(off) of \(all) states of recorded vehicles on no lane")
    #expect(Double(off) <= 0.005 * Double(all))
  }

  /// Replay by itself is nearly free of overlaps (at most 0.1 % of the agents' ticks): the recorded
  /// ego was taken out of most files, and what overlaps there are lie in the recordings.
  @Test func recordedVehiclesOverlapSeldom() throws {
    var pairs = 0
    var ticks = 0
    var agentTicks = 0
    for name in CommonRoadData.names {
      let (filePairs, fileTicks, fileAgentTicks) = try overlaps(name)
      agentTicks += fileAgentTicks
      if filePairs > 0 { print("\(name): \(filePairs) pairs overlap, in \(fileTicks) ticks") }
      pairs += filePairs
      ticks += fileTicks
    }
    print("\(pairs) pairs of recorded agents overlap, in \(ticks) of \(agentTicks) ticks")
    #expect(ticks * 1000 <= agentTicks)
  }

  private func overlaps(_ name: String) throws -> (pairs: Int, ticks: Int, agentTicks: Int) {
    let recording = try CommonRoadData.recording(name)
    let last = recording.agents.map(\.motion.lastMicroseconds).max() ?? 0
    let count = Int(last / 100_000) + 1
    let tracks = recording.agents.filter(\.isRecordedMover).map {
      ($0, $0.motion.track(TickClock(), from: 0, ticks: count))
    }
    var pairs = 0
    var ticks = 0
    for (i, (a, trackA)) in tracks.enumerated() {
      for (b, trackB) in tracks.dropFirst(i + 1) {
        let hits = (0..<count).filter { tick in
          guard trackA.isPresent(tick), trackB.isPresent(tick) else { return false }
          let boxA = OrientedBox(pose: trackA.pose(tick), length: a.length, width: a.width)
          let boxB = OrientedBox(pose: trackB.pose(tick), length: b.length, width: b.width)
          return boxA.overlaps(boxB)
        }
        if !hits.isEmpty {
          pairs += 1
          print("   ", name, a.id, b.id, hits.count, "ticks from", hits[0])
        }
        ticks += hits.count
      }
    }
    let agentTicks = tracks.reduce(0) { $0 + $1.1.present.count { $0 != 0 } }
    return (pairs, ticks, agentTicks)
  }
}
