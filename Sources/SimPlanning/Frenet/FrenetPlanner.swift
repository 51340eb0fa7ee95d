import SimCore
import SimGeometry
import SimMap
import SimModels
public import SimStack
import SimWorld

/// Samples a lattice of jerk-optimal motions in the Frenet frame of its route (Werling 2010), and
/// takes the one that the scorer of PDM-Closed finds best.
///
/// Lateral motions are quintics over the way to several offsets from the lane's centre, motions
/// along the way are quartics in time to several speeds and quintics to a place behind whoever is
/// ahead, or at a stop line: that of a red light, or of a stop sign before which it has not stood.
/// Each is driven in thought with tracker and vehicle model; among plans that score nearly alike
/// the smoothest near the centre is taken.
public struct FrenetPlanner: Planner {
  static let schema = ModuleSchema(
    "frenet",
    "Lattice of quartics and quintics in the Frenet frame (Werling 2010), scored as in pdm-closed.",
    parameters: [
      ParameterSchema(
        "min_gap", .number(default: 1.5, in: 0.01...20, dimension: .length), "Gap at standstill."),
      ParameterSchema(
        "headway", .number(default: 1.5, in: 0...10, dimension: .time), "Desired time headway."),
      ParameterSchema(
        "accel", .number(default: 1.5, in: 0.1...10, dimension: .acceleration),
        "Largest acceleration."),
      ParameterSchema(
        "decel", .number(default: 3, in: 0.1...12, dimension: .acceleration),
        "Comfortable deceleration."),
      ParameterSchema(
        "emergency_decel", .number(default: 8, in: 0.1...12, dimension: .acceleration),
        "Largest deceleration, for what cannot be done comfortably."),
      ParameterSchema(
        "lag", .number(default: 0.7, in: 0...3, dimension: .time),
        "Gaps count for shorter by what is closed in this time."),
      ParameterSchema(
        "clearance", .number(default: 0.6, in: 0...5, dimension: .length),
        "Kept to the sides of what moves, for times to collision."),
      ParameterSchema(
        "fallback_speed", .number(default: 15, in: 0.1...60, dimension: .speed),
        "Limit of lanes without one (never below the speed at the start)."),
      ParameterSchema(
        "offset", .number(default: 1, in: 0.05...5, dimension: .length),
        "Distance between the ends of lateral motions."),
      ParameterSchema(
        "offsets", .integer(default: 1, in: 0...4), "Ends of lateral motions to each side."),
      ParameterSchema(
        "radius", .number(default: 200, in: 1...1000, dimension: .length),
        "Things farther from the centre than this are not looked at."),
      ParameterSchema(
        "lateral_accel", .number(default: 2, in: 0.1...20, dimension: .acceleration),
        "Lateral acceleration allowed in bends."),
      ParameterSchema(
        "yaw_rate", .number(default: 0.5, in: 0.01...2, dimension: .angularRate),
        "Turn rate allowed in bends, what slows for tight ones."),
      ParameterSchema(
        "arrival", .flag(default: true),
        "It goes by the time window and speeds of its goal, if that has any."),
    ], partners: [ModulePartner(.predictor, "lane-following")])

  /// What is made at the first call, when it is known where the ego stands.
  struct Machinery: Sendable {
    var path: CandidatePath
    var speeds: [Double]
    var spacing: Double
    var poses: CandidatePoses
    var rollout: CandidateRollout
    var scorer: CandidateScorer
    var areas: DrivingAreas
    var stops: SignalStops
    var signs: StopSigns
    var arrival: ArrivalPace?
    /// Where on the path the vehicle was last, metres.
    var progress: Double
    /// The lateral motion of the last plan, and where it began, metres.
    var lateral: (motion: PolynomialMotion, start: Double)?
  }

  /// What was decided at the last call.
  struct Decision: Hashable, Sendable {
    var chosen = 0
    var isEmergency = false
  }

  private let wishes: RouteCourse.Wishes
  private let clearance: Double
  private let setup: DrivingSetup
  private(set) var lattice: FrenetLattice
  private var machinery: Machinery?
  private var forecast: ForecastReader
  private var obstacles: FrenetObstacles
  private(set) var decision = Decision()

  /// Plans whose scores differ by no more than this are as good.
  private static let tie = 0.01
  /// A collision of the best plan that is no later than this is an emergency, s.
  private static let emergencyTime = 2.0
  /// Farther than this from where it was before, a vehicle is not looked for, metres.
  private static let window = 50.0
  private static let stepMicroseconds: Int64 = 100_000
  /// Farther beside its last plan the vehicle starts a new one, metres.
  private static let trackingError = 1.0

