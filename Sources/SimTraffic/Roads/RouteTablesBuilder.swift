import SimGeometry
import SimMap
import SimWorld

/// Lays out routes for `RouteTables`. What belongs to lanes and pairs of lanes is made once.
struct RouteTablesBuilder {
  private let map: LaneGraph
  private let paths: PathTable
  private let overlaps: LaneOverlaps
  private let bodies: BodyZones?
  private let signs: RightOfWay
  private var isOnCircle: [Bool] { signs.isOnCircle }
  private var tables = RouteTables()
  /// By lane; nil: not known yet.
  private var bends: [LaneBends?]
  /// What is known of pairs of lanes, by their places in `overlaps`.
  private var pairs: [Pair]
  private var zones: [ConflictZone] = []
  /// Conflicts of the route that is being added.
  private var drafts: [Draft] = []
  /// Groups of that route.
  private var groups: [GroupDraft] = []
  private var lists = ZoneLists()
  /// Those of one of them, in one piece.
  private var sharedZones: [RouteTables.Zone] = []
  private var shapes = GroupShapes()
  private var allowances = Allowances()

  private struct Draft {
    var conflict: RouteTables.Conflict
    var zone: RouteTables.Zone

    var join: GroupDraft.Mark {
      GroupDraft.Mark(place: conflict.join, entry: conflict.entry, way: zone.join)
    }
  }

  private struct Pair {
    /// Index in `zones`, or one of the below.
    var zone = Pair.unknown
    /// nil: not known yet.
    var rule: RouteTables.Rule?

    static let unknown: Int32 = -1
    /// Cars fit past each other.
    static let none: Int32 = -2
  }

  /// - Parameter bodies: what long vehicles sweep over; nil: there are none.
  init(_ map: LaneGraph, _ paths: PathTable, bodies: BodyZones? = nil) {
    self.bodies = bodies
    signs = RightOfWay(map)
    bends = [LaneBends?](repeating: nil, count: map.lanes.count)
    self.map = map
    self.paths = paths
    overlaps = map.overlaps
    pairs = [Pair](repeating: Pair(), count: overlaps.pairCount)
  }

  /// Adds a route.
  ///
  /// - Parameters:
  ///   - route: the way; its centreline is the path.
  ///   - path: index of that path.
  ///   - carLength: of the longest car on it, metres.
  /// - Returns: the route's index.
  mutating func add(_ route: SimMap.Route, path: Int, carLength: Double) -> Int32 {
    let line = paths.lines[path]
    let firsts = (
      Int32(tables.entries.count), Int32(tables.stops.count), Int32(tables.groups.count),
      Int32(tables.caps.count)
    )
    addEntries(route, line)
    let entries = Int(firsts.0)..<tables.entries.count
    addStops(entries, length: line.length)
    addConflicts(entries, carLength: carLength)
    pullBackStops(from: Int(firsts.1))
    addCaps(entries)
    let lowest = chainCaps(from: Int(firsts.3), isRing: line.isRing)
    describeGroups(caps: Int(firsts.3), carLength: carLength)
    for group in groups { tables.groups.append(shapes.add(group)) }
    let firstTurn = Int32(tables.turns.count)
    tables.turns += TurnFinder(map: map).turns(of: tables.entries[entries])
    tables.routes.append(
      RouteTables.Route(
        entries: firsts.0..<Int32(tables.entries.count),
        stops: firsts.1..<Int32(tables.stops.count),
        groups: firsts.2..<Int32(tables.groups.count),
        caps: firsts.3..<Int32(tables.caps.count),
        turns: firstTurn..<Int32(tables.turns.count), path: Int32(path), lowest: lowest,
        length: line.length, isRing: line.isRing,
        changesLanes: entries.contains { tables.entries[$0].isLaneChange }))
    return Int32(tables.routes.count - 1)
  }

  /// The tables of all routes that have been added.
  func finished() -> RouteTables {
    var tables = tables
    tables.zones = lists.zones
    tables.shapes = shapes.shapes
    tables.allowances = allowances.list
    return tables
  }

  /// A route that has been added.
  func route(_ number: Int32) -> RouteTables.Route { tables.routes[Int(number)] }

