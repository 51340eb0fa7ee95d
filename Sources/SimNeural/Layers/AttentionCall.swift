import CKernels

/// Runs the attention kernels, softmax or linear, on tensors.
struct AttentionCall {
  var lists: EdgeLists
  /// The lists that attend.
  var part: Range<Int>
  var queries: Tensor, keys: Tensor, values: Tensor
  var edgeQueries: Tensor?, edgeFeatures: Tensor?
  var heads: Int
  /// Weights are scores over their sum.
  var isLinear: Bool

  /// Checks shapes.
  init(_ inputs: AttentionInputs<Tensor>, _ lists: EdgeLists, part: Range<Int>) {
    self.lists = lists
    self.part = part
    precondition(part.lowerBound >= 0 && part.upperBound <= lists.count, "a part of the lists")
    queries = inputs.queries
    keys = inputs.keys
    values = inputs.values
    edgeQueries = inputs.edge?.queries
    edgeFeatures = inputs.edge?.features
    heads = inputs.heads
    isLinear = inputs.isLinear
    let width = queries.width
    precondition(width % heads == 0 && keys.width == width && values.width == width)
    precondition(lists.leastSource(part) >= 0, "sources are rows of keys")
    precondition(lists.sourceEnd(part) <= min(keys.rows, values.rows), "sources are rows of keys")
    precondition(
      nodes == 0 || queries.rows > 0 && nodes % queries.rows == 0,
      "queries repeat evenly")
    if let edgeFeatures, let edgeQueries {
      precondition(edgeFeatures.rows == lists.edges, "a row of features for every edge")
      precondition(edgeQueries.values.count == queries.rows * heads * edgeFeatures.width)
    }
  }

  /// Number of rows that attend.
  var nodes: Int { part.count * lists.fan }

  /// Width of a row of edge features; 0 without them.
  var edgeWidth: Int { edgeFeatures?.width ?? 0 }

  /// Whether rows read one matrix of sums per list: where so many share a list that it pays.
  private var usesStates: Bool {
    isLinear && edgeWidth == 0 && lists.sourceFan == 1 && lists.fan >= 2 * queries.width / heads
      && queries.rows % lists.fan == 0
  }

  /// What a backward pass needs beside the inputs.
  struct Kept {
    /// Weights, list by list, node by node, [heads, edges]; before what is left out.
    var weights: [Float] = []
    /// With linear attention the sums of scores, [nodes, heads].
    var totals: [Float] = []
    /// Factors of the weights; empty: all are 1.
    var keep: [Float] = []
  }

  /// Numbers of weights of all lists.
  var weightCount: Int { usesStates ? 0 : lists.edges * lists.fan * heads }

