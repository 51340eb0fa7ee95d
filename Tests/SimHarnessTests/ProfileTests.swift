import FaultModules
import Foundation
import SimHarness
import SimMetrics
import Testing

/// By which profile an episode is scored, and what goes into the mean.
@Suite struct ProfileTests {
  /// A failed planner is a 0 in the mean by every profile and however it failed.
  @Test(arguments: MetricProfile.all)
  func aFailedPlannerCountsAsZero(profile: MetricProfile) async throws {
    let scenarios = try TemporaryFolder()
    for fault in ["none", "throwing", "exit"] {
      try scenarios.write(
        HarnessWorlds.following(name: fault, planner: "{faulty: {fault: \(fault)}}"),
        to: "\(fault).yaml")
    }
    let report = try await runBatch(scenarios) {
      $0.isIsolated = true
      $0.profile = profile
    }
    let score = try #require(report.results.first { $0.scenario == "none" }?.score)
    #expect(score > 0)
    #expect(report.meanScore == score / 3)
  }

  /// A file's own profile counts unless the command line names one; the mean is of one profile.
  @Test func theMeanIsOfOneProfile() throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(HarnessWorlds.following(name: "a"), to: "a.yaml")
    try scenarios.write(
      HarnessWorlds.following(name: "b", extra: "profile: nuplan-compat", speed: "18"),
      to: "b.yaml")
    func summary(_ extra: [String]) throws -> [String: Any] {
      let run = try Program.run(
        "simrun",
        ["batch", scenarios.path, "--format", "json", "--out", scenarios.path + "/out"] + extra)
      #expect(run.status == 0)
      return try #require(
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }
    func profiles(_ summary: [String: Any]) -> [String?] {
      (summary["episodes"] as? [[String: Any]] ?? []).map { $0["profile"] as? String }
    }
    func scores(_ summary: [String: Any]) -> [Double] {
      (summary["episodes"] as? [[String: Any]] ?? []).compactMap { $0["score"] as? Double }
    }
    let asFiled = try summary([])
    #expect(profiles(asFiled) == ["strict", "nuplan-compat"])
    #expect(asFiled["profile"] as? String == "strict")
    #expect(asFiled["score_mean"] as? Double == scores(asFiled)[0])
    for profile in ["strict", "nuplan-compat"] {
      for isolation in [[], ["--isolate"]] {
        let named = try summary(["--profile", profile] + isolation)
        #expect(profiles(named) == [profile, profile])
        #expect(named["profile"] as? String == profile)
        let mean = try #require(named["score_mean"] as? Double)
        #expect(abs(mean - (scores(named)[0] + scores(named)[1]) / 2) < 1e-15)
      }
    }
  }
}
