import Foundation
import SimCore
import SimNeural
import SimPrediction
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
      let first = try await one.advance(jobs: 1)
      let second = try await two.advance(jobs: 2)
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
      _ = try await whole.advance(jobs: 1)
      if whole.step == 2 { checkpoint = whole.checkpoint }
    }
    var resumed = try ForecastTrainer(TrainingWorlds.training, data)
    try resumed.resume(checkpoint, file: "c")
    #expect(resumed.step == 2)
    while !resumed.isDone { _ = try await resumed.advance(jobs: 2) }
    #expect(resumed.weightsHash == whole.weightsHash)
    #expect(resumed.checkpoint == whole.checkpoint)
  }

  /// With every kind of attention, and with numbers left out: the same bits for any number of
  /// workers, and after an interruption.
  @Test func everyKindTrainsToTheSameBits() async throws {
    let data = try await TrainingWorlds.data()
    for kind in AttentionKind.allCases {
      var training = TrainingWorlds.training
      training.steps = 2
      training.batch = 2
      training.configuration.attention = kind
      training.dropout = 0.2
      var whole = try ForecastTrainer(training, data)
      _ = try await whole.advance(jobs: 2)
      var resumed = try ForecastTrainer(training, data)
      try resumed.resume(whole.checkpoint, file: "c")
      _ = try await whole.advance(jobs: 1)
      _ = try await resumed.advance(jobs: 2)
      #expect(resumed.weightsHash == whole.weightsHash, "\(kind)")
      // A file of it is read as what it is.
      let network = try ForecasterNetwork(bytes: whole.file(), file: "w")
      #expect(network.configuration.attention == kind)
      for name in whole.weights.names {
        #expect(network.weights[name] == whole.weights[name], "\(kind): \(name)")
      }
      // Nothing left out is another training.
      training.dropout = 0
      var plain = try ForecastTrainer(training, data)
      while !plain.isDone { _ = try await plain.advance(jobs: 2) }
      #expect(plain.weightsHash != whole.weightsHash, "\(kind)")
    }
  }

  /// Kinds of attention in one table.
  @Test func kindsAreCompared() async throws {
    var training = TrainingWorlds.training
    training.steps = 1
    training.batch = 1
    let run = TrainingRun(folder: nil, jobs: 2, isQuiet: true)
    let text = try await run.compare(
      [.softmax, .linear], training, try await TrainingWorlds.data())
    #expect(text.contains("held-out seeds") && text.contains("lane-following"))
    for kind in ["softmax", "linear"] {
      // In the table of trainings, and in that of errors.
      #expect(text.split(separator: "\n").count { $0.hasPrefix(kind) } == 2, "\(text)")
    }
  }

  @Test func theLossFalls() async throws {
    var training = TrainingWorlds.training
    training.steps = 40
    training.rate = 5e-3
    var trainer = try ForecastTrainer(training, try await TrainingWorlds.data())
    var losses: [Double] = []
    while !trainer.isDone { losses.append(try await trainer.advance(jobs: 2).loss) }
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
          == "out/checkpoint.safetensors: error: is of another training: "
          + "'training.seed' is 1, not 7")
    }
    var same = try ForecastTrainer(TrainingWorlds.training, data)
    for count in [0, 7, 100, trainer.checkpoint.count / 2, trainer.checkpoint.count - 1] {
      #expect(throws: InputError.self) {
        try same.resume(Array(trainer.checkpoint.prefix(count)), file: "c")
      }
    }
    #expect(same.weightsHash == trainer.weightsHash)
  }

  /// What only the checkpoint tells is another training too.
  @Test func checkpointsOfOtherFormsAreNotResumed() async throws {
    let data = try await TrainingWorlds.data()
    var training = TrainingWorlds.training
    training.configuration.attention = .linear
    training.dropout = 0.2
    let checkpoint = try ForecastTrainer(training, data).checkpoint
    func resume(_ kind: AttentionKind, dropout: Double) throws {
      training.configuration.attention = kind
      training.dropout = dropout
      var other = try ForecastTrainer(training, data)
      try other.resume(checkpoint, file: "c")
    }
    func message(_ kind: AttentionKind, dropout: Double) -> String {
      do { try resume(kind, dropout: dropout) } catch { return "\(error)" }
      return ""
    }
    #expect(message(.softmax, dropout: 0.2).contains("'attention' is linear"))
    #expect(message(.linear, dropout: 0).contains("'training.dropout' is 0.2"))
    try resume(.linear, dropout: 0.2)
  }

  /// A learning rate far too high: an error after some steps, with the step not done.
  @Test func weightsOutOfRangeAreAnError() async throws {
    var training = TrainingWorlds.training
    training.rate = 1e38
    var trainer = try ForecastTrainer(training, try await TrainingWorlds.data())
    var failedAt: Int?
    while failedAt == nil, !trainer.isDone {
      let before = trainer.step
      do {
        _ = try await trainer.advance(jobs: 1)
      } catch {
        #expect(error.description.contains("went out of range"))
        failedAt = before
      }
    }
    #expect(failedAt == trainer.step)
  }

  @Test func whatNobodyCouldReadIsNotTrained() async throws {
    let data = try await TrainingWorlds.data()
    var training = TrainingWorlds.training
    training.configuration = .clean(width: 128)
    training.configuration.heads = 128
    #expect(throws: InputError.self) { try ForecastTrainer(training, data) }
    training.configuration = .clean(width: 1024)
    training.configuration.layers = 64
    #expect(throws: InputError.self) { try training.check() }
  }

  /// What stands in a file of weights is of no machine.
  @Test func commandsAreNotedWithoutFolders() {
    let words = ["forecaster", "in", "--jobs", "1", "--out=x/y", "--steps", "3", "--out", "z"]
    #expect(TrainingRun.note(words) == "forecaster in --steps 3")
  }

  @Test func aCurveOfNoNumbersIsDrawn() {
    var curve = LossCurve()
    for loss in [2, 1, .nan, .infinity] { curve.add(loss) }
    #expect(curve.text == "█▁!!")
  }

  /// A training that is interrupted leaves no weights; another one does not write over it.
  @Test func aFolderOfATrainingIsNotWrittenOver() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "training-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = TrainingRun(folder: folder, jobs: 1, isQuiet: true)
    let data = try await TrainingWorlds.data()
    func train(resumes: Bool, stopAfter: Int?) async throws -> Bool {
      var trainer = try ForecastTrainer(TrainingWorlds.training, data)
      return try await run.train(
        &trainer, resumes: resumes, checkpointEvery: 100, stopAfter: stopAfter, command: ["c"])
    }
    let weights = folder + "/" + ForecasterNetwork.standardFile
    #expect(try await train(resumes: false, stopAfter: 2) == false)
    #expect(!FileManager.default.fileExists(atPath: weights))
    await #expect(throws: InputError.self) { try await train(resumes: false, stopAfter: nil) }
    #expect(try await train(resumes: true, stopAfter: nil))
    #expect(FileManager.default.fileExists(atPath: weights))
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
