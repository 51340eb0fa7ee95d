import Foundation
import SimCore
import SimHarness
import SimStack
import SimViewer
import Testing

@testable import simview

/// What a branch of a scenario is said to be.
@Suite struct EpisodeBranchingTests {
  let scenario = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Scenarios/cut_in/cut_in_hard_brake.yaml").standardized.path

  @Test func branchesTellWhoDrives() throws {
    var request = BatchRequest(paths: [scenario])
    request.modules[.planner] = "blind"
    request.seeds = [4]
    let first = EpisodeBranching(request: request, isTimed: false)
    #expect(first.shown.isEmpty)
    let second = try first.branched(from: 9, with: "frenet", number: 1)
    #expect(second.shown == [Exhibit.Branch(tick: 9, planner: "frenet", seed: 4)])
    // The planner stays, and the seed is another.
    let third = try second.branched(from: 20, with: EpisodeBranching.anotherSeed, number: 2)
    #expect(
      third.shown
        == second.shown + [Exhibit.Branch(tick: 20, planner: "frenet", seed: 6)])
    // What came later is gone, and the seed of the branch before stays.
    let fourth = try third.branched(from: 12, with: "idm", number: 3)
    #expect(
      fourth.shown == second.shown + [Exhibit.Branch(tick: 12, planner: "idm", seed: 4)])
  }
}
