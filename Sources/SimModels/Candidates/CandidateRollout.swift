import SimCore
public import SimGeometry
public import SimWorld

/// Drives candidates with nuPlan's tracker and vehicle model (`LQRTracker`, `KinematicBicycle`),
/// all from the same state: what would become of each plan.
///
/// The profiles of each candidate are fitted once and not, as a controller has to, at every step.
public struct CandidateRollout: Sendable {
  /// Constants of the tracker.
  public let tracker: LQRTracker.Parameters
  /// The vehicle model.
  public let bicycle: KinematicBicycle
  /// The driven states.
  public private(set) var states: CandidateStates

  private let steps: Int
  private let speedFit: CandidateSpeedFit
  private var curvatureFit: CurvatureFit
  private var speeds: [Double]
  private var curvatures: [Double]

  /// - Parameters:
  ///   - candidates: how many at once.
  ///   - steps: ticks to drive, of the tracker's step.
  ///   - compat: with the official planner's fit of the speeds.
  public init(
    candidates: Int, steps: Int, compat: Bool = false,
    tracker: LQRTracker.Parameters = LQRTracker.Parameters(),
    bicycle: KinematicBicycle = .standard
  ) {
    precondition(candidates > 0 && steps > 0, "something to drive")
    self.tracker = tracker
    self.bicycle = bicycle
    self.steps = steps
    states = CandidateStates(candidates: candidates, samples: steps + 1)
    let dt = Double(tracker.stepMicroseconds) / 1_000_000
    speedFit = CandidateSpeedFit(
      count: steps, step: dt, weight: tracker.jerkPenalty,
      penalty: compat ? .officialRollOut : .jerk)
    curvatureFit = CurvatureFit(step: dt, curvatureRatePenalty: tracker.curvatureRatePenalty)
    speeds = [Double](repeating: 0, count: steps)
    curvatures = speeds
  }

  /// Drives all candidates.
  ///
  /// - Parameters:
  ///   - plans: rear-axle poses of each candidate, `steps + 1` of them or more, one step apart;
  ///     the first is now.
  ///   - ego: state to start from.
  public mutating func drive(
    _ plans: CandidatePoses, from ego: EgoState, _ vehicle: VehicleParameters
  ) {
    precondition(
      plans.candidates == states.candidates && plans.samples >= states.samples,
      "a plan for each candidate")
    for candidate in 0..<states.candidates {
      states.set(candidate, 0, to: ego)
      plans.withColumns { x, y, heading in
        let first = candidate * plans.samples
        let plan = Plan(x: x + first, y: y + first, heading: heading + first)
        fit(plan)
        drive(candidate, plan, vehicle)
      }
    }
  }

  /// The poses of one candidate.
  private struct Plan {
    let x: UnsafePointer<Double>
    let y: UnsafePointer<Double>
    let heading: UnsafePointer<Double>
  }

  /// Fits speeds and curvatures to the displacements of a plan.
  private mutating func fit(_ plan: Plan) {
    let steps = steps
    let speedFit = speedFit
    curvatures.withUnsafeMutableBufferPointer { turns in
      speeds.withUnsafeMutableBufferPointer { speeds in
        guard let base = speeds.baseAddress else { return }
        var ahead = ExactMath.sinCos(plan.heading[0])
        for k in 0..<steps {
          let dx = plan.x[k + 1] - plan.x[k]
          let dy = plan.y[k + 1] - plan.y[k]
          speeds[k] = dx * ahead.cos + dy * ahead.sin
          turns[k] = ExactMath.wrapAngle(plan.heading[k + 1] - plan.heading[k])
          if plan.heading[k + 1] != plan.heading[k] {
            ahead = ExactMath.sinCos(plan.heading[k + 1])
          }
        }
        speedFit.solve(base)
      }
    }
    curvatureFit.solve(&curvatures, speeds: speeds)
  }

