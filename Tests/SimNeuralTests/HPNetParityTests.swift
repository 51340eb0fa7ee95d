import SimCore
import SimGeometry
import TestSupport
import Testing

@testable import SimNeural

/// HPNet against the official code: every intermediate and result that the fixtures hold.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct HPNetParityTests {
  @Test func casesAreThere() { #expect(!HPNetFixture.names.isEmpty) }

  @Test(arguments: HPNetFixture.names(with: "weights"))
  func weightsFollowTheFormula(name: String) throws {
    let fixture = try HPNetFixture(name)
    let formula = HPNetFixture.formula(fixture.configuration)
    #expect(formula.count == fixture.weights.count)
    for name in formula.names { #expect(formula[name] == fixture.weights[name], "\(name)") }
  }

  @Test(arguments: HPNetFixture.names)
  func forecastsAgree(name: String) throws {
    let fixture = try HPNetFixture(name)
    let seen = Observations()
    let forecasts = try run(fixture, seen)
    var report = "\(name):"
    func compare(_ what: String, _ ours: [Float], _ key: String, within bound: Double) throws {
      guard let theirs = fixture.outputs[key] else { return }
      let difference = largestDifference(ours, theirs.doubles)
      report += " \(what) \(Float(difference))"
      #expect(difference <= bound, "\(key) differs by \(difference)")
    }
    let refined = fixture.isArgoverse ? 1e-3 : 5e-3
    let proposals = fixture.official(forecasts.proposals)
    let trajectories = fixture.official(forecasts.trajectories)
    for suffix in ["", "_f64"] {
      try compare("propose", proposals, "final.traj_propose" + suffix, within: 1e-4)
      try compare("output", trajectories, "final.traj_output" + suffix, within: refined)
    }
    if let logits = forecasts.logits {
      var engine = EagerEngine(fixture.weights)
      let weights = engine.softmax(logits)
      let squares = Tensor(weights.shape, weights.values.map { $0 * $0 })
      let sums = (0..<squares.rows).map { row in squares[row: row].reduce(0, +) }
      let sharpened = Tensor(
        weights.shape,
        squares.values.enumerated().map { $1 / sums[$0 / fixture.configuration.modes] })
      for suffix in ["", "_f64"] {
        try compare(
          "probability", fixture.official(weights, perMode: false),
          "final.prob_output" + suffix, within: 1e-5)
      }
      try compare(
        "sharpened", fixture.official(sharpened, perMode: false), "final.prob_test", within: 1e-5)
    }
    print(report)
  }

  @Test(arguments: HPNetFixture.names)
  func intermediatesAgree(name: String) throws {
    let fixture = try HPNetFixture(name)
    let seen = Observations()
    _ = try run(fixture, seen)
    var compared = 0
    for (key, ours) in seen.values {
      guard let theirs = fixture.outputs[key] else { continue }
      let expected = theirs.doubles
      let largest = expected.map(\.magnitude).max() ?? 0
      let isEdge =
        key.contains("_emb_layer") && key.hasSuffix(".out")
        && !key.contains("a_emb_layer.call0") && !key.contains(".c_emb") && !key.contains(".p_emb")
        && !key.contains(".l_emb")
      // Rows of edges are compared edge by edge below.
      if isEdge || key.contains("m2m_a_emb_layer") { continue }
      let isMap = key.contains("MapEncoder")
      let values =
        isMap ? ours.values : fixture.official(ours, perMode: !key.contains("a_emb_layer"))
      // Early ones to 1e-5 of the largest entry; errors grow where a forecast feeds the next stage.
      let isLate = ["t2n", "l2n", "n2n", "prob", "anchor"].contains { key.contains($0) }
      let corrections = fixture.isArgoverse ? 1e-3 : 5e-3
      let bound =
        key.contains("refine") ? corrections : (isLate ? 1e-4 : 1e-5) * max(1, largest)
      let difference = largestDifference(values, expected)
      #expect(difference <= bound, "\(key) differs by \(difference) of \(largest)")
      compared += 1
    }
    #expect(compared >= 3)
    if name.hasSuffix("_tiny") { #expect(compared >= 20) }
  }

  @Test(arguments: HPNetFixture.names.filter { !$0.hasSuffix("_full") })
  func edgesAgree(name: String) throws {
    let fixture = try HPNetFixture(name)
    let seen = Observations()
    _ = try run(fixture, seen)
    let configuration = fixture.configuration
    let scene = try fixture.scene()
    var edges = HPNetEdges(
      configuration: configuration, ring: scene.frames, frames: 0..<scene.frames.count)
    let proposals = try #require(seen.values["mlp.Backbone.traj_propose.call0.out"])
    edges.anchors = Anchored(proposals, edges.agentPoses, configuration).poses
    for stage in 0..<2 {
      let anchored = stage == 1
      let letter = anchored ? "n" : "m"
      try compare(
        fixture, "t2\(letter)_attn_layer", "t2m", stage, edges.history(anchored: anchored),
        seen, source: .history)
      try compare(
        fixture, "l2\(letter)_attn_layer", "l2m", stage,
        edges.lanes(scene.map, anchored: anchored), seen, source: .lane)
      try compare(
        fixture, "\(letter)2\(letter)_a_attn_layers.0", "m2m_a", stage,
        edges.others(anchored: anchored), seen, source: .agents)
      try compare(
        fixture, "\(letter)2\(letter)_h_attn_layers.0", "m2m_h", stage,
        edges.predictions(anchored: anchored), seen, source: .frames)
      try compare(
        fixture, "\(letter)2\(letter)_s_attn_layers.0", "m2m_s", anchored ? 0 : -1,
        edges.modes(anchored: anchored), seen, source: .modes)
    }
  }

  /// How the official code numbers the two ends of an edge.
  private enum Numbering { case history, lane, agents, frames, modes }

  /// Compares edges and their features (those of call `call`; -1: none) with the fixture's.
  private func compare(
    _ fixture: HPNetFixture, _ layer: String, _ network: String, _ call: Int,
    _ ours: FeaturedEdges, _ seen: Observations, source: Numbering
  ) throws {
    let index = try #require(fixture.outputs["attn.Backbone.\(layer).edge_index"])
    let ends = index.doubles.map { Int($0) }
    let count = ends.count / 2
    let (frames, modes) = (fixture.configuration.historyFrames, fixture.configuration.modes)
    let agents = ours.lists.nodes / (frames * modes)
    func official(_ node: Int) -> Int {
      let (t, n, k) = (node / (modes * agents), node / modes % agents, node % modes)
      switch source {
      case .history, .lane: return (n * frames + t) * modes + k
      case .agents: return (t * modes + k) * agents + n
      case .frames: return (k * agents + n) * frames + t
      case .modes: return (t * agents + n) * modes + k
      }
    }
    struct Edge: Hashable {
      var source: Int, target: Int
    }
    var rows: [Edge: Int] = [:]
    for node in 0..<ours.lists.nodes {
      let list = node / ours.lists.fan
      for e in Int(ours.lists.offsets[list])..<Int(ours.lists.offsets[list + 1]) {
        var from = Int(ours.lists.sources[e]) * ours.lists.sourceFan
        if ours.lists.sourceFan > 1 { from += node % ours.lists.fan }
        switch source {
        case .history: from = from % agents * frames + from / agents
        case .lane: break
        default: from = official(from)
        }
        rows[Edge(source: from, target: official(node))] = e
      }
    }
    #expect(rows.count == count, "\(layer) has \(rows.count) edges, not \(count)")
    let prefix = "mlp.Backbone.\(network)_emb_layer.call\(call)"
    let features = fixture.outputs[prefix + ".in"]?.doubles
    let embedded = fixture.outputs[prefix + ".out"]?.doubles
    let largest = embedded?.map(\.magnitude).max() ?? 0
    for i in 0..<count {
      let edge = Edge(source: ends[i], target: ends[count + i])
      guard let row = rows[edge] else {
        Issue.record("\(layer) lacks the edge \(edge)")
        return
      }
      if let features {
        for c in 0..<ours.width {
          let value = Double(ours.features[row * ours.width + c])
          let difference = value - features[i * ours.width + c]
          // Directions and distances of anchors carry the rounding of forecasts.
          guard difference.magnitude < 1e-4 else {
            Issue.record("\(layer) \(edge) feature \(c) differs by \(difference)")
            return
          }
        }
      }
      if let embedded, let ours = seen.values[prefix + ".out"] {
        let expected = Array(embedded[i * ours.width..<(i + 1) * ours.width])
        // Those of the second stage carry the rounding of the first's forecasts.
        let bound = (call == 0 && network != "m2m_s" ? 1e-5 : 1e-4) * max(1, largest)
        #expect(largestDifference(Array(ours[row: row]), expected) < bound)
      }
    }
  }

  /// With the wrong stride mended the joint form gives what the official code gives so mended.
  @Test(arguments: HPNetFixture.names)
  func mendedHeadingsAgree(name: String) throws {
    let fixture = try HPNetFixture(name)
    guard fixture.outputs["final.traj_output_headingfix"] != nil else { return }
    var scene = try fixture.scene()
    for t in scene.frames.indices { scene.frames[t].sourceHeadings = nil }
    var engine = EagerEngine(fixture.weights)
    let model = HPNetModel(&engine, fixture.configuration)
    let forecasts = model.forecasts(&engine, scene)
    let propose = largestDifference(
      fixture.official(forecasts.proposals), try fixture.output("final.traj_propose_headingfix"))
    let output = largestDifference(
      fixture.official(forecasts.trajectories), try fixture.output("final.traj_output_headingfix"))
    print("\(name), mended: propose \(Float(propose)) output \(Float(output))")
    #expect(propose <= 1e-4)
    #expect(output <= 5e-3)
  }

  private func run(
    _ fixture: HPNetFixture, _ seen: Observations
  ) throws -> HPNetForecasts<Tensor> {
    var engine = EagerEngine(fixture.weights)
    var model = HPNetModel(&engine, fixture.configuration)
    model.probe = { seen.values[$0] = $1 }
    return model.forecasts(&engine, try fixture.scene())
  }
}
