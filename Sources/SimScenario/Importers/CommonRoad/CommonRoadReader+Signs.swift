import SimCore
import SimGeometry
import SimMap

extension CommonRoadReader {
  mutating func readSign(_ node: XMLNode) {
    guard let id = id(of: node) else { return }
    var sign = CommonRoadFile.Sign(node: node, id: id)
    for child in xml.children(of: node) {
      switch word(child) {
      case .trafficSignElement:
        var number = ""
        var values: [String] = []
        for part in xml.children(of: child) {
          switch word(part) {
          case .trafficSignID: number = xml.text(of: part)
          case .additionalValue: values.append(xml.text(of: part))
          default: ignore(part)
          }
        }
        if number.isEmpty { error(at: child, "<trafficSignElement> has no <trafficSignID>") }
        sign.elements.append((child, number, values))
      case .position, .virtual: break
      default: ignore(child)
      }
    }
    file.signs.append(sign)
  }

  mutating func readLight(_ node: XMLNode) {
    guard let id = id(of: node) else { return }
    var light = CommonRoadFile.Light(node: node, id: id)
    for child in xml.children(of: node) {
      switch word(child) {
      case .cycle: readCycle(child, of: node, into: &light)
      case .direction: light.direction = xml.text(of: child)
      case .active: light.isActive = xml.text(of: child) != "false"
      case .position, .color: break
      default: ignore(child)
      }
    }
    file.lights.append(light)
  }

  private mutating func readCycle(
    _ node: XMLNode, of owner: XMLNode, into light: inout CommonRoadFile.Light
  ) {
    for child in xml.children(of: node) {
      switch word(child) {
      case .cycleElement:
        let steps = required(child, .duration).flatMap { self.steps($0) }
        let colour = required(child, .color).flatMap { self.colour($0) }
        guard let steps, let colour else { continue }
        if steps > 0 {
          light.phases.append((colour, steps))
        } else {
          error(at: child, "a phase of \(shown(owner)) lasts \(steps) steps")
        }
      case .timeOffset: light.offsetSteps = steps(child) ?? 0
      case .active: light.isActive = xml.text(of: child) != "false"
      default: ignore(child)
      }
    }
  }

  private mutating func colour(_ node: XMLNode) -> SignalColour? {
    let text = xml.text(of: node)
    switch text {
    case "green": return .green
    case "yellow": return .yellow
    case "red": return .red
    case "redYellow": return .redYellow
    case "inactive": return .inactive
    default:
      error(
        at: node, "'\(text)' is no colour of a traffic light",
        hint: "green, yellow, red, redYellow or inactive")
      return nil
    }
  }

  mutating func readIntersection(_ node: XMLNode) {
    guard let id = id(of: node) else { return }
    var intersection = CommonRoadFile.Intersection(node: node, id: id)
    for child in xml.children(of: node) {
      switch word(child) {
      case .incoming: intersection.incomings.append(incoming(child))
      case .crossing:
        for part in xml.children(of: child) {
          if let reference = reference(part) { intersection.crossings.append(reference) }
        }
      case .outgoing: break
      default: ignore(child)
      }
    }
    file.intersections.append(intersection)
  }

  private mutating func incoming(_ node: XMLNode) -> CommonRoadFile.Incoming {
    var incoming = CommonRoadFile.Incoming(node: node)
    for child in xml.children(of: node) {
      switch word(child) {
      case .incomingLanelet:
        if let reference = reference(child) { incoming.lanelets.append(reference) }
      case .successorsRight:
        if let reference = reference(child) { incoming.right.append(reference) }
      case .successorsStraight:
        if let reference = reference(child) { incoming.straight.append(reference) }
      case .successorsLeft:
        if let reference = reference(child) { incoming.left.append(reference) }
      // Priority follows from signs and geometry, which all files have.
      case .isLeftOf: break
      default: ignore(child)
      }
    }
    return incoming
  }
}
