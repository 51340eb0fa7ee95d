import SimCore
import SimGeometry

extension CommonRoadReader {
  /// 2018b: one element for all obstacles, which says whether they move.
  mutating func readObstacleWithRole(_ node: XMLNode) {
    guard let role = required(node, .role) else { return }
    let text = xml.text(of: role)
    switch text {
    case "dynamic": readObstacle(node, isDynamic: true)
    case "static": readObstacle(node, isDynamic: false)
    default: error(at: role, "'\(text)' is no role of an obstacle", hint: "static or dynamic")
    }
  }

  mutating func readObstacle(_ node: XMLNode, isDynamic: Bool) {
    guard let id = id(of: node) else { return }
    var type: String?
    var box: CommonRoadFile.Box?
    var states: [CommonRoadFile.State] = []
    var occupancies: XMLNode?
    var hasShape = false
    var hasInitialState = false
    for child in xml.children(of: node) {
      switch word(child) {
      case .role: break
      case .type: type = xml.text(of: child)
      case .shape:
        hasShape = true
        box = self.box(child, of: id)
      case .initialState:
        hasInitialState = true
        if let state = state(child, of: id) { states.append(state) }
      case .trajectory:
        for state in xml.children(of: child) {
          guard word(state) == .state else {
            ignore(state)
            continue
          }
          if let read = self.state(state, of: id) { states.append(read) }
        }
      case .occupancySet: occupancies = child
      case .initialSignalState, .signalSeries:
        note("indicators and brake lights ignored", "", at: child)
      default: ignore(child)
      }
    }
    if type == nil { error(at: node, "\(shown(node)) has no <type>") }
    if !hasShape { error(at: node, "\(shown(node)) has no <shape>") }
    if !hasInitialState { error(at: node, "\(shown(node)) has no <initialState>") }
    guard let type, let box, let first = states.first else { return }
    var obstacle = CommonRoadFile.Obstacle(
      node: node, id: id, isDynamic: isDynamic, type: type, box: box, states: states)
    if isDynamic {
      if let occupancies, states.count == 1 {
        obstacle.isSetBased = true
        obstacle.states += occupancyStates(occupancies, from: first, of: id)
        note(
          "set-based predictions: the obstacle's box follows the middle of its set",
          "obstacle \(id)", at: occupancies)
      } else if states.count == 1 {
        note(
          "dynamic obstacles without a prediction are there in their first step only",
          "obstacle \(id)", at: node)
      }
      obstacle.states = inOrder(obstacle.states, of: id, at: node)
    }
    if !isDynamic, states.count > 1 {
      note("static obstacles stay in their initial state", "obstacle \(id)", at: node)
      obstacle.states = [first]
    }
    file.obstacles.append(obstacle)
  }

  /// The states in order of their steps, each step once.
  private mutating func inOrder(
    _ states: [CommonRoadFile.State], of id: Int, at node: XMLNode
  ) -> [CommonRoadFile.State] {
    var result: [CommonRoadFile.State] = []
    result.reserveCapacity(states.count)
    var isSorted = true
    for state in states {
      if let last = result.last, state.step <= last.step {
        if state.step == last.step {
          if state.position != last.position {
            note(
              "of two different states of one step the first is used", "obstacle \(id)", at: node)
          }
          continue
        }
        isSorted = false
      }
      result.append(state)
    }
    guard !isSorted else { return result }
    note("states out of order are sorted by their time", "obstacle \(id)", at: node)
    let sorted = result.enumerated().sorted {
      ($0.element.step, $0.offset) < ($1.element.step, $1.offset)
    }
    var unique: [CommonRoadFile.State] = []
    for (_, state) in sorted where state.step != unique.last?.step { unique.append(state) }
    return unique
  }

  // MARK: - States

  /// A state of an obstacle or of a problem; intervals and regions become their middles.
  ///
  /// - Parameter owner: id of the obstacle, for notes.
  mutating func state(_ node: XMLNode, of owner: Int) -> CommonRoadFile.State? {
    var step: Int?
    var position: Vector2?
    var heading: Double?
    var state = CommonRoadFile.State(step: 0, position: .zero, heading: 0)
    let before = errorCount
    for child in xml.children(of: node) {
      switch word(child) {
      case .time: step = exactStep(child, of: owner)
      case .position: position = middle(child, of: owner)
      case .orientation: heading = middleAngle(child, of: owner)
      case .velocity: state.velocity = middleNumber(child, of: owner)
      case .acceleration: state.acceleration = middleNumber(child, of: owner)
      case .yawRate: state.yawRate = middleNumber(child, of: owner)
      case .slipAngle: state.slipAngle = middleAngle(child, of: owner)
      default: ignore(child)
      }
    }
    guard errorCount == before else { return nil }
    for (word, isMissing) in [
      (CommonRoadWord.time, step == nil), (.position, position == nil),
      (.orientation, heading == nil),
    ] where isMissing {
      error(at: node, "<\(xml.nameText(of: node))> of \(owner) has no <\(word)>")
    }
    guard let step, let position, let heading else { return nil }
    guard step >= 0 else {
      error(at: node, "<\(xml.nameText(of: node))> of \(owner) lies at step \(step), before 0")
      return nil
    }
    state.step = step
    state.position = position
    state.heading = heading
    return state
  }

