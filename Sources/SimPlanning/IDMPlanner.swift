import SimCore
import SimGeometry
import SimMap
import SimModels
public import SimStack
import SimWorld

/// Follows the route's centreline and keeps its distance by the Intelligent Driver Model.
///
/// With `compat` it is nuPlan's IDM planner: the limit of the first lane for the whole drive, no
/// slowing for bends, red connectors as obstacles, headings along the centreline. Without, it keeps
/// each lane's limit, slows for bends, plans the rear axle as towed behind the centre, and stops at
/// the stop line of red signals, of yellow ones if it comfortably can, and once at stop signs.
/// It never changes lanes except where the route does, and gives way to nobody who is not yet in
/// its way.
public struct IDMPlanner: Planner {
  static let schema = ModuleSchema(
    "idm",
    "Intelligent Driver Model on the route's centreline, after nuPlan's IDM planner.",
    parameters: [
      ParameterSchema(
        "min_gap", .number(default: 1, in: 0.01...20, dimension: .length), "Gap at standstill."),
      ParameterSchema(
        "headway", .number(default: 1.5, in: 0...10, dimension: .time), "Desired time headway."),
      ParameterSchema(
        "accel", .number(default: 1, in: 0.01...10, dimension: .acceleration),
        "Largest acceleration."),
      ParameterSchema(
        "decel", .number(default: 3, in: 0.01...12, dimension: .acceleration),
        "Comfortable deceleration; with compat also the largest."),
      ParameterSchema(
        "emergency_decel", .number(default: 6, in: 0.01...12, dimension: .acceleration),
        "Largest deceleration, for what cannot be done comfortably; not used with compat."),
      ParameterSchema(
        "fallback_speed", .number(default: 10, in: 0.1...60, dimension: .speed),
        "Desired speed on lanes without a limit (never below the speed at the start)."),
      ParameterSchema(
        "radius", .number(default: 200, in: 1...1000, dimension: .length),
        "Things farther from the centre than this are not looked at (nuPlan: 40 m)."),
      ParameterSchema(
        "horizon", .number(default: 8, in: 0.5...30, dimension: .time), "Length of the plan."),
      ParameterSchema(
        "sample_interval", .number(default: 0.5, in: 0.02...2, dimension: .time),
        "Time between the points of the plan."),
      ParameterSchema(
        "lateral_accel", .number(default: 1.5, in: 0.1...20, dimension: .acceleration),
        "Lateral acceleration allowed in bends; not used with compat."),
      ParameterSchema(
        "yaw_rate", .number(default: 0.45, in: 0.01...2, dimension: .angularRate),
        "Turn rate allowed in bends, what slows for tight ones; not used with compat."),
      ParameterSchema(
        "compat", .flag(default: false),
        "nuPlan's planner to the letter: first lane's limit, no slowing for bends, red connectors."),
    ])

  /// Braking is planned harder than it takes by this much: nuPlan's tracker follows late and
  /// delivers three quarters of it. (Without, a car at 13 m/s runs into a standing one that it has
  /// seen from 95 m.)
  private static let margin = 2.0

  /// Its desired speed is set anew for each step of a plan.
  private let law: IDM
  /// Hardest braking, m/s^2.
  private let emergency: Double
  private let path: Polyline
  /// What the speed profile is made of at the first call; nil with compat.
  private let limits: SpeedProfile.Limits?
  private var profile: SpeedProfile?
  private let stops: SignalStops
  /// nil with compat.
  private(set) var signs: StopSigns?
  private let radius: Double
  private let samples: Int
  private let intervalMicroseconds: Int64
  /// Points of the plan for each step of the model; nuPlan has 1.
  private let pointsPerSample: Int
  /// What share of a step has passed at each of them, and how much time, microseconds.
  private let parts: [(share: Double, microseconds: Int64)]
  private let fallbackSpeed: Double
  private let firstLimit: Double?
  /// nuPlan fixes its desired speed at the first call; nil before.
  private var targetSpeed: Double?
  /// Where on the path the centre was last seen, metres.
  private var arcLength: Double
  private var corridor: PathCorridor
  /// A plan's points before they are written.
  private let blank: [Trajectory.Point]
  /// Somebody beside the path who is to be let in, or behind whom there is a gap: an arc length
  /// up to which there is room, metres, and a speed, m/s.
  var guest: (end: Double, speed: Double)?

