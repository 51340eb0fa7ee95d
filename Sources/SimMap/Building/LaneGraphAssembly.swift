import SimCore
import SimGeometry
import Synchronization

/// The work of `LaneGraphBuilder.build`: shapes, links, groups, then checks.
struct LaneGraphAssembly {
  let builder: LaneGraphBuilder
  var findings: [MapFinding] = []
  /// Place of each lane by id. Only looked up, never walked through.
  var places = IDTable()
  var lanes: [Lane] = []
  /// Lists of one lane or segment, shared by all who have the same.
  private let singles: [[Int]]

  init(of builder: LaneGraphBuilder) {
    self.builder = builder
    singles = builder.lanes.indices.map { [$0] }
  }

  mutating func report(
    _ rule: MapFinding.Rule, _ element: MapFinding.ElementKind, _ id: String, _ reason: String
  ) {
    let severity = builder.tolerated.contains(rule) ? .warning : rule.severity
    findings.append(MapFinding(rule, severity: severity, element, id, reason))
  }

  /// The list of one number.
  func list(of number: Int) -> [Int] {
    // (Odd neighbour links make more segments than there are lanes.)
    number < singles.count ? singles[number] : [number]
  }

  mutating func assemble(checks: LaneGraphBuilder.Checks) -> LaneGraphBuilder.Outcome {
    if builder.lanes.isEmpty { report(.noLanes, .map, builder.name, "it has no lanes") }
    let drafts = shapeLanes()
    linkLanes(drafts)
    let segments = makeSegments(drafts)
    let (stopLines, signals) = makeControls(drafts)
    let controllers = makeControllers(stopLines, signals)
    let junctions = makeJunctions(drafts)
    let priorities = resolvePriorities()
    if checks == .full { checkGeometry() }
    guard !findings.contains(where: { $0.severity == .error }) else {
      return .init(map: nil, findings: findings)
    }
    let areas =
      builder.drivableAreas.isEmpty ? defaultAreas(segments, junctions) : builder.drivableAreas
    let map = LaneGraph(
      name: builder.name, drivingSide: builder.drivingSide, lanes: lanes, segments: segments,
      junctions: junctions, drivableAreas: areas, stopLines: stopLines, signals: signals,
      signalControllers: controllers, crosswalks: builder.crosswalks, priorities: priorities,
      copyShifts: copyShifts, places: places)
    if let known = builder.knownOverlaps {
      map.overlapCache.withLock { $0 = LaneOverlaps(known, lanes: lanes.count) }
    }
    return .init(map: map, findings: findings)
  }

  /// What is known of lanes that are copies of others, unless lanes were left out.
  private var copyShifts: [Int] {
    let known = builder.copyShifts
    guard !known.isEmpty, lanes.count == builder.lanes.count else { return [] }
    return known + repeatElement(0, count: lanes.count - known.count)
  }

  /// Makes a lane of every draft that has a usable shape; returns the drafts of the lanes made.
  private mutating func shapeLanes() -> [LaneDraft] {
    var kept: [Int] = []
    kept.reserveCapacity(builder.lanes.count)
    lanes.reserveCapacity(builder.lanes.count)
    places.reserveCapacity(builder.lanes.count)
    // By index: a draft is a large value to copy.
    for k in builder.lanes.indices {
      let id = builder.lanes[k].id
      if let earlier = places.updateValue(lanes.count, forKey: id) {
        places.updateValue(earlier, forKey: id)
        report(.duplicateID, .lane, id, "the id is used by an earlier lane")
        continue
      }
      guard let lines = lines(of: k) else {
        places.removeValue(forKey: id)
        continue
      }
      var limit = builder.lanes[k].speedLimit
      if let given = limit, !(given > 0 && given.isFinite) {
        report(.badSpeedLimit, .lane, id, "speed limit \(given) m/s is not positive")
        limit = nil
      }
      lanes.append(
        Lane(
          id: id, index: lanes.count, kind: builder.lanes[k].kind, lines: lines,
          leftMarking: builder.lanes[k].leftMarking, rightMarking: builder.lanes[k].rightMarking,
          speedLimit: limit, segment: 0, isConnector: builder.lanes[k].isConnector))
      kept.append(k)
    }
    return kept.count == builder.lanes.count ? builder.lanes : kept.map { builder.lanes[$0] }
  }