  init(_ parameters: ParameterValues, _ setup: DrivingSetup) {
    let deceleration = parameters.number("decel")
    wishes = RouteCourse.Wishes(
      fallbackSpeed: parameters.number("fallback_speed"),
      lateralAcceleration: parameters.number("lateral_accel"),
      yawRate: parameters.number("yaw_rate"), deceleration: min(1.5, deceleration),
      heedsArrival: parameters.flag("arrival"))
    clearance = parameters.number("clearance")
    let distance = parameters.number("offset")
    var offsets = [0.0]
    for k in 0..<parameters.integer("offsets") {
      let offset = distance * Double(k + 1)
      offsets += [-offset, offset]
    }
    lattice = FrenetLattice(
      FrenetLattice.Parameters(
        offsets: offsets, minGap: parameters.number("min_gap"),
        headway: parameters.number("headway"), acceleration: parameters.number("accel"),
        deceleration: deceleration,
        emergency: max(parameters.number("emergency_decel"), deceleration),
        lag: parameters.number("lag")))
    self.setup = setup
    forecast = ForecastReader(
      steps: lattice.parameters.extendedSteps, stepsPerEntry: 1,
      stepMicroseconds: Self.stepMicroseconds, radius: parameters.number("radius"))
    obstacles = FrenetObstacles(steps: lattice.parameters.extendedSteps)
  }

