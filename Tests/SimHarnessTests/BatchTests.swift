import FaultModules
import Foundation
import SimCore
import SimEpisode
import SimHarness
import SimScenario
import SimStack
import Testing

@Suite struct BatchTests {
  private func library() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(HarnessWorlds.following(name: "a"), to: "a.yaml")
    try folder.write(
      HarnessWorlds.following(name: "b", extra: "sweep: {seed: 0..2, ego.speed: [12, 16]}"),
      to: "sub/b.yaml")
    try folder.write(
      HarnessWorlds.following(name: "c", planner: "{faulty: {fault: nan, at: 9}}"), to: "c.yaml")
    return folder
  }

  @Test func theBytesDoNotDependOnTheWorkers() async throws {
    let scenarios = try library()
    let one = try TemporaryFolder()
    let two = try TemporaryFolder()
    let isolated = try TemporaryFolder()
    let first = try await runBatch(scenarios, out: one)
    _ = try await runBatch(scenarios, out: two) { $0.jobs = 3 }
    _ = try await runBatch(scenarios, out: isolated) {
      $0.jobs = 2
      $0.isIsolated = true
    }
    #expect(first.results.count == 8)
    let expected = try one.compared()
    #expect(expected.count == 2 + 8)
    #expect(try two.compared() == expected)
    #expect(try isolated.compared() == expected)
    // Three seeds of each speed are the same episode: nothing in it is drawn.
    #expect(first.seedTwins == 4)
    #expect(first.distinct.count == 4)
  }

  @Test func everyWayToFailCostsOneEpisode() async throws {
    let scenarios = try TemporaryFolder()
    for fault in FaultyPlanner.Fault.allCases where fault != .slow {
      try scenarios.write(
        HarnessWorlds.following(
          name: fault.rawValue, planner: "{faulty: {fault: \(fault.rawValue), at: 9}}"),
        to: "\(fault.rawValue).yaml")
    }
    let out = try TemporaryFolder()
    let report = try await runBatch(scenarios, out: out) {
      $0.isIsolated = true
      $0.jobs = 2
      $0.timeout = 4
    }
    let reasons = Dictionary(
      uniqueKeysWithValues: report.results.map { ($0.scenario, $0.reason) })
    // A trap is an illegal instruction (x86) or a trap (ARM).
    #expect(["crashed (signal 4)", "crashed (signal 5)"].contains(reasons["trap"] ?? ""))
    #expect(reasons["hang"] == "timed out after 4 s")
    #expect(reasons["exit"] == "crashed (exit code 3)")
    #expect(reasons["throwing"] == "tick 9: plan: no way through")
    #expect(reasons["nan"] == "tick 9: plan: point 1 of the plan is not finite")
    #expect(
      reasons["short"] == "tick 9: plan: a plan needs at least 2 points, this one has 1")
    #expect(reasons["backwards"] == "tick 9: plan: times of the plan do not increase at point 1")
    #expect(reasons["initialise"] == "before tick 0: plan: no weights")
    #expect(reasons["none"] == "")
    for result in report.results {
      let isWell = result.scenario == "none"
      #expect(result.outcome == (isWell ? .completed : .plannerFailed))
      #expect(result.planner == "faulty" && result.ego == "ego")
      #expect(isWell || result.score == 0)
    }
    // Failed planners stay in the denominator: 8 zeros and one score.
    let score = try #require(report.results.first { $0.scenario == "none" }?.score)
    #expect(report.meanScore == score / 9)
    #expect(report.status == .failed)
  }

  @Test func whatFailedBeforeKeepsWhatRan() async throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(
      HarnessWorlds.following(name: "c", planner: "{faulty: {fault: nan, at: 9}}"), to: "c.yaml")
    let out = try TemporaryFolder()
    let report = try await runBatch(scenarios, out: out)
    #expect(report.results[0].ticks == 10)
    let recording = try Recording(
      decoding: Array(out.bytes("episodes/c.episode")), file: "c.episode")
    #expect(recording.episode.outcome == .plannerFailed)
    #expect(recording.episode.record.ticks == 10)
    #expect(recording.episode.record.hashes.last == report.results[0].hash)
  }

  @Test func brokenFilesAreResultsAndTheRestRuns() async throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(HarnessWorlds.following(name: "a"), to: "a.yaml")
    try scenarios.write("version: 1\nname: b\nmap: {template: nowhere}\n", to: "b.yaml")
    // Found only when the scenario is built: there is no third lane.
    try scenarios.write(
      HarnessWorlds.following(name: "c").replacing(
        "lane: main.1, s: 90", with: "lane: main.3, s: 90"),
      to: "c.yaml")
    try scenarios.write(HarnessWorlds.following(name: "a"), to: "d.yaml")
    let out = try TemporaryFolder()
    let report = try await runBatch(scenarios, out: out)
    #expect(report.count(.pass) == 1)
    #expect(report.count(.error) == 3)
    #expect(report.status == .couldNotRun)
    #expect(Set(report.results.map(\.scenario)).count == 4)
    let reasons = report.results.filter { $0.outcome == .invalid }.map(\.reason)
    #expect(reasons.contains { $0.contains("main.3") })
    #expect(reasons.contains { $0.hasSuffix("another scenario is called 'a' too") })
    #expect(report.results.allSatisfy { ($0.score == nil) == ($0.outcome == .invalid) })
  }

  @Test func expectationsDecideTheVerdict() async throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(
      HarnessWorlds.following(
        name: "a", extra: "expect: {score: {min: 0.1}, collisions_at_fault: 0}"), to: "a.yaml")
    try scenarios.write(
      HarnessWorlds.following(
        name: "b",
        extra: "expect: {score: {max: 0.1}, collisions: 3, outcome: terminated}"), to: "b.yaml")
    let report = try await runBatch(scenarios)
    #expect(report.results.map(\.verdict) == [.pass, .fail])
    #expect(report.results[0].expectations == 2)
    let score = try #require(report.results[1].score)
    #expect(
      report.results[1].unmet
        == [
          "score is \(score), expected at most 0.1", "all_collisions is 0.0, expected 3.0",
          "outcome is completed, expected terminated",
        ].map { $0.replacing("all_collisions", with: "collisions") })
    #expect(report.status == .failed)
  }

  @Test func aBatchPicksByTagNameAndShard() async throws {
    let scenarios = try library()
    let all = try await runBatch(scenarios).results.map(\.scenario)
    #expect(all.count == 8 && all.first == "a" && all.contains("c"))
    try scenarios.write(
      HarnessWorlds.following(name: "d").replacing("[following, short]", with: "[short, town]"),
      to: "d.yaml")
    for (expression, names) in [
      ("short and not following", ["d"]), ("town or absent", ["d"]),
      ("short and not town and not absent", all), ("short", all + ["d"]),
    ] {
      let tagged = try await runBatch(scenarios) {
        $0.tags = try Selection(expression, name: "--tag")
      }
      #expect(tagged.results.map(\.scenario).sorted() == names.sorted(), "\(expression)")
    }
    try FileManager.default.removeItem(atPath: scenarios.path + "/d.yaml")
    let named = try await runBatch(scenarios) {
      $0.filter = try Selection("b* and not *seed=1*", name: "--filter")
    }
    #expect(named.results.count == 4)
    var names: [String] = []
    for index in 1...3 {
      let part = try await runBatch(scenarios) {
        $0.shard = BatchRequest.Shard(index: index, count: 3)
      }
      names += part.results.map(\.scenario)
    }
    #expect(names.count == 8 && Set(names).count == 8)
    let out = try TemporaryFolder()
    _ = try await runBatch(scenarios, out: out)
    let failed = try await runBatch(scenarios) {
      $0.filter = try Selection("failed@\(out.path)", name: "--filter")
    }
    #expect(failed.results.map(\.scenario) == ["c"])
  }

  /// A file that could not be read is known by its path: mended, its scenario has its own name.
  @Test func whatWasBrokenRunsAgainOnceItIsMended() async throws {
    let scenarios = try library()
    try scenarios.write("version: 1\nname: b\nmap: {template: nowhere}\n", to: "sub/x.yaml")
    let out = try TemporaryFolder()
    #expect(try await runBatch(scenarios, out: out).count(.error) == 1)
    try scenarios.write(HarnessWorlds.following(name: "mended"), to: "sub/x.yaml")
    let failed = try await runBatch(scenarios) {
      $0.filter = try Selection("failed@\(out.path)", name: "--filter")
    }
    #expect(failed.results.map(\.scenario) == ["c", "mended"])
  }

  /// A selection that picks nothing is a mistake; a part of a set may be empty.
  @Test func nothingPickedIsAnErrorAndAnEmptyPartIsNone() async throws {
    let scenarios = try library()
    let out = try TemporaryFolder()
    _ = try await runBatch(scenarios, out: out)
    let before = try out.compared()
    for option in ["--tag", "--filter"] {
      await #expect(throws: InputError.self) {
        _ = try await runBatch(scenarios, out: out) {
          let selection = try Selection("nothing", name: option)
          if option == "--tag" { $0.tags = selection } else { $0.filter = selection }
        }
      }
    }
    #expect(try out.compared() == before)
    let empty = try await runBatch(scenarios) {
      $0.filter = try Selection("a", name: "--filter")
      // The one that 'a' is not in.
      let isFirst = BatchRequest.Shard(index: 1, count: 2).contains("a")
      $0.shard = BatchRequest.Shard(index: isFirst ? 2 : 1, count: 2)
    }
    #expect(empty.results.isEmpty && empty.status == .passed)
  }

  @Test(arguments: [1, 3])
  func failFastEndsAtTheFirstFailureInOrder(jobs: Int) async throws {
    let scenarios = try TemporaryFolder()
    for index in 0..<6 {
      let fault = index == 2 ? "nan" : "none"
      try scenarios.write(
        HarnessWorlds.following(name: "s\(index)", planner: "{faulty: {fault: \(fault)}}"),
        to: "s\(index).yaml")
    }
    let out = try TemporaryFolder()
    let report = try await runBatch(scenarios, out: out) {
      $0.failsFast = true
      $0.jobs = jobs
    }
    #expect(report.results.map(\.scenario) == ["s0", "s1", "s2"])
    #expect(report.notRun == 3)
    #expect(report.status == .failed)
    #expect(try out.files().filter { $0.hasSuffix(".episode") }.count == 3)
  }

  @Test func recordingsAreKeptAsAsked() async throws {
    let scenarios = try library()
    for (mode, failsFast, count) in [
      (RecordMode.none, false, 0), (.failures, true, 1), (.all, false, 8),
    ] {
      let out = try TemporaryFolder()
      _ = try await runBatch(scenarios, out: out) {
        $0.record = mode
        $0.failsFast = failsFast
      }
      let files = try out.files().filter { $0.hasSuffix(".episode") }
      #expect(files.count == count || failsFast && files.count <= count)
    }
  }

  /// Of 15 that pass with less than 1 the worst 12 leave a recording, whoever runs them and in
  /// whatever order, also when the batch is resumed.
  @Test func theWorstThatPassLeaveARecording() async throws {
    let scenarios = try TemporaryFolder()
    // Ever faster towards a slower car: the harder it brakes, the less it scores.
    try scenarios.write(
      HarnessWorlds.following(
        name: "s", extra: "sweep: {ego.speed: 20..34}"),
      to: "s.yaml")
    var expected: Set<String>?
    for (jobs, isIsolated) in [(1, false), (3, false), (2, true)] {
      let out = try TemporaryFolder()
      func run(_ resumes: Bool) async throws -> (BatchReport, Set<String>) {
        let report = try await runBatch(scenarios, out: out) {
          $0.record = .failures
          $0.jobs = jobs
          $0.isIsolated = isIsolated
          $0.resumes = resumes
        }
        return (report, Set(try out.files().filter { $0.hasSuffix(".episode") }))
      }
      let (report, files) = try await run(false)
      let ranked = report.results.indices.filter { (report.results[$0].score ?? 1) < 1 }
        .sorted { (report.results[$0].score ?? 1, $0) < (report.results[$1].score ?? 1, $1) }
      let worst = ranked.prefix(BatchRequest.worstCount).map { report.results[$0].scenario }
      #expect(files == Set(worst.map { "episodes/\($0).episode" }))
      #expect(expected == nil || expected == files)
      expected = files
      let (again, same) = try await run(true)
      // (The worker of the tests is another program, whose episodes this one does not take over.)
      #expect(same == files && (isIsolated || again.resumed == 15))
    }
    #expect((expected?.count ?? 0) > 0)
  }

  /// What a run that stopped at the first failure did not keep is recorded when it is resumed.
  @Test func aStoppedRunResumesToTheSameRecordings() async throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(
      HarnessWorlds.following(name: "s", extra: "sweep: {ego.speed: 30..34}"), to: "a.yaml")
    try scenarios.write(
      HarnessWorlds.following(name: "unmet", extra: "expect: {score: {min: 1.5}}"), to: "b.yaml")
    try scenarios.write(
      HarnessWorlds.following(name: "t", extra: "sweep: {ego.speed: 28..29}"), to: "c.yaml")
    func run(_ out: TemporaryFolder, failsFast: Bool = false, resumes: Bool = false) async throws
      -> [String: Data]
    {
      _ = try await runBatch(scenarios, out: out) {
        $0.record = .failures
        $0.failsFast = failsFast
        $0.resumes = resumes
      }
      return try out.compared()
    }
    let (fresh, stopped) = (try TemporaryFolder(), try TemporaryFolder())
    let expected = try await run(fresh)
    let first = try await run(stopped, failsFast: true)
    #expect(first.keys.filter { $0.hasSuffix(".episode") } == ["episodes/unmet.episode"])
    #expect(expected.keys.count { $0.hasSuffix(".episode") } > 2)
    #expect(try await run(stopped, resumes: true) == expected)
  }

  /// The reference roll-out drives with `idm`; an ego that is driven by the same stack is its own
  /// reference, and the roll-out made for another one is the same drive.
  @Test func progressIsMeasuredAgainstTheReferenceRollOut() async throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(HarnessWorlds.following(name: "own"), to: "own.yaml")
    try scenarios.write(
      HarnessWorlds.following(name: "other", planner: "{idm: {headway: 3 s}}"), to: "other.yaml")
    let out = try TemporaryFolder()
    let report = try await runBatch(scenarios, out: out)
    #expect(report.results.map(\.progressReference) == [.referenceRollout, .referenceRollout])
    func reference(_ name: String) throws -> Recording {
      try Recording(decoding: Array(out.bytes("episodes/\(name).episode")), file: name)
    }
    let own = try reference("own").episode.record
    let other = try reference("other").episode.record
    #expect(own.header.egos[0].reference == own.egos[0].map(\.state))
    #expect(other.header.egos[0].reference == own.egos[0].map(\.state))
    #expect(other.egos[0].map(\.state) != own.egos[0].map(\.state))
    let progress = report.results.map { $0.value(named: "ego_progress_along_expert_route") ?? 0 }
    #expect(progress[1] == 1)
    #expect(progress[0] > 0.5 && progress[0] < 1)
  }
}
