import SimCore
import SimGeometry

/// Makes a map of roads given by their courses: what scenario files write inline.
public struct RoadNetworkBuilder: Sendable {
  /// The map's name in listings and messages.
  public var name: String
  /// The side that traffic keeps to.
  public var drivingSide: LaneGraph.DrivingSide
  /// The roads, in map order.
  public var roads: [RoadSpec]
  /// What joins them, beside what starts after another road.
  public var connections: [RoadConnection]

  /// Roads with their connections; nothing is checked yet.
  public init(
    name: String, drivingSide: LaneGraph.DrivingSide = .right, roads: [RoadSpec],
    connections: [RoadConnection] = []
  ) {
    self.name = name
    self.drivingSide = drivingSide
    self.roads = roads
    self.connections = connections
  }

  /// The map, or what is wrong with the roads (findings about roads, connections and lanes).
  public func build() -> LaneGraphBuilder.Outcome {
    var work = RoadNetworkAssembly(drivingSide == .left ? flipped : self)
    let lanes = work.layOut()
    guard work.findings.isEmpty else { return .init(map: nil, findings: work.findings) }
    return (drivingSide == .left ? lanes.mirrored() : lanes).build(checks: .full)
  }

  /// The roads seen in a mirror along the x axis: left-hand traffic is laid out as right-hand
  /// traffic and mirrored back.
  private var flipped: RoadNetworkBuilder {
    var copy = self
    copy.drivingSide = .right
    for i in copy.roads.indices {
      if case .pose(let pose) = copy.roads[i].start {
        copy.roads[i].start = .pose(Pose2(x: pose.x, y: -pose.y, heading: -pose.heading))
      }
      copy.roads[i].elements = copy.roads[i].elements.map {
        PlanViewElement(
          length: $0.length, startCurvature: -$0.startCurvature, endCurvature: -$0.endCurvature)
      }
    }
    return copy
  }
}

/// The work of `RoadNetworkBuilder.build`, for right-hand traffic.
private struct RoadNetworkAssembly {
  let network: RoadNetworkBuilder
  var findings: [MapFinding] = []
  /// Lane drafts in map order, and the place of each by id.
  private var drafts: [LaneDraft] = []
  private var places: [String: Int] = [:]
  private var courses: [String: ReferenceLine] = [:]
  private var specs: [String: RoadSpec] = [:]

  init(_ network: RoadNetworkBuilder) {
    self.network = network
  }

  private mutating func report(
    _ rule: MapFinding.Rule, _ element: MapFinding.ElementKind, _ id: String, _ reason: String
  ) {
    findings.append(MapFinding(rule, severity: .error, element, id, reason))
  }

  mutating func layOut() -> LaneGraphBuilder {
    var builder = LaneGraphBuilder(name: network.name, drivingSide: .right)
    builder.reportsOneSidedLinks = false
    if network.roads.isEmpty { report(.noLanes, .map, network.name, "it has no roads") }
    for road in network.roads { check(road) }
    placeCourses()
    guard findings.isEmpty else { return builder }
    for road in network.roads { addLanes(of: road) }
    connect(&builder)
    for draft in drafts { builder.add(draft) }
    return builder
  }

  private mutating func check(_ road: RoadSpec) {
    if specs.updateValue(road, forKey: road.id) != nil {
      report(.duplicateID, .road, road.id, "the id is used by an earlier road")
    }
    if road.elements.isEmpty { report(.tooFewPoints, .road, road.id, "it has no elements") }
    for (i, element) in road.elements.enumerated() where !element.isValid {
      let isFinite = element.startCurvature.isFinite && element.endCurvature.isFinite
      report(
        isFinite ? .tooFewPoints : .nonFinite, .road, road.id,
        isFinite
          ? "element \(i + 1) has the length \(element.length) m, which is not positive"
          : "the curvature of element \(i + 1) is not finite")
    }
    if road.widths.isEmpty { report(.badWidth, .road, road.id, "it has no forward lane") }
    for width in road.widths + road.oncomingWidths where !(width > 0 && width.isFinite) {
      report(.badWidth, .road, road.id, "lane width \(width) m is not positive")
    }
    if road.bicycleLane != 0, !BicycleLane.widths.contains(road.bicycleLane) {
      report(
        .badWidth, .road, road.id,
        "a lane for bicycles is \(BicycleLane.widths.lowerBound) to "
          + "\(BicycleLane.widths.upperBound) m wide, not \(road.bicycleLane) m")
    }
    if let limit = road.speedLimit, !(limit > 0 && limit.isFinite) {
      report(.badSpeedLimit, .road, road.id, "speed limit \(limit) m/s is not positive")
    }
    if case .pose(let pose) = road.start, !(pose.position.isFinite && pose.heading.isFinite) {
      report(.nonFinite, .road, road.id, "its start is not finite")
    }
    checkBends(of: road)
  }

