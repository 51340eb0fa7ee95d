/// The safe distances of Responsibility-Sensitive Safety (Shalev-Shwartz, Shammah and Shashua
/// 2017), with the constants of its reference implementation.
public struct SafeDistance: Hashable, Sendable {
  /// Before a road user reacts, seconds.
  public var responseTime = 1.0
  /// What may be gained meanwhile, m/s^2.
  public var mostAcceleration = 3.5
  /// What braking one may count on, m/s^2.
  public var leastBraking = 4.0
  /// The same of who drives on its own side against somebody on the wrong one, m/s^2.
  public var leastBrakingOnOwnSide = 3.0
  /// The hardest braking that must be reckoned with, m/s^2.
  public var mostBraking = 8.0
  /// Sideways, gained before the reaction, m/s^2.
  public var lateralAcceleration = 0.2
  /// Sideways braking that one may count on, m/s^2.
  public var lateralBraking = 0.8
  /// By which both sway in their lanes, metres.
  public var lateralFluctuation = 0.0

  /// The constants of the reference implementation.
  public init() {}

  /// Between a vehicle and one ahead that drives the same way, metres.
  public func sameDirection(rearSpeed: Double, frontSpeed: Double) -> Double {
    let rear = max(rearSpeed, 0)
    let front = max(frontSpeed, 0)
    return max(
      way(rear, braking: leastBraking) - 0.5 * front * front / mostBraking, 0)
  }

  /// Between two that drive towards each other, metres; the first one is on its own side.
  public func oncoming(speed: Double, otherSpeed: Double) -> Double {
    way(max(speed, 0), braking: leastBrakingOnOwnSide)
      + way(max(otherSpeed, 0), braking: leastBraking)
  }

  /// Between two beside each other, metres.
  ///
  /// - Parameters:
  ///   - speed: of the left one, to the right (towards the other), m/s.
  ///   - otherSpeed: of the right one, to the left (towards the first), m/s.
  public func lateral(speed: Double, otherSpeed: Double) -> Double {
    lateralFluctuation + max(sidewaysWay(speed) + sidewaysWay(otherSpeed), 0)
  }

  /// Way while accelerating during the response and braking thereafter.
  private func way(_ speed: Double, braking: Double) -> Double {
    let then = speed + responseTime * mostAcceleration
    return 0.5 * (speed + then) * responseTime + 0.5 * then * then / braking
  }

  /// Way towards the other while swaying that way during the response and stopping thereafter;
  /// negative for who moves away faster than that.
  private func sidewaysWay(_ speed: Double) -> Double {
    let then = speed + responseTime * lateralAcceleration
    let stopping = 0.5 * then * then / lateralBraking
    return 0.5 * (speed + then) * responseTime + (then > 0 ? stopping : -stopping)
  }
}
