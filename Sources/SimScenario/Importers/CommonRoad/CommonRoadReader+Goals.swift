import SimCore
import SimGeometry
import SimMap
import SimWorld

extension CommonRoadReader {
  /// The planning problems on the built map.
  mutating func problems(_ map: LaneGraph) -> [RecordedProblem] {
    // Lanelets without any width are left out of the map: places in the file are none in the map.
    let lanes = Dictionary(
      map.lanes.indices.compactMap { lane in Int(map.lanes[lane].id).map { ($0, lane) } },
      uniquingKeysWith: { first, _ in first })
    var result: [RecordedProblem] = []
    for problem in file.problems {
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

  /// Some writers of cooperative scenarios give every ego the step 0 although it is recorded at
  /// other times, so that egos stand inside each other. If all of them are in states that were
  /// recorded, they start when those were.
  mutating func separateStarts(_ problems: inout [RecordedProblem], _ agents: [RecordedAgent]) {
    func box(_ problem: RecordedProblem) -> OrientedBox {
      let vehicle = VehicleParameters.bmw320i
      return OrientedBox(pose: problem.centre, length: vehicle.length, width: vehicle.width)
    }
    let overlap = problems.indices.contains { a in
      problems.indices.contains { b in
        a < b && problems[a].startMicroseconds == problems[b].startMicroseconds
          && box(problems[a]).overlaps(box(problems[b]))
      }
    }
    guard overlap else { return }
    var starts: [Int64] = []
    for problem in problems {
      guard let start = recordedTime(of: problem, agents) else {
        note(
          "planning problems whose egos overlap at their start", "\(problem.id)", at: xml.root)
        return
      }
      starts.append(start)
    }
    for (index, start) in starts.enumerated() {
      problems[index].startMicroseconds = start
      note(
        "planning problems that overlap at their start begin when they were recorded",
        "\(problems[index].id) at \(Double(start) / 1_000_000) s", at: file.problems[0].node)
    }
  }

  /// When a mover was in exactly the state in which a problem starts, and before the problem ends.
  private func recordedTime(of problem: RecordedProblem, _ agents: [RecordedAgent]) -> Int64? {
    let end = problem.goals.map(\.window.upperBound).max() ?? 0
    for agent in agents where agent.isRecordedMover {
      for (index, step) in agent.motion.steps.enumerated() {
        let time = microseconds(step)
        let turn = ExactMath.wrapAngle(agent.motion.headings[index] - problem.centre.heading)
        if agent.motion.positions[index].distance(to: problem.centre.position) < 0.01,
          turn.magnitude < 0.001, time < end
        {
          return time
        }
      }
    }
    return nil
  }

  private mutating func goal(_ goal: CommonRoadFile.GoalState, _ lanes: [Int: Int]) -> RecordedGoal
  {
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
          if let lane = lanes[reference.id] {
            named.append(lane)
          } else {
            error(
              at: goal.node, "a goal is on lanelet \(reference.id), which is left out of the map")
          }
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
