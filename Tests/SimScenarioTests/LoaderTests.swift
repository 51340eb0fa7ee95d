import Foundation
import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimWorld
import Testing

/// A folder for one test, removed afterwards.
private final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "proving-ground-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws {
    let file = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
}

@Suite struct LoaderTests {
  /// A format of one word: the name of a map template.
  static let words = Importer(
    name: "Words", extensions: ["map"], canRead: { $0.starts(with: Array("WORD ".utf8)) },
    load: { (_, _, _) throws(InputError) in LoadResult(tickets: [], skipReason: "a map only") },
    loadMap: { (data, file) throws(InputError) in
      let name = String(decoding: data.dropFirst(5), as: UTF8.self)
      guard let template = MapTemplateCatalog.template(named: name) else {
        throw InputError(
          at: SourceLocation(file: file.displayPath, line: 1, column: 6), "no map '\(name)'")
      }
      guard let map = try? template.make(ParameterValues(template.schema)) else {
        throw InputError(at: .wholeFile(file.displayPath), "no map")
      }
      return (map, [])
    })

  @Test func findsTheFilesOfFoldersInOrder() throws {
    let scratch = try Scratch()
    for name in [
      "b.yaml", "a/z.yml", "a/.hidden.yaml", "Zebra.yaml", "notes.md", "x.map", "README",
    ] {
      try scratch.write(name, "")
    }
    let found = ScenarioDiscovery(
      [scratch.path, scratch.path + "/b.yaml", scratch.path + "/c.yaml"], importers: [Self.words])
    #expect(
      found.files.map(\.relativePath) == ["Zebra.yaml", "a/z.yml", "b.yaml", "x.map", "b.yaml"])
    #expect(found.files[1].path == scratch.path + "/a/z.yml")
    #expect(found.passedOver.map(\.file.relativePath) == ["README", "notes.md"])
    #expect(
      found.passedOver.map(\.reason) == ["no scenario", "files ending in .md are no scenarios"])
    #expect(
      found.errors.map { $0.description } == [
        """
        \(scratch.path)/c.yaml: error: there is no such file or folder
          hint: did you mean '\(scratch.path)/b.yaml'?
        """
      ])
  }

  @Test func foldersThatLeadBackToThemselvesEnd() throws {
    let scratch = try Scratch()
    try scratch.write("a/b.yaml", "")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/a/up", withDestinationPath: scratch.path)
    let found = ScenarioDiscovery([scratch.path])
    #expect(found.errors.count == 1)
    #expect(found.files.count == 16)
  }

  @Test func filesAreToldApartByTheirContent() throws {
    let scratch = try Scratch()
    try scratch.write("scenario.txt", MinimalScenarioTests.text)
    try scratch.write("a.xml", "<?xml version='1.0'?><other/>")
    try scratch.write("b.yaml", "WORD straight")
    let loader = ScenarioLoader(importers: [Self.words])
    func load(_ name: String) throws(InputError) -> LoadResult {
      try loader.load(
        file: scratch.path + "/" + name, relativePath: name, options: TestCatalog.options)
    }
    #expect(try load("scenario.txt").tickets.map(\.name) == ["straight_on"])
    #expect(try load("scenario.txt").tickets[0].path == "scenario.txt")
    #expect(try load("b.yaml").skipReason == "a map only")
    #expect(
      message { _ = try load("a.xml") } == """
        \(scratch.path)/a.xml: error: this XML is of no kind that can be read
          hint: known: Words
        """)
  }

  @Test func whatIsNoFileIsNotRead() throws {
    let scratch = try Scratch()
    #expect(mkfifo(scratch.path + "/pipe", 0o600) == 0)
    func message(_ path: String) -> String {
      SimScenarioTests.message {
        _ = try ScenarioLoader().load(
          file: path, relativePath: path, options: TestCatalog.options)
      }
    }
    #expect(message(scratch.path) == "\(scratch.path): error: is a folder")
    #expect(message(scratch.path + "/pipe") == "\(scratch.path)/pipe: error: is not a regular file")
    #expect(message("/dev/zero") == "/dev/zero: error: is not a regular file")
    #expect(message("/none").hasPrefix("/none: error: cannot be opened: No such file"))
  }

  @Test func aCommonRoadFileGivesItsMap() throws {
    let scratch = try Scratch()
    try scratch.write(
      "road.xml",
      CommonRoadText.file(
        CommonRoadText.lanelet(11, left: [(0, 2), (50, 2)], right: [(0, -2), (50, -2)])))
    try scratch.write(
      "a.yaml",
      """
      version: 1
      map: {file: road.xml}
      duration: 2
      ego: {lane: 11, s: 10}
      """)
    let scenario = try ScenarioLoader().load(
      file: scratch.path + "/a.yaml", relativePath: "a.yaml", options: TestCatalog.options
    ).tickets[0].build()
    #expect(scenario.map.lanes.map(\.id) == ["11"])
    #expect(scenario.agents[0].spec.centre.heading == 0)
  }

  @Test func mapsComeFromOtherFiles() throws {
    let scratch = try Scratch()
    let text = """
      version: 1
      map: {file: ../maps/road.map}
      duration: 2
      ego: {lane: main.1, s: 10}
      """
    try scratch.write("scenarios/a.yaml", text)
    try scratch.write("maps/road.map", "WORD straight")
    let loader = ScenarioLoader(importers: [Self.words])
    let file = scratch.path + "/scenarios/a.yaml"
    func build() throws -> Scenario {
      try loader.load(file: file, relativePath: "a.yaml", options: TestCatalog.options)
        .tickets[0].build()
    }
    #expect(try build().map.name == "straight")
    let map = scratch.path + "/scenarios/../maps/road.map"
    try scratch.write("maps/road.map", "WORD strait")
    #expect(message { _ = try build() } == "\(map):1:6: error: no map 'strait'")
    try scratch.write("maps/road.map", "text")
    #expect(
      message { _ = try build() } == """
        \(file):2:13: error: the file '\(map)' is no map that can be read
          map: {file: ../maps/road.map}
                      ^
          hint: known: Words
        """)
    try FileManager.default.removeItem(atPath: map)
    #expect(
      message { _ = try build() } == """
        \(file):2:13: error: the file '\(map)': cannot be opened: No such file or directory
          map: {file: ../maps/road.map}
                      ^
        """)
  }
}

