import SimCore
import SimGeometry
import SimMap
import SimWorld

/// Routes for agents of a recording.
struct RecordingRoutes {
  let map: LaneGraph

  init(_ map: LaneGraph) {
    self.map = map
  }

  /// The way along recorded lanes and on beyond them.
  func along(_ motion: RecordedMotion, beyond: Double) -> Route? {
    interim(Pose2(motion.positions[0], heading: motion.headings[0]))
  }

  /// The way from a start to goals.
  func route(
    from start: Pose2, to goals: [Goal], distance: Double
  ) -> (route: Route, note: String?)? {
    interim(start).map { ($0, nil) }
  }

  private func interim(_ start: Pose2) -> Route? {
    guard let match = map.nearestLane(to: start) else { return nil }
    let lane = map.lanes[match.lane]
    return Route(
      lanes: [match.lane], segments: [lane.segment], centreline: lane.centreline, laneStarts: [0],
      startArcLength: match.frenet.s, goalArcLength: nil)
  }
}
