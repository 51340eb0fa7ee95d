import Foundation
import Glibc
import SimHarness
import TestSupport
import Testing

@Suite struct ResumeTests {
  /// Enough episodes that a batch of them can be caught in the middle, and no more.
  private static let count = AllocationCounter.isOptimized ? 500 : 12

  private func library() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      HarnessWorlds.following(
        name: "b", extra: "sweep: {ego.speed: [11, 17], seed: 1..\(ResumeTests.count / 2)}"),
      to: "b.yaml")
    return folder
  }

  private func arguments(_ scenarios: TemporaryFolder, _ out: TemporaryFolder) -> [String] {
    ["batch", scenarios.path, "--out", out.path, "--record", "all", "--jobs", "1"]
  }

  /// Killed twice in the middle, with a torn entry at the journal's end, and then resumed: the
  /// same bytes as a batch that ran through.
  @Test func aKilledBatchResumesToTheSameBytes() throws {
    let scenarios = try library()
    let through = try TemporaryFolder()
    #expect(try Program.run("simrun", arguments(scenarios, through)).status == 0)

    let killed = try TemporaryFolder()
    var episodes = 0
    for attempt in 0..<2 {
      let program = try Program(
        "simrun", arguments(scenarios, killed) + (attempt == 0 ? [] : ["--resume"]))
      try program.start()
      // Until two more episodes are there, or it is too late to kill it.
      while program.isRunning, try recordings(killed) < episodes + 2 { usleep(2000) }
      program.send(SIGKILL)
      _ = try program.finish()
      episodes = try recordings(killed)
      #expect(!(try killed.files().contains("summary.json")))
    }
    #expect(episodes >= 3 && episodes < ResumeTests.count)
    let journal = try FileHandle(
      forWritingTo: URL(filePath: killed.path).appending(path: "journal"))
    try journal.seekToEnd()
    try journal.write(contentsOf: Data([200, 0, 0, 0, 1, 2, 3, 4, 5]))
    try journal.close()

    let last = try Program.run("simrun", arguments(scenarios, killed) + ["--resume"])
    #expect(last.status == 0)
    #expect(last.output.contains("episodes taken over from the earlier run"))
    #expect(try killed.compared() == through.compared())
  }

  @Test func whatChangedRunsAgain() throws {
    let scenarios = try library()
    let out = try TemporaryFolder()
    #expect(try Program.run("simrun", arguments(scenarios, out)).status == 0)
    let again = try Program.run("simrun", arguments(scenarios, out) + ["--resume"])
    #expect(again.output.contains("\(ResumeTests.count) episodes taken over"))
    // Another profile, another parameter, another scenario: nothing is taken over.
    for change in [
      ["--profile", "nuplan-compat"], ["--set", "ego.planner={idm: {headway: 2 s}}"],
    ] {
      let changed = try Program.run(
        "simrun", arguments(scenarios, out) + ["--resume"] + change)
      #expect(!changed.output.contains("taken over"), "\(change)")
    }
    // A recording that is gone or cut off is made again.
    #expect(try Program.run("simrun", arguments(scenarios, out)).status == 0)
    let path = try #require(try out.files().first { $0.hasSuffix(".episode") })
    let whole = try out.bytes(path)
    try whole.prefix(100).write(to: URL(filePath: out.path).appending(path: path))
    let mended = try Program.run("simrun", arguments(scenarios, out) + ["--resume"])
    #expect(mended.output.contains("\(ResumeTests.count - 1) episodes taken over"))
    #expect(try out.bytes(path) == whole)
  }

  @Test func controlCEndsWithASummaryAndAHint() throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(
      HarnessWorlds.following(
        name: "b", extra: "sweep: {seed: 0..\(AllocationCounter.isOptimized ? 4999 : 399)}"),
      to: "b.yaml")
    for extra in [[], ["--isolate"]] {
      let out = try TemporaryFolder()
      let program = try Program("simrun", arguments(scenarios, out) + extra)
      try program.start()
      while program.isRunning, try recordings(out) < 2 { usleep(2000) }
      program.send(SIGINT)
      let run = try program.finish()
      #expect(run.status == 2)
      #expect(run.output.contains("episodes did not run; go on with the same command and --resume"))
      let summary = try out.text("summary.json")
      #expect(summary.hasSuffix("]\n}\n") && summary.contains("\"scenario\": \"b[seed=0]\""))
      #expect(try out.files().contains("results.sqlite"))
    }
  }

  private func recordings(_ folder: TemporaryFolder) throws -> Int {
    try folder.files().filter { $0.hasSuffix(".episode") }.count
  }
}
