import SimGeometry
import SimModels
import SimStack
import SimWorld

extension PlanChoice {
  /// Time between the places that are told, in steps of the roll-out.
  private static let stride = 5

  /// The first of some candidates as they were driven in thought, with their scores.
  ///
  /// - Parameters:
  ///   - count: so many of them.
  ///   - chosen: the one taken.
  init(
    _ states: CandidateStates, _ scorer: CandidateScorer, count: Int, chosen: Int,
    isEmergency: Bool, _ vehicle: VehicleParameters
  ) {
    let ahead = vehicle.rearAxleToCentre
    let proposals = (0..<count).map { candidate in
      Proposal(
        centres: Swift.stride(from: 0, to: states.samples, by: Self.stride).map {
          states.pose(candidate, $0).advanced(by: ahead).position
        }, score: scorer.results[candidate].score)
    }
    let step = Int64((scorer.parameters.step * 1_000_000).rounded())
    self.init(
      stepMicroseconds: Int64(Self.stride) * step, proposals: proposals, chosen: chosen,
      isEmergency: isEmergency)
  }
}
