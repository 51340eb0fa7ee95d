import SimModels
import SimStack

/// How fast an appointment at the goal wants a vehicle to be.
struct ArrivalPace {
  let arrival: ArrivalWindow
  /// s a tick.
  let step: Double

  /// Who is late speeds up and closes up so far.
  private static let haste = (acceleration: 2.2, jerk: 5.0, headway: 1.0)
  /// Speed that is sure to be gained in a second, m/s.
  private static let gain = 0.9
  /// Who is early aims at somewhat more than what it takes, so as not to be slower than that, and
  /// at just that over the last seconds.
  private static let patience = (share: 0.1, from: 2.0, over: 4.0)
  /// A bound of the goal is kept by this share.
  private static let margin = 0.96
  /// Braking by which the goal's greatest speed is reached, m/s^2, and how much earlier, s.
  private static let slowing = (deceleration: 0.6, lead: 1.2)
  /// The goal's least speed is run up to over the last seconds.
  private static let runUp = 5.0
  /// Nobody who is early crawls more slowly, m/s.
  private static let least = 0.5

  /// Average speed that it takes to be there in time from a place on the route, m/s; 0 for who is
  /// there or has missed it.
  func neededSpeed(at s: Double, tick: Int) -> Double {
    let way = arrival.arcLengths.lowerBound - s
    guard way > 0, tick < arrival.ticks.upperBound else { return 0 }
    return way / (Double(arrival.ticks.upperBound - tick) * step)
  }

  /// What to heed at a place on the route, metres, with a speed and a limit, m/s.
  func pace(at s: Double, speed: Double, limit: Double, tick: Int) -> CandidateGenerator.Pace {
    var pace = CandidateGenerator.Pace()
    guard tick <= arrival.ticks.upperBound else { return pace }
    let speed = max(speed, 0)
    let wait = Double(max(arrival.ticks.lowerBound - tick, 0)) * step
    let left = arrival.arcLengths.upperBound - s
    if wait > 0, left > 0, Self.margin * left < speed * wait {
      // Not through the goal and out of it again before it counts.
      let far = min(max((wait - Self.patience.from) / Self.patience.over, 0), 1)
      let patience = 1 + Self.patience.share * far
      let share = arrival.speeds.map { $0.lowerBound / Self.margin } ?? 0
      pace.speedLimit = max(patience * left / wait, share, Self.least)
    }
    if let fastest = arrival.speeds?.upperBound {
      pace.speedLimit = min(
        pace.speedLimit,
        max(Self.margin * fastest, Self.least)
          + Self.slowing.deceleration * max(wait - Self.slowing.lead, 0))
    }
    let slowest = arrival.speeds?.lowerBound ?? 0
    let isSlow =
      speed < slowest / Self.margin
      && arrival.arcLengths.lowerBound - s < Self.runUp * max(speed, 1)
    if isLate(at: s, speed: speed, limit: limit, tick: tick) || isSlow {
      pace.acceleration = Self.haste.acceleration
      pace.jerk = Self.haste.jerk
      pace.headway = Self.haste.headway
    }
    return pace
  }

  /// It takes more to be there in time than to drive on as usual.
  func isLate(at s: Double, speed: Double, limit: Double, tick: Int) -> Bool {
    let time = Double(arrival.ticks.upperBound - tick) * step
    let reached = max(min(speed + Self.gain * time, limit), speed)
    return neededSpeed(at: s, tick: tick) > 0.5 * (speed + reached)
  }
}