  init(_ parameters: ParameterValues, _ setup: DrivingSetup) {
    self.init(
      parameters, setup, compat: parameters.flag("compat"),
      fallbackSpeed: parameters.number("fallback_speed"))
  }

  /// One for some way, whatever the parameters say of `compat` and the speed without a limit.
  init(
    _ parameters: ParameterValues, _ setup: DrivingSetup, compat: Bool, fallbackSpeed: Double
  ) {
    let route = setup.route
    self.fallbackSpeed = fallbackSpeed
    path = route.centreline
    law = IDM(
      desiredSpeed: fallbackSpeed, minGap: parameters.number("min_gap"),
      headway: parameters.number("headway"), acceleration: parameters.number("accel"),
      deceleration: parameters.number("decel"))
    let decel = parameters.number("decel")
    emergency = compat ? decel : max(decel, parameters.number("emergency_decel"))
    firstLimit = route.lanes.first.flatMap { setup.map.lanes[$0].speedLimit }
    limits =
      compat
      ? nil
      : SpeedProfile.Limits(
        route: route, map: setup.map,
        lateralAcceleration: parameters.number("lateral_accel"),
        yawRate: parameters.number("yaw_rate"),
        deceleration: min(1.5, parameters.number("decel")))
    arcLength = route.startArcLength
    stops = SignalStops(route: route, map: setup.map, wholeConnectors: compat)
    signs = compat ? nil : StopSigns(route: route, map: setup.map)
    radius = parameters.number("radius")
    intervalMicroseconds = Int64((parameters.number("sample_interval") * 1_000_000).rounded())
    let horizon = Int64((parameters.number("horizon") * 1_000_000).rounded())
    samples = max(1, Int(horizon / intervalMicroseconds))
    let count = compat ? 1 : max(1, Int(intervalMicroseconds / 100_000))
    let interval = intervalMicroseconds
    pointsPerSample = count
    parts = (0..<count).map { (Double($0) / Double(count), interval * Int64($0) / Int64(count)) }
    corridor = PathCorridor(path: route.centreline, halfWidth: setup.vehicle.width / 2)
    blank = Array(
      repeating: Trajectory.Point(
        timeMicroseconds: 0, pose: Pose2(.zero, heading: 0), speed: 0),
      count: samples * count + 1)
  }

  /// Goes on where another one stops being asked, on a way beside its own.
  mutating func takeOver(from other: IDMPlanner) {
    if let known = other.signs { signs?.remember(known) }
  }

  /// It goes by what it sees now.
  public var readsForecast: Bool { false }

  /// The route's centreline at the speeds of a roll-out of the model behind what is next in the
  /// way.
  public mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    let vehicle = scene.vehicle
    let centre = scene.ego.centre(vehicle)
    let speedNow = scene.ego.velocity.x
    let target = targetSpeed ?? max(firstLimit ?? fallbackSpeed, scene.ego.speed)
    targetSpeed = target
    if profile == nil, let limits {
      // Lanes without a limit are not a reason to slow down.
      profile = SpeedProfile(limits, fallback: max(fallbackSpeed, scene.ego.speed))
    }

    let progress = progress(of: centre.position)
    let reach = target * Double(samples) * Double(intervalMicroseconds) / 1_000_000
    gather(scene, from: progress, reach: reach)
    let front = progress + vehicle.length / 2
    var lights = stops.active(scene, front: front, speed: speedNow, deceleration: 3)
    signs?.appendClosed(front: front, speed: scene.ego.speed, to: &lights.arcLengths)

