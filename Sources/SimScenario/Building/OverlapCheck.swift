import SimCore
import SimGeometry
import SimWorld

/// Finds agents that start inside each other.
struct OverlapCheck {
  let sink: DiagnosticSink

  init(_ sink: DiagnosticSink) {
    self.sink = sink
  }

  /// Boxes may touch, or overlap by this little, metres.
  private static let tolerance = 0.01

  /// Reports each agent that overlaps one declared before it, at the agent's place. Things that
  /// never move may stand in each other, as the parts of a wall do. Those who come later are left
  /// out.
  ///
  /// Boxes are swept along x, so that thousands of agents are no matter.
  func check(_ placed: [PlacedAgent]) {
    // By index: what was placed is a large value to copy.
    let agents = placed.indices.filter { placed[$0].plan.spec.isPresent }
    let boxes = agents.map {
      OrientedBox(
        pose: placed[$0].plan.spec.centre, length: placed[$0].plan.spec.length,
        width: placed[$0].plan.spec.width
      ).expanded(by: -OverlapCheck.tolerance / 2)
    }
    let isThing = agents.map { placed[$0].plan.spec.agentClass.isObject }
    let bounds = boxes.map(\.boundingBox)
    let order = agents.indices.sorted { (bounds[$0].min.x, $0) < (bounds[$1].min.x, $1) }
    var active: [Int] = []
    for index in order {
      active.removeAll { bounds[$0].max.x < bounds[index].min.x }
      for other in active where bounds[other].intersects(bounds[index]) {
        if isThing[other] && isThing[index] { continue }
        if boxes[other].overlaps(boxes[index]) {
          report(placed[agents[max(index, other)]], inside: placed[agents[min(index, other)]])
        }
      }
      active.append(index)
    }
  }

  private func report(_ agent: PlacedAgent, inside other: PlacedAgent) {
    sink.error(
      at: agent.location,
      "'\(agent.plan.spec.id)' starts inside '\(other.plan.spec.id)'",
      hint: "positions are those of box centres: at least half of both lengths apart")
  }
}
