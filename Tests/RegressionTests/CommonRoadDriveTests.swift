import Foundation
import SimCore
import SimEpisode
import SimGeometry
import SimHarness
import SimMap
import SimMetrics
import SimScenario
import SimStack
import SimWorld
import TestSupport
import Testing

/// The recorded traffic of the shared data, driven.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct CommonRoadDriveTests {
  /// States of agents on the road, and how many of them are on no lane.
  private struct Tally: CustomStringConvertible {
    var states = 0
    var strays = 0
    /// Episodes with strays, for the printout.
    var episodes: [String: Int] = [:]

    mutating func count(_ position: Vector2, on map: LaneGraph, _ episode: String) {
      states += 1
      guard map.lanes(containing: position, .all).isEmpty else { return }
      strays += 1
      episodes[episode, default: 0] += 1
    }

    var share: Double { 1 - Double(strays) / Double(max(states, 1)) }

    var description: String {
      let worst = episodes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
        .map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      return "\(strays) of \(states) on no lane (\(worst))"
    }
  }

  /// Egos, and vehicles that react to them, are on some lane in at least 99.5 % of all ticks of all
  /// agents, and so are recorded vehicles that are replayed.
  @Test(
    arguments: [LoadOptions.EgoFrom.planningProblem, .all],
    [LoadOptions.Traffic.replay, .reactive])
  func whoDrivesIsOnALane(_ egoFrom: LoadOptions.EgoFrom, _ traffic: LoadOptions.Traffic) throws {
    var request = BatchRequest(paths: [SharedData.url("data/commonroad").path])
    request.egoFrom = egoFrom
    request.traffic = traffic
    let set = try ScenarioSet(request, catalogs: .shipped)
    let executor = EpisodeExecutor(
      catalogs: .shipped, profile: .strict, record: .all, traffic: traffic)
    var egos = Tally()
    var reacting = Tally()
    var replayed = Tally()
    for entry in set.entries {
      let scenario = try entry.ticket.build()
      guard let record = executor.run(scenario).recording?.episode.record else { continue }
      let history = record.history
      for (row, agent) in scenario.agents.enumerated() where agent.spec.agentClass.isVehicle {
        for tick in 0..<record.ticks {
          let slot = history.slot(tick, row)
          guard history.present[slot] != 0 else { continue }
          let place = Vector2(history.x[slot], history.y[slot])
          switch agent.spec.motion {
          case .driven: egos.count(place, on: scenario.map, scenario.name)
          case .path: reacting.count(place, on: scenario.map, scenario.name)
          case .placed: replayed.count(place, on: scenario.map, scenario.name)
          case .fixed: break
          }
        }
      }
    }
    let what = "\(egoFrom == .all ? "all movers" : "planning problems"), \(traffic.rawValue)"
    print("\(what): egos \(egos); reacting \(reacting); replayed \(replayed)")
    // The shared folder may come without this part of it.
    guard egos.states > 0 else { return }
    #expect(egos.share >= 0.995)
    switch traffic {
    case .reactive:
      // Who is replayed here is who cannot react: mostly because it is off the road.
      #expect(reacting.states > 0)
      #expect(reacting.share >= 0.995)
    case .replay, .asWritten:
      #expect(replayed.share >= 0.995)
    }
  }
}
