import Foundation
import SimCore
import SimHarness
import SimNeural
import SimTraining

/// Small trainings for tests.
enum TrainingWorlds {
  /// Four cars on two lanes for 8 s, at one of some lengths of road and some seeds.
  static let text = """
    version: 1
    name: small
    map: {template: straight, lanes: 2, length: 300}
    duration: 8
    ego: {lane: main.1, s: 20, speed: 10, planner: idm}
    agents:
      - {id: slow, lane: main.1, s: 60, speed: 6}
      - {id: beside, lane: main.2, s: 30, speed: 12}
      - {id: walker, type: pedestrian, position: [80, 8], heading: 0 deg, speed: 1.2, policy: constant_speed}
    sweep: {map.length: [250, 300, 350], seed: 0..3}
    """

  /// The data set of that scenario, or of another one.
  ///
  /// - Parameters:
  ///   - noise: of what is seen, metres.
  ///   - stops: asked whether to stop.
  static func data(
    _ text: String = text, jobs: Int = 1, noise: Double = 0, stops: () -> Bool = { false }
  ) async throws -> ForecastDataSet {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "training-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "small.yaml")
    try Data(text.utf8).write(to: file)
    var request = BatchRequest(paths: [file.path])
    request.jobs = jobs
    var data = ForecastDataSet(step: 0.2, split: ForecastDataSet.Split(maps: 0, seeds: 30), noise: noise)
    let isWhole = try await data.load(request, catalogs: .shipped, stops: stops) { _, _ in }
    if !isWhole { throw CancellationError() }
    return data
  }

  /// A network of a few thousand parameters, six steps of three examples.
  static var training: ForecastTraining {
    var training = ForecastTraining()
    training.configuration = .clean(width: 16)
    training.configuration.heads = 2
    training.configuration.layers = 1
    training.configuration.modes = 2
    training.steps = 6
    training.batch = 3
    return training
  }
}
