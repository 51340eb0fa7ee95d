import SimCore
import SimScenario
import SimStack
import SimWorld
import Testing

@Suite struct SweepTests {
  static let text = MinimalScenarioTests.text

  static func names(_ sweep: String, seeds: [UInt64]? = nil) throws -> [String] {
    var options = TestCatalog.options
    options.seeds = seeds
    return try ScenarioLoader().load(text + "\n" + sweep, options: options).tickets.map(\.name)
  }

  @Test func combinesAxesTheLastOneFastest() throws {
    let names = try Self.names("sweep: {agents.lead.speed: [5, 20 km/h], seed: 0..1}")
    #expect(
      names == [
        "straight_on[agents.lead.speed=5,seed=0]", "straight_on[agents.lead.speed=5,seed=1]",
        "straight_on[agents.lead.speed=20 km/h,seed=0]",
        "straight_on[agents.lead.speed=20 km/h,seed=1]",
      ])
  }

  @Test(arguments: [
    ("0..3", ["0", "1", "2", "3"]),
    ("10..20 step 5 km/h", ["10 km/h", "15 km/h", "20 km/h"]),
    ("0..0.3 step 0.1", ["0", "0.1", "0.2", "0.3"]),
    ("1..2.1 step 0.5", ["1", "1.5", "2"]),
    ("[1, 3..4, 9 m/s]", ["1", "3", "4", "9 m/s"]),
  ])
  func rangesHoldBothEnds(_ range: String, _ values: [String]) throws {
    let names = try Self.names("sweep: {ego.goal.speed.max: \(range)}")
    #expect(names == values.map { "straight_on[ego.goal.speed.max=\($0)]" })
  }

  @Test func eachCellIsBuiltWithItsValues() throws {
    let result = try ScenarioLoader().load(
      Self.text + "\nsweep: {agents.lead.policy: [idm, {idm: {style: assertive}}], seed: [3, 9]}")
    #expect(result.tickets.map(\.seed) == [3, 9, 3, 9])
    let last = try result.tickets[3].build()
    #expect(last.name == "straight_on[agents.lead.policy={idm:{style:assertive}},seed=9]")
    #expect(last.seed == 9)
    guard case .policy(let policy) = last.agents[2].driver else {
      Issue.record("the lead has a policy")
      return
    }
    #expect(policy.parameters.text("style") == "assertive")
  }

  @Test func aSweptValueMayBeMissingBelow() throws {
    #expect(try Self.names("sweep: {ego.latency: [0.1 s, 0.2 s]}").count == 2)
  }

  @Test func seedsOfTheCommandLineReplaceThoseOfTheFile() throws {
    #expect(
      try Self.names("sweep: {seed: 0..4, ego.s: [40, 45]}", seeds: [7, 8]) == [
        "straight_on[seed=7,ego.s=40]", "straight_on[seed=7,ego.s=45]",
        "straight_on[seed=8,ego.s=40]", "straight_on[seed=8,ego.s=45]",
      ])
    #expect(try Self.names("", seeds: [7]) == ["straight_on[seed=7]"])
  }

  @Test func valuesThatOnlyFailTogetherFailWhenBuilt() throws {
    // Ego and lead are 30 m apart; only the last combination puts one into the other.
    let result = try ScenarioLoader().load(
      Self.text + "\nsweep: {ego.s: [50, 60], agents.lead.s: [80, 62]}")
    _ = try result.tickets[0].build()
    #expect(message { _ = try result.tickets[3].build() }.contains("'lead' starts inside 'ego'"))
  }
}
