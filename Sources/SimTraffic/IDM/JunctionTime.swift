/// How long vehicles take to get to and through a zone, by moderate driving.
enum JunctionTime {
  /// Speed up to which somebody without a lower limit speeds up in a junction, m/s.
  static let pace = 8.0

  /// Time for a distance from a speed up to a top one, then on at that, seconds; a faster one
  /// keeps its speed.
  @inline(__always)
  static func over(_ distance: Double, from speed: Double, to top: Double, at a: Double) -> Double {
    guard distance > 0 else { return 0 }
    let top = max(top, speed)
    let untilTop = (top * top - speed * speed) / (2 * a)
    if distance < untilTop {
      return ((speed * speed + 2 * a * distance).squareRoot() - speed) / a
    }
    return (top - speed) / a + (distance - untilTop) / max(top, 0.1)
  }

  /// Time until somebody has left a zone, seconds: it has slowed down to the speed allowed there
  /// when it comes to it.
  ///
  /// - Parameters:
  ///   - way: from its front to the zone, metres; negative inside.
  ///   - length: of the zone and the vehicle.
  @inline(__always)
  static func clearing(
    way: Double, length: Double, from speed: Double, to top: Double, at a: Double
  ) -> Double {
    if speed <= top { return over(way + length, from: speed, to: top, at: a) }
    let before = max(way, 0)
    return 2 * before / (speed + top) + max(length + min(way, 0), 0) / max(top, 0.1)
  }

  /// Way within a time, metres.
  @inline(__always)
  static func way(within time: Double, from speed: Double, to top: Double, at a: Double) -> Double {
    guard speed < top else { return speed * time }
    let untilTop = (top - speed) / a
    if time < untilTop { return (speed + 0.5 * a * time) * time }
    return 0.5 * (speed + top) * untilTop + top * (time - untilTop)
  }

  /// Speed after a distance, m/s.
  @inline(__always)
  static func speed(after distance: Double, from speed: Double, to top: Double, at a: Double)
    -> Double
  {
    if speed >= top { return top }
    return min((speed * speed + 2 * a * max(distance, 0)).squareRoot(), top)
  }
}
