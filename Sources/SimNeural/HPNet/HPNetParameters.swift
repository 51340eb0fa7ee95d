public import SimCore

extension HPNetConfiguration {
  /// What a parameter is, which decides how it starts and whether it decays.
  public enum ParameterKind: Hashable, Sendable {
    /// The weight of a linear layer, [outputs, inputs].
    case linearWeight
    /// The bias of a linear layer.
    case bias
    /// The scale of a layer norm.
    case normScale
    /// The shift of a layer norm.
    case normShift
    /// The table of modes.
    case modeTable
  }

  /// A parameter's name, shape and kind.
  public struct Parameter: Hashable, Sendable {
    /// Its name in a state dictionary of the official code.
    public var name: String
    /// Its dimensions.
    public var shape: [Int]
    /// What it is.
    public var kind: ParameterKind
  }

  /// All parameters, in a fixed order, under the names of the official code.
  public var parameters: [Parameter] {
    var list = ParameterList(width: width)
    let piece = variant == .argoverse ? "c" : "p"
    let steps = 2 * futureFrames
    list.mlp("MapEncoder.\(piece)_emb_layer", 1)
    list.mlp("MapEncoder.l_emb_layer", laneFeatures)
    list.mlp("MapEncoder.\(piece)2l_emb_layer", pieceEdgeFeatures)
    list.mlp("MapEncoder.l2l_emb_layer", poseFeatures + 1 + relations)
    list.attention("MapEncoder.\(piece)2l_attn_layer", crossing: true)
    list.attention("MapEncoder.l2l_attn_layer")
    list.add("Backbone.mode_tokens.weight", [modes, width], .modeTable)
    list.mlp("Backbone.a_emb_layer", agentFeatures)
    // Lags of time follow poses where frames differ.
    for (kind, lags) in [("t2m", 1), ("l2m", 0), ("m2m_h", 1), ("m2m_a", 0), ("m2m_s", 0)]
    where attendsToPredictions || kind != "m2m_h" {
      list.mlp("Backbone.\(kind)_emb_layer", poseFeatures + lags)
    }
    for stage in ["m", "n"] {
      list.attention("Backbone.t2\(stage)_attn_layer", crossing: true)
      list.attention("Backbone.l2\(stage)_attn_layer", crossing: true)
      for kind in ["a", "h", "s"] where attendsToPredictions || kind != "h" {
        for layer in 0..<layers {
          list.attention(
            "Backbone.\(stage)2\(stage)_\(kind)_attn_layers.\(layer)",
            hasEdges: stage == "n" || kind != "s")
        }
      }
    }
    list.mlp("Backbone.traj_propose", width, steps)
    list.mlp("Backbone.proposal_to_anchor", steps)
    list.mlp("Backbone.traj_refine", width, steps)
    if hasProbabilities { list.mlp("Backbone.prob_decoder", width, 1) }
    if attention == .axial { list.attention(HPNetConfiguration.agentAxisName) }
    return list.parameters
  }
}

extension HPNetConfiguration {
  /// Of the layer along the axis of agents.
  static let agentAxisName = "Backbone.a2a_attn_layer"

  private static let purpose = RandomPurpose("hpnet.weights")

  /// Parameters as training starts from them: Xavier's uniform for linear weights, 0 for biases and
  /// shifts, 1 for scales, and a table of modes with standard deviation 0.02.
  ///
  /// - Parameter quiet: layers that attend to earlier forecasts begin with 0 in all that they add
  ///   to what they are given.
  public func initialWeights(seed: UInt64, quiet: Bool = false) -> WeightTable {
    let random = CounterRandom(seed: seed)
    var table = WeightTable()
    for parameter in parameters {
      let stream = StableHash.of(parameter.name)
      let values = (0..<parameter.shape.reduce(1, *)).map { i -> Float in
        func uniform(_ bound: Double) -> Float {
          Float(
            random.uniform(Self.purpose, in: -bound...bound, stream: stream, tick: 0, index: i))
        }
        switch parameter.kind {
        case .linearWeight where quiet && Self.addsPredictions(parameter.name): return 0
        case .linearWeight:
          return uniform((6 / Double(parameter.shape[0] + parameter.shape[1])).squareRoot())
        case .bias, .normShift: return 0
        case .normScale: return 1
        case .modeTable:
          return Float(
            0.02 * random.normal(Self.purpose, stream: stream, tick: 0, index: i))
        }
      }
      table[parameter.name] = Tensor(parameter.shape, values)
    }
    return table
  }

  /// Whether a weight is the last one before a layer that attends to earlier forecasts adds.
  private static func addsPredictions(_ name: String) -> Bool {
    name.contains("_h_attn_layers.")
      && [".v.weight", ".edge_v.weight", ".ffn.3.weight"].contains { name.hasSuffix($0) }
  }

  /// Checks that weights from a file are those of this network.
  ///
  /// - Parameter file: the name for errors.
  /// - Throws: `InputError` with everything that is missing, of a wrong shape or not finite.
  public func check(_ weights: WeightTable, file: String) throws(InputError) {
    var faults: [Diagnostic] = []
    for parameter in parameters {
      guard let tensor = weights[parameter.name] else {
        faults.append(
          Diagnostic(at: .wholeFile(file), "there is no tensor '\(parameter.name)'"))
        continue
      }
      if tensor.shape != parameter.shape {
        faults.append(
          Diagnostic(
            at: .wholeFile(file),
            "tensor '\(parameter.name)' has the shape \(tensor.shape), not \(parameter.shape)"))
      } else if !tensor.isFinite {
        faults.append(
          Diagnostic(
            at: .wholeFile(file), "tensor '\(parameter.name)' holds numbers that are not finite"))
      }
    }
    let known = Set(parameters.map(\.name))
    for name in weights.names where !known.contains(name) {
      faults.append(Diagnostic(at: .wholeFile(file), "no parameter is called '\(name)'"))
    }
    if !faults.isEmpty { throw InputError(faults) }
  }
}

/// Collects the parameters of layers.
private struct ParameterList {
  var width: Int
  var parameters: [HPNetConfiguration.Parameter] = []

  init(width: Int) { self.width = width }

  mutating func add(_ name: String, _ shape: [Int], _ kind: HPNetConfiguration.ParameterKind) {
    parameters.append(HPNetConfiguration.Parameter(name: name, shape: shape, kind: kind))
  }

  mutating func linear(_ name: String, _ inputs: Int, _ outputs: Int) {
    add(name + ".weight", [outputs, inputs], .linearWeight)
    add(name + ".bias", [outputs], .bias)
  }

  mutating func norm(_ name: String) {
    add(name + ".weight", [width], .normScale)
    add(name + ".bias", [width], .normShift)
  }

  mutating func mlp(_ name: String, _ inputs: Int, _ outputs: Int? = nil) {
    linear(name + ".mlp.0", inputs, width)
    norm(name + ".mlp.1")
    linear(name + ".mlp.3", width, outputs ?? width)
  }

  mutating func attention(_ name: String, crossing: Bool = false, hasEdges: Bool = true) {
    for part in ["q", "k", "v"] { linear("\(name).\(part)", width, width) }
    norm(name + ".mha_prenorm_src")
    if crossing { norm(name + ".mha_prenorm_dst") }
    if hasEdges {
      linear(name + ".edge_k", width, width)
      linear(name + ".edge_v", width, width)
      norm(name + ".mha_prenorm_edge")
    }
    norm(name + ".ffn_prenorm")
    linear(name + ".ffn.0", width, 4 * width)
    linear(name + ".ffn.3", 4 * width, width)
  }
}
