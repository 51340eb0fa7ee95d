import SimGeometry
import Testing

@testable import SimNeural

/// Which mode of a forecast counts.
@Suite struct HPNetLossTests {
  /// One frame, one step ahead, two agents of which the second is not scored: in the marginal form
  /// it chooses its own mode all the same.
  @Test func everyAgentChoosesInTheMarginalForm() throws {
    var configuration = HPNetConfiguration(.argoverse)
    configuration.width = 8
    configuration.heads = 2
    configuration.modes = 2
    configuration.historyFrames = 1
    configuration.futureFrames = 1
    configuration.framesInARow = 1
    var tape = Tape(configuration.initialWeights(seed: 1))
    let model = HPNetModel(&tape, configuration)
    // Agent 0 comes to (0, 0), as its mode 0 says; agent 1 to (10, 0), as its mode 1 says.
    let points = tape.constant(Tensor([4, 2], [0, 0, 4, 0, 20, 0, 10, 0]))
    let forecasts = HPNetForecasts(
      proposals: points, trajectories: points,
      logits: tape.constant(Tensor([2, 2], [2, 0, 0, 2])))
    let targets = HPNetTargets(
      positions: [[.zero, .zero], [.zero, Vector2(10, 0)]],
      visible: [[true, true], [true, true]], scored: [true, false])
    let loss = model.loss(&tape, forecasts, targets)
    #expect(loss.errors == [0, 4, 10, 0])
    #expect(tape.tensor(loss.proposal).values == [0])
    #expect(tape.tensor(loss.refinement).values == [0])
    // Of both agents the likelier mode is the right one: ln(1 + e^-2).
    let probability = tape.tensor(try #require(loss.probability)).values[0]
    #expect((probability - 0.126928).magnitude < 1e-6)
  }
}
