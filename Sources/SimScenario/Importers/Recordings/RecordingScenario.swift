import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// Builds one scenario of an imported recording.
struct RecordingScenario {
  let name: String
  let path: String
  let seed: UInt64
  let recording: ImportedRecording
  let stack: RecordingStack
  /// Recordings are brought to the standard 10 Hz.
  let clock = TickClock()
  var routes: RecordingRoutes { RecordingRoutes(recording.map) }

  /// A planning problem's ego is at most this far from its own recording, metres and rad.
  private static let ownRecording = (distance: 0.5, angle: 0.1)
  /// A corner this far off the drivable area is still on the road for metrics, metres.
  private static let roadTolerance = 0.3
  /// An episode is not cut down below this.
  private static let leastTicks = 10

  func scenario(_ egos: RecordingEpisodes.Egos) throws(InputError) -> Scenario {
    switch egos {
    case .problems(let start): return try problemScenario(from: start)
    case .mover(let id):
      guard let agent = recording.agents.first(where: { $0.id == id }) else {
        throw InputError(at: .wholeFile(path), "there is no agent '\(id)'")
      }
      return try moverScenario(agent)
    }
  }

  // MARK: - Planning problems

  private func problemScenario(from start: Int64) throws(InputError) -> Scenario {
    let problems = recording.problems(startingAt: start)
    let goals = problems.map { problem in
      problem.goals.map { $0.goal(clock, from: start) }
    }
    let ticks =
      stack.ticks ?? max(1, goals.joined().map { $0.ticks?.upperBound ?? 0 }.max() ?? 0)
    var notes = ImportNotes()
    var errors: [Diagnostic] = []
    var plans: [AgentPlan] = []
    var egos: [EgoPlan] = []
    var own: [String] = []
    for (problem, goals) in zip(problems, goals) {
      let vehicle = stack.vehicle ?? .bmw320i
      let id = recording.problems.count == 1 ? "ego" : "ego.\(problem.id)"
      let state = problem.egoState(vehicle)
      let expert = recordedEgo(of: problem, except: own)
      if let expert { own.append(expert.id) }
      // Far enough for the fastest drive that makes sense: the speed at the start or the limit.
      let distance = max(problem.speed, 30) * clock.seconds(ticks) + 100
      guard let found = routes.route(from: problem.centre, to: goals, distance: distance) else {
        errors.append(
          Diagnostic(
            at: problem.location, "planning problem \(problem.id) starts on no lane",
            hint: "its ego must stand within 5 m of a lane"))
        continue
      }
      if let note = found.note {
        notes.add(note, "planning problem \(problem.id)") {
          Diagnostic(.warning, at: problem.location, note)
        }
      }
      plans.append(
        egoPlan(id, vehicle: vehicle, agentClass: .car, state: state, route: found.route))
      let states = expert.flatMap {
        track($0, from: start, ticks: ticks, bridging: true).leadingEgoStates(vehicle, clock)
      }
      egos.append(EgoPlan(id: id, goals: goals, expert: states))
    }
    if !errors.isEmpty { throw InputError(errors) }
    noteOverlaps(of: problems, from: start, without: own, &notes)
    return assemble(
      egos: egos, plans: plans, without: own, from: start, ticks: ticks, notes: &notes)
  }

  /// Says which egos start inside an obstacle or a mover: nobody can drive those without a crash.
  private func noteOverlaps(
    of problems: [RecordedProblem], from start: Int64, without own: [String],
    _ notes: inout ImportNotes
  ) {
    let vehicle = stack.vehicle ?? .bmw320i
    let others = recording.agents.filter { !own.contains($0.id) }
      .compactMap { agent in box(agent, at: start).map { (agent.id, $0) } }
    for problem in problems {
      let ego = OrientedBox(pose: problem.centre, length: vehicle.length, width: vehicle.width)
      let hit = others.filter { $0.1.overlaps(ego) }.map { "'\($0.0)'" }
      guard !hit.isEmpty else { continue }
      notes.add(
        "planning problems whose ego starts inside another agent",
        "\(problem.id) (in \(hit.joined(separator: ", ")))"
      ) {
        Diagnostic(.warning, at: problem.location, "")
      }
    }
  }

  /// The box of an agent at a time of the recording; nil if it is not there.
  private func box(_ agent: RecordedAgent, at time: Int64) -> OrientedBox? {
    if agent.isStatic {
      return OrientedBox(pose: agent.motion.start, length: agent.length, width: agent.width)
    }
    let track = track(agent, from: time, ticks: 0)
    guard track.isPresent(0) else { return nil }
    return OrientedBox(pose: track.pose(0), length: agent.length, width: agent.width)
  }

