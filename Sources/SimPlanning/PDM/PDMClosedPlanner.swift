import SimCore
import SimGeometry
import SimMap
import SimModels
public import SimStack
import SimWorld

/// Makes fifteen plans, drives and scores each in thought, and takes the best: PDM-Closed
/// (D. Dauner, M. Hallgarten, A. Geiger, K. Chitta: Parting with Misconceptions about
/// Learning-based Vehicle Motion Planning, 2023).
///
/// With `compat` it is the official planner with all that is odd about it.
/// Without, it follows its own route's centreline (found by search only where the ego is not on
/// it), plans the rear axle as towed, keeps to limits and bends ahead, changes its acceleration
/// little by little but brakes for what it must, halts once at stop signs, looks at obstacles where
/// they are at each step, judges comfort and times to collision as the metrics do, and brakes in an
/// emergency at any speed.
public struct PDMClosedPlanner: Planner {
  static let schema = ModuleSchema(
    "pdm-closed",
    "Fifteen IDM plans on three paths, driven and scored in thought (PDM-Closed, Dauner 2023).",
    parameters: [
      ParameterSchema(
        "min_gap", .number(default: 1.5, in: 0.01...20, dimension: .length),
        "Gap at standstill (official: 1 m)."),
      ParameterSchema(
        "headway", .number(default: 1.5, in: 0...10, dimension: .time), "Desired time headway."),
      ParameterSchema(
        "accel", .number(default: 1.5, in: 0.01...10, dimension: .acceleration),
        "Largest acceleration."),
      ParameterSchema(
        "decel", .number(default: 3, in: 0.01...12, dimension: .acceleration),
        "Comfortable deceleration; with compat also the largest of a plan."),
      ParameterSchema(
        "gentle_decel", .number(default: 2, in: 0.01...12, dimension: .acceleration),
        "Deceleration that is always at hand; harder only as far as needed; not used with compat."),
      ParameterSchema(
        "jerk", .number(default: 2.5, in: 0.1...1000, dimension: .jerk),
        "How fast a plan's acceleration changes but in need; not used with compat."),
      ParameterSchema(
        "emergency_decel", .number(default: 8, in: 0.01...12, dimension: .acceleration),
        "Largest deceleration, for what cannot be done comfortably; not used with compat."),
      ParameterSchema(
        "lag", .number(default: 0.7, in: 0...3, dimension: .time),
        "Gaps count for shorter by what is closed in this time; not used with compat."),
      ParameterSchema(
        "emergency_time", .number(default: 2, in: 0...4, dimension: .time),
        "A collision of the best plan that is no later than this is an emergency."),
      ParameterSchema(
        "emergency_speed", .number(default: 60, in: 0...60, dimension: .speed),
        "Faster than this it does not brake in an emergency (official, and with compat: 5 m/s)."),
      ParameterSchema(
        "clearance", .number(default: 0.6, in: 0...5, dimension: .length),
        "Kept to the sides of what moves, for times to collision; not used with compat."),
      ParameterSchema(
        "fallback_speed", .number(default: 15, in: 0.1...60, dimension: .speed),
        "Limit of lanes without one (without compat never below the speed at the start)."),
      ParameterSchema(
        "offset", .number(default: 1, in: 0...5, dimension: .length),
        "How far the two outer paths lie beside the centreline."),
      ParameterSchema(
        "radius", .number(default: 200, in: 1...1000, dimension: .length),
        "Things farther from the centre than this are not looked at (official: 50 m)."),
      ParameterSchema(
        "lateral_accel", .number(default: 2, in: 0.1...20, dimension: .acceleration),
        "Lateral acceleration allowed in bends; not used with compat."),
      ParameterSchema(
        "yaw_rate", .number(default: 0.5, in: 0.01...2, dimension: .angularRate),
        "Turn rate allowed in bends, what slows for tight ones; not used with compat."),
      ParameterSchema(
        "arrival", .flag(default: true),
        "It goes by the time window and speeds of its goal, if that has any; not used with compat."),
      ParameterSchema(
        "compat", .flag(default: false),
        "The official planner to the letter, its defects included."),
    ], partners: [ModulePartner(.predictor, "lane-following", unless: "compat")])

