import SimCore
import SimGeometry
import SimMap
import SimModels
public import SimStack
import SimWorld

/// Keeps its distance by the Intelligent Driver Model as `idm` does, and chooses its lane by MOBIL
/// (Kesting, Treiber, Helbing 2007) with an incentive of its route.
///
/// It changes lanes where that pays and nobody behind has to brake harder than is safe; as the
/// place comes near by which the route needs a change, the change need not pay any more, and more
/// braking of others is accepted. The way over is a quintic in the Frenet frame of the lane. It
/// returns as long as it is on its own side if the gap closes. In junctions, with walkers about,
/// and on routes that run in a ring or jump it keeps to its lane.
public struct IDMMOBILPlanner: Planner {
  static let schema = ModuleSchema(
    "idm-mobil",
    "IDM along the lane, lane changes by MOBIL (Kesting 2007) and as the route needs them.",
    parameters: IDMPlanner.schema.parameters.filter { $0.name != "compat" } + [
      ParameterSchema(
        "politeness", .number(default: 0.25, in: 0...1, dimension: .none),
        "How much what others gain or lose by its lane change counts."),
      ParameterSchema(
        "change_threshold", .number(default: 0.2, in: 0...5, dimension: .acceleration),
        "Advantage that is worth a lane change."),
      ParameterSchema(
        "right_bias", .number(default: 0, in: 0...5, dimension: .acceleration),
        "What the right lane is worth to it."),
      ParameterSchema(
        "safe_decel", .number(default: 3, in: 0.1...8, dimension: .acceleration),
        "How hard those behind may have to brake for its lane change."),
      ParameterSchema(
        "urgent_decel", .number(default: 5, in: 0.1...8, dimension: .acceleration),
        "The same where the route's last place for the change is reached."),
      ParameterSchema(
        "change_duration", .number(default: 4, in: 1...10, dimension: .time),
        "Duration of a lane change."),
      ParameterSchema(
        "change_rest", .number(default: 5, in: 0...600, dimension: .time),
        "After a lane change it stays for this long, unless the route needs another one."),
      ParameterSchema(
        "decision_interval", .number(default: 0.5, in: 0.05...10, dimension: .time),
        "Time between looks at the lanes beside."),
      ParameterSchema(
        "look_ahead", .number(default: 12, in: 1...60, dimension: .time),
        "A change that the route needs is wanted from this long before the last place for it."),
    ])

  /// Parameters as they are used.
  struct Values: Sendable {
    var mobil: MOBIL
    var urgentDeceleration: Double
    var changeDuration: Double
    var lookAhead: Double
    var restTicks: Int
    var intervalTicks: Int
    var fallbackSpeed: Double
    var hardest: Double
  }

  /// A change that is being made.
  struct Change: Sendable {
    /// Where it began, to return to.
    var from: LaneWay
    var to: LaneWay
    var isReturn: Bool
  }

  let values: Values
  let parameters: ParameterValues
  let setup: DrivingSetup
  /// Its desired speed is set for each question.
  let law: IDM
  let lanes: RouteLanes?
  /// Drives the way of the moment; nil before the first call.
  private var driver: IDMPlanner?
  /// The line that the driver follows, and where on it the ego was last, metres.
  private var path: Polyline
  private var progress: Double
  /// The lane that is driven on or changed to; nil: the route's own line is driven.
  private var way: LaneWay?
  /// Where on the way's line, metres.
  private var place = 0.0
  private(set) var change: Change?
  private var changeEnd = 0.0
  /// Desired on lanes without a limit: not below the speed at the start, m/s.
  private var fallbackSpeed = 0.0
  private var nextDecision = Int.min
  private var restsUntil = Int.min

  init(_ parameters: ParameterValues, _ setup: DrivingSetup) {
    values = Values(
      mobil: MOBIL(
        politeness: parameters.number("politeness"),
        threshold: parameters.number("change_threshold"),
        rightBias: parameters.number("right_bias"),
        safeDeceleration: parameters.number("safe_decel")),
      urgentDeceleration: max(
        parameters.number("urgent_decel"), parameters.number("safe_decel")),
      changeDuration: parameters.number("change_duration"),
      lookAhead: parameters.number("look_ahead"),
      restTicks: setup.clock.ticks(parameters.number("change_rest")),
      intervalTicks: max(1, setup.clock.ticks(parameters.number("decision_interval"))),
      fallbackSpeed: parameters.number("fallback_speed"),
      hardest: max(parameters.number("emergency_decel"), parameters.number("decel")))
    self.parameters = parameters
    self.setup = setup
    law = IDM(
      desiredSpeed: values.fallbackSpeed, minGap: parameters.number("min_gap"),
      headway: parameters.number("headway"), acceleration: parameters.number("accel"),
      deceleration: parameters.number("decel"))
    lanes = RouteLanes(setup.route, on: setup.map)
    path = setup.route.centreline
    progress = setup.route.startArcLength
  }

