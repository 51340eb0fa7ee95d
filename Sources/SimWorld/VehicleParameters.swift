/// The body and chassis of a vehicle, metres. The pose of a driven vehicle is that of its rear
/// axle; its box is about the geometric centre.
@frozen
public struct VehicleParameters: Hashable, Sendable {
  /// Of the box along the heading.
  public var length: Double
  /// Of the box across the heading.
  public var width: Double
  /// Rear axle to geometric centre, along the heading.
  public var rearAxleToCentre: Double
  /// Between the axles.
  public var wheelbase: Double
  /// Largest tyre angle either way, rad.
  public var maxSteering: Double

  /// A vehicle, metres and radians.
  public init(
    length: Double, width: Double, rearAxleToCentre: Double, wheelbase: Double,
    maxSteering: Double = .pi / 3
  ) {
    self.length = length
    self.width = width
    self.rearAxleToCentre = rearAxleToCentre
    self.wheelbase = wheelbase
    self.maxSteering = maxSteering
  }

  /// nuPlan's ego, a Chrysler Pacifica.
  public static let pacifica = VehicleParameters(
    length: 5.176, width: 2.297, rearAxleToCentre: 1.461, wheelbase: 3.089)

  /// CommonRoad's vehicle 2, a BMW 320i.
  public static let bmw320i = VehicleParameters(
    length: 4.508, width: 1.610, rearAxleToCentre: 1.4227, wheelbase: 2.5789, maxSteering: 1.066)
}
