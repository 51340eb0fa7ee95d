public import SimCore
import SimGeometry
import SimMap
public import SimStack
import SimWorld

/// CommonRoad's cost functions over the executed drive (Althoff, Koschi and Manzinger 2017).
public enum CommonRoadCostMetric: EpisodeMetric {
  /// Called `commonroad_cost`.
  public static let schema = ModuleSchema(
    "commonroad_cost",
    "CommonRoad's cost function SM1; statistics: JB1, SA1, SM1 to SM3, WX1, MW1, TR1")

  /// Integrals over the drive.
  struct Integrals {
    var time = 0.0
    var length = 0.0
    var acceleration = 0.0
    var jerk = 0.0
    var lateralJerk = 0.0
    var steering = 0.0
    var steeringRate = 0.0
    var offset = 0.0
    var heading = 0.0
    var speed = 0.0
    var proximity = 0.0

    var costs: [(name: String, value: Double)] {
      let driving = 50 * acceleration + 50 * steering + 50 * steeringRate + 50 * heading
      return [
        ("commonroad_jb1", time),
        ("commonroad_sa1", 0.1 * steering + 0.1 * steeringRate + 1e5 * proximity),
        ("commonroad_sm1", driving + length + 20 * speed),
        ("commonroad_sm2", driving + length),
        ("commonroad_sm3", driving + 20 * speed),
        (
          "commonroad_wx1",
          10 * time + speed + 0.1 * acceleration + 0.1 * jerk + 0.1 * proximity + 10 * length
        ),
        (
          "commonroad_mw1",
          5 * lateralJerk + 0.5 * jerk + 0.2 * speed + (time > 0 ? 1 / time : 0)
        ),
        ("commonroad_tr1", 0.01 * jerk + 22 * steeringRate + 8 * proximity + 0.5 * offset),
      ]
    }
  }

  /// SM1; nil for fewer than three ticks. The offset of speed is that to the lane's limit (tasks
  /// have no goal speed); none without one. Series: the nearest distance's part in the integral.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil)
    guard signals.ticks >= 3 else { return result }
    let step = signals.record.header.clock.step
    let states = signals.motion.states
    let centres = signals.motion.boxes.map(\.centre)
    var offsets = [Double](repeating: 0, count: signals.ticks)
    var headings = offsets
    var speeds = offsets
    for tick in 0..<signals.ticks {
      guard let lane = signals.placement.driven.first(tick) else { continue }
      let place = signals.map.lanes[lane].centreline.project(centres[tick])
      offsets[tick] = place.d
      let along = signals.map.lanes[lane].centreline.directions[Int(place.segment)]
      let heading = signals.motion.boxes[tick].direction
      headings[tick] = ExactMath.atan2(along.cross(heading), along.dot(heading))
      if let limit = signals.map.lanes[lane].speedLimit {
        speeds[tick] = signals.motion.speeds[tick] - limit
      }
    }
    func squares(_ values: [Double]) -> Double {
      simpson(values.map { $0 * $0 }, step: step)
    }
    var sums = Integrals()
    sums.time = signals.motion.duration
    sums.length = zip(centres, centres.dropFirst()).reduce(0) { $0 + $1.0.distance(to: $1.1) }
    let accelerations = states.map(\.acceleration.x)
    sums.acceleration = squares(accelerations)
    sums.jerk = squares(slopes(accelerations, step: step))
    sums.lateralJerk = squares(slopes(states.map { $0.velocity.x * $0.yawRate }, step: step))
    sums.steering = squares(states.map(\.steering))
    sums.steeringRate = squares(states.map(\.steeringRate))
    sums.offset = squares(offsets)
    sums.heading = squares(headings)
    sums.speed = squares(speeds)
    result.series = signals.surrogate.distance.values.map {
      $0 == .infinity ? 0 : ExactMath.exp(-0.2 * $0)
    }
    sums.proximity = simpson(result.series, step: step)
    let costs = sums.costs
    result.value = costs.first { $0.name == "commonroad_sm1" }?.value
    result.statistics = costs
    return result
  }

  /// Integral by Simpson's rule, the last one of an odd number of steps by the parabola through the
  /// last three values.
  static func simpson(_ values: [Double], step: Double) -> Double {
    let intervals = values.count - 1
    guard intervals >= 2 else {
      return intervals == 1 ? 0.5 * step * (values[0] + values[1]) : 0
    }
    let even = intervals - intervals % 2
    var sum = 0.0
    var i = 0
    while i < even {
      sum += values[i] + 4 * values[i + 1] + values[i + 2]
      i += 2
    }
    sum *= step / 3
    if even < intervals {
      sum +=
        step
        * (5 * values[intervals] + 8 * values[intervals - 1] - values[intervals - 2]) / 12
    }
    return sum
  }

  /// Central differences, one-sided at the ends.
  static func slopes(_ values: [Double], step: Double) -> [Double] {
    values.indices.map { i in
      let low = max(i - 1, 0)
      let high = min(i + 1, values.count - 1)
      return high > low ? (values[high] - values[low]) / (Double(high - low) * step) : 0
    }
  }
}
