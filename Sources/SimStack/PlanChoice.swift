public import SimGeometry

/// What a planner weighed before it made its plan, for people who watch.
///
/// Nothing in an episode follows from it: states, hashes and scores are the same with and without.
public struct PlanChoice: Hashable, Sendable {
  /// One way that was thought through.
  public struct Proposal: Hashable, Sendable {
    /// Where the middle of the ego's box would be, from now on in steps of `stepMicroseconds`,
    /// world frame.
    public var centres: [Vector2]
    /// What the planner thinks of it, in [0, 1]; 1 is best.
    public var score: Double

    /// A way with its score.
    public init(centres: [Vector2], score: Double) {
      self.centres = centres
      self.score = score
    }
  }

  /// Time between the places of a proposal, microseconds.
  public var stepMicroseconds: Int64
  /// All that were scored, in the planner's order.
  public var proposals: [Proposal]
  /// The place of the one that was taken; nil: none.
  public var chosen: Int?
  /// Even the best was not good enough: the plan is to brake as hard as it goes.
  public var isEmergency: Bool

  /// What was weighed; `chosen` is a place in `proposals`.
  public init(
    stepMicroseconds: Int64, proposals: [Proposal], chosen: Int?, isEmergency: Bool = false
  ) {
    self.stepMicroseconds = stepMicroseconds
    self.proposals = proposals
    self.chosen = chosen
    self.isEmergency = isEmergency
  }

  /// Scores are in [0, 1], places within `farthest`, what was taken was proposed:
  /// what is not so is not recorded.
  public var isWellFormed: Bool {
    let most = PlanChoice.farthest
    return stepMicroseconds > 0 && (chosen.map { proposals.indices.contains($0) } ?? true)
      && proposals.allSatisfy { proposal in
        (0...1).contains(proposal.score)
          && proposal.centres.allSatisfy { abs($0.x) <= most && abs($0.y) <= most }
      }
  }

  /// Largest coordinate of a place, metres.
  public static let farthest = 1e18
}
