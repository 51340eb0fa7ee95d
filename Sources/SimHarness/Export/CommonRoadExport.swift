import SimCore
import SimEpisode
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// An episode as a CommonRoad 2020a scenario: the map as lanelets, what its signs and lights say,
/// all others' drives as obstacles, and each ego as a planning problem.
///
/// Positions are box centres, and the egos' own drives are left out as in CommonRoad's recorded
/// scenarios, unless they are asked for. What the format has no word for is not in the file: plans,
/// forecasts, commands, priorities that are not signed, and goals other than a place on the route.
struct CommonRoadExport {
  private(set) var text = ""
  private let recording: Recording
  private let record: EpisodeRecord
  /// The next id: ids are unique over all kinds of things.
  private var nextID = 1
  private var laneIDs: [Int] = []

  static func text(_ recording: Recording, includesEgos: Bool) -> String {
    var export = CommonRoadExport(recording)
    export.writeRoot(includesEgos)
    return export.text
  }

  private init(_ recording: Recording) {
    self.recording = recording
    record = recording.episode.record
  }

  private mutating func newID() -> Int {
    defer { nextID += 1 }
    return nextID
  }

  private mutating func line(_ text: String) { self.text += text + "\n" }

  private mutating func writeRoot(_ includesEgos: Bool) {
    let header = record.header
    laneIDs = header.map.lanes.map { _ in newID() }
    line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    // A fixed date: equal recordings give equal files.
    line(
      "<commonRoad timeStepSize=\"\(header.clock.step.plain)\" commonRoadVersion=\"2020a\" "
        + "author=\"\" affiliation=\"\" source=\"\(MarkupText.escaped(header.scenario))\" "
        + "benchmarkID=\"\(CommonRoadExport.benchmarkID(header.scenario))\" date=\"2020-01-01\">")
    line("<location><geoNameId>-999</geoNameId><gpsLatitude>999</gpsLatitude>")
    line("<gpsLongitude>999</gpsLongitude></location>")
    line("<scenarioTags><simulated/></scenarioTags>")
    let signs = writeMap()
    text += signs
    for row in 0..<record.history.agents {
      let isEgo = header.egos.contains { $0.agent == row }
      if !isEgo || includesEgos { writeObstacles(row) }
    }
    for ego in header.egos { writeProblem(ego) }
    line("</commonRoad>")
  }

  /// `ZAM_Name-1_1_T-1`: of CommonRoad's own invented country.
  static func benchmarkID(_ scenario: String) -> String {
    let letters = scenario.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
      .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return "ZAM_\(letters.isEmpty ? "Episode" : String(letters.prefix(60)))-1_1_T-1"
  }

  // MARK: - Map

  /// Writes the lanelets.
  ///
  /// - Returns: signs and lights, which come after them.
  private mutating func writeMap() -> String {
    let map = record.header.map
    var signs = ""
    var limits: [(value: Double, id: Int)] = []
    var ruleSigns: [StopLine.Rule: Int] = [:]
    func sign(_ id: Int, _ number: String, _ value: String?, at place: Vector2) -> String {
      let extra = value.map { "<additionalValue>\($0)</additionalValue>" } ?? ""
      return "<trafficSign id=\"\(id)\"><trafficSignElement><trafficSignID>\(number)"
        + "</trafficSignID>\(extra)</trafficSignElement><position>\(point(place))</position>"
        + "<virtual>true</virtual></trafficSign>\n"
    }
    let lightIDs = map.signals.map { _ in newID() }
    for lane in map.lanes {
      var signRefs: [Int] = []
      if let limit = lane.speedLimit, limit > 0 {
        if let known = limits.first(where: { $0.value == limit }) {
          signRefs.append(known.id)
        } else {
          let id = newID()
          limits.append((limit, id))
          signs += sign(id, "274", limit.plain, at: lane.rightBound.start)
          signRefs.append(id)
        }
      }
      if let stop = lane.stopLine.map({ map.stopLines[$0] }),
        stop.rule == .stop || stop.rule == .yield
      {
        let known = ruleSigns[stop.rule]
        let id = known ?? newID()
        if known == nil {
          ruleSigns[stop.rule] = id
          signs += sign(id, stop.rule == .stop ? "206" : "205", nil, at: stop.to)
        }
        signRefs.append(id)
      }
      let lightRefs = map.signals.indices.filter {
        lane.signal == $0 || map.signals[$0].lanes.contains(lane.index)
      }.map { lightIDs[$0] }
      writeLanelet(lane, signs: signRefs, lights: lightRefs)
    }
    for (signal, id) in zip(map.signals.indices, lightIDs) { signs += light(signal, id: id) }
    for junction in map.junctions { signs += intersection(junction) }
    return signs
  }

