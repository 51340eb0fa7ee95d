import SimCore
import SimGeometry

/// Finds the lanes that a recorded vehicle drove, as the cheapest explanation of all its positions
/// at once (Viterbi's method on a hidden Markov model; Newson and Krumm, "Hidden Markov map
/// matching through noise and sparseness", 2009).
///
/// Every position is explained by a lane near it that runs about its way, or by none. A position
/// off a lane's middle or heading costs a little; leaving a lane for anything but its successor
/// costs more, so that a wobble over a line is no lane change, and a fork is decided by what comes
/// after it.
struct TrackMatcher {
  /// A stretch of the track on one lane, by places on that lane's centreline.
  struct Stretch {
    var lane: Int
    var first: Double
    var last: Double
    /// Position at which the track came onto the lane.
    var entered: Vector2
  }

  /// Positions nearer than this to the last one used are skipped, metres.
  private static let spacing = 1.0
  /// Lanes farther than this are no candidates, metres.
  private static let reach = 3.0
  private static let headingGate = Double.pi / 3
  // Costs, as squares of standard deviations.
  private static let offLane = 8.0
  private static let lane = (change: 4.0, jump: 12.0, lost: 2.0, successor: 0.05)

  private let map: LaneGraph
  private let filter: LaneFilter

  init(_ map: LaneGraph, _ filter: LaneFilter) {
    self.map = map
    self.filter = filter
  }

  private struct State {
    /// -1: off the map.
    var lane: Int
    var s: Double
    var cost: Double
    var parent: Int
  }

  /// The stretches in driving order; empty if no lane that runs its way is within reach.
  func stretches(of poses: [Pose2]) -> [Stretch] {
    let used = thinned(poses)
    let found = stretches(of: used, offLane: Self.offLane)
    // Beside its lane all the time: still its lane rather than none.
    return found.isEmpty ? stretches(of: used, offLane: 1_000) : found
  }

  private func stretches(of used: [Pose2], offLane: Double) -> [Stretch] {
    var layers: [[State]] = []
    for pose in used {
      var layer = [State(lane: -1, s: 0, cost: offLane, parent: -1)]
      for match in map.laneMatches(
        for: pose, within: Self.reach, headingGate: Self.headingGate, filter)
      {
        layer.append(
          State(lane: match.lane, s: match.frenet.s, cost: misfit(match), parent: -1))
      }
      if let before = layers.last {
        for j in layer.indices {
          var best = (cost: Double.infinity, parent: 0)
          for (i, state) in before.enumerated() {
            let cost = state.cost + transition(state, layer[j])
            if cost < best.cost { best = (cost, i) }
          }
          layer[j].cost += best.cost
          layer[j].parent = best.parent
        }
      }
      layers.append(layer)
    }
    return collect(layers, used)
  }

  /// Positions at least `spacing` apart, or turned: standing still tells nothing new.
  private func thinned(_ poses: [Pose2]) -> [Pose2] {
    var used: [Pose2] = []
    for pose in poses {
      if let last = used.last, pose.position.distance(to: last.position) < Self.spacing,
        ExactMath.wrapAngle(pose.heading - last.heading).magnitude < 0.3
      {
        continue
      }
      used.append(pose)
    }
    return used
  }

  private func misfit(_ match: LaneMatch) -> Double {
    let across = match.frenet.distance / 1.5
    let beyond = match.distance / 0.7
    let turned = match.headingDifference / 0.3
    return 0.5 * across * across + beyond * beyond + 0.5 * turned * turned
  }

  private func transition(_ a: State, _ b: State) -> Double {
    if a.lane == b.lane { return 0 }
    if a.lane < 0 || b.lane < 0 { return Self.lane.lost }
    if let hops = hops(from: a.lane, to: b.lane) { return Self.lane.successor * Double(hops) }
    let here = map.lanes[a.lane]
    if here.left?.lane == b.lane || here.right?.lane == b.lane { return Self.lane.change }
    // A change of lanes at the very end of a segment lands on the neighbour's successor.
    for beside in [here.left?.lane, here.right?.lane].compactMap({ $0 })
    where map.lanes[beside].successors.contains(b.lane) {
      return Self.lane.change
    }
    return Self.lane.jump
  }

  /// How many successors away a lane is, up to three; nil if it is not among them.
  private func hops(from lane: Int, to target: Int) -> Int? {
    for first in map.lanes[lane].successors {
      if first == target { return 1 }
    }
    for first in map.lanes[lane].successors {
      if map.lanes[first].successors.contains(target) { return 2 }
    }
    for first in map.lanes[lane].successors {
      for second in map.lanes[first].successors
      where map.lanes[second].successors.contains(target) {
        return 3
      }
    }
    return nil
  }

  private func collect(_ layers: [[State]], _ used: [Pose2]) -> [Stretch] {
    guard let last = layers.last else { return [] }
    var place = 0
    for i in last.indices where last[i].cost < last[place].cost { place = i }
    var path: [(State, Pose2)] = []
    for (layer, pose) in zip(layers, used).reversed() {
      path.append((layer[place], pose))
      place = layer[place].parent
    }
    var result: [Stretch] = []
    for (state, pose) in path.reversed() where state.lane >= 0 {
      if let open = result.last, open.lane == state.lane {
        // Round a lane that leads to itself, the places start anew.
        let isNewLap =
          map.lanes[state.lane].successors.contains(state.lane)
          && state.s < open.last - 0.5 * map.lanes[state.lane].length
        if !isNewLap {
          result[result.count - 1].last = max(open.last, state.s)
          continue
        }
      }
      result.append(
        Stretch(lane: state.lane, first: state.s, last: state.s, entered: pose.position))
    }
    return result
  }
}
