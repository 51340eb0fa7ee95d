import SimCore
import SimGeometry
import SimMap
public import SimStack
import SimWorld

/// Vehicles and cyclists go on along their lanes, at the side of them where they are, with their
/// present speed; those that brake go on braking. Who is in no lane goes straight on, as walkers
/// do.
///
/// Where lanes part, the one to the side of the indicator is taken, else the straightest. A
/// sideways motion dies away slowly; with the indicator on, it leads to the middle of the next
/// lane. Cyclists go round what stands before them.
public struct LaneFollowingPredictor: Predictor {
  static let schema = ModuleSchema(
    "lane-following",
    "Along the lanes at the present speed, braking goes on; who is in no lane goes straight; one mode.",
    parameters: [
      ParameterSchema(
        "horizon", .number(default: 8, in: 0.1...30, dimension: .time),
        "How far ahead to predict."),
      ParameterSchema(
        "step", .number(default: 0.2, in: 0.01...5, dimension: .time),
        "Time between predicted points."),
      ParameterSchema(
        "braking", .number(default: 4, in: 0...30, dimension: .time),
        "How long who brakes goes on braking."),
      ParameterSchema(
        "drift", .number(default: 8, in: 0.01...30, dimension: .time),
        "Time constant with which a motion across the lane dies away."),
    ])

  /// Weaker braking is not taken for such, m/s^2: brake lights would be off.
  private static let braking = -VehicleLights.brakesFrom
  /// Slower ones stand, m/s.
  private static let standstill = 0.05
  /// A lane that runs across the heading by more than this is not followed: cosine of 60 degrees.
  private static let alongLane = 0.5
  /// What a lane is preferred by if it is the way that the driver shows, or the straightest: as
  /// much as being so many metres nearer.
  private static let preference = 0.3
  /// Lanes that are followed one after the other; an absurd speed has an end thereby.
  private static let mostLanes = 64
  /// Who indicates and moves to that side at least so fast changes lanes, m/s; without moving it
  /// waits for a gap.
  private static let leaving = 0.15
  /// Who changes lanes does so at least this fast, m/s.
  private static let changeSpeed = 0.8

  let stepMicroseconds: Int64
  let steps: Int
  private let brakingTime: Double
  /// Time from now of each point, s.
  private let times: [Double]
  /// How far who drifts by 1 m/s has drifted at each of them, metres.
  private let drifted: [Double]

  init(_ parameters: ParameterValues) {
    let step = Int64((parameters.number("step") * 1_000_000).rounded())
    let horizon = Int64((parameters.number("horizon") * 1_000_000).rounded())
    self.init(
      stepMicroseconds: step, steps: max(1, Int(horizon / step)),
      braking: parameters.number("braking"), drift: parameters.number("drift"))
  }

  /// - Parameters:
  ///   - braking: how long who brakes goes on braking, s.
  ///   - constant: with which a motion across the lane dies away, s.
  init(stepMicroseconds: Int64, steps: Int, braking: Double = 4, drift constant: Double = 8) {
    self.stepMicroseconds = stepMicroseconds
    self.steps = steps
    brakingTime = braking
    let step = Double(stepMicroseconds) / 1_000_000
    times = (1...steps).map { Double($0) * step }
    drifted = times.map { constant * (1 - ExactMath.exp(-$0 / constant)) }
  }

  /// One mode a track; no covariance.
  public mutating func predict(_ scene: Scene, in context: TickContext) throws(StageFailure)
    -> Forecast
  {
    var points: [Forecast.Point] = []
    points.reserveCapacity(scene.tracks.count * steps)
    for track in scene.tracks {
      append(track, on: scene.map, to: &points)
      if track.agentClass == .bicycle, let round = Detour(of: track, among: scene.tracks) {
        for k in 0..<steps {
          let place = points.count - steps + k
          let left = Pose2(.zero, heading: points[place].heading).direction.left
          let aside = left * round.offset(after: way(track, after: times[k]))
          points[place].x += aside.x
          points[place].y += aside.y
        }
      }
    }
    return Forecast(
      stepMicroseconds: stepMicroseconds, steps: steps, modes: 1, tracks: scene.tracks.map(\.id),
      probabilities: [Double](repeating: 1, count: scene.tracks.count), points: points)
  }