  /// A junction by the lanes that lead into it, each with its ways through by their turn.
  private mutating func intersection(_ junction: Junction) -> String {
    let lanes = record.header.map.lanes
    let inside = Set(junction.lanes)
    var incoming: [Int] = []
    for connector in junction.lanes where lanes[connector].kind.isDrivable {
      for lane in lanes[connector].predecessors where !inside.contains(lane) {
        if !incoming.contains(lane) { incoming.append(lane) }
      }
    }
    if incoming.isEmpty { return "" }
    var text = "<intersection id=\"\(newID())\">\n"
    for lane in incoming.sorted() {
      text += "<incoming id=\"\(newID())\"><incomingLanelet ref=\"\(laneIDs[lane])\"/>"
      let ways = lanes[lane].successors.filter { inside.contains($0) }
      for name in ["Right", "Straight", "Left"] {
        for way in ways where CommonRoadExport.turn(lanes[way].centreline) == name {
          text += "<successors\(name) ref=\"\(laneIDs[way])\"/>"
        }
      }
      text += "</incoming>\n"
    }
    return text + "</intersection>\n"
  }

  /// Where a way through a junction turns: 30 degrees make a turn.
  private static func turn(_ line: Polyline) -> String {
    let vertices = line.vertices
    let from = (vertices[1] - vertices[0]).normalized
    let to = (vertices[vertices.count - 1] - vertices[vertices.count - 2]).normalized
    if from.dot(to) > 0.866 { return "Straight" }
    return from.cross(to) > 0 ? "Left" : "Right"
  }

  private mutating func writeLanelet(_ lane: Lane, signs: [Int], lights: [Int]) {
    let (left, right) = CommonRoadExport.paired(lane.leftBound, lane.rightBound)
    line("<lanelet id=\"\(laneIDs[lane.index])\">")
    line("<leftBound>\(left.map(point).joined())\(marking(lane.leftMarking))</leftBound>")
    line("<rightBound>\(right.map(point).joined())\(marking(lane.rightMarking))</rightBound>")
    for other in lane.predecessors { line("<predecessor ref=\"\(laneIDs[other])\"/>") }
    for other in lane.successors { line("<successor ref=\"\(laneIDs[other])\"/>") }
    for (name, neighbour) in [("adjacentLeft", lane.left), ("adjacentRight", lane.right)] {
      guard let neighbour else { continue }
      line(
        "<\(name) ref=\"\(laneIDs[neighbour.lane])\" "
          + "drivingDir=\"\(neighbour.isSameDirection ? "same" : "opposite")\"/>")
    }
    if let stop = lane.stopLine.map({ record.header.map.stopLines[$0] }) {
      let ends = point(stop.from) + point(stop.to)
      line("<stopLine>\(ends)<lineMarking>solid</lineMarking></stopLine>")
    }
    line("<laneletType>\(CommonRoadExport.type(lane))</laneletType>")
    line("<userOneWay>\(CommonRoadExport.user(lane.kind))</userOneWay>")
    for id in signs { line("<trafficSignRef ref=\"\(id)\"/>") }
    for id in lights { line("<trafficLightRef ref=\"\(id)\"/>") }
    line("</lanelet>")
  }

  private static func type(_ lane: Lane) -> String {
    switch lane.kind {
    case .driving: lane.isConnector ? "intersection" : "urban"
    case .ramp: "accessRamp"
    case .bus: "busLane"
    case .bicycle: "bicycleLane"
    case .sidewalk: "sidewalk"
    case .crosswalk: "crosswalk"
    case .shoulder: "shoulder"
    case .parking: "parking"
    case .restricted: "restricted"
    }
  }

