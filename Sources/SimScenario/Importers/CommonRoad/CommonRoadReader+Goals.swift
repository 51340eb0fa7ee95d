import SimCore
import SimGeometry
import SimMap

extension CommonRoadReader {
  /// The planning problems on the built map.
  mutating func problems(_ map: LaneGraph) -> [RecordedProblem] {
    // Lanes keep the order of the lanelets.
    let lanes = Dictionary(
      file.lanelets.enumerated().map { ($0.element.id, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    let start = file.problems.map(\.initial.step).min()
    var result: [RecordedProblem] = []
    for problem in file.problems {
      if problem.initial.step != start {
        error(
          at: problem.node,
          "planning problem \(problem.id) starts at step \(problem.initial.step), another one at "
            + "step \(start ?? 0)", hint: "all planning problems of a file have one episode")
        continue
      }
      let last = problem.goals.map(\.steps.upperBound).max() ?? 0
      if last <= problem.initial.step {
        error(
          at: problem.node,
          "planning problem \(problem.id) ends at step \(last), not after its start")
        continue
      }
      let seconds = Double(microseconds(last - problem.initial.step)) / 1_000_000
      guard seconds <= ScenarioLimits.duration.upperBound else {
        error(
          at: problem.node,
          "planning problem \(problem.id) lasts \(seconds) s, more than "
            + "\(ScenarioLimits.duration.upperBound) s")
        continue
      }
      result.append(
        RecordedProblem(
          id: String(problem.id), startMicroseconds: microseconds(problem.initial.step),
          centre: Pose2(problem.initial.position, heading: problem.initial.heading),
          speed: problem.initial.velocity ?? 0, acceleration: problem.initial.acceleration ?? 0,
          yawRate: problem.initial.yawRate ?? 0, slipAngle: problem.initial.slipAngle ?? 0,
          goals: problem.goals.map { goal($0, lanes) }, location: xml.location(of: problem.node)))
    }
    return result
  }

  private func goal(_ goal: CommonRoadFile.GoalState, _ lanes: [Int: Int]) -> RecordedGoal {
    var regions: [Goal.Region]?
    if let given = goal.regions {
      var areas: [Goal.Region] = []
      var named: [Int] = []
      for region in given {
        switch region {
        case .polygon(let points): areas.append(.polygon(Polygon(points)))
        case .circle(let centre, let radius):
          areas.append(.circle(centre: centre, radius: radius))
        case .lanelet(let reference):
          if let lane = lanes[reference.id] { named.append(lane) }
        }
      }
      regions = named.isEmpty ? areas : areas + [.lanes(named)]
    }
    return RecordedGoal(
      regions: regions,
      window: microseconds(goal.steps.lowerBound)...microseconds(goal.steps.upperBound),
      speed: goal.velocity, heading: goal.orientation)
  }

  private func microseconds(_ step: Int) -> Int64 { Int64(step) * file.stepMicroseconds }
}