  private mutating func exactStep(_ node: XMLNode, of owner: Int) -> Int? {
    if let exact = child(node, .exact) { return steps(exact) }
    guard let range = stepRange(node) else { return nil }
    noteUncertain("times", owner, at: node)
    return range.lowerBound + (range.upperBound - range.lowerBound) / 2
  }

  private mutating func middleNumber(_ node: XMLNode, of owner: Int) -> Double? {
    guard let value = ordered(node) else { return nil }
    if !value.isExact { noteUncertain("values", owner, at: node) }
    return value.lower + (value.upper - value.lower) / 2
  }

  /// The middle of an interval of angles, which may run through the back.
  private mutating func middleAngle(_ node: XMLNode, of owner: Int) -> Double? {
    guard let value = interval(node) else { return nil }
    if value.isExact { return value.lower }
    noteUncertain("values", owner, at: node)
    return value.lower + AngleInterval(from: value.lower, to: value.upper).width / 2
  }

  private mutating func noteUncertain(_ what: String, _ owner: Int, at node: XMLNode) {
    note("uncertain \(what) are taken as the middle of their range", "of \(owner)", at: node)
  }

  /// The place of a state: a point, or the middle of a region.
  private mutating func middle(_ node: XMLNode, of owner: Int) -> Vector2? {
    guard let child = xml.firstChild(of: node) else {
      error(at: node, "<\(xml.nameText(of: node))> is empty")
      return nil
    }
    switch word(child) {
    case .point: return point(child)
    case .rectangle, .circle, .polygon:
      noteUncertain("positions", owner, at: node)
      return region(child).flatMap { middle(of: $0) }
    case .lanelet:
      error(
        at: child, "the position of a state is a lanelet",
        hint: "only goals may name lanelets; a state needs a point or a shape")
    default:
      error(at: child, "<\(xml.nameText(of: child))> is no position")
    }
    return nil
  }

  func middle(of region: CommonRoadFile.Region) -> Vector2? {
    switch region {
    case .circle(let centre, _): centre
    case .polygon(let points): centroid([points])
    case .lanelet: nil
    }
  }

  /// Middle of some polygons by area, or of their vertices if they have none.
  func centroid(_ polygons: [[Vector2]]) -> Vector2? {
    var area = 0.0
    var moment = Vector2.zero
    var sum = Vector2.zero
    var count = 0
    for points in polygons {
      guard let origin = points.first else { continue }
      var part = 0.0
      var partMoment = Vector2.zero
      for (a, b) in zip(points, points.dropFirst() + [origin]) {
        let cross = (a - origin).cross(b - origin)
        part += cross
        partMoment += ((a - origin) + (b - origin)) * (cross / 3)
        sum += a
        count += 1
      }
      // Either sense of rotation counts the same.
      let sign = part < 0 ? -1.0 : 1.0
      area += part * sign
      moment += (partMoment + origin * part) * sign
    }
    if area > 1e-9 { return moment / area }
    return count > 0 ? sum / Double(count) : nil
  }

  // MARK: - Set-based predictions

  /// States in the middle of the places an obstacle may take at each step, headed along the motion.
  private mutating func occupancyStates(
    _ node: XMLNode, from first: CommonRoadFile.State, of owner: Int
  ) -> [CommonRoadFile.State] {
    var places: [(step: Int, position: Vector2)] = [(first.step, first.position)]
    for occupancy in xml.children(of: node) {
      guard word(occupancy) == .occupancy else {
        ignore(occupancy)
        continue
      }
      let shape = required(occupancy, .shape)
      let time = required(occupancy, .time)
      guard let shape, let time, let step = exactStep(time, of: owner) else { continue }
      var polygons: [[Vector2]] = []
      for part in xml.children(of: shape) {
        switch region(part) {
        case .polygon(let points): polygons.append(points)
        case .circle(let centre, let radius):
          // The square around it has the same middle, and an area to weigh it by.
          polygons.append(
            [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)].map {
              centre + Vector2($0.0, $0.1) * radius
            })
        case .lanelet: error(at: part, "the place of an occupancy is a lanelet")
        case nil: break
        }
      }
      if let middle = centroid(polygons) { places.append((step, middle)) }
    }
    places.sort { $0.step < $1.step }
    var heading = first.heading
    var states: [CommonRoadFile.State] = []
    for (last, next) in zip(places, places.dropFirst()) where next.step > last.step {
      let move = next.position - last.position
      // Below this the direction of the middle says nothing.
      if move.length > 0.1 { heading = ExactMath.atan2(move.y, move.x) }
      states.append(
        CommonRoadFile.State(step: next.step, position: next.position, heading: heading))
    }
    return states
  }
}
