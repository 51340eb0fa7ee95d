import SimCore
import SimGeometry
import SimMap

extension World {
  /// Hash of the state now, chained to the hash of the tick before.
  ///
  /// This is the one place that says what a state is. In this order: the tick; then of all agents,
  /// column by column in row order, `present`, `x`, `y`, `heading`, `speed`, `acceleration`,
  /// `steering`, `path`, `arcLength`, `lateralOffset`; then of each driven vehicle the twelve
  /// columns of its full state; then what each signal shows; then row and value of each indicator
  /// that is on; then, of each controller of signals that follow the traffic, how far it has got.
  /// Not hashed: what never changes, the unit vectors of the headings and the cursors, which follow
  /// from the rest.
  ///
  /// - Parameter previous: the hash of the previous tick; 0 for tick 0.
  public func stateHash(chaining previous: UInt64) -> UInt64 {
    var hash = StateHash(after: previous)
    hash.combine(tick)
    now.agents.withColumns { agents in
      hash.combine(buffer: agents.present)
      hash.combine(buffer: agents.x)
      hash.combine(buffer: agents.y)
      hash.combine(buffer: agents.heading)
      hash.combine(buffer: agents.speed)
      hash.combine(buffer: agents.acceleration)
      hash.combine(buffer: agents.steering)
      hash.combine(buffer: agents.path)
      hash.combine(buffer: agents.arcLength)
      hash.combine(buffer: agents.lateralOffset)
    }
    for ego in now.egos {
      hash.combine(ego.timeMicroseconds)
      hash.combine(ego.pose.x)
      hash.combine(ego.pose.y)
      hash.combine(ego.pose.heading)
      hash.combine(ego.velocity.x)
      hash.combine(ego.velocity.y)
      hash.combine(ego.acceleration.x)
      hash.combine(ego.acceleration.y)
      hash.combine(ego.steering)
      hash.combine(ego.steeringRate)
      hash.combine(ego.yawRate)
      hash.combine(ego.yawAcceleration)
    }
    now.signals.withUnsafeBufferPointer { signals in
      hash.combine(number: signals.count) { UInt64(signals[$0].rawValue) }
    }
    if now.agents.hasIndicators {
      for row in now.agents.indicators.indices where !now.agents.indicators[row].isEmpty {
        hash.combine(row)
        hash.combine(UInt64(now.agents.indicators[row].rawValue))
      }
    }
    for control in now.signalControls {
      hash.combine(control.stage)
      hash.combine(control.next)
      hash.combine(UInt64(control.interval.rawValue))
      hash.combine(control.elapsed)
      hash.combine(control.gap)
      hash.combine(control.called)
    }
    return hash.value
  }
}