  /// The best plan of the lattice, or braking if that ends in a collision soon.
  public mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    var machinery = self.machinery ?? makeMachinery(scene)
    self.machinery = nil
    defer { self.machinery = machinery }
    decision = Decision()
    let vehicle = scene.vehicle
    let box = scene.ego.box(vehicle)
    self.forecast.read(scene, forecast, without: [])
    for k in 0..<self.forecast.obstacles.count
    where box.overlaps(self.forecast.obstacles.box(k, entry: 0)) {
      // It is too late, or it is in there by right.
      self.forecast.obstacles.ignore(k)
    }
    let here = situation(scene, box, &machinery)
    let p = lattice.parameters
    obstacles.read(
      self.forecast.obstacles, along: here.path, from: here.start.position - 30,
      to: here.start.position + max(here.start.speed, 10) * 10 + 50, step: p.step)
    lattice.spread(here, among: obstacles)
    for index in 0..<p.capacity {
      // Places that are left over are filled with the last plan.
      let candidate = lattice.candidates[min(index, lattice.candidates.count - 1)]
      lattice.sample(index, of: candidate, here, into: &machinery.poses)
    }
    machinery.rollout.drive(machinery.poses, from: scene.ego, vehicle)
    machinery.scorer.score(
      machinery.rollout.states, among: self.forecast.obstacles, on: &machinery.areas,
      along: here.path, progress: machinery.progress, vehicle)
    let chosen = choose(machinery.scorer)
    decision.chosen = chosen
    machinery.lateral = (
      lattice.laterals[lattice.candidates[chosen].lateral], here.start.position
    )
    if let hit = machinery.scorer.results[chosen].collisionStep,
      Double(hit) * p.step <= Self.emergencyTime
    {
      decision.isEmergency = true
      let stop = EmergencyStop(from: scene.ego.velocity.x, deceleration: p.emergency)
      return trajectory(scene, here, lattice.candidates[chosen].lateral, stop.state(at:))
    }
    let candidate = lattice.candidates[chosen]
    return trajectory(scene, here, candidate.lateral) { time in
      let state = candidate.motion.state(at: time)
      return (state.position - here.start.position, max(state.speed, 0))
    }
  }

  /// The lattice's candidates as they were driven and scored in the last call.
  public var choice: PlanChoice? {
    guard let machinery else { return nil }
    return PlanChoice(
      machinery.rollout.states, machinery.scorer, count: lattice.candidates.count,
      chosen: decision.chosen, isEmergency: decision.isEmergency, setup.vehicle)
  }

  /// The smoothest of those that score nearly best.
  private func choose(_ scorer: CandidateScorer) -> Int {
    let last = lattice.candidates.count - 1
    let best = min(scorer.best, last)
    let score = scorer.results[best].score
    guard score > 0 else { return best }
    var chosen = best
    for k in 0...last
    where scorer.results[k].score >= score - Self.tie
      && lattice.candidates[k].cost < lattice.candidates[chosen].cost
    {
      chosen = k
    }
    return chosen
  }

  private func makeMachinery(_ scene: Scene) -> Machinery {
    let course = RouteCourse(setup, from: scene, wishes)
    let path = course.paths([0])[0]
    let p = lattice.parameters
    var scoring = CandidateScorer.Parameters()
    scoring.clearance = clearance
    scoring.lookAheads = [0, 4, 7, 10]
    return Machinery(
      path: path, speeds: course.speeds(for: path), spacing: course.profile.spacing,
      poses: CandidatePoses(candidates: p.capacity, samples: p.steps + 1),
      rollout: CandidateRollout(candidates: p.capacity, steps: p.steps),
      scorer: CandidateScorer(candidates: p.capacity, samples: p.steps + 1, scoring),
      areas: DrivingAreas(on: setup.map, route: course.segments, by: .map),
      stops: SignalStops(route: course.route, map: setup.map, wholeConnectors: false),
      signs: course.signs(along: path), arrival: course.arrival,
      progress: course.route.startArcLength)
  }

  /// Where the ego is in the path's Frenet frame, and what it has to heed there.
  private func situation(
    _ scene: Scene, _ box: OrientedBox, _ machinery: inout Machinery
  ) -> FrenetLattice.Situation {
    let path = machinery.path
    let before = machinery.progress
    let s = path.project(box.centre, from: before - Self.window, to: before + Self.window)
    machinery.progress = s
    var cursor = 0
    let base = path.pose(at: s, cursor: &cursor)
    let ego = scene.ego
    let offset = base.direction.left.dot(ego.pose.position - base.position)
    let turn = ExactMath.wrapAngle(ego.pose.heading - base.heading)
    let slope = ExactMath.tan(min(max(turn, -1), 1))
    // Bend of the vehicle's way against that of the path.
    let ahead = path.pose(at: s + 1, cursor: &cursor)
    let behind = path.pose(at: s - 1, cursor: &cursor)
    let bend =
      ExactMath.tan(ego.steering) / scene.vehicle.wheelbase
      - 0.5 * ExactMath.wrapAngle(ahead.heading - behind.heading)
    var aside = PolynomialMotion.State(
      offset, speed: slope, acceleration: min(max(bend, -0.15), 0.15))
    // On from the last plan, not from where the tracker is: it has an error to correct.
    if let last = machinery.lateral {
      let planned = last.motion.state(at: max(s - last.start, 0))
      if (planned.position - offset).magnitude < Self.trackingError { aside = planned }
    }
    var stops: [Double] = []
    machinery.stops.appendActive(
      scene, front: s + scene.vehicle.length / 2, speed: ego.velocity.x,
      deceleration: lattice.parameters.deceleration, to: &stops)
    machinery.signs.appendClosed(
      front: s + scene.vehicle.length / 2, speed: ego.speed, to: &stops)
    stops.append(path.length)
    var speeds = machinery.speeds
    if let arrival = machinery.arrival {
      let limit = arrival.pace(
        at: s, speed: ego.velocity.x, limit: .infinity, tick: scene.tick
      ).speedLimit
      if limit < .infinity { speeds = speeds.map { min($0, limit) } }
    }
    return FrenetLattice.Situation(
      path: path,
      start: PolynomialMotion.State(
        s, speed: ego.velocity.x, acceleration: min(max(ego.acceleration.x, -8), 3)),
      aside: aside,
      speeds: speeds, spacing: machinery.spacing, stops: stops, vehicle: scene.vehicle)
  }

  /// A whole plan.
  ///
  /// - Parameter motion: way since now, metres, and speed after a time, s.
  private func trajectory(
    _ scene: Scene, _ here: FrenetLattice.Situation, _ lateral: Int,
    _ motion: (Double) -> (way: Double, speed: Double)
  ) -> Trajectory {
    let steps = lattice.parameters.extendedSteps
    var points: [Trajectory.Point] = []
    points.reserveCapacity(steps + 1)
    var cursor = 0
    for k in 0...steps {
      let state = motion(Double(k) * lattice.parameters.step)
      points.append(
        Trajectory.Point(
          timeMicroseconds: scene.ego.timeMicroseconds + Int64(k) * Self.stepMicroseconds,
          pose: lattice.pose(here, lateral, after: state.way, cursor: &cursor),
          speed: state.speed))
    }
    return Trajectory(points: points)
  }
}
