/// Multi-head attention along edges, with features of edges, and a feed-forward network after it.
///
/// Sources and targets are normalised first, and the skip carries the normalised target. There is
/// no projection after the heads. An edge's key and value are those of its source plus linear maps
/// of the edge's normalised features; as these are linear, the key part is moved to the query
/// (`project`) and the value part behind the weighted sum (`collect`), which saves a matrix
/// product per edge. Shifts of all scores of a target alike do not matter to a softmax and are left
/// out; the norm's scale and shift of features are folded into the two maps.
///
/// Rows gather by an `AttentionKind`. With the kind `linear` the score of an edge is the product of
/// query and key plus that of the query's part for edges and the features, all four after the
/// feature map, so that it is never negative.
public struct AttentionLayer<Engine: TensorEngine> {
  /// Keys and values of sources.
  public struct Sources {
    /// Keys, [sources, heads * width].
    public var keys: Engine.Value
    /// Values, [sources, heads * width].
    public var values: Engine.Value

    /// Keys and values from elsewhere, e.g. kept from earlier frames.
    public init(keys: Engine.Value, values: Engine.Value) {
      self.keys = keys
      self.values = values
    }
  }

  /// What its parameters' names begin with.
  let name: String
  let heads: Int
  let kind: AttentionKind
  /// Of the kind `agent`.
  let tokens: Int
  let sourceNorm: LayerNorm<Engine>
  /// Nil if targets are sources.
  let targetNorm: LayerNorm<Engine>?
  let query: Linear<Engine>, key: Linear<Engine>, value: Linear<Engine>
  let edge: (key: Engine.HeadMatrix, value: Engine.HeadMatrix)?
  let forwardNorm: LayerNorm<Engine>
  let widening: Linear<Engine>, narrowing: Linear<Engine>

  /// The layer whose parameters' names begin with `name`.
  ///
  /// - Parameters:
  ///   - crossing: whether targets are of another kind than sources, with a norm of their own.
  ///   - hasEdges: whether edges have features.
  ///   - kind: how rows gather.
  ///   - tokens: with the kind `agent`, so many stand for the rows of a list.
  public init(
    _ engine: inout Engine, _ name: String, heads: Int, crossing: Bool, hasEdges: Bool,
    kind: AttentionKind = .softmax, tokens: Int = 1
  ) {
    self.name = name
    self.heads = heads
    self.kind = kind
    self.tokens = tokens
    sourceNorm = LayerNorm(&engine, name + ".mha_prenorm_src")
    targetNorm = crossing ? LayerNorm(&engine, name + ".mha_prenorm_dst") : nil
    query = Linear(&engine, name + ".q")
    key = Linear(&engine, name + ".k")
    let plain = Linear(&engine, name + ".v")
    if hasEdges {
      let norm = name + ".mha_prenorm_edge"
      edge = (
        engine.headMatrix(name + ".edge_k.weight", scale: norm + ".weight", heads: heads),
        engine.headMatrix(name + ".edge_v.weight", scale: norm + ".weight", heads: heads)
      )
      let ofEdges = Linear(&engine, name + ".edge_v")
      let shift = ofEdges(&engine, engine.parameter(norm + ".bias"))
      value = Linear(weight: plain.weight, bias: engine.add(plain.bias, shift))
    } else {
      edge = nil
      value = plain
    }
    forwardNorm = LayerNorm(&engine, name + ".ffn_prenorm")
    widening = Linear(&engine, name + ".ffn.0")
    narrowing = Linear(&engine, name + ".ffn.3")
  }

  /// Keys and values of sources of another kind than the targets.
  public func sources(_ engine: inout Engine, _ x: Engine.Value) -> Sources {
    keysAndValues(&engine, sourceNorm(&engine, x))
  }

  private func keysAndValues(_ engine: inout Engine, _ normal: Engine.Value) -> Sources {
    let keys = key(&engine, normal)
    return Sources(
      keys: kind == .linear ? engine.activate(keys, .eluPlusOne) : keys,
      values: value(&engine, normal))
  }

  /// Targets that attend to sources of another kind.
  ///
  /// - Parameters:
  ///   - x: the targets [rows, width]; fewer rows than `lists` has repeat.
  ///   - features: edges' features, each row normalised to mean 0 and variance 1; with the kind
  ///     `linear`, after the feature map.
  public func crossing(
    _ engine: inout Engine, to x: Engine.Value, from sources: Sources, features: Engine.Value?,
    _ lists: EdgeLists
  ) -> Engine.Value {
    guard let targetNorm else { preconditionFailure("a layer of one kind of rows") }
    return attended(&engine, targetNorm(&engine, x), sources, features, lists)
  }

  /// Targets that attend to rows of their own kind.
  ///
  /// - Parameter kept: takes keys and values of `x` and returns those that `lists` points into; nil
  ///   if these are the same.
  public func amongThemselves(
    _ engine: inout Engine, _ x: Engine.Value, features: Engine.Value?, _ lists: EdgeLists,
    kept: ((Sources) -> Sources)? = nil
  ) -> Engine.Value {
    precondition(targetNorm == nil, "a layer of two kinds of rows")
    let normal = sourceNorm(&engine, x)
    var sources = keysAndValues(&engine, normal)
    if let kept { sources = kept(sources) }
    return attended(&engine, normal, sources, features, lists)
  }

  private func attended(
    _ engine: inout Engine, _ normal: Engine.Value, _ sources: Sources,
    _ features: Engine.Value?, _ lists: EdgeLists
  ) -> Engine.Value {
    precondition((edge == nil) == (features == nil), "features of edges where they have some")
    return engine.byLists(lists, normal) { engine, normal, part in
      func mapped(_ engine: inout Engine, _ x: Engine.Value) -> Engine.Value {
        kind == .linear ? engine.activate(x, .eluPlusOne) : x
      }
      let queries = query(&engine, normal)
      var inputs = AttentionInputs(
        queries: mapped(&engine, queries), keys: sources.keys, values: sources.values, edge: nil,
        heads: heads, layer: name)
      if let edge, let features {
        inputs.edge = (mapped(&engine, engine.project(queries, edge.key)), features)
      }
      var z = engine.gathered(
        kind, inputs, lists, part: part, collecting: edge?.value, tokens: tokens
      ) { engine, pooled in
        guard let edge else { return nil }
        return engine.project(pooled, edge.key)
      }
      z = engine.add(z, normal)
      let hidden = engine.dropped(widening(&engine, forwardNorm(&engine, z), clamped: true))
      return engine.add(z, narrowing(&engine, hidden))
    }
  }
}
