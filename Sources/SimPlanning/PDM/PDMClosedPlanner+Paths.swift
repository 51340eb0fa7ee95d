import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld

// What is made at the first call: the repaired route, its centreline, the paths beside it.
extension PDMClosedPlanner {
  func makeMachinery(for scene: Scene) -> Machinery {
    if values.compat {
      let repaired = RouteRepair(map: setup.map).repaired(
        setup.route.segments, from: scene.ego.pose)
      let search = CentrelineSearch(map: setup.map, segments: repaired)
      return machinery(search, setup.route, officialPaths(search, scene), course: nil)
    }
    let course = RouteCourse(setup, from: scene, values.wishes)
    return machinery(
      CentrelineSearch(map: setup.map, segments: course.segments), course.route,
      course.paths([0, -values.offset, values.offset]), course: course)
  }

  private func machinery(
    _ search: CentrelineSearch, _ route: Route, _ paths: [CandidatePath], course: RouteCourse?
  ) -> Machinery {
    var generator = CandidateGenerator(paths: paths, values.generator)
    if let course {
      generator.rules = CandidateGenerator.Rules(
        speeds: course.speeds(for: paths[0]), spacing: course.profile.spacing)
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
      signs: course?.signs(along: paths[0]), arrival: course?.arrival,
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
    else { return [RouteCourse.straightPath(scene.ego)] }
    return [
      centreline, centreline.beside(by: -values.offset) ?? centreline,
      centreline.beside(by: values.offset) ?? centreline,
    ]
  }
}