  /// Makes room once, when some routes are there, for as many as there are going to be: lists that
  /// grow again and again are for a moment there twice.
  mutating func expect(routes count: Int) {
    let sample = 64
    guard tables.routes.count == sample, count > 2 * sample else { return }
    let share = 1.1 * Double(count) / Double(sample)
    func room(_ length: Int) -> Int { Int(Double(length) * share) }
    tables.routes.reserveCapacity(count)
    tables.entries.reserveCapacity(room(tables.entries.count))
    tables.stops.reserveCapacity(room(tables.stops.count))
    tables.groups.reserveCapacity(room(tables.groups.count))
    tables.caps.reserveCapacity(room(tables.caps.count))
  }

  private mutating func addEntries(_ route: SimMap.Route, _ line: PathTable.Line) {
    let (lanes, starts, count) = (route.lanes, route.laneStarts, route.lanes.count)
    for k in 0..<count {
      let lane = lanes[k]
      let start = k == 0 ? 0 : starts[k]
      let end = k + 1 < count ? starts[k + 1] : line.length
      let last = k > 0 ? lanes[k - 1] : line.isRing ? lanes[count - 1] : nil
      let next = k + 1 < count ? lanes[k + 1] : line.isRing ? lanes[0] : nil
      let follows = last.map { map.lanes[$0].successors.contains(lane) } ?? false
      var origin = start
      if !follows {
        // It begins somewhere along the lane: at a start within it, or after a lane change.
        let point = start == 0 ? route.start : route.centreline.point(at: start)
        origin -= map.lanes[lane].centreline.project(point).s
      }
      tables.entries.append(
        RouteTables.Entry(
          lane: Int32(lane), start: start, end: max(end, start), origin: origin,
          firstPiece: piece(of: line, at: start - 10), lastPiece: piece(of: line, at: end + 10),
          isLaneChange: k > 0 && !follows,
          isFork: map.lanes[lane].successors.contains { $0 != next },
          isJoin: map.lanes[lane].predecessors.contains { $0 != last },
          isOverlapped: !overlaps.lanes(overlapping: lane).isEmpty))
    }
  }

