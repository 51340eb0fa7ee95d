import Foundation
import SimHarness

/// A batch whose paths and reasons are as hostile to a page as they can be (names of scenarios are
/// words), with a planner that throws, a sweep, an expectation that does not hold and recordings.
enum ReportWorlds {
  static let hostilePaths = [
    "names/a</script><script>document.title='taken'<.yaml", "names/\"quoted\" & 'so'.yaml",
    "names/emoji 🚗\u{2028}ß.yaml", "names/<!-- <script>.yaml", "names/back\\slash.yaml",
  ]

  /// The results' folder.
  ///
  /// - Parameter hasBroken: with files that cannot be read, whose reasons name their folder.
  static func batch(hasBroken: Bool = true) async throws -> TemporaryFolder {
    let scenarios = try TemporaryFolder()
    for path in hostilePaths where hasBroken {
      try scenarios.write("version: 1\nname: <b>&\nspeed: <i>\n", to: path)
    }
    try scenarios.write(
      HarnessWorlds.following(name: "sweep", extra: "sweep: {ego.speed: [10, 12, 14]}"),
      to: "sweeps/sweep.yaml")
    try scenarios.write(
      HarnessWorlds.following(
        name: "thrown", planner: "{faulty: {fault: throwing}}"),
      to: "others/thrown.yaml")
    try scenarios.write(
      HarnessWorlds.following(name: "unmet", extra: "expect: {score: {min: 1.5}}"),
      to: "others/unmet.yaml")
    let out = try TemporaryFolder()
    _ = try await runBatch(scenarios, out: out)
    return out
  }

  /// An ego that plans by `pdm-closed` and foresees by `hpnet`, watched: two of three others can be
  /// attended to by the third.
  static func watched() async throws -> TemporaryFolder {
    let (scenarios, out) = (try TemporaryFolder(), try TemporaryFolder())
    let others = ["behind: 20", "beside: 45"].enumerated().map { lane, other in
      let parts = other.split(separator: ":")
      return "  - {id: \(parts[0]), type: car, lane: main.\(lane + 1), s:\(parts[1]), "
        + "speed: 15, policy: constant_speed}"
    }
    try scenarios.write(
      HarnessWorlds.following(
        name: "watched", planner: "pdm-closed, predictor: hpnet",
        extra: others.joined(separator: "\n")), to: "family/watched.yaml")
    _ = try await runBatch(scenarios, out: out) { $0.recordsChoices = true }
    return out
  }

  /// The data of a page, as a program reads them.
  static func data(_ page: String) throws -> [String: Any] {
    let start = "<script type=\"application/json\" id=\"data\">"
    guard let from = page.firstRange(of: start)?.upperBound,
      let to = page[from...].firstRange(of: "</script>")?.lowerBound,
      let data = try JSONSerialization.jsonObject(with: Data(page[from..<to].utf8))
        as? [String: Any]
    else { throw CocoaError(.coderInvalidValue) }
    return data
  }
}
