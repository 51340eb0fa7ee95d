import SimCore
import SimGeometry
import SimMap

extension CommonRoadReader {
  mutating func readLanelet(_ node: XMLNode) {
    guard let id = id(of: node) else { return }
    var lanelet = CommonRoadFile.Lanelet(node: node, id: id)
    var hasLeft = false
    var hasRight = false
    for child in xml.children(of: node) {
      switch word(child) {
      case .leftBound:
        (lanelet.left, lanelet.leftMarking) = bound(child, of: node)
        hasLeft = true
      case .rightBound:
        (lanelet.right, lanelet.rightMarking) = bound(child, of: node)
        hasRight = true
      case .predecessor: append(child, to: &lanelet.predecessors)
      case .successor: append(child, to: &lanelet.successors)
      case .adjacentLeft: lanelet.adjacentLeft = adjacent(child)
      case .adjacentRight: lanelet.adjacentRight = adjacent(child)
      case .laneletType: lanelet.types.append(xml.text(of: child))
      case .userOneWay: lanelet.users.append(xml.text(of: child))
      case .userBidirectional:
        let user = xml.text(of: child)
        lanelet.users.append(user)
        if user != "pedestrian" {
          note(
            "lanelets for both directions are driven in the direction of their bounds only",
            "lanelet \(id)", at: child)
        }
      case .trafficSignRef: append(child, to: &lanelet.signs)
      case .trafficLightRef: append(child, to: &lanelet.lights)
      case .stopLine: lanelet.stopLine = stopLine(child)
      case .speedLimit: lanelet.speedLimit = positive(child)
      default: ignore(child)
      }
    }
    if !hasLeft { error(at: node, "\(shown(node)) has no <leftBound>") }
    if !hasRight { error(at: node, "\(shown(node)) has no <rightBound>") }
    if hasLeft, hasRight, lanelet.left.count != lanelet.right.count, lanelet.left.count > 1,
      lanelet.right.count > 1
    {
      note(
        "bounds with different numbers of points are paired by their share of the length",
        "lanelet \(id)", at: node)
    }
    file.lanelets.append(lanelet)
  }

  private mutating func append(
    _ node: XMLNode, to references: inout [CommonRoadFile.Reference]
  ) {
    if let reference = reference(node) { references.append(reference) }
  }

  /// Points of a bound; checks of its shape take the square of them.
  private static let mostPoints = 10_000
  /// Lanelets are sampled along their length, metres.
  private static let greatestLength = 100_000.0

  private mutating func bound(
    _ node: XMLNode, of lanelet: XMLNode
  ) -> ([Vector2], CommonRoadFile.Marking) {
    var points: [Vector2] = []
    var marking = CommonRoadFile.Marking.unknown
    var count = 0
    for child in xml.children(of: node) {
      switch word(child) {
      case .point:
        count += 1
        if let point = point(child) { points.append(point) }
      case .lineMarking: marking = lineMarking(child)
      default: ignore(child)
      }
    }
    if count > Self.mostPoints {
      error(
        at: node,
        "<\(xml.nameText(of: node))> of \(shown(lanelet)) has \(count) points, more than "
          + "\(Self.mostPoints)")
    }
    let length = zip(points, points.dropFirst()).reduce(0) { $0 + $1.0.distance(to: $1.1) }
    if length > Self.greatestLength {
      error(
        at: node,
        "<\(xml.nameText(of: node))> of \(shown(lanelet)) is \(Int(length / 1000)) km long, more than "
          + "\(Int(Self.greatestLength / 1000)) km")
    }
    if count < 2 {
      error(
        at: node,
        "<\(xml.nameText(of: node))> of \(shown(lanelet)) has "
          + (count == 0 ? "no points" : "one point") + "; a bound needs two")
    }
    return (points, marking)
  }

  private mutating func lineMarking(_ node: XMLNode) -> CommonRoadFile.Marking {
    func both(_ marking: LaneMarking) -> CommonRoadFile.Marking {
      CommonRoadFile.Marking(left: marking, right: marking)
    }
    let text = xml.text(of: node)
    switch text {
    case "dashed", "broad_dashed", "dashed_dashed": return both(.dashed)
    case "solid", "broad_solid", "solid_solid": return both(.solid)
    case "dashed_solid": return CommonRoadFile.Marking(left: .dashed, right: .solid)
    case "solid_dashed": return CommonRoadFile.Marking(left: .solid, right: .dashed)
    case "curb", "lowered_curb": return both(.curb)
    case "no_marking": return both(.none)
    case "unknown", "": return .unknown
    default:
      note("line markings of an unknown kind are taken as unknown", "'\(text)'", at: node)
      return .unknown
    }
  }

  private mutating func adjacent(
    _ node: XMLNode
  ) -> (reference: CommonRoadFile.Reference, isSameDirection: Bool)? {
    let reference = reference(node)
    guard let index = xml.attribute(of: node, words[.drivingDir]) else {
      error(at: node, "<\(xml.nameText(of: node))> has no attribute 'drivingDir'")
      return nil
    }
    let text = xml.string(xml.attributes[index].value)
    guard text == "same" || text == "opposite" else {
      error(
        atAttribute: index, "'\(text)' is no driving direction", hint: "write same or opposite")
      return nil
    }
    return reference.map { ($0, text == "same") }
  }

  private mutating func stopLine(_ node: XMLNode) -> CommonRoadFile.StopLine {
    var line = CommonRoadFile.StopLine(node: node)
    var points: [Vector2] = []
    var count = 0
    for child in xml.children(of: node) {
      switch word(child) {
      case .point:
        count += 1
        if let point = point(child) { points.append(point) }
      case .trafficSignRef: append(child, to: &line.signs)
      case .trafficLightRef: append(child, to: &line.lights)
      case .lineMarking: break
      default: ignore(child)
      }
    }
    if points.count == 2 {
      line.ends = (points[0], points[1])
    } else if count == 1 || count > 2 {
      error(at: node, "<stopLine> has \(counted(count, "point")); it has two or none")
    }
    return line
  }
}