  private mutating func drive(_ candidate: Int, _ plan: Plan, _ vehicle: VehicleParameters) {
    let steps = steps
    let p = tracker
    let bicycle = bicycle
    let dt = Double(p.stepMicroseconds) / 1_000_000
    let horizon = p.horizon
    let reach = Double(horizon) * dt
    let gain =
      p.speedWeight * reach / (p.speedWeight * reach * reach + p.accelerationWeight)
    let wheelbase = vehicle.wheelbase
    let perWheelbase = 1 / wheelbase
    let accelerationShare = dt / (dt + bicycle.accelerationLag)
    let steeringShare = dt / (dt + bicycle.steeringLag)
    let first = candidate * (steps + 1)
    speeds.withUnsafeBufferPointer { speeds in
      curvatures.withUnsafeBufferPointer { curvatures in
        states.withMutableColumns { columns in
          let xs = columns[.x] + first
          let ys = columns[.y] + first
          let headings = columns[.heading] + first
          let vs = columns[.speed] + first
          let accelerations = columns[.acceleration] + first
          let steerings = columns[.steering] + first
          let steeringRates = columns[.steeringRate] + first
          let yawRates = columns[.yawRate] + first
          let yawAccelerations = columns[.yawAcceleration] + first
          let cosines = columns[.cosine] + first
          let sines = columns[.sine] + first
          var tangent = ExactMath.tan(steerings[0])
          // The direction of the plan, and the heading that it belongs to.
          var aheadHeading = plan.heading[0]
          var ahead = ExactMath.sinCos(aheadHeading)
          for k in 0..<steps {
            let speed = vs[k]
            let heading = headings[k]
            let steering = steerings[k]
            let reference = speeds[min(k + horizon, steps - 1)]
            var asked = (acceleration: 0.0, rate: 0.0)
            if reference <= p.stoppingSpeed && speed <= p.stoppingSpeed {
              asked.acceleration = -p.stoppingGain * (speed - reference)
            } else {
              asked.acceleration = gain * (reference - speed)
              if plan.heading[k] != aheadHeading {
                aheadHeading = plan.heading[k]
                ahead = ExactMath.sinCos(aheadHeading)
              }
              let dx = xs[k] - plan.x[k]
              let dy = ys[k] - plan.y[k]
              // Errors at the end of the horizon: `free` without steering, `effect` for a unit of
              // constant steering rate.
              var free = (
                lateral: -dx * ahead.sin + dy * ahead.cos,
                heading: ExactMath.wrapAngle(heading - plan.heading[k])
              )
              var effect = (lateral: 0.0, heading: 0.0, steering: 0.0)
              for j in 0..<horizon {
                let v = speed + Double(j) * dt * asked.acceleration
                let curvature = curvatures[min(k + j, steps - 1)]
                let sideways = dt * v
                let turning = sideways * perWheelbase
                free = (
                  free.lateral + sideways * free.heading,
                  free.heading + turning * steering - sideways * curvature
                )
                effect = (
                  effect.lateral + sideways * effect.heading,
                  effect.heading + turning * effect.steering, effect.steering + dt
                )
              }
              free.heading = ExactMath.wrapAngle(free.heading)
              let freeSteering = ExactMath.wrapAngle(steering)
              let cost =
                p.lateralWeight * effect.lateral * effect.lateral
                + p.headingWeight * effect.heading * effect.heading
                + p.steeringWeight * effect.steering * effect.steering + p.steeringRateWeight
              let pull =
                p.lateralWeight * effect.lateral * free.lateral
                + p.headingWeight * effect.heading * free.heading
                + p.steeringWeight * effect.steering * freeSteering
              asked.rate = -pull / cost
            }
            let lagged =
              accelerationShare * (asked.acceleration - accelerations[k]) + accelerations[k]
            let turned = steeringShare * (dt * asked.rate) + steering
            let rate = (turned - steering) / dt
            let nextSpeed = speed + lagged * dt
            let nextSteering = min(
              max(steering + rate * dt, -vehicle.maxSteering), vehicle.maxSteering)
            let nextHeading = ExactMath.wrapAngle(heading + speed * tangent * perWheelbase * dt)
            xs[k + 1] = xs[k] + speed * cosines[k] * dt
            ys[k + 1] = ys[k] + speed * sines[k] * dt
            headings[k + 1] = nextHeading
            if nextHeading == heading {
              cosines[k + 1] = cosines[k]
              sines[k + 1] = sines[k]
            } else {
              let direction = ExactMath.sinCos(nextHeading)
              cosines[k + 1] = direction.cos
              sines[k + 1] = direction.sin
            }
            if nextSteering != steering { tangent = ExactMath.tan(nextSteering) }
            vs[k + 1] = nextSpeed
            accelerations[k + 1] = lagged
            steerings[k + 1] = nextSteering
            steeringRates[k + 1] = rate
            yawRates[k + 1] = nextSpeed * tangent * perWheelbase
            yawAccelerations[k + 1] = (yawRates[k + 1] - yawRates[k]) / dt
          }
        }
      }
    }
  }
}

/// Rear-axle poses of several candidates over time, as columns; entry `candidate * samples + step`.
public struct CandidatePoses: Sendable {
  /// How many candidates there are.
  public let candidates: Int
  /// Poses of each.
  public let samples: Int
  private var x: [Double]
  private var y: [Double]
  private var heading: [Double]

  /// Poses at the origin.
  public init(candidates: Int, samples: Int) {
    self.candidates = candidates
    self.samples = samples
    x = [Double](repeating: 0, count: candidates * samples)
    y = x
    heading = x
  }

  /// One pose.
  public subscript(candidate: Int, step: Int) -> Pose2 {
    get {
      let k = candidate * samples + step
      return Pose2(x: x[k], y: y[k], heading: heading[k])
    }
    set {
      let k = candidate * samples + step
      x[k] = newValue.x
      y[k] = newValue.y
      heading[k] = newValue.heading
    }
  }

  /// Lends the columns.
  func withColumns(
    _ body: (UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>) -> Void
  ) {
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        heading.withUnsafeBufferPointer { heading in
          if let x = x.baseAddress, let y = y.baseAddress, let heading = heading.baseAddress {
            body(x, y, heading)
          }
        }
      }
    }
  }
}
