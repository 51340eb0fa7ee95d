import SimCore
import SimGeometry
import SimMap

extension CommonRoadReader {
  /// Makes the lane graph of the file. Lane ids are the lanelets' ids.
  mutating func map(named name: String) throws(InputError) -> LaneGraph {
    let places = Dictionary(
      file.lanelets.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { a, _ in a }
    )
    dropOneSidedLinks(places)
    let junctions = CommonRoadJunctions(of: file, places: places)
    let rules = CommonRoadSigns(of: &self)
    var builder = LaneGraphBuilder(
      name: name, drivingSide: drivingSide, tolerating: [.swappedBounds, .badWidth])
    let control = signalControl(places, junctions)
    let crossings = Set(file.intersections.flatMap { $0.crossings.map(\.id) })
    for (place, lanelet) in file.lanelets.enumerated() {
      builder.add(draft(lanelet, at: place, junctions, rules, control))
      if lanelet.types.contains("crosswalk") || crossings.contains(lanelet.id) {
        if let crosswalk = crosswalk(lanelet) { builder.add(crosswalk) }
      }
    }
    for line in stopLines(rules, control) { builder.add(line) }
    for light in file.lights { builder.add(signal(light)) }
    for (yielding, priority) in priorities(places, junctions, rules) {
      builder.addPriority(
        yielding: String(file.lanelets[yielding].id), priority: String(file.lanelets[priority].id))
    }
    let outcome = builder.build(checks: .full)
    for finding in outcome.findings { report(finding, places) }
    try throwIfFailed()
    guard let map = outcome.map else {
      throw InputError(at: .wholeFile(xml.file), "the map cannot be built")
    }
    return map
  }

  private func draft(
    _ lanelet: CommonRoadFile.Lanelet, at place: Int, _ junctions: CommonRoadJunctions,
    _ rules: CommonRoadSigns, _ control: SignalControl
  ) -> LaneDraft {
    func neighbour(
      _ adjacent: (reference: CommonRoadFile.Reference, isSameDirection: Bool)?
    ) -> LaneDraft.Neighbour? {
      adjacent.map { .init(String($0.reference.id), isSameDirection: $0.isSameDirection) }
    }
    let kind = kind(of: lanelet)
    return LaneDraft(
      String(lanelet.id), kind: kind, shape: .bounds(left: lanelet.left, right: lanelet.right),
      // What faces the lane decides: the right line of the left bound, the left one of the right.
      leftMarking: lanelet.leftMarking.right, rightMarking: lanelet.rightMarking.left,
      speedLimit: rules.speedLimit[place] ?? lanelet.speedLimit,
      predecessors: lanelet.predecessors.map { String($0.id) },
      successors: lanelet.successors.map { String($0.id) },
      left: neighbour(lanelet.adjacentLeft), right: neighbour(lanelet.adjacentRight),
      junction: junctions.junctionOf[place], isConnector: junctions.junctionOf[place] != nil,
      signal: control.signalOf[place].map { String($0) })
  }

  private func kind(of lanelet: CommonRoadFile.Lanelet) -> LaneKind {
    for (type, kind) in Self.kinds where lanelet.types.contains(type) { return kind }
    // Without a telling type, who may use it decides.
    if lanelet.users.isEmpty { return .driving }
    if lanelet.users.allSatisfy({ $0 == "pedestrian" }) { return .sidewalk }
    if lanelet.users.allSatisfy({ $0 == "bicycle" || $0 == "pedestrian" }) { return .bicycle }
    if lanelet.users.allSatisfy({ $0 == "bus" || $0 == "taxi" }) { return .bus }
    return .driving
  }

  /// The most telling type first: a lanelet may have several.
  private static let kinds: [(String, LaneKind)] = [
    ("crosswalk", .crosswalk), ("sidewalk", .sidewalk), ("bicycleLane", .bicycle),
    ("parking", .parking), ("shoulder", .shoulder), ("border", .restricted),
    ("restricted", .restricted), ("railway", .restricted), ("tram", .restricted),
    ("busLane", .bus), ("accessRamp", .ramp), ("exitRamp", .ramp),
  ]

  /// Traffic keeps left if more lanelets have their oncoming neighbour on the right than on the
  /// left.
  var drivingSide: LaneGraph.DrivingSide {
    var onLeft = 0
    var onRight = 0
    for lanelet in file.lanelets {
      if lanelet.adjacentLeft?.isSameDirection == false { onLeft += 1 }
      if lanelet.adjacentRight?.isSameDirection == false { onRight += 1 }
    }
    return onRight > onLeft ? .left : .right
  }

  private func crosswalk(_ lanelet: CommonRoadFile.Lanelet) -> Crosswalk? {
    guard lanelet.left.count == lanelet.right.count else { return nil }
    return Polyline(zip(lanelet.left, lanelet.right).map { ($0 + $1) * 0.5 }).map {
      Crosswalk(
        id: String(lanelet.id), polygon: Polygon(lanelet.left + lanelet.right.reversed()), path: $0)
    }
  }

  // MARK: - Stop lines and lights

  /// Which light releases which lanelet.
  struct SignalControl {
    /// Id of the light by place of the lanelet.
    var signalOf: [Int?]
    /// Lanelets at whose end one waits for a light.
    var waits: [Bool]
  }

