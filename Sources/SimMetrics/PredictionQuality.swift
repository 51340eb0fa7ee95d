import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// How good the forecasts of one drive were, against what then happened in the same episode.
///
/// Looked at are forecasts that lie `interval` or more apart, of every road user that was there
/// until the horizon; things do not count. Track ids are rows of the record.
public struct PredictionQuality: Sendable {
  /// One forecast of one road user.
  public struct Sample: Hashable, Sendable {
    /// When it was made.
    public var tick: Int
    /// Of whom.
    public var row: Int
    /// From the ego when it was made, between box centres, metres.
    public var distance: Double
    /// Over `horizon`.
    public var error: ForecastError
    /// Over the horizons of `longHorizons`; nil where the forecast or the record does not reach.
    public var longErrors: [ForecastError?]
    /// Over `horizon`; nil where the predictor gives no covariance.
    public var calibration: ForecastCalibration?
    /// What then happened was no straight way on, metres; nil without enough of a past.
    public var complexity: Double?
    /// Mean distance between this forecast's likeliest way and that of the one made just before,
    /// over the times that both are about, metres; nil without one.
    public var flicker: Double?
  }

  /// In order of ticks, then rows.
  public private(set) var samples: [Sample] = []

  /// What the scores are about, seconds.
  public static let horizon = 3.0
  /// Errors are reported for these too, seconds.
  public static let longHorizons = [5.0, 8.0]
  /// Least time between forecasts looked at, seconds.
  public static let interval = 0.5
  /// Between the places that the complexity of a path is about, seconds.
  static let complexityStep = 0.2

  /// Of each sample the quintile of its complexity among those that have one, 1 to 5; nil without.
  /// Equal complexities are in one part.
  public private(set) var quintiles: [Int?] = []

  private let record: EpisodeRecord
  private let ego: Int

  /// - Parameter ego: index into the header's egos.
  public init(_ record: EpisodeRecord, ego: Int) {
    self.record = record
    self.ego = ego
    let records = record.egos[ego]
    let ticks = min(record.ticks, records.count)
    let stride = max(1, record.header.clock.ticks(PredictionQuality.interval))
    var next = 0
    // When the forecast in force was made, and the one before it.
    var made = (now: 0, before: 0)
    for tick in 0..<ticks {
      guard let forecast = records[tick].forecast else { continue }
      // Between the ticks of a predictor that does not run in each the same one is in force.
      let before = tick > 0 ? records[tick - 1].forecast : nil
      if let before, before.isSame(as: forecast) { continue }
      made = (tick, made.now)
      guard tick >= next else { continue }
      next = tick + stride
      look(at: forecast, tick, before: before, madeAt: made.before)
    }
    let sorted = samples.compactMap(\.complexity).sorted()
    let bounds = (1...4).compactMap { k in sorted.isEmpty ? nil : sorted[sorted.count * k / 5] }
    quintiles = samples.map { sample in
      sample.complexity.map { complexity in 1 + bounds.count { complexity >= $0 } }
    }
  }

  private mutating func look(
    at forecast: Forecast, _ tick: Int, before: Forecast?, madeAt earlier: Int
  ) {
    let history = record.history
    let clock = record.header.clock
    let step = Double(forecast.stepMicroseconds) / 1_000_000
    guard step > 0, forecast.modes > 0 else { return }
    let steps = Int(PredictionQuality.horizon / step + 1e-9)
    guard steps >= 1, steps <= forecast.steps else { return }
    let own = record.egos[ego][tick].state.centre(record.header.egos[ego].vehicle).position
    for (agent, row) in forecast.tracks.enumerated() {
      guard (0..<history.agents).contains(row), !record.header.classes[row].isObject,
        history.present[history.slot(tick, row)] != 0,
        let truth = places(row, from: tick, every: step, count: steps)
      else { continue }
      let here = Vector2(
        history.x[history.slot(tick, row)], history.y[history.slot(tick, row)])
      let sample = truth.withUnsafeBufferPointer { truth in
        Sample(
          tick: tick, row: row, distance: here.distance(to: own),
          error: ForecastError(forecast, agent: agent, truth: truth), longErrors: [],
          calibration: ForecastCalibration(forecast, agent: agent, truth: truth))
      }
      samples.append(sample)
      let last = samples.count - 1
      samples[last].longErrors = PredictionQuality.longHorizons.map { horizon in
        let count = Int(horizon / step + 1e-9)
        guard count <= forecast.steps,
          let truth = places(row, from: tick, every: step, count: count)
        else { return nil }
        return truth.withUnsafeBufferPointer {
          ForecastError(forecast, agent: agent, truth: $0)
        }
      }
      samples[last].complexity = complexity(row, tick, here)
      if let before, let other = before.tracks.firstIndex(of: row) {
        samples[last].flicker = forecast.distance(
          agent, to: before, other, later: clock.microseconds(tick - earlier))
      }
    }
  }

