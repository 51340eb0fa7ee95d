import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld

// What is made at the first call: the repaired route, its centreline, the paths beside it.
extension PDMClosedPlanner {
  /// Distance between the vertices of a path, metres.
  private static let spacing = 1.0
  /// A vehicle that starts farther from its route than this, metres, or turned away from it by more
  /// than a quarter turn is led onto it.
  private static let startDistance = 6.0

  func makeMachinery(for scene: Scene) -> Machinery {
    let repaired = RouteRepair(map: setup.map).repaired(setup.route.segments, from: scene.ego.pose)
    if values.compat {
      let search = CentrelineSearch(map: setup.map, segments: repaired)
      return machinery(search, setup.route, officialPaths(search, scene), profile: nil)
    }
    var route = setup.route
    var segments = route.segments
    if !isOn(route, scene) {
      let search = CentrelineSearch(map: setup.map, segments: repaired)
      if let found = found(search, scene) {
        route = found
        segments = repaired
      }
    }
    let profile = SpeedProfile(
      SpeedProfile.Limits(
        route: route, map: setup.map, lateralAcceleration: values.lateralAcceleration,
        yawRate: values.yawRate, deceleration: min(1.5, values.generator.deceleration)),
      fallback: max(values.fallbackSpeed, scene.ego.speed))
    return machinery(
      CentrelineSearch(map: setup.map, segments: segments), route, towedPaths(route, scene),
      profile: profile)
  }

  private func machinery(
    _ search: CentrelineSearch, _ route: Route, _ paths: [CandidatePath], profile: SpeedProfile?
  ) -> Machinery {
    var generator = CandidateGenerator(paths: paths, values.generator)
    if let profile {
      generator.rules = CandidateGenerator.Rules(
        speeds: profile.speeds, spacing: profile.spacing)
      let laps = paths[0].length / route.centreline.length
      if route.isClosed, laps > 1 {
        let lap = profile.speeds.dropLast()
        for _ in 1...Int(laps.rounded(.up)) { generator.rules.speeds += lap }
      }
    } else {
      generator.rules = CandidateGenerator.Rules(speeds: [values.fallbackSpeed])
    }
    var scoring = CandidateScorer.Parameters()
    scoring.compat = values.compat
    scoring.clearance = values.clearance
    // nuPlan's metric asks for 0.95 s.
    if !values.compat { scoring.lookAheads = [0, 4, 7, 10] }
    let samples = values.generator.steps + 1
    return Machinery(
      segments: search.segments, search: search, generator: generator,
      rollout: CandidateRollout(
        candidates: generator.count, steps: values.generator.steps, compat: values.compat),
      scorer: CandidateScorer(candidates: generator.count, samples: samples, scoring),
      areas: DrivingAreas(
        on: setup.map, route: search.segments, by: values.compat ? .official : .map),
      stops: SignalStops(route: route, map: setup.map, wholeConnectors: false),
      connectors: search.lanes.compactMap { lane in
        setup.map.lanes[lane].isConnector
          ? setup.map.lanes[lane].signal.map { (lane: lane, signal: $0) } : nil
      },
      progress: route.startArcLength, starts: [Double](repeating: 0, count: paths.count))
  }

  /// Paths of the official planner: lanes' centrelines in a row, and the same moved aside.
  private func officialPaths(_ search: CentrelineSearch, _ scene: Scene) -> [CandidatePath] {
    let box = scene.ego.box(scene.vehicle)
    let areas = DrivingAreas.official(around: box.centre, on: setup.map)
    guard let start = search.startLane(scene.ego.pose, box: box, among: areas),
      let centreline = CandidatePath(
        poses: CentrelineSearch.poses(search.path(from: start), on: setup.map))
    else { return [straightPath(scene)] }
    return [
      centreline, centreline.beside(by: -values.offset) ?? centreline,
      centreline.beside(by: values.offset) ?? centreline,
    ]
  }

  private func isOn(_ route: Route, _ scene: Scene) -> Bool {
    let centre = scene.ego.centre(scene.vehicle)
    let place = route.centreline.project(
      centre.position, near: route.startArcLength, window: 50)
    let direction = route.centreline.directions[Int(place.segment)]
    return place.distance < Self.startDistance && direction.dot(centre.direction) > 0
  }

  /// The way found by search from where the ego is; nil if there is none.
  private func found(_ search: CentrelineSearch, _ scene: Scene) -> Route? {
    let box = scene.ego.box(scene.vehicle)
    let areas = DrivingAreas.official(around: box.centre, on: setup.map)
    guard let start = search.startLane(scene.ego.pose, box: box, among: areas) else { return nil }
    let lanes = search.path(from: start)
    var points: [Vector2] = []
    var starts: [Double] = []
    var length = 0.0
    for lane in lanes {
      let line = setup.map.lanes[lane].centreline
      starts.append(length)
      length += line.length
      points += points.last == line.start ? Array(line.vertices.dropFirst()) : line.vertices
    }
    guard let centreline = Polyline(points) else { return nil }
    return Route(
      lanes: lanes, segments: search.segments, centreline: centreline, laneStarts: starts,
      startArcLength: centreline.project(box.centre).s, goalArcLength: nil)
  }

  /// The route's centreline and the same moved aside, with poses of a towed rear axle.
  private func towedPaths(_ route: Route, _ scene: Scene) -> [CandidatePath] {
    var line = samples(of: route.centreline)
    if route.isClosed {
      let farthest =
        route.startArcLength + 200 + Double(setup.ticks + 80) * setup.clock.step
        * max(
          values.fallbackSpeed, scene.ego.speed,
          route.lanes.compactMap {
            setup.map.lanes[$0].speedLimit
          }.max() ?? 0)
      let lap = Array(line.dropFirst())
      let laps = min((farthest / route.centreline.length).rounded(.up), 1000)
      for _ in 0..<max(0, Int(laps) - 1) { line += lap }
    }
    guard let centreline = Polyline(line) else { return [straightPath(scene)] }
    var paths: [CandidatePath] = []
    for offset in [0, -values.offset, values.offset] {
      let points =
        offset == 0
        ? centreline.vertices
        : centreline.vertices.indices.map { i in
          centreline.vertices[i]
            + Pose2(.zero, heading: centreline.vertexHeadings[i]).direction.left * offset
        }
      if let path = towed(points, scene.vehicle) { paths.append(path) }
    }
    return paths.count == 3 ? paths : [straightPath(scene)]
  }

  private func samples(of line: Polyline) -> [Vector2] {
    let pieces = max(1, Int((line.length / Self.spacing).rounded(.up)))
    return (0...pieces).map { k in
      line.point(at: line.length * Double(k) / Double(pieces))
    }
  }

  /// A line with the poses of a rear axle while the centre is at each vertex.
  private func towed(_ points: [Vector2], _ vehicle: VehicleParameters) -> CandidatePath? {
    guard let line = Polyline(points) else { return nil }
    var axle = TowedAxle(
      path: line, arcLength: 0, rearAxleToCentre: vehicle.rearAxleToCentre)
    let poses = line.arcLengths.map { axle.advance(to: $0) }
    return CandidatePath(line: line.vertices, poses: poses)
  }

  /// Straight ahead, where there is no way to be found.
  private func straightPath(_ scene: Scene) -> CandidatePath {
    let poses = (0...200).map { scene.ego.pose.advanced(by: Double($0)) }
    guard let path = CandidatePath(poses: poses) else {
      preconditionFailure("poses of the ego are finite")
    }
    return path
  }
}