  /// The inner edge of every bend must keep half a metre of radius.
  private mutating func checkBends(of road: RoadSpec) {
    let left =
      road.divider + road.oncomingWidths.reduce(0, +)
      + (road.oncomingWidths.isEmpty ? 0 : road.bicycleLane)
    let right = 0.5 * (road.widths.first ?? 0) + road.bicycleLane
    for (i, element) in road.elements.enumerated() where element.isValid {
      for curvature in [element.startCurvature, element.endCurvature] where curvature != 0 {
        let room = 1 / curvature.magnitude - (curvature > 0 ? left : right)
        if room < 0.5 {
          let radius = 1 / curvature.magnitude
          report(
            .tightBend, .road, road.id,
            "element \(i + 1) bends at a radius of \(radius) m, too tight for its lanes")
          break
        }
      }
    }
  }

  /// Fixes where every road begins; those that start after another one wait for it.
  private mutating func placeCourses() {
    guard findings.isEmpty else { return }
    var waiting = network.roads
    while !waiting.isEmpty {
      var later: [RoadSpec] = []
      for road in waiting {
        switch road.start {
        case .pose(let pose): courses[road.id] = ReferenceLine(from: pose, road.elements)
        case .after(let other):
          if let before = courses[other] {
            courses[road.id] = ReferenceLine(from: before.end, road.elements)
          } else if specs[other] == nil {
            report(.danglingReference, .road, road.id, "road '\(other)' does not exist")
          } else {
            later.append(road)
          }
        }
      }
      if later.count == waiting.count {
        for road in later {
          report(.danglingReference, .road, road.id, "it starts after itself, round a circle")
        }
        return
      }
      waiting = findings.isEmpty ? later : []
    }
  }

  private mutating func addLanes(of road: RoadSpec) {
    guard let course = courses[road.id] else { return }
    let reach = road.divider + road.oncomingWidths.reduce(0, +)
    let samples = course.sample(course.stations(reach: reach + road.bicycleLane))
    var strip = RoadStrip(
      oneWay: road.id, lanes: road.widths.count, width: 1, speedLimit: road.speedLimit)
    strip.forward = carriageway(road, road.id, road.widths, edge: -0.5 * road.widths[0], side: 1)
    strip.backward = nil
    if !road.oncomingWidths.isEmpty {
      strip.backward = carriageway(
        road, road.oncomingID, road.oncomingWidths, edge: reach, side: -1)
    }
    for draft in strip.drafts(along: samples) {
      if places.updateValue(drafts.count, forKey: draft.id) != nil {
        report(.duplicateID, .road, road.id, "its lane '\(draft.id)' has the id of another lane")
      }
      drafts.append(draft)
    }
  }

  /// Lanes from the kerb at an offset towards the middle.
  private func carriageway(
    _ road: RoadSpec, _ id: String, _ widths: [Double], edge: Double, side: Double
  ) -> Carriageway {
    var offset = edge
    var edges = [Carriageway.Edge(offset, .solid)]
    for (k, width) in widths.enumerated() {
      offset += side * width
      let isLast = k == widths.count - 1
      let isDivider = isLast && !road.oncomingWidths.isEmpty
      edges.append(
        Carriageway.Edge(
          offset, isDivider ? road.centreMarking : isLast ? .solid : road.laneMarking))
    }
    var way = Carriageway(
      road: id, edges: edges, isReversed: side < 0, speedLimit: road.speedLimit)
    way.kind = road.kind
    way.bicycleLane = road.bicycleLane
    return way
  }

  // MARK: Connections

  /// A lane of a road, as connections know it.
  private struct RoadLane {
    /// Place in `drafts`.
    var place: Int
    /// Name of its direction of the road, with which its id begins: `RoadSpec.id` or `oncomingID`.
    var road: String
    /// From the right, from 1 on; 0: the lane for bicycles.
    var number: Int
  }

  private struct Link {
    var from: RoadLane
    var to: RoadLane
    var connection: RoadConnection
    /// Against the direction in which the connection is written.
    var isBack: Bool
    var junction: String

