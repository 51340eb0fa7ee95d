import SimCore
import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// The predictor against what then happened, on the straight road.
@Suite struct PredictionMetricsTests {
  /// The ego stands at x = 0; `car` drives at 10 m/s from x = 10, `walker` stands at x = 30 and
  /// walks off at 1 m/s to the left (+y) after 2 s; a cone stands by. 8 s, forecasts of constant
  /// speed each tick, off by what the tests ask for.
  private func record(
    every: Int = 1, modes: Int = 1, variance: Double = 0, shift: (Int) -> Double = { _ in 0 }
  ) -> EpisodeRecord {
    let ticks = 81
    var walker = RoadWorld.Actor.steady(
      "walker", .pedestrian, x: 30, y: 0, length: 0.5, width: 0.5, ticks: ticks)
    for tick in 20..<ticks {
      walker.motion[tick] = (Pose2(x: 30, y: 0.1 * Double(tick - 20), heading: .pi / 2), 1)
    }
    var record = RoadWorld().record(
      RoadWorld.steady(speed: 0, ticks: ticks),
      [
        .steady("car", x: 10, y: 3.5, speed: 10, ticks: ticks), walker,
        .steady("cone", .trafficCone, x: 5, y: -1, ticks: ticks),
      ])
    let ids = record.header.ids
    let rows = ["car", "cone", "walker"].compactMap { ids.firstIndex(of: $0) }
    for tick in 0..<ticks {
      let made = tick - tick % every
      var points: [Forecast.Point] = []
      for row in rows {
        let slot = record.history.slot(made, row)
        let speed = record.history.speed[slot]
        let heading = record.history.heading[slot]
        let pose = Pose2(
          x: record.history.x[slot], y: record.history.y[slot], heading: heading)
        for mode in 0..<modes {
          for step in 1...10 {
            let place = pose.advanced(by: speed * 0.5 * Double(step))
            points.append(
              Forecast.Point(
                x: place.x + shift(made) + 100 * Double(mode), y: place.y, heading: heading))
          }
        }
      }
      record.egos[0][tick].forecast = Forecast(
        stepMicroseconds: 500_000, steps: 10, modes: modes, tracks: rows,
        probabilities: rows.flatMap { _ in
          (0..<modes).map { modes == 1 ? 1 : $0 == 0 ? 0.5 : 0.5 / Double(modes - 1) }
        }, points: points,
        covariances: points.map { _ in Forecast.Covariance(xx: variance, xy: 0, yy: variance) })
    }
    return record
  }

  private func score(_ record: EpisodeRecord) -> EpisodeScore {
    MetricCatalog.score(record, profile: .strict.measuringAll)
  }

  /// Forecasts at 0, 0.5, … 5 s reach to 8 s: 11 of the car, which are exact, and 11 of the walker.
  /// Those of the walker made at 0, 0.5, … 1.5 s, while it stands, end 1, 1.5, 2 and 2.5 m off
  /// (mean over six points: of 3 s the last two, at 2.5 and 3 s: (0.5 + 1) / 6, then (0.5 + 1 +
  /// 1.5) / 6, 5 / 6, 7.5 / 6); all others are exact.
  @Test func theWalkerWhoStartsIsNotForeseen() {
    let score = score(record())
    #expect(score.statistic("prediction_min_ade", "prediction_min_ade_count") == 22)
    #expect(abs(score.value("prediction_min_ade") - (1.5 + 3 + 5 + 7.5) / 6 / 22) < 1e-9)
    #expect(abs(score.value("prediction_min_fde") - (1 + 1.5 + 2 + 2.5) / 22) < 1e-9)
    #expect(abs(score.value("prediction_miss_rate") - 1.0 / 22) < 1e-12)
    #expect(score.value("prediction_brier_min_fde") == score.value("prediction_min_fde"))
    #expect(score.result("prediction_nll")?.value == nil)
    #expect(score.result("prediction_coverage")?.value == nil)
    func part(_ name: String) -> Double {
      score.statistic("prediction_min_fde", "prediction_min_fde_\(name)")
    }
    #expect(part("car") < 1e-9 && abs(part("pedestrian") - 7.0 / 11) < 1e-9)
    #expect(part("truck").isNaN)
    // The car's centre is 20 m from the ego's (1.461 m ahead of its axle) or more after 1.5 s.
    #expect(score.statistic("prediction_min_fde", "prediction_min_fde_within_20m_count") == 3)
    #expect(part("within_20m") < 1e-9)
    // The worst one is named with its time.
    let worst = score.result("prediction_min_fde")?.violations.first
    #expect(worst?.firstTick == 15 && worst?.lastTick == 45)
    #expect(worst?.reason == "the forecast of 'walker' was 2.50 m off after 3 s")
    #expect(score.result("prediction_min_ade")?.series[0] ?? 0 > 0.1)
    #expect(score.result("prediction_min_ade")?.series[1].isNaN == true)
  }

