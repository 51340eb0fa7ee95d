/// How rows gather from the rows that they attend to: one option of every attention layer.
///
/// In a network whose edges carry features of their own (`AttentionLayer`), what a row gathers
/// depends on nothing but its own list of edges, whose sums run in the list's order. So a stream
/// that keeps the keys and values of earlier frames gives the bits of the whole history with every
/// kind.
/// (Linear attention is often run as one sum over all that was ever seen; such a sum cannot forget
/// what leaves a window without other roundings than a fresh one, so here it is summed anew.)
public enum AttentionKind: String, CaseIterable, Hashable, Sendable {
  /// Weights are the softmax of scaled products of queries and keys (Vaswani et al., "Attention is
  /// all you need", arXiv 1706.03762).
  case softmax
  /// Weights are products of queries and keys after a feature map, elu(x) + 1, over their sum
  /// (Katharopoulos et al., "Transformers are RNNs", arXiv 2006.16236). Rows that all attend to the
  /// same ones share one matrix of sums, so the cost grows with their number, not with its square.
  /// There are no weights of pairs then, of which a training could leave some out (`Dropout`).
  case linear
  /// A few tokens, pooled from the queries, gather for all rows by softmax, and the rows gather
  /// from the tokens by softmax (Han et al., "Agent attention", arXiv 2312.08874; its biases and
  /// its convolution of values are left out).
  ///
  /// In `AttentionLayer` it applies to rows that share their list of edges and its sources; a row
  /// with a list of its own would be its own token, and gathers by softmax.
  case agent
  /// Softmax over the nearest few alone (Hassani et al., "Neighborhood attention transformer",
  /// arXiv 2204.07143). Who is near is for who makes the lists to say.
  case neighbourhood
  /// Softmax along one axis of a grid of time and agents after the other (Ho et al., "Axial
  /// attention in multidimensional transformers", arXiv 1912.12180).
  case axial
}

extension TensorEngine {
  /// Attention of rows of one kind: sums over each row's list of edges.
  ///
  /// With the kind `linear`, queries, keys, queries of edges and features of edges are those after
  /// the feature map.
  ///
  /// - Parameters:
  ///   - collecting: brings sums of edge features to the width of the rows, if edges have features.
  ///   - tokens: with the kind `agent`, so many stand for the rows of a list.
  mutating func gathered(
    _ kind: AttentionKind, _ inputs: AttentionInputs<Value>, _ lists: EdgeLists,
    part: Range<Int>, collecting: HeadMatrix?, tokens: Int,
    tokenQueries: (inout Self, Value) -> Value? = { _, _ in nil }
  ) -> Value {
    var inputs = inputs
    inputs.isLinear = kind == .linear
    guard kind == .agent, lists.fan > tokens, lists.sourceFan == 1 else {
      return sums(inputs, lists, part: part, collecting: collecting)
    }
    // The queries of a list's rows are pooled to tokens, in order, as many rows each as may be.
    let fan = lists.fan
    let (rows, width) = (tensor(inputs.queries).rows, tensor(inputs.queries).width)
    precondition(rows % fan == 0, "rows of whole lists")
    let groups = rows / fan
    var sizes = [Int](repeating: 0, count: tokens)
    for member in 0..<fan { sizes[member * tokens / fan] += 1 }
    var pooled = scatterAdd(
      inputs.queries,
      (0..<rows).map { Int32($0 / fan * tokens + $0 % fan * tokens / fan) },
      count: groups * tokens)
    pooled = scaleColumns(
      reshape(pooled, [groups, tokens * width]),
      by: (0..<tokens * width).map { 1 / Float(sizes[$0 / width]) })
    pooled = reshape(pooled, [groups * tokens, width])
    // They gather from the list for all of its rows …
    var ofTokens = inputs
    ofTokens.queries = pooled
    func named(_ part: String) -> String { inputs.layer.isEmpty ? "" : inputs.layer + part }
    ofTokens.layer = named(AttentionWatch.ofTokens)
    if let edge = inputs.edge {
      guard let queries = tokenQueries(&self, pooled) else {
        preconditionFailure("tokens ask for features of edges too")
      }
      ofTokens.edge = (queries, edge.features)
    }
    var shared = lists
    shared.fan = tokens
    let taken = sums(ofTokens, shared, part: part, collecting: collecting)
    // … which gather from the tokens.
    var keys = pooled
    if groups < part.count {
      keys = gather(pooled, (0..<part.count * tokens).map { Int32($0 % (groups * tokens)) })
    }
    // (There are lists of other parts too, so that who watches finds each in its place.)
    var broadcast = EdgeLists(fan: fan)
    for list in 0..<lists.count {
      let first = part.contains(list) ? (list - part.lowerBound) * tokens : 0
      for token in 0..<tokens { broadcast.sources.append(Int32(first + token)) }
      broadcast.endList()
    }
    let result = attend(
      AttentionInputs(
        queries: inputs.queries, keys: keys, values: taken, edge: nil, heads: inputs.heads,
        layer: named(AttentionWatch.fromTokens)),
      broadcast, part: part)
    return result.0
  }

  private mutating func sums(
    _ inputs: AttentionInputs<Value>, _ lists: EdgeLists, part: Range<Int>,
    collecting: HeadMatrix?
  ) -> Value {
    let (sums, edgeSums) = attend(inputs, lists, part: part)
    guard let collecting, let edgeSums else { return sums }
    return add(sums, collect(edgeSums, collecting))
  }
}