    /// From lane for bicycles to lane for bicycles.
    var isForBicycles: Bool { from.number == 0 }
    /// Who comes along it halts or gives way before it.
    var yields: Bool { connection.rule != nil && !isBack }

    /// It leads off a road beside whose lanes one for bicycles goes on along another link.
    func turnsOff(beside other: Link) -> Bool {
      !isForBicycles && other.isForBicycles && from.road == other.from.road
    }
  }

  private mutating func connect(_ builder: inout LaneGraphBuilder) {
    var all = network.connections
    for road in network.roads {
      guard case .after(let other) = road.start else { continue }
      all.append(
        RoadConnection(from: RoadEnd(other, .end), to: RoadEnd(road.id, .start)))
    }
    let junctions = junctionNames(all)
    var links: [Link] = []
    for (connection, junction) in zip(all, junctions) {
      var isKnown = true
      for end in [connection.from, connection.to] where specs[end.road] == nil {
        report(
          .danglingReference, .connection, connection.name, "road '\(end.road)' does not exist")
        isKnown = false
      }
      guard isKnown else { continue }
      if connection.from == connection.to {
        report(.danglingReference, .connection, connection.name, "it joins an end with itself")
        continue
      }
      let ways = pairs(connection.from, connection.to)
      if ways.isEmpty {
        report(
          .danglingReference, .connection, connection.name,
          "no lane arrives at the one end and leaves from the other")
      }
      links += ways.map {
        Link(from: $0, to: $1, connection: connection, isBack: false, junction: junction)
      }
      if let (from, to) = bicyclePair(connection.from, connection.to) {
        links.append(
          Link(from: from, to: to, connection: connection, isBack: false, junction: junction))
      }
      if !connection.isOneWay {
        links += pairs(connection.to, connection.from).map {
          Link(from: $0, to: $1, connection: connection, isBack: true, junction: junction)
        }
        if let (from, to) = bicyclePair(connection.to, connection.from) {
          links.append(
            Link(from: from, to: to, connection: connection, isBack: true, junction: junction))
        }
      }
      let stopped = ways.map(\.0)
      let lane = bicycleLane(of: connection.from, oncoming: connection.from.side == .start)
      addStopLine(connection, stopped + (lane.map { [$0] } ?? []), &builder)
    }
    join(links, &builder)
  }

  /// The lanes for bicycles that arrive at one end and go on at the other; nil if one has none.
  private func bicyclePair(_ from: RoadEnd, _ to: RoadEnd) -> (from: RoadLane, to: RoadLane)? {
    guard let first = bicycleLane(of: from, oncoming: from.side == .start),
      let next = bicycleLane(of: to, oncoming: to.side == .end)
    else { return nil }
    return (first, next)
  }

  private func bicycleLane(of end: RoadEnd, oncoming: Bool) -> RoadLane? {
    guard let spec = specs[end.road] else { return nil }
    let road = oncoming ? spec.oncomingID : spec.id
    return places[BicycleLane.id(beside: road)].map { RoadLane(place: $0, road: road, number: 0) }
  }

  /// Lanes that arrive at one end, each with the lane it goes on into at the other.
  private func pairs(_ from: RoadEnd, _ to: RoadEnd) -> [(RoadLane, RoadLane)] {
    zip(
      lanes(of: from, oncoming: from.side == .start), lanes(of: to, oncoming: to.side == .end)
    ).map { ($0, $1) }
  }

  private func lanes(of end: RoadEnd, oncoming: Bool) -> [RoadLane] {
    guard let spec = specs[end.road] else { return [] }
    let road = oncoming ? spec.oncomingID : spec.id
    let count = oncoming ? spec.oncomingWidths.count : spec.widths.count
    return (0..<count).compactMap { k in
      places["\(road).\(k + 1)"].map { RoadLane(place: $0, road: road, number: k + 1) }
    }
  }

  private mutating func addStopLine(
    _ connection: RoadConnection, _ lanes: [RoadLane], _ builder: inout LaneGraphBuilder
  ) {
    guard let rule = connection.rule, !lanes.isEmpty else { return }
    let id = "\(connection.from.road)_\(connection.from.side.rawValue)_stop"
    guard !builder.stopLines.contains(where: { $0.id == id }) else { return }
    builder.add(StopLineDraft(id, rule: rule, lanes: lanes.map { drafts[$0.place].id }))
  }

