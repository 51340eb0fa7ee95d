import Foundation
import Glibc
import SimCore
import SimEpisode
import TestSupport
import Testing

@testable import SimHarness

/// Batches whose planner is a program of its own.
@Suite(.serialized) struct PlanningProgramTests {
  private static let folder = SharedData.packageRoot.appending(path: "assets/python").path

  /// A planner in Python in a folder of scenarios; `plan` is the body of `compute_trajectory`.
  private func planner(_ plan: String, in folder: TemporaryFolder) throws -> String {
    try folder.write(
      """
      import os, sys, time
      sys.path.insert(0, "\(Self.folder)")
      import provingground as pg

      class P(pg.Planner):
          def initialize(self, episode):
              self.seed = episode.seed

          def straight(self, scene):
              e = scene.ego
              return [(k / 10, e.x + k / 10 * e.speed, e.y, e.heading, e.speed) for k in range(30)]

          def compute_trajectory(self, scene):
              \(plan)

      pg.run(P)
      """, to: "planner.py")
    return folder.path + "/planner.py"
  }

  private func scenarios(_ count: Int) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for k in 0..<count {
      try folder.write(HarnessWorlds.following(name: "s\(k)", speed: "\(10 + k)"), to: "s\(k).yaml")
    }
    return folder
  }

  /// The example, whatever the number and kind of workers: the same bytes.
  @Test func workersDoNotMatter() async throws {
    let scenarios = try scenarios(3)
    let choice = "{external: {command: [python3, \(Self.folder)/lane_follower.py]}}"
    var outs: [[String: Data]] = []
    for (jobs, isIsolated) in [(1, false), (2, false), (2, true)] {
      let out = try TemporaryFolder()
      let report = try await runBatch(scenarios, out: out) {
        $0.modules[.planner] = choice
        $0.seeds = [0, 1]
        $0.jobs = jobs
        $0.isIsolated = isIsolated
      }
      #expect(report.results.count == 6)
      #expect(report.results.allSatisfy { $0.outcome == .completed && $0.planner == "external" })
      #expect(report.results.allSatisfy { $0.score ?? 0 > 0.5 })
      outs.append(try out.compared())
    }
    #expect(outs[0] == outs[1])
    #expect(outs[0] == outs[2])
  }

  /// One that dies in the middle costs that episode; the next one gets another program. A later run
  /// tries the failed ones again.
  @Test(arguments: [false, true])
  func failuresAreOutcomes(isIsolated: Bool) async throws {
    let scenarios = try scenarios(4)
    let path = try planner(
      """
      if scene.tick == 0: self.start = scene.ego.speed
              if scene.tick == 5 and abs(self.start - 11) < 0.1: os._exit(4)
              if scene.tick == 5 and abs(self.start - 12) < 0.1: time.sleep(60)
              return self.straight(scene)
      """,
      in: scenarios)
    let out = try TemporaryFolder()
    func run(resumes: Bool) async throws -> BatchReport {
      try await runBatch(scenarios, out: out) {
        $0.modules[.planner] = "{external: {command: [python3, '\(path)'], timeout: 1 s}}"
        $0.isIsolated = isIsolated
        $0.resumes = resumes
        $0.jobs = 2
      }
    }
    let report = try await run(resumes: false)
    #expect(
      report.results.map(\.reason) == [
        "", "tick 5: plan: the program ended (exit code 4)",
        "tick 5: plan: no answer within 1.0 s", "",
      ])
    #expect(
      report.results.map(\.outcome) == [.completed, .plannerFailed, .plannerFailed, .completed])
    #expect(report.status == .failed)
    // (The worker program of these tests is another one than theirs, and so are its episodes.)
    if isIsolated { return }
    let again = try await run(resumes: true)
    #expect(again.resumed == 2)
    // Another program is another planner, whatever it is called.
    _ = try planner("return self.straight(scene)", in: scenarios)
    let other = try await run(resumes: true)
    #expect(other.resumed == 0 && other.results.allSatisfy { $0.outcome == .completed })
  }

  /// As people type it.
  @Test func theCommandLineNamesPrograms() throws {
    let scenarios = try scenarios(1)
    let path = try planner("return self.straight(scene)", in: scenarios)
    let out = scenarios.path + "/out"
    var hashes: [String] = []
    for choice in [
      ["--planner", path],
      ["--planner", "external", "--set", "ego.planner.external.command=[python3, \(path)]"],
      ["--planner", "external", "--set", "ego.planner.external.command=python3 \(path)"],
      ["--planner", "{external: {command: [python3, \(path)], timeout: 2 s}}"],
    ] {
      let run = try Program.run(
        "simrun", ["batch", scenarios.path + "/s0.yaml", "--out", out, "--quiet"] + choice)
      #expect(run.status == 0, "\(choice): \(run.errors)")
      let line = try scenarios.text("out/summary.json").split(separator: "\n")
        .first { $0.contains("\"hash\"") }
      hashes.append(String((line ?? "").split(separator: "\"hash\":").last ?? "none"))
    }
    #expect(Set(hashes).count == 1 && hashes[0] != "none")
    let wrong = try Program.run(
      "simrun", ["run", scenarios.path + "/s0.yaml", "--planner", "external"])
    #expect(wrong.status == 1 && wrong.output.contains("planner 'external' needs a command"))
  }

  /// Ctrl-C leaves nobody behind, not even one that looks at nothing any more: in order with worker
  /// processes, at the second one without.
  @Test(arguments: [["--isolate"], []])
  func interruptsLeaveNoOrphans(more: [String]) throws {
    let scenarios = try scenarios(2)
    let pids = scenarios.path + "/pids"
    // No client here: nothing in it notices the end of its input.
    try scenarios.write(
      """
      import json, os, sys, time
      for line in sys.stdin:
          kind = json.loads(line)["type"]
          if kind == "plan":
              child = os.fork()
              with open("\(pids)", "a") as file: file.write("%d\\n" % os.getpid())
              while True: time.sleep(1)
          hello = '{"type": "hello", "protocol": 1}'
          print(hello if kind == "hello" else '{"type": "ready"}', flush=True)
      """, to: "hang.py")
    let program = try Program(
      "simrun",
      ["batch", scenarios.path, "--out", scenarios.path + "/out", "--jobs", "1", "--planner"]
        + [scenarios.path + "/hang.py"] + more)
    try program.start()
    var found: [pid_t] = []
    for _ in 0..<1_000 where found.count < 2 {
      usleep(20_000)
      found = ((try? scenarios.text("pids")) ?? "").split(separator: "\n").compactMap { Int32($0) }
    }
    try #require(found.count == 2)
    #expect(found.allSatisfy(isRunning))
    program.send(SIGINT)
    if more.isEmpty {
      usleep(300_000)
      program.send(SIGINT)
    }
    _ = try program.finish()
    for process in found {
      for _ in 0..<500 where isRunning(process) { usleep(10_000) }
      #expect(!isRunning(process))
    }
  }

  private func isRunning(_ process: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
      return false
    }
    return !text.contains(") Z ")
  }
}
