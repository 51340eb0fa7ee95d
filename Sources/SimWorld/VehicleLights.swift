/// What a vehicle shows others of what it is about to do. Raw values are part of the recording
/// format.
@frozen
public struct VehicleLights: OptionSet, Hashable, Sendable {
  /// One bit a light.
  public let rawValue: UInt8

  /// The lights of some bits.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The direction indicator to the left flashes.
  public static let left = VehicleLights(rawValue: 1)
  /// The direction indicator to the right flashes.
  public static let right = VehicleLights(rawValue: 2)
  /// The brake lights are on.
  public static let brake = VehicleLights(rawValue: 4)

  /// The indicator of one side.
  @inlinable
  public static func indicator(toLeft: Bool) -> VehicleLights { toLeft ? .left : .right }

  /// Braking from which on brake lights are on, m/s^2: below it UN Regulation 13-H wants none of a
  /// vehicle that only lets its drive slow it down.
  public static let brakesFrom = 0.7

  /// Indicators together with brake lights, which only motor vehicles have.
  @inlinable
  public static func shown(
    _ indicators: VehicleLights, _ agentClass: AgentClass, speed: Double, acceleration: Double
  ) -> VehicleLights {
    guard agentClass.isVehicle else { return indicators }
    let braking = speed < 0 ? acceleration : -acceleration
    return braking > VehicleLights.brakesFrom ? indicators.union(.brake) : indicators
  }
}

extension AgentTable {
  /// What a row shows: the indicators of its column, and brake lights where a motor vehicle
  /// brakes by `VehicleLights.brakesFrom`.
  @inlinable
  public func lights(_ row: Int) -> VehicleLights {
    VehicleLights.shown(
      indicators[row], classes[row], speed: speed[row], acceleration: acceleration[row])
  }
}

extension AgentTable {
  /// Takes over the indicators of the commands, of those who are there.
  mutating func showIndicators(_ commands: CommandBuffer) {
    guard commands.hasIndicators || hasIndicators else { return }
    let has = withMutableColumns { columns in
      var has = false
      for row in columns.indicators.indices {
        columns.indicators[row] = columns.present[row] != 0 ? commands.indicators[row] : []
        has = has || !columns.indicators[row].isEmpty
      }
      return has
    }
    hasIndicators = has
  }
}
