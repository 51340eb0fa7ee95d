import FaultModules
import Foundation
import Glibc
import SimCore
import Testing

@testable import SimHarness

/// The folder of a batch: what in it is the batch's own, and whose turn it is.
@Suite struct RunFolderTests {
  private func library() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(HarnessWorlds.following(name: "a"), to: "a.yaml")
    return folder
  }

  @Test(arguments: ["report.html", "summary.json", "journal", "episodes/walk.episode"])
  func whatNoBatchWroteStays(name: String) async throws {
    let scenarios = try library()
    let out = try TemporaryFolder()
    try out.write("mine", to: name)
    await #expect(throws: InputError.self) { _ = try await runBatch(scenarios, out: out) }
    #expect(try out.text(name) == "mine")
    for resumes in [false, true] {
      let run = try Program.run(
        "simrun", ["batch", scenarios.path, "--out", out.path] + (resumes ? ["--resume"] : []))
      #expect(run.status == 2)
      #expect(run.errors.contains("'\(name)'") && run.errors.contains("--out"))
    }
    #expect(try out.text(name) == "mine")
  }

  @Test func onlyWhatABatchLeftHalfWrittenGoes() async throws {
    let scenarios = try library()
    let out = try TemporaryFolder()
    let mine = [
      "notes.tmp", "x.12.tmp", "episodes/draft.tmp", "summary.json.tmp", "episodes/notes",
    ]
    let halves = [
      "summary.json.4242.tmp", "results.sqlite.4242.tmp", "episodes/a.episode.4242.tmp",
      "episodes/gone.episode",
    ]
    for name in mine { try out.write("mine", to: name) }
    _ = try await runBatch(scenarios, out: out)
    for name in halves { try out.write("half", to: name) }
    _ = try await runBatch(scenarios, out: out)
    let files = try out.files()
    for name in mine { #expect(files.contains(name), "\(name)") }
    for name in halves { #expect(!files.contains(name), "\(name)") }
  }

  /// Leaves what a worker leaves that is killed while it writes.
  private struct Untidy: BatchObserver {
    let folder: String
    func begin(_ set: ScenarioSet) {}
    func finished(_ episode: EpisodeWork.Finished, isKnown: Bool) {
      try? Data("half".utf8).write(to: URL(filePath: folder + "/episodes/b.episode.77.tmp"))
    }
    func end() {}
  }

  @Test func aKilledWorkersHalfFileGoesAtTheEnd() async throws {
    let scenarios = try library()
    let out = try TemporaryFolder()
    _ = try await runBatch(scenarios, out: out, observer: Untidy(folder: out.path))
    #expect(
      try out.files() == [
        "episodes", "episodes/a.episode", "journal", "junit.xml", "report.html", "results.sqlite",
        "summary.json",
      ])
  }

  @Test(arguments: [
    ("summary.json.12.tmp", "summary.json"), ("a.b.1.tmp", "a.b"), ("notes.tmp", nil),
    ("12.tmp", nil), ("a.x.tmp", nil), ("a.-1.tmp", nil), ("a.12.txt", nil),
  ])
  func temporaryNames(name: String, target: String?) {
    #expect(FileSystem.target(ofTemporary: name) == target)
  }

  /// The journal is locked while a batch writes, so that a second one ends before it has touched
  /// anything.
  @Test func twoBatchesDoNotShareAFolder() async throws {
    let scenarios = try library()
    let out = try TemporaryFolder()
    _ = try await runBatch(scenarios, out: out)
    let before = try out.compared()
    let other = open(out.path + "/journal", O_RDWR | O_CLOEXEC)
    try #require(flock(other, LOCK_EX | LOCK_NB) == 0)
    for extra in [[], ["--resume"]] {
      let run = try Program.run("simrun", ["batch", scenarios.path, "--out", out.path] + extra)
      #expect(run.status == 2)
      #expect(run.errors.contains("another batch is writing into this folder"))
    }
    #expect(try out.compared() == before)
    close(other)
    #expect(try Program.run("simrun", ["batch", scenarios.path, "--out", out.path]).status == 0)
  }

  /// Results below one PATH do not hide files of another PATH at the same relative place.
  @Test func resultsAreKnownByTheirFolderNotByItsName() async throws {
    let first = try library()
    let second = try TemporaryFolder()
    let out = first.path + "/out"
    #expect(
      try Program.run("simrun", ["batch", first.path, "--out", out, "--record", "all"]).status == 0)
    try second.write(HarnessWorlds.following(name: "b"), to: "out/b.yaml")
    let report = try await runBatch(first) { $0.paths.append(second.path) }
    #expect(report.results.map(\.scenario) == ["a", "b"])
    #expect(report.skipped.isEmpty)
    // A folder that holds both scenarios and results gives its scenarios.
    let both = try Program.run(
      "simrun", ["batch", first.path, "--out", first.path, "--format", "json"])
    #expect(both.status == 0)
    let again = try await runBatch(first)
    #expect(again.results.map(\.scenario) == ["a"] && again.skipped.isEmpty)
  }
}