  /// The mover that stands where a problem starts: the recording of its ego.
  private func recordedEgo(of problem: RecordedProblem, except taken: [String]) -> RecordedAgent? {
    recording.agents.first { agent in
      guard agent.isRecordedMover, agent.agentClass != .pedestrian, !taken.contains(agent.id)
      else { return false }
      let now = agent.motion.track(clock, from: problem.startMicroseconds, ticks: 1)
      guard now.isPresent(0) else { return false }
      let distance = Vector2(now.x[0], now.y[0]).distance(to: problem.centre.position)
      let angle = ExactMath.wrapAngle(now.heading[0] - problem.centre.heading)
      return distance <= Self.ownRecording.distance && angle.magnitude <= Self.ownRecording.angle
    }
  }

  // MARK: - Recorded movers as egos

  private func moverScenario(_ agent: RecordedAgent) throws(InputError) -> Scenario {
    let vehicle = stack.vehicle ?? .scaled(length: agent.length, width: agent.width)
    var notes = ImportNotes()
    let (start, recorded) = window(of: agent, &notes)
    let track = track(agent, from: start, ticks: recorded, bridging: true)
    let ticks = stack.ticks ?? recorded
    guard let expert = track.egoStates(vehicle, clock), let first = expert.first else {
      throw InputError(at: agent.location, "the recording of '\(agent.id)' has gaps")
    }
    // The route goes on behind the recorded end, so that nobody brakes for the end of the route.
    guard let route = routes.along(agent.motion, beyond: 200, startingAt: track.pose(0)) else {
      throw InputError(
        at: agent.location, "'\(agent.id)' was recorded on no lane of its direction",
        hint: "only agents on the road can be the ego")
    }
    let plan = egoPlan(
      agent.id, vehicle: vehicle, agentClass: agent.agentClass, state: first, route: route)
    let isBeside = routes.isBeside(route, agent.motion)
    if isBeside {
      notes.add(
        "movers recorded beside their lanes: no expert, progress is measured against a reference drive",
        agent.id
      ) {
        Diagnostic(.warning, at: agent.location, "")
      }
    }
    let ego = EgoPlan(
      id: agent.id, goals: [goal(at: track.pose(recorded), route, ticks: ticks)],
      expert: isBeside ? nil : expert)
    return assemble(
      egos: [ego], plans: [plan], without: [agent.id], from: start, ticks: ticks, notes: &notes)
  }

  /// Start and length of a mover's episode: its whole recording, but for ticks at either end in
  /// which its box sticks out beyond the end of the map while it drives in or out. (Whoever drives
  /// would be off the road there.)
  private func window(
    of agent: RecordedAgent, _ notes: inout ImportNotes
  ) -> (start: Int64, ticks: Int) {
    let start = agent.motion.firstMicroseconds
    let duration = agent.motion.lastMicroseconds - start
    let ticks = max(1, Int(duration / clock.stepMicroseconds))
    let track = track(agent, from: start, ticks: ticks, bridging: true)
    func isOnMap(_ tick: Int) -> Bool {
      OrientedBox(pose: track.pose(tick), length: agent.length, width: agent.width)
        .cornerArray.allSatisfy { recording.map.isInDrivableArea($0) }
    }
    /// The first of the ticks with the whole box on the map, if that is within a box's length.
    func entry(_ ticks: some Sequence<Int>, from end: Int) -> Int {
      let place = track.pose(end).position
      for tick in ticks where isOnMap(tick) {
        return track.pose(tick).position.distance(to: place) <= agent.length + 1 ? tick : end
      }
      return end
    }
    let first = entry(0...ticks, from: 0)
    let last = entry((0...ticks).reversed(), from: ticks)
    if (first == 0 && last == ticks) || last - first < Self.leastTicks { return (start, ticks) }
    notes.add("ticks at the end of the map are left out of the ego's episode", agent.id) {
      Diagnostic(.warning, at: agent.location, "")
    }
    return (start + clock.microseconds(first), last - first)
  }

