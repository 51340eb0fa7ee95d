import Foundation
import SimEpisode
import SimMetrics
import SimScenario
import Testing

@testable import SimHarness

/// Files that load must also run: every number of a recording in turn becomes an odd one, and
/// whatever still builds is driven and scored.
@Suite struct HostileRunTests {
  /// Two lanes in a row with a light, a mover, a parked car and a planning problem over 2 s.
  private static let recording: String = {
    func lanelet(_ id: Int, _ from: Int, _ to: Int, _ more: String) -> String {
      """
      <lanelet id="\(id)">
      <leftBound><point><x>\(from)</x><y>2</y></point><point><x>\(to)</x><y>2</y></point></leftBound>
      <rightBound><point><x>\(from)</x><y>-2</y></point><point><x>\(to)</x><y>-2</y></point></rightBound>
      \(more)</lanelet>
      """
    }
    func state(_ tag: String, _ x: Int, _ step: Int, _ more: String = "") -> String {
      "<\(tag)><position><point><x>\(x)</x><y>0</y></point></position>"
        + "<orientation><exact>0</exact></orientation><time><exact>\(step)</exact></time>"
        + "<velocity><exact>10</exact></velocity>\(more)</\(tag)>"
    }
    let box = "<shape><rectangle><length>4.5</length><width>1.8</width></rectangle></shape>"
    let cycle =
      "<cycleElement><duration>10</duration><color>green</color></cycleElement>"
      + "<cycleElement><duration>20</duration><color>red</color></cycleElement>"
    return """
      <commonRoad commonRoadVersion="2020a" benchmarkID="T" timeStepSize="0.1">
      \(lanelet(1, 0, 80, "<successor ref=\"2\"/><trafficLightRef ref=\"9\"/>"))
      \(lanelet(2, 80, 160, "<predecessor ref=\"1\"/>"))
      <trafficLight id="9"><cycle>\(cycle)<timeOffset>5</timeOffset></cycle></trafficLight>
      <dynamicObstacle id="7"><type>car</type>\(box)\(state("initialState", 40, 0))
      <trajectory>\((1...20).map { state("state", 40 + $0, $0) }.joined())</trajectory>
      </dynamicObstacle>
      <staticObstacle id="8"><type>parkedVehicle</type>\(box)
      <initialState><position><point><x>140</x><y>1</y></point></position>
      <orientation><exact>0</exact></orientation><time><exact>0</exact></time></initialState>
      </staticObstacle>
      <planningProblem id="5">\(
        state("initialState", 10, 0, "<yawRate><exact>0</exact></yawRate>"
          + "<slipAngle><exact>0</exact></slipAngle>"))
      <goalState><position><lanelet ref="2"/></position>
      <time><intervalStart>10</intervalStart><intervalEnd>20</intervalEnd></time></goalState>
      </planningProblem></commonRoad>
      """
  }()

  /// Loads, builds and drives; returns how many egos were scored.
  private static func drive(_ text: String) -> Int {
    let bytes = Array(text.utf8)
    let catalogs = ModuleCatalogs.shipped
    let options = BatchRequest(paths: []).loadOptions(catalogs)
    let loader = ScenarioLoader(importers: catalogs.importers)
    guard
      let loaded = try? loader.load(bytes, file: "h.xml", relativePath: "h.xml", options: options)
    else { return 0 }
    let executor = EpisodeExecutor(catalogs: catalogs, profile: .strict, record: .all)
    var count = 0
    for ticket in loaded.tickets {
      guard let scenario = try? ticket.build(), scenario.ticks <= 1000 else { continue }
      let output = executor.run(scenario)
      count += output.results.count
      // What was written can be read.
      if let recording = output.recording {
        let coded = try? Recording(decoding: recording.encoded(), file: "h")
        #expect(coded != nil)
      }
    }
    return count
  }

  @Test func theRecordingItselfRuns() { #expect(Self.drive(Self.recording) == 1) }

  @Test(arguments: ["-1", "0", "1e-7", "1e5", "999999999", "1e12", "-1e12"])
  func everyNumberInTurn(_ value: String) {
    let text = Self.recording
    // States of the mover are much alike: every seventh number beyond the first hundred.
    for (index, range) in text.ranges(of: /[0-9.]+</).enumerated()
    where index < 60 || index % 7 == 0 {
      _ = Self.drive(text.replacingCharacters(in: range, with: value + "<"))
    }
  }

  @Test func manyLongPhasesDoNotOverflow() {
    let phase = "<cycleElement><duration>999999999</duration><color>green</color></cycleElement>"
    let text = Self.recording
      .replacing("timeStepSize=\"0.1\"", with: "timeStepSize=\"10\"")
      .replacing("<cycle>", with: "<cycle>" + String(repeating: phase, count: 1000))
    _ = Self.drive(text)
  }
}
