import SimCore

@testable import SimScenario

/// Small CommonRoad files for tests.
enum CommonRoadText {
  /// A whole file.
  static func file(
    _ body: String, version: String = "2020a", step: String = "0.1", root: String = ""
  ) -> String {
    """
    <?xml version="1.0"?>
    <commonRoad commonRoadVersion="\(version)" benchmarkID="TEST-1" timeStepSize="\(step)" \(root)>
    \(body)
    </commonRoad>
    """
  }

  static func point(_ x: Double, _ y: Double) -> String { "<point><x>\(x)</x><y>\(y)</y></point>" }

  static func points(_ points: [(Double, Double)]) -> String {
    points.map { point($0.0, $0.1) }.joined()
  }

  /// A lanelet from its bounds.
  static func lanelet(
    _ id: Int, left: [(Double, Double)], right: [(Double, Double)], _ more: String = "",
    leftMarking: String = "", rightMarking: String = ""
  ) -> String {
    """
    <lanelet id="\(id)">
    <leftBound>\(points(left))\(leftMarking)</leftBound>
    <rightBound>\(points(right))\(rightMarking)</rightBound>
    \(more)</lanelet>

    """
  }

  /// A straight lanelet 4 m wide along a line.
  static func straight(
    _ id: Int, from a: (Double, Double), to b: (Double, Double), _ more: String = ""
  ) -> String {
    let length = ((b.0 - a.0) * (b.0 - a.0) + (b.1 - a.1) * (b.1 - a.1)).squareRoot()
    let nx = -(b.1 - a.1) / length * 2
    let ny = (b.0 - a.0) / length * 2
    return lanelet(
      id, left: [(a.0 + nx, a.1 + ny), (b.0 + nx, b.1 + ny)],
      right: [(a.0 - nx, a.1 - ny), (b.0 - nx, b.1 - ny)], more)
  }

  /// A road of one lanelet, id 1, 300 m along x.
  static let road = straight(1, from: (0, 0), to: (300, 0))

  static func exact(_ name: String, _ value: Double) -> String {
    "<\(name)><exact>\(value)</exact></\(name)>"
  }

  static func interval(_ name: String, _ lower: Double, _ upper: Double) -> String {
    "<\(name)><intervalStart>\(lower)</intervalStart><intervalEnd>\(upper)</intervalEnd></\(name)>"
  }

  /// The inside of a state.
  static func state(
    _ step: Int, _ x: Double, _ y: Double, heading: Double = 0, speed: Double? = 10,
    _ more: String = ""
  ) -> String {
    "<position>\(point(x, y))</position>" + exact("orientation", heading)
      + "<time><exact>\(step)</exact></time>" + (speed.map { exact("velocity", $0) } ?? "") + more
  }

  static let carShape =
    "<shape><rectangle><length>4.5</length><width>1.8</width></rectangle></shape>"

  /// A mover from the insides of its states.
  static func mover(
    _ id: Int, _ states: [String], type: String = "car", shape: String = carShape
  ) -> String {
    """
    <dynamicObstacle id="\(id)"><type>\(type)</type>\(shape)
    <initialState>\(states[0])</initialState>
    <trajectory>\(states.dropFirst().map { "<state>\($0)</state>" }.joined())</trajectory>
    </dynamicObstacle>

    """
  }

  /// A mover along x at a constant speed over some steps of 0.1 s.
  static func cruiser(
    _ id: Int, fromX x: Double, y: Double = 0, speed: Double = 10, steps: ClosedRange<Int>,
    type: String = "car"
  ) -> String {
    mover(
      id, steps.map { state($0, x + 0.1 * speed * Double($0 - steps.lowerBound), y, speed: speed) },
      type: type)
  }

  static func problem(_ id: Int, _ initial: String, goals: [String]) -> String {
    """
    <planningProblem id="\(id)"><initialState>\(initial)\
    \(exact("yawRate", 0))\(exact("slipAngle", 0))</initialState>
    \(goals.map { "<goalState>\($0)</goalState>" }.joined(separator: "\n"))</planningProblem>

    """
  }

  /// A goal that only has a window, in steps.
  static func window(_ first: Int, _ last: Int) -> String {
    "<time><intervalStart>\(first)</intervalStart><intervalEnd>\(last)</intervalEnd></time>"
  }

  static func reader(_ text: String) throws -> CommonRoadReader {
    var reader = CommonRoadReader(try XMLDocument(parsing: Array(text.utf8), file: "t.xml"))
    try reader.read()
    return reader
  }

  static func recording(_ text: String) throws -> ImportedRecording {
    try CommonRoadImporter.parse(Array(text.utf8), file(named: "t", text))
  }

  static func file(named name: String, _ text: String) -> ImportFile {
    ImportFile(name: name, path: "\(name).xml", displayPath: "\(name).xml") { Array(text.utf8) }
  }

  /// Loads a text as the scenario loader does.
  static func load(
    _ text: String, egoFrom: LoadOptions.EgoFrom = .planningProblem,
    traffic: LoadOptions.Traffic = .asWritten, seeds: [UInt64]? = nil
  ) throws -> LoadResult {
    var options = TestCatalog.withReplay
    options.egoFrom = egoFrom
    options.traffic = traffic
    options.seeds = seeds
    return try CommonRoadImporter.importer.load(Array(text.utf8), file(named: "t", text), options)
  }

  /// The only scenario of a text.
  static func scenario(
    _ text: String, egoFrom: LoadOptions.EgoFrom = .planningProblem,
    traffic: LoadOptions.Traffic = .asWritten
  ) throws -> Scenario {
    let result = try load(text, egoFrom: egoFrom, traffic: traffic)
    guard result.tickets.count == 1 else {
      throw InputError(at: .wholeFile("t.xml"), "\(result.tickets.count) tickets")
    }
    return try result.tickets[0].build()
  }

  /// Messages without place, line and hint.
  static func messages(_ diagnostics: [Diagnostic]) -> [String] { diagnostics.map(\.message) }
}
