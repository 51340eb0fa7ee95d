import SimCore
import SimGeometry
import SimWorld

extension CommonRoadReader {
  /// The file's obstacles as agents of a recording, in file order.
  mutating func agents() -> [RecordedAgent] {
    file.obstacles.map { agent($0) }
  }

  private mutating func agent(_ obstacle: CommonRoadFile.Obstacle) -> RecordedAgent {
    let name = "obstacle \(obstacle.id)"
    let poses = obstacle.states.map { obstacle.box.pose(of: $0) }
    if obstacle.isDynamic, obstacle.states.contains(where: { $0.velocity == nil }) {
      note("missing velocities are derived from positions", name, at: obstacle.node)
    }
    let motion = RecordedMotion(
      stepMicroseconds: file.stepMicroseconds, steps: obstacle.states.map(\.step), poses: poses,
      speeds: obstacle.isDynamic ? obstacle.states.map(\.velocity) : [0],
      accelerations: obstacle.isDynamic ? obstacle.states.map(\.acceleration) : [0])
    if motion.longestGap > 0 {
      note("recordings with gaps: the obstacle is absent in them", name, at: obstacle.node)
    }
    if jumps(motion) {
      note(
        "positions that jump by over 1 m more than the speed allows are kept", name,
        at: obstacle.node)
    }
    return RecordedAgent(
      id: String(obstacle.id), agentClass: agentClass(of: obstacle), length: obstacle.box.length,
      width: obstacle.box.width, isStatic: !obstacle.isDynamic,
      isParked: obstacle.type == "parkedVehicle", isSetBased: obstacle.isSetBased, motion: motion,
      location: xml.location(of: obstacle.node))
  }

  private func jumps(_ motion: RecordedMotion) -> Bool {
    let step = Double(file.stepMicroseconds) / 1_000_000
    return motion.steps.indices.dropFirst().contains { i in
      let seconds = Double(motion.steps[i] - motion.steps[i - 1]) * step
      let fastest = max(motion.speeds[i].magnitude, motion.speeds[i - 1].magnitude)
      return motion.positions[i].distance(to: motion.positions[i - 1]) > fastest * seconds + 1
    }
  }

  private mutating func agentClass(of obstacle: CommonRoadFile.Obstacle) -> AgentClass {
    if let known = Self.classes[obstacle.type] { return known }
    if !obstacle.isDynamic { return .genericObject }
    note(
      "moving obstacles of a type without a class of its own are taken as cars",
      "obstacle \(obstacle.id) ('\(obstacle.type)')", at: obstacle.node)
    return .car
  }

  /// Types of obstacles that have a class; things that are none of these become generic objects.
  private static let classes: [String: AgentClass] = [
    "car": .car, "parkedVehicle": .car, "taxi": .car, "priorityVehicle": .car, "truck": .truck,
    "bus": .bus, "motorcycle": .motorcycle, "bicycle": .bicycle, "pedestrian": .pedestrian,
    "constructionZone": .barrier, "roadBoundary": .barrier, "median_strip": .barrier,
  ]
}

extension CommonRoadFile.Box {
  /// Centre and heading of the box in a state of its obstacle.
  func pose(of state: CommonRoadFile.State) -> Pose2 {
    let body = Pose2(state.position, heading: state.heading)
    guard centre != .zero || orientation != 0 else { return body }
    let along = body.direction
    return Pose2(
      state.position + along * centre.x + along.left * centre.y,
      heading: state.heading + orientation)
  }
}
