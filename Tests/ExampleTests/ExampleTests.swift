import Foundation
import SimCore
import SimEpisode
import SimGeometry
import SimHarness
import SimMetrics
import SimScenario
import SimStack
import SimWorld
import TestSupport
import Testing

/// The examples of `CONTRIBUTING.md` are files of this target: they compile, and they run.
@Suite struct ExampleTests {
  private static let root = SharedData.packageRoot
  private static let names = [
    "StopPlanner", "StandstillPredictor", "HardBrakingMetric", "CoastPolicy", "SpeedListImporter",
  ]

  /// A file as it would stand in its room, which need not import itself.
  private static func example(_ name: String) throws -> String {
    let file = root.appending(path: "Tests/ExampleTests/\(name).swift")
    return try String(contentsOf: file, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("  // only outside of ") }.joined(separator: "\n")
  }

  @Test func theTextShowsEachFile() throws {
    let text = try String(
      contentsOf: Self.root.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
    // Between fences; what does not begin with an import is a line of a catalog.
    let blocks = text.components(separatedBy: "```swift\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    let files = blocks.filter { $0.contains("import ") }
    #expect(files == (try Self.names.map { try Self.example($0) }))
    for line in blocks where !line.contains("import ") {
      let entry = line.split(separator: "(").dropFirst().first.map(String.init) ?? ""
      #expect(
        Self.names.contains { entry.hasPrefix($0) } || line.contains(".importer"),
        "what is '\(line)'?")
    }
  }

  /// The shipped modules and the examples, by the lines that the text shows.
  private static var catalogs: ModuleCatalogs {
    var catalogs = ModuleCatalogs.shipped
    catalogs.planners.append(
      CatalogEntry(StopPlanner.schema) { (values, _) throws(StageFailure) in StopPlanner(values) })
    catalogs.predictors.append(
      CatalogEntry(StandstillPredictor.schema) { (_, _) throws(StageFailure) in
        StandstillPredictor()
      })
    catalogs.policies.append(
      CatalogEntry(CoastPolicy.schema) { (_, setup) throws(StageFailure) in CoastPolicy(setup) })
    catalogs.importers.append(SpeedListImporter.importer)
    return catalogs
  }

  @Test func theyRunTogether() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "examples-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("speeds 10 8 8".utf8).write(to: folder.appending(path: "three.speeds"))
    try Data("speeds 10 fast".utf8).write(to: folder.appending(path: "wrong.speeds"))
    var request = BatchRequest(paths: [folder.path])
    request.modules = [.planner: "{stop: {decel: 4}}", .predictor: "standstill"]
    request.settings = [("agents.car0.policy", "coast")]
    let set = try ScenarioSet(request, catalogs: Self.catalogs)
    #expect(set.entries.map(\.ticket.name) == ["three"])
    #expect(
      set.broken.first?.error.description.contains("'fast' is no speed from 0 to 60 m/s") == true)
    let output = EpisodeExecutor(catalogs: Self.catalogs, profile: .strict, record: .all)
      .run(try set.entries[0].ticket.build())
    let record = try #require(output.recording).episode.record
    #expect(output.results[0].outcome == .completed)
    // From 10 m/s at 4 m/s^2 to rest; the tracker comes within a tenth.
    let ego = try #require(record.egos[0].last?.state)
    #expect(ego.velocity.x.magnitude < 0.1)
    // From 8 m/s at 0.5 m/s^2 for 10 s.
    let car = try #require(record.header.ids.firstIndex(of: "car0"))
    let slot = record.history.slot(record.ticks - 1, car)
    #expect(abs(record.history.speed[slot] - 3) < 1e-9)
    let braking = HardBrakingMetric.evaluate(DerivedSignals(record, ego: 0, profile: .strict))
    #expect(braking.value == 1)
    #expect((braking.violations.first?.extremum ?? 0) < -3)
  }
}