  /// A junction's name for each connection: those that share a road's end belong together.
  private func junctionNames(_ connections: [RoadConnection]) -> [String] {
    var group = Array(connections.indices)
    func root(_ i: Int) -> Int {
      var i = i
      while group[i] != i { i = group[i] }
      return i
    }
    for i in connections.indices {
      for j in 0..<i {
        let a = connections[i]
        let b = connections[j]
        let shares = [a.from, a.to].contains { $0 == b.from || $0 == b.to }
        if shares || (a.junction != nil && a.junction == b.junction) {
          let (x, y) = (root(i), root(j))
          group[max(x, y)] = min(x, y)
        }
      }
    }
    var names: [Int: String] = [:]
    for i in connections.indices {
      if let name = connections[i].junction, names[root(i)] == nil { names[root(i)] = name }
    }
    var number = 0
    for i in connections.indices where names[root(i)] == nil {
      number += 1
      names[root(i)] = "junction\(number)"
    }
    return connections.indices.map { names[root($0)] ?? "" }
  }

  /// Links lanes whose ends touch, and lays connectors between the others.
  private mutating func join(_ links: [Link], _ builder: inout LaneGraphBuilder) {
    var connectors: [(draft: LaneDraft, link: Link)] = []
    var previous = ""
    for link in links {
      let from = drafts[link.from.place]
      let to = drafts[link.to.place]
      guard case .complete(let first) = from.shape, case .complete(let next) = to.shape
      else { continue }
      let start = first.centreline.smoothPose(at: first.centreline.length)
      let end = next.centreline.smoothPose(at: 0)
      let bend = ExactMath.wrapAngle(end.heading - start.heading)
      if start.position.distance(to: end.position) < 0.1, bend.magnitude < 0.02 {
        drafts[link.from.place].successors.append(to.id)
        continue
      }
      if link.isForBicycles, bend > 0.5,
        links.contains(where: {
          $0.from.place == link.from.place && $0.to.place != link.to.place
        })
      {
        continue
      }
      let number = link.from.number
      let curve = TurnCurve(from: start, to: end)
      let widths = (width(from), width(to))
      let road = "\(link.from.road)_to_\(link.to.road)"
      let isTooTight = curve.greatestCurvature * 0.5 * max(widths.0, widths.1) > 0.9
      guard !isTooTight,
        let lines = curve.lines(startWidth: widths.0, endWidth: widths.1)
      else {
        report(
          .tightBend, .connection, link.connection.name,
          "there is no room to lead lane '\(from.id)' into '\(to.id)': leave more road between "
            + "the ends")
        continue
      }
      let id = link.isForBicycles ? BicycleLane.id(beside: road) : "\(road).\(number)"
      if connectors.contains(where: { $0.draft.id == id }) {
        report(.duplicateID, .connection, link.connection.name, "the ends are joined already")
        continue
      }
      let isBeside = !link.isForBicycles && previous == "\(road).\(number - 1)"
      if isBeside {
        connectors[connectors.count - 1].draft.left = .init(id)
        connectors[connectors.count - 1].draft.leftMarking = .solid
      }
      connectors.append(
        (
          LaneDraft(
            id, kind: to.kind, shape: .complete(lines), leftMarking: .none,
            rightMarking: isBeside ? .solid : .none,
            speedLimit: link.connection.speedLimit ?? to.speedLimit,
            predecessors: [from.id], successors: [to.id],
            right: isBeside ? .init(previous) : nil, junction: link.junction, isConnector: true,
            segment: link.isForBicycles ? id : road),
          link
        ))
      previous = id
    }
    for (i, a) in connectors.enumerated() {
      for (j, b) in connectors.enumerated()
      where i != j && a.draft.junction == b.draft.junction
        && ((a.link.yields && !b.link.yields)
          || (a.draft.kind != .bicycle && a.link.turnsOff(beside: b.link)))
      {
        guard a.draft.predecessors != b.draft.predecessors, overlap(a.draft, b.draft) else {
          continue
        }
        builder.addPriority(yielding: a.draft.id, priority: b.draft.id)
      }
    }
    drafts += connectors.map(\.draft)
  }

  private func overlap(_ a: LaneDraft, _ b: LaneDraft) -> Bool {
    guard case .complete(let lines) = a.shape, case .complete(let others) = b.shape else {
      return false
    }
    return lines.polygon.intersectionArea(with: others.polygon) > 0.3
  }

  private func width(_ lane: LaneDraft) -> Double {
    guard case .complete(let lines) = lane.shape else { return 0 }
    return lines.left.start.distance(to: lines.right.start)
  }
}