  /// What is made at the first call, when it is known where the ego stands.
  struct Machinery: Sendable {
    /// Road segments of the route, repaired.
    var segments: [Int]
    var search: CentrelineSearch
    var generator: CandidateGenerator
    var rollout: CandidateRollout
    var scorer: CandidateScorer
    var areas: DrivingAreas
    /// Signals on the way; not with compat.
    var stops: SignalStops
    /// Stop signs on the way; nil with compat.
    var signs: StopSigns?
    /// The appointment at the end of the way; not with compat.
    var arrival: ArrivalPace?
    /// Signals of the route's connectors, in route order.
    var connectors: [(lane: Int, signal: Int)]
    /// Where on the centreline the vehicle was last, metres.
    var progress: Double
    /// Where on each path.
    var starts: [Double]
  }

  /// What was decided at the last call.
  struct Decision: Hashable, Sendable {
    var chosen = 0
    var isEmergency = false
    var startLane: Int?
  }

  let values: Values
  let setup: DrivingSetup
  var machinery: Machinery?
  var forecast: ForecastReader
  /// Things once overlapped, which the official planner never sees again; those of red connectors
  /// are counted downwards from -1.
  var ignored: [Int] = []
  private(set) var decision = Decision()

  /// Parameters as they are used.
  struct Values: Sendable {
    var generator = CandidateGenerator.Parameters()
    var fallbackSpeed: Double
    var emergencyTime: Double
    var emergencySpeed: Double
    var clearance: Double
    var offset: Double
    var radius: Double
    var lateralAcceleration: Double
    var yawRate: Double
    var heedsArrival: Bool
    var compat: Bool

    /// What the way is to be like.
    var wishes: RouteCourse.Wishes {
      RouteCourse.Wishes(
        fallbackSpeed: fallbackSpeed, lateralAcceleration: lateralAcceleration, yawRate: yawRate,
        deceleration: min(1.5, generator.deceleration), heedsArrival: heedsArrival)
    }
  }

  init(_ parameters: ParameterValues, _ setup: DrivingSetup) {
    let compat = parameters.flag("compat")
    var values = Values(
      fallbackSpeed: parameters.number("fallback_speed"),
      emergencyTime: parameters.number("emergency_time"),
      emergencySpeed: compat ? 5 : parameters.number("emergency_speed"),
      clearance: parameters.number("clearance"), offset: parameters.number("offset"),
      radius: parameters.number("radius"),
      lateralAcceleration: parameters.number("lateral_accel"),
      yawRate: parameters.number("yaw_rate"),
      heedsArrival: parameters.flag("arrival") && !compat, compat: compat)
    values.generator.minGap = parameters.number("min_gap")
    values.generator.headway = parameters.number("headway")
    values.generator.acceleration = parameters.number("accel")
    values.generator.deceleration = parameters.number("decel")
    values.generator.emergency = parameters.number("emergency_decel")
    values.generator.gentle = parameters.number("gentle_decel")
    values.generator.jerk = parameters.number("jerk")
    values.generator.lag = parameters.number("lag")
    values.generator.compat = compat
    self.values = values
    self.setup = setup
    forecast = ForecastReader(
      steps: values.generator.extendedSteps, stepsPerEntry: compat ? 2 : 1,
      stepMicroseconds: Int64(values.generator.step * 1_000_000), radius: values.radius)
  }

  /// The best of the candidates, or braking if it ends in a collision soon.
  public mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    var machinery = take(for: scene)
    defer { self.machinery = machinery }
    decision = Decision()
    let vehicle = scene.vehicle
    let box = scene.ego.box(vehicle)
    self.forecast.read(scene, forecast, without: values.compat ? ignored : [])
    noteContacts(box)
    if values.compat {
      heedOfficially(scene, box, &machinery)
    } else {
      heed(scene, box, &machinery)
    }
    machinery.generator.generate(
      from: machinery.starts, speed: scene.ego.velocity.x,
      acceleration: scene.ego.acceleration.x, vehicle: vehicle, among: self.forecast.obstacles)
    machinery.rollout.drive(machinery.generator.poses, from: scene.ego, vehicle)
    machinery.scorer.score(
      machinery.rollout.states, among: self.forecast.obstacles, on: &machinery.areas,
      along: machinery.generator.paths[0],
      progress: values.compat ? nil : machinery.progress, vehicle)

