import SimCore
import SimGeometry
import SimModels
import SimWorld
import TestSupport
import Testing

/// Tracker and vehicle model against nuPlan's own, tick by tick.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct LQRParityTests {
  static let file: JSON? = try? JSON(file: "fixtures/nuplan/lqr_rollouts.json")
  static var caseNames: [String] { file?["cases"].list.map { $0["name"].text } ?? [] }
  static var fitIndices: [Int] { file.map { Array($0["profile_fits"].list.indices) } ?? [] }

  /// An ego row: time, x, y, heading, vx, vy, ax, ay, steering and its rate, yaw rate and its rate.
  static func ego(_ row: JSON) -> EgoState {
    let v = row.numbers
    return EgoState(
      timeMicroseconds: Int64(row[0].integer), pose: Pose2(x: v[1], y: v[2], heading: v[3]),
      velocity: Vector2(v[4], v[5]), acceleration: Vector2(v[6], v[7]), steering: v[8],
      steeringRate: v[9], yawRate: v[10], yawAcceleration: v[11])
  }

  static func columns(_ s: EgoState) -> [Double] {
    [
      Double(s.timeMicroseconds), s.pose.x, s.pose.y, s.pose.heading, s.velocity.x, s.velocity.y,
      s.acceleration.x, s.acceleration.y, s.steering, s.steeringRate, s.yawRate, s.yawAcceleration,
    ]
  }

  @Test func fixtureHasCases() {
    #expect(!Self.caseNames.isEmpty && !Self.fitIndices.isEmpty)
  }

  @Test(arguments: caseNames) func rolloutIsTheOfficialOne(_ name: String) throws {
    let file = try #require(Self.file)
    let found = file["cases"].list.first { $0["name"].text == name }
    let given = try #require(found)
    let tolerance = name.contains("utm") ? 1e-6 : 1e-9

    var parameters = LQRTracker.Parameters()
    let config = file["tracker_config"]
    parameters.speedWeight = config["q_longitudinal"][0].number
    parameters.accelerationWeight = config["r_longitudinal"][0].number
    parameters.lateralWeight = config["q_lateral"][0].number
    parameters.headingWeight = config["q_lateral"][1].number
    parameters.steeringWeight = config["q_lateral"][2].number
    parameters.steeringRateWeight = config["r_lateral"][0].number
    parameters.horizon = config["tracking_horizon"].integer
    parameters.jerkPenalty = config["jerk_penalty"].number
    parameters.curvatureRatePenalty = config["curvature_rate_penalty"].number
    parameters.stoppingGain = config["stopping_proportional_gain"].number
    parameters.stoppingSpeed = config["stopping_velocity"].number
    // These are the defaults, too.
    #expect(parameters == LQRTracker.Parameters())
    let model = file["motion_model"]
    let vehicle = VehicleParameters.pacifica
    #expect(vehicle.wheelbase == model["wheel_base"].number)
    #expect(vehicle.maxSteering == model["max_steering_angle"].number)
    let bicycle = KinematicBicycle(
      accelerationLag: model["accel_time_constant"].number,
      steeringLag: model["steering_angle_time_constant"].number)
    #expect(bicycle == .standard)

    let plan = given["trajectory"].list.map(Self.ego)
    let results = given["result"].list
    #expect(results.count == given["ticks"].integer)
    var tracker = LQRTracker(parameters)
    var state = Self.ego(given["initial_state"])
    var worst = 0.0
    for (k, result) in results.enumerated() {
      let first = given["window_samples"].isNull ? 0 : k
      let count = given["window_samples"].isNull ? plan.count : given["window_samples"].integer
      tracker.load(count) {
        TimedPose(
          timeMicroseconds: plan[first + $0].timeMicroseconds, pose: plan[first + $0].pose)
      }
      let errors = tracker.errors(of: state)
      let command = tracker.command(for: state, wheelbase: vehicle.wheelbase)
      let curvatures = (0..<parameters.horizon).map {
        tracker.profile.curvature(
          atMicroseconds: state.timeMicroseconds + Int64($0) * parameters.stepMicroseconds)
      }
      state = bicycle.step(
        state, acceleration: command.acceleration, steeringRate: command.steeringRate,
        vehicle: vehicle, clock: TickClock())
      let ours =
        [
          errors.lateral, errors.heading, errors.referenceSpeed, command.acceleration,
          command.steeringRate,
        ] + curvatures + Self.columns(state)
      let official =
        [
          result["lateral_error"].number, result["heading_error"].number,
          result["reference_velocity"].number, result["accel_cmd"].number,
          result["steering_rate_cmd"].number,
        ] + result["curvature_profile"].numbers + result["state"].numbers
      #expect(ours.count == official.count)
      for (a, b) in zip(ours, official) {
        let difference = abs(a - b)
        #expect(difference <= tolerance, "\(name), tick \(k): \(a) against \(b)")
        worst = max(worst, difference)
      }
    }
    #expect(worst <= tolerance)
  }

  @Test(arguments: fitIndices) func profileFitIsTheOfficialOne(_ index: Int) throws {
    let file = try #require(Self.file)
    let given = file["profile_fits"][index]
    let poses = given["poses"].list.map(\.numbers)
    var profile = ReferenceProfile(
      stepMicroseconds: 100_000, jerkPenalty: 1e-4, curvatureRatePenalty: 1e-2)
    profile.load(poses.count) {
      TimedPose(
        timeMicroseconds: Int64($0) * 100_000,
        pose: Pose2(x: poses[$0][0], y: poses[$0][1], heading: poses[$0][2]))
    }
    func compare(_ a: [Double], _ b: [Double], _ what: String) {
      #expect(a.count == b.count)
      for (i, (x, y)) in zip(a, b).enumerated() {
        #expect(abs(x - y) <= 1e-9, "\(what) \(i): \(x) against \(y)")
      }
    }
    func rates(_ v: [Double]) -> [Double] { zip(v, v.dropFirst()).map { ($1 - $0) / 0.1 } }
    compare(profile.speeds, given["velocity"].numbers, "speed")
    compare(rates(profile.speeds), given["acceleration"].numbers, "acceleration")
    compare(profile.curvatures, given["curvature"].numbers, "curvature")
    compare(rates(profile.curvatures), given["curvature_rate"].numbers, "curvature rate")
  }
}