  /// Lights rule the ways on from the lanelets that refer to them, by their direction.
  private mutating func signalControl(
    _ places: [Int: Int], _ junctions: CommonRoadJunctions
  ) -> SignalControl {
    let count = file.lanelets.count
    var control = SignalControl(
      signalOf: [Int?](repeating: nil, count: count), waits: [Bool](repeating: false, count: count))
    let lights = Dictionary(
      file.lights.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    for (place, lanelet) in file.lanelets.enumerated() {
      let own = (lanelet.lights + (lanelet.stopLine?.lights ?? [])).compactMap { lights[$0.id] }
      guard let first = own.first else { continue }
      control.waits[place] = true
      let next = lanelet.successors.compactMap { places[$0.id] }
      let ruling = next.map { successor in
        let turn = junctions.turnOf[successor] ?? turn(of: successor)
        return own.first { $0.rules(turn) }?.id
      }
      if next.isEmpty || ruling.allSatisfy({ $0 == ruling[0] && $0 != nil }) {
        control.signalOf[place] = next.isEmpty ? first.id : ruling[0]
        continue
      }
      for (successor, light) in zip(next, ruling) where control.signalOf[successor] == nil {
        control.signalOf[successor] = light
      }
    }
    return control
  }

  /// The turn that a lanelet makes, from its ends.
  private func turn(of place: Int) -> CommonRoadJunctions.Turn {
    let lanelet = file.lanelets[place]
    guard let line = Polyline(lanelet.left), let start = line.directions.first,
      let end = line.directions.last
    else { return .straight }
    // 30 degrees: bends of the road are less, turns are more.
    let bend = ExactMath.atan2(start.cross(end), start.dot(end))
    return bend > .pi / 6 ? .left : bend < -.pi / 6 ? .right : .straight
  }

  private func signal(_ light: CommonRoadFile.Light) -> SignalDraft {
    let step = file.stepMicroseconds
    var phases = light.phases.map {
      Signal.Phase($0.colour, microseconds: Int64($0.steps) * step)
    }
    // A light that is switched off shows nothing for ever.
    if !light.isActive { phases = [Signal.Phase(.inactive, microseconds: 3_600_000_000)] }
    return SignalDraft(
      String(light.id), phases: phases, offsetMicroseconds: Int64(light.offsetSteps) * step)
  }

  /// One stop line a lanelet that has one, or has a sign or light to wait for at its end.
  private func stopLines(_ rules: CommonRoadSigns, _ control: SignalControl) -> [StopLineDraft] {
    var lines: [StopLineDraft] = []
    for (place, lanelet) in file.lanelets.enumerated() {
      let rule: StopLine.Rule
      if control.waits[place] {
        rule = .signal
      } else if rules.rank[place] == .stop {
        rule = .stop
      } else if rules.rank[place] == .yield {
        rule = .yield
      } else if lanelet.stopLine != nil {
        rule = .unspecified
      } else {
        continue
      }
      lines.append(
        StopLineDraft(
          "stop.\(lanelet.id)", rule: rule,
          line: lanelet.stopLine?.ends.map { leftToRight($0, lanelet) },
          lanes: [String(lanelet.id)]))
    }
    return lines
  }

  /// The ends of a stop line with the one nearer to the lanelet's left bound first.
  private func leftToRight(
    _ ends: (Vector2, Vector2), _ lanelet: CommonRoadFile.Lanelet
  ) -> Segment {
    guard let left = Polyline(lanelet.left), left.distance(to: ends.1) < left.distance(to: ends.0)
    else { return Segment(ends.0, ends.1) }
    return Segment(ends.1, ends.0)
  }

  // MARK: - Links

  /// Beyond this gap a link that only one lanelet states is taken for a slip, metres.
  private static let greatestGap = 2.0

  /// Drops links that only one of the two lanelets states and whose ends do not meet. (The map
  /// builder completes one-sided links.)
  private mutating func dropOneSidedLinks(_ places: [Int: Int]) {
    let lanelets = file.lanelets
    func meet(_ from: CommonRoadFile.Lanelet, _ to: CommonRoadFile.Lanelet) -> Bool {
      guard let a = from.left.last, let b = from.right.last, let c = to.left.first,
        let d = to.right.first
      else { return true }
      return ((a + b) * 0.5).distance(to: (c + d) * 0.5) <= Self.greatestGap
    }
    for (place, lanelet) in lanelets.enumerated() {
      for (index, link) in lanelet.successors.enumerated().reversed() {
        guard let other = places[link.id].map({ lanelets[$0] }),
          !other.predecessors.contains(where: { $0.id == lanelet.id }), !meet(lanelet, other)
        else { continue }
        noteDropped(lanelet.id, other.id, at: link.node)
        file.lanelets[place].successors.remove(at: index)
      }
      for (index, link) in lanelet.predecessors.enumerated().reversed() {
        guard let other = places[link.id].map({ lanelets[$0] }),
          !other.successors.contains(where: { $0.id == lanelet.id }), !meet(other, lanelet)
        else { continue }
        noteDropped(other.id, lanelet.id, at: link.node)
        file.lanelets[place].predecessors.remove(at: index)
      }
    }
  }

  private mutating func noteDropped(_ from: Int, _ to: Int, at node: XMLNode) {
    note(
      "links that only one lanelet states and whose ends do not meet are dropped",
      "\(from) to \(to)", at: node)
  }

  // MARK: - Findings

  private mutating func report(_ finding: MapFinding, _ places: [Int: Int]) {
    let place = Int(finding.id).flatMap { places[$0] }
    let node = place.map { file.lanelets[$0].node } ?? xml.root
    if finding.severity == .error {
      error(at: node, "\(finding)")
    } else {
      note("map check '\(finding.rule.rawValue)'", "\(finding)", at: node)
    }
  }
}

extension CommonRoadFile.Light {
  /// Whether it is for traffic that makes a turn.
  func rules(_ turn: CommonRoadJunctions.Turn) -> Bool {
    let direction = direction.lowercased()
    if direction.isEmpty || direction == "all" { return true }
    switch turn {
    case .left: return direction.contains("left")
    case .straight: return direction.contains("straight")
    case .right: return direction.contains("right")
    }
  }
}
