import FaultModules
import Foundation
import SimEpisode
import SimHarness
import SimMetrics
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ResultFileTests {
  /// A report with one of every verdict, and with texts that need quoting.
  private func report() async throws -> (report: BatchReport, folder: TemporaryFolder) {
    let scenarios = try TemporaryFolder()
    try scenarios.write(
      HarnessWorlds.following(name: "well", extra: "sweep: {seed: 0..1}"), to: "a/well.yaml")
    try scenarios.write(
      HarnessWorlds.following(
        name: "unmet", extra: "expect: {ego_mean_speed: {max: 1}}"), to: "unmet.yaml")
    try scenarios.write(
      HarnessWorlds.following(name: "thrown", planner: "{faulty: {fault: throwing}}"),
      to: "thrown.yaml")
    try scenarios.write("version: 1\nname: <&\"'>\n", to: "broken.yaml")
    try scenarios.write("not a scenario", to: "notes.txt")
    let out = try TemporaryFolder()
    var request = BatchRequest(paths: [scenarios.path])
    request.output = out.path
    let report = try await BatchRunner(
      request, catalogs: .withFaults, observer: SilentObserver()
    ).run()
    return (report, out)
  }

  @Test func theSummaryHasExactlyItsKeys() async throws {
    let (report, folder) = try await report()
    let text = try folder.text("summary.json")
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(
      Set(summary.keys) == [
        "version", "profile", "scenarios", "score_mean", "failed", "skipped", "wall_s", "episodes",
      ])
    #expect(summary["profile"] as? String == "strict")
    #expect(summary["scenarios"] as? Int == 5)
    #expect(summary["failed"] as? Int == 2)
    let skipped = try #require(summary["skipped"] as? [[String: String]])
    #expect(skipped.map { $0["path"] } == ["notes.txt"])
    #expect(Set(skipped[0].keys) == ["path", "reason"])
    let episodes = try #require(summary["episodes"] as? [[String: Any]])
    #expect(
      episodes.map { $0["scenario"] as? String } == [
        "well[seed=0]", "well[seed=1]", "thrown", "unmet", "broken.yaml",
      ])
    for episode in episodes {
      #expect(
        Set(episode.keys) == [
          "scenario", "path", "seed", "ego", "planner", "predictor", "perception", "traffic",
          "profile", "outcome", "reason", "score", "metrics", "progress_reference", "events",
          "ticks", "hash",
        ])
    }
    let well = episodes[0]
    #expect(well["path"] as? String == "a/well.yaml")
    #expect(well["score"] as? Double == report.results[0].score)
    #expect((well["metrics"] as? [String: Any])?["no_ego_at_fault_collisions"] as? Double == 1)
    #expect(well["ticks"] as? Int == 31)
    #expect((well["hash"] as? String)?.count == 16)
    let thrown = episodes[2]
    #expect(thrown["outcome"] as? String == "planner_failed")
    #expect(thrown["reason"] as? String == "tick 5: plan: no way through")
    #expect(thrown["score"] as? Double == 0)
    let events = try #require(thrown["events"] as? [[String: Any]])
    #expect(
      events.contains { $0["kind"] as? String == "planner_failed" && $0["tick"] as? Int == 5 })
    for event in events { #expect(Set(event.keys) == ["tick", "kind", "agent", "value"]) }
    #expect(episodes[4]["score"] is NSNull)
    #expect(episodes[4]["outcome"] as? String == "invalid")
    // well (its two seeds are one episode), unmet, and the failed planner's 0.
    let mean = try #require(summary["score_mean"] as? Double)
    let scores = [0, 3].compactMap { report.results[$0].score }
    #expect(abs(mean - (scores[0] + scores[1]) / 3) < 1e-15)
  }

  @Test func numbersAreTheShortestThatReadBackTheSame() async throws {
    let (report, folder) = try await report()
    // Foundation's reader rounds; the standard library's does so correctly.
    let lines = try folder.text("summary.json").split(separator: "\n").filter {
      $0.hasPrefix("    {")
    }
    for (line, result) in zip(lines, report.results) {
      for metric in result.metrics {
        let start = try #require(line.firstRange(of: "\"\(metric.name)\": ")).upperBound
        let digits = line[start...].prefix { !",}".contains($0) }
        #expect(Double(digits)?.bitPattern == metric.value?.bitPattern, "\(digits)")
        #expect((digits == "null") == (metric.value == nil))
      }
    }
  }

  /// Collects what an XML parser finds.
  private final class Elements: NSObject, XMLParserDelegate {
    var found: [(name: String, attributes: [String: String])] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      found.append((name, attributes))
    }
  }

  private func elements(_ data: Data) throws -> [(name: String, attributes: [String: String])] {
    let parser = XMLParser(data: data)
    let elements = Elements()
    parser.delegate = elements
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return elements.found
  }

  @Test func theJUnitFileIsWellFormed() async throws {
    let (_, folder) = try await report()
    let elements = try elements(try folder.bytes("junit.xml"))
    func named(_ name: String) -> [[String: String]] {
      elements.filter { $0.name == name }.map(\.attributes)
    }
    let suites = try #require(named("testsuites").first)
    #expect(suites["tests"] == "6" && suites["failures"] == "2")
    #expect(suites["errors"] == "1" && suites["skipped"] == "1")
    #expect(
      named("testsuite").map { $0["name"] } == [
        "a/well.yaml", "thrown.yaml", "unmet.yaml", "broken.yaml", "notes.txt",
      ])
    #expect(named("testcase").count == 6)
    #expect(named("failure").count == 2 && named("error").count == 1)
    #expect(named("failure")[0]["message"] == "tick 5: plan: no way through")
    #expect(named("failure")[1]["type"] == "expectation")
    #expect(named("skipped").count == 1)
  }

  @Test func theDumpHoldsAllTablesWithoutTimes() async throws {
    let (report, folder) = try await report()
    let dump = try ResultStore.dump(folder.path)
    let tables = Set(dump.split(separator: "\n").compactMap { $0.split(separator: "|").first })
    #expect(
      tables.isSuperset(of: [
        "run", "episodes", "metrics", "statistics", "events", "expectations", "skipped",
      ]))
    #expect(!dump.contains("wall_s") && !dump.contains("version"))
    let episodes = dump.split(separator: "\n").filter { $0.hasPrefix("episodes|") }
    #expect(episodes.count == report.results.count)
    #expect(episodes == episodes.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(throws: (any Error).self) { try ResultStore.dump(folder.path + "/nowhere") }
  }

  /// Scoring the recordings anew by the same profile gives the same bits, and by another profile
  /// what a batch with that profile gives.
  @Test func rescoringGivesTheBitsOfTheBatch() async throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(
      HarnessWorlds.following(name: "b", extra: "sweep: {ego.speed: [10, 18]}"), to: "b.yaml")
    func batch(_ profile: String) async throws -> (BatchReport, TemporaryFolder) {
      let out = try TemporaryFolder()
      let run = try Program.run(
        "simrun",
        ["batch", scenarios.path, "--record", "all", "--profile", profile, "--out", out.path])
      #expect(run.status == 0)
      var request = BatchRequest(paths: [scenarios.path])
      if profile == "nuplan-compat" { request.profile = .nuPlanCompat }
      let report = try await BatchRunner(
        request, catalogs: .shipped, observer: SilentObserver()
      ).run()
      return (report, out)
    }
    func lines(_ report: BatchReport) -> [Substring] {
      SummaryFile.text(report).split(separator: "\n").filter { $0.hasPrefix("    {") }
    }
    let (strict, recordings) = try await batch("strict")
    let (compat, _) = try await batch("nuplan-compat")
    let again = try Rescoring(RunFolder(recordings.path), profile: .strict)
    #expect(lines(again.report) == lines(strict) && again.missing.isEmpty)
    let other = try Rescoring(RunFolder(recordings.path), profile: .nuPlanCompat)
    #expect(lines(other.report) == lines(compat))
    #expect(other.report.results.map(\.metrics) != again.report.results.map(\.metrics))

    // Into the batch's own folder it would take the place of what the batch found.
    let summary = try recordings.text("summary.json")
    let rescore = ["rescore", recordings.path, "--profile", "nuplan-compat"]
    let refused = try Program.run("simrun", rescore + ["--out", recordings.path])
    #expect(refused.status == 2)
    #expect(refused.errors.contains("holds the results of a batch, which would be lost"))
    #expect(try recordings.text("summary.json") == summary)
    // Its own earlier results it may replace.
    for _ in 0..<2 { #expect(try Program.run("simrun", rescore).status == 0) }
  }
}