  /// Where a row was at even times after a tick; nil if it was gone before.
  private func places(_ row: Int, from tick: Int, every step: Double, count: Int) -> [Vector2]? {
    let history = record.history
    let tickStep = record.header.clock.step
    var places: [Vector2] = []
    places.reserveCapacity(count)
    for k in 1...count {
      // Ticks after it; where a step is no whole number of them, between two.
      let time = Double(k) * step / tickStep
      let whole = Int(time + 1e-9)
      let share = max(time - Double(whole), 0)
      let isBetween = share > 1e-9
      let end = tick + whole + (isBetween ? 1 : 0)
      guard end < history.ticks, history.present[history.slot(end, row)] != 0 else { return nil }
      let slot = history.slot(tick + whole, row)
      guard history.present[slot] != 0 else { return nil }
      var place = Vector2(history.x[slot], history.y[slot])
      if isBetween {
        let after = history.slot(end, row)
        place = place + (Vector2(history.x[after], history.y[after]) - place) * share
      }
      places.append(place)
    }
    return places
  }

  private func complexity(_ row: Int, _ tick: Int, _ here: Vector2) -> Double? {
    let history = record.history
    let step = PredictionQuality.complexityStep
    let stride = record.header.clock.ticks(step)
    let count = Int(PredictionQuality.horizon / step + 1e-9)
    let first = tick - (PathComplexity.observed - 1) * stride
    guard stride >= 1, first >= 0,
      let future = places(row, from: tick, every: step, count: count)
    else { return nil }
    var past: [Vector2] = []
    for then in Swift.stride(from: first, through: tick, by: stride) {
      let slot = history.slot(then, row)
      guard history.present[slot] != 0 else { return nil }
      past.append(Vector2(history.x[slot], history.y[slot]))
    }
    return PathComplexity.index(past: past, future: future)
  }
}

extension Forecast {
  /// It says the same of the same tracks: it is the one that was in force before.
  fileprivate func isSame(as other: Forecast) -> Bool {
    tracks == other.tracks && modes == other.modes && steps == other.steps
      && points == other.points
  }

  /// The likeliest mode of an agent, the first of equals.
  private func likeliest(_ agent: Int) -> Int {
    var best = 0
    for mode in 0..<modes
    where probabilities[agent * modes + mode] > probabilities[agent * modes + best] { best = mode }
    return best
  }

  /// Mean distance of the likeliest ways of one agent in this forecast and in one that was made
  /// some time earlier, at the times of this one's points that both are about, up to the horizon;
  /// nil if there are none.
  fileprivate func distance(
    _ agent: Int, to earlier: Forecast, _ other: Int, later: Int64
  ) -> Double? {
    guard modes > 0, earlier.modes > 0, earlier.steps > 0 else { return nil }
    let mode = likeliest(agent)
    let otherMode = earlier.likeliest(other)
    var sum = 0.0
    var count = 0
    for step in 0..<steps {
      let microseconds = Int64(step + 1) * stepMicroseconds
      if Double(microseconds) > PredictionQuality.horizon * 1_000_000 + 0.5 { break }
      // Steps of the earlier one, from 0 at its first point.
      let time = Double(microseconds + later) / Double(earlier.stepMicroseconds) - 1
      let whole = Int(time)
      let share = time - Double(whole)
      guard time >= 0, whole + (share > 0 ? 1 : 0) < earlier.steps else { continue }
      let a = earlier.point(other, mode: otherMode, step: whole)
      let b = earlier.point(other, mode: otherMode, step: share > 0 ? whole + 1 : whole)
      let here = point(agent, mode: mode, step: step)
      let dx = a.x + (b.x - a.x) * share - here.x
      let dy = a.y + (b.y - a.y) * share - here.y
      sum += (dx * dx + dy * dy).squareRoot()
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }
}