  /// Why nobody could score when starting as a mover did: it starts off the road, or inside
  /// somebody else; nil if neither.
  func startConflict(of agent: RecordedAgent) -> String? {
    var notes = ImportNotes()
    let start = window(of: agent, &notes).start
    guard let own = box(agent, at: start) else { return nil }
    let reach = Self.roadTolerance
    for corner in own.cornerArray
    where !(recording.map.distanceToDrivableArea(from: corner, within: 2 * reach) <= reach) {
      return "they start off the road"
    }
    let other = recording.agents.first { other in
      other.id != agent.id && box(other, at: start).map { $0.overlaps(own) } ?? false
    }
    return other == nil ? nil : "they start inside another one"
  }

  /// To get as far as the recording: to the place on the lane where it ended.
  private func goal(at end: Pose2, _ route: Route, ticks: Int) -> Goal {
    let last = end.position
    if let arcLength = route.goalArcLength {
      let lane = recording.map.lanes[route.lanes[route.laneIndex(at: arcLength)]]
      return Goal(
        regions: [
          .lanePosition(lane: lane.index, arcLength: lane.centreline.project(last).s)
        ], ticks: 0...ticks)
    }
    return Goal(regions: [.circle(centre: last, radius: 2)], ticks: 0...ticks)
  }

  // MARK: - Everybody

  private func track(
    _ agent: RecordedAgent, from start: Int64, ticks: Int, bridging: Bool = false
  ) -> RecordedTrack {
    agent.motion.track(clock, from: start, ticks: ticks + 1, bridgingGaps: bridging)
  }

  private func egoPlan(
    _ id: String, vehicle: VehicleParameters, agentClass: AgentClass, state: EgoState,
    route: Route
  ) -> AgentPlan {
    AgentPlan(
      spec: AgentSpec(
        id: id, agentClass: agentClass, length: vehicle.length, width: vehicle.width,
        motion: .driven, centre: state.centre(vehicle), speed: state.velocity.x,
        acceleration: state.acceleration.x, vehicle: vehicle),
      driver: .stack(stack.stack), route: route, initialState: state)
  }

  /// The scenario with all other agents that are there at some tick.
  private func assemble(
    egos: [EgoPlan], plans: [AgentPlan], without own: [String], from start: Int64, ticks: Int,
    notes: inout ImportNotes
  ) -> Scenario {
    var agents = plans
    var paths: [Polyline] = []
    for agent in recording.agents where !own.contains(agent.id) {
      if agent.isStatic {
        agents.append(still(agent))
        continue
      }
      let track = track(agent, from: start, ticks: ticks)
      guard let first = track.present.firstIndex(where: { $0 != 0 }) else { continue }
      agents.append(
        reacting(agent, track, first, &paths, &notes) ?? replayed(agent, track, first))
    }
    var specs = agents.map(\.spec)
    AgentSpec.centreOnPaths(&specs, paths)
    for (index, spec) in specs.enumerated() { agents[index].spec.centre = spec.centre }
    agents.sort { $0.spec.id.precedesByBytes($1.spec.id) }
    return Scenario(
      name: name, path: path, summary: recording.summary, tags: recording.tags,
      map: recording.map.shifted(by: start), clock: clock, ticks: ticks, seed: seed, egos: egos,
      agents: agents, paths: PathList(paths), endOn: stack.endOn, expectations: stack.expectations,
      profile: stack.profile, notes: recording.notes + notes.diagnostics())
  }

  private func spec(_ agent: RecordedAgent, _ motion: MotionModel) -> AgentSpec {
    AgentSpec(
      id: agent.id, agentClass: agent.agentClass, length: agent.length, width: agent.width,
      motion: motion)
  }

  private func still(_ agent: RecordedAgent) -> AgentPlan {
    var spec = spec(agent, .fixed)
    spec.centre = Pose2(
      agent.motion.positions[0], heading: ExactMath.wrapAngle(agent.motion.headings[0]))
    return AgentPlan(spec: spec, driver: .none)
  }

  private func replayed(_ agent: RecordedAgent, _ track: RecordedTrack, _ first: Int) -> AgentPlan {
    var spec = spec(agent, .placed)
    spec.isPresent = first == 0
    spec.centre = track.pose(first)
    spec.speed = track.speed[first]
    spec.acceleration = track.acceleration[first]
    return AgentPlan(spec: spec, driver: .policy(stack.replay), recording: track)
  }

