/// Attention among all rows of a sequence, without features of edges: the form in which kinds of
/// attention differ in cost.
///
/// HPNet, whose edges have features, uses `AttentionLayer`; this is for networks of one's own.
public struct SequenceAttention: Hashable, Sendable {
  /// How rows gather.
  public var kind: AttentionKind
  /// Number of heads.
  public var heads: Int
  /// Tokens of the kind `agent`.
  public var tokens: Int
  /// With the kind `neighbourhood`, so many rows are attended to: those nearest in the sequence,
  /// the row itself among them, of equally near ones the earlier.
  public var neighbours: Int
  /// With the kind `axial`, the sequence is a grid of so many rows (frames), one after the other;
  /// its length is a multiple.
  public var frames: Int

  /// A kind with its sizes.
  public init(
    _ kind: AttentionKind, heads: Int, tokens: Int = 32, neighbours: Int = 16, frames: Int = 1
  ) {
    precondition(heads > 0 && tokens > 0 && neighbours > 0 && frames > 0, "positive sizes")
    self.kind = kind
    self.heads = heads
    self.tokens = tokens
    self.neighbours = neighbours
    self.frames = frames
  }

  /// What the rows gather, [rows, width], from queries, keys and values of that shape.
  public func callAsFunction<Engine: TensorEngine>(
    _ engine: inout Engine, queries: Engine.Value, keys: Engine.Value, values: Engine.Value
  ) -> Engine.Value {
    let count = engine.tensor(queries).rows
    var inputs = AttentionInputs(
      queries: queries, keys: keys, values: values, edge: nil, heads: heads)
    func run(_ lists: EdgeLists) -> Engine.Value {
      engine.gathered(
        kind, inputs, lists, part: 0..<lists.count, collecting: nil, tokens: tokens)
    }
    switch kind {
    case .softmax, .agent: return run(Self.all(count))
    case .linear:
      inputs.queries = engine.activate(queries, .eluPlusOne)
      inputs.keys = engine.activate(keys, .eluPlusOne)
      return run(Self.all(count))
    case .neighbourhood: return run(Self.nearest(count, neighbours))
    case .axial:
      precondition(count % frames == 0, "a grid of whole rows")
      let agents = count / frames
      inputs.values = run(Self.grid(count) { row in Self.line(row % agents, count, agents) })
      return run(
        Self.grid(count) { row in
          Self.line(row / agents * agents, row / agents * agents + agents)
        })
    }
  }

  /// One list that all rows share.
  private static func all(_ count: Int) -> EdgeLists {
    var lists = EdgeLists(fan: max(1, count))
    guard count > 0 else { return lists }
    lists.sources = (0..<count).map { Int32($0) }
    lists.endList()
    return lists
  }

  private static func nearest(_ count: Int, _ neighbours: Int) -> EdgeLists {
    let size = min(count, neighbours)
    return grid(count) { row in
      let first = min(max(0, row - size / 2), count - size)
      return line(first, first + size)
    }
  }

  private static func grid(_ count: Int, _ sources: (Int) -> StrideTo<Int32>) -> EdgeLists {
    var lists = EdgeLists()
    for row in 0..<count {
      lists.sources += sources(row)
      lists.endList()
    }
    return lists
  }

  private static func line(_ first: Int, _ end: Int, _ step: Int = 1) -> StrideTo<Int32> {
    stride(from: Int32(first), to: Int32(end), by: Int(step))
  }
}
