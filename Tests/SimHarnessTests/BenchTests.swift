import Foundation
import SimCore
import SimHarness
import TestSupport
import Testing

/// The loads of `simrun bench`, few agents over few steps.
@Suite struct BenchTests {
  /// 40 agents are handed on in blocks of 100 ticks, so 250 ticks take three: what one block wrote
  /// is forgotten before the next is written.
  @Test(arguments: Bench.loads.map(\.name))
  func everyLoadRunsAndRepeats(name: String) throws {
    let load = try #require(Bench.loads.first { $0.name == name })
    let bench = Bench(.shipped, repetitions: 2)
    // A network of the released size needs no crowd to show that it repeats.
    let isNetwork = ["hpnet", "forecaster", "attention"].contains { name.hasPrefix($0) }
    let (agents, steps) = isNetwork ? (3, 5) : (40, 250)
    let row = try bench.run(load, agents: agents, steps: steps)
    #expect(row.n == agents && row.load == name)
    #expect(try bench.run(load, agents: agents, steps: steps).hash == row.hash)
    #expect(try bench.run(load, agents: agents, steps: steps * 4 / 5).hash != row.hash)
    let throughput = row.agentStepsPerSecond ?? row.scenesPerSecond
      ?? row.millisecondsPerEpisode.map { 1000 / $0 }
    #expect(try #require(throughput) > 0)
    // Cars move: towns and rings of 250 ticks are beyond their start.
    if let speed = row.meanSpeed { #expect((1...40).contains(speed), "\(speed) m/s") }
    if let score = row.score { #expect((0...1).contains(score)) }
  }

  /// What `bench --format json` says of a load, in part.
  private struct MeasuredRow: Decodable {
    var load: String
    var n: Int
    var ms_episode: Double?
    var work_mib: Double?
  }

  private func rows(of run: Program.Run) throws -> [MeasuredRow] {
    try run.output.split(separator: "\n").map {
      try JSONDecoder().decode(MeasuredRow.self, from: Data($0.utf8))
    }
  }

  /// `attention` is one load a kind, and each says what memory it holds.
  @Test func kindsOfAttentionAreComparedInOneRun() throws {
    let loads = Bench.loads(named: "attention")
    #expect(
      loads.map(\.name) == [
        "attention-softmax", "attention-linear", "attention-agent", "attention-neighbourhood",
        "attention-axial",
      ])
    // In a program of its own: memory is that of the whole process, where other tests run too.
    let run = try Program.run(
      "simrun",
      ["bench", "attention", "--agents", "256", "--steps", "1", "--format", "json"])
    #expect(run.status == 0)
    let rows = try rows(of: run)
    #expect(rows.map(\.load) == loads.map(\.name))
    #expect(rows.allSatisfy { $0.ms_episode ?? 0 > 0 })
    let memory = rows.compactMap(\.work_mib)
    try #require(memory.count == loads.count)
    // 8 heads of 256 x 256 weights of four bytes are 2 MiB, which none of the others holds.
    #expect(memory[0] > 2 && memory.dropFirst().allSatisfy { $0 < memory[0] - 1 })
  }

  /// A load leaves out numbers that it has no room for, and says so; they are no failure.
  @Test func numbersTooLargeForALoadAreLeftOut() throws {
    let run = try Program.run(
      "simrun",
      [
        "bench", "grid", "pdm", "--agents", "5,90", "--steps", "10", "--repetitions", "1",
        "--format", "json",
      ])
    #expect(run.status == 0)
    #expect(
      try rows(of: run).map { "\($0.load) \($0.n)" } == ["grid 5", "grid 90", "pdm 5"])
    #expect(
      run.errors == "warning: load 'pdm' takes at most 80 agents: 90 are not measured\n")
  }

  /// Where a load says that it takes so many agents, it does.
  @Test(arguments: ["episode", "pdm", "metrics"])
  func theLargestNumbersRun(name: String) throws {
    let load = try #require(Bench.loads.first { $0.name == name })
    let bench = Bench(.shipped, repetitions: 1)
    #expect(try bench.run(load, agents: load.largest, steps: 1).n == load.largest)
  }

  /// A load that fails takes nothing from the others, before it or after it.
  @Test func rowsOutliveALoadThatFails() throws {
    let run = try Program.run(
      "simrun",
      [
        "bench", "pdm", "metrics", "hpnet", "--agents", "2", "--steps", "2", "--repetitions", "1",
        "--scenario", "/nowhere.yaml",
      ])
    #expect(run.status == 2 && run.errors.contains("/nowhere.yaml"))
    let loads = run.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(loads.contains("pdm") && loads.contains("hpnet") && !loads.contains("metrics"))
  }

  /// Hints know the word that picks a group.
  @Test func misspeltLoadsAreNamed() throws {
    let run = try Program.run("simrun", ["bench", "attension"])
    #expect(run.status == 2)
    #expect(run.errors.contains("did you mean 'attention'?"))
    #expect(run.errors.contains("hpnet-window, attention, attention-softmax, "))
  }

  /// Load `metrics` scores the episode of a file that is named: here one with one other agent.
  @Test func aNamedFileIsScored() throws {
    let folder = try TemporaryFolder()
    try folder.write(HarnessWorlds.following(name: "near"), to: "near.yaml")
    let load = try #require(Bench.loads.first { $0.name == "metrics" })
    let bench = Bench(.shipped, repetitions: 1, scenario: folder.path + "/near.yaml")
    let row = try bench.run(load, agents: 1, steps: nil)
    #expect(row.n == 1)
    #expect(try #require(row.millisecondsPerEpisode) > 0)
    let lost = Bench(.shipped, repetitions: 1, scenario: folder.path + "/none.yaml")
    #expect(throws: InputError.self) { try lost.run(load, agents: 1, steps: nil) }
  }
}
