import SimCore
import SimModels
import SimStack
import SimWorld

/// How drivers drive, from the policy's parameters and what their vehicles can do: all but their
/// own speeds, so that in a fleet it is the same for all.
struct Manner: Hashable, Sendable {
  // (What every tick reads comes first, and flags lie together.)
  var law: IDM
  /// 2 sqrt(a b) of the law.
  var twoRootAB: Double
  /// Hardest braking, m/s^2.
  var emergency: Double
  /// How it speeds up from low speeds, as far as its vehicle can, m/s^2.
  var pull: Double
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
}

/// The speeds that one driver wants.
struct OwnSpeeds: Sendable {
  // (32 bytes: two to a line of a cache.)
  /// Where its manner is in the list of all, bytes from the start of that.
  fileprivate(set) var place = 0
  /// Desired speed as a share of the limit.
  var factor: Double
  /// Desired speed whatever the limit, m/s; infinite: by the limit.
  var own: Double
  /// On lanes without a limit, m/s.
  var fallback: Double
}

/// What is asked of a driver.
protocol DriverTraits {
  var manner: Manner { get }
  var speeds: OwnSpeeds { get }
}

/// How one driver drives.
struct Driver: DriverTraits, Sendable {
  var manner: Manner
  var speeds: OwnSpeeds

  /// Name of the parameter.
  private static let desiredSpeed = "desired_speed"

  /// What the parameter of that name means, m/s; 0: by the limit.
  private static func ownSpeed(_ given: Double) -> Double { given > 0 ? given : .infinity }

  /// From parameters that are those of a known driver but for its own speed; nil: they are not.
  init?(like known: Driver, of others: ParameterValues, _ parameters: ParameterValues) {
    guard parameters.differs(from: others, onlyIn: Driver.desiredSpeed) else { return nil }
    self = known
    speeds.own = Driver.ownSpeed(parameters.number(Driver.desiredSpeed))
  }

  init(_ parameters: ParameterValues) {
    // In the order of the schema, which is the fastest.
    var values = ParameterReader(parameters)
    speeds = OwnSpeeds(
      factor: values.number("speed_factor"),
      own: Driver.ownSpeed(values.number(Driver.desiredSpeed)),
      fallback: values.number("fallback_speed"))
    let law = IDM(
      desiredSpeed: 1, minGap: values.number("min_gap"), headway: values.number("headway"),
      acceleration: values.number("accel"), deceleration: values.number("decel"),
      exponent: values.number("exponent"))
    let emergency = max(values.number("emergency_decel"), law.deceleration)
    let bendRoot = values.number("lateral_accel").squareRoot()
    let centres = values.flag("centre")
    let keep = LaneKeeping(rawValue: values.text("keep")) ?? .centre
    let speedDeviation = values.number("speed_deviation")
    let style = DrivingStyle(rawValue: values.text("style")) ?? .standard
    let isFree = values.text("lane_change") == "mobil"
    let overtaking = OvertakingMode(rawValue: values.text("overtake")) ?? .never
    let mobil = MOBIL(
      politeness: values.number("politeness"), threshold: values.number("change_threshold"),
      rightBias: values.number("right_bias"), safeDeceleration: values.number("safe_decel"))
    let changeDuration = values.number("change_duration")
    let changeRest = values.number("change_rest")
    let indicatesAhead = values.number("indicate_ahead")
    let keepsBehind = values.flag("keep_behind")
    manner = Manner(
      law: law, twoRootAB: 2 * (law.acceleration * law.deceleration).squareRoot(),
      emergency: emergency, pull: law.acceleration, maxSpeed: .infinity, bendRoot: bendRoot,
      centres: centres, isFree: isFree, keepsBehind: keepsBehind, keep: keep, style: style,
      overtaking: overtaking, mobil: mobil, changeDuration: changeDuration,
      changeRest: changeRest, indicatesAhead: indicatesAhead,
      passingUrge: values.number("passing_urge"), speedDeviation: speedDeviation)
  }

  fileprivate init(_ manner: Manner, _ speeds: OwnSpeeds) {
    self.manner = manner
    self.speeds = speeds
  }

  /// Takes in what its vehicle can do, and how fast it is at first.
  mutating func fit(_ limits: MotionLimits, speed: Double) {
    manner.fit(limits)
    // Where nothing is said, nobody slows down for it.
    speeds.fallback = max(speeds.fallback, speed)
  }
}

extension Manner {
  /// Takes in what a vehicle can do.
  fileprivate mutating func fit(_ limits: MotionLimits) {
    maxSpeed = limits.maxSpeed > 0 ? limits.maxSpeed : 1
    pull = law.acceleration
    if limits.maxAcceleration > 0 { pull = min(pull, limits.maxAcceleration) }
    emergency = limits.maxDeceleration > 0 ? min(emergency, limits.maxDeceleration) : emergency
  }
}

/// All drivers of a policy, by car. Those of one manner share it.
struct Drivers: Sendable {
  private var manners: [Manner] = []
  private var speeds: [OwnSpeeds] = []

  /// The drivers of agents, in their order.
  init(of agents: [TrafficAgentSetup]) {
    speeds.reserveCapacity(agents.count)
    for index in agents.indices {
      let parameters = agents[index].parameters
      // In a fleet each differs from the last one in its own speed at most.
      let alike =
        index > 0
        ? Driver(like: self[index - 1], of: agents[index - 1].parameters, parameters) : nil
      var driver = alike ?? Driver(parameters)
      driver.speeds.place = place(of: driver.manner)
      speeds.append(driver.speeds)
    }
  }

