import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld

/// The way of a planner that runs along its route: repaired where the ego is not on it, with the
/// speeds that may be driven and with paths of a towed rear axle.
struct RouteCourse {
  /// What a planner wants of it.
  struct Wishes: Hashable, Sendable {
    /// Limit of lanes without one, m/s.
    var fallbackSpeed: Double
    /// Allowed in bends, m/s^2 and rad/s.
    var lateralAcceleration: Double
    var yawRate: Double
    /// Used ahead of slower stretches, m/s^2.
    var deceleration: Double
    /// It goes by the appointment at its goal.
    var heedsArrival: Bool
  }

  let setup: DrivingSetup
  let wishes: Wishes
  let vehicle: VehicleParameters
  /// Where the ego is at the start.
  private let ego: EgoState
  let route: Route
  /// Road segments of the way.
  let segments: [Int]
  let profile: SpeedProfile
  /// The appointment at the end of the way; nil: none.
  let arrival: ArrivalPace?

  /// Distance between the vertices of a path, metres.
  private static let spacing = 1.0
  /// A vehicle that starts farther from its route than this, metres, or turned away from it by more
  /// than a quarter turn is led onto it.
  private static let startDistance = 6.0
  /// What bends may take more if the ego is late from the start.
  private static let haste = 1.5

  init(_ setup: DrivingSetup, from scene: Scene, _ wishes: Wishes) {
    self.setup = setup
    self.wishes = wishes
    vehicle = scene.vehicle
    ego = scene.ego
    var route = setup.route
    var segments = route.segments
    var arrival =
      wishes.heedsArrival
      ? setup.arrival.map { ArrivalPace(arrival: $0, step: setup.clock.step) } : nil
    if !Self.isOn(route, scene) {
      let repaired = RouteRepair(map: setup.map).repaired(route.segments, from: scene.ego.pose)
      let search = CentrelineSearch(map: setup.map, segments: repaired)
      if let found = Self.found(search, scene) {
        route = found
        segments = repaired
        // (It is told by places on the route that was given.)
        arrival = nil
      }
    }
    self.route = route
    self.segments = segments
    self.arrival = arrival
    let isLate =
      arrival?.isLate(
        at: route.startArcLength, speed: scene.ego.speed, limit: .infinity, tick: scene.tick)
      ?? false
    // Who is late takes bends faster.
    let haste = isLate ? Self.haste : 1
    profile = SpeedProfile(
      SpeedProfile.Limits(
        route: route, map: setup.map, lateralAcceleration: haste * wishes.lateralAcceleration,
        yawRate: haste * wishes.yawRate, deceleration: wishes.deceleration),
      // Where there is no limit, as fast as it takes to be in time.
      fallback: max(
        wishes.fallbackSpeed, scene.ego.speed,
        1.2 * (arrival?.neededSpeed(at: route.startArcLength, tick: scene.tick) ?? 0)))
  }

  private static func isOn(_ route: Route, _ scene: Scene) -> Bool {
    let centre = scene.ego.centre(scene.vehicle)
    let place = route.centreline.project(
      centre.position, near: route.startArcLength, window: 50)
    let direction = route.centreline.directions[Int(place.segment)]
    return place.distance < Self.startDistance && direction.dot(centre.direction) > 0
  }

  /// The way found by search from where the ego is; nil if there is none.
  private static func found(_ search: CentrelineSearch, _ scene: Scene) -> Route? {
    let map = scene.map
    let box = scene.ego.box(scene.vehicle)
    let areas = DrivingAreas.official(around: box.centre, on: map)
    guard let start = search.startLane(scene.ego.pose, box: box, among: areas) else { return nil }
    let lanes = search.path(from: start)
    var points: [Vector2] = []
    var starts: [Double] = []
    var length = 0.0
    for lane in lanes {
      let line = map.lanes[lane].centreline
      starts.append(length)
      length += line.length
      points += points.last == line.start ? Array(line.vertices.dropFirst()) : line.vertices
    }
    guard let centreline = Polyline(points) else { return nil }
    return Route(
      lanes: lanes, segments: search.segments, centreline: centreline, laneStarts: starts,
      startArcLength: centreline.project(box.centre).s, goalArcLength: nil)
  }

  /// The route's centreline and the same moved aside, with poses of a towed rear axle; where there
  /// is no way to be found, one path straight ahead.
  ///
  /// - Parameter offsets: to the left, metres.
  func paths(_ offsets: [Double]) -> [CandidatePath] {
    var line = samples(of: route.centreline)
    if route.isClosed {
      let farthest =
        route.startArcLength + 200 + Double(setup.ticks + 80) * setup.clock.step
        * max(
          wishes.fallbackSpeed, ego.speed,
          route.lanes.compactMap { setup.map.lanes[$0].speedLimit }.max() ?? 0)
      let lap = Array(line.dropFirst())
      let laps = min((farthest / route.centreline.length).rounded(.up), 1000)
      for _ in 0..<max(0, Int(laps) - 1) { line += lap }
    }
    guard let centreline = Polyline(line) else { return [Self.straightPath(ego)] }
    var paths: [CandidatePath] = []
    for offset in offsets {
      let points =
        offset == 0
        ? centreline.vertices
        : centreline.vertices.indices.map { i in
          centreline.vertices[i]
            + Pose2(.zero, heading: centreline.vertexHeadings[i]).direction.left * offset
        }
      if let path = towed(points) { paths.append(path) }
    }
    return paths.count == offsets.count ? paths : [Self.straightPath(ego)]
  }

  /// Speeds of the profile, for as many laps as a path has.
  func speeds(for path: CandidatePath) -> [Double] {
    var speeds = profile.speeds
    let laps = path.length / route.centreline.length
    if route.isClosed, laps > 1 {
      let lap = profile.speeds.dropLast()
      for _ in 1...Int(laps.rounded(.up)) { speeds += lap }
    }
    return speeds
  }

  /// The stop signs on the way, by the arc length of a path along it.
  func signs(along path: CandidatePath) -> StopSigns {
    let laps = max((path.length / route.centreline.length).rounded(), 1)
    return StopSigns(route: route, map: setup.map, lap: path.length / laps)
  }

  private func samples(of line: Polyline) -> [Vector2] {
    let pieces = max(1, Int((line.length / Self.spacing).rounded(.up)))
    return (0...pieces).map { k in
      line.point(at: line.length * Double(k) / Double(pieces))
    }
  }

  /// A line with the poses of a rear axle while the centre is at each vertex.
  private func towed(_ points: [Vector2]) -> CandidatePath? {
    guard let line = Polyline(points) else { return nil }
    var axle = TowedAxle(
      path: line, arcLength: 0, rearAxleToCentre: vehicle.rearAxleToCentre)
    let poses = line.arcLengths.map { axle.advance(to: $0) }
    return CandidatePath(line: line.vertices, poses: poses)
  }

  /// Straight ahead, where there is no way to be found.
  static func straightPath(_ ego: EgoState) -> CandidatePath {
    let poses = (0...200).map { ego.pose.advanced(by: Double($0)) }
    guard let path = CandidatePath(poses: poses) else {
      preconditionFailure("poses of the ego are finite")
    }
    return path
  }
}
