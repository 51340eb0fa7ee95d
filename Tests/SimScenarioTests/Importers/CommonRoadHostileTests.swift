import Foundation
import SimCore
import SimMap
import Testing

@testable import SimScenario

private typealias Text = CommonRoadText

/// Files that nobody wrote on purpose: whatever is in them, they are read or refused.
@Suite struct CommonRoadHostileTests {
  private static let sample: [UInt8] = Array(
    Text.file(
      Text.straight(1, from: (0, 0), to: (100, 0), "<successor ref=\"2\"/>")
        + Text.straight(
          2, from: (100, 0), to: (200, 0), "<trafficLightRef ref=\"30\"/><stopLine/>")
        + Text.straight(3, from: (100, -50), to: (100, 50), "<laneletType>urban</laneletType>")
        + "<trafficLight id=\"30\"><cycle><cycleElement><duration>20</duration>"
        + "<color>red</color></cycleElement></cycle></trafficLight>"
        + "<intersection id=\"40\"><incoming id=\"41\"><incomingLanelet ref=\"1\"/>"
        + "<successorsStraight ref=\"2\"/></incoming></intersection>"
        + Text.cruiser(5, fromX: 30, steps: 0...22)
        + Text.mover(6, [Text.state(0, 50, 0, speed: nil), Text.state(2, 52, 0)])
        + Text.problem(
          9, Text.state(0, 10, 0),
          goals: [
            "<position><circle><radius>5</radius><center><x>160</x><y>0</y></center></circle>"
              + "</position>" + Text.window(10, 40) + Text.interval("orientation", -1, 1)
          ])
    ).utf8)

  /// Loads and builds; what comes of it does not matter, only that it comes.
  private func tryAll(_ bytes: [UInt8]) {
    let file = ImportFile(name: "h", path: "h.xml", displayPath: "h.xml") { bytes }
    for egoFrom in [LoadOptions.EgoFrom.planningProblem, .all] {
      var options = TestCatalog.withReplay
      options.egoFrom = egoFrom
      options.traffic = .reactive
      guard let result = try? CommonRoadImporter.importer.load(bytes, file, options) else {
        continue
      }
      for ticket in result.tickets { _ = try? ticket.build() }
    }
  }

  @Test func theSampleIsSound() throws {
    let file = ImportFile(name: "h", path: "h.xml", displayPath: "h.xml") { Self.sample }
    let result = try CommonRoadImporter.importer.load(Self.sample, file, TestCatalog.withReplay)
    #expect(try result.tickets[0].build().ticks == 40)
  }

  @Test func damagedFiles() {
    let random = { (index: UInt64) -> UInt64 in
      // SplitMix64.
      var z = (index &+ 1) &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return z ^ z >> 31
    }
    let pieces = [
      "<", ">", "/", "\"", "&", "-", "0", "9", "e", "1e9", "1e308", "-1", "nan", "99999999999",
      "</lanelet>", "<x>", "<!--", "<![CDATA[", "\u{0}", "ä",
    ].map { Array($0.utf8) }
    for round in 0..<600 as Range<UInt64> {
      var bytes = Self.sample
      for change in 0..<(1 + random(round) % 3) {
        let draw = random(round * 16 + change)
        let at = Int(draw % UInt64(bytes.count))
        let length = Int(draw >> 32 % 40)
        let end = min(at + length % 40, bytes.count)
        switch draw >> 16 % 4 {
        case 0: bytes.removeSubrange(at..<end)
        case 1: bytes.insert(contentsOf: bytes[at..<end], at: at)
        default:
          let piece = pieces[Int(draw >> 40 % UInt64(pieces.count))]
          bytes.replaceSubrange(at..<min(at + piece.count, bytes.count), with: piece)
        }
      }
      tryAll(bytes)
    }
  }

  @Test func everyNumberGoneMad() {
    // Each number in turn becomes each of these.
    let text = String(decoding: Self.sample, as: UTF8.self)
    let numbers = text.ranges(of: /[0-9.]+</)
    for (index, range) in numbers.enumerated() {
      for value in ["-1", "0", "1e12", "-1e12", "1e-300", "999999999"]
      where (index + value.count) % 3 == 0 {
        tryAll(Array(text.replacingCharacters(in: range, with: value + "<").utf8))
      }
    }
  }

  @Test func aLongMapIsReadInTime() throws {
    // 3,000 lanelets that cross each other's rows, in one line of text.
    var body = ""
    for row in 0..<50 {
      for column in 0..<30 {
        let x = Double(column) * 30
        let y = Double(row) * 30
        body += Text.straight(1 + row * 100 + column, from: (x, y), to: (x + 30, y))
        body += Text.straight(
          100_001 + row * 100 + column, from: (x + 15, y - 15), to: (x + 15, y + 15))
      }
    }
    let line = Text.file(body).replacing("\n", with: " ")
    let recording = try Text.recording(line)
    #expect(recording.map.lanes.count == 3000)
    #expect(recording.map.junctions.count == 1500)
  }
}