  /// How somebody goes round what stands on its straight way: aside little by little, past it, and
  /// back.
  private struct Detour {
    /// To the left at the widest, metres.
    private let width: Double
    /// Ways after which it is wholly aside, begins to come back, and is back, metres.
    private let out: Double
    private let past: Double
    private let back: Double

    /// What is nearer than it gets in this time is gone round, s, and what is nearer than this,
    /// metres.
    private static let ahead = (time: 4.0, length: 10.0)
    /// Kept to the side of it, and before and behind it, metres.
    private static let room = (side: 0.5, ends: 2.0)
    /// It is taken for being in the way if no more than this is left beside it, metres.
    private static let leastSide = 0.3
    private static let returning = 8.0

    /// nil if nothing is in the way.
    init?(of track: Track, among others: [Track]) {
      let box = track.box
      let left = box.direction.left
      let reach = Self.ahead.time * track.speed + Self.ahead.length
      var nearest: (way: Double, end: Double, width: Double)?
      guard track.speed > LaneFollowingPredictor.standstill else { return nil }
      for other in others where other.id != track.id {
        guard other.agentClass.isObject || other.agentClass.isVehicle,
          other.speed.magnitude < LaneFollowingPredictor.standstill
        else { continue }
        let offset = other.box.centre - box.centre
        let along = offset.dot(box.direction)
        let half = other.box.halfExtent(along: box.direction)
        guard along - half > 0, along - half < reach, along < nearest?.way ?? .infinity else {
          continue
        }
        let side = offset.dot(left)
        let clear = other.box.halfExtent(along: left) + box.halfWidth
        guard side.magnitude - clear < Self.leastSide else { continue }
        let toLeft = side + clear + Self.room.side
        let toRight = side - clear - Self.room.side
        nearest = (
          along, half, toLeft <= -toRight ? toLeft : toRight
        )
      }
      guard let nearest else { return nil }
      width = nearest.width
      let reachOut = nearest.end + box.halfLength + Self.room.ends
      out = max(nearest.way - reachOut, 0.1)
      past = nearest.way + reachOut
      back = past + Self.returning
    }

    /// To the left after a way, metres.
    func offset(after way: Double) -> Double {
      if way < out { return width * way / out }
      if way < past { return width }
      return way < back ? width * (back - way) / Self.returning : 0
    }
  }

  /// Appends the way of one track, as if it were alone.
  func append(_ track: Track, on map: LaneGraph, to points: inout [Forecast.Point]) {
    if track.speed.magnitude < Self.standstill || track.agentClass.isObject {
      stand(track, into: &points)
    } else if track.speed > 0, track.agentClass != .pedestrian,
      let start = Self.start(of: track, on: map)
    {
      follow(start, track, on: map, into: &points) { way(track, after: times[$0]) }
    } else {
      goStraight(track, into: &points)
    }
  }

  /// Appends the way of one track that is in a lane and gets so far, metres by step.
  func append(
    _ track: Track, from start: Start, ways: ArraySlice<Double>, on map: LaneGraph,
    to points: inout [Forecast.Point]
  ) {
    follow(start, track, on: map, into: &points) { ways[ways.startIndex + $0] }
  }

  private func stand(_ track: Track, into points: inout [Forecast.Point]) {
    let point = Forecast.Point(
      x: track.box.centre.x, y: track.box.centre.y, heading: track.box.heading)
    points.append(contentsOf: repeatElement(point, count: steps))
  }

  private func goStraight(_ track: Track, into points: inout [Forecast.Point]) {
    for time in times {
      let place = track.box.centre + track.box.direction * way(track, after: time)
      points.append(Forecast.Point(x: place.x, y: place.y, heading: track.box.heading))
    }
  }

  /// How far a track gets in a time, metres along its heading: who brakes brakes on for a while, at
  /// most to standstill.
  func way(_ track: Track, after time: Double) -> Double {
    guard track.speed > 0, track.acceleration < Self.braking else { return track.speed * time }
    let stops = track.speed / -track.acceleration
    let end = min(brakingTime, stops)
    let slowing = min(time, end)
    let slowed = track.speed * slowing + 0.5 * track.acceleration * slowing * slowing
    guard time > end, end < stops else { return slowed }
    return slowed + (track.speed + track.acceleration * end) * (time - end)
  }

  /// Where a track is in a lane.
  struct Start {
    var lane: Int
    var frenet: FrenetPoint
    /// m/s to the left.
    var drift: Double
  }

