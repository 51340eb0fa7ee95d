import SimCore
import SimNeural
import Testing

@testable import SimTraining

/// A training is a pure function of its data and its settings.
@Suite struct ForecastTrainerTests {
  @Test func workersDoNotMatter() async throws {
    let data = try await TrainingWorlds.data()
    #expect(try await TrainingWorlds.data(jobs: 2).hash == data.hash)
    var one = try ForecastTrainer(TrainingWorlds.training, data)
    var two = one
    let untrained = one.weightsHash
    while !one.isDone {
      let first = await one.advance(jobs: 1)
      let second = await two.advance(jobs: 2)
      #expect(first == second)
      #expect(first.loss.isFinite && first.loss > 0 && first.gradient > 0)
    }
    #expect(one.weightsHash == two.weightsHash)
    #expect(one.weightsHash != untrained)
  }

  @Test func anInterruptedTrainingGoesOnToTheSameBits() async throws {
    let data = try await TrainingWorlds.data()
    var whole = try ForecastTrainer(TrainingWorlds.training, data)
    var checkpoint: [UInt8] = []
    while !whole.isDone {
      _ = await whole.advance(jobs: 1)
      if whole.step == 2 { checkpoint = whole.checkpoint }
    }
    var resumed = try ForecastTrainer(TrainingWorlds.training, data)
    try resumed.resume(checkpoint, file: "c")
    #expect(resumed.step == 2)
    while !resumed.isDone { _ = await resumed.advance(jobs: 2) }
    #expect(resumed.weightsHash == whole.weightsHash)
    #expect(resumed.checkpoint == whole.checkpoint)
  }

  @Test func theLossFalls() async throws {
    var training = TrainingWorlds.training
    training.steps = 40
    training.rate = 5e-3
    var trainer = try ForecastTrainer(training, try await TrainingWorlds.data())
    var losses: [Double] = []
    while !trainer.isDone { losses.append(await trainer.advance(jobs: 2).loss) }
    let first = losses.prefix(8).reduce(0, +)
    let last = losses.suffix(8).reduce(0, +)
    #expect(last < 0.7 * first)
  }

  @Test func wrongCheckpointsAreNamed() async throws {
    let data = try await TrainingWorlds.data()
    let trainer = try ForecastTrainer(TrainingWorlds.training, data)
    var training = TrainingWorlds.training
    training.seed = 7
    var other = try ForecastTrainer(training, data)
    do {
      try other.resume(trainer.checkpoint, file: "out/checkpoint.safetensors")
      Issue.record("no error")
    } catch {
      #expect(
        error.description
          == "out/checkpoint.safetensors: error: is of another training: 'training.seed' is 1, not 7")
    }
    var same = try ForecastTrainer(TrainingWorlds.training, data)
    for count in [0, 7, 100, trainer.checkpoint.count / 2, trainer.checkpoint.count - 1] {
      #expect(throws: InputError.self) {
        try same.resume(Array(trainer.checkpoint.prefix(count)), file: "c")
      }
    }
    #expect(same.weightsHash == trainer.weightsHash)
  }

  @Test func nothingToLearnFromIsAnError() async throws {
    #expect(throws: InputError.self) {
      try ForecastTrainer(TrainingWorlds.training, ForecastDataSet(step: 0.2))
    }
  }

  /// Every epoch has each example once, in an order of its own.
  @Test(arguments: [1, 2, 3, 5, 16, 17, 63, 1000])
  func epochsArePermutations(count: Int) {
    let orders = (0..<2).map { epoch in
      (0..<count).map { ForecastTrainer.permuted($0, of: count, epoch, seed: 3) }
    }
    for order in orders { #expect(order.sorted() == Array(0..<count)) }
    if count > 5 { #expect(orders[0] != orders[1]) }
  }
}