  private mutating func lines(of draft: Int) -> LaneLines? {
    if case .complete(let lines) = builder.lanes[draft].shape,
      builder.lanes[draft].centreline == nil
    {
      return lines
    }
    return LaneShape.lines(of: builder.lanes[draft], reportingTo: &self)
  }

  /// The place of a lane that another element refers to; reports it if there is none.
  mutating func place(
    of id: String, as role: String, of element: MapFinding.ElementKind, _ owner: String
  ) -> Int? {
    if let place = places[id] { return place }
    // A lane that was left out for its own faults was already reported.
    if !builder.lanes.contains(where: { $0.id == id }) {
      report(.danglingReference, element, owner, "\(role) '\(id)' does not exist")
    }
    return nil
  }

  private mutating func makeControls(_ drafts: [LaneDraft]) -> ([StopLine], [Signal]) {
    var stopPlaces = IDTable(reservingCapacity: builder.stopLines.count)
    var signalPlaces = IDTable(reservingCapacity: builder.signals.count)
    var stopLanes = [[Int]](repeating: [], count: builder.stopLines.count)
    var signalLanes = [[Int]](repeating: [], count: builder.signals.count)
    for (i, line) in builder.stopLines.enumerated() {
      if stopPlaces.updateValue(i, forKey: line.id) != nil {
        report(.duplicateID, .stopLine, line.id, "the id is used by an earlier stop line")
      }
      stopLanes[i] = members(line.lanes, of: .stopLine, line.id)
    }
    for (i, signal) in builder.signals.enumerated() {
      if signalPlaces.updateValue(i, forKey: signal.id) != nil {
        report(.duplicateID, .signal, signal.id, "the id is used by an earlier signal")
      }
      if signal.phases.contains(where: { $0.microseconds <= 0 }) {
        report(.badSignal, .signal, signal.id, "a phase has no positive duration")
      }
      let longest = Signal.longestMicroseconds
      if signal.phases.contains(where: { $0.microseconds > longest })
        || signal.offsetMicroseconds.magnitude > UInt64(longest)
      {
        report(
          .badSignal, .signal, signal.id,
          "a phase or the offset is longer than \(longest / 1_000_000) s")
      }
      if signal.phases.count > Signal.mostPhases {
        report(.badSignal, .signal, signal.id, "it has more than \(Signal.mostPhases) phases")
      }
      signalLanes[i] = members(signal.lanes, of: .signal, signal.id)
    }
    for lane in drafts.indices {
      if let id = drafts[lane].stopLine {
        if let line = stopPlaces[id] {
          stopLanes[line].append(lane)
        } else {
          report(
            .danglingReference, .lane, lanes[lane].id, "stop line '\(id)' does not exist")
        }
      }
      if let id = drafts[lane].signal {
        if let signal = signalPlaces[id] {
          signalLanes[signal].append(lane)
        } else {
          report(.danglingReference, .lane, lanes[lane].id, "signal '\(id)' does not exist")
        }
      }
    }
    var stopLines: [StopLine] = []
    stopLines.reserveCapacity(builder.stopLines.count)
    for (draft, members) in zip(builder.stopLines, stopLanes) {
      let members = sortedUnique(members)
      for lane in members where lanes[lane].stopLine == nil {
        lanes[lane].stopLine = stopLines.count
      }
      let line = draft.line ?? endLine(of: members)
      stopLines.append(
        StopLine(
          id: draft.id, rule: draft.rule, from: line.start, to: line.end, lanes: members))
    }
    var signals: [Signal] = []
    signals.reserveCapacity(builder.signals.count)
    for (draft, members) in zip(builder.signals, signalLanes) {
      let members = sortedUnique(members)
      for lane in members where lanes[lane].signal == nil { lanes[lane].signal = signals.count }
      signals.append(
        Signal(
          id: draft.id,
          phases: draft.phases.allSatisfy { $0.microseconds > 0 }
            ? draft.phases : draft.phases.filter { $0.microseconds > 0 },
          offsetMicroseconds: draft.offsetMicroseconds, lanes: members))
    }
    return (stopLines, signals)
  }

  /// The lanes that a stop line or a signal names.
  private mutating func members(
    _ names: [String], of element: MapFinding.ElementKind, _ owner: String
  ) -> [Int] {
    if names.count == 1 {
      return place(of: names[0], as: "lane", of: element, owner).map { list(of: $0) } ?? []
    }
    var found: [Int] = []
    found.reserveCapacity(names.count)
    for name in names {
      if let place = place(of: name, as: "lane", of: element, owner) { found.append(place) }
    }
    return found
  }

