import SimGeometry
import Testing

@testable import SimNeural

/// Which mode of a forecast counts.
@Suite struct HPNetLossTests {
  private let configuration: HPNetConfiguration = {
    var configuration = HPNetConfiguration(.argoverse)
    configuration.width = 8
    configuration.heads = 2
    configuration.modes = 2
    configuration.historyFrames = 1
    configuration.futureFrames = 1
    configuration.framesInARow = 1
    return configuration
  }()

  private let targets = HPNetTargets(
    positions: [[.zero, .zero], [.zero, Vector2(10, 0)]],
    visible: [[true, true], [true, true]], scored: [true, false])

  /// Agent 0 comes to (0, 0), as its mode 0 says; agent 1 to (10, 0), as its mode 1 says.
  private func forecasts(_ tape: inout Tape) -> HPNetForecasts<Tape.Variable> {
    let points = tape.constant(Tensor([4, 2], [0, 0, 4, 0, 20, 0, 10, 0]))
    return HPNetForecasts(
      proposals: points, trajectories: points,
      logits: tape.constant(Tensor([2, 2], [2, 0, 0, 2])))
  }

  /// One frame, one step ahead, two agents of which the second is not scored: in the marginal form
  /// it chooses its own mode all the same.
  @Test func everyAgentChoosesInTheMarginalForm() throws {
    var tape = Tape(configuration.initialWeights(seed: 1))
    let model = HPNetModel(&tape, configuration)
    let forecasts = forecasts(&tape)
    let loss = model.loss(&tape, forecasts, targets)
    #expect(loss.errors == [0, 4, 10, 0])
    #expect(tape.tensor(loss.proposal).values == [0])
    #expect(tape.tensor(loss.refinement).values == [0])
    // Of both agents the likelier mode is the right one: ln(1 + e^-2).
    let probability = tape.tensor(try #require(loss.probability)).values[0]
    #expect((probability - 0.126928).magnitude < 1e-6)
  }

  /// The same with a spread of 2 m. Shares of the wrong modes: of agent 0, logits 2, 0 less
  /// distances 0, 4 in spreads: e^-4 / (1 + e^-4) = 0.017986; of agent 1, 0 - 5 against 2:
  /// e^-7 / (1 + e^-7) = 0.000911. Distances in the smooth L1: 3.5 and 9.5; two points count.
  @Test func modesShareInTheMixture() throws {
    var tape = Tape(configuration.initialWeights(seed: 1))
    let model = HPNetModel(&tape, configuration)
    let forecasts = forecasts(&tape)
    let loss = model.mixtureLoss(&tape, forecasts, targets, spread: 2, coverage: 0)
    #expect(tape.tensor(loss.proposal).values == [0])
    let refinement = tape.tensor(loss.refinement).values[0]
    #expect((refinement - (3.5 * 0.0179862 + 9.5 * 0.0009111) / 2).magnitude < 1e-5)
    // Cross-entropies: 0.126928 or 2.126928 by the shares, 0.162900 and 0.128750.
    let probability = tape.tensor(try #require(loss.probability)).values[0]
    #expect((probability - 0.145825).magnitude < 1e-5)
    // The nearest mode alone: that of the published form.
    let covered = model.mixtureLoss(&tape, forecasts, targets, spread: 2, coverage: 1)
    #expect(tape.tensor(covered.refinement).values == [0])
    let half = model.mixtureLoss(&tape, forecasts, targets, spread: 2, coverage: 0.5)
    #expect((tape.tensor(half.refinement).values[0] - refinement / 2).magnitude < 1e-6)
  }
}
