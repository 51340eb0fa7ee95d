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

  /// `attention` is one load a kind, and each says what memory it holds.
  @Test func kindsOfAttentionAreComparedInOneRun() throws {
    let loads = Bench.loads(named: "attention")
    #expect(
      loads.map(\.name) == [
        "attention-softmax", "attention-linear", "attention-agent", "attention-neighbourhood",
        "attention-axial",
      ])
    let bench = Bench(.shipped, repetitions: 1)
    var memory: [Double] = []
    for load in loads {
      let row = try bench.run(load, agents: 256, steps: 1)
      memory.append(try #require(row.workMiB))
      #expect(try #require(row.millisecondsPerEpisode) > 0)
    }
    // 8 heads of 256 x 256 weights of four bytes are 2 MiB, which none of the others holds.
    #expect(memory[0] > 2 && memory.dropFirst().allSatisfy { $0 < memory[0] - 1 })
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