  /// The line across the ends of some lanes, from the leftmost end to the rightmost.
  private func endLine(of members: [Int]) -> Segment {
    guard let first = members.first else { return Segment(.zero, .zero) }
    var left = lanes[first].leftBound.end
    var right = lanes[first].rightBound.end
    let across = right - left
    for lane in members.dropFirst() {
      let l = lanes[lane].leftBound.end
      let r = lanes[lane].rightBound.end
      if (l - left).dot(across) < 0 { left = l }
      if (r - right).dot(across) > 0 { right = r }
    }
    return Segment(left, right)
  }

  private mutating func makeJunctions(_ drafts: [LaneDraft]) -> [Junction] {
    var places = IDTable(reservingCapacity: builder.junctionPolygons.count)
    var junctions: [Junction] = []
    junctions.reserveCapacity(builder.junctionPolygons.count)
    for (id, polygon) in builder.junctionPolygons {
      if places.updateValue(junctions.count, forKey: id) != nil {
        report(.duplicateID, .junction, id, "the id is used by an earlier junction")
        continue
      }
      junctions.append(Junction(id: id, polygon: polygon, lanes: []))
    }
    // Most lanes lie in the junction of the lane before.
    var last: (id: String, place: Int) = ("", -1)
    for lane in drafts.indices {
      guard let id = drafts[lane].junction else { continue }
      if last.place < 0 || id != last.id {
        last = (id, places.place(of: id, orEntering: junctions.count))
        if last.place == junctions.count {
          junctions.append(Junction(id: id, polygon: Polygon([]), lanes: []))
        }
        junctions[last.place].lanes.reserveCapacity(16)
      }
      lanes[lane].junction = last.place
      junctions[last.place].lanes.append(lane)
    }
    for i in junctions.indices where junctions[i].polygon.vertices.isEmpty {
      junctions[i].polygon = Polygon.convexHull(
        of: junctions[i].lanes.flatMap { lanes[$0].polygon.vertices })
    }
    return junctions
  }

  private mutating func resolvePriorities() -> [PriorityRule] {
    var rules: [PriorityRule] = []
    rules.reserveCapacity(builder.priorities.count)
    for (yielding, priority) in builder.priorities {
      let a = place(of: yielding, as: "yielding lane", of: .priority, yielding)
      let b = place(of: priority, as: "priority lane", of: .priority, yielding)
      if let a, let b { rules.append(PriorityRule(yielding: a, priority: b)) }
    }
    return rules
  }

  /// Drivable areas of a map that states none: its lanes, those of a segment in one piece where
  /// they lie edge to edge.
  private func defaultAreas(_ segments: [RoadSegment], _ junctions: [Junction]) -> [DrivableArea] {
    var areas: [DrivableArea] = []
    for segment in segments {
      let members = segment.lanes.map { lanes[$0] }
      let areFlush = zip(members, members.dropFirst()).allSatisfy { left, right in
        left.rightBound.start.distance(to: right.leftBound.start) < 0.1
          && left.rightBound.end.distance(to: right.leftBound.end) < 0.1
      }
      if areFlush && members.allSatisfy(\.kind.isDrivable) {
        let isInside = members.contains { $0.junction != nil }
        areas.append(DrivableArea(kind: isInside ? .junction : .road, polygon: segment.polygon))
        continue
      }
      for lane in members {
        let kind: DrivableArea.Kind
        switch lane.kind {
        case .driving, .ramp, .bus: kind = lane.junction == nil ? .road : .junction
        case .parking: kind = .parking
        case .shoulder: kind = .generic
        case .bicycle, .sidewalk, .crosswalk, .restricted: continue
        }
        areas.append(DrivableArea(kind: kind, polygon: lane.polygon))
      }
    }
    return areas
  }
}

/// The values in ascending order, each once.
func sortedUnique(_ values: [Int]) -> [Int] {
  // Most lists are in order already.
  if values.indices.dropFirst().allSatisfy({ values[$0 - 1] < values[$0] }) { return values }
  var result: [Int] = []
  for value in values.sorted() where value != result.last { result.append(value) }
  return result
}
