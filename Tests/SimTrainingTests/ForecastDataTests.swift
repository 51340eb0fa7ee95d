import SimCore
import SimGeometry
import SimMap
import SimNeural
import SimPrediction
import SimStack
import SimViewer
import Testing

@testable import SimTraining

@Suite struct ForecastDataTests {
  @Test func episodesAreSharedOutByMapAndSeed() async throws {
    let data = try await TrainingWorlds.data()
    #expect(data.episodes.count == 12)
    #expect(data.roadCount == 3)
    #expect(data.places(of: .heldOutMaps).isEmpty)
    let held = data.places(of: .heldOutSeeds).count
    #expect(held > 0 && held < 12)
    // All of a map goes with it.
    let split = ForecastDataSet.Split(maps: 50, seeds: 0)
    for road in Set(data.episodes.map(\.road.shape)) {
      let parts = data.episodes.filter { $0.road.shape == road }.map(split.part)
      #expect(Set(parts).count == 1)
    }
  }

  /// Maps of one shape that differ in limits and control are each their own, but go together.
  @Test func variantsOfAMapAreTheirOwn() async throws {
    let data = try await TrainingWorlds.data(
      """
      version: 1
      name: variants
      map: {template: four_way, length: 60}
      duration: 1
      ego: {lane: west_in.1, s: 15, speed: 8, planner: idm}
      sweep: {map.control: [priority, signals], map.speed_limit: [30 km/h, 60 km/h]}
      """)
    #expect(data.episodes.count == 4)
    #expect(data.roadCount == 4 && data.shapeCount == 1)
    let graphs = data.episodes.map(\.road.graph)
    #expect(graphs.map(\.signals.isEmpty) == [true, true, false, false])
    let limits = graphs.map { $0.lanes.compactMap(\.speedLimit).max() ?? 0 }
    #expect(limits[0] < limits[1] && limits[2] < limits[3])
    #expect(data.episodes.map { $0.signals(0).isEmpty } == [true, true, false, false])
    #expect(Set(data.parts).count == 1)
    #expect(Set(data.episodes.map(\.hash)).count == 4)
  }

  /// Noise moves what is seen, not what happens: by 0.2 m and 0.2 m/s on an average of squares,
  /// each frame's by itself and the same whenever it is looked at.
  @Test func noiseIsOfWhatIsSeen() async throws {
    let exact = try await TrainingWorlds.data()
    let data = try await TrainingWorlds.data(noise: 0.2)
    #expect(data.hash != exact.hash && data.noise == 0.2)
    var (count, squares, speeds) = (0.0, 0.0, 0.0)
    for (noisy, plain) in zip(data.episodes, exact.episodes) {
      for row in plain.rows.indices {
        for frame in 0..<plain.frames where plain.isPresent(row, frame) {
          #expect(noisy.position(row, frame) == plain.position(row, frame))
          let (seen, truth) = (noisy.track(row, frame), plain.track(row, frame))
          #expect(seen == noisy.track(row, frame) && seen.box.centre != truth.box.centre)
          count += 1
          squares += (seen.box.centre - truth.box.centre).lengthSquared / 2
          speeds += (seen.speed - truth.speed) * (seen.speed - truth.speed)
        }
      }
    }
    #expect(count > 1000)
    #expect(((squares / count).squareRoot() - 0.2).magnitude < 0.01)
    #expect(((speeds / count).squareRoot() - 0.2).magnitude < 0.02)
  }

