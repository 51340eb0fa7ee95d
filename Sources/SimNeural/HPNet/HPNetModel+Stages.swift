import SimCore
import SimGeometry

/// Forecasts of every frame, agent and mode of a batch; rows are ordered by frame, agent, mode.
public struct HPNetForecasts<Value> {
  /// Points of the first stage, [rows, 2 * future frames], in the global frame (x, y by step).
  public var proposals: Value
  /// Points of the second stage, likewise.
  public var trajectories: Value
  /// Weights of modes before the softmax, [frames * agents, modes]; nil in the joint form.
  public var logits: Value?
}

/// What a batch of frames attends to beside itself.
struct HPNetContext<Engine: TensorEngine> {
  typealias Sources = AttentionLayer<Engine>.Sources

  /// Keys and values of agents in frames (a row per place in the ring and agent), for each stage.
  var history: [Sources]
  /// Keys and values of lanes, for each stage.
  var lanes: [Sources]
  /// Takes keys and values of this batch's forecasts (stage, layer) and returns those of the ring;
  /// nil if the batch is the ring.
  var predictions: ((_ stage: Int, _ layer: Int, Sources) -> Sources)?
}

extension HPNetModel {
  /// Both stages for the frames of `edges`.
  ///
  /// - Parameters:
  ///   - edges: receives the anchors of its frames.
  ///   - keepsAnchors: called with the anchors of the frames' nodes before they are used; returns
  ///     those of the ring.
  func forecasts(
    _ engine: inout Engine, _ edges: inout HPNetEdges, _ map: HPNetMap,
    _ context: HPNetContext<Engine>, keptAnchors: ([Pose2]) -> [Pose2]
  ) -> HPNetForecasts<Engine.Value> {
    let rows = edges.rows
    let poses = edges.agentPoses
    var y = stage(&engine, 0, modeTable, edges, map, context)
    var proposals = proposing(&engine, y)
    probe?("mlp.Backbone.traj_propose.call0.out", proposals)
    if configuration.addsMotion {
      let motion = Tensor([rows, 2 * configuration.futureFrames], edges.motion)
      proposals = engine.add(
        engine.scaleColumns(proposals, by: configuration.forecastScale), engine.constant(motion))
    }

    let anchored = Anchored(engine.tensor(proposals), poses, configuration)
    edges.anchors = keptAnchors(anchored.poses)
    let local = engine.constant(Tensor([rows, 2 * configuration.futureFrames], anchored.points))
    let query = anchoring(&engine, local)
    probe?("mlp.Backbone.proposal_to_anchor.call0.in", local)
    probe?("mlp.Backbone.proposal_to_anchor.call0.out", query)
    y = stage(&engine, 1, query, edges, map, context)
    var corrections = refining(&engine, y)
    probe?("mlp.Backbone.traj_refine.call0.out", corrections)
    if configuration.addsMotion {
      corrections = engine.scaleColumns(corrections, by: configuration.forecastScale)
    }
    var forecasts = HPNetForecasts(
      proposals: engine.place(proposals, at: poses),
      trajectories: engine.place(engine.add(corrections, local), at: anchored.poses))
    if let weighing {
      // In the published form no gradient flows from the probabilities into the trajectories.
      let logits = weighing(
        &engine, learnsFromProbabilities ? y : engine.constant(engine.tensor(y)))
      probe?("mlp.Backbone.prob_decoder.call0.out", logits)
      forecasts.logits = engine.reshape(logits, [rows / configuration.modes, configuration.modes])
    }
    return forecasts
  }

