import SimModels
import TestSupport
import Testing

/// The model's nuPlan form against nuPlan's own policy and tuplan_garage's batch policy.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct IDMParityTests {
  static let file: JSON? = try? JSON(file: "fixtures/nuplan/idm_steps.json")

  static func law(_ params: JSON, exponent: Double = 4, target: Double? = nil) -> IDM {
    IDM(
      desiredSpeed: target ?? params["target_velocity"].number,
      minGap: params["min_gap_to_lead_agent"].number, headway: params["headway_time"].number,
      acceleration: params["accel_max"].number, deceleration: params["decel_max"].number,
      exponent: exponent)
  }

  /// Position and speed after an explicit Euler step behind a leader.
  static func step(
    _ law: IDM, _ progress: Double, _ speed: Double, _ lead: [Double], rear: Double, dt: Double
  ) -> (progress: Double, speed: Double) {
    let acceleration = law.nuplanAcceleration(
      speed: speed, gap: lead[0] - progress - rear, leadSpeed: lead[1])
    return (progress + speed * dt, speed + acceleration * dt)
  }

  @Test func stepsAreTheOfficialOnes() throws {
    let steps = try #require(Self.file)["steps"].list
    #expect(!steps.isEmpty)
    for (index, given) in steps.enumerated() {
      let law = Self.law(given["params"])
      let progress = given["progress"].number
      let speed = given["velocity"].number
      let rear = given["lead_length_rear"].number
      let lead = [given["lead_progress"].number, given["lead_velocity"].number]
      let dt = given["dt"].number
      let result = given["result"]
      let raw = law.rawAcceleration(
        speed: speed, gap: lead[0] - progress - rear, leadSpeed: lead[1])
      // Far too near a leader it is thousands of m/s^2: then the last digits count, not 1e-9.
      let official = result["raw_accel"].number
      #expect(abs(raw - official) <= 1e-9 * max(1, abs(official)), "step \(index)")
      let next = Self.step(law, progress, speed, lead, rear: rear, dt: dt)
      #expect(abs(next.progress - result["next_progress"].number) <= 1e-9, "step \(index)")
      #expect(abs(next.speed - result["next_velocity"].number) <= 1e-9, "step \(index)")
    }
  }

  @Test func rolloutsAreTheOfficialOnes() throws {
    let rollouts = try #require(Self.file)["rollouts"].list
    #expect(!rollouts.isEmpty)
    for (index, given) in rollouts.enumerated() {
      let law = Self.law(given["params"])
      var progress = given["initial"][0].number
      var speed = given["initial"][1].number
      let states = given["states"].list
      #expect(states.count == given["lead"].list.count)
      for (k, state) in states.enumerated() {
        let next = Self.step(
          law, progress, speed, given["lead"][k].numbers,
          rear: given["lead_length_rear"].number, dt: given["dt"].number)
        progress = next.progress
        speed = max(next.speed, 0)
        #expect(abs(progress - state[0].number) <= 1e-9, "roll-out \(index), step \(k)")
        #expect(abs(speed - state[1].number) <= 1e-9, "roll-out \(index), step \(k)")
      }
    }
  }

  /// PDM's batch: exponent 10, fractions of the limit as targets, speed not held at 0.
  @Test func batchStepsAreTheOfficialOnes() throws {
    let batches = try #require(Self.file)["pdm_batch_steps"].list
    #expect(!batches.isEmpty)
    for (index, given) in batches.enumerated() {
      let params = given["params"]
      let limit =
        given["speed_limit"].isNull
        ? params["fallback_target_velocity"].number : given["speed_limit"].number
      for row in given["states"].list.indices {
        let fraction = params["speed_limit_fraction"][given["policy_index"][row].integer].number
        let lead = given["lead"][row].numbers
        let state = given["states"][row].numbers
        let next = Self.step(
          Self.law(params, exponent: 10, target: fraction * limit), state[0], state[1], lead,
          rear: lead[2], dt: given["dt"].number)
        let official = given["next_states"][row].numbers
        #expect(abs(next.progress - official[0]) <= 1e-9, "batch \(index), row \(row)")
        #expect(abs(next.speed - official[1]) <= 1e-9, "batch \(index), row \(row)")
      }
    }
  }

  /// The variant that integrates the model over the step, unlimited: here by Runge-Kutta.
  @Test func integratedStepsAreTheOfficialOnes() throws {
    let steps = try #require(Self.file)["steps"].list
    for (index, given) in steps.enumerated() {
      let law = Self.law(given["params"])
      let rear = given["lead_length_rear"].number
      let lead = given["lead_progress"].number
      let leadSpeed = given["lead_velocity"].number
      func slope(_ s: (x: Double, v: Double)) -> (x: Double, v: Double) {
        (s.v, law.rawAcceleration(speed: s.v, gap: lead - s.x - rear, leadSpeed: leadSpeed))
      }
      let pieces = 2_000
      let h = given["dt"].number / Double(pieces)
      var s = (x: given["progress"].number, v: given["velocity"].number)
      for _ in 0..<pieces {
        let a = slope(s)
        let b = slope((s.x + h / 2 * a.x, s.v + h / 2 * a.v))
        let c = slope((s.x + h / 2 * b.x, s.v + h / 2 * b.v))
        let d = slope((s.x + h * c.x, s.v + h * c.v))
        s.x += h / 6 * (a.x + 2 * b.x + 2 * c.x + d.x)
        s.v += h / 6 * (a.v + 2 * b.v + 2 * c.v + d.v)
      }
      let result = given["result"]
      #expect(
        abs(s.x - result["odeint_progress"].number) <= 1e-6, "step \(index): \(s.x)")
      #expect(
        abs(s.v - result["odeint_velocity"].number) <= 1e-6, "step \(index): \(s.v)")
    }
  }
}
