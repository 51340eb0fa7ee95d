/// What the forecasts of an agent depended on: the mean of all stages, rounds, heads and modes of
/// the attention to other agents and to lanes, modes by their probabilities.
public struct HPNetAttention: Hashable, Sendable {
  /// How much one thing counted.
  public struct Share: Hashable, Sendable {
    /// Place of the agent in the frame, or of the lane in the map.
    public var index: Int
    /// In [0, 1].
    public var weight: Float
  }

  /// Other agents with a weight, by place; together 1, or none.
  public var agents: [Share]
  /// Lanes with a weight, by place; together 1, or none.
  public var lanes: [Share]
}

extension HPNetModel where Engine == EagerEngine {
  /// What the agents of a frame attended to.
  ///
  /// - Parameters:
  ///   - agents: how many there are.
  ///   - lanes: of the map.
  ///   - probabilities: of the modes, [agents, modes]; nil: all count alike.
  func attention(
    _ watch: AttentionWatch, agents: Int, lanes: Int, probabilities: Tensor?
  ) -> [HPNetAttention] {
    let modes = configuration.modes
    func sums(_ layers: [AttentionLayer<EagerEngine>], _ count: Int, _ rowsPerSource: Int)
      -> [[Float]]
    {
      var sums = [[Float]](repeating: [Float](repeating: 0, count: count), count: agents)
      for layer in layers {
        watch.forEach(of: layer.name) { row, source, weight in
          let share = probabilities?.values[row] ?? 1
          sums[row / modes][source / rowsPerSource] += weight * share
        }
      }
      return sums
    }
    let ofAgents = sums(stages.flatMap(\.others), agents, modes)
    let ofLanes = sums(stages.map(\.lanes), lanes, 1)
    return (0..<agents).map {
      HPNetAttention(agents: Self.shares(ofAgents[$0]), lanes: Self.shares(ofLanes[$0]))
    }
  }

  /// Those above 0, so that they are 1 together.
  private static func shares(_ sums: [Float]) -> [HPNetAttention.Share] {
    var total: Float = 0
    for sum in sums { total += sum }
    guard total > 0 else { return [] }
    return sums.indices.filter { sums[$0] > 0 }.map {
      HPNetAttention.Share(index: $0, weight: sums[$0] / total)
    }
  }
}