  private func stage(
    _ engine: inout Engine, _ number: Int, _ query: Engine.Value, _ edges: HPNetEdges,
    _ map: HPNetMap, _ context: HPNetContext<Engine>
  ) -> Engine.Value {
    let stage = stages[number]
    let anchored = number == 1
    let embeddings = self.edges
    func features(_ edges: FeaturedEdges, _ network: MLP<Engine>, _ name: String) -> Engine.Value {
      embedded(&engine, network, edges, "Backbone.\(name)_emb_layer.call\(number).out")
    }
    let history = edges.history(anchored: anchored)
    let fromHistory = stage.history.crossing(
      &engine, to: query, from: context.history[number],
      features: features(history, embeddings.history, "t2m"), history.lists)
    probe?("attn.Backbone.t2\(stage.names.context)_attn_layer.out", fromHistory)
    let lanes = edges.lanes(map, anchored: anchored)
    let fromLanes = stage.lanes.crossing(
      &engine, to: query, from: context.lanes[number],
      features: features(lanes, embeddings.lanes, "l2m"), lanes.lists)
    probe?("attn.Backbone.l2\(stage.names.context)_attn_layer.out", fromLanes)
    var y = engine.add(fromHistory, fromLanes)

    let others = edges.others(anchored: anchored)
    let predictions =
      embeddings.predictions == nil ? nil : edges.predictions(anchored: anchored)
    let modes = edges.modes(anchored: anchored)
    let ofOthers = features(others, embeddings.others, "m2m_a")
    let ofPredictions = predictions.flatMap { predictions in
      embeddings.predictions.map { features(predictions, $0, "m2m_h") }
    }
    let ofModes =
      anchored
      ? embedded(&engine, embeddings.modes, modes, "Backbone.m2m_s_emb_layer.call0.out") : nil
    for layer in 0..<configuration.layers {
      let name = "attn.Backbone.\(stage.names.rounds)"
      y = stage.others[layer].amongThemselves(
        &engine, y, features: ofOthers, others.lists)
      probe?("\(name)_a_attn_layers.\(layer).out", y)
      if let predictions {
        y = stage.predictions[layer].amongThemselves(
          &engine, y, features: ofPredictions, predictions.lists,
          kept: context.predictions.map { kept in { kept(number, layer, $0) } })
        probe?("\(name)_h_attn_layers.\(layer).out", y)
      }
      y = stage.modes[layer].amongThemselves(&engine, y, features: ofModes, modes.lists)
      probe?("\(name)_s_attn_layers.\(layer).out", y)
    }
    return y
  }

  /// All frames of a scene's history at once, as the official code does it.
  public func forecasts(
    _ engine: inout Engine, _ scene: HPNetScene
  ) -> HPNetForecasts<Engine.Value> {
    let lanes = encode(&engine, scene.map)
    var edges = HPNetEdges(
      configuration: configuration, ring: scene.frames, frames: 0..<scene.frames.count)
    let agents = alongAgents(&engine, embedAgents(&engine, scene.frames), edges)
    let context = HPNetContext<Engine>(
      history: stages.map { $0.history.sources(&engine, agents) },
      lanes: stages.map { $0.lanes.sources(&engine, lanes) }, predictions: nil)
    return forecasts(&engine, &edges, scene.map, context) { $0 }
  }
}

/// First-stage trajectories as the second stage sees them: each in the frame of its middle point.
struct Anchored {
  /// The middle points with the direction of motion there, in the global frame.
  var poses: [Pose2] = []
  /// All points in those frames, row by row.
  var points: [Float] = []

  /// - Parameters:
  ///   - proposals: points in the frames of `poses`, [rows, 2 * future frames].
  init(_ proposals: Tensor, _ poses: [Pose2], _ configuration: HPNetConfiguration) {
    let step = configuration.anchorStep
    let slow = configuration.anchorSpeed * configuration.frameStep
    points.reserveCapacity(proposals.values.count)
    self.poses.reserveCapacity(poses.count)
    proposals.values.withUnsafeBufferPointer { values in
      for (row, pose) in poses.enumerated() {
        let first = row * proposals.width
        func point(_ i: Int) -> Vector2 {
          Vector2(Double(values[first + 2 * i]), Double(values[first + 2 * i + 1]))
        }
        let middle = point(step)
        let motion = middle - point(step - 1) + Vector2(slow, 0)
        // A forecast that stands still has the direction of its pose.
        let heading = motion == .zero ? 0 : ExactMath.atan2(motion.y, motion.x)
        let turn = Turn(heading)
        for i in 0..<configuration.futureFrames {
          let local = turn.undo(point(i) - middle)
          points.append(Float(local.x))
          points.append(Float(local.y))
        }
        let global = pose.position + Turn(pose.heading).apply(middle)
        self.poses.append(Pose2(global, heading: pose.heading + heading))
      }
    }
  }
}

/// A rotation of the plane.
struct Turn {
  var cosine: Double, sine: Double

  init(_ angle: Double) { (sine, cosine) = ExactMath.sinCos(angle) }

  @inline(__always) func apply(_ v: Vector2) -> Vector2 {
    Vector2(cosine * v.x - sine * v.y, sine * v.x + cosine * v.y)
  }

  @inline(__always) func undo(_ v: Vector2) -> Vector2 {
    Vector2(cosine * v.x + sine * v.y, cosine * v.y - sine * v.x)
  }
}
