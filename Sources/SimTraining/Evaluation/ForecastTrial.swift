public import SimCore
import SimGeometry
import SimHarness
import SimMap
import SimNeural
public import SimPrediction
import SimScenario
public import SimStack
import SimWorld

/// Holds predictors against what happened in episodes: all of them forecast the same road users at
/// the same times, frame by frame as in a closed loop, from the ego's point of view.
public struct ForecastTrial: Sendable {
  /// A predictor with a name for tables.
  public struct Contestant: Sendable {
    /// In tables.
    public var name: String
    /// Makes it for an episode.
    public var make: @Sendable (DrivingSetup) throws(StageFailure) -> any Predictor

    /// A predictor by its name and how it is made.
    public init(
      _ name: String, make: @escaping @Sendable (DrivingSetup) throws(StageFailure) -> any Predictor
    ) {
      self.name = name
      self.make = make
    }

    /// A predictor of the catalog with its standard parameters.
    ///
    /// - Parameter step: time between the points that it foresees, seconds; nil: its standard.
    /// - Throws: there is none of this name.
    public static func catalog(
      _ name: String, step: Double? = nil
    ) throws(InputError) -> Contestant {
      guard let entry = PredictorCatalog.entries.first(where: { $0.schema.name == name }) else {
        throw InputError(
          at: .wholeFile("predictor"), "there is no predictor '\(name)'",
          hint: PredictorCatalog.entries.map(\.schema.name).joined(separator: ", "))
      }
      return Contestant(name) { (setup) throws(StageFailure) in
        var values = ParameterValues(entry.schema)
        if let step, values.entries.contains(where: { $0.name == "step" }) {
          values.set("step", .number(step))
        }
        return try entry.make(values, setup)
      }
    }

    /// A network.
    public static func network(_ name: String, _ network: ForecasterNetwork) -> Contestant {
      Contestant(name) { (setup) throws(StageFailure) in
        // All road users count, so the network has to forecast all of them.
        try HPNetPredictor(network, setup, agents: 512, range: 1000)
      }
    }
  }

  /// What errors are measured over, seconds.
  public static let horizon = 3.0
  /// History before the first forecast that counts, and time from one to the next, seconds.
  public static let beginning = 1.0, interval = 1.0

  /// Who is compared.
  public let contestants: [Contestant]

  /// A comparison of predictors.
  public init(_ contestants: [Contestant]) { self.contestants = contestants }

  /// Looks whether a network can be held against what happened.
  ///
  /// - Parameter file: its name for errors.
  /// - Throws: it foresees too little, or its frames do not fit the times that are looked at.
  public static func check(
    _ network: ForecasterNetwork, file: String
  ) throws(InputError) {
    let configuration = network.configuration
    let step = configuration.frameStep
    let foreseen = step * Double(configuration.futureFrames)
    if foreseen < horizon - 1e-9 {
      throw InputError(
        at: .wholeFile(file),
        "foresees \(foreseen.fixed(3)) s; errors are measured over \(horizon) s")
    }
    for time in [beginning, interval, horizon]
    where ((time / step).rounded() * step - time).magnitude > 1e-9 {
      throw InputError(
        at: .wholeFile(file), "\(time) s are no whole number of its frames of \(step) s")
    }
  }

  /// The scores of all contestants in an episode, in their order; nil if there is no ego in it.
  ///
  /// - Parameter step: time between frames, seconds.
  public func scores(
    _ episode: ForecastEpisode, step: Double
  ) throws(StageFailure) -> [ForecastScores]? {
    guard let ego = episode.ego else { return nil }
    let clock = TickClock(stepMicroseconds: Int64((step * 1_000_000).rounded()))
    let setup = DrivingSetup(
      clock: clock, map: episode.road.graph, route: ego.route, vehicle: ego.vehicle,
      ticks: episode.frames)
    var predictors: [any Predictor] = []
    for contestant in contestants { predictors.append(try contestant.make(setup)) }
    var scores = contestants.map { _ in ForecastScores() }
    var before: [Forecast?] = contestants.map { _ in nil }
    let steps = clock.ticks(Self.horizon)
    let (first, interval) = (clock.ticks(Self.beginning), clock.ticks(Self.interval))
    for frame in 0..<max(0, episode.frames - steps) where episode.isPresent(ego.row, frame) {
      let scene = episode.scene(frame, clock, ego)
      let counts = frame >= first && (frame - first) % interval == 0
      let truths = counts ? episode.truths(scene.tracks, frame, steps) : []
      for index in predictors.indices {
        let context = TickContext(
          clock: clock, tick: frame, random: CounterRandom(seed: episode.seed), stream: 0)
        let forecast = try predictors[index].predict(scene, in: context)
        guard forecast.steps >= steps, forecast.stepMicroseconds == clock.stepMicroseconds else {
          throw StageFailure(
            .predict,
            "'\(contestants[index].name)' foresees \(forecast.steps) steps of "
              + "\(forecast.stepMicroseconds) us, not \(steps) of \(clock.stepMicroseconds) us")
        }
        for (agent, truth) in truths {
          let earlier = before[index].flatMap { before in
            before.tracks.firstIndex(of: forecast.tracks[agent]).map { (before, $0) }
          }
          scores[index].add(forecast, agent: agent, truth: truth, before: earlier)
        }
        before[index] = forecast
      }
    }
    return scores
  }

