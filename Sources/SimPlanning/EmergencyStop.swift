/// A plan to brake by as hard as it goes.
///
/// nuPlan's tracker brakes by what is missing to the speed planned a second ahead: towards a plan
/// that comes to rest it brakes ever more weakly the slower the vehicle is (at 2 m/s with less than
/// 2 m/s^2). The plan therefore runs on backwards, as PDM-Closed's does: it is made anew at every
/// tick, and nobody gets there.
struct EmergencyStop {
  private let speed: Double
  private let deceleration: Double

  /// The vehicle is not to stop in less than this, s: a tick or two before it stands the plan comes
  /// to rest with it.
  private static let least = 0.3
  /// The plan goes on to brake for this long, s; then it stands.
  private static let reach = 1.5

  /// - Parameters:
  ///   - speed: now, m/s; who rolls backwards is stopped by a plan that stands.
  ///   - deceleration: the hardest, m/s^2.
  init(from speed: Double, deceleration: Double) {
    self.speed = max(speed, 0)
    self.deceleration = min(deceleration, self.speed / Self.least)
  }

  /// Way since now, metres, and speed, m/s, after a time, s.
  func state(at time: Double) -> (way: Double, speed: Double) {
    let braked = min(time, Self.reach)
    let way = braked * (speed - 0.5 * deceleration * braked)
    return (way, time < Self.reach ? speed - deceleration * time : 0)
  }
}
