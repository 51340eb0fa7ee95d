import Foundation
import SimCore
import SimEpisode
import SimGeometry
import SimHarness
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimHarness

/// `simrun export`: what other programs get to read.
@Suite struct ExportTests {
  /// A crossing with lights, walkers' ways and traffic from all sides, and a car that never moves.
  private static let crossing = """
    version: 1
    name: "crossing"
    map: {template: four_way, length: 80, corner_radius: 9, green: 3 s}
    duration: 4
    ego: {lane: south_in.1, s: 40, speed: 8, goal: {lane: north_out.1, s: 30}, planner: idm}
    agents:
      - {id: "a", type: car, lane: west_in.1, s: 40, speed: 7, goal: {lane: east_out.1, s: 60}}
    """

  /// The recordings of a batch over some scenarios.
  private func recordings(_ files: [String: String]) async throws -> (TemporaryFolder, [String]) {
    let (scenarios, out) = (try TemporaryFolder(), try TemporaryFolder())
    for (name, text) in files { try scenarios.write(text, to: name) }
    let report = try await runBatch(scenarios, out: out)
    #expect(report.results.allSatisfy { $0.outcome == .completed }, "\(report.results)")
    let names = try out.files().filter { $0.hasSuffix(".episode") }.map { "\(out.path)/\($0)" }
    return (out, names)
  }

  private func record(_ path: String) throws -> EpisodeRecord {
    try OutputFile.recording(path).episode.record
  }

  @Test func csvHasARowForEachAgentAndTick() async throws {
    let (out, names) = try await recordings(["a.yaml": HarnessWorlds.following(name: "a")])
    let run = try Program.run("simrun", ["export", names[0], "--to", "csv"])
    #expect(run.status == 0 && run.output == out.path + "/episodes/a.csv\n")
    let text = try out.text("episodes/a.csv")
    // RFC 4180: lines end with CR LF, the last one too.
    let lines = text.components(separatedBy: "\r\n")
    #expect(lines.last == "")
    #expect(lines.allSatisfy { !$0.utf8.contains(UInt8(ascii: "\n")) })
    // The header, two agents in 31 ticks, and what is behind the last line.
    #expect(lines.count == 64)
    let columns: [String] = lines[0].components(separatedBy: ",")
    #expect(columns == CSVExport.columns)
    let record = try record(names[0])
    for (number, line) in lines[1..<63].enumerated() {
      let fields: [String] = line.components(separatedBy: ",")
      #expect(fields.count == columns.count)
      let (tick, row) = (number / 2, number % 2)
      let slot = record.history.slot(tick, row)
      #expect(fields[0] == String(tick) && fields[2] == record.header.ids[row])
      #expect(fields[4] == (fields[2] == "ego" ? "1" : "0"))
      // To the bit.
      #expect(Double(fields[5]) == record.history.x[slot])
      #expect(Double(fields[8]) == record.history.speed[slot])
      #expect(Double(fields[15]) == record.history.commandAcceleration[slot])
    }
    #expect(lines[1].hasPrefix("0,0,ego,car,1,50,") || lines[1].hasPrefix("0,0,lead,car,0,90,"))
  }

  @Test func csvFieldsAreQuotedWhereTheyMustBe() {
    #expect(CSVExport.quoted("plain") == "plain")
    #expect(CSVExport.quoted("a,b") == "\"a,b\"")
    #expect(CSVExport.quoted("say \"x\"") == "\"say \"\"x\"\"\"")
    #expect(CSVExport.quoted("two\nlines") == "\"two\nlines\"")
  }

