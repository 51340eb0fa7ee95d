public import SimWorld

/// What a controller asks of a driven vehicle for the coming tick.
public enum DriveCommand: Hashable, Sendable {
  /// To the actuators: m/s^2 along the heading, and rad/s of tyre angle.
  case actuate(acceleration: Double, steeringRate: Double)
  /// Perfect tracking: the state at the next tick.
  case place(EgoState)

  /// No number is NaN or infinite.
  public var isFinite: Bool {
    switch self {
    case .actuate(let acceleration, let rate): acceleration.isFinite && rate.isFinite
    case .place(let state): state.isFinite
    }
  }
}