  /// The scores over episodes; episodes are worked on in parallel and added in their order.
  ///
  /// - Throws: what a predictor failed with, or `CancellationError` on Ctrl-C.
  public func scores(
    _ episodes: [ForecastEpisode], step: Double, jobs: Int
  ) async throws -> [ForecastScores] {
    var sums = contestants.map { _ in ForecastScores() }
    for scores in try await each(episodes, step: step, jobs: jobs) {
      guard let scores else { continue }
      for index in sums.indices { sums[index].add(scores[index]) }
    }
    return sums
  }

  /// The scores of each of some episodes by itself, worked on in parallel; nil without an ego.
  func each(
    _ episodes: [ForecastEpisode], step: Double, jobs: Int
  ) async throws -> [[ForecastScores]?] {
    var all = [[ForecastScores]?](repeating: nil, count: episodes.count)
    try await withThrowingTaskGroup(of: [(Int, [ForecastScores]?)].self) { group in
      for worker in 0..<max(1, min(jobs, episodes.count)) {
        group.addTask {
          var some: [(Int, [ForecastScores]?)] = []
          for index in stride(from: worker, to: episodes.count, by: max(1, jobs)) {
            if Interrupt.isRequested { throw CancellationError() }
            some.append((index, try self.scores(episodes[index], step: step)))
          }
          return some
        }
      }
      for try await some in group { for (index, scores) in some { all[index] = scores } }
    }
    return all
  }

  /// A table of scores, one line a contestant.
  public func table(_ title: String, _ scores: [ForecastScores]) -> String {
    Self.table(title, contestants.map(\.name), scores)
  }

  /// A table of scores, one line a name.
  static func table(_ title: String, _ names: [String], _ scores: [ForecastScores]) -> String {
    let width = max(10, names.map(\.count).max() ?? 0)
    func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
      let spaces = String(repeating: " ", count: max(0, width - text.count))
      return left ? text + spaces : spaces + text
    }
    var text = "\(title): \(scores.first?.count ?? 0) forecasts\n"
    text += padded("", width, left: true)
    for column in ForecastScores.columns { text += padded(column.name, 10) }
    text += "\n"
    for (name, scores) in zip(names, scores) {
      text += padded(name, width, left: true)
      for column in ForecastScores.columns.indices {
        text += padded(scores.mean(column)?.fixed(3) ?? "-", 10)
      }
      text += "\n"
    }
    return text
  }
}

extension ForecastEpisode {
  /// The scene of a frame as the ego sees it, without any deficit.
  func scene(
    _ frame: Int, _ clock: TickClock, _ ego: (row: Int, vehicle: VehicleParameters, route: Route)
  ) -> Scene {
    let own = track(ego.row, frame)
    let tracks = rows.indices.filter { $0 != ego.row && isPresent($0, frame) }
      .map { track($0, frame) }
    let state = EgoState(
      timeMicroseconds: clock.microseconds(frame),
      pose: own.box.pose.advanced(by: -ego.vehicle.rearAxleToCentre),
      velocity: Vector2(own.speed, 0), acceleration: Vector2(own.acceleration, 0))
    return Scene(
      tick: frame, ego: state, vehicle: ego.vehicle, tracks: tracks, signals: signals(frame),
      map: road.graph, route: ego.route)
  }

  /// Of the tracks of a frame those that are there for some frames more, by their index, with their
  /// places in these, in the map's frame.
  fileprivate func truths(
    _ tracks: [Track], _ frame: Int, _ steps: Int
  ) -> [(Int, [Vector2])] {
    var next = 0
    var truths: [(Int, [Vector2])] = []
    for (index, track) in tracks.enumerated() {
      while rows[next].id != track.id { next += 1 }
      let row = next
      guard (1...steps).allSatisfy({ isPresent(row, frame + $0) }) else { continue }
      truths.append((index, (1...steps).map { position(row, frame + $0) + road.map.origin }))
    }
    return truths
  }
}
