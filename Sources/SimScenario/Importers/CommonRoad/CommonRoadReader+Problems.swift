import SimCore
import SimGeometry

extension CommonRoadReader {
  mutating func readProblem(_ node: XMLNode) {
    guard let id = id(of: node) else { return }
    var initial: CommonRoadFile.State?
    var goals: [CommonRoadFile.GoalState] = []
    var hasInitialState = false
    var goalCount = 0
    for child in xml.children(of: node) {
      switch word(child) {
      case .initialState:
        hasInitialState = true
        initial = state(child, of: id)
        if initial != nil, self.child(child, .velocity) == nil {
          error(at: child, "<initialState> of \(shown(node)) has no <velocity>")
        }
      case .goalState:
        goalCount += 1
        if let goal = goal(child) { goals.append(goal) }
      default: ignore(child)
      }
    }
    if !hasInitialState { error(at: node, "\(shown(node)) has no <initialState>") }
    if goalCount == 0 { error(at: node, "\(shown(node)) has no <goalState>") }
    guard let initial, !goals.isEmpty else { return }
    file.problems.append(
      CommonRoadFile.Problem(node: node, id: id, initial: initial, goals: goals))
  }

  private mutating func goal(_ node: XMLNode) -> CommonRoadFile.GoalState? {
    var goal = CommonRoadFile.GoalState(node: node, steps: 0...0)
    var hasTime = false
    let before = errorCount
    for child in xml.children(of: node) {
      switch word(child) {
      case .time:
        hasTime = true
        if let steps = stepRange(child) { goal.steps = steps }
      case .position:
        let parts = Array(xml.children(of: child))
        if parts.isEmpty { error(at: child, "<position> of a goal is empty") }
        var regions: [CommonRoadFile.Region] = []
        for part in parts {
          if word(part) == .point {
            error(at: part, "a goal at a single point can never be met", hint: "give it a shape")
          } else if let region = region(part) {
            regions.append(region)
          }
        }
        goal.regions = regions
      case .velocity: goal.velocity = ordered(child).map { $0.lower...$0.upper }
      case .orientation:
        if let value = interval(child) {
          let range = AngleInterval(from: value.lower, to: value.upper)
          goal.orientation = (range.lower, range.width)
        }
      default:
        note(
          "goal conditions other than time, position, velocity and orientation ignored",
          "<\(xml.nameText(of: child))>", at: child)
      }
    }
    if !hasTime { error(at: node, "<goalState> has no <time>; an episode needs an end") }
    return errorCount == before ? goal : nil
  }

  // MARK: - Ids

  /// Ids are unique among elements of a kind. The standard asks for it across kinds too, but files
  /// that repeat an id in another kind are common and harmless: references say their kind.
  mutating func checkIDs() {
    var kinds: [Int: String] = [:]
    var all: [(id: Int, node: XMLNode, kind: String)] = []
    all += file.lanelets.map { ($0.id, $0.node, "lanelet") }
    all += file.signs.map { ($0.id, $0.node, "traffic sign") }
    all += file.lights.map { ($0.id, $0.node, "traffic light") }
    all += file.intersections.map { ($0.id, $0.node, "intersection") }
    all += file.obstacles.map { ($0.id, $0.node, "obstacle") }
    all += file.problems.map { ($0.id, $0.node, "planning problem") }
    for kind in [
      "lanelet", "traffic sign", "traffic light", "intersection", "obstacle",
      "planning problem",
    ] {
      var first: [Int: XMLNode] = [:]
      for entry in all where entry.kind == kind {
        if let earlier = first.updateValue(entry.node, forKey: entry.id) {
          let line = xml.location(of: earlier).line
          error(
            at: entry.node, "\(kind) id \(entry.id) a second time",
            hint: "the first one is in line \(line)")
          first[entry.id] = earlier
        }
      }
    }
    for entry in all {
      if let other = kinds[entry.id], other != entry.kind {
        note(
          "ids used by elements of different kinds are told apart by kind",
          "\(entry.id) (\(other), \(entry.kind))", at: entry.node)
      } else {
        kinds[entry.id] = entry.kind
      }
    }
  }

  /// Every reference leads to an element of the right kind.
  mutating func checkReferences() {
    let lanelets = Set(file.lanelets.map(\.id))
    let signs = Set(file.signs.map(\.id))
    let lights = Set(file.lights.map(\.id))
    var wanted: [(CommonRoadFile.Reference, String, Set<Int>)] = []
    for lanelet in file.lanelets {
      for reference in lanelet.predecessors + lanelet.successors {
        wanted.append((reference, "lanelet", lanelets))
      }
      for adjacent in [lanelet.adjacentLeft, lanelet.adjacentRight] {
        if let adjacent { wanted.append((adjacent.reference, "lanelet", lanelets)) }
      }
      for reference in lanelet.signs + (lanelet.stopLine?.signs ?? []) {
        wanted.append((reference, "traffic sign", signs))
      }
      for reference in lanelet.lights + (lanelet.stopLine?.lights ?? []) {
        wanted.append((reference, "traffic light", lights))
      }
    }
    for intersection in file.intersections {
      for incoming in intersection.incomings {
        for reference in incoming.lanelets + incoming.right + incoming.straight + incoming.left {
          wanted.append((reference, "lanelet", lanelets))
        }
      }
      for reference in intersection.crossings { wanted.append((reference, "lanelet", lanelets)) }
    }
    for problem in file.problems {
      for goal in problem.goals {
        for case .lanelet(let reference) in goal.regions ?? [] {
          wanted.append((reference, "lanelet", lanelets))
        }
      }
    }
    for (reference, kind, known) in wanted where !known.contains(reference.id) {
      error(
        at: reference.node,
        "<\(xml.nameText(of: reference.node))> refers to \(kind) \(reference.id), "
          + "which is not in the file")
    }
  }
}