  /// Index of the piece of a path that holds an arc length, clamped, by bisection.
  private func piece(of line: PathTable.Line, at s: Double) -> Int32 {
    var low = line.first
    var high = line.first + line.count
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if paths.starts[Int(middle)] <= s { low = middle } else { high = middle }
    }
    return low
  }

  /// Stop signs and signals on the way: at the stop line of the lane before, or else at the end of
  /// that lane.
  private mutating func addStops(_ entries: Range<Int>, length: Double) {
    for (k, index) in entries.enumerated() {
      let entry = tables.entries[index]
      let lane = Int(entry.lane)
      guard let signal = map.lanes[lane].signal else {
        if k + 1 < entries.count, signs.stopRule(of: lane) == .stop {
          addStop(Int(RouteTables.Stop.sign), on: entry)
        }
        continue
      }
      if map.lanes[lane].isConnector {
        // A connector is not to be entered. The route may start inside it.
        guard k > 0 else { continue }
        let before = tables.entries[index - 1]
        if map.lanes[Int(before.lane)].isConnector { continue }
        addStop(signal, on: before)
      } else if !(k + 1 < entries.count
        && map.lanes[Int(tables.entries[index + 1].lane)].isConnector
        && map.lanes[Int(tables.entries[index + 1].lane)].signal != nil)
      {
        // A lane is not to be left. If the connector after it has a signal, that one counts.
        addStop(signal, on: entry)
      }
    }
  }

  private mutating func addStop(_ signal: Int, on entry: RouteTables.Entry) {
    let place = map.stopArcLength(ofLane: Int(entry.lane)).map { entry.origin + $0 } ?? entry.end
    tables.stops.append(RouteTables.Stop(signal: Int32(signal), place: min(place, entry.end)))
  }

  /// Who waits for a signal waits before the group of conflicts behind it: where long vehicles
  /// sweep over the mouth of the lane, that is some metres before the stop line.
  private mutating func pullBackStops(from first: Int) {
    for stop in first..<tables.stops.count {
      let place = tables.stops[stop].place
      for group in groups where group.hold < place && group.hold > place - 10 {
        tables.stops[stop].place = group.hold
      }
    }
  }

  private mutating func addConflicts(_ entries: Range<Int>, carLength: Double) {
    drafts.removeAll(keepingCapacity: true)
    for index in entries {
      let entry = tables.entries[index]
      let lane = Int(entry.lane)
      let bodyZones = bodies?.zones(of: lane) ?? []
      let ownZones =
        bodyZones.isEmpty || isOnCircle.isEmpty || !isOnCircle[lane]
        ? bodyZones
        : bodies?.zones(
          of: lane, after: index > entries.lowerBound ? Int(tables.entries[index - 1].lane) : nil,
          before: index + 1 < entries.upperBound ? Int(tables.entries[index + 1].lane) : nil) ?? []
      for place in overlaps.places(overlapping: lane) {
        let other = Int32(overlaps.other(at: place))
        guard let zone = zone(of: lane, at: place) else {
          // The lanes overlap where nobody's middle is, but long bodies do meet there.
          for body in ownZones where body.other == other {
            addConflict(ConflictZone(body), other, at: place, index, sizes: body.sizes)
          }
          continue
        }
        if zone.kind == .parting { continue }
        var sizes = RouteTables.Conflict.allSizes
        for body in bodyZones where body.other == other {
          // The bodies reach farther than what the centrelines tell.
          var wide = zone
          wide.widen(body)
          sizes &= ~body.sizes
          addConflict(wide, other, at: place, index, sizes: body.sizes)
        }
        if sizes != 0 { addConflict(zone, other, at: place, index, sizes: sizes) }
      }
      for body in ownZones where !overlaps.contains(lane, Int(body.other)) {
        addConflict(ConflictZone(body), body.other, at: nil, index, sizes: body.sizes)
      }
    }
    drafts.sort {
      ($0.conflict.start, $0.conflict.lane, $0.conflict.sizes)
        < ($1.conflict.start, $1.conflict.lane, $1.conflict.sizes)
    }
    group(entries, carLength: carLength)
  }

  /// - Parameter place: of the other lane among those that overlap; nil: only bodies reach over it.
  private mutating func addConflict(
    _ zone: ConflictZone, _ other: Int32, at place: Int?, _ index: Int, sizes: UInt8
  ) {
    let entry = tables.entries[index]
    guard max(zone.end, zone.start) + entry.origin > entry.start,
      min(zone.start, zone.end) + entry.origin < entry.end
    else { return }
    let lane = Int(entry.lane)
    var rule = rule(lane, Int(other), at: place)
    // Nobody on a circle gives way to those beside it there.
    if !isOnCircle.isEmpty, isOnCircle[lane], isOnCircle[Int(other)] { rule = .none }
    add(
      RouteTables.Conflict(
        lane: other, isMerging: zone.kind == .merging, rule: rule,
        tie: rule == .none ? signs.tie(lane, Int(other)) : .none, sizes: sizes,
        start: entry.origin + zone.start, end: entry.origin + zone.end,
        otherStart: zone.otherStart, otherEnd: zone.otherEnd,
        // Asked for bodies of long vehicles only.
        runsAlong: sizes & RouteTables.Conflict.size(isLong: false, isOtherLong: false) == 0
          && runsAlong(lane, Int(other), zone),
        join: entry.origin + map.lanes[lane].length, otherJoin: map.lanes[Int(other)].length,
        entry: Int32(index),
        turning: signs.hasBicycles ? signs.ruleOfTurning(lane, Int(other)) : .none), zone)
  }

  private mutating func add(_ conflict: RouteTables.Conflict, _ zone: ConflictZone) {
    let lane = tables.entries[Int(conflict.entry)].lane
    drafts.append(
      Draft(
        conflict: conflict,
        zone: RouteTables.Zone(
          laneStep: conflict.lane - lane, entry: 0, rule: conflict.rule, tie: conflict.tie,
          sizes: conflict.sizes, marks: conflict.marks, start: zone.start, end: zone.end,
          join: map.lanes[Int(lane)].length, otherStart: zone.otherStart,
          otherEnd: zone.otherEnd, otherJoin: conflict.otherJoin)))
  }

  /// The list of a group's zones among those of all routes.
  private mutating func shared(_ range: Range<Int>, of group: Int) -> Range<Int32> {
    let first = groups[group].entries.lowerBound
    sharedZones.removeAll(keepingCapacity: true)
    for index in range {
      drafts[index].zone.entry = UInt32(drafts[index].conflict.entry - first)
      sharedZones.append(drafts[index].zone)
    }
    return lists.place(of: sharedZones)
  }

  /// Two lanes lead the same way where bodies on them meet.
  private func runsAlong(_ lane: Int, _ other: Int, _ zone: ConflictZone) -> Bool {
    func direction(_ lane: Int, _ s: Double) -> Vector2 {
      let line = map.lanes[lane].centreline
      return line.direction(at: min(max(s, 0), line.length))
    }
    return direction(lane, 0.5 * (zone.start + zone.end))
      .dot(direction(other, 0.5 * (zone.otherStart + zone.otherEnd))) > 0.7
  }

  /// Puts conflicts together between which a car cannot wait.
  private mutating func group(_ entries: Range<Int>, carLength: Double) {
    groups.removeAll(keepingCapacity: true)
    for index in drafts.indices {
      let (start, end) = (drafts[index].conflict.start, drafts[index].conflict.end)
      let entry = drafts[index].conflict.entry
      if let last = groups.last, start - last.end < carLength + 3 {
        groups[groups.count - 1].take(start, end, entry)
      } else {
        groups.append(GroupDraft(start, end, entry))
      }
      drafts[index].conflict.group = Int32(groups.count - 1)
    }
    for group in groups.indices {
      // Lanes between the first and the last zone belong to it too.
      var low = groups[group].entries.lowerBound
      var high = groups[group].entries.upperBound
      while low > Int32(entries.lowerBound)
        && tables.entries[Int(low) - 1].end > groups[group].hold
      {
        low -= 1
      }
      while high < Int32(entries.upperBound)
        && tables.entries[Int(high)].start < groups[group].end
      {
        high += 1
      }
      groups[group].entries = low..<high
    }
  }

  /// How fast groups may be driven through, and which conflicts belong to them.
  private mutating func describeGroups(caps: Int, carLength: Double) {
    var conflict = drafts.count
    for group in groups.indices.reversed() {
      let end = conflict
      while conflict > 0, drafts[conflict - 1].conflict.group == Int32(group) { conflict -= 1 }
      groups[group].zones = shared(conflict..<end, of: group)
      var (isOpen, isRound) = (true, true)
      for index in conflict..<end {
        let it = drafts[index].conflict
        let isOn = !isOnCircle.isEmpty && isOnCircle[Int(tables.entries[Int(it.entry)].lane)]
        isRound = isRound && isOn
        if it.isMerging && it.rule == .yield { groups[group].giveWay(drafts[index].join) }
        guard it.mustBeKeptClear(isOnCircle: isOn) else { continue }
        // Between crossings that are far enough from each other one can stand.
        let last = groups[group].crossingEnd
        if last > -.infinity && it.start - last > carLength + 2 { isOpen = false }
        if isOpen { groups[group].crossingEnd = max(last, it.end) }
      }
      groups[group].isOnCircle = isRound
    }
    var cap = caps
    for group in groups.indices {
      let (low, high) = (groups[group].low, groups[group].high)
      while cap + 1 < tables.caps.count, tables.caps[cap + 1].start <= low { cap += 1 }
      var next = cap
      while next < tables.caps.count, next == cap || tables.caps[next].start < high {
        let allowance = allowances.list[Int(tables.caps[next].allowance)]
        groups[group].slowest.limit = min(groups[group].slowest.limit, allowance.limit)
        groups[group].slowest.ease = min(groups[group].slowest.ease, allowance.ease)
        next += 1
      }
    }
  }

  private mutating func rule(_ lane: Int, _ other: Int, at place: Int?) -> RouteTables.Rule {
    guard let place else { return signs.rule(lane, other) }
    if let known = pairs[place].rule { return known }
    let rule = signs.rule(lane, other)
    pairs[place].rule = rule
    return rule
  }

  /// The zone of a lane with the one at a place among those that overlap it.
  private mutating func zone(of lane: Int, at place: Int) -> ConflictZone? {
    if pairs[place].zone == Pair.unknown { findZone(of: lane, at: place) }
    let number = Int(pairs[place].zone)
    return number < 0 ? nil : zones[number]
  }

  private mutating func findZone(of lane: Int, at place: Int) {
    let other = overlaps.other(at: place)
    let model = map.model(of: lane, other)
    if model.lane != lane, let first = overlaps.place(model.lane, model.other) {
      // Junctions of one shape have the same zones.
      _ = zone(of: model.lane, at: first)
      pairs[place].zone = pairs[first].zone
      return
    }
    let zone = ConflictZone(map, lane, other)
    set(zone, at: place)
    if let back = overlaps.place(other, lane) { set(zone?.reversed, at: back) }
  }

  private mutating func set(_ zone: ConflictZone?, at place: Int) {
    pairs[place].zone = zone == nil ? Pair.none : Int32(zones.count)
    if let zone { zones.append(zone) }
  }

  private mutating func addCaps(_ entries: Range<Int>) {
    let first = tables.caps.count
    for index in entries {
      let entry = tables.entries[index]
      let lane = Int(entry.lane)
      let limit = map.lanes[lane].speedLimit ?? .infinity
      let straight = RouteTables.Allowance(limit: limit, ease: .infinity)
      addCap(at: entry.start, straight, after: first)
      let known = bends[lane] ?? LaneBends(map.lanes[lane].centreline)
      bends[lane] = known
      for bend in known.bends {
        let start = max(bend.start + entry.origin, entry.start)
        let end = min(bend.end + entry.origin, entry.end)
        guard start < end else { continue }
        addCap(at: start, RouteTables.Allowance(limit: limit, ease: bend.ease), after: first)
        addCap(at: end, straight, after: first)
      }
    }
  }

  /// Finds for each cap of a route the next one that may allow less.
  ///
  /// - Returns: the place of an allowance that none of them goes below.
  private mutating func chainCaps(from first: Int, isRing: Bool) -> Int32 {
    let count = tables.caps.count - first
    let lowest = lowestAllowance(from: first)
    // Round a ring twice, so that those behind its seam are known.
    for lap in 0..<(isRing ? 2 : 1) {
      for k in (0..<count).reversed() {
        var next = k + 1
        // What comes between one and its next one allows no less than that one.
        while next < 2 * count {
          guard next < count || (isRing && lap > 0) else { break }
          let other = first + next % count
          if allowances.isLower(tables.caps[other], than: tables.caps[first + k]) { break }
          let after = Int(tables.caps[other].lower) - first
          if tables.caps[other].lower < 0 {
            next = 2 * count
          } else {
            next += (after - next % count + count) % count
          }
        }
        let isFound = next < count || (isRing && lap > 0 && next < k + count)
        tables.caps[first + k].lower = isFound ? Int32(first + next % count) : -1
      }
    }
    return lowest
  }

  private mutating func lowestAllowance(from first: Int) -> Int32 {
    var lowest = RouteTables.Allowance.all
    var hasLimit = false
    var isFree = false
    for cap in tables.caps[first...] {
      let allowance = allowances.list[Int(cap.allowance)]
      lowest.limit = min(lowest.limit, allowance.limit)
      lowest.ease = min(lowest.ease, allowance.ease)
      if allowance.limit < .infinity { hasLimit = true } else { isFree = true }
    }
    // Without a limit each goes as fast as it likes: which is not known here.
    if hasLimit && isFree { lowest.ease = 0 }
    return allowances.place(of: lowest)
  }

  /// A cap at the same place as the last one replaces it; one of the same value is none.
  private mutating func addCap(
    at start: Double, _ allowance: RouteTables.Allowance, after first: Int
  ) {
    while tables.caps.count > first, let last = tables.caps.last {
      if allowances.list[Int(last.allowance)] == allowance { return }
      guard last.start >= start else { break }
      tables.caps.removeLast()
    }
    tables.caps.append(RouteTables.Cap(start: start, allowance: allowances.place(of: allowance)))
  }
}

extension BodyZones.Zone {
  /// The sizes for which it holds, as a bit of `RouteTables.Conflict.sizes`.
  fileprivate var sizes: UInt8 {
    RouteTables.Conflict.size(isLong: isLong, isOtherLong: isOtherLong)
  }
}
