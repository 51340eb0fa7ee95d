import Foundation
import SimCore
import SimGeometry
import SimStack
import SimWorld
import TestSupport
import Testing

@testable import SimScenario

/// Closest encounters and post-encroachment times of recorded drives, as commonroad-crime found
/// them (`fixtures/criticality`).
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct CriticalityRecordingParityTests {
  struct Row: Decodable, Sendable {
    var scenario: String
    var dt: Double
    var ego: Int
    var other: Int
    var t: Int
    var pet: Step
    var et: Step
    var egoEnter: Step
    var egoExit: Step
    var otherEnter: Step
    var otherExit: Step
    /// nil where the official code found none.
    var conflictArea: [[Double]]?
  }

  /// A number; infinite ones are words.
  struct Step: Decodable, Sendable {
    var number: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        number = text == "inf" ? .infinity : .nan
      } else {
        number = (try? container.decode(Double.self)) ?? .nan
      }
    }
  }

  struct File: Decodable, Sendable {
    var rows: [Row]
  }

  static func read<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      type, from: Data(contentsOf: SharedData.url("fixtures/criticality/\(name)")))
  }

  /// Boxes of a recorded vehicle by step.
  private func boxes(_ id: Int, _ recording: ImportedRecording) throws -> [Int: OrientedBox] {
    let agent = try #require(
      recording.agents.first { $0.id == String(id) || $0.id.hasSuffix("-\(id)") })
    var boxes: [Int: OrientedBox] = [:]
    for (index, step) in agent.motion.steps.enumerated() {
      boxes[step] = OrientedBox(
        centre: agent.motion.positions[index], heading: agent.motion.headings[index],
        length: agent.length, width: agent.width)
    }
    return boxes
  }

  /// The official entry is the step before the first overlap, the official exit the first step
  /// without: our stays begin and end within those steps.
  @Test func staysAndPostEncroachment() throws {
    let file = try Self.read("pet.json", as: File.self)
    var entries = 0
    var times = 0
    for row in file.rows {
      guard let corners = row.conflictArea else { continue }
      let recording = try CommonRoadData.recording(row.scenario)
      let outline = Polygon(corners.map { Vector2($0[0], $0[1]) })
      // (The official outline runs over itself along shared edges; its triangles make the area.)
      let area = ConflictArea(
        agent: 0, kind: .crossing, pieces: outline.intersectionPieces(with: outline))
      #expect((area.area - outline.area).magnitude < 1e-6)
      func stay(_ id: Int) throws -> PostEncroachment.Stay? {
        let boxes = try boxes(id, recording)
        let last = boxes.keys.max() ?? 0
        return PostEncroachment.Stay(in: area, ticks: row.t..<(last + 1), { boxes[$0] })
      }
      let own = try stay(row.ego)
      let other = try stay(row.other)
      for (stay, enter, exit) in [
        (own, row.egoEnter.number, row.egoExit.number),
        (other, row.otherEnter.number, row.otherExit.number),
      ] where enter.isFinite {
        let stay = try #require(stay)
        entries += 1
        if stay.enter > -.infinity { #expect(stay.enter.rounded(.down) == enter) }
        if exit.isFinite, stay.leave.isFinite {
          #expect((stay.leave - exit).magnitude <= 1, "leaves at \(stay.leave), not \(exit)")
        }
      }
      if row.pet.number.isFinite, let own, let other,
        let event = PostEncroachment(own, other, area: area, step: row.dt)
      {
        times += 1
        // Both ends are whole steps in the official code.
        #expect(
          (event.time - row.pet.number).magnitude <= 2 * row.dt + 1e-9,
          "\(event.time), not \(row.pet.number)")
      }
    }
    #expect(entries > 10)
    #expect(times >= 4)
  }

  struct Crime: Decodable, Sendable {
    struct Frame: Decodable, Sendable { var others: [String: Other] }
    struct Other: Decodable, Sendable { var ticks: [Sample] }
    struct Sample: Decodable, Sendable {
      var t: Int
      var dce: Step?
      var ttce: Step?
    }
    var scenario: String
    var dt: Double
    var egoId: Int
    var originalFrame: Frame
  }

  static let crimes: [String] =
    ((try? FileManager.default.contentsOfDirectory(
      atPath: SharedData.url("fixtures/criticality").path)) ?? [])
    .filter { $0.hasPrefix("crime_") }.sorted()

  /// Distance of the closest encounter in the rest of the recording, and the time until it.
  @Test(arguments: crimes)
  func closestEncounters(_ name: String) throws {
    let file = try Self.read(name, as: Crime.self)
    let scenario = file.scenario.hasSuffix(".xml") ? file.scenario : file.scenario + ".xml"
    let recording = try CommonRoadData.recording(scenario)
    let ego = try boxes(file.egoId, recording)
    var checked = 0
    var worst = 0.0
    var late = 0.0
    for key in file.originalFrame.others.keys.sorted() {
      guard let id = Int(key), let sample = file.originalFrame.others[key] else { continue }
      let other = try boxes(id, recording)
      let distances = ego.keys.sorted().compactMap { step in
        ego[step].flatMap { mine in other[step].map { (step, mine.distance(to: $0)) } }
      }
      for tick in sample.ticks {
        guard let official = tick.dce?.number, official.isFinite else { continue }
        // (The official code leaves out the last step that both have.)
        let rest = distances.dropLast().filter { $0.0 >= tick.t }
        guard let least = rest.map(\.1).min() else { continue }
        checked += 1
        worst = max(worst, (least - official).magnitude)
        if let time = tick.ttce?.number, time.isFinite,
          let first = rest.first(where: { $0.1 == least })
        {
          late = max(late, (Double(first.0 - tick.t) * file.dt - time).magnitude)
        }
      }
    }
    #expect(checked > 10)
    #expect(worst < 1e-9)
    #expect(late < 1e-9)
  }
}