/// Ways over the map that scenarios ask for.
@Suite struct ScenarioRouteTests {
  @Test func aRouteLeadsOverItsLanesToItsGoal() throws {
    let scenario = try ExampleTests.load("details").tickets[0].build()
    let route = try #require(scenario.agents[0].route)
    #expect(
      route.lanes.map { scenario.map.lanes[$0].id } == [
        "west_in.1", "west_to_north.1", "north_out.1",
      ])
    #expect(route.startArcLength == 20)
    #expect(route.goalArcLength != nil)
    #expect(scenario.agents[0].spec.vehicle?.rearAxleToCentre == 1.1)
    #expect(scenario.summary == "The keys that other examples leave out")
  }

  @Test func inlineRoadsAreConnected() throws {
    let scenario = try ExampleTests.load("inline_roads").tickets[0].build()
    func names(_ agent: AgentPlan) -> [String] {
      (agent.route?.lanes ?? []).map { scenario.map.lanes[$0].id }
    }
    #expect(scenario.agents.map(\.spec.id) == ["ego", "opposite"])
    #expect(names(scenario.agents[0]) == ["west.1", "west_to_east.1", "east.1"])
    let opposite = names(scenario.agents[1])
    #expect(opposite.first == "tail_oncoming.1" && opposite.contains("bend_oncoming.1"))
    #expect(opposite.last == "west_oncoming.1")
    #expect(scenario.map.lane(id: "west.1")?.speedLimit.map { ($0 * 36).rounded() } == 500)
  }

  @Test func carsOnOneRingShareALap() throws {
    let scenario = try ScenarioLoader().scenario(
      """
      version: 1
      map: {template: ring, circumference: 1000, sections: 4, lanes: 2}
      duration: 60
      ego: {lane: ring_4.1, s: 10}
      agents:
        - {id: a, lane: ring_1.1, s: 100, speed: 10}
        - {id: b, lane: ring_3.1, s: 50, speed: 10}
        - {id: c, lane: ring_3.2, s: 50, speed: 10}
      """)
    let (a, b, c) = (scenario.agents[0], scenario.agents[1], scenario.agents[2])
    #expect(scenario.paths.count == 2)
    #expect(a.spec.path == b.spec.path && a.spec.path != c.spec.path)
    #expect(a.route?.isClosed == true)
    // Sections of 250 m: b starts two sections and 50 m on from the lap's start.
    #expect(abs(b.spec.arcLength - 550) < 0.1)
    #expect(abs(a.spec.arcLength - 100) < 1e-9)
    // The ego's plan needs a road that goes on.
    #expect(scenario.agents[3].route?.isClosed == false)
  }

  @Test func carsOfOneLaneShareTheirPath() throws {
    let scenario = try ScenarioLoader().scenario(
      """
      version: 1
      map: {template: straight, lanes: 2, length: 900}
      duration: 10
      ego: {lane: main.1, s: 10}
      agents:
        - {id: a, lane: main.1, s: 100, speed: 10}
        - {id: b, lane: main.1, s: 50, speed: 10}
        - {id: c, lane: main.2, s: 50, speed: 10, goal: {lane: main.1, s: 600}}
      """)
    #expect(scenario.paths.count == 2)
    #expect(scenario.agents.map(\.spec.path) == [0, 0, 1, nil])
    let change = try #require(scenario.agents[2].route)
    #expect(change.lanes.count == 2)
    #expect(scenario.paths[1] == change.centreline)
  }

  /// A lane's first and last point lie on the boundary of the drivable area.
  @Test(arguments: [0.0, 900.0]) func startsAtTheVeryEndOfALane(s: Double) throws {
    let scenario = try ScenarioLoader().scenario(
      """
      version: 1
      map: {template: straight, lanes: 2, length: 900}
      duration: 10
      ego: {lane: main.1, s: 10}
      agents:
        - {id: a, lane: main.2, s: \(s), speed: 10}
      """)
    #expect(scenario.agents[0].spec.centre.x == s)
  }
}
