import SimCore
import SimEpisode
import SimHarness
import SimScenario
import SimStack
import SimViewer
import SimWorld

/// Runs a scenario, and runs it again the same up to a tick and with another choice from there.
struct EpisodeBranching {
  /// The choice that changes the seed instead of the planner.
  static let anotherSeed = "another seed"

  let request: BatchRequest
  /// Stacks are timed by the clock on the wall.
  let isTimed: Bool
  /// What is different from the first run, in order of time.
  private var branches: [EpisodeBranch] = []

  init(request: BatchRequest, isTimed: Bool) {
    self.request = request
    self.isTimed = isTimed
  }

  /// The first episode of the request, with what is different in it.
  func run() throws -> Recording {
    let scenario = try scenario(request)
    let executor = EpisodeExecutor(
      catalogs: .shipped, profile: request.profile,
      overridesProfiles: request.overridesProfiles, record: .all, traffic: request.traffic,
      isWatched: true, isTimed: isTimed)
    let output = executor.run(scenario, branches: branches)
    guard let recording = output.recording else {
      let reason = output.results.first?.reason ?? "it left no recording"
      throw InputError(at: .wholeFile(scenario.path), "the episode could not begin: \(reason)")
    }
    return recording
  }

  /// The same up to a tick, and then with another planner or other random numbers; what was
  /// different from that tick on before is not any more.
  ///
  /// - Parameter number: of the branch, from 1; each has another seed.
  func branched(from tick: Int, with choice: String, number: UInt64) throws -> EpisodeBranching {
    let original = try scenario(request)
    var result = self
    result.branches.removeAll { $0.tick >= tick }
    var branch =
      result.branches.last ?? EpisodeBranch(tick: tick, scenario: original, seed: original.seed)
    branch.tick = tick
    if choice == EpisodeBranching.anotherSeed {
      branch.seed = original.seed &+ number
    } else {
      var other = request
      other.modules[.planner] = choice
      branch.scenario = try scenario(other)
    }
    result.branches.append(branch)
    return result
  }

  /// What is different from the first run, as a viewer shows it.
  var shown: [Exhibit.Branch] {
    branches.map { branch in
      var planner = ""
      if let ego = branch.scenario.egos.first,
        case .stack(let stack)? = branch.scenario.agents.first(where: { $0.spec.id == ego.id })?
          .driver
      {
        planner = stack.modules[.planner]?.name ?? ""
      }
      return Exhibit.Branch(tick: branch.tick, planner: planner, seed: branch.seed)
    }
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
