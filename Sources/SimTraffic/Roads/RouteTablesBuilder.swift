import SimGeometry
import SimMap
import SimWorld

/// Lays out routes for `RouteTables`. What belongs to lanes and pairs of lanes is made once.
struct RouteTablesBuilder {
  private let map: LaneGraph
  private let paths: PathTable
  private let overlaps: LaneOverlaps
  private(set) var tables = RouteTables()
  private var bends: [Int: LaneBends] = [:]
  private var zones: [LanePair: ConflictZone?] = [:]

  private struct LanePair: Hashable {
    var lane: Int
    var other: Int
  }

  init(_ map: LaneGraph, _ paths: PathTable) {
    self.map = map
    self.paths = paths
    overlaps = map.overlaps
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
      Int32(tables.entries.count), Int32(tables.stops.count), Int32(tables.conflicts.count),
      Int32(tables.groups.count), Int32(tables.caps.count)
    )
    addEntries(route, line)
    let entries = Int(firsts.0)..<tables.entries.count
    addStops(entries, length: line.length)
    addConflicts(entries, carLength: carLength)
    addCaps(entries)
    tables.routes.append(
      RouteTables.Route(
        entries: firsts.0..<Int32(tables.entries.count),
        stops: firsts.1..<Int32(tables.stops.count),
        conflicts: firsts.2..<Int32(tables.conflicts.count),
        groups: firsts.3..<Int32(tables.groups.count),
        caps: firsts.4..<Int32(tables.caps.count), length: line.length, isRing: line.isRing,
        changesLanes: entries.contains { tables.entries[$0].isLaneChange }))
    return Int32(tables.routes.count - 1)
  }

  private mutating func addEntries(_ route: SimMap.Route, _ line: PathTable.Line) {
    let count = route.lanes.count
    for k in 0..<count {
      let lane = route.lanes[k]
      let start = k == 0 ? 0 : route.laneStarts[k]
      let end = k + 1 < count ? route.laneStarts[k + 1] : line.length
      let last = k > 0 ? route.lanes[k - 1] : line.isRing ? route.lanes[count - 1] : nil
      let next = k + 1 < count ? route.lanes[k + 1] : line.isRing ? route.lanes[0] : nil
      let follows = last.map { map.lanes[$0].successors.contains(lane) } ?? false
      var origin = start
      if !follows {
        // It begins somewhere along the lane: at a start within it, or after a lane change.
        origin -= map.lanes[lane].centreline.project(route.centreline.point(at: start)).s
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
      if paths.pieces[Int(middle)].start <= s { low = middle } else { high = middle }
    }
    return low
  }

  /// Signals on the way: at the stop line of the lane before, or else at the end of that lane.
  private mutating func addStops(_ entries: Range<Int>, length: Double) {
    for (k, index) in entries.enumerated() {
      let entry = tables.entries[index]
      let lane = Int(entry.lane)
      guard let signal = map.lanes[lane].signal else { continue }
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
    tables.stops.append(
      RouteTables.Stop(signal: Int32(signal), place: min(place, entry.end)))
  }

  private mutating func addConflicts(_ entries: Range<Int>, carLength: Double) {
    let first = tables.conflicts.count
    for index in entries {
      let entry = tables.entries[index]
      for other in overlaps.lanes(overlapping: Int(entry.lane)) {
        guard let zone = zone(Int(entry.lane), Int(other)), zone.kind != .parting,
          zone.end + entry.origin > entry.start, zone.start + entry.origin < entry.end
        else { continue }
        tables.conflicts.append(
          RouteTables.Conflict(
            lane: other, isMerging: zone.kind == .merging, rule: rule(Int(entry.lane), Int(other)),
            start: entry.origin + zone.start, end: entry.origin + zone.end,
            otherStart: zone.otherStart, otherEnd: zone.otherEnd,
            join: entry.origin + map.lanes[Int(entry.lane)].length,
            otherJoin: map.lanes[Int(other)].length, group: 0))
      }
    }
    tables.conflicts[first...].sort { ($0.start, $0.lane) < ($1.start, $1.lane) }
    for index in first..<tables.conflicts.count {
      let conflict = tables.conflicts[index]
      let crossingEnd = conflict.isMerging ? -Double.infinity : conflict.end
      if index > first, let last = tables.groups.last, conflict.start - last.end < carLength + 3 {
        let group = tables.groups.count - 1
        tables.groups[group].end = max(last.end, conflict.end)
        tables.groups[group].crossingEnd = max(last.crossingEnd, crossingEnd)
      } else {
        tables.groups.append(
          RouteTables.Group(
            hold: conflict.start, end: conflict.end, crossingEnd: crossingEnd, entries: 0..<0))
      }
      tables.conflicts[index].group = Int32(tables.groups.count - 1)
    }
    guard tables.conflicts.count > first else { return }
    for group in Int(tables.conflicts[first].group)..<tables.groups.count {
      let bounds = tables.groups[group]
      let inside = entries.filter {
        tables.entries[$0].end > bounds.hold && tables.entries[$0].start < bounds.end
      }
      let low = Int32(inside.first ?? entries.lowerBound)
      tables.groups[group].entries = low..<low + Int32(inside.count)
    }
  }

  private func rule(_ lane: Int, _ other: Int) -> RouteTables.Conflict.Rule {
    for rule in map.priorities {
      if rule.yielding == lane && rule.priority == other { return .yield }
      if rule.yielding == other && rule.priority == lane { return .priority }
    }
    return .none
  }

  private mutating func zone(_ lane: Int, _ other: Int) -> ConflictZone? {
    let pair = LanePair(lane: lane, other: other)
    if let known = zones[pair] { return known }
    let zone = ConflictZone(map, lane, other)
    zones[pair] = .some(zone)
    zones[LanePair(lane: other, other: lane)] = .some(zone?.reversed)
    return zone
  }

  private mutating func addCaps(_ entries: Range<Int>) {
    let first = tables.caps.count
    for index in entries {
      let entry = tables.entries[index]
      let lane = Int(entry.lane)
      let limit = map.lanes[lane].speedLimit ?? .infinity
      addCap(at: entry.start, limit: limit, ease: .infinity, after: first)
      if bends[lane] == nil { bends[lane] = LaneBends(map.lanes[lane].centreline) }
      for bend in bends[lane]?.bends ?? [] {
        let start = max(bend.start + entry.origin, entry.start)
        let end = min(bend.end + entry.origin, entry.end)
        guard start < end else { continue }
        addCap(at: start, limit: limit, ease: bend.ease, after: first)
        addCap(at: end, limit: limit, ease: .infinity, after: first)
      }
    }
  }

  /// A cap at the same place as the last one replaces it; one of the same value is none.
  private mutating func addCap(at start: Double, limit: Double, ease: Double, after first: Int) {
    if tables.caps.count > first, let last = tables.caps.last {
      if last.limit == limit && last.ease == ease { return }
      if last.start >= start {
        tables.caps.removeLast()
        return addCap(at: start, limit: limit, ease: ease, after: first)
      }
    }
    tables.caps.append(RouteTables.Cap(start: start, limit: limit, ease: ease))
  }
}

extension ConflictZone {
  /// The same zone as the other lane sees it.
  fileprivate var reversed: ConflictZone {
    var zone = self
    (zone.start, zone.end) = (otherStart, otherEnd)
    (zone.otherStart, zone.otherEnd) = (start, end)
    return zone
  }
}