  /// The lane that a track most likely follows; nil if it is in none that runs its way.
  static func start(of track: Track, on map: LaneGraph) -> Start? {
    var best: Start?
    var least = Double.infinity
    let place = BoundingBox(min: track.box.centre, max: track.box.centre)
    func look(at lane: Int) {
      guard map.lane(lane, contains: track.box.centre) else { return }
      let line = map.lanes[lane].centreline
      let frenet = line.project(track.box.centre)
      let direction = line.directions[Int(frenet.segment)]
      let cosine = direction.dot(track.box.direction)
      guard cosine > alongLane else { return }
      let turn = turn(line)
      let cost =
        frenet.d.magnitude + 4 * (1 - cosine) + preference * detour(turn, track.lights)
      // (Lanes come in no particular order.)
      if cost < least || (cost == least && lane < best?.lane ?? Int.max) {
        least = cost
        best = Start(
          lane: lane, frenet: frenet, drift: track.speed * direction.cross(track.box.direction))
      }
    }
    map.forEachDrivableLane(meeting: place) { look(at: $0) }
    if track.agentClass == .bicycle { map.forEachBicycleLane(meeting: place) { look(at: $0) } }
    return best
  }

  /// How far a line turns from end to end, left positive, in (-2, 2): rises with the angle.
  static func turn(_ line: Polyline) -> Double {
    let first = line.directions[0]
    let last = line.directions[line.segmentCount - 1]
    let sine = first.cross(last)
    return first.dot(last) >= 0 ? sine : (sine < 0 ? -2 - sine : 2 - sine)
  }

  /// What speaks against turning so: doing otherwise than the indicators say, or not going straight
  /// on without them.
  static func detour(_ turn: Double, _ lights: VehicleLights) -> Double {
    if lights.contains(.left) != lights.contains(.right) {
      return lights.contains(.left) ? 2 - turn : 2 + turn
    }
    return turn.magnitude
  }

  /// The lane after another one; nil at the end of the road.
  static func successor(of lane: Int, _ lights: VehicleLights, on map: LaneGraph) -> Int? {
    let successors = map.lanes[lane].successors
    guard successors.count > 1 else { return successors.first }
    var best = successors[0]
    var least = Double.infinity
    for next in successors {
      let detour = detour(turn(map.lanes[next].centreline), lights)
      if detour < least {
        least = detour
        best = next
      }
    }
    return best
  }

  /// The middle of the lane that a track changes to, metres to the left of that of its own; nil if
  /// it does not show that it is changing lanes.
  private func target(of start: Start, _ track: Track, on map: LaneGraph) -> Double? {
    let toLeft = track.lights.contains(.left)
    guard toLeft != track.lights.contains(.right),
      (toLeft ? start.drift : -start.drift) > Self.leaving
    else { return nil }
    let lane = map.lanes[start.lane]
    guard !lane.isConnector, let next = toLeft ? lane.left : lane.right, next.isSameDirection,
      map.lanes[next.lane].kind != .bicycle || track.agentClass == .bicycle
    else { return nil }
    return map.lanes[next.lane].centreline.project(track.box.centre).distance
      * (toLeft ? 1 : -1) + start.frenet.d
  }

  private func follow(
    _ start: Start, _ track: Track, on map: LaneGraph, into points: inout [Forecast.Point],
    way: (Int) -> Double
  ) {
    let aside = start.frenet.d
    let target = target(of: start, track, on: map)
    let change = max(start.drift.magnitude, Self.changeSpeed)
    var lane = start.lane
    var line = map.lanes[lane].centreline
    var before = -start.frenet.s
    var cursor = start.frenet.segment
    var lanes = 1
    for k in 0..<steps {
      let way = way(k)
      while way - before > line.length, lanes < Self.mostLanes,
        let next = Self.successor(of: lane, track.lights, on: map)
      {
        lanes += 1
        before += line.length
        lane = next
        line = map.lanes[next].centreline
        cursor = 0
      }
      let s = way - before
      let pose = line.smoothPose(at: s, cursor: &cursor)
      let direction = line.directions[Int(cursor)]
      let offset: Double
      if let target {
        let most = change * times[k]
        offset = aside + min(max(target - aside, -most), most)
      } else {
        offset = aside + start.drift * drifted[k]
      }
      // Beyond the end of the road straight on.
      let place =
        pose.position + direction * max(s - line.length, 0) + direction.left * offset
      points.append(Forecast.Point(x: place.x, y: place.y, heading: pose.heading))
    }
  }
}