    let chosen = machinery.scorer.best
    decision.chosen = chosen
    let result = machinery.scorer.results[chosen]
    if mustBrake(result, scene) {
      decision.isEmergency = true
      return values.compat
        ? officialBraking(scene) : braking(along: chosen, scene, machinery.generator)
    }
    machinery.generator.extend(chosen, among: self.forecast.obstacles)
    return trajectory(of: chosen, scene, machinery.generator)
  }

  /// The candidates as they were driven and scored in the last call.
  public var choice: PlanChoice? {
    guard let machinery else { return nil }
    return PlanChoice(
      machinery.rollout.states, machinery.scorer, count: machinery.scorer.results.count,
      chosen: decision.chosen, isEmergency: decision.isEmergency, setup.vehicle)
  }

  /// The machinery, out of its place so that it is changed without being copied.
  private mutating func take(for scene: Scene) -> Machinery {
    let made = machinery ?? makeMachinery(for: scene)
    machinery = nil
    return made
  }

  /// Leaves alone what the ego touches: it is too late, or it is in there by right.
  private mutating func noteContacts(_ box: OrientedBox) {
    for k in 0..<forecast.obstacles.count
    where box.overlaps(forecast.obstacles.box(k, entry: 0)) {
      forecast.obstacles.ignore(k)
      if values.compat { ignored.append(forecast.obstacles.obstacles[k].id) }
    }
  }

  /// Limits, red connectors and starts as the official planner has them.
  private mutating func heedOfficially(
    _ scene: Scene, _ box: OrientedBox, _ machinery: inout Machinery
  ) {
    let areas = DrivingAreas.official(around: box.centre, on: setup.map)
    let lane = machinery.search.startLane(scene.ego.pose, box: box, among: areas)
    decision.startLane = lane
    let limit = lane.flatMap { setup.map.lanes[$0].speedLimit } ?? values.fallbackSpeed
    machinery.generator.rules.speeds[0] = limit
    machinery.generator.rules.barriers.removeAll(keepingCapacity: true)
    for (lane, signal) in machinery.connectors where scene.signals[signal] == .red {
      let area = setup.map.lanes[lane].polygon
      let isInside = box.cornerArray.allSatisfy { area.containsOrTouches($0) }
      if isInside { ignored.append(-1 - lane) }
      machinery.generator.rules.barriers.append(
        CandidateGenerator.Barrier(area: area, isIgnored: ignored.contains(-1 - lane)))
    }
    for path in machinery.starts.indices {
      machinery.starts[path] = machinery.generator.paths[path].project(scene.ego.pose.position)
    }
    machinery.progress = machinery.starts[0]
  }

  /// Farther than this from where it was before, a vehicle is not looked for, metres.
  private static let window = 50.0

  /// Stops and starts: of the vehicle's centre, near where it was before.
  private func heed(_ scene: Scene, _ box: OrientedBox, _ machinery: inout Machinery) {
    let paths = machinery.generator.paths
    let before = machinery.progress
    let now = paths[0].project(
      box.centre, from: before - Self.window, to: before + Self.window)
    for path in paths.indices {
      let scale = paths[path].length / paths[0].length
      machinery.starts[path] =
        path == 0
        ? now
        : paths[path].project(
          box.centre, from: now * scale - Self.window, to: now * scale + Self.window)
    }
    machinery.progress = now
    if let arrival = machinery.arrival {
      machinery.generator.rules.pace = arrival.pace(
        at: now, speed: scene.ego.velocity.x, limit: machinery.generator.rules.speed(at: now),
        tick: scene.tick)
    }
    machinery.generator.rules.stops.removeAll(keepingCapacity: true)
    machinery.stops.appendActive(
      scene, front: now + scene.vehicle.length / 2, speed: scene.ego.velocity.x,
      deceleration: values.generator.deceleration, to: &machinery.generator.rules.stops)
    machinery.signs?.appendClosed(
      front: now + scene.vehicle.length / 2, speed: scene.ego.speed,
      to: &machinery.generator.rules.stops)
  }
}