    // (A copy of an array is made faster than one point by point.)
    var points = blank
    points.withUnsafeMutableBufferPointer { points in
      rollOut(scene, from: progress, target: target, reach: reach, lights: lights, into: points)
    }
    return Trajectory(points: points)
  }

  /// Drives the model along the path behind what is in the way, as that is now.
  ///
  /// - Parameters:
  ///   - start: where on the path the centre is, metres.
  ///   - target: desired speed without a profile, m/s.
  ///   - reach: how far ahead things are looked for, metres.
  ///
  /// (Mutating, though it changes nothing: else the planner is copied to be lent to it.)
  private mutating func rollOut(
    _ scene: Scene, from start: Double, target: Double, reach: Double, lights: SignalStops.Active,
    into points: UnsafeMutableBufferPointer<Trajectory.Point>
  ) {
    let vehicle = scene.vehicle
    let length = path.length
    let step = Double(intervalMicroseconds) / 1_000_000
    let isTowed = profile != nil
    var law = law
    let minGap = law.minGap
    var progress = start
    var speed = scene.ego.velocity.x
    var time = scene.ego.timeMicroseconds
    var box = scene.ego.box(vehicle)
    var axle = TowedAxle(
      path: path, arcLength: progress, rearAxleToCentre: vehicle.rearAxleToCentre)
    var before = (progress: progress, speed: speed)
    var written = 0
    /// Writes a point with the rear axle of a vehicle whose centre is at an arc length.
    func write(_ arcLength: Double, _ speed: Double, _ time: Int64) {
      let pose =
        isTowed
        ? axle.advance(to: arcLength)
        : path.smoothPose(at: min(arcLength, length)).advanced(by: -vehicle.rearAxleToCentre)
      points[written] = Trajectory.Point(timeMicroseconds: time, pose: pose, speed: speed)
      written += 1
    }
    write(progress, speed, time)
    // The point of the path that the centre is at, and the segments of it and of the far end.
    var cursor: Int32 = 0
    var foot = path.advance(cursor: &cursor, s: min(progress, length)).point
    var far: Int32 = 0
    var allowed = profile?.speed(at: progress)
    var leader = Leader(gap: 0, speed: 0)
    for sample in 0..<samples {
      // Who does not move sees what it saw. (The first box may stand beside the path.)
      if sample < 2 || progress != before.progress {
        leader = self.leader(
          of: box, at: progress, foot: foot, on: cursor, reach: reach, scene: scene,
          lights: lights, vehicle: vehicle, far: &far)
      }
      law.desiredSpeed = allowed.map { max(0.1, $0) } ?? target
      // Before a line it halts no farther off than this, whatever gap it keeps to vehicles.
      law.minGap = leader.isLine ? min(minGap, Self.gapToLine) : minGap
      let asked = law.rawAcceleration(speed: speed, gap: leader.gap, leadSpeed: leader.speed)
      let hardest = hardestBraking(
        speed, behind: leader.speed, gap: leader.gap, minGap: law.minGap)
      let acceleration = min(max(asked, -hardest), law.acceleration)
      before = (progress, speed)
      // Explicit Euler: the whole step at the speed at its start.
      progress += speed * step
      if let profile {
        // The model approaches a lower desired speed too softly for a bend: keep to the profile,
        // as far as comfortable braking can.
        let floor = max(0, speed - law.deceleration * step)
        let limit = profile.speed(at: progress)
        speed = min(max(0, speed + acceleration * step), max(limit, floor))
        allowed = limit
      } else {
        speed = max(0, speed + acceleration * step)
      }
      for k in 1..<pointsPerSample {
        let part = parts[k].share
        // Who follows the plan exactly for a tick has begun to brake by then.
        write(
          before.progress + before.speed * step * part,
          before.speed + (speed - before.speed) * part,
          time + parts[k].microseconds)
      }
      time += intervalMicroseconds
      let pose = path.smoothPose(at: min(progress, length), cursor: &cursor)
      foot = pose.position
      // On a straight the direction stays as it is.
      box = OrientedBox(
        centre: pose.position, heading: pose.heading,
        direction: pose.heading == box.heading ? box.direction : pose.direction,
        length: vehicle.length, width: vehicle.width)
      write(progress, speed, time)
    }
  }

  /// How hard it may brake: comfortably, and harder only as far as it takes to stay behind a
  /// leader.
  private func hardestBraking(
    _ speed: Double, behind leadSpeed: Double, gap: Double, minGap: Double
  ) -> Double {
    let lead = max(leadSpeed, 0)
    guard speed > lead else { return law.deceleration }
    // To half of the gap at standstill.
    let room = max(gap - 0.5 * minGap, 0.1)
    let needed = (speed * speed - lead * lead) / (2 * room)
    return min(max(law.deceleration, IDMPlanner.margin * needed), max(emergency, law.deceleration))
  }

  /// What the vehicle follows, or the end of the path.
  private struct Leader {
    var gap: Double
    /// Along the ego's heading, m/s.
    var speed: Double
    /// It is a line on the road.
    var isLine = false
  }

  /// Largest gap at standstill before a line, metres.
  private static let gapToLine = 1.0

  /// Where on the path a point is. A route may pass one place more than once: it is looked for
  /// around where the vehicle was before. nuPlan's planner looks everywhere.
  private mutating func progress(of p: Vector2) -> Double {
    arcLength =
      limits == nil
      ? path.project(p).s : path.project(p, near: arcLength, window: Self.progressWindow).s
    return arcLength
  }

  /// Farther than this from where it was before, a vehicle is not looked for, metres.
  private static let progressWindow = 50.0

  private mutating func gather(
    _ scene: Scene, from progress: Double, reach: Double
  ) {
    let box = scene.ego.box(scene.vehicle)
    let radiusSquared = radius * radius
    // The plan's last stretch begins where the fastest roll-out ends.
    let last = min(path.length, progress + 2 * reach + scene.ego.speed * 2)
    corridor.start(vehicle: box, from: max(0, progress - box.halfLength), to: last)
    path.withView { path in
      scene.tracks.withUnsafeBufferPointer { tracks in
        for index in tracks.indices
        where (tracks[index].box.centre - box.centre).lengthSquared < radiusSquared {
          corridor.add(tracks[index].box, index: index, along: path)
        }
      }
    }
  }

  /// - Parameters:
  ///   - foot: the point of the path at `progress`, on a segment of it.
  ///   - far: a segment near the end of what is looked at; updated.
  private func leader(
    of box: OrientedBox, at progress: Double, foot: Vector2, on segment: Int32, reach: Double,
    scene: Scene, lights: SignalStops.Active, vehicle: VehicleParameters, far: inout Int32
  ) -> Leader {
    let first = min(progress, path.length)
    let last = min(progress + reach, path.length)
    let stretch = corridor.stretch(
      from: first, at: foot, on: segment, to: last, near: &far)
    var nearest = Double.infinity
    var leader: Leader?
    if let found = corridor.nearest(to: box, along: stretch) {
      nearest = found.distance
      let speed = scene.tracks.withUnsafeBufferPointer { tracks in
        let track = tracks.baseAddress.map { $0 + found.index }
        guard let track, !track.pointee.agentClass.isObject else { return 0.0 }
        return track.pointee.speed * track.pointee.box.direction.dot(box.direction)
      }
      leader = Leader(gap: found.distance, speed: speed)
    }
    if lights.areAny,
      let gap = lights.gap(
        of: box, front: progress + vehicle.length / 2, corridor: corridor,
        from: first, to: last), gap < nearest
    {
      leader = Leader(gap: gap, speed: 0, isLine: lights.areas.isEmpty)
    }
    if let guest {
      let gap = max(guest.end - progress - vehicle.length / 2, 0)
      if gap < nearest, gap < leader?.gap ?? .infinity {
        leader = Leader(gap: gap, speed: guest.speed)
      }
    }
    return leader ?? Leader(gap: path.length - progress - vehicle.length / 2, speed: 0)
  }
}
