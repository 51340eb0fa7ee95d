import SimCore
import SimGeometry
public import SimMap
import SimWorld

/// Somebody with priority whom an ego came before where their lanes overlap.
public struct YieldPassage: Hashable, Sendable {
  /// The last tick before the ego's body was in the common area.
  public var tick: Int
  /// Lane of the ego, which gives way.
  public var yielding: Int
  /// Lane of the other one.
  public var priority: Int
  /// Row of the other one.
  public var agent: Int
  /// From the ego's leaving the area to when the other one would have been there at the speed and
  /// braking of that tick, seconds; 0: while the ego was in it. Infinite where the lanes merge, and
  /// for who would have stopped before.
  public var gap: Double
  /// How hard the other one braked while the ego was in its way and it was not yet in the area,
  /// m/s^2; 0 if it did not.
  public var braking: Double
  /// When it braked hardest.
  public var brakingTick: Int

  /// Least time that is to be left, seconds.
  public static let leastGap = 1.5
  /// Hardest braking that may be asked of who has priority, m/s^2.
  public static let mostBraking = 2.0

  /// The other one could go on as it was.
  public var hasYielded: Bool {
    // (Drivers brake by 2 m/s^2 as a matter of course, give or take the last bit.)
    gap >= YieldPassage.leastGap && braking <= YieldPassage.mostBraking + 1e-9
  }
}

/// Looks for those with priority whom an ego came before.
///
/// Priority is what the map says of pairs of lanes. It does not bind where both have a stop sign
/// (who halts first goes first), nor while the other one's light is red and it is not yet past it.
/// Who would come is told from its speed alone: that somebody brakes already, and would even stop,
/// as the ego comes into the area may be the ego's doing.
public struct YieldSearch {
  private let agents: SurroundingAgents
  private let motion: EgoMotion
  private let map: LaneGraph
  private let signals: [SignalColour]
  private let step: Double

  /// Who would come later than this at constant speed is not looked at, and nobody is followed for
  /// longer, seconds.
  public static let horizon = 8.0
  /// Braking is put down to the ego for who would have come no later than this after it at constant
  /// speed, seconds.
  public static let influence = 3.0
  /// The other one is looked for as far as this before its lane, metres.
  private static let reach = 100.0
  /// Cosine of the angle up to which somebody drives along a lane (45 degrees).
  private static let along = 0.707_106_781_186_547_5
  /// The ego is looked at from this far before its lane on, metres.
  private static let approach = 1.0

  /// - Parameters:
  ///   - signals: colours, entry `tick * signals + signal`.
  ///   - step: length of a tick, seconds.
  public init(
    _ agents: SurroundingAgents, _ motion: EgoMotion, on map: LaneGraph, signals: [SignalColour],
    step: Double
  ) {
    self.agents = agents
    self.motion = motion
    self.map = map
    self.signals = signals
    self.step = step
  }

  /// The passages of a drive, in order of time.
  ///
  /// - Parameters:
  ///   - driven: lanes of the ego's centre at each tick.
  ///   - route: lanes that it wants to go, which tell which of several it is on.
  public func passages(_ driven: LaneSets, route: [Int]) -> [YieldPassage] {
    guard !map.priorities.isEmpty, step > 0 else { return [] }
    var yields = [Bool](repeating: false, count: map.lanes.count)
    for rule in map.priorities { yields[rule.yielding] = true }
    var found: [YieldPassage] = []
    var tick = 0
    let ticks = min(motion.count, driven.count, agents.history.ticks)
    while tick < ticks {
      let first = tick
      let lane = driven[tick].first(where: route.contains) ?? driven.first(tick)
      repeat { tick += 1 } while tick < ticks && driven[tick].contains { $0 == lane }
      guard let lane, yields[lane] else { continue }
      let start = approach(to: lane, before: first)
      for rule in map.priorities where rule.yielding == lane && binds(rule) {
        look(rule, start..<tick, ticks, into: &found)
      }
    }
    return found.sorted { ($0.tick, $0.agent, $0.priority) < ($1.tick, $1.agent, $1.priority) }
  }