  /// Calls `body` with the kernel's view of the inputs.
  private func withEdges(
    totals: UnsafeMutablePointer<Float>?, keep: [Float],
    _ body: (UnsafePointer<ck_edges>) -> Void
  ) {
    // Addresses of these arrays hold until the closures return.
    lists.offsets.withUnsafeBufferPointer { offsets in
      lists.sources.withUnsafeBufferPointer { sources in
        queries.values.withUnsafeBufferPointer { q in
          keys.values.withUnsafeBufferPointer { k in
            values.values.withUnsafeBufferPointer { v in
              (edgeQueries?.values ?? []).withUnsafeBufferPointer { u in
                (edgeFeatures?.values ?? []).withUnsafeBufferPointer { e in
                  keep.withUnsafeBufferPointer { keep in
                    let width = queries.width / heads
                    var edges = ck_edges()
                    edges.nodes = nodes
                    edges.fan = lists.fan
                    edges.source_fan = lists.sourceFan
                    edges.heads = heads
                    edges.head_width = width
                    edges.edge_width = edgeWidth
                    edges.query_period = queries.rows
                    edges.scale = isLinear ? 1 : 1 / Float(width).squareRoot()
                    edges.offsets = offsets.baseAddress.map { $0 + part.lowerBound }
                    edges.source = sources.baseAddress
                    edges.q = q.baseAddress
                    edges.k = k.baseAddress
                    edges.v = v.baseAddress
                    edges.u = u.baseAddress
                    edges.e = e.baseAddress
                    edges.linear = isLinear ? 1 : 0
                    edges.totals = totals
                    edges.keep = keep.isEmpty ? nil : keep.baseAddress
                    body(&edges)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Weighted sums of values and of edge features.
  func forward(_ variant: KernelVariant) -> (out: Tensor, edgeOut: Tensor?) {
    if usesStates { return (statesForward(variant), nil) }
    return run(variant, weights: nil, totals: nil, keep: [])
  }

  /// The same, and what a backward pass needs; with room for the weights of all lists, 0 for lists
  /// that do not attend.
  ///
  /// - Parameter keep: factors of weights (`Kept`), e.g. 0 for those that are left out.
  func forward(
    _ variant: KernelVariant, keep: [Float]
  ) -> (out: Tensor, edgeOut: Tensor?, kept: Kept) {
    if usesStates { return (statesForward(variant), nil, Kept()) }
    precondition(keep.isEmpty || keep.count == weightCount, "a factor for every weight")
    var weights = [Float](repeating: 0, count: weightCount)
    var totals = [Float](repeating: 0, count: isLinear ? nodes * heads : 0)
    let result = weights.withUnsafeMutableBufferPointer { weights in
      totals.withUnsafeMutableBufferPointer { totals in
        run(
          variant, weights: weights.baseAddress, totals: isLinear ? totals.baseAddress : nil,
          keep: keep)
      }
    }
    return (result.out, result.edgeOut, Kept(weights: weights, totals: totals, keep: keep))
  }

  private func run(
    _ variant: KernelVariant, weights: UnsafeMutablePointer<Float>?,
    totals: UnsafeMutablePointer<Float>?, keep: [Float]
  ) -> (out: Tensor, edgeOut: Tensor?) {
    var scratch = [Float](repeating: 0, count: max(1, heads * lists.longest(part)))
    var edgeOut: Tensor?
    if edgeWidth > 0 {
      edgeOut = Tensor([nodes, heads, edgeWidth]) { _ in }
    }
    let out = Tensor([nodes, queries.width]) { out in
      withEdges(totals: totals, keep: keep) { edges in
        func run(_ edgeOut: UnsafeMutablePointer<Float>?) {
          ck_attention(variant.rawValue, edges, out, edgeOut, weights, &scratch)
        }
        if edgeOut != nil {
          edgeOut?.values.withUnsafeMutableBufferPointer { run($0.baseAddress) }
        } else {
          run(nil)
        }
      }
    }
    return (out, edgeOut)
  }

  /// The first row of queries of a list.
  private func queryRow(_ list: Int) -> Int {
    (list - part.lowerBound) * lists.fan % queries.rows
  }

  private func statesForward(_ variant: KernelVariant) -> Tensor {
    let width = queries.width
    return Tensor([nodes, width]) { out in
      queries.values.withUnsafeBufferPointer { q in
        guard let q = q.baseAddress else { return }
        for list in part {
          LinearState(self, list: list, variant).forward(
            q + queryRow(list) * width,
            into: out + (list - part.lowerBound) * lists.fan * width)
        }
      }
    }
  }

  private func statesBackward(
    _ variant: KernelVariant, _ out: [Float], into slopes: inout Slopes
  ) {
    let width = queries.width
    for list in part {
      let state = LinearState(self, list: list, variant)
      let first = queryRow(list) * width
      let own = (list - part.lowerBound) * lists.fan * width
      let sources = Array(lists.sources[lists.range(list)])
      let found = queries.values.withUnsafeBufferPointer { q in
        out.withUnsafeBufferPointer { out in
          slopes.queries.withUnsafeMutableBufferPointer { dq -> (keys: Tensor, values: Tensor)? in
            guard let q = q.baseAddress, let out = out.baseAddress, let dq = dq.baseAddress else {
              return nil
            }
            return state.backward(q + first, slopes: out + own, into: dq + first)
          }
        }
      }
      guard let found else { continue }
      ck_scatter_add(
        variant.rawValue, sources.count, width, found.keys.values, sources, &slopes.keys)
      ck_scatter_add(
        variant.rawValue, sources.count, width, found.values.values, sources, &slopes.values)
    }
  }

  /// Gradients of all inputs.
  struct Slopes {
    var queries: [Float], keys: [Float], values: [Float]
    var edgeQueries: [Float], edgeFeatures: [Float]
  }

  /// Gradients of the inputs from those of the results; a missing one counts as 0.
  func backward(
    _ variant: KernelVariant, _ kept: Kept, out: Tensor?, edgeOut: Tensor?
  ) -> Slopes {
    func zeros(_ tensor: Tensor?) -> [Float] {
      [Float](repeating: 0, count: tensor?.values.count ?? 0)
    }
    var slopes = Slopes(
      queries: zeros(queries), keys: zeros(keys), values: zeros(values),
      edgeQueries: zeros(edgeQueries), edgeFeatures: zeros(edgeFeatures))
    let out = out?.values ?? [Float](repeating: 0, count: nodes * queries.width)
    if usesStates {
      statesBackward(variant, out, into: &slopes)
      return slopes
    }
    let edgeOut =
      edgeOut?.values ?? [Float](repeating: 0, count: nodes * heads * edgeWidth)
    var scratch = [Float](repeating: 0, count: max(1, 2 * heads * lists.longest(part)))
    var totals = kept.totals
    totals.withUnsafeMutableBufferPointer { totals in
      withEdges(totals: isLinear ? totals.baseAddress : nil, keep: kept.keep) { edges in
        ck_attention_backward(
          variant.rawValue, edges, kept.weights, out, edgeOut, &slopes.queries, &slopes.keys,
          &slopes.values, &slopes.edgeQueries, &slopes.edgeFeatures, &scratch)
      }
    }
    return slopes
  }
}
