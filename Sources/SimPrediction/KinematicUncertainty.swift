import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// How unsure a forecast is, from how unsure the motion is: a Gaussian per step over a kinematic
/// quantity, whose mean and full covariance go on to positions through Euler steps (after the deep
/// stochastic kinematic models; here without learning, and for any mean path).
///
/// Per step of a mean path with speed v and heading h, all linearised at the mean:
/// - `velocity`: velocities along and across are unsure anew in every step;
/// - `acceleration`: accelerations along and across are, velocities add them up;
/// - `speed_heading`: speed and heading are, each anew in every step;
/// - `steering`: acceleration and tyre angle of a bicycle model are; speed and heading add them up.
///
/// In the second and the fourth form positions, speed and heading are correlated: without their
/// covariances, spreads after some seconds come out several times too small.
public struct KinematicUncertainty: Hashable, Sendable {
  /// What is unsure.
  public enum Form: String, CaseIterable, Hashable, Sendable {
    /// Velocity along and across, m/s.
    case velocity
    /// Acceleration along and across, m/s^2.
    case acceleration
    /// Speed, m/s, and heading, rad.
    case speedHeading = "speed_heading"
    /// Acceleration, m/s^2, and tyre angle, rad.
    case steering
  }

  /// What is unsure.
  public var form: Form
  /// Deviation of the first and of the second quantity of the form in a step.
  public var first: Double, second: Double
  /// Of the bicycle model, metres.
  public var wheelbase: Double

  /// Deviations of the two quantities of a form.
  public init(_ form: Form, first: Double, second: Double, wheelbase: Double = 2.8) {
    self.form = form
    self.first = first
    self.second = second
    self.wheelbase = wheelbase
  }

  /// A mean step: speed, m/s, and heading, rad, with which it is driven, and the rate at which the
  /// heading turns, rad/s.
  public struct Step: Hashable, Sendable {
    /// With which it is driven.
    public var speed: Double, heading: Double
    /// In the step.
    public var yawRate: Double

    /// A mean step.
    public init(speed: Double, heading: Double, yawRate: Double = 0) {
      self.speed = speed
      self.heading = heading
      self.yawRate = yawRate
    }
  }

  /// Covariances of the positions after each of some steps, the first position being sure.
  ///
  /// - Parameters:
  ///   - path: mean steps.
  ///   - dt: length of a step, seconds.
  ///   - keepsCovariances: false leaves out what correlates positions, speed and heading, to show
  ///     what it matters.
  public func covariances(
    of path: [Step], dt: Double, keepsCovariances: Bool = true
  ) -> [Forecast.Covariance] {
    switch form {
    case .velocity: additive(path, dt) { step, sine, cosine in
        rotated(first * first, second * second, sine, cosine)
      }
    case .speedHeading: additive(path, dt) { step, sine, cosine in
        let (speeds, headings) = (first * first, second * second)
        let v = step.speed
        var spread = Forecast.Covariance(xx: 0, xy: 0, yy: 0)
        spread.xx =
          speeds * (cosine * cosine + sine * sine * headings) + v * v * sine * sine * headings
        spread.yy =
          speeds * (sine * sine + cosine * cosine * headings) + v * v * cosine * cosine * headings
        spread.xy = (speeds * (1 - headings) - v * v * headings) * sine * cosine
        return spread
      }
    case .acceleration, .steering: propagated(path, dt, keepsCovariances)
    }
  }

  private func rotated(
    _ along: Double, _ across: Double, _ sine: Double, _ cosine: Double
  ) -> Forecast.Covariance {
    var spread = Forecast.Covariance(xx: 0, xy: 0, yy: 0)
    spread.xx = cosine * cosine * along + sine * sine * across
    spread.yy = sine * sine * along + cosine * cosine * across
    spread.xy = sine * cosine * (along - across)
    return spread
  }

  /// Velocities that are unsure anew in every step.
  private func additive(
    _ path: [Step], _ dt: Double, _ spread: (Step, Double, Double) -> Forecast.Covariance
  ) -> [Forecast.Covariance] {
    var sum = Forecast.Covariance(xx: 0, xy: 0, yy: 0)
    return path.map { step in
      let (sine, cosine) = ExactMath.sinCos(step.heading)
      let own = spread(step, sine, cosine)
      sum.xx += dt * dt * own.xx
      sum.xy += dt * dt * own.xy
      sum.yy += dt * dt * own.yy
      return sum
    }
  }

  /// P = F P Fᵀ + G Q Gᵀ over x, y and two that add up what is unsure: both velocities, or speed and
  /// heading.
  private func propagated(
    _ path: [Step], _ dt: Double, _ keepsCovariances: Bool
  ) -> [Forecast.Covariance] {
    var p = [Double](repeating: 0, count: 16)
    return path.map { step in
      let (sine, cosine) = ExactMath.sinCos(step.heading)
      var f = [Double](repeating: 0, count: 16)
      for i in 0..<4 { f[5 * i] = 1 }
      var q = [Double](repeating: 0, count: 16)
      if form == .acceleration {
        f[2] = dt
        f[7] = dt
        let own = rotated(first * first, second * second, sine, cosine)
        q[10] = dt * dt * own.xx
        q[11] = dt * dt * own.xy
        q[14] = q[11]
        q[15] = dt * dt * own.yy
      } else {
        let v = step.speed
        f[2] = dt * cosine
        f[3] = -dt * v * sine
        f[6] = dt * sine
        f[7] = dt * v * cosine
        // Heading turns by v tan(d) / L.
        let tangent = v == 0 ? 0 : step.yawRate * wheelbase / v
        f[14] = dt * tangent / wheelbase
        q[10] = dt * dt * first * first
        let slope = dt * v * (1 + tangent * tangent) / wheelbase
        q[15] = slope * slope * second * second
      }
      p = KinematicUncertainty.product(f, KinematicUncertainty.product(p, transposed: f))
      for i in 0..<16 { p[i] += q[i] }
      if !keepsCovariances {
        for row in 0..<4 {
          for column in 0..<4 where row != column { p[4 * row + column] = 0 }
        }
      }
      var spread = Forecast.Covariance(xx: 0, xy: 0, yy: 0)
      spread.xx = p[0]
      spread.xy = p[1]
      spread.yy = p[5]
      return spread
    }
  }

  private static func product(_ a: [Double], _ b: [Double]) -> [Double] {
    var c = [Double](repeating: 0, count: 16)
    for i in 0..<4 {
      for k in 0..<4 where a[4 * i + k] != 0 {
        for j in 0..<4 { c[4 * i + j] += a[4 * i + k] * b[4 * k + j] }
      }
    }
    return c
  }

  private static func product(_ a: [Double], transposed b: [Double]) -> [Double] {
    var c = [Double](repeating: 0, count: 16)
    for i in 0..<4 {
      for j in 0..<4 {
        for k in 0..<4 { c[4 * i + j] += a[4 * i + k] * b[4 * j + k] }
      }
    }
    return c
  }
}
