import SimCore
import SimGeometry
import TestSupport
import Testing

@testable import SimNeural

/// Losses, gradients and one optimiser step against the official code.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct HPNetTrainingParityTests {
  struct Result {
    var loss: HPNetLoss
    var tape: Tape
    var gradients: WeightTable
  }

  private func run(_ fixture: HPNetFixture) throws -> Result {
    var tape = Tape(fixture.weights)
    let model = HPNetModel(&tape, fixture.configuration)
    let forecasts = model.forecasts(&tape, try fixture.scene())
    let loss = model.loss(&tape, forecasts, try fixture.targets())
    let gradients = tape.gradients(of: loss.total).table(fixture.weights)
    return Result(loss: loss, tape: tape, gradients: gradients)
  }

  @Test(arguments: HPNetFixture.names)
  func lossesAgree(name: String) throws {
    let fixture = try HPNetFixture(name)
    var tape = Tape(fixture.weights)
    let model = HPNetModel(&tape, fixture.configuration)
    let forecasts = model.forecasts(&tape, try fixture.scene())
    let loss = model.loss(&tape, forecasts, try fixture.targets())
    // The tape's forecasts are those of the engine without tape, to the bit.
    var engine = EagerEngine(fixture.weights)
    let plain = HPNetModel(&engine, fixture.configuration).forecasts(
      &engine, try fixture.scene())
    #expect(tape.tensor(forecasts.trajectories) == plain.trajectories)
    let infix = fixture.isArgoverse ? "" : "traj_"
    var terms: [(String, Tape.Variable?)] = [
      ("reg_loss_\(infix)propose", loss.proposal), ("reg_loss_\(infix)refine", loss.refinement),
      ("loss", loss.total),
    ]
    if fixture.isArgoverse { terms.append(("prob_loss", loss.probability)) }
    for (name, term) in terms {
      let ours = Double(tape.tensor(try #require(term)).values[0])
      let theirs = try fixture.output("loss." + name)[0]
      #expect((ours - theirs).magnitude < 1e-5 * max(1, theirs), "\(name): \(ours), not \(theirs)")
    }
    if let errors = fixture.outputs["loss.mode_errors"]?.doubles {
      let modes = fixture.configuration.modes
      let ours = Tensor([loss.errors.count / modes, modes], loss.errors.map { Float($0) })
      let difference = largestDifference(fixture.official(ours, perMode: false), errors)
      #expect(difference < 1e-5 * (errors.max() ?? 1), "mode errors differ by \(difference)")
    }
  }

  @Test(arguments: HPNetFixture.names(with: "grads"))
  func gradientsAgree(name: String) throws {
    let fixture = try HPNetFixture(name)
    let ours = try run(fixture).gradients
    let theirs = try HPNetFixture.read(name + "_grads")
    #expect(theirs.entries.count == ours.count)
    var worst = 0.0
    let overall = theirs.entries.flatMap(\.doubles).map(\.magnitude).max() ?? 0
    for entry in theirs.entries {
      let expected = entry.doubles
      let largest = expected.map(\.magnitude).max() ?? 0
      let difference = largestDifference(try #require(ours[entry.name]).values, expected)
      worst = max(worst, difference / max(largest, 1e-3))
      // Float32 sums over thousands of rows; parameters that shift all scores alike have none.
      #expect(
        difference < 1e-4 * max(largest, 1e-3 * overall, 1e-3),
        "\(entry.name) differs by \(difference) of \(largest)")
    }
    print("\(name): gradients differ by at most \(Float(worst)) of a tensor's largest")
  }

  @Test(arguments: HPNetFixture.names(with: "step1"))
  func stepAgrees(name: String) throws {
    let fixture = try HPNetFixture(name)
    let step = try HPNetFixture.read(name + "_step1")
    let text = try #require(step.text("lr_used"))
    let rate = try #require(Double(text))
    var decay: [String: Double] = [:]
    for parameter in fixture.configuration.parameters where parameter.kind == .linearWeight {
      decay[parameter.name] = 1e-4
    }
    // From the official gradients: the optimiser alone, to the rounding of the parameters.
    let theirs = try HPNetFixture.read(name + "_grads").weights
    var weights = fixture.weights
    var optimizer = AdamW(decay: decay)
    optimizer.step(&weights, gradients: theirs, rate: rate)
    for entry in step.entries {
      let expected = entry.doubles
      let largest = expected.map(\.magnitude).max() ?? 0
      let difference = largestDifference(try #require(weights[entry.name]).values, expected)
      #expect(difference < 1.5e-7 * max(1, largest), "\(entry.name) differs by \(difference)")
    }
    // From our gradients, where these are not rounding noise (whose sign decides the step).
    let ours = try run(fixture).gradients
    weights = fixture.weights
    optimizer = AdamW(decay: decay)
    optimizer.step(&weights, gradients: ours, rate: rate)
    var compared = 0
    for entry in step.entries {
      let expected = entry.doubles
      let values = try #require(weights[entry.name]).values
      let slopes = try #require(theirs[entry.name]).values
      let noise = 1e-3 * (slopes.map(\.magnitude).max() ?? 0) + 1e-5
      for i in expected.indices where slopes[i].magnitude > noise {
        compared += 1
        let difference = (Double(values[i]) - expected[i]).magnitude
        guard difference < 5e-7 * max(1, expected[i].magnitude) else {
          Issue.record("\(entry.name)[\(i)] differs by \(difference)")
          break
        }
      }
    }
    #expect(compared > fixture.weights.elementCount / 2)
  }
}
