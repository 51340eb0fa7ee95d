import SimCore
import SimGeometry
import SimStack
import TestSupport
import Testing

@testable import SimPrediction

/// Covariances against sampled motion.
@Suite struct KinematicUncertaintyTests {
  static let dt = 0.1, steps = 30, samples = 20_000, speed = 10.0, yawRate = 0.1

  static let path: [KinematicUncertainty.Step] = (0..<steps).map {
    KinematicUncertainty.Step(
      speed: speed, heading: 0.4 + Double($0) * dt * yawRate, yawRate: yawRate)
  }

  static func uncertainty(_ form: KinematicUncertainty.Form) -> KinematicUncertainty {
    switch form {
    case .velocity: KinematicUncertainty(form, first: 1.5, second: 0.6)
    case .acceleration: KinematicUncertainty(form, first: 1, second: 0.4)
    case .speedHeading: KinematicUncertainty(form, first: 1, second: 0.08)
    case .steering: KinematicUncertainty(form, first: 1, second: 0.02)
    }
  }

  /// Covariance of the last position of sampled drives, each step's quantities being drawn anew.
  static func sampled(_ noise: KinematicUncertainty) -> (xx: Double, xy: Double, yy: Double) {
    let random = CounterRandom(seed: 4)
    let purpose = RandomPurpose("test.kinematics")
    var sums = (x: 0.0, y: 0.0, xx: 0.0, xy: 0.0, yy: 0.0)
    let tyre = ExactMath.atan2(yawRate * noise.wheelbase / speed, 1)
    for sample in 0..<samples {
      func draw(_ step: Int, _ index: Int) -> Double {
        random.normal(purpose, stream: UInt64(sample), tick: step, index: index)
      }
      var position = Vector2.zero
      var drift = Vector2.zero
      var speed = Self.speed
      var heading = 0.4
      for (k, step) in path.enumerated() {
        let (a, b) = (noise.first * draw(k, 0), noise.second * draw(k, 1))
        let along = Pose2(.zero, heading: step.heading).direction
        switch noise.form {
        case .velocity:
          position = position + (along * (speed + a) + along.left * b) * dt
        case .acceleration:
          position = position + (along * speed + drift) * dt
          drift = drift + (along * a + along.left * b) * dt
        case .speedHeading:
          position = position + Pose2(.zero, heading: step.heading + b).direction * ((speed + a) * dt)
        case .steering:
          position = position + Pose2(.zero, heading: heading).direction * (speed * dt)
          heading += dt * speed * ExactMath.sin(tyre + b) / ExactMath.cos(tyre + b)
            / noise.wheelbase
          speed += a * dt
        }
      }
      sums.x += position.x
      sums.y += position.y
      sums.xx += position.x * position.x
      sums.xy += position.x * position.y
      sums.yy += position.y * position.y
    }
    let n = Double(samples)
    let mean = (x: sums.x / n, y: sums.y / n)
    return (
      sums.xx / n - mean.x * mean.x, sums.xy / n - mean.x * mean.y, sums.yy / n - mean.y * mean.y
    )
  }

  /// Within 5 % after 3 s; without the covariances between position, speed and heading the forms
  /// that add up come out less than half as large.
  @Test(arguments: KinematicUncertainty.Form.allCases)
  func covariancesAreThoseOfSampledDrives(form: KinematicUncertainty.Form) throws {
    let noise = Self.uncertainty(form)
    let truth = Self.sampled(noise)
    let last = try #require(noise.covariances(of: Self.path, dt: Self.dt).last)
    #expect((last.xx / truth.xx - 1).magnitude < 0.05, "\(last.xx) \(truth.xx)")
    #expect((last.yy / truth.yy - 1).magnitude < 0.05, "\(last.yy) \(truth.yy)")
    let scale = (truth.xx * truth.yy).squareRoot()
    #expect((last.xy - truth.xy).magnitude < 0.05 * scale, "\(last.xy) \(truth.xy)")
    let bare = try #require(
      noise.covariances(of: Self.path, dt: Self.dt, keepsCovariances: false).last)
    switch form {
    case .velocity, .speedHeading: #expect(bare == last)
    case .acceleration, .steering: #expect(bare.xx < 0.5 * truth.xx)
    }
  }

  /// Covariances of a mode cost no allocation where there is room for them.
  @Test(arguments: KinematicUncertainty.Form.allCases)
  func stepsDoNotAllocate(form: KinematicUncertainty.Form) {
    let uncertainty = KinematicUncertainty(form, first: 1, second: 0.1)
    let path = (0..<20).map {
      KinematicUncertainty.Step(speed: 8, heading: 0.05 * Double($0), yawRate: 0.1)
    }
    var covariances: [Forecast.Covariance] = []
    covariances.reserveCapacity(40)
    uncertainty.append(path, dt: 0.2, to: &covariances)
    let count = AllocationCounter.count { uncertainty.append(path, dt: 0.2, to: &covariances) }
    #expect(covariances.count == 40)
    #expect(count == 0 || !AllocationCounter.isOptimized, "\(count) allocations")
  }
}