  @Test func whatIsInterruptedIsNoDataSet() async throws {
    await #expect(throws: CancellationError.self) {
      try await TrainingWorlds.data(stops: { true })
    }
  }

  /// A network that foresees less than errors are measured over is named, not run.
  @Test func networksMustForeseeTheHorizon() async throws {
    var configuration = TrainingWorlds.training.configuration
    func check() throws(InputError) {
      try ForecastTrial.check(
        ForecasterNetwork(configuration, configuration.initialWeights(seed: 1)), file: "w")
    }
    try check()
    configuration.futureFrames = 10
    #expect(throws: InputError.self) { try check() }
    configuration.futureFrames = 20
    configuration.frameStep = 0.3
    #expect(throws: InputError.self) { try check() }
    configuration.frameStep = 0.25
    try check()
    // Others foresee in the same steps.
    let data = try await TrainingWorlds.data()
    let coarse = ForecastTrial([try .catalog("constant-velocity")])
    #expect(throws: StageFailure.self) { try coarse.scores(data.episodes[0], step: 0.1) }
    let fine = ForecastTrial([try .catalog("constant-velocity", step: 0.1)])
    #expect(try fine.scores(data.episodes[0], step: 0.1) != nil)
  }

  @Test func examplesHoldWhatHappened() async throws {
    let data = try await TrainingWorlds.data()
    let episode = data.episodes[0]
    let configuration = HPNetConfiguration.clean(width: 16)
    let example = try #require(
      ForecastExample(
        episode, first: 3, configuration, agents: 12, ForecastExample.Changes(),
        CounterRandom(seed: 1), stream: 5, epoch: 0))
    #expect(example.scene.frames.count == 10)
    #expect(example.targets.positions.count == 30)
    // Ego, two cars, a walker, all within 60 m of each other.
    #expect(example.targets.scored.count == 4)
    for (t, frame) in example.scene.frames.enumerated() {
      #expect(frame.visible == example.targets.visible[t])
      #expect(frame.poses.map(\.position) == example.targets.positions[t])
      #expect(frame.features.count == 4 * ForecastFeatures.count)
    }
    for row in 0..<4 {
      #expect(example.targets.positions[29][row] == episode.position(row, 32))
    }
    #expect(!example.scene.map.lanes.isEmpty)
  }

  /// In the mirror y and headings change their signs, and nothing else does.
  @Test func mirroredExamplesAreMirrored() async throws {
    let data = try await TrainingWorlds.data()
    var changes = ForecastExample.Changes()
    changes.mirrors = true
    let configuration = HPNetConfiguration.clean(width: 16)
    func example(_ epoch: Int, _ changes: ForecastExample.Changes) -> ForecastExample? {
      ForecastExample(
        data.episodes[0], first: 0, configuration, agents: 12, changes, CounterRandom(seed: 1),
        stream: 5, epoch: epoch)
    }
    var seen: Set<Bool> = []
    for epoch in 0..<8 {
      let one = try #require(example(epoch, changes))
      let plain = try #require(example(epoch, ForecastExample.Changes()))
      let isMirrored = one.scene != plain.scene
      seen.insert(isMirrored)
      guard isMirrored else { continue }
      for (a, b) in zip(one.targets.positions, plain.targets.positions) {
        #expect(a == b.map { Vector2($0.x, -$0.y) })
      }
      #expect(
        one.scene.frames[9].poses.map(\.heading) == plain.scene.frames[9].poses.map { -$0.heading })
      #expect(one.scene.map.pieceLengths == plain.scene.map.pieceLengths)
      #expect(one.scene.map.lanes.map(\.y) == plain.scene.map.lanes.map { -$0.y })
      #expect(one.scene.map.relations[0] == plain.scene.map.relations[1])
    }
    #expect(seen == [true, false])
  }

  /// The same road users at the same times for everybody; constant velocity is exact for a walker
  /// who walks on straight.
  @Test func trialsHoldPredictorsAgainstWhatHappened() async throws {
    let data = try await TrainingWorlds.data()
    let trainer = try ForecastTrainer(TrainingWorlds.training, data)
    let trial = ForecastTrial([
      try .catalog("constant-velocity"), try .catalog("lane-hypotheses"),
      .network("hpnet", trainer.network),
    ])
    let one = try await trial.scores(data.episodes, step: 0.2, jobs: 1)
    let two = try await trial.scores(data.episodes, step: 0.2, jobs: 2)
    #expect(one == two)
    // 8 s: frames 0 to 40; forecasts at 1 to 5 s of three others.
    #expect(one.map(\.count) == [12 * 5 * 3, 12 * 5 * 3, 12 * 5 * 3])
    for scores in one {
      for column in ForecastScores.columns.indices {
        let mean = try #require(scores.mean(column))
        #expect(mean.isFinite && mean >= 0)
      }
      // The best of some modes is no worse than the likeliest.
      #expect(try #require(scores.mean(3)) <= (try #require(scores.mean(1))) + 1e-12)
    }
    #expect(trial.table("t", one).contains("hpnet"))
    #expect(throws: InputError.self) { try ForecastTrial.Contestant.catalog("nobody") }
  }

  @Test func picturesAreDrawn() async throws {
    let data = try await TrainingWorlds.data()
    let canvas = try #require(
      try ForecastPicture.draw(
        data.episodes[0], frame: 12, step: 0.2, .catalog("lane-hypotheses"), width: 200,
        height: 160))
    let empty = try #require(
      try ForecastPicture.draw(
        data.episodes[0], frame: 12, step: 0.2, .catalog("constant-velocity"), width: 200,
        height: 160))
    #expect(canvas.hash != empty.hash)
  }
}
