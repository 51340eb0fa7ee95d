/// The layers of an HPNet in an engine's hands.
public struct HPNetModel<Engine: TensorEngine> {
  /// Sizes and rules.
  public let configuration: HPNetConfiguration
  /// Sees intermediate values under the names of the official code's modules, for tests.
  var probe: ((String, Engine.Value) -> Void)?

  /// Whether gradients flow from the probabilities into the layers before them; the published form
  /// learns its probabilities beside the trajectories.
  public var learnsFromProbabilities = false

  let pieceEmbedding: MLP<Engine>, laneEmbedding: MLP<Engine>
  let pieceEdges: MLP<Engine>, laneEdges: MLP<Engine>
  let pieceToLane: AttentionLayer<Engine>, laneToLane: AttentionLayer<Engine>
  /// Along the axis of agents; nil but with the kind `axial`.
  let agentAxis: AttentionLayer<Engine>?
  let modeTable: Engine.Value
  let agentEmbedding: MLP<Engine>
  let edges: EdgeEmbeddings
  let stages: [Stage]
  let proposing: MLP<Engine>, anchoring: MLP<Engine>, refining: MLP<Engine>
  let weighing: MLP<Engine>?

  /// Networks that embed features of edges, shared by both stages.
  struct EdgeEmbeddings {
    let history: MLP<Engine>, lanes: MLP<Engine>
    let others: MLP<Engine>, modes: MLP<Engine>
    /// Nil if earlier forecasts are not attended to.
    let predictions: MLP<Engine>?
  }

  /// The attention layers of one stage.
  struct Stage {
    let history: AttentionLayer<Engine>, lanes: AttentionLayer<Engine>
    let others: [AttentionLayer<Engine>], predictions: [AttentionLayer<Engine>]
    let modes: [AttentionLayer<Engine>]
    let names: (context: String, rounds: String)
  }

  var isArgoverse: Bool { configuration.variant == .argoverse }
  var pieceName: String { isArgoverse ? "c" : "p" }

  /// A model whose parameters an engine holds.
  ///
  /// - Precondition: the engine has all of `configuration.parameters`, with their shapes.
  public init(_ engine: inout Engine, _ configuration: HPNetConfiguration) {
    self.configuration = configuration
    let piece = configuration.variant == .argoverse ? "c" : "p"
    let heads = configuration.heads
    let (kind, tokens) = (configuration.attention, configuration.attentionTokens)
    pieceEmbedding = MLP(&engine, "MapEncoder.\(piece)_emb_layer")
    laneEmbedding = MLP(&engine, "MapEncoder.l_emb_layer")
    pieceEdges = MLP(&engine, "MapEncoder.\(piece)2l_emb_layer")
    laneEdges = MLP(&engine, "MapEncoder.l2l_emb_layer")
    pieceToLane = AttentionLayer(
      &engine, "MapEncoder.\(piece)2l_attn_layer", heads: heads, crossing: true,
      hasEdges: true, kind: kind, tokens: tokens)
    laneToLane = AttentionLayer(
      &engine, "MapEncoder.l2l_attn_layer", heads: heads, crossing: false,
      hasEdges: true, kind: kind, tokens: tokens)
    agentAxis =
      kind == .axial
      ? AttentionLayer(
        &engine, HPNetConfiguration.agentAxisName, heads: heads, crossing: false, hasEdges: true)
      : nil
    modeTable = engine.parameter("Backbone.mode_tokens.weight")
    agentEmbedding = MLP(&engine, "Backbone.a_emb_layer")
    edges = EdgeEmbeddings(
      history: MLP(&engine, "Backbone.t2m_emb_layer"),
      lanes: MLP(&engine, "Backbone.l2m_emb_layer"),
      others: MLP(&engine, "Backbone.m2m_a_emb_layer"),
      modes: MLP(&engine, "Backbone.m2m_s_emb_layer"),
      predictions: configuration.attendsToPredictions
        ? MLP(&engine, "Backbone.m2m_h_emb_layer") : nil)
    var stages: [Stage] = []
    for stage in ["m", "n"] {
      func layer(_ name: String, crossing: Bool, hasEdges: Bool) -> AttentionLayer<Engine> {
        AttentionLayer(
          &engine, "Backbone." + name, heads: heads, crossing: crossing,
          hasEdges: hasEdges, kind: kind, tokens: tokens)
      }
      func rounds(_ kind: String) -> [AttentionLayer<Engine>] {
        (0..<configuration.layers).map {
          layer(
            "\(stage)2\(stage)_\(kind)_attn_layers.\($0)", crossing: false,
            hasEdges: stage == "n" || kind != "s")
        }
      }
      stages.append(
        Stage(
          history: layer("t2\(stage)_attn_layer", crossing: true, hasEdges: true),
          lanes: layer("l2\(stage)_attn_layer", crossing: true, hasEdges: true),
          others: rounds("a"),
          predictions: configuration.attendsToPredictions ? rounds("h") : [],
          modes: rounds("s"),
          names: (stage, "\(stage)2\(stage)")))
    }
    self.stages = stages
    proposing = MLP(&engine, "Backbone.traj_propose")
    anchoring = MLP(&engine, "Backbone.proposal_to_anchor")
    refining = MLP(&engine, "Backbone.traj_refine")
    weighing =
      configuration.hasProbabilities ? MLP(&engine, "Backbone.prob_decoder") : nil
  }