  /// The first tick at which the ego's front is near the beginning of a lane.
  private func approach(to lane: Int, before first: Int) -> Int {
    let line = map.lanes[lane].centreline
    guard let direction = line.directions.first else { return first }
    var tick = first
    while tick > 0 {
      let box = motion.boxes[tick - 1]
      let front = box.centre + box.direction * box.halfLength
      guard (front - line.start).dot(direction) > -Self.approach else { break }
      tick -= 1
    }
    return tick
  }

  /// Not where both have to halt.
  private func binds(_ rule: PriorityRule) -> Bool {
    !(hasStopSign(rule.yielding) && hasStopSign(rule.priority))
  }

  private func hasStopSign(_ lane: Int) -> Bool {
    ([lane] + map.lanes[lane].predecessors).contains { lane in
      map.lanes[lane].stopLine.map { map.stopLines[$0].rule == .stop } ?? false
    }
  }

  /// A lane that leads to the area, and how far its beginning lies before that of the priority
  /// lane, metres.
  private typealias Approach = (lane: Int, before: Double)

  private func approaches(to lane: Int) -> [Approach] {
    var found: [Approach] = [(lane, 0)]
    var k = 0
    while k < found.count, found.count < 32 {
      let (lane, before) = found[k]
      if before < Self.reach {
        for next in map.lanes[lane].predecessors where !found.contains(where: { $0.lane == next }) {
          found.append((next, before + map.lanes[next].length))
        }
      }
      k += 1
    }
    return found
  }

  private func look(
    _ rule: PriorityRule, _ stretch: Range<Int>, _ ticks: Int, into found: inout [YieldPassage]
  ) {
    let approaches = approaches(to: rule.priority)
    let rows = rows(on: approaches, during: stretch)
    guard !rows.isEmpty else { return }
    let pieces = map.lanes[rule.yielding].polygon.intersectionPieces(
      with: map.lanes[rule.priority].polygon)
    guard !pieces.isEmpty else { return }
    let isMerge = map.lanes[rule.yielding].successors.contains(
      where: map.lanes[rule.priority].successors.contains)
    let area = ConflictArea(agent: -1, kind: isMerge ? .merging : .crossing, pieces: pieces)
    guard
      let own = PostEncroachment.Stay(
        in: area, ticks: stretch.lowerBound..<ticks, { motion.boxes[$0] }),
      own.enter > -.infinity, own.enter < Double(stretch.upperBound)
    else { return }
    let line = map.lanes[rule.priority].centreline
    let begin = pieces.reduce(Double.infinity) { least, piece in
      piece.vertices.reduce(least) { min($0, line.project($1).s) }
    }
    let entry = Int(own.enter.rounded(.down))
    for row in rows {
      guard
        let place = place(of: row, at: entry, on: approaches, signalOf: rule.priority),
        isOnWay(row, from: entry, ticks, area, line)
      else { continue }
      let room = begin - place - 0.5 * agents.lengths[row]
      guard room > 0 else { continue }
      // Who already brakes may do so for the ego: that it would stop excuses nobody from a look at
      // how hard.
      let speed = agents.speed(entry, row)
      let unbraked = CrossingMeasures.time(over: room, speed: speed, acceleration: 0)
      guard unbraked <= Self.horizon else { continue }
      let braked = CrossingMeasures.time(
        over: room, speed: speed,
        acceleration: min(agents.history.acceleration[agents.history.slot(entry, row)], 0))
      let leaving = (own.leave - Double(entry)) * step
      var passage = YieldPassage(
        tick: entry, yielding: rule.yielding, priority: rule.priority, agent: row,
        gap: isMerge ? .infinity : max(braked - leaving, 0), braking: 0, brakingTick: entry)
      if isMerge || unbraked - leaving < Self.influence {
        note(&passage, own, ticks, area)
      }
      found.append(passage)
    }
  }

  /// Vehicles that are on one of some lanes at some time.
  private func rows(on approaches: [Approach], during stretch: Range<Int>) -> [Int] {
    var bounds = BoundingBox.empty
    for (lane, _) in approaches { bounds = bounds.union(map.lanes[lane].polygon.boundingBox) }
    return (0..<agents.history.agents).filter { row in
      guard row != agents.ego, agents.classes[row].isVehicle || agents.classes[row] == .bicycle
      else { return false }
      return stride(from: stretch.lowerBound, to: stretch.upperBound, by: 5).contains { tick in
        let slot = agents.history.slot(tick, row)
        let centre = Vector2(agents.history.x[slot], agents.history.y[slot])
        return agents.history.present[slot] != 0 && bounds.contains(centre)
          && approaches.contains { map.lanes[$0.lane].polygon.contains(centre) }
      }
    }
  }

