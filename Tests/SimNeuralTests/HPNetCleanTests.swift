import SimCore
import SimGeometry
import Testing

@testable import SimNeural

/// What the form for closed loops does otherwise than the published ones.
@Suite struct HPNetCleanTests {
  /// Three points ahead of somebody at (5, 1) who looks along y; the middle one is the second.
  private func heading(_ way: [Float], _ change: (inout HPNetConfiguration) -> Void) -> Double {
    var configuration = HPNetConfiguration.clean()
    configuration.futureFrames = way.count / 2
    change(&configuration)
    let pose = Pose2(x: 5, y: 1, heading: .pi / 2)
    return Anchored(Tensor([1, way.count], way), [pose], configuration).poses[0].heading - .pi / 2
  }

  /// A forecast that stands trembles by a centimetre: published, its frame looks to the left. The
  /// clean form adds 0.2 m (1 m/s for 0.2 s) forward: atan2(0.01, 0.2).
  @Test func whatStandsKeepsItsHeading() {
    let standing: [Float] = [0, 0, 0, 0.01, 0, 0]
    #expect((heading(standing) { $0.anchorSpeed = 0 } - .pi / 2).magnitude < 1e-6)
    #expect((heading(standing) { _ in } - 0.0499584).magnitude < 1e-6)
    // Who drives 10 m/s along a bend of 45 degrees: atan2(1.414, 1.414 + 0.2).
    let bend: [Float] = [0, 0, 1.414, 1.414, 3, 3]
    #expect((heading(bend) { _ in } - 0.7194438).magnitude < 1e-6)
  }

  /// Lags are told in tenths of frames, so that they are as great as other features.
  @Test func lagsAreScaled() {
    var configuration = HPNetConfiguration.clean()
    let frame = HPNetFrame(poses: [Pose2(x: 0, y: 0, heading: 0)], visible: [true], features: [])
    func lags() -> [Float] {
      let edges = HPNetEdges(
        configuration: configuration, ring: [frame, frame, frame], frames: 2..<3)
      return stride(from: 5, to: 12, by: 6).map { edges.predictions(anchored: false).features[$0] }
    }
    #expect(lags() == [-0.2, -0.1])
    configuration.lagScale = 1
    #expect(lags() == [-2, -1])
  }

  /// Weights that say nothing of all this are of the form that had none of it.
  @Test func olderWeightsKeepTheirForm() throws {
    let clean = HPNetConfiguration.clean()
    #expect(clean.lagScale == 0.1 && clean.anchorSpeed == 1)
    var texts = clean.texts
    texts.removeAll { ["lag_scale", "anchor_speed", "rule"].contains($0.key) }
    let older = try HPNetConfiguration(
      texts: Safetensors(WeightTable(), metadata: texts), file: "w")
    #expect(older.lagScale == 1 && older.anchorSpeed == 0 && older.rule == .laneIDM)
  }

  /// Begun quietly, a network forecasts as the one without attention to earlier forecasts (but for
  /// the second norm of the same rows), and what it would add can be learnt.
  @Test func quietNetworksBeginAsThoseWithout() throws {
    var with = HPNetStreamHashTests.configuration
    with.angles = .cartesian
    with.anchorSpeed = 1
    var without = with
    without.attendsToPredictions = false
    func forecasts(_ configuration: HPNetConfiguration, quiet: Bool) -> Tensor {
      var engine = EagerEngine(configuration.initialWeights(seed: 4, quiet: quiet))
      return HPNetModel(&engine, configuration)
        .forecasts(&engine, HPNetStreamHashTests.scene).trajectories
    }
    func difference(quiet: Bool) -> Float {
      zip(forecasts(with, quiet: quiet).values, forecasts(without, quiet: quiet).values)
        .reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    #expect(difference(quiet: true) < 1e-3)
    #expect(difference(quiet: false) > 0.1)
    var tape = Tape(with.initialWeights(seed: 4, quiet: true))
    let model = HPNetModel(&tape, with)
    let taped = model.forecasts(&tape, HPNetStreamHashTests.scene)
    let values = tape.tensor(taped.trajectories).values
    let loss = tape.smoothL1(
      taped.trajectories, values.map { $0 + 1 }, weights: values.map { _ in 1 })
    let gradients = tape.gradients(of: loss).table(with.initialWeights(seed: 4))
    for name in ["v.weight", "edge_v.weight", "ffn.3.weight"] {
      let slope = try #require(gradients["Backbone.n2n_h_attn_layers.0.\(name)"])
      #expect(slope.values.contains { $0 != 0 }, "\(name)")
    }
  }
}
