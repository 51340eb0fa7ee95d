import SimCore
import SimStack
import TestSupport
import Testing

@testable import SimMetrics

/// `aggregator.json`: scores and tables over many scenarios, against the official aggregator.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct AggregatorParityTests {
  struct Scenario: Decodable, Sendable {
    var name: String
    var type: String
    var metrics: [String: Double?]
  }

  struct Row: Decodable, Sendable {
    var score: Double
    var numScenarios: Int?
    var metrics: [String: Double?]
  }

  struct Result: Decodable, Sendable {
    var scenario: [String: Row]
    var type: [String: Row]
    var final: [String: Row]
    var finalMetricScore: Double
  }

  struct Case: Decodable, Sendable {
    var profile: String
    var scenarios: [Scenario]
    var result: Result
  }

  struct File: Decodable, Sendable {
    var profiles: [String: EpisodesParityTests.Formula]
    var cases: [Case]
  }

  static let file = NuPlanFixtures.load("aggregator", as: File.self)

  @Test(arguments: (file?.cases ?? []).indices)
  func tableMatches(_ index: Int) throws {
    let item = try #require(Self.file?.cases[index])
    let profile = try #require(Self.file?.profiles[item.profile])
    let formula = ScoreFormula(
      multipliers: profile.multipleMetrics,
      weights: profile.metricWeights.filter { $0.key != "default" }
        .sorted { $0.key < $1.key }.map { ScoreFormula.Weight($0.key, $0.value) },
      defaultWeight: profile.metricWeights["default"] ?? 1)
    let table = ScoreAggregator(formula).table(
      item.scenarios.map { scenario in
        ScoreAggregator.Scenario(
          name: scenario.name, type: scenario.type,
          metrics: scenario.metrics.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      })
    expectRows(table.scenarios, item.result.scenario, countsAreGiven: false)
    expectRows(table.types, item.result.type, countsAreGiven: true)
    expectRows([table.final], item.result.final, countsAreGiven: true)
    expectClose([table.final.score], [item.result.finalMetricScore], 1e-9, "final score")
  }

  private func expectRows(
    _ rows: [ScoreAggregator.Row], _ expected: [String: Row], countsAreGiven: Bool
  ) {
    #expect(rows.count == expected.count)
    for row in rows {
      guard let other = expected[row.name] else {
        Issue.record("no row \(row.name) is expected")
        continue
      }
      expectClose([row.score], [other.score], 1e-9, "score of \(row.name)")
      if countsAreGiven { #expect(row.scenarios == other.numScenarios) }
      #expect(row.metrics.count == other.metrics.count)
      for (name, value) in row.metrics {
        let number = other.metrics[name] ?? nil
        #expect((value == nil) == (number == nil), "\(name) of \(row.name)")
        expectClose([value ?? 0], [number ?? 0], 1e-9, "\(name) of \(row.name)")
      }
    }
  }
}
