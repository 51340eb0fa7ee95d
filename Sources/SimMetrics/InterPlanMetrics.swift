public import SimCore
import SimGeometry
import SimMap
public import SimStack
import SimWorld

/// Whether the ego made the lane changes that its goal needs.
public enum LaneChangesToGoalMetric: EpisodeMetric {
  /// Called `lane_changes_to_goal`.
  public static let schema = ModuleSchema(
    "lane_changes_to_goal",
    "share of the lane changes to the goal's lane that are no longer needed at the end, 1 if the "
      + "goal was reached (after interPlan)")

  /// In [0, 1]; nil without a goal on the route. The changes needed are those of the way with the
  /// fewest over the route's road segments; where there is none any more, as many as at the
  /// start. Series: changes needed, NaN off the route.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil)
    let route = signals.driver.route
    guard let goal = route.goalArcLength, signals.ticks > 0, !route.lanes.isEmpty else {
      return result
    }
    let target = route.lanes[route.laneIndex(at: goal)]
    let needed = changes(to: target, over: route.segments, on: signals.map)
    result.series = (0..<signals.ticks).map { tick in
      signals.placement.driven[tick].compactMap { needed[$0] }.min().map(Double.init) ?? .nan
    }
    guard let first = result.series.first(where: { !$0.isNaN }) else {
      result.series = []
      return result
    }
    let last = result.series.last ?? .nan
    let isThere = signals.firstEvent("goal_reached") != nil
    let left = isThere ? 0 : last.isNaN ? max(first, 1) : last
    result.value = min(max(1 - left / max(first, 1), 0), 1)
    result.statistics = [("lane_changes_needed", first), ("lane_changes_left", left)]
    if left > 0 {
      let end = signals.ticks - 1
      result.violations = [
        MetricViolation(
          firstTick: end, lastTick: end, extremum: left,
          reason: last.isNaN
            ? "off the route at the end"
            : "short of the goal by \(left.fixed(0)) lane change\(left == 1 ? "" : "s")")
      ]
    }
    return result
  }

  /// Fewest lane changes from each lane to one, by lane; nil: there is no way.
  private static func changes(to target: Int, over segments: [Int], on map: LaneGraph) -> [Int?] {
    var isOnRoute = [Bool](repeating: false, count: map.segments.count)
    for segment in segments { isOnRoute[segment] = true }
    var needed = [Int?](repeating: nil, count: map.lanes.count)
    var level = [target]
    var count = 0
    needed[target] = 0
    while !level.isEmpty {
      // All that leads there without another change, then one change more.
      var k = 0
      while k < level.count {
        for before in map.lanes[level[k]].predecessors
        where needed[before] == nil && isOnRoute[map.lanes[before].segment] {
          needed[before] = count
          level.append(before)
        }
        k += 1
      }
      count += 1
      var next: [Int] = []
      for lane in level {
        for beside in [map.lanes[lane].left, map.lanes[lane].right] {
          guard let beside, beside.isSameDirection, needed[beside.lane] == nil,
            isOnRoute[map.lanes[beside.lane].segment]
          else { continue }
          needed[beside.lane] = count
          next.append(beside.lane)
        }
      }
      level = next
    }
    return needed
  }
}

/// Whether the ego got past what stands in its way.
public enum PastObstacleMetric: EpisodeMetric {
  /// Called `past_obstacle`.
  public static let schema = ModuleSchema(
    "past_obstacle",
    "1 if the ego is past everything that stands on its route all the time, else 0 (after "
      + "interPlan); no value where nothing does")

  /// 1 or 0; nil without an obstacle. An obstacle stands over the strip that the ego would sweep
  /// along its route, between its start and its goal. Series: metres to the farthest obstacle's
  /// end, 0 once past it.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil, unit: .length)
    let line = signals.driver.route.centreline
    // The route's last lane goes on past the goal, the ego need not.
    let last = min(signals.driver.route.goalArcLength ?? .infinity, line.length - 0.1)
    let half = 0.5 * signals.driver.vehicle.length
    let history = signals.record.history
    guard signals.ticks > 0 else { return result }
    var near = signals.driver.route.startArcLength
    let places = signals.motion.boxes.map { box in
      near = line.project(box.centre, near: near, window: 50).s
      return near
    }
    var farthest: (row: Int, end: Double)?
    for row in 0..<history.agents where row != signals.agents.ego {
      let stands = (0..<signals.ticks).allSatisfy { tick in
        let slot = history.slot(tick, row)
        return history.present[slot] != 0
          && (signals.agents.classes[row].isObject || history.speed[slot].magnitude <= 0.05)
      }
      guard stands, signals.agents.classes[row] != .pedestrian else { continue }
      let box = signals.agents.box(0, row)
      let place = line.project(box.centre)
      let direction = line.directions[Int(place.segment)]
      let end = place.s + box.halfExtent(along: direction)
      let aside =
        (box.centre - line.point(at: place.s)).dot(direction.left).magnitude
        - box.halfExtent(along: direction.left)
      guard aside < 0.5 * signals.driver.vehicle.width, place.s > places[0],
        place.s < last, end > farthest?.end ?? 0
      else { continue }
      farthest = (row, end)
    }
    guard let farthest else { return result }
    result.series = places.map { max(farthest.end - ($0 - half), 0) }
    let left = result.series[signals.ticks - 1]
    result.value = left > 0 ? 0 : 1
    if left > 0 {
      // Since when it does not come closer any more.
      let least = result.series.min() ?? left
      let tick = result.series.firstIndex { $0 <= least + 0.1 } ?? 0
      result.violations = [
        MetricViolation(
          firstTick: tick, lastTick: signals.ticks - 1, agent: farthest.row, extremum: left,
          reason: "\(left.fixed(1)) m short of being past \(signals.name(farthest.row))")
      ]
    }
    return result
  }
}