  /// A vehicle that drives its recorded route by `idm` from its first recorded state on (it appears
  /// there when its recording does); nil if it is to be replayed.
  private func reacting(
    _ agent: RecordedAgent, _ track: RecordedTrack, _ first: Int, _ paths: inout [Polyline],
    _ notes: inout ImportNotes
  ) -> AgentPlan? {
    guard let idm = stack.idm else { return nil }
    guard agent.isRecordedMover, agent.agentClass.isVehicle, !agent.isParked else { return nil }
    func replays(_ reason: String) -> AgentPlan? {
      notes.add("vehicles replayed in reactive traffic: \(reason)", agent.id) {
        Diagnostic(.warning, at: agent.location, reason)
      }
      return nil
    }
    guard let route = routes.along(agent.motion, beyond: 500) else {
      return replays("they were recorded on no lane of their direction")
    }
    let start = route.centreline.project(track.pose(first).position)
    let heading = route.centreline.smoothPose(at: start.s).heading
    let turn = ExactMath.wrapAngle(track.heading[first] - heading)
    if start.distance > 3 || turn.magnitude > .pi / 4 {
      return replays("they start away from their lane")
    }
    var spec = spec(agent, .path)
    spec.isPresent = first == 0
    spec.speed = max(0, track.speed[first])
    spec.acceleration = track.acceleration[first]
    spec.path = paths.count
    spec.arcLength = start.s
    spec.lateralOffset = start.d
    spec.centre = track.pose(first)
    paths.append(route.centreline)
    return AgentPlan(spec: spec, driver: .policy(idm), route: route, recording: track)
  }
}

extension RecordedTrack {
  /// Box centre at a tick.
  func pose(_ tick: Int) -> Pose2 { Pose2(x: x[tick], y: y[tick], heading: heading[tick]) }

  /// Full states up to the first tick at which the agent is absent; nil if there are not two.
  func leadingEgoStates(_ vehicle: VehicleParameters, _ clock: TickClock) -> [EgoState]? {
    let end = present.firstIndex(of: 0) ?? ticks
    guard end > 1 else { return nil }
    return RecordedTrack(
      present: Array(present[..<end]), x: Array(x[..<end]), y: Array(y[..<end]),
      heading: Array(heading[..<end]), speed: Array(speed[..<end]),
      acceleration: Array(acceleration[..<end])
    ).egoStates(vehicle, clock)
  }
}

extension RecordedProblem {
  /// The rear-axle state of a vehicle whose box centre is in the problem's initial state.
  ///
  /// The centre moves at the stated speed in the direction of heading plus slip angle; the rear
  /// axle moves with it as part of a rigid body that turns at the stated yaw rate.
  func egoState(_ vehicle: VehicleParameters) -> EgoState {
    let offset = vehicle.rearAxleToCentre
    // At walking speed a slip angle beyond 90 degrees is noise, not driving backwards.
    let slip = speed.magnitude < 1 ? 0 : slipAngle
    let velocity = Vector2(
      speed * ExactMath.cos(slip), speed * ExactMath.sin(slip) - yawRate * offset)
    var steering = 0.0
    if velocity.x.magnitude > 0.5 {
      let angle = ExactMath.atan2(vehicle.wheelbase * yawRate, velocity.x.magnitude)
      steering = velocity.x < 0 ? -angle : angle
    }
    return EgoState(
      pose: Pose2(centre.position, heading: ExactMath.wrapAngle(centre.heading))
        .advanced(by: -offset),
      velocity: velocity,
      acceleration: Vector2(acceleration + yawRate * yawRate * offset, velocity.x * yawRate),
      steering: min(max(steering, -vehicle.maxSteering), vehicle.maxSteering), yawRate: yawRate)
  }
}

extension VehicleParameters {
  /// A chassis of the BMW 320i's proportions in a recorded vehicle's size.
  static func scaled(length: Double, width: Double) -> VehicleParameters {
    let model = VehicleParameters.bmw320i
    let scale = length / model.length
    return VehicleParameters(
      length: length, width: width, rearAxleToCentre: model.rearAxleToCentre * scale,
      wheelbase: model.wheelbase * scale, maxSteering: model.maxSteering)
  }
}

extension LaneGraph {
  /// The map as an episode sees it that starts at a time of the recording: its signals are as far
  /// in their cycles.
  func shifted(by start: Int64) -> LaneGraph {
    guard start != 0, !signals.isEmpty else { return self }
    let shifted = signals.map { signal in
      var copy = signal
      copy.offsetMicroseconds -= start
      return copy
    }
    return LaneGraph(
      name: name, drivingSide: drivingSide, lanes: lanes, segments: segments,
      junctions: junctions, drivableAreas: drivableAreas, stopLines: stopLines, signals: shifted,
      signalControllers: signalControllers, crosswalks: crosswalks, priorities: priorities)
  }
}