  /// What is written as CommonRoad and read by our importer drives as it drove, within what six
  /// decimals lose.
  @Test(arguments: ["following", "crossing"])
  func commonRoadComesBackThroughTheImporter(_ name: String) async throws {
    let text = name == "following" ? HarnessWorlds.following(name: name) : Self.crossing
    let (out, names) = try await recordings(["a.yaml": text])
    let run = try Program.run(
      "simrun", ["export", names[0], "--to", "commonroad", "--out", out.path + "/xml/a.xml"])
    #expect(run.status == 2, "the folder is not there")
    let back = try TemporaryFolder()
    let file = back.path + "/a.xml"
    #expect(
      try Program.run("simrun", ["export", names[0], "--to", "commonroad", "--out", file]).status
        == 0)
    let again = try TemporaryFolder()
    let report = try await runBatch(back, out: again)
    #expect(report.results.count == 1 && report.results[0].outcome == .completed)
    let before = try record(names[0])
    let second = try #require(again.files().first { $0.hasSuffix(".episode") })
    let after = try record(again.path + "/" + second)
    #expect(before.header.map.lanes.count == after.header.map.lanes.count)
    for (a, b) in zip(before.header.map.lanes, after.header.map.lanes) {
      #expect(a.successors == b.successors && a.predecessors == b.predecessors)
      #expect(a.left == b.left && a.right == b.right)
      #expect((a.length - b.length).magnitude < 0.01)
      if let limit = a.speedLimit { #expect((limit - (b.speedLimit ?? 0)).magnitude < 1e-6) }
      #expect((a.signal != nil) == (b.signal != nil))
    }
    let egos = Set(before.header.egos.map(\.agent))
    let others = before.header.ids.indices.filter { !egos.contains($0) }
    let otherEgos = Set(after.header.egos.map(\.agent))
    let theirs = after.header.ids.indices.filter { !otherEgos.contains($0) }
    #expect(others.count == theirs.count && before.header.egos.count == after.header.egos.count)
    for (a, b) in zip(others, theirs) {
      #expect((before.header.lengths[a] - after.header.lengths[b]).magnitude < 1e-6)
      for tick in 0..<min(before.ticks, after.ticks) {
        let (x, y) = (before.history.slot(tick, a), after.history.slot(tick, b))
        #expect(before.history.present[x] == after.history.present[y])
        #expect((before.history.x[x] - after.history.x[y]).magnitude < 1e-5)
        #expect((before.history.y[x] - after.history.y[y]).magnitude < 1e-5)
        #expect((before.history.speed[x] - after.history.speed[y]).magnitude < 1e-5)
      }
    }
    let a = before.history.slot(0, before.header.egos[0].agent)
    let b = after.history.slot(0, after.header.egos[0].agent)
    #expect((before.history.x[a] - after.history.x[b]).magnitude < 1e-5)
    #expect((before.history.speed[a] - after.history.speed[b]).magnitude < 1e-5)
    // Lights show what they showed.
    let signals = before.header.map.signals.count
    #expect(signals == after.header.map.signals.count)
    for tick in 0..<min(before.ticks, after.ticks) where signals > 0 {
      #expect(
        before.signals[tick * signals..<(tick + 1) * signals]
          == after.signals[tick * signals..<(tick + 1) * signals])
    }
  }

  @Test func theEgosDriveIsThereIfItIsAskedFor() async throws {
    let (out, names) = try await recordings(["a.yaml": HarnessWorlds.following(name: "a")])
    let recording = try OutputFile.recording(names[0])
    #expect(names == [out.path + "/episodes/a.episode"])
    func count(_ includesEgos: Bool) throws -> Int {
      let bytes = try EpisodeExport.bytes(
        recording, as: .commonroad, includesEgos: includesEgos, file: "")
      return String(decoding: bytes, as: UTF8.self).ranges(of: "<dynamicObstacle").count
    }
    #expect(try count(false) == 1 && count(true) == 2)
    #expect(
      CommonRoadExport.benchmarkID("cut_in[s=1]") == "ZAM_CutInS1-1_1_T-1")
    #expect(CommonRoadExport.benchmarkID("🚗") == "ZAM_Episode-1_1_T-1")
  }

  /// A car that stands still is none the less one that could drive.
  @Test func whatStandsIsNoScenery() async throws {
    let still = HarnessWorlds.following(name: "a")
      .replacing("speed: 14, policy: constant_speed", with: "speed: 0, policy: constant_speed")
    let (out, names) = try await recordings(["a.yaml": still])
    #expect(names == [out.path + "/episodes/a.episode"])
    let bytes = try EpisodeExport.bytes(
      OutputFile.recording(names[0]), as: .commonroad, includesEgos: false, file: "")
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("<dynamicObstacle") && text.contains("<type>car</type>"))
    #expect(!text.contains("<staticObstacle"))
  }

  @Test func numbersHaveTheDigitsThatTheyNeed() {
    #expect(1.5.plain == "1.5" && 100.0.plain == "100" && (-1e-9).plain == "0")
    #expect(Double(1e300.plain) == 1e300)
  }

  /// Bounds of 3 and 4 points: each gets the points of both, by their share of the length.
  @Test func boundsArePaired() throws {
    let left = try #require(Polyline([Vector2(0, 2), Vector2(5, 2), Vector2(10, 2)]))
    let right = try #require(
      Polyline([Vector2(0, 0), Vector2(2, 0), Vector2(8, 0), Vector2(10, 0)]))
    let (a, b) = CommonRoadExport.paired(left, right)
    for (place, x) in [0.0, 2, 5, 8, 10].enumerated() {
      #expect((a[place].x - x).magnitude < 1e-9 && (b[place].x - x).magnitude < 1e-9)
    }
    #expect(a.count == 5 && b.count == 5)
    #expect(a.allSatisfy { $0.y == 2 } && b.allSatisfy { $0.y == 0 })
  }

  /// The log is taken apart by the layout of the specification: records nest, the checksums of
  /// chunks, data and summary are right, and so is the number of messages.
  @Test func theLogIsWellFormed() async throws {
    let (out, names) = try await recordings(["a.yaml": HarnessWorlds.following(name: "a")])
    #expect(try Program.run("simrun", ["export", names[0], "--to", "mcap"]).status == 0)
    let bytes = Array(try out.bytes("episodes/a.mcap"))
    let magic: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]
    #expect(bytes.starts(with: magic) && Array(bytes.suffix(8)) == magic)
    var reader = ByteReader(bytes[8..<bytes.count - 8])
    var kinds: [UInt8: Int] = [:]
    var messages: [(channel: UInt8, json: [String: Any])] = []
    while !reader.isAtEnd {
      let start = bytes.count - 8 - reader.remaining
      let kind = try reader.byte()
      let content = try reader.raw(Int(try reader.uint64()))
      var record = ByteReader(content)
      switch kind {
      case 0x0F: #expect(try record.uint32() == CRC32.of(bytes[..<start]), "data")
      case 0x0B: #expect(try record.uint64() == UInt64(messages.count), "statistics")
      case 2:
        let summary = Int(try record.uint64())
        _ = try record.uint64()
        #expect(try record.uint32() == CRC32.of(bytes[summary..<start + 25]), "summary")
      default: break
      }
      kinds[kind, default: 0] += 1
      guard kind == 6 else { continue }
      var chunk = ByteReader(content)
      _ = try chunk.raw(16)
      let size = Int(try chunk.uint64())
      let sum = try chunk.uint32()
      #expect(try chunk.uint32() == 0)
      #expect(try chunk.uint64() == UInt64(size))
      let records = try chunk.raw(size)
      #expect(chunk.isAtEnd && CRC32.of(records) == sum)
      var inside = ByteReader(records)
      while !inside.isAtEnd {
        #expect(try inside.byte() == 5)
        var message = ByteReader(try inside.raw(Int(try inside.uint64())))
        let channel = try message.raw(2).first ?? 99
        _ = try message.raw(20)
        let json = try JSONSerialization.jsonObject(with: Data(try message.raw(message.remaining)))
        messages.append((channel, try #require(json as? [String: Any])))
      }
    }
    // Schemas and channels twice: among the data and in the summary.
    for (kind, expected) in [(3, 12), (4, 12), (0x0B, 1), (0x0F, 1), (2, 1)] {
      #expect(kinds[UInt8(kind)] == expected, "records of kind \(kind)")
    }
    #expect(kinds[8] == kinds[6])
    // Map once; agents, frames and ego in each of 31 ticks; plans in all but the last, in which
    // the plan before is deleted; no event.
    let counts = (0..<6).map { channel in messages.count { Int($0.channel) == channel } }
    #expect(counts.prefix(5) == [1, 31, 31, 31, 31])
    let plans = messages.filter { $0.channel == 2 }
    let deleted = plans.map { ($0.json["deletions"] as? [[String: Any]])?.first?["id"] as? String }
    #expect(deleted == Array(repeating: nil, count: 30) + ["plan of ego"])
    let scene = try #require(messages.first { $0.channel == 1 }?.json)
    let first = try #require(scene["entities"] as? [[String: Any]])
    #expect(Set(first.compactMap { $0["id"] as? String }) == ["ego", "lead"])
    let frame = try #require(messages.first { $0.channel == 3 }?.json)
    let place = try #require(frame["translation"] as? [String: Double])
    let state = try record(names[0]).egos[0][0].state
    #expect(place["x"] == state.pose.x && place["y"] == state.pose.y)
  }

  @Test func whatCannotBeExportedIsSaid() async throws {
    let folder = try TemporaryFolder()
    try folder.write("no recording", to: "a.episode")
    let file = folder.path + "/a.episode"
    let wrong = try Program.run("simrun", ["export", file, "--to", "csv"])
    #expect(wrong.status == 2 && wrong.errors == "\(file): error: not an episode recording\n")
    #expect(!(try folder.files().contains("a.csv")))
    for arguments in [
      ["export", file], ["export", file, "--to", "xls"], ["export", "/nowhere", "--to", "mcap"],
      ["export", file, "--to", "csv", "--include-egos"],
    ] {
      let run = try Program.run("simrun", arguments)
      #expect(run.status == 2 && !run.errors.isEmpty && run.output.isEmpty, "\(arguments)")
    }
  }
}
