import SimCore

extension CommonRoadReader {
  /// Reads the whole document; throws everything that is wrong with it.
  mutating func read() throws(InputError) {
    try readHead()
    for node in xml.children(of: xml.root) {
      switch word(node) {
      case .location: break
      case .scenarioTags: file.tags = xml.children(of: node).map { xml.nameText(of: $0) }
      case .lanelet: readLanelet(node)
      case .trafficSign: readSign(node)
      case .trafficLight: readLight(node)
      case .intersection: readIntersection(node)
      case .dynamicObstacle: readObstacle(node, isDynamic: true)
      case .staticObstacle: readObstacle(node, isDynamic: false)
      case .obstacle: readObstacleWithRole(node)
      case .environmentObstacle:
        note("environment obstacles are not part of the traffic; ignored", named(node), at: node)
      case .phantomObstacle:
        note("phantom obstacles are not there; ignored", named(node), at: node)
      case .planningProblem: readProblem(node)
      default: ignore(node)
      }
    }
    if child(xml.root, .lanelet) == nil { error(at: xml.root, "the file has no <lanelet>") }
    if file.obstacles.count > ScenarioLimits.agents {
      error(at: xml.root, "the file has more than \(ScenarioLimits.agents) obstacles")
    }
    if file.problems.count > ScenarioLimits.egos {
      error(at: xml.root, "the file has more than \(ScenarioLimits.egos) planning problems")
    }
    checkIDs()
    checkReferences()
    try throwIfFailed()
  }

  /// Id of an element for notes.
  func named(_ node: XMLNode) -> String { xml.attributeText(of: node, words[.id]) ?? "" }

  /// Root, version and step: without these nothing else can be understood.
  private mutating func readHead() throws(InputError) {
    let root = xml.root
    guard word(root) == .commonRoad else {
      let name = xml.nameText(of: root)
      let hint =
        nearestSpelling(of: name, among: ["commonRoad"]).map { "did you mean <\($0)>?" }
        ?? Self.otherFormats[name]
      error(at: root, "the root element is <\(name)>, not <commonRoad>", hint: hint)
      try throwIfFailed()
      return
    }
    if let index = xml.attribute(of: root, words[.commonRoadVersion]) {
      let text = xml.string(xml.attributes[index].value)
      if let version = CommonRoadFile.Version(rawValue: text) {
        file.version = version
      } else {
        let known = CommonRoadFile.Version.allCases.map(\.rawValue).joined(separator: " and ")
        error(
          atAttribute: index, "unknown CommonRoad version '\(text)'", hint: "\(known) are read")
      }
    } else {
      error(at: root, "<commonRoad> has no attribute 'commonRoadVersion'")
    }
    readStep()
    try throwIfFailed()
    file.benchmarkID = xml.attributeText(of: root, words[.benchmarkID]) ?? ""
    if let tags = xml.attributeText(of: root, words[.tags]) {
      file.tags = tags.split(whereSeparator: \.isWhitespace).map(String.init)
    }
  }

  private mutating func readStep() {
    guard let index = xml.attribute(of: xml.root, words[.timeStepSize]) else {
      error(at: xml.root, "<commonRoad> has no attribute 'timeStepSize'")
      return
    }
    let text = xml.attributes[index].value
    guard case .value(let seconds) = xml.number(text), seconds >= 0.001, seconds <= 10 else {
      error(
        atAttribute: index, "'\(xml.string(text))' is no usable time step",
        hint: "seconds between 0.001 and 10")
      return
    }
    file.stepMicroseconds = Int64((seconds * 1_000_000).rounded())
  }

  /// What to say about files of other formats that end in `.xml`.
  private static let otherFormats = [
    "OpenDRIVE": "this is an OpenDRIVE map", "OpenSCENARIO": "this is an OpenSCENARIO file",
    "osm": "this is an OSM or Lanelet2 map", "net": "this is a SUMO network",
    "routes": "this is a SUMO route file", "additional": "this is a SUMO additional file",
  ]
}
