import SimCore
import SimModels
import SimWorld

/// What kind of driver somebody is: how far and in which direction it departs from the parameters
/// given.
enum DrivingStyle: String, CaseIterable {
  case standard, cautious, assertive
  /// One of the others, drawn from the seed for each agent.
  case mixed

  private static let purpose = RandomPurpose("idm.style")

  /// The style itself, or for `mixed` the one that an agent draws.
  func drawn(_ random: CounterRandom, stream: UInt64) -> DrivingStyle {
    guard self == .mixed else { return self }
    switch random.below(3, DrivingStyle.purpose, stream: stream, tick: 0) {
    case 0: return .cautious
    case 1: return .assertive
    default: return .standard
    }
  }
}

extension Manner {
  /// Takes on a style: shorter headways and gaps, more acceleration and less regard for the
  /// assertive, the reverse for the cautious.
  mutating func adopt(_ style: DrivingStyle, _ limits: MotionLimits) {
    switch style {
    case .standard, .mixed: return
    case .cautious:
      law.headway *= 1.3
      law.minGap *= 1.5
      law.acceleration *= 0.8
      law.deceleration *= 0.8
      mobil.politeness = min(mobil.politeness + 0.25, 1)
      mobil.safeDeceleration *= 0.75
    case .assertive:
      law.headway *= 0.7
      law.minGap *= 0.75
      law.acceleration = min(1.3 * law.acceleration, max(limits.maxAcceleration, 0.05))
      law.deceleration *= 1.3
      mobil.politeness = max(mobil.politeness - 0.25, 0)
      mobil.safeDeceleration = min(1.25 * mobil.safeDeceleration, emergency)
    }
    twoRootAB = 2 * (law.acceleration * law.deceleration).squareRoot()
    emergency = max(emergency, law.deceleration)
  }
}
