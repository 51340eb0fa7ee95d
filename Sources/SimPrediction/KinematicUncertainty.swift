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
    var covariances: [Forecast.Covariance] = []
    covariances.reserveCapacity(path.count)
    append(path, dt: dt, keepsCovariances: keepsCovariances, to: &covariances)
    return covariances
  }

  /// Appends what `covariances` returns.
  func append(
    _ path: [Step], dt: Double, keepsCovariances: Bool = true,
    to covariances: inout [Forecast.Covariance]
  ) {
    switch form {
    case .velocity, .speedHeading: additive(path, dt, &covariances)
    case .acceleration, .steering: propagated(path, dt, keepsCovariances, &covariances)
    }
  }

  /// How unsure a velocity is that is so anew in every step.
  private func spread(_ v: Double, _ sine: Double, _ cosine: Double) -> Forecast.Covariance {
    let (speeds, headings) = (first * first, second * second)
    if form == .velocity { return rotated(speeds, headings, sine, cosine) }
    var spread = Forecast.Covariance(xx: 0, xy: 0, yy: 0)
    spread.xx =
      speeds * (cosine * cosine + sine * sine * headings) + v * v * sine * sine * headings
    spread.yy =
      speeds * (sine * sine + cosine * cosine * headings) + v * v * cosine * cosine * headings
    spread.xy = (speeds * (1 - headings) - v * v * headings) * sine * cosine
    return spread
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
    _ path: [Step], _ dt: Double, _ covariances: inout [Forecast.Covariance]
  ) {
    var sum = Forecast.Covariance(xx: 0, xy: 0, yy: 0)
    for step in path {
      let (sine, cosine) = ExactMath.sinCos(step.heading)
      let own = spread(step.speed, sine, cosine)
      sum.xx += dt * dt * own.xx
      sum.xy += dt * dt * own.xy
      sum.yy += dt * dt * own.yy
      covariances.append(sum)
    }
  }

  /// P = F P Fᵀ + G Q Gᵀ over x, y and two that add up what is unsure: both velocities, or speed
  /// and heading.
  private func propagated(
    _ path: [Step], _ dt: Double, _ keepsCovariances: Bool,
    _ covariances: inout [Forecast.Covariance]
  ) {
    var p = Matrix4()
    for step in path {
      let (sine, cosine) = ExactMath.sinCos(step.heading)
      // Rows of F, and the lower right quarter of G Q Gᵀ.
      var f = Matrix4.identity
      var noise = Forecast.Covariance(xx: 0, xy: 0, yy: 0)
      if form == .acceleration {
        f.rows.0[2] = dt
        f.rows.1[3] = dt
        let own = rotated(first * first, second * second, sine, cosine)
        noise.xx = dt * dt * own.xx
        noise.xy = dt * dt * own.xy
        noise.yy = dt * dt * own.yy
      } else {
        let v = step.speed
        f.rows.0[2] = dt * cosine
        f.rows.0[3] = -dt * v * sine
        f.rows.1[2] = dt * sine
        f.rows.1[3] = dt * v * cosine
        // Heading turns by v tan(d) / L.
        let tangent = v == 0 ? 0 : step.yawRate * wheelbase / v
        f.rows.3[2] = dt * tangent / wheelbase
        noise.xx = dt * dt * first * first
        let slope = dt * v * (1 + tangent * tangent) / wheelbase
        noise.yy = slope * slope * second * second
      }
      p = f.times(p.times(f.transposed))
      p.rows.2 += SIMD4(0, 0, noise.xx, noise.xy)
      p.rows.3 += SIMD4(0, 0, noise.xy, noise.yy)
      if !keepsCovariances { p.keepDiagonal() }
      covariances.append(
        Forecast.Covariance(xx: p.rows.0[0], xy: p.rows.0[1], yy: p.rows.1[1]))
    }
  }
}

/// Four by four numbers in a place of their own: no array a step.
private struct Matrix4 {
  typealias Rows = (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)

  var rows: Rows = (.zero, .zero, .zero, .zero)

  static var identity: Matrix4 {
    var one = Matrix4()
    one.keep(SIMD4(1, 1, 1, 1))
    return one
  }

  var transposed: Matrix4 {
    let r = rows
    return Matrix4(
      rows: (
        SIMD4(r.0[0], r.1[0], r.2[0], r.3[0]), SIMD4(r.0[1], r.1[1], r.2[1], r.3[1]),
        SIMD4(r.0[2], r.1[2], r.2[2], r.3[2]), SIMD4(r.0[3], r.1[3], r.2[3], r.3[3])
      ))
  }

  /// The product, each number adding its four products in order.
  func times(_ b: Matrix4) -> Matrix4 {
    func row(_ a: SIMD4<Double>) -> SIMD4<Double> {
      var sum = SIMD4<Double>.zero
      sum += a[0] * b.rows.0
      sum += a[1] * b.rows.1
      sum += a[2] * b.rows.2
      sum += a[3] * b.rows.3
      return sum
    }
    return Matrix4(rows: (row(rows.0), row(rows.1), row(rows.2), row(rows.3)))
  }

  mutating func keepDiagonal() {
    keep(SIMD4(rows.0[0], rows.1[1], rows.2[2], rows.3[3]))
  }

  private mutating func keep(_ diagonal: SIMD4<Double>) {
    rows = (
      SIMD4(diagonal[0], 0, 0, 0), SIMD4(0, diagonal[1], 0, 0), SIMD4(0, 0, diagonal[2], 0),
      SIMD4(0, 0, 0, diagonal[3])
    )
  }
}
