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
    var within_bound: Bool
    var stats: [String: NuPlanFixtures.Number]
  }

  struct Result: Decodable, Sendable {
    var speed: [Double]
    var center: [[Double]]
    var center_velocity: [[Double]]
    var center_acceleration: [[Double]]
    var raw_acceleration_magnitude: [Double]
    var corners: [[[Double]]]
    var lon_acceleration: [Double]?
    var lat_acceleration: [Double]?
    var acceleration_magnitude: [Double]?
    var lon_jerk: [Double]?
    var lat_jerk: [Double]?
    var jerk_magnitude: [Double]?
    var unwrapped_heading: [Double]
    var yaw_rate: [Double]?
    var yaw_acceleration: [Double]?
    var metrics: [String: Metric]
    var ego_is_comfortable: Bool?
    var ego_is_comfortable_score: Double?
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
    var time_series: Series?
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var signal: String?
    var history: [NuPlanFixtures.EgoRow]
    var result: Result
    var official_expected: Expected?
    var testDescription: String { name }
  }

  struct File: Decodable, Sendable {
    var cases: [Case]
    var official_unit_test_scenes: [Case]
  }

  static let file = NuPlanFixtures.load("signals_comfort", as: File.self)
  static let cases = (file?.cases ?? []) + (file?.official_unit_test_scenes ?? [])

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
    let position = item.signal == nil && item.official_expected == nil ? 1e-9 : 1e-6
    for (tick, box) in signals.motion.boxes.enumerated() {
      expectClose(
        [box.centre.x, box.centre.y], result.center[tick], position, "centre at \(tick)")
      for (corner, point) in box.cornerArray.enumerated() {
        expectClose(
          [point.x, point.y], result.corners[tick][corner], position, "corner \(corner) at \(tick)")
      }
    }
    expectClose(
      comfort.centreVelocity.flatMap { [$0.x, $0.y] }, result.center_velocity.flatMap { $0 },
      1e-9, "centre velocity")
    expectClose(
      comfort.centreAcceleration.flatMap { [$0.x, $0.y] },
      result.center_acceleration.flatMap { $0 }, 1e-9, "centre acceleration")
    expectClose(
      comfort.rawAccelerationMagnitude, result.raw_acceleration_magnitude, 1e-9, "raw magnitude")
    expectClose(comfort.unwrappedHeading, result.unwrapped_heading, 1e-9, "heading")
    for (name, signal, expected) in [
      ("lon_acceleration", comfort.longitudinalAcceleration, result.lon_acceleration),
      ("lat_acceleration", comfort.lateralAcceleration, result.lat_acceleration),
      ("magnitude", comfort.accelerationMagnitude, result.acceleration_magnitude),
      ("lon_jerk", comfort.longitudinalJerk, result.lon_jerk),
      ("lat_jerk", comfort.lateralJerk, result.lat_jerk),
      ("jerk_magnitude", comfort.magnitudeJerk, result.jerk_magnitude),
      ("yaw_rate", comfort.yawRate, result.yaw_rate),
      ("yaw_acceleration", comfort.yawAcceleration, result.yaw_acceleration),
    ] {
      #expect((signal == nil) == (expected == nil), "\(name) exists")
      guard let signal, let expected else { continue }
      expectClose(signal.values, expected, 1.1e-8, name)
    }
  }

  @Test(arguments: cases)
  func comfortMatches(_ item: Case) {
    let result = EgoIsComfortableMetric.evaluate(Self.signals(item))
    #expect(result.value == item.result.ego_is_comfortable_score)
    if let isComfortable = item.result.ego_is_comfortable {
      #expect(result.value == (isComfortable ? 1 : 0))
    }
    expectComfort(result, item.result.metrics)
  }

  @Test(arguments: cases.filter { $0.official_expected != nil })
  func repositoryExpectationHolds(_ item: Case) throws {
    let expected = try #require(item.official_expected)
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
    if let series = expected.time_series?.values, let values {
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
    #expect(isWithin == (metric.within_bound ? 1 : 0), "\(name)")
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
