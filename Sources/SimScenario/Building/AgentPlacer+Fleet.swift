import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

// Fleets: many agents spread over the free parts of some lanes.
extension AgentPlacer {
  /// Gap kept free between the boxes of a fleet, to those of others, and to the ends of lanes, m.
  static let fleetGap = 2.0

  private static let placePurpose = RandomPurpose("scenario.fleet.place")
  private static let speedPurpose = RandomPurpose("scenario.fleet.speed")
  private static let spreadPurpose = RandomPurpose("scenario.fleet.spread")

  /// The place of one agent, and how far it may be off it either way.
  private struct Slot {
    var lane: Int
    var s: Double
    var play: Double
  }

  /// A stretch of a lane on which box centres may be put.
  private struct Stretch {
    var lane: Int
    var from: Double
    var to: Double
  }

  /// Puts a fleet between those already placed. Connectors are left out: they cross each other.
  mutating func place(_ fleet: FleetDeclaration) {
    var seen: Set<Int> = []
    let chosen = fleet.lanes.flatMap { lanes.matching($0) }.filter { index in
      let kind = map.lanes[index].kind
      let isOwn =
        fleet.agentClass == .pedestrian
        ? kind == .sidewalk : kind.isDrivable || !fleet.agentClass.isVehicle
      return isOwn && !map.lanes[index].isConnector && seen.insert(index).inserted
    }
    let free = chosen.flatMap { stretches(of: $0, fleet) }
    // A stretch of no length holds one agent, so each counts as one spacing more than its length.
    let spacing = fleet.length + AgentPlacer.fleetGap
    let room = free.reduce(0) { $0 + Int(($1.to - $1.from) / spacing) + 1 }
    guard fleet.count <= room else {
      if chosen.isEmpty, sink.errorCount > 0 { return }
      sink.error(
        at: fleet.location,
        "there is room for \(room) of the \(fleet.count) agents of '\(fleet.id)'",
        hint: "lower 'count', or give it more lanes")
      return
    }
    let slots = slots(free, count: fleet.count, spacing: spacing)
    let policy = (choosesLanes: fleet.policy.choosesLanes, knowsLanes: fleet.policy.knowsLanes)
    for (number, slot) in slots.enumerated() { add(fleet, number, slot, policy) }
  }

  /// Places for a number of agents, spread over stretches in proportion to the room that each has.
  private func slots(
    _ free: [Stretch], count: Int, spacing: Double
  ) -> [Slot] {
    let lengths = free.map { $0.to - $0.from + spacing }
    let capacities = free.map { Int(($0.to - $0.from) / spacing) + 1 }
    let total = lengths.reduce(0, +)
    var counts: [Int] = []
    var before = 0.0
    var used = 0
    for (index, capacity) in capacities.enumerated() {
      before += lengths[index]
      // Rounding the running total keeps the sum right.
      let share = Int((Double(count) * before / total).rounded())
      counts.append(min(max(0, share - used), capacity))
      used += counts[index]
    }
    // What did not fit where it belongs goes where there is room.
    for (index, capacity) in capacities.enumerated() {
      let more = min(count - used, capacity - counts[index])
      counts[index] += more
      used += more
    }
    var slots: [Slot] = []
    slots.reserveCapacity(count)
    for (stretch, here) in zip(free, counts) {
      let pitch = (stretch.to - stretch.from) / Double(max(1, here))
      // Neighbours that come nearer by all of this still keep their spacing.
      let play = max(0, here == 1 ? pitch : pitch - spacing) / 2
      for k in 0..<here {
        slots.append(
          Slot(lane: stretch.lane, s: stretch.from + pitch * (Double(k) + 0.5), play: play))
      }
    }
    return slots
  }

  /// The parts of a lane on which a centre keeps its distance from both ends and from all others.
  private func stretches(of lane: Int, _ fleet: FleetDeclaration) -> [Stretch] {
    let line = map.lanes[lane].centreline
    let margin = fleet.length / 2 + AgentPlacer.fleetGap / 2
    var free = [Stretch(lane: lane, from: margin, to: line.length - margin)]
    // By index: what was placed is a large value to copy.
    for k in placed.indices {
      let reach = (placed[k].plan.spec.length + fleet.length) / 2 + AgentPlacer.fleetGap
      let place = line.project(placed[k].plan.spec.centre.position)
      // A wide or turned box of the next lane reaches over as well.
      let halfWidth = max(placed[k].plan.spec.width, fleet.width) / 2
      guard place.distance <= halfWidth + fleet.width / 2 + 0.3 else { continue }
      free = free.flatMap { stretch -> [Stretch] in
        [
          Stretch(lane: lane, from: stretch.from, to: min(stretch.to, place.s - reach)),
          Stretch(lane: lane, from: max(stretch.from, place.s + reach), to: stretch.to),
        ]
      }
      free.removeAll { $0.to < $0.from }
    }
    return free.filter { $0.to >= $0.from }
  }

  /// - Parameter policy: the fleet's, asked once for all.
  private mutating func way(
    of fleet: FleetDeclaration, _ id: String, lane: Int, s: Double, speed: Double,
    _ policy: (choosesLanes: Bool, knowsLanes: Bool)
  ) -> (route: Route, path: Int?, family: Int?) {
    if fleet.agentClass == .pedestrian {
      let route = fleetWalk(id, lane: lane, s: s)
      return (route, path(route.centreline), nil)
    }
    if policy.choosesLanes || (policy.knowsLanes && mustChange(from: lane)) {
      return openWay(lane: lane, s: s)
    }
    let (route, path) = openRoute(lane: lane, s: s, speed: speed)
    return (route, path, nil)
  }

  private mutating func add(
    _ fleet: FleetDeclaration, _ number: Int, _ slot: Slot,
    _ asked: (choosesLanes: Bool, knowsLanes: Bool)
  ) {
    let id = "\(fleet.id).\(number)"
    let random = CounterRandom(seed: seed)
    let stream = StableHash.of(id)
    let play = fleet.scatter * slot.play
    let s =
      slot.s
      + random.uniform(AgentPlacer.placePurpose, in: -play...play, stream: stream, tick: 0)
    let lane = slot.lane
    let speed = fleet.speed.map {
      random.uniform(AgentPlacer.speedPurpose, in: $0, stream: stream, tick: 0)
    }
    let (route, path, family) = way(
      of: fleet, id, lane: lane, s: s, speed: speed ?? 0, asked)
    let spec = AgentSpec(
      id: id, agentClass: fleet.agentClass, length: fleet.length, width: fleet.width,
      motion: .path, centre: map.lanes[lane].centreline.smoothPose(at: s), speed: speed ?? 0,
      path: path, arcLength: route.startArcLength)
    var policy = fleet.policy
    for (index, drawn) in fleet.spread.enumerated() {
      let value = random.uniform(
        AgentPlacer.spreadPurpose, in: drawn.range, stream: stream, tick: 0, index: index)
      policy.parameters = policy.parameters.with(drawn.parameter, .number(value))
    }
    add(
      AgentPlan(spec: spec, driver: .policy(policy), route: route, family: family), fleet.location)
  }
}
