public import SimCore

extension HPNetConfiguration {
  /// Reads sizes and rules from the texts beside weights in a safetensors file.
  ///
  /// The keys are the names of the official code's arguments; `probabilities`, `joint` and `angles`
  /// (`radians` or `sines`) say where a network differs from its variant's published form.
  ///
  /// - Parameter file: the name for errors.
  /// - Throws: `InputError` with everything that is missing or out of range.
  public init(texts file: Safetensors, file name: String) throws(InputError) {
    var texts = TextReader(file: file, name: name)
    let variants = Variant.allCases.map(\.rawValue)
    let variant = Variant(rawValue: texts.choice("variant", variants, standard: nil) ?? "")
    var configuration = HPNetConfiguration(variant ?? .argoverse)
    configuration.historyFrames = texts.integer("num_historical_steps", in: 1...1000)
    configuration.futureFrames = texts.integer("num_future_steps", in: 2...1000)
    configuration.modes = texts.integer("num_modes", in: 1...64)
    configuration.width = texts.integer("hidden_dim", in: 1...2048)
    configuration.heads = texts.integer("num_heads", in: 1...64)
    configuration.layers = texts.integer("num_attn_layers", in: 1...64)
    configuration.laneHops = texts.integer("num_hops", in: 1...64)
    configuration.framesInARow = texts.integer("num_visible_steps", in: 1...1000)
    configuration.agentRadius = texts.number("a2a_radius", in: 0...10_000)
    configuration.laneRadius = texts.number("l2a_radius", in: 0...10_000)
    let isArgoverse = variant != .interaction || file.text("duration") == nil
    configuration.positionWindow = texts.integer(
      isArgoverse ? "pos_duration" : "duration", in: 0...1000)
    configuration.predictionWindow = texts.integer(
      isArgoverse ? "pred_duration" : "duration", in: 0...1000)
    configuration.hasProbabilities =
      texts.choice(
        "probabilities", ["yes", "no"], standard: configuration.hasProbabilities ? "yes" : "no")
      == "yes"
    configuration.isJoint =
      texts.choice("joint", ["yes", "no"], standard: configuration.isJoint ? "yes" : "no") == "yes"
    configuration.angles =
      texts.choice("angles", PoseEncoding.allCases.map(\.rawValue), standard: "radians")
      .flatMap(PoseEncoding.init(rawValue:)) ?? .radians
    configuration.addsMotion =
      texts.choice("motion", ["none", "added"], standard: "none") == "added"
    configuration.attendsToPredictions =
      texts.choice("historical_attention", ["yes", "no"], standard: "yes") == "yes"
    configuration.attention =
      texts.choice("attention", AttentionKind.allCases.map(\.rawValue), standard: "softmax")
      .flatMap(AttentionKind.init(rawValue:)) ?? .softmax
    func optional(_ key: String, in range: ClosedRange<Int>) -> Int? {
      file.text(key) == nil ? nil : texts.integer(key, in: range)
    }
    configuration.agentFeatures =
      optional("agent_features", in: 1...256) ?? configuration.agentFeatures
    configuration.laneFeatures =
      optional("lane_features", in: 1...256) ?? configuration.laneFeatures
    configuration.nearestLanes = optional("nearest_lanes", in: 1...100_000)
    configuration.nearestAgents = optional("nearest_agents", in: 1...100_000)
    configuration.attentionTokens =
      optional("attention_tokens", in: 1...1000) ?? configuration.attentionTokens
    configuration.attentionNeighbours =
      optional("attention_neighbours", in: 1...100_000) ?? configuration.attentionNeighbours
    func optional(_ key: String, in range: ClosedRange<Double>) -> Double? {
      file.text(key) == nil ? nil : texts.number(key, in: range)
    }
    configuration.frameStep = optional("frame_step", in: 0.001...10) ?? configuration.frameStep
    configuration.lagScale = optional("lag_scale", in: 0.001...1000) ?? 1
    configuration.anchorSpeed = optional("anchor_speed", in: 0...100) ?? 0
    configuration.rule =
      texts.choice("rule", Rule.allCases.map(\.rawValue), standard: Rule.laneIDM.rawValue)
      .flatMap(Rule.init(rawValue:)) ?? .laneIDM
    if texts.faults.isEmpty, configuration.width % configuration.heads != 0 {
      texts.fail(
        "a hidden_dim of \(configuration.width) cannot be shared by \(configuration.heads) heads")
    }
    guard texts.faults.isEmpty else { throw InputError(texts.faults) }
    self = configuration
  }

