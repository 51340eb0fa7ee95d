import FaultModules
import Foundation
import SimHarness
import TestSupport

/// A folder that goes away with the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "simharness-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file; folders on the way are made.
  func write(_ text: String, to name: String) throws {
    let file = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: path).appending(path: name))
  }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// All files below, by their relative paths.
  func files() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
  }
}

extension TemporaryFolder {
  /// Everything of a results folder that is compared: the summary without its time and version,
  /// the dump of the database, the recordings.
  func compared() throws -> [String: Data] {
    var parts = ["dump": Data(try ResultStore.dump(path).utf8)]
    let summary = try text("summary.json").split(separator: "\n")
      .filter { !$0.hasPrefix("  \"wall_s\"") && !$0.hasPrefix("  \"version\"") }
    parts["summary"] = Data(summary.joined(separator: "\n").utf8)
    for name in try files() where name.hasSuffix(".episode") { parts[name] = try bytes(name) }
    return parts
  }
}

/// Scenario texts and programs for the tests of this room.
enum HarnessWorlds {
  /// An ego behind a slower car on a straight road, 3 s long so that a debug build is quick.
  static func following(
    name: String, planner: String = "idm", extra: String = "", speed: String = "15"
  ) -> String {
    """
    version: 1
    name: \(name)
    tags: [following, short]
    map: {template: straight, lanes: 2, length: 400, speed_limit: 100 km/h}
    duration: 3
    ego: {lane: main.1, s: 50, speed: \(speed), goal: {lane: main.1, s: 300}, planner: \(planner)}
    agents:
      - {id: lead, type: car, lane: main.1, s: 90, speed: 14, policy: constant_speed}
    \(extra)
    """
  }

  /// The folder of the programs that were built with the tests.
  static var programs: String {
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: test).deletingLastPathComponent().path
  }

  /// How to start a worker that knows the faulty planner.
  static var faultWorker: [String] { [programs + "/FaultWorker"] }
}

/// Runs a batch over a folder of scenarios, with all recordings.
func runBatch(
  _ scenarios: TemporaryFolder, out: TemporaryFolder? = nil,
  worker: [String] = HarnessWorlds.faultWorker, observer: any BatchObserver = SilentObserver(),
  _ change: (inout BatchRequest) throws -> Void = { _ in }
) async throws -> BatchReport {
  var request = BatchRequest(paths: [scenarios.path])
  request.output = out?.path
  request.record = .all
  try change(&request)
  return try await BatchRunner(
    request, catalogs: .withFaults, observer: observer, workerCommand: worker
  ).run()
}

/// Says nothing.
struct SilentObserver: BatchObserver {
  func begin(_ set: ScenarioSet) {}
  func finished(_ episode: EpisodeWork.Finished, isKnown: Bool) {}
  func end() {}
}
