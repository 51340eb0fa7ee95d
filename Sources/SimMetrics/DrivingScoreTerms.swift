import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// What the CARLA leaderboard's driving score is made of.
struct DrivingScoreTerms {
  /// Share of the route that was covered, in [0, 1], so far at each tick.
  var completion: [Double]
  var pedestrians = 0
  var vehicles = 0
  var statics = 0
  var redLights = 0
  var stops = 0
  /// Share of the way driven off all lanes or against them.
  var offRoad: Double
  /// What was done wrong, in order of time.
  private(set) var infractions: [MetricViolation] = []

  /// Who stood when it was hit is not to blame, m/s.
  static let standstill = 0.1

  init(_ signals: DerivedSignals) {
    for collision in signals.collisions
    where signals.motion.speeds[collision.tick] >= DrivingScoreTerms.standstill {
      let other = signals.agents.classes[collision.agent]
      if other == .pedestrian {
        pedestrians += 1
      } else if other.isObject {
        statics += 1
      } else {
        vehicles += 1
      }
      infractions.append(
        MetricViolation(
          firstTick: collision.tick, lastTick: collision.tick, agent: collision.agent,
          extremum: collision.deltaV, reason: "hits \(signals.name(collision.agent))"))
    }
    let reds = TrafficLightComplianceMetric.redLights(signals)
    redLights = reds.count
    infractions += reds.map { red in
      MetricViolation(
        firstTick: red.tick, lastTick: red.tick + 1,
        extremum: signals.motion.speeds[red.tick],
        reason: "passes red light '\(signals.map.signals[red.signal].id)'")
    }
    let missed = StopPassage.all(
      signals.motion.boxes, signals.placement.driven, speeds: signals.motion.speeds,
      on: signals.map
    ).filter { !$0.hasStopped }
    stops = missed.count
    infractions += missed.map { stop in
      MetricViolation(
        firstTick: stop.tick, lastTick: stop.tick + 1, extremum: stop.leastSpeed,
        reason: "does not stop at '\(signals.map.stopLines[stop.stopLine].id)'")
    }
    completion = DrivingScoreTerms.completion(signals)

    let steps = DrivingDirection.progressPerTick(
      signals.motion.boxes.map(\.centre), in: signals.placement.driven, on: signals.map)
    var way = 0.0
    var off = 0.0
    var isOff = [Bool](repeating: false, count: signals.ticks)
    for tick in 1..<max(signals.ticks, 1) {
      let step = signals.motion.boxes[tick].centre.distance(
        to: signals.motion.boxes[tick - 1].centre)
      way += step
      if signals.placement.driven.isEmpty(tick) || steps[tick] < 0 {
        off += step
        isOff[tick] = step > 0
      }
    }
    offRoad = way > 0 ? off / way : 0
    infractions += signals.stretches(in: isOff.indices) { isOff[$0] }.map { ticks in
      MetricViolation(
        firstTick: ticks.lowerBound, lastTick: ticks.upperBound, extremum: 0,
        reason: "is off all lanes or against them")
    }
    infractions = infractions.inOrder
  }

  /// No infraction at all.
  var isClean: Bool {
    pedestrians + vehicles + statics + redLights + stops == 0 && offRoad == 0
  }

  /// Along the route to the goal; without a goal, progress over that of the reference; without
  /// that, all of it.
  private static func completion(_ signals: DerivedSignals) -> [Double] {
    let route = signals.driver.route
    let goalTick = signals.firstEvent("goal_reached")?.tick
    var best = 0.0
    if let goal = route.goalArcLength, goal > route.startArcLength {
      let whole = goal - route.startArcLength
      return signals.motion.boxes.indices.map { tick in
        let s = route.centreline.project(signals.motion.boxes[tick].centre).s
        best = max(best, min((s - route.startArcLength) / whole, 1))
        return goalTick.map { tick >= $0 } == true ? 1 : best
      }
    }
    guard let progress = signals.progress, progress.referenceTotal > 0 else {
      return [Double](repeating: 1, count: signals.ticks)
    }
    var total = 0.0
    return progress.perTick.map { step in
      total += step
      best = max(best, min(total / progress.referenceTotal, 1))
      return best
    }
  }

  /// Product of the factors of versions 1 and 2.0.
  var productOfPenalties: Double {
    func power(_ base: Double, _ count: Int) -> Double {
      (0..<count).reduce(1) { product, _ in product * base }
    }
    return power(0.5, pedestrians) * power(0.6, vehicles) * power(0.65, statics)
      * power(0.7, redLights) * power(0.8, stops) * (1 - offRoad)
  }

  /// One over one plus the sum of the coefficients of version 2.1.
  var inverseOfPenalties: Double {
    let sum =
      Double(pedestrians) + 0.7 * Double(vehicles) + 0.6 * Double(statics)
      + 0.4 * Double(redLights) + 0.25 * Double(stops)
    return (1 - offRoad) / (1 + sum)
  }
}
