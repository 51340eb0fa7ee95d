import Foundation
import SimCore
import SimMap
import SimStack
import StackTestSupport
import TestSupport
import Testing

@testable import SimHarness

/// The tables of the protocol, the page made from them and what is really written are the same.
@Suite struct PlannerProtocolTests {
  /// `PROVINGGROUND_REWRITE=docs` in the environment writes the page anew.
  @Test func thePageOfTheProtocolIsUpToDate() throws {
    let file = TestPrograms.folder.appending(path: "PROTOCOL.md")
    if ProcessInfo.processInfo.environment["PROVINGGROUND_REWRITE"] == "docs" {
      try Data(PlannerProtocol.markdown.utf8).write(to: file)
    }
    #expect(PlannerProtocol.markdown == String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }

  private func object(_ write: (inout LineWriter) -> Void) throws -> Any {
    var line = LineWriter()
    write(&line)
    #expect(line.bytes.last == UInt8(ascii: "\n"))
    #expect(line.bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    return try JSONSerialization.jsonObject(with: Data(line.bytes))
  }

  /// Every key that is written is in its table, and every key of a table is written.
  @Test func whatIsWrittenIsWhatIsDocumented() throws {
    let template = try #require(MapTemplateCatalog.template(named: "urban_grid"))
    let map = try template.make(ParameterValues(template.schema))
    #expect(!map.signals.isEmpty && !map.stopLines.isEmpty)
    let road = TestRoads.straight()
    let scene = TestScenes.scene(
      road, ego: TestScenes.ego(x: 50, speed: 10), tracks: [TestScenes.car(3, x: 70, speed: 5)],
      signals: SignalColour.allCases)
    var setup = TestScenes.setup(road)
    setup.map = map
    let forecast = Forecast(
      stepMicroseconds: 500_000, steps: 1, modes: 1, tracks: [3], probabilities: [1],
      points: [Forecast.Point(x: 1, y: 2, heading: 3)])
    let messages: [String: Any] = [
      "hello": try object { $0.hello() },
      "episode": try object { $0.episode(setup, seed: 5) },
      "plan": try object { $0.plan(scene, forecast, time: 1.5) },
    ]
    for table in PlannerProtocol.told {
      var value: Any = messages
      for step in table.path.split(separator: ".") {
        let isList = step.hasSuffix("[]")
        let key = isList ? String(step.dropLast(2)) : String(step)
        let inner = try #require((value as? [String: Any])?[key], "\(table.path)")
        value = isList ? try #require((inner as? [Any])?.first, "\(table.path)") : inner
      }
      if table.isRow {
        #expect((value as? [Any])?.count == table.fields.count, "\(table.path)")
      } else {
        let keys = try #require(value as? [String: Any], "\(table.path)").keys
        #expect(keys.sorted() == table.fields.map(\.name).sorted(), "\(table.path)")
        // Objects within have tables of their own, but for lists of numbers and words.
        for (key, inner) in value as? [String: Any] ?? [:] {
          let isObject = inner is [String: Any] || (inner as? [Any])?.first is [String: Any]
          let suffix = inner is [Any] ? "[]" : ""
          if isObject {
            #expect(
              PlannerProtocol.told.contains { $0.path == "\(table.path).\(key)\(suffix)" },
              "\(table.path).\(key)")
          }
        }
      }
    }
    let colours = try #require((messages["plan"] as? [String: Any])?["signals"] as? [String])
    #expect(colours.count == SignalColour.allCases.count && Set(colours).count == colours.count)
  }

  /// Each answer of the page is understood.
  @Test func whatTheClientAnswersIsDocumented() throws {
    let text = String(
      decoding: try Data(contentsOf: TestPrograms.folder.appending(path: "provingground.py")),
      as: UTF8.self)
    for table in PlannerProtocol.answered where !table.isRow {
      for field in table.fields { #expect(text.contains("\"\(field.name)\""), "\(field.name)") }
    }
    let rows = PlannerProtocol.told.filter(\.isRow) + PlannerProtocol.answered.filter(\.isRow)
    for table in rows {
      #expect(text.contains("\"\(table.fields.map(\.name).joined(separator: " "))\""))
    }
    #expect(text.contains("PROTOCOL = \(PlannerProtocol.version)\n"))
  }

  @Test func textsAndNumbersSurvive() throws {
    let texts = ["", "a\"b\\c", "tab\tand\nline", "Größe 😀", "\u{1}"]
    let numbers: [Double] = [
      0.1, -0.0, 1e-300, 1e300, .leastNonzeroMagnitude, 123_456_789.125, .nan, .infinity,
    ]
    var line = LineWriter()
    line.raw("[")
    line.list(texts) { $0.text($1) }
    line.raw(",")
    line.numbers(numbers)
    line.raw("]")
    let value = try #require(
      try JSONSerialization.jsonObject(with: Data(line.bytes)) as? [[Any]])
    #expect(value[0] as? [String] == texts)
    for (back, number) in zip(value[1], numbers) {
      if number.isFinite { #expect((back as? NSNumber)?.doubleValue == number) }
      else { #expect(back is NSNull) }
    }
  }
}
