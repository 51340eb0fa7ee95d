import FaultModules
import SimCore
import Testing

@testable import SimHarness

/// Worker processes: what they cost, and when.
@Suite struct IsolationTests {
  private func faulty(_ faults: [(name: String, parameters: String)]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, parameters) in faults {
      try folder.write(
        HarnessWorlds.following(name: name, planner: "{faulty: {\(parameters)}}"),
        to: "\(name).yaml")
    }
    return folder
  }

  /// The last episode ends after its limit, but before anybody looked: it counts (or, where the
  /// machine is slow, it is judged overdue), and the batch ends in order.
  @Test(arguments: [0.51, 0.55])
  func theLastEpisodeMayEndJustAfterItsLimit(seconds: Double) async throws {
    let scenarios = try faulty([("late", "fault: slow, at: 1, seconds: \(seconds)")])
    let out = try TemporaryFolder()
    let report = try await runBatch(scenarios, out: out) {
      $0.isIsolated = true
      $0.timeout = 0.5
    }
    #expect(report.results.map(\.scenario) == ["late"])
    #expect(["", "timed out after 0.5 s"].contains(report.results[0].reason))
    #expect(try out.files().contains("summary.json"))
  }

  /// What an earlier run knows is taken over before any worker is started, so that building it
  /// keeps nobody waiting.
  @Test func aFinishedBatchResumesWithoutWorkers() async throws {
    let scenarios = try faulty([("a", "fault: none"), ("b", "fault: throwing"), ("c", "at: 3")])
    let out = try TemporaryFolder()
    _ = try await runBatch(scenarios, out: out)
    let before = try out.compared()
    let again = try await runBatch(scenarios, out: out, worker: ["/nowhere"]) {
      $0.isIsolated = true
      $0.resumes = true
      $0.jobs = 2
    }
    #expect(again.resumed == 3)
    #expect(try out.compared() == before)
  }

  /// How a process ended depends on the machine and the time it was given: another run tries again.
  @Test func crashesAndTimeoutsAreNotTakenOver() async throws {
    let scenarios = try faulty([
      ("a", "fault: none"), ("b", "fault: exit"), ("c", "fault: slow, seconds: 3"),
    ])
    let out = try TemporaryFolder()
    let first = try await runBatch(scenarios, out: out) {
      $0.isIsolated = true
      $0.timeout = 1.5
    }
    #expect(first.results.map(\.reason) == ["", "crashed (exit code 3)", "timed out after 1.5 s"])
    var known: [UInt64: EpisodeWork.Finished] = [:]
    _ = try Journal(out.path + "/journal", resumes: true, known: &known)
    #expect(known.values.flatMap(\.results).map(\.scenario) == ["a"])
  }

  @Test func withoutAnyWorkerNothingRuns() async throws {
    let scenarios = try faulty([("a", "fault: none")])
    for program in ["/nowhere", "/bin/false"] {
      await #expect(throws: InputError.self) {
        _ = try await runBatch(scenarios, worker: [program]) { $0.isIsolated = true }
      }
    }
  }

  @Test func aFirstTickThatFailsIsNoMeasurement() throws {
    #expect(try StartUp.measure(["/bin/true"]) > 0)
    #expect(throws: InputError.self) { try StartUp.measure(["/bin/false"]) }
  }
}