  /// Number of cars.
  var count: Int { speeds.count }
  /// How many manners there are, those that nobody has any more among them.
  var mannerCount: Int { manners.count }

  /// The driver of a car.
  subscript(car: Int) -> Driver {
    get { Driver(manners[speeds[car].place / MemoryLayout<Manner>.stride], speeds[car]) }
    set {
      speeds[car] = newValue.speeds
      speeds[car].place = place(of: newValue.manner)
    }
  }

  /// Where a manner is in the list; it is added if none of the last ones is the same.
  private mutating func place(of manner: Manner) -> Int {
    let last = manners.count - 1
    var number = last
    while number >= 0, number > last - 8 {
      if manners[number] == manner { return number * MemoryLayout<Manner>.stride }
      number -= 1
    }
    manners.append(manner)
    return (last + 1) * MemoryLayout<Manner>.stride
  }

  /// One driver among those lent out.
  struct Lent: DriverTraits {
    fileprivate let mannerPlace: UnsafePointer<Manner>
    fileprivate let speedsPlace: UnsafePointer<OwnSpeeds>

    var manner: Manner { @inline(__always) get { mannerPlace.pointee } }
    var speeds: OwnSpeeds { @inline(__always) get { speedsPlace.pointee } }
  }

  /// The drivers by address, for hot loops; valid inside `withView` only.
  struct View {
    fileprivate let manners: UnsafeRawPointer
    fileprivate let speeds: UnsafePointer<OwnSpeeds>

    /// The driver of a car.
    subscript(car: Int) -> Lent {
      @inline(__always) get {
        let own = speeds + car
        return Lent(
          mannerPlace: (manners + own.pointee.place).assumingMemoryBound(to: Manner.self),
          speedsPlace: own)
      }
    }

    /// Asks for a driver; any number will do.
    @inline(__always)
    func prefetch(_ car: Int) { UnsafeBufferPointer(start: speeds, count: 0).prefetch(car) }
  }

  /// Calls a function with the drivers by address, unless there are none.
  @inline(__always)
  func withView(_ body: (View) -> Void) {
    manners.withUnsafeBytes { manners in
      speeds.withUnsafeBufferPointer { speeds in
        guard let manners = manners.baseAddress, let speeds = speeds.baseAddress else { return }
        body(View(manners: manners, speeds: speeds))
      }
    }
  }
}

// What a driver does.
extension DriverTraits {
  var law: IDM { @inline(__always) get { manner.law } }
  var emergency: Double { @inline(__always) get { manner.emergency } }
  var pull: Double { @inline(__always) get { manner.pull } }
  /// How it brakes for a place at which it may have to wait, m/s^2.
  var comfort: Double { @inline(__always) get { min(manner.law.deceleration, 2) } }
  var sideOffset: Double { @inline(__always) get { manner.sideOffset } }
  var centres: Bool { @inline(__always) get { manner.centres } }
  var heedsRules: Bool { @inline(__always) get { manner.heedsRules } }
  var changesLanes: Bool { @inline(__always) get { manner.changesLanes } }
  var isFree: Bool { @inline(__always) get { manner.isFree } }
  var keepsBehind: Bool { @inline(__always) get { manner.keepsBehind } }
  var overtaking: OvertakingMode { @inline(__always) get { manner.overtaking } }
  var mobil: MOBIL { @inline(__always) get { manner.mobil } }
  var changeDuration: Double { @inline(__always) get { manner.changeDuration } }
  var changeRest: Double { @inline(__always) get { manner.changeRest } }
  var indicatesAhead: Double { @inline(__always) get { manner.indicatesAhead } }
  var passingUrge: Double { @inline(__always) get { manner.passingUrge } }

  /// The speed that a driver takes from what a cap allows, m/s.
  @inline(__always)
  func speed(under cap: RouteTables.Allowance) -> Double {
    var speed = cap.limit < .infinity ? cap.limit * speeds.factor : speeds.fallback
    if speeds.own < .infinity { speed = speeds.own }
    let bend = cap.ease * manner.bendRoot
    if bend < speed { speed = bend }
    return manner.maxSpeed < speed ? manner.maxSpeed : speed
  }

  /// The law's acceleration towards a desired speed behind a leader.
  @inline(__always)
  func acceleration(
    speed: Double, gap: Double, leadSpeed: Double, desiredSpeed: Double
  ) -> Double {
    IDM.acceleration(
      speed: speed, gap: gap, leadSpeed: leadSpeed, desiredSpeed: desiredSpeed,
      minGap: law.minGap, headway: law.headway, acceleration: law.acceleration,
      deceleration: law.deceleration, twoRootAB: manner.twoRootAB, exponent: law.exponent,
      emergency: emergency)
  }

  /// How far ahead of a place where it may have to wait a driver begins to care, metres: enough
  /// to stop softly, and as far as it comes while somebody else gets through.
  @inline(__always)
  func reach(_ speed: Double) -> Double {
    max(speed * speed / (2 * min(law.deceleration, 1.5)) + speed, 6.5 * speed) + 12
  }

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

extension Driver {
  /// Who can stop at a yellow signal with this deceleration does, m/s^2: the usual design value.
  static let yellowDeceleration = 3.0
}
