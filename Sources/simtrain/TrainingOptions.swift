import ArgumentParser
import SimNeural
import SimTraining

/// What a network is and how it is trained.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Steps of the optimiser.")
  var steps = 3000

  @Option(help: "Examples per step.")
  var batch = 8

  @Option(help: "Highest learning rate; it rises in the first steps and then falls to 0.")
  var rate = 1e-3

  @Option(
    help: ArgumentHelp(
      "Modes that learn: mixture (by their probability) or nearest (that one alone, as HPNet's).",
      valueName: "mixture|nearest"),
    transform: { text in
      guard let loss = ForecastTraining.Loss(rawValue: text) else {
        throw ValidationError("--loss is 'mixture' or 'nearest', not '\(text)'")
      }
      return loss
    })
  var loss = ForecastTraining.Loss.mixture

  @Option(help: "Of the mixture: how far from the truth modes share in it, metres.")
  var spread = 0.4

  @Option(help: "Of the mixture: what of every share goes to the nearest mode all the same.")
  var coverage = 0.25

  @Option(help: "Width of the layers, a multiple of the heads.")
  var width = 64

  @Option(help: "Attention heads.")
  var heads = 4

  @Option(help: "Rounds of attention per stage.")
  var layers = 2

  @Option(help: "Modes per forecast.")
  var modes = 6

  @Option(help: "Road users per example.")
  var agents = 12

  @Option(
    help: ArgumentHelp("How rows attend: \(attentionKinds).", valueName: "kind"),
    transform: attentionKind)
  var attention = AttentionKind.softmax

  @Option(
    help: ArgumentHelp(
      "What forecasts are added to: lane-idm, or none (places as published, and no feature that a "
        + "rule makes).",
      valueName: "lane-idm|none"),
    transform: { text in
      guard let rule = HPNetConfiguration.Rule(rawValue: text) else {
        throw ValidationError("--rule is 'lane-idm' or 'none', not '\(text)'")
      }
      return rule
    })
  var rule = HPNetConfiguration.Rule.laneIDM

  @Option(help: "Share of attention's weights and of hidden numbers that is left out, 0 to 0.9.")
  var dropout = 0.0

  @Option(help: ArgumentHelp("Steps between checkpoints.", valueName: "n"))
  var checkpointEvery = 200

  @Flag(help: "Go on from the checkpoint in the folder of the results, if there is one.")
  var resume = false

  func validate() throws {
    guard width > 0, heads > 0, width % heads == 0, width <= 1024 else {
      throw ValidationError("--width is a multiple of --heads, at most 1024")
    }
    let counts = [steps, batch, layers, modes, agents, checkpointEvery]
    guard counts.allSatisfy({ (1...10_000_000).contains($0) }), modes <= 64, layers <= 64 else {
      throw ValidationError("numbers of steps, examples, layers, modes and agents are positive")
    }
    guard heads <= 64 else { throw ValidationError("--heads is at most 64") }
    guard spread > 0, spread < 100, (0...1).contains(coverage) else {
      throw ValidationError("--spread is between 0 and 100, --coverage 0 to 1")
    }
    guard (0...0.9).contains(dropout) else { throw ValidationError("--dropout is 0 to 0.9") }
    guard rate > 0, rate < 1 else { throw ValidationError("--rate is between 0 and 1") }
  }

  var training: ForecastTraining {
    var training = ForecastTraining()
    training.configuration = .clean(width: width)
    training.configuration.heads = heads
    training.configuration.layers = layers
    training.configuration.modes = modes
    training.configuration.attention = attention
    training.configuration.rule = rule
    training.dropout = dropout
    training.steps = steps
    training.batch = batch
    training.rate = rate
    training.loss = loss
    training.spread = spread
    training.coverage = coverage
    training.agents = agents
    return training
  }
}