  /// Features of edges, embedded and normalised row by row; scale and shift belong to each layer.
  /// For linear attention they are those after the feature map.
  func embedded(
    _ engine: inout Engine, _ network: MLP<Engine>, _ edges: FeaturedEdges, _ name: String
  ) -> Engine.Value {
    let inputs = engine.constant(edges.tensor)
    if let probe { probe("mlp." + name, network(&engine, inputs)) }
    return engine.byRows(inputs, width: configuration.width) { engine, inputs in
      let normal = engine.layerNorm(network(&engine, inputs), scale: nil, shift: nil)
      return configuration.attention == .linear ? engine.activate(normal, .eluPlusOne) : normal
    }
  }

  /// The map's lanes, [lanes, width]: once per map.
  public func encode(_ engine: inout Engine, _ map: HPNetMap) -> Engine.Value {
    let lengths = Tensor([map.pieces.count, 1], map.pieceLengths)
    let pieces = pieceEmbedding(&engine, engine.constant(lengths))
    probe?("mlp.MapEncoder.\(pieceName)_emb_layer.call0.out", pieces)
    let features = Tensor([map.lanes.count, configuration.laneFeatures], map.laneFeatures)
    var lanes = laneEmbedding(&engine, engine.constant(features))
    probe?("mlp.MapEncoder.l_emb_layer.call0.out", lanes)
    let toLanes = map.pieceEdges(configuration)
    lanes = pieceToLane.crossing(
      &engine, to: lanes, from: pieceToLane.sources(&engine, pieces),
      features: embedded(
        &engine, pieceEdges, toLanes, "MapEncoder.\(pieceName)2l_emb_layer.call0.out"),
      toLanes.lists)
    probe?("attn.MapEncoder.\(pieceName)2l_attn_layer.out", lanes)
    let between = map.laneEdges(configuration)
    lanes = laneToLane.amongThemselves(
      &engine, lanes,
      features: embedded(&engine, laneEdges, between, "MapEncoder.l2l_emb_layer.call0.out"),
      between.lists)
    probe?("attn.MapEncoder.l2l_attn_layer.out", lanes)
    return lanes
  }

  /// Agents in frames, [frames * agents, width].
  func embedAgents(_ engine: inout Engine, _ frames: [HPNetFrame]) -> Engine.Value {
    let rows = frames.reduce(0) { $0 + $1.agents }
    let features = Tensor([rows, configuration.agentFeatures], frames.flatMap(\.features))
    let agents = agentEmbedding(&engine, engine.constant(features))
    probe?("mlp.Backbone.a_emb_layer.call0.out", agents)
    return agents
  }

  /// The agents of the frames of `edges`, of which each gathers from the others of its frame, where
  /// the network does that.
  func alongAgents(
    _ engine: inout Engine, _ agents: Engine.Value, _ edges: HPNetEdges
  ) -> Engine.Value {
    guard let agentAxis else { return agents }
    let others = edges.agentAxis()
    return agentAxis.amongThemselves(
      &engine, agents, features: embedded(&engine, self.edges.others, others, "agent axis"),
      others.lists)
  }
}
