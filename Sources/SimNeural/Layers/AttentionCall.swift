import CKernels

/// Runs the attention kernels on tensors.
struct AttentionCall {
  var lists: EdgeLists
  /// The lists that attend.
  var part: Range<Int>
  var queries: Tensor, keys: Tensor, values: Tensor
  var edgeQueries: Tensor?, edgeFeatures: Tensor?
  var heads: Int

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

  /// Calls `body` with the kernel's view of the inputs.
  private func withEdges(_ body: (UnsafePointer<ck_edges>) -> Void) {
    // Addresses of these arrays hold until the closures return.
    lists.offsets.withUnsafeBufferPointer { offsets in
      lists.sources.withUnsafeBufferPointer { sources in
        queries.values.withUnsafeBufferPointer { q in
          keys.values.withUnsafeBufferPointer { k in
            values.values.withUnsafeBufferPointer { v in
              (edgeQueries?.values ?? []).withUnsafeBufferPointer { u in
                (edgeFeatures?.values ?? []).withUnsafeBufferPointer { e in
                  let width = queries.width / heads
                  var edges = ck_edges()
                  edges.nodes = nodes
                  edges.fan = lists.fan
                  edges.source_fan = lists.sourceFan
                  edges.heads = heads
                  edges.head_width = width
                  edges.edge_width = edgeWidth
                  edges.query_period = queries.rows
                  edges.scale = 1 / Float(width).squareRoot()
                  edges.offsets = offsets.baseAddress.map { $0 + part.lowerBound }
                  edges.source = sources.baseAddress
                  edges.q = q.baseAddress
                  edges.k = k.baseAddress
                  edges.v = v.baseAddress
                  edges.u = u.baseAddress
                  edges.e = e.baseAddress
                  body(&edges)
                }
              }
            }
          }
        }
      }
    }
  }

  /// Weighted sums of values and of edge features, and the weights if asked for: with room for those
  /// of all lists, 0 for lists that do not attend.
  func forward(
    _ variant: KernelVariant, keepingWeights: Bool
  ) -> (out: Tensor, edgeOut: Tensor?, weights: [Float]) {
    let weightCount = keepingWeights ? lists.edges * lists.fan * heads : 0
    var weights = [Float](repeating: 0, count: weightCount)
    var scratch = [Float](repeating: 0, count: max(1, heads * lists.longest(part)))
    var edgeOut: Tensor?
    if edgeWidth > 0 {
      edgeOut = Tensor([nodes, heads, edgeWidth]) { _ in }
    }
    let out = Tensor([nodes, queries.width]) { out in
      withEdges { edges in
        func run(_ edgeOut: UnsafeMutablePointer<Float>?) {
          weights.withUnsafeMutableBufferPointer { weights in
            ck_attention(
              variant.rawValue, edges, out, edgeOut,
              keepingWeights ? weights.baseAddress : nil, &scratch)
          }
        }
        if edgeOut != nil {
          edgeOut?.values.withUnsafeMutableBufferPointer { run($0.baseAddress) }
        } else {
          run(nil)
        }
      }
    }
    return (out, edgeOut, weights)
  }

  /// Gradients of all inputs.
  struct Slopes {
    var queries: [Float], keys: [Float], values: [Float]
    var edgeQueries: [Float], edgeFeatures: [Float]
  }

  /// Gradients of the inputs from those of the results; a missing one counts as 0.
  func backward(
    _ variant: KernelVariant, weights: [Float], out: Tensor?, edgeOut: Tensor?
  ) -> Slopes {
    func zeros(_ tensor: Tensor?) -> [Float] {
      [Float](repeating: 0, count: tensor?.values.count ?? 0)
    }
    var slopes = Slopes(
      queries: zeros(queries), keys: zeros(keys), values: zeros(values),
      edgeQueries: zeros(edgeQueries), edgeFeatures: zeros(edgeFeatures))
    let out = out?.values ?? [Float](repeating: 0, count: nodes * queries.width)
    let edgeOut =
      edgeOut?.values ?? [Float](repeating: 0, count: nodes * heads * edgeWidth)
    var scratch = [Float](repeating: 0, count: max(1, heads * lists.longest(part)))
    withEdges { edges in
      ck_attention_backward(
        variant.rawValue, edges, weights, out, edgeOut, &slopes.queries, &slopes.keys,
        &slopes.values, &slopes.edgeQueries, &slopes.edgeFeatures, &scratch)
    }
    return slopes
  }
}
