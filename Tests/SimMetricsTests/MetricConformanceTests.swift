import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// What every metric of the catalog must keep to, on drives of all sorts.
@Suite struct MetricConformanceTests {
  static let drives: [EpisodeRecord] = {
    let world = RoadWorld()
    let wild = MetricPropertyTests.Drive(seed: 11)
    let busy = world.record(
      RoadWorld.steady(y: 1, heading: -0.05, speed: 14, ticks: 60),
      [
        .steady("a", x: 40, y: 0, speed: 3, ticks: 60),
        .steady("b", .trafficCone, x: 60, y: -1, ticks: 60),
      ], reference: RoadWorld.steady(speed: 20, ticks: 60),
      events: [EpisodeEvent(tick: 59, kind: "goal_reached")])
    return [
      busy,
      world.record(wild.ego, wild.actors, reference: wild.reference),
      // Away from all lanes, backwards, standing, short, and nothing at all.
      world.record(RoadWorld.steady(y: 60, speed: 10, ticks: 40)),
      world.record(RoadWorld.steady(speed: -8, ticks: 40), reference: busy.egos[0].map(\.state)),
      world.record(RoadWorld.steady(speed: 0, ticks: 40)),
      world.record(RoadWorld.steady(speed: 9, ticks: 2)),
      world.record(RoadWorld.steady(speed: 9, ticks: 1), reference: wild.reference),
      world.record(RoadWorld.steady(speed: 9, ticks: 30), on: NuPlanFixtures.emptyMap),
      world.record([], events: [EpisodeEvent(tick: 0, kind: "planner_failed")]),
    ]
  }()

  @Test(arguments: MetricCatalog.entries.map(\.schema.name), MetricProfile.all)
  func resultsAreWellFormed(_ name: String, _ profile: MetricProfile) throws {
    let entry = try #require(MetricCatalog.entries.first { $0.schema.name == name })
    #expect(!entry.schema.summary.isEmpty)
    for (index, record) in Self.drives.enumerated() {
      let signals = DerivedSignals(record, ego: 0, profile: profile)
      let result = entry.evaluate(signals)
      #expect(result.name == name)
      // A value has a series behind it.
      let isBare = result.value == nil && result.series.isEmpty
      #expect(isBare || result.series.count == record.ticks, "drive \(index)")
      #expect(result.statistics.map(\.name).count == Set(result.statistics.map(\.name)).count)
      let ticks = result.violations.map(\.firstTick)
      #expect(ticks == ticks.sorted(), "drive \(index)")
      for violation in result.violations {
        #expect(violation.firstTick <= violation.lastTick)
        #expect(violation.lastTick < record.ticks)
        #expect(!violation.reason.isEmpty)
        if let agent = violation.agent { #expect(record.header.ids.indices.contains(agent)) }
      }
      if let value = result.value { #expect(value.isFinite) }
      if entry.role(in: profile) != .statistic, let value = result.value {
        #expect(value >= 0 && value <= 1, "drive \(index)")
        #expect((value < 1) == !result.violations.isEmpty, "drive \(index) is explained")
      }
    }
  }

  /// A result depends on nothing but the record.
  @Test(arguments: MetricCatalog.entries.map(\.schema.name), MetricProfile.all)
  func resultsRepeat(_ name: String, _ profile: MetricProfile) throws {
    let entry = try #require(MetricCatalog.entries.first { $0.schema.name == name })
    for record in Self.drives {
      let a = entry.evaluate(DerivedSignals(record, ego: 0, profile: profile))
      let b = entry.evaluate(DerivedSignals(record, ego: 0, profile: profile))
      #expect(a.value?.bitPattern == b.value?.bitPattern)
      #expect(a.series.map(\.bitPattern) == b.series.map(\.bitPattern))
      #expect(a.violations == b.violations)
      #expect(a.events == b.events)
      #expect(a.statistics.map(\.value.bitPattern) == b.statistics.map(\.value.bitPattern))
    }
  }

  @Test(arguments: MetricProfile.all)
  func everyDriveHasAScore(_ profile: MetricProfile) {
    for record in Self.drives {
      let score = MetricCatalog.score(record, profile: profile.measuringAll)
      #expect(score.score >= 0 && score.score <= 1)
      #expect(score.explanation.hasPrefix("score "))
      #expect(score.results.map(\.name) == MetricCatalog.schemas.map(\.name))
      // Without surrogate safety the score is the same.
      #expect(MetricCatalog.score(record, profile: profile).score == score.score)
    }
  }
}