  /// Where somebody is at a tick, as an arc length of the priority lane (negative before it),
  /// metres; nil if it is on no lane that leads there, or has a red light before it.
  private func place(
    of row: Int, at tick: Int, on approaches: [Approach], signalOf priority: Int
  ) -> Double? {
    guard agents.history.present[agents.history.slot(tick, row)] != 0 else { return nil }
    let box = agents.box(tick, row)
    for (lane, before) in approaches where map.lanes[lane].polygon.contains(box.centre) {
      let place = map.lanes[lane].centreline.project(box.centre)
      let direction = map.lanes[lane].centreline.directions[Int(place.segment)]
      guard direction.dot(box.direction) > Self.along else { continue }
      if lane != priority, isRed(priority, tick) || isRed(lane, tick) { return nil }
      return place.s - before
    }
    return nil
  }

  private func isRed(_ lane: Int, _ tick: Int) -> Bool {
    guard let signal = map.lanes[lane].signal else { return false }
    let entry = tick * map.signals.count + signal
    return signals.indices.contains(entry) && signals[entry].meansStop
  }

  /// It then comes into the area along its lane, or has not gone elsewhere while it is watched.
  private func isOnWay(
    _ row: Int, from entry: Int, _ ticks: Int, _ area: ConflictArea, _ line: Polyline
  ) -> Bool {
    let last = min(ticks, entry + 1 + Int((2 * Self.horizon / step).rounded()))
    for tick in entry..<last {
      guard agents.history.present[agents.history.slot(tick, row)] != 0 else { return false }
      let box = agents.box(tick, row)
      guard area.isMet(by: box) else { continue }
      let direction = line.directions[Int(line.project(box.centre).segment)]
      return direction.dot(box.direction) > Self.along
    }
    // It waits to the end: believed if it is before the area still, and turned to it.
    let box = agents.box(last - 1, row)
    let place = line.project(box.centre)
    return place.distance < 2 * Self.reach && line.directions[0].dot(box.direction) > Self.along
      && (line.start - box.centre).dot(line.directions[0]) > -0.5 * line.length
  }

  /// Finds how hard somebody brakes for the ego.
  private func note(
    _ passage: inout YieldPassage, _ own: PostEncroachment.Stay, _ ticks: Int,
    _ area: ConflictArea
  ) {
    let row = passage.agent
    let longest = Int((Self.horizon / step).rounded())
    for tick in passage.tick..<min(ticks, passage.tick + longest) {
      let slot = agents.history.slot(tick, row)
      guard agents.history.present[slot] != 0 else { return }
      let box = agents.box(tick, row)
      if area.isMet(by: box) { return }
      // Where the lanes merge the ego stays ahead of it.
      if area.kind == .crossing, Double(tick) > own.leave { return }
      let braking = -agents.history.acceleration[slot]
      guard agents.history.speed[slot] > 0, braking > passage.braking,
        isNextAhead(of: box, tick, row, speed: agents.history.speed[slot])
      else { continue }
      passage.braking = braking
      passage.brakingTick = tick
    }
  }

  /// The ego is ahead of somebody, no farther than it gets in the time of influence, and nobody is
  /// in between.
  private func isNextAhead(of box: OrientedBox, _ tick: Int, _ row: Int, speed: Double) -> Bool {
    let ego = motion.boxes[tick]
    let ahead = (ego.centre - box.centre).dot(box.direction)
    guard ahead > 0,
      ahead - box.halfLength - ego.halfExtent(along: box.direction) < speed * Self.influence
    else { return false }
    for other in 0..<agents.history.agents where other != row && other != agents.ego {
      guard agents.history.present[agents.history.slot(tick, other)] != 0 else { continue }
      let theirs = agents.box(tick, other)
      let offset = theirs.centre - box.centre
      let between = offset.dot(box.direction)
      guard between > 0, between < ahead else { continue }
      let aside = offset.dot(box.direction.left).magnitude
      if aside < box.halfWidth + theirs.halfExtent(along: box.direction.left) { return false }
    }
    return true
  }
}