  /// The longest horizon that forecasts (5 s) and the record (8 s) reach: 5 s, made at 0 … 3 s.
  @Test func longerHorizonsAreReported() {
    let score = score(record())
    // The walker's made at 0, 0.5, 1, 1.5 s end 3, 3.5, 4, 4.5 m off, over 7 forecasts of each.
    #expect(
      abs(score.statistic("prediction_min_fde", "prediction_min_fde_5s") - 15.0 / 14) < 1e-9)
    #expect(score.statistic("prediction_min_fde", "prediction_min_fde_8s").isNaN)
  }

  /// Complex is where the walker starts: a line through where it stood, 1 s before.
  @Test func errorsAreWhereThingsAreComplex() {
    let score = score(record())
    func part(_ number: Int) -> Double {
      score.statistic("prediction_min_fde", "prediction_min_fde_complexity_\(number)_of_5")
    }
    #expect(part(5) > 0.1)
    #expect(part(1).isNaN || part(1) < 1e-9)
    let quality = PredictionQuality(record(), ego: 0)
    // Nothing is known of the first second.
    #expect(quality.samples.filter { $0.tick < 10 }.allSatisfy { $0.complexity == nil })
    #expect(quality.samples.filter { $0.tick >= 10 }.allSatisfy { $0.complexity != nil })
    // At 1 s: the line stays, the walker ends 2 m off.
    let walker = quality.samples.first { $0.tick == 10 && abs($0.distance - 28.5) < 1 }
    #expect(abs((walker?.complexity ?? 0) - 2) < 1e-9)
  }

  /// Two modes, the first with probability 0.5 and right: half a metre squared is added to each.
  @Test func probabilitiesCount() {
    let one = score(record())
    let two = score(record(modes: 2))
    #expect(two.value("prediction_min_fde") == one.value("prediction_min_fde"))
    #expect(
      abs(
        two.value("prediction_brier_min_fde") - one.value("prediction_brier_min_fde") - 0.25)
        < 1e-12)
  }

  /// Deviations of 1 m: the car's places are covered, and the walker's up to 2.146 m off. In all
  /// 22 * 6, one of which, at 2.5 m, is not.
  @Test func coverageIsTheShareWithin90Percent() {
    let score = score(record(variance: 1))
    #expect(abs(score.value("prediction_coverage") - (1 - 1.0 / 132)) < 1e-12)
    // ln(2 pi), and half the squares of what is off: (0.5^2 + 1) + (0.5^2 + 1 + 1.5^2) + ….
    let squares =
      (0.25 + 1) + (0.25 + 1 + 2.25) + (0.25 + 1 + 2.25 + 4) + (0.25 + 1 + 2.25 + 4 + 6.25)
    #expect(
      abs(score.value("prediction_nll") - (1.8378770664093453 + squares / 2 / 6 / 22)) < 1e-9)
  }

  /// Forecasts jump by 0.4 m from each to the next: that is what they flicker. One that is in force
  /// for two ticks is looked at once, and the one before it was made two ticks earlier.
  @Test(arguments: [1, 2]) func flickerIsTheChangeAtTheSameTimes(every: Int) {
    let even = score(record(every: every)).value("prediction_flicker")
    let flickering = score(record(every: every, shift: { ($0 / every) % 2 == 0 ? 0 : 0.4 }))
    // (The walker's start is a change too.)
    #expect(even < 0.1)
    let quality = PredictionQuality(
      record(every: every, shift: { ($0 / every) % 2 == 0 ? 0 : 0.4 }), ego: 0)
    let cars = quality.samples.filter { $0.distance > 45 }
    #expect(cars.count >= 2)
    for sample in cars { #expect(abs((sample.flicker ?? 0) - 0.4) < 1e-9) }
    #expect(flickering.value("prediction_flicker") > 0.3)
  }

  @Test func withoutForecastsThereIsNothingToSay() {
    let record = RoadWorld().record(RoadWorld.steady(speed: 0, ticks: 40))
    for entry in MetricCatalog.entries where entry.schema.name.hasPrefix("prediction_") {
      #expect(score(record).result(entry.schema.name)?.value == nil)
    }
    // Nor is anything measured unless it is asked for.
    let plain = MetricCatalog.score(self.record())
    #expect(plain.result("prediction_min_ade") == nil)
    #expect(plain.score == score(self.record()).score)
  }
}