  /// It goes by what it sees now.
  public var readsForecast: Bool { false }

  /// The plan of `idm` along the way that it has chosen.
  public mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    start(scene)
    let centre = scene.ego.centre(scene.vehicle)
    progress = path.project(centre.position, near: progress, window: Self.window).s
    if let way { place = way.line.project(centre.position, near: place, window: Self.window).s }
    driver?.guest = nil
    if change != nil, progress >= changeEnd {
      restsUntil = scene.tick + values.restTicks
      change = nil
    }
    if scene.tick >= nextDecision {
      nextDecision = scene.tick + values.intervalTicks
      if change != nil { reconsider(scene) } else { consider(scene) }
    }
    guard var driver else { preconditionFailure("there is a driver after the start") }
    self.driver = nil
    defer { self.driver = driver }
    return try driver.plan(scene, forecast, in: context)
  }

  /// Farther than this from where it was before, a vehicle is not looked for, metres.
  private static let window = 50.0
  /// Slower than this there is no driving past anybody, m/s.
  private static let crawl = 1.0
  /// No change is shorter than this, metres.
  private static let leastLength = 14.0
  /// A change whose centre is still so far beside its new lane can be given up, metres.
  private static let pointOfNoReturn = 2.2

  /// At the first call: the lane of the start is kept, if the route can be driven lane by lane.
  private mutating func start(_ scene: Scene) {
    guard driver == nil else { return }
    var route = setup.route
    if let lanes {
      let lane = route.lanes[route.laneIndex(at: route.startArcLength)]
      if let found = lanes.way(over: lane) {
        way = found
        let centre = scene.ego.centre(scene.vehicle).position
        let begin = found.route.laneStarts[found.first]
        let there = route.centreline.point(at: route.startArcLength)
        let near = found.line.project(there)
        place = found.line.project(centre, near: max(near.s, begin), window: Self.window).s
        if found.deadline != nil || found.changes > 0 {
          // The route changes lanes on its way: that is to be decided.
          route = found.route
          route.startArcLength = place
        }
      }
    }
    fallbackSpeed = max(values.fallbackSpeed, scene.ego.speed)
    drive(route)
  }

  private mutating func drive(_ route: Route) {
    var setup = setup
    setup.route = route
    path = route.centreline
    progress = route.startArcLength
    let before = driver
    driver = IDMPlanner(parameters, setup, compat: false, fallbackSpeed: fallbackSpeed)
    if let before { driver?.takeOver(from: before) }
  }

  /// Whether a lane beside the own one is better, or needed.
  private mutating func consider(_ scene: Scene) {
    guard let lanes, let way, scene.ego.velocity.x > -0.1 else { return }
    let index = way.route.laneIndex(at: place)
    let lane = way.route.lanes[index]
    guard !setup.map.lanes[lane].isConnector, let level = lanes.level(of: lane) else { return }
    let speed = max(scene.ego.velocity.x, 0)
    let own = outlook(along: way, at: place, scene)
    let urgency = urgency(of: way, at: place, speed)
    if urgency == nil, own.gaps.hasWalker || scene.tick < restsUntil { return }

    var best: (target: LaneWay, place: Double, worth: Double)?
    for target in lanes.targets(of: lane, at: level) {
      guard let beside = lanes.way(over: target) else { continue }
      let there = beside.line.project(
        scene.ego.centre(scene.vehicle).position,
        near: beside.route.laneStarts[beside.first] + place - way.route.laneStarts[index],
        window: 2 * Self.window
      ).s
      let isNeeded = urgency != nil && beside.changes < way.changes
      if urgency != nil && !isNeeded { continue }
      if !isNeeded, !isOpen(beside, from: there, speed, instead: way) { continue }
      let new = outlook(along: beside, at: there, scene)
      if isNeeded, new.gaps.isBlocked || !isSafe(own, new, urgency: urgency) {
        makeRoom(for: new, at: there, speed)
        continue
      }
      guard !new.gaps.isBlocked, !new.gaps.hasWalker || isNeeded,
        isSafe(own, new, urgency: urgency)
      else { continue }
      let isLeft = setup.map.lanes[lane].left?.lane == target
      let worth =
        isNeeded
        ? 1_000
        : values.mobil.advantage(mobilOutlook(own, new, scene), toLeft: isLeft)
      if worth > 0, worth > best?.worth ?? 0 { best = (beside, there, worth) }
    }
    if let best { begin(best.target, at: best.place, scene, isReturn: false) }
  }

  /// Begins to go over to another way, if nobody is foreseen to be in its way.
  private mutating func begin(
    _ target: LaneWay, at there: Double, _ scene: Scene, isReturn: Bool
  ) {
    guard let from = way else { return }
    let speed = max(scene.ego.velocity.x, 0)
    var length = max(speed * values.changeDuration, Self.leastLength)
    if let deadline = from.deadline, !isReturn {
      length = min(length, max(deadline - place, Self.leastLength))
    }
    guard
      let over = LaneChangePath(
        from: path, at: progress, to: target, near: there, length: length)
    else { return }
    let before = (driver: driver, path: path, progress: progress)
    drive(over.route)
    if !isReturn, !isClear(scene) {
      driver = before.driver
      path = before.path
      progress = before.progress
      return
    }
    change = Change(from: from, to: target, isReturn: isReturn)
    changeEnd = over.end
    way = target
    place = there
  }

  /// In a change: back, if the gap has closed and the own side is not yet left.
  private mutating func reconsider(_ scene: Scene) {
    guard let change, !change.isReturn, let way else { return }
    let centre = scene.ego.centre(scene.vehicle).position
    let beside = way.line.project(centre, near: place, window: Self.window)
    guard beside.distance > Self.pointOfNoReturn else { return }
    let new = outlook(along: way, at: place, scene)
    let braking = new.follower?.after ?? 0
    guard new.gaps.isBlocked || braking < -values.urgentDeceleration else { return }
    let back = change.from.line.project(
      centre, near: change.from.line.project(centre).s, window: Self.window
    ).s
    guard !outlook(along: change.from, at: back, scene).gaps.isBlocked else { return }
    begin(change.from, at: back, scene, isReturn: true)
  }

  /// Lets who is beside or before it on the lane to change to go first.
  private mutating func makeRoom(for new: LaneOutlook, at there: Double, _ speed: Double) {
    guard speed > Self.crawl, let leader = new.gaps.leader, leader.gap < 2 * speed + 10 else {
      return
    }
    let half = setup.vehicle.length / 2
    // Not slower than walking pace, and not at once: the gap opens little by little.
    driver?.guest = (
      end: progress + half + max(leader.gap, 0.5 * speed + law.minGap),
      speed: max(leader.speed, 0.7 * speed)
    )
  }

  /// How near the last place for a change is that the route needs: from 0 where it comes to be
  /// wanted to 1 at the place; nil: not yet, or none is needed.
  private func urgency(of way: LaneWay, at s: Double, _ speed: Double) -> Double? {
    guard let deadline = way.deadline else { return nil }
    let room = deadline - s
    let wanted =
      Double(max(way.changes, 1)) * max(values.lookAhead * speed, 4 * Self.leastLength)
    return room < wanted ? min(max(1 - room / wanted, 0), 1) : nil
  }

  /// Whether there is a point in changing to a lane that the route does not need: it must lead on
  /// as far, and there must be room before the next junction.
  private func isOpen(
    _ beside: LaneWay, from s: Double, _ speed: Double, instead way: LaneWay
  ) -> Bool {
    let needed = max(values.changeDuration * speed, Self.leastLength)
    if beside.changes > way.changes || beside.deadline != nil {
      guard let deadline = beside.deadline,
        deadline - s > 2.5 * Double(max(beside.changes, 1)) * max(values.lookAhead * speed, 100)
      else { return false }
    }
    var k = beside.route.laneIndex(at: s)
    while k < beside.route.lanes.count, !setup.map.lanes[beside.route.lanes[k]].isConnector {
      k += 1
    }
    let end =
      k < beside.route.lanes.count ? beside.route.laneStarts[k] : beside.line.length
    return end - s > 1.5 * needed + 10
  }

  /// Whether the plan of the way of the moment keeps clear of everybody who goes straight on.
  private mutating func isClear(_ scene: Scene) -> Bool {
    guard var driver else { return false }
    let context = TickContext(
      clock: setup.clock, tick: scene.tick, random: CounterRandom(seed: 0), stream: 0)
    guard let plan = try? driver.plan(scene, .none, in: context) else { return false }
    return PlanClearance(scene).isClear(plan, for: values.changeDuration)
  }
}