  private static func user(_ kind: LaneKind) -> String {
    switch kind {
    case .driving, .ramp, .shoulder, .parking, .restricted: "vehicle"
    case .bus: "bus"
    case .bicycle: "bicycle"
    case .sidewalk, .crosswalk: "pedestrian"
    }
  }

  private func marking(_ marking: LaneMarking) -> String {
    let word =
      switch marking {
      case .none: "no_marking"
      case .dashed: "dashed"
      case .solid: "solid"
      case .curb: "curb"
      case .unknown: "unknown"
      }
    return "<lineMarking>\(word)</lineMarking>"
  }

  private func point(_ place: Vector2) -> String {
    "<point><x>\(place.x.plain)</x><y>\(place.y.plain)</y></point>"
  }

  /// Bounds with the same number of points: where they differ, both get the points of both, by the
  /// share of their length.
  static func paired(_ left: Polyline, _ right: Polyline) -> ([Vector2], [Vector2]) {
    if left.vertices.count == right.vertices.count { return (left.vertices, right.vertices) }
    func shares(_ line: Polyline) -> [Double] {
      var arc = 0.0
      return line.vertices.indices.map { index in
        if index > 0 { arc += line.vertices[index].distance(to: line.vertices[index - 1]) }
        return arc / line.length
      }
    }
    var all: [Double] = []
    for share in (shares(left) + shares(right)).sorted() {
      let share = min(max(share, 0), 1)
      if let last = all.last, share - last < 1e-6 { continue }
      all.append(share)
    }
    all[all.count - 1] = 1
    func points(_ line: Polyline) -> [Vector2] {
      let places = shares(line)
      var next = 1
      return all.map { share in
        while next < places.count - 1, places[next] < share { next += 1 }
        let length = places[next] - places[next - 1]
        let part = length > 0 ? (share - places[next - 1]) / length : 0
        let from = line.vertices[next - 1]
        return from + (line.vertices[next] - from) * min(max(part, 0), 1)
      }
    }
    return (points(left), points(right))
  }

  /// What a light showed, as a cycle of the episode's length.
  private func light(_ signal: Int, id: Int) -> String {
    let count = record.header.map.signals.count
    let shown = (0..<record.ticks).map { record.signals[$0 * count + signal] }
    var text = "<trafficLight id=\"\(id)\"><cycle>"
    var start = 0
    while start < shown.count {
      var end = start
      while end < shown.count, shown[end] == shown[start] { end += 1 }
      text += "<cycleElement><duration>\(end - start)</duration>"
      text += "<color>\(CommonRoadExport.colour(shown[start]))</color></cycleElement>"
      start = end
    }
    text += "<timeOffset>0</timeOffset></cycle>"
    if let place = ReportShapes.place(of: signal, in: record.header.map) {
      text += "<position>\(point(place.1))</position>"
    }
    return text + "<direction>all</direction><active>true</active></trafficLight>\n"
  }

  private static func colour(_ colour: SignalColour) -> String {
    switch colour {
    case .green: "green"
    case .yellow: "yellow"
    case .red: "red"
    case .redYellow: "redYellow"
    case .unknown, .inactive: "inactive"
    }
  }

  // MARK: - Traffic

  /// One obstacle for each stretch of time in which an agent is there.
  private mutating func writeObstacles(_ row: Int) {
    let history = record.history
    var start = 0
    while start < record.ticks {
      guard history.present[history.slot(start, row)] != 0 else {
        start += 1
        continue
      }
      var end = start + 1
      while end < record.ticks, history.present[history.slot(end, row)] != 0 { end += 1 }
      writeObstacle(row, start..<end)
      start = end
    }
  }

  private mutating func writeObstacle(_ row: Int, _ ticks: Range<Int>) {
    let (header, history) = (record.header, record.history)
    let first = history.slot(ticks.lowerBound, row)
    let stays = ticks.allSatisfy { tick in
      let slot = history.slot(tick, row)
      return history.x[slot] == history.x[first] && history.y[slot] == history.y[first]
        && history.heading[slot] == history.heading[first]
    }
    // Whoever could move is no part of the scenery, however long it stands.
    let isStatic =
      stays && ticks == 0..<record.ticks && CommonRoadExport.isThing(header.classes[row])
    let name = isStatic ? "staticObstacle" : "dynamicObstacle"
    line("<\(name) id=\"\(newID())\">")
    line("<type>\(CommonRoadExport.type(header.classes[row], isStatic: isStatic))</type>")
    line(
      "<shape><rectangle><length>\(header.lengths[row].plain)</length>"
        + "<width>\(header.widths[row].plain)</width></rectangle></shape>")
    line("<initialState>\(state(row, ticks.lowerBound))</initialState>")
    if !isStatic, ticks.count > 1 {
      line("<trajectory>")
      for tick in ticks.dropFirst() { line("<state>\(state(row, tick))</state>") }
      line("</trajectory>")
    }
    line("</\(name)>")
  }

