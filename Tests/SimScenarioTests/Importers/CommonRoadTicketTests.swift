import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimScenario

private typealias Text = CommonRoadText

/// How tickets find their file again, and what flags reach an imported ego.
@Suite struct CommonRoadTicketTests {
  /// A problem at the start of the road whose goal is to be there at step 50.
  private static let waiting = Text.problem(
    900, Text.state(0, 20, 0.5, heading: 0.02, speed: 12), goals: [Text.window(40, 50)])

  @Test func aTicketBuildsTheSameEachTimeAndFindsItsFileAgain() throws {
    let text = Text.file(Text.road + Self.waiting, root: "author=\"again\"")
    let ticket = try Text.load(text).tickets[0]
    // Other files push it out of the cache.
    for number in 0..<6 {
      let other = Text.file(Text.road + Self.waiting, root: "author=\"\(number)\"")
      _ = try CommonRoadImporter.importer.load(
        Array(other.utf8), Text.file(named: "other\(number)", other), TestCatalog.withReplay)
    }
    let first = try ticket.build()
    let second = try ticket.build()
    #expect(first.ticks == second.ticks)
    #expect(first.agents.map(\.spec.id) == second.agents.map(\.spec.id))
    #expect(first.agents[0].initialState == second.agents[0].initialState)
  }

  @Test func aFileThatChangesIsNoticed() throws {
    let text = Text.file(Text.road + Self.waiting, root: "author=\"before\"")
    let file = ImportFile(name: "c", path: "c.xml", displayPath: "c.xml") { Array("<x/>".utf8) }
    let ticket = try CommonRoadImporter.importer.load(
      Array(text.utf8), file, TestCatalog.withReplay
    ).tickets[0]
    for number in 0..<6 {
      let other = Text.file(Text.road + Self.waiting, root: "author=\"\(number)\"")
      _ = try CommonRoadImporter.importer.load(
        Array(other.utf8), Text.file(named: "more\(number)", other), TestCatalog.withReplay)
    }
    #expect(
      message { _ = try ticket.build() } == "c.xml: error: the file has changed since it was listed"
    )
  }

  @Test func flagsReachTheEgo() throws {
    var options = TestCatalog.withReplay
    options.modules = [.planner: "pdm-closed"]
    options.settings = [
      ("ego.every.planner", "2"), ("ego.latency", "0.2 s"), ("ego.vehicle", "pacifica"),
    ]
    let text = Text.file(Text.road + Self.waiting)
    let ticket = try CommonRoadImporter.importer.load(
      Array(text.utf8), Text.file(named: "t", text), options
    ).tickets[0]
    let ego = try ticket.build().agents[0]
    guard case .stack(let stack) = ego.driver else {
      Issue.record("no stack")
      return
    }
    #expect(stack.modules[.planner]?.name == "pdm-closed")
    #expect(stack.every[.planner] == 2)
    #expect(stack.planLatencyTicks == 2)
    #expect(ego.spec.length == 5.176)
    options.settings = [("map", "10")]
    #expect(
      message {
        _ = try CommonRoadImporter.importer.load(
          Array(text.utf8), Text.file(named: "t", text), options)
      }.hasPrefix("--set:1:1: error: unknown key 'map' in an imported recording"))
  }

  @Test func onlyItsOwnFilesAreKnown() {
    func canRead(_ text: String) -> Bool { CommonRoadImporter.canRead(Array(text.utf8)) }
    #expect(canRead("<?xml version='1.0'?>\n<!-- <osm> -->\n<commonRoad a='1'>"))
    #expect(canRead("\u{FEFF}<commonRoad>"))
    #expect(canRead("<!DOCTYPE commonRoad SYSTEM 'x'><commonRoad/>"))
    #expect(canRead("<!DOCTYPE a [<!ELEMENT b (c)>]><commonRoad/>"))
    // So near that its reader shall say what is wrong.
    #expect(canRead("<CommonRoads>"))
    #expect(!canRead("<road>"))
    #expect(!canRead("<osm><commonRoad/></osm>"))
    #expect(!canRead("version: 1 # <commonRoad>"))
    #expect(!canRead(""))
  }
}
