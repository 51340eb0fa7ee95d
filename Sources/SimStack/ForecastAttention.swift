/// What a predictor looked at when it foresaw the motion of one track, for people who watch.
///
/// Nothing in an episode follows from it: states, hashes and scores are the same with and without.
public struct ForecastAttention: Hashable, Sendable {
  /// The id that stands for the ego among those attended to.
  public static let ego = -1

  /// How much a road user counted.
  public struct Agent: Hashable, Sendable {
    /// Id of its track, or `ForecastAttention.ego`.
    public var track: Int
    /// In [0, 1]; all agents together have 1.
    public var weight: Float

    /// A road user with its weight.
    public init(track: Int, weight: Float) {
      self.track = track
      self.weight = weight
    }
  }

  /// How much a stretch of a lane counted.
  public struct Stretch: Hashable, Sendable {
    /// The lane's index in the map.
    public var lane: Int
    /// Where on the lane's centreline it begins, metres.
    public var start: Double
    /// Where it ends, metres.
    public var end: Double
    /// In [0, 1]; all stretches together have 1.
    public var weight: Float

    /// A stretch with its weight.
    public init(lane: Int, start: Double, end: Double, weight: Float) {
      self.lane = lane
      self.start = start
      self.end = end
      self.weight = weight
    }
  }

  /// Id of the track that was foreseen.
  public var track: Int
  /// The road users that it depended on.
  public var agents: [Agent]
  /// The stretches of lanes that it depended on.
  public var stretches: [Stretch]

  /// What the forecast of a track depended on.
  public init(track: Int, agents: [Agent], stretches: [Stretch]) {
    self.track = track
    self.agents = agents
    self.stretches = stretches
  }

  /// Weights are in [0, 1], and stretches finite and on lanes of a map with so many: what is not so
  /// is not recorded.
  public func isWellFormed(lanes: Int) -> Bool {
    agents.allSatisfy { (0...1).contains($0.weight) }
      && stretches.allSatisfy {
        (0...1).contains($0.weight) && (0..<lanes).contains($0.lane) && $0.start.isFinite
          && $0.end.isFinite
      }
  }
}
