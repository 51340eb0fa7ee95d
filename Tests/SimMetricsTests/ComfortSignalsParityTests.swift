import SimCore
import SimGeometry
import SimStack
import SimWorld
import TestSupport
import Testing

@testable import SimMetrics

/// `signals_comfort.json`: every signal and the comfort metrics, against the official code.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct ComfortSignalsParityTests {
  struct Metric: Decodable, Sendable {
    var withinBound: Bool
    var stats: [String: NuPlanFixtures.Number]
  }

  struct Result: Decodable, Sendable {
    var speed: [Double]
    var center: [[Double]]
    var centerVelocity: [[Double]]
    var centerAcceleration: [[Double]]
    var rawAccelerationMagnitude: [Double]
    var corners: [[[Double]]]
    var lonAcceleration: [Double]?
    var latAcceleration: [Double]?
    var accelerationMagnitude: [Double]?
    var lonJerk: [Double]?
    var latJerk: [Double]?
    var jerkMagnitude: [Double]?
    var unwrappedHeading: [Double]
    var yawRate: [Double]?
    var yawAcceleration: [Double]?
    var metrics: [String: Metric]
    var egoIsComfortable: Bool?
    var egoIsComfortableScore: Double?
  }

  struct Expected: Decodable, Sendable {
    struct Series: Decodable, Sendable { var values: [Double]? }
    struct Statistic: Decodable, Sendable {
      var kind: String
      var value: Double

      init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        kind = try pair.decode(String.self)
        value = try pair.decode(NuPlanFixtures.Number.self).value
      }
    }
    var statistics: [Statistic]
    var timeSeries: Series?
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var signal: String?
    var history: [NuPlanFixtures.EgoRow]
    var result: Result
    var officialExpected: Expected?
    var testDescription: String { name }
  }

  struct File: Decodable, Sendable {
    var cases: [Case]
    var officialUnitTestScenes: [Case]
  }

  static let file = NuPlanFixtures.load("signals_comfort", as: File.self)
  static let cases = (file?.cases ?? []) + (file?.officialUnitTestScenes ?? [])

  static func signals(_ item: Case) -> DerivedSignals {
    let states = item.history.map(\.state)
    return DerivedSignals(
      NuPlanFixtures.record(states, tracks: []), ego: 0, profile: .nuPlanCompat)
  }

  @Test(arguments: cases)
  func signalsMatch(_ item: Case) {
    let signals = Self.signals(item)
    let comfort = signals.comfort
    let result = item.result
    expectClose(signals.motion.speeds, result.speed, 1e-9, "speed")
    // Unit-test scenes are at UTM offsets, where doubles are 5e-10 apart.
    let position = item.signal == nil && item.officialExpected == nil ? 1e-9 : 1e-6
    for (tick, box) in signals.motion.boxes.enumerated() {
      expectClose(
        [box.centre.x, box.centre.y], result.center[tick], position, "centre at \(tick)")
      for (corner, point) in box.cornerArray.enumerated() {
        expectClose(
          [point.x, point.y], result.corners[tick][corner], position, "corner \(corner) at \(tick)")
      }
    }
    expectClose(
      comfort.centreVelocity.flatMap { [$0.x, $0.y] }, result.centerVelocity.flatMap { $0 },
      1e-9, "centre velocity")
    expectClose(
      comfort.centreAcceleration.flatMap { [$0.x, $0.y] },
      result.centerAcceleration.flatMap { $0 }, 1e-9, "centre acceleration")
    expectClose(
      comfort.rawAccelerationMagnitude, result.rawAccelerationMagnitude, 1e-9, "raw magnitude")
    expectClose(comfort.unwrappedHeading, result.unwrappedHeading, 1e-9, "heading")
    for (name, signal, expected) in [
      ("lon_acceleration", comfort.longitudinalAcceleration, result.lonAcceleration),
      ("lat_acceleration", comfort.lateralAcceleration, result.latAcceleration),
      ("magnitude", comfort.accelerationMagnitude, result.accelerationMagnitude),
      ("lon_jerk", comfort.longitudinalJerk, result.lonJerk),
      ("lat_jerk", comfort.lateralJerk, result.latJerk),
      ("jerk_magnitude", comfort.magnitudeJerk, result.jerkMagnitude),
      ("yaw_rate", comfort.yawRate, result.yawRate),
      ("yaw_acceleration", comfort.yawAcceleration, result.yawAcceleration),
    ] {
      #expect((signal == nil) == (expected == nil), "\(name) exists")
      guard let signal, let expected else { continue }
      expectClose(signal.values, expected, 1.1e-8, name)
    }
  }

  @Test(arguments: cases)
  func comfortMatches(_ item: Case) {
    let result = EgoIsComfortableMetric.evaluate(Self.signals(item))
    #expect(result.value == item.result.egoIsComfortableScore)
    if let isComfortable = item.result.egoIsComfortable {
      #expect(result.value == (isComfortable ? 1 : 0))
    }
    expectComfort(result, item.result.metrics)
  }

  @Test(arguments: cases.filter { $0.officialExpected != nil })
  func repositoryExpectationHolds(_ item: Case) throws {
    let expected = try #require(item.officialExpected)
    let signals = Self.signals(item)
    let comfort = signals.comfort
    let values: [Double]? =
      switch item.signal {
      case "acceleration_magnitude": comfort.accelerationMagnitude?.values
      case "jerk_magnitude": comfort.magnitudeJerk?.values
      case "lat_acceleration": comfort.lateralAcceleration?.values
      case "lat_jerk": comfort.lateralJerk?.values
      case "lon_acceleration": comfort.longitudinalAcceleration?.values
      case "lon_jerk": comfort.longitudinalJerk?.values
      case "yaw_acceleration": comfort.yawAcceleration?.values
      case "yaw_rate": comfort.yawRate?.values
      case "speed": signals.motion.speeds
      default: nil
      }
    // The repository writes two decimals, some rounded and some cut off.
    let summary = SeriesSummary(values ?? [])
    for statistic in expected.statistics {
      let found: Double? =
        switch statistic.kind {
        case "MAX": summary.greatest
        case "MIN": summary.least
        case "MEAN", "VALUE": summary.mean
        case "P90": summary.percentile90
        default: nil
        }
      if let found { expectClose([found], [statistic.value], 0.01, statistic.kind) }
    }
    if let series = expected.timeSeries?.values, let values {
      expectClose(values, series, 0.01, "series")
    }
  }
}

/// Comfort statistics equal to the official ones.
func expectComfort(
  _ result: MetricResult, _ metrics: [String: ComfortSignalsParityTests.Metric]
) {
  for (name, metric) in metrics.sorted(by: { $0.key < $1.key }) {
    for (key, number) in metric.stats.sorted(by: { $0.key < $1.key }) {
      let found = result.statistics.first { $0.name == key }?.value
      expectClose([found ?? .nan], [number.value], 1.1e-8, key)
    }
    let isWithin = result.statistics.first { $0.name == "abs_\(name)_within_bounds" }?.value
    #expect(isWithin == (metric.withinBound ? 1 : 0), "\(name)")
  }
}

/// Equal to within a tolerance, entry by entry; infinities and NaN only to themselves.
func expectClose(
  _ found: [Double], _ expected: [Double], _ tolerance: Double, _ what: String,
  sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
  guard found.count == expected.count else {
    Issue.record(
      "\(what): \(found.count) values instead of \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  for (index, (a, b)) in zip(found, expected).enumerated() {
    if a == b || (a.isNaN && b.isNaN) || (a - b).magnitude <= tolerance { continue }
    Issue.record("\(what)[\(index)]: \(a) instead of \(b)", sourceLocation: sourceLocation)
    return
  }
}
