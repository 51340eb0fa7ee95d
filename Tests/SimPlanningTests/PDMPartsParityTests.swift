import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld
import StackTestSupport
import TestSupport
import Testing

@testable import SimPlanning

/// The parts that other modules use too, each fed with the official planner's input to it.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct PDMPartsParityTests {
  @Test func thereAreCases() {
    #expect(PDMFixtures.callNames.count >= 62 && PDMFixtures.fullCallNames.count >= 26)
  }

  /// Roll-outs of the recorded plans of three proposals.
  @Test(arguments: PDMFixtures.fullCallNames)
  func rollOut(_ name: String) throws {
    let call = try PDMFixtures.call(name)
    let full = call["result"]["full"]
    let mapName = call["map"].text ?? ""
    var differences = Differences(PDMFixtures.tolerance(mapName))
    var plans = CandidatePoses(candidates: 3, samples: 41)
    for (candidate, poses) in full["proposal_poses"].list.enumerated() {
      for (step, pose) in poses.list.enumerated() {
        let v = pose.numbers
        plans[candidate, step] = Pose2(x: v[0], y: v[1], heading: v[2])
      }
    }
    var rollout = CandidateRollout(candidates: 3, steps: 40, compat: true)
    rollout.drive(plans, from: call["ego"].egoState, .pacifica)
    for (candidate, proposal) in [4, 9, 14].enumerated() {
      for (step, row) in full["simulated"][proposal].list.enumerated() {
        differences.compare(
          [
            rollout.states[.x, candidate, step], rollout.states[.y, candidate, step],
            rollout.states[.heading, candidate, step], rollout.states[.speed, candidate, step],
            rollout.states[.acceleration, candidate, step],
            rollout.states[.steering, candidate, step],
          ], row.numbers, "proposal \(proposal), step \(step)")
      }
    }
    #expect(differences.found.isEmpty, "\(differences.summary)")
  }

  /// Scores of the recorded roll-outs.
  @Test(arguments: PDMFixtures.fullCallNames)
  func scores(_ name: String) throws {
    let call = try PDMFixtures.call(name)
    let result = call["result"]
    let world = try PDMFixtures.World(call, frames: [call["tracks"]])
    let scene = world.scene(call["ego"].egoState, call["tracks"], call["traffic_lights"])
    var planner = world.planner()
    _ = try planner.plan(scene, .none, in: world.context(0))
    var machinery = try #require(planner.machinery)

    var states = CandidateStates(candidates: 15, samples: 41)
    for candidate in 0..<15 {
      for (step, row) in result["full"]["simulated"][candidate].list.enumerated() {
        let v = row.numbers
        states.set(
          candidate, step,
          to: EgoState(
            pose: Pose2(x: v[0], y: v[1], heading: v[2]), velocity: Vector2(v[3], 0),
            acceleration: Vector2(v[4], 0), steering: v[5]))
      }
    }
    machinery.scorer.score(
      states, among: planner.forecast.obstacles, on: &machinery.areas,
      along: machinery.generator.paths[0], .pacifica)
    var differences = Differences(PDMFixtures.tolerance(world.mapName))
    compareScores(machinery.scorer, result, &differences)
    for (key, flag) in [
      ("multiple_lanes", DrivingAreas.Place.acrossLanes), ("non_drivable", .offRoad),
      ("oncoming", .oncoming),
    ] {
      for candidate in 0..<15 {
        let ours = (0..<41).map {
          machinery.scorer.places[candidate * 41 + $0].contains(flag) ? "1" : "0"
        }
        differences.same(
          ours.joined(), result["full"][key][candidate].text ?? "", "\(key) of \(candidate)")
      }
    }
    #expect(differences.found.isEmpty, "\(differences.summary)")
  }
}

/// Compares all that the scorer says with a recorded call.
func compareScores(
  _ scorer: CandidateScorer, _ result: FixtureJSON, _ differences: inout Differences
) {
  let ours = scorer.results
  let multi = result["multi"]
  differences.same(ours.map(\.noCollision), multi["no_collision"].numbers, "no_collision")
  differences.same(ours.map(\.drivableArea), multi["drivable_area"].numbers, "drivable_area")
  differences.same(
    ours.map(\.drivingDirection), multi["driving_direction"].numbers, "driving_direction")
  differences.compare(ours.map(\.progress), result["progress_raw"].numbers, "progress_raw")
  let weighted = result["weighted"]
  differences.compare(ours.map(\.progressShare), weighted["progress"].numbers, "progress")
  differences.same(ours.map(\.ttc), weighted["ttc"].numbers, "ttc")
  differences.same(ours.map(\.comfort), weighted["comfort"].numbers, "comfort")
  let order: [CandidateScorer.Comfort] = [
    .longitudinalAcceleration, .lateralAcceleration, .magnitudeJerk, .longitudinalJerk,
    .yawAcceleration, .yawRate,
  ]
  differences.same(
    ours.map { one in order.map { one.comfortParts.contains($0) ? "1" : "0" }.joined() },
    result["comfort_parts"].texts, "comfort_parts")
  differences.same(
    ours.map(\.collisionStep), result["collision_index"].list.map(\.integer), "collision_index")
  differences.same(ours.map(\.ttcStep), result["ttc_index"].list.map(\.integer), "ttc_index")
  differences.compare(ours.map(\.score), result["scores"].numbers, "scores")
}
