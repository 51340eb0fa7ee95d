import SimCore
import SimEpisode
import SimHarness
import SimScenario
import SimStack

/// Runs a scenario, and runs it again the same up to a tick and with another choice from there.
struct EpisodeBranching {
  /// The choice that changes the seed instead of the planner.
  static let anotherSeed = "another seed"

  let request: BatchRequest

  /// The first episode of the request.
  func run() throws -> Recording {
    try run(try scenario(request)) { executor, scenario in executor.run(scenario) }
  }

  /// The first episode up to a tick, and then with another planner or other random numbers.
  ///
  /// - Parameter number: of the branch, from 1; each has another seed.
  func run(from tick: Int, with choice: String, number: UInt64) throws -> Recording {
    var other = request
    let original = try scenario(request)
    var branch = EpisodeBranch(tick: tick, scenario: original, seed: original.seed)
    if choice == EpisodeBranching.anotherSeed {
      branch.seed = original.seed &+ number
    } else {
      other.modules[.planner] = choice
      branch.scenario = try scenario(other)
    }
    return try run(original) { executor, scenario in executor.run(scenario, branch: branch) }
  }

  private func run(
    _ scenario: Scenario,
    _ body: (EpisodeExecutor, Scenario) -> EpisodeExecutor.Output
  ) throws -> Recording {
    let executor = EpisodeExecutor(
      catalogs: .shipped, profile: request.profile,
      overridesProfiles: request.overridesProfiles, record: .all, traffic: request.traffic)
    let output = body(executor, scenario)
    guard let recording = output.recording else {
      let reason = output.results.first?.reason ?? "it left no recording"
      throw InputError(at: .wholeFile(scenario.path), "the episode could not begin: \(reason)")
    }
    return recording
  }

  private func scenario(_ request: BatchRequest) throws -> Scenario {
    let set = try ScenarioSet(request, catalogs: .shipped)
    if let broken = set.broken.first { throw broken.error }
    guard let entry = set.entries.first else {
      let reason = set.skipped.first.map { ": \($0.reason)" } ?? ""
      throw InputError(
        at: .wholeFile(request.paths.first ?? ""), "there is nothing to show\(reason)")
    }
    return try entry.ticket.build()
  }
}