  private static func isThing(_ agentClass: AgentClass) -> Bool {
    switch agentClass {
    case .trafficCone, .barrier, .constructionSign, .genericObject: true
    case .car, .truck, .bus, .motorcycle, .bicycle, .pedestrian: false
    }
  }

  private static func type(_ agentClass: AgentClass, isStatic: Bool) -> String {
    switch agentClass {
    case .car: "car"
    case .truck: "truck"
    case .bus: "bus"
    case .motorcycle: "motorcycle"
    case .bicycle: "bicycle"
    case .pedestrian: "pedestrian"
    case .trafficCone, .barrier, .constructionSign: isStatic ? "constructionZone" : "unknown"
    case .genericObject: "unknown"
    }
  }

  private func state(_ row: Int, _ tick: Int) -> String {
    let slot = record.history.slot(tick, row)
    return place(
      Vector2(record.history.x[slot], record.history.y[slot]),
      heading: record.history.heading[slot], tick: tick)
      + exact("velocity", record.history.speed[slot])
      + exact("acceleration", record.history.acceleration[slot])
  }

  private func place(_ position: Vector2, heading: Double, tick: Int) -> String {
    "<position>\(point(position))</position>" + exact("orientation", heading)
      + "<time><exact>\(tick)</exact></time>"
  }

  private func exact(_ name: String, _ value: Double) -> String {
    "<\(name)><exact>\(value.plain)</exact></\(name)>"
  }

  // MARK: - Planning problems

  private mutating func writeProblem(_ ego: EpisodeHeader.Ego) {
    let slot = record.history.slot(0, ego.agent)
    let heading = record.history.heading[slot]
    let egoIndex = record.header.egos.firstIndex { $0.agent == ego.agent } ?? 0
    let yawRate = record.egos[egoIndex].first?.state.yawRate ?? 0
    line("<planningProblem id=\"\(newID())\">")
    line(
      "<initialState>"
        + place(
          Vector2(record.history.x[slot], record.history.y[slot]), heading: heading, tick: 0)
        + exact("velocity", record.history.speed[slot]) + exact("yawRate", yawRate)
        + exact("slipAngle", 0) + "</initialState>")
    line("<goalState>")
    let last = max(record.ticks - 1, 1)
    if let (place, direction) = CommonRoadExport.goal(of: ego.route) {
      // A vehicle must come to be there in some tick, at any speed.
      let heading = ExactMath.atan2(direction.y, direction.x)
      line(
        "<position><rectangle><length>12</length><width>3.5</width>"
          + "<orientation>\(heading.plain)</orientation><center><x>\(place.x.plain)</x>"
          + "<y>\(place.y.plain)</y></center></rectangle></position>")
      line(time(1, last))
    } else {
      line(time(max(last - 1, 1), last))
    }
    line("</goalState>")
    line("</planningProblem>")
  }

  private func time(_ from: Int, _ to: Int) -> String {
    "<time><intervalStart>\(from)</intervalStart><intervalEnd>\(to)</intervalEnd></time>"
  }

  /// Place and direction of a route's goal; nil if it has none.
  static func goal(of route: Route) -> (Vector2, Vector2)? {
    guard let goal = route.goalArcLength else { return nil }
    let vertices = route.centreline.vertices
    var arc = 0.0
    for index in vertices.indices.dropFirst() {
      let along = vertices[index] - vertices[index - 1]
      if arc + along.length >= goal || index == vertices.count - 1 {
        let share = min(max((goal - arc) / along.length, 0), 1)
        return (vertices[index - 1] + along * share, along.normalized)
      }
      arc += along.length
    }
    return nil
  }
}
