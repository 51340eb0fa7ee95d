import SimCore
import SimModels
import SimStack
import SimWorld

/// How one driver drives, from the policy's parameters.
struct Driver: Sendable {
  // (What every tick reads comes first, and flags lie together.)
  var law: IDM
  /// 2 sqrt(a b) of the law.
  var twoRootAB: Double
  /// Hardest braking, m/s^2.
  var emergency: Double
  /// How it speeds up from low speeds, as far as its vehicle can, m/s^2.
  var pull: Double
  /// How it brakes for a place at which it may have to wait, m/s^2.
  var comfort: Double { min(law.deceleration, 2) }
  /// Desired speed as a share of the limit.
  var speedFactor: Double
  /// Desired speed whatever the limit, m/s; infinite: by the limit.
  var ownSpeed: Double
  /// On lanes without a limit, m/s.
  var fallbackSpeed: Double
  /// Of the vehicle, m/s.
  var maxSpeed: Double
  /// Root of the lateral acceleration allowed in bends.
  var bendRoot: Double
  /// Offset from the middle of its lane at which it drives, metres.
  var sideOffset = 0.0
  var centres: Bool
  /// It takes notice of signals, signs and rights of way.
  var heedsRules = true
  /// It chooses among ways: it changes lanes at least as its way needs.
  var changesLanes = false
  /// It changes lanes as it sees fit.
  var isFree: Bool
  /// It does not pass on the right.
  var keepsBehind: Bool
  var keep: LaneKeeping
  var style: DrivingStyle
  /// Whom it passes over the oncoming lane.
  var overtaking: OvertakingMode
  var mobil: MOBIL
  /// Of a change over a whole lane, seconds.
  var changeDuration: Double
  /// After a change it stays for this long, unless it must change again, seconds.
  var changeRest: Double
  /// It indicates for this long before, seconds.
  var indicatesAhead: Double
  /// How much being held back by a slower car on its left draws it to that lane.
  var passingUrge: Double
  /// Standard deviation of its own speed, m/s.
  var speedDeviation: Double

  /// The drivers of agents, in their order.
  static func drivers(of agents: [TrafficAgentSetup]) -> [Driver] {
    var drivers: [Driver] = []
    drivers.reserveCapacity(agents.count)
    for index in agents.indices {
      let parameters = agents[index].parameters
      // In a fleet each differs from the last one in its own speed at most.
      if index > 0, parameters.differs(from: agents[index - 1].parameters, onlyIn: desiredSpeed) {
        drivers.append(drivers[index - 1])
        drivers[index].ownSpeed = ownSpeed(parameters.number(desiredSpeed))
      } else {
        drivers.append(Driver(parameters))
      }
    }
    return drivers
  }

  /// Name of the parameter.
  private static let desiredSpeed = "desired_speed"

  /// What the parameter of that name means, m/s; 0: by the limit.
  private static func ownSpeed(_ given: Double) -> Double { given > 0 ? given : .infinity }

  init(_ parameters: ParameterValues) {
    // In the order of the schema, which is the fastest.
    var values = ParameterReader(parameters)
    speedFactor = values.number("speed_factor")
    ownSpeed = Driver.ownSpeed(values.number(Driver.desiredSpeed))
    fallbackSpeed = values.number("fallback_speed")
    law = IDM(
      desiredSpeed: 1, minGap: values.number("min_gap"), headway: values.number("headway"),
      acceleration: values.number("accel"), deceleration: values.number("decel"),
      exponent: values.number("exponent"))
    twoRootAB = 2 * (law.acceleration * law.deceleration).squareRoot()
    emergency = max(values.number("emergency_decel"), law.deceleration)
    pull = law.acceleration
    maxSpeed = .infinity
    bendRoot = values.number("lateral_accel").squareRoot()
    centres = values.flag("centre")
    keep = LaneKeeping(rawValue: values.text("keep")) ?? .centre
    speedDeviation = values.number("speed_deviation")
    style = DrivingStyle(rawValue: values.text("style")) ?? .standard
    isFree = values.text("lane_change") == "mobil"
    overtaking = OvertakingMode(rawValue: values.text("overtake")) ?? .never
    mobil = MOBIL(
      politeness: values.number("politeness"), threshold: values.number("change_threshold"),
      rightBias: values.number("right_bias"), safeDeceleration: values.number("safe_decel"))
    changeDuration = values.number("change_duration")
    changeRest = values.number("change_rest")
    indicatesAhead = values.number("indicate_ahead")
    keepsBehind = values.flag("keep_behind")
    passingUrge = values.number("passing_urge")
  }

  /// Takes in what its vehicle can do, and how fast it is at first.
  mutating func fit(_ limits: MotionLimits, speed: Double) {
    maxSpeed = limits.maxSpeed > 0 ? limits.maxSpeed : 1
    pull = law.acceleration
    if limits.maxAcceleration > 0 { pull = min(pull, limits.maxAcceleration) }
    emergency = limits.maxDeceleration > 0 ? min(emergency, limits.maxDeceleration) : emergency
    // Where nothing is said, nobody slows down for it.
    fallbackSpeed = max(fallbackSpeed, speed)
  }

  /// The speed that a cap allows, m/s.
  @inline(__always)
  func speed(under cap: RouteTables.Cap) -> Double {
    var speed = cap.limit < .infinity ? cap.limit * speedFactor : fallbackSpeed
    if ownSpeed < .infinity { speed = ownSpeed }
    let bend = cap.ease * bendRoot
    if bend < speed { speed = bend }
    return maxSpeed < speed ? maxSpeed : speed
  }

  /// The law's acceleration towards a desired speed behind a leader.
  @inline(__always)
  func acceleration(
    speed: Double, gap: Double, leadSpeed: Double, desiredSpeed: Double
  ) -> Double {
    IDM.acceleration(
      speed: speed, gap: gap, leadSpeed: leadSpeed, desiredSpeed: desiredSpeed,
      minGap: law.minGap, headway: law.headway, acceleration: law.acceleration,
      deceleration: law.deceleration, twoRootAB: twoRootAB, exponent: law.exponent,
      emergency: emergency)
  }

  /// How far ahead of a place where it may have to wait a driver begins to care, metres: enough
  /// to stop softly, and as far as it comes while somebody else gets through.
  @inline(__always)
  func reach(_ speed: Double) -> Double {
    max(speed * speed / (2 * min(law.deceleration, 1.5)) + speed, 6.5 * speed) + 12
  }

  /// Who can stop at a yellow signal with this deceleration does, m/s^2: the usual design value.
  static let yellowDeceleration = 3.0

  /// A signal forbids to pass its stop line: red, or yellow if one can comfortably stop.
  ///
  /// - Parameter way: from the front to the stop line, metres.
  @inline(__always)
  func isForbidden(isRed: Bool, isYellow: Bool, at way: Double, speed: Double) -> Bool {
    guard isRed || isYellow, way >= -0.5 else { return false }
    let need = speed * speed / (2 * max(way, 0.01))
    // One that cannot stop any more clears the junction; at walking pace anybody can.
    if isRed { return speed < 2 || need <= emergency }
    return need <= Driver.yellowDeceleration
  }
}