  /// The texts from which `init(texts:file:)` makes this configuration, but for `official`.
  public var texts: [(key: String, value: String)] {
    [
      ("variant", variant.rawValue), ("num_historical_steps", "\(historyFrames)"),
      ("num_future_steps", "\(futureFrames)"), ("num_modes", "\(modes)"),
      ("hidden_dim", "\(width)"), ("num_heads", "\(heads)"), ("num_attn_layers", "\(layers)"),
      ("num_hops", "\(laneHops)"), ("num_visible_steps", "\(framesInARow)"),
      ("a2a_radius", "\(agentRadius)"), ("l2a_radius", "\(laneRadius)"),
      ("pos_duration", "\(positionWindow)"), ("pred_duration", "\(predictionWindow)"),
      ("probabilities", hasProbabilities ? "yes" : "no"), ("joint", isJoint ? "yes" : "no"),
      ("angles", angles.rawValue), ("motion", addsMotion ? "added" : "none"),
      ("historical_attention", attendsToPredictions ? "yes" : "no"),
      ("agent_features", "\(agentFeatures)"), ("lane_features", "\(laneFeatures)"),
      ("frame_step", "\(frameStep)"), ("lag_scale", "\(lagScale)"),
      ("anchor_speed", "\(anchorSpeed)"), ("rule", rule.rawValue),
    ] + (nearestLanes.map { [("nearest_lanes", "\($0)")] } ?? [])
      + (nearestAgents.map { [("nearest_agents", "\($0)")] } ?? []) + attentionTexts
  }

  /// What differs from softmax attention.
  private var attentionTexts: [(key: String, value: String)] {
    guard attention != .softmax else { return [] }
    var texts = [("attention", attention.rawValue)]
    if attention == .agent { texts.append(("attention_tokens", "\(attentionTokens)")) }
    if attention == .neighbourhood {
      texts.append(("attention_neighbours", "\(attentionNeighbours)"))
    }
    return texts
  }
}

/// Reads values from a file's texts and gathers what is wrong with them.
private struct TextReader {
  let file: Safetensors
  let name: String
  var faults: [Diagnostic] = []

  init(file: Safetensors, name: String) {
    self.file = file
    self.name = name
  }

  mutating func fail(_ message: String) {
    faults.append(Diagnostic(at: .wholeFile(name), message))
  }

  private mutating func text(_ key: String) -> String? {
    guard let text = file.text(key) else {
      fail("the metadata lack '\(key)'")
      return nil
    }
    return text
  }

  mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int {
    guard let text = text(key) else { return range.lowerBound }
    guard let value = Int(text), range.contains(value) else {
      fail("'\(key)' is '\(text)', not \(range.lowerBound) to \(range.upperBound)")
      return range.lowerBound
    }
    return value
  }

  mutating func number(_ key: String, in range: ClosedRange<Double>) -> Double {
    guard let text = text(key) else { return range.lowerBound }
    guard let value = Double(text), range.contains(value) else {
      fail("'\(key)' is '\(text)', not \(range.lowerBound) to \(range.upperBound)")
      return range.lowerBound
    }
    return value
  }

  mutating func choice(_ key: String, _ choices: [String], standard: String?) -> String? {
    if let standard, file.text(key) == nil { return standard }
    guard let text = text(key) else { return nil }
    guard choices.contains(text) else {
      fail("'\(key)' is '\(text)', not one of \(choices)")
      return nil
    }
    return text
  }
}
