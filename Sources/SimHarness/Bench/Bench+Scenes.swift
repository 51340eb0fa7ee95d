import SimCore
import SimEpisode
import SimMetrics
import SimScenario
import SimStack

extension Bench {
  /// Scenes of one repetition.
  private static let sceneCount = 100

  /// An urban grid with traffic and an ego that `idm` drives, as its author would write it.
  static func gridText(agents: Int, seconds: Double) -> String {
    """
    version: 1
    name: grid
    map: {template: urban_grid}
    duration: \(seconds)
    seed: 11
    ego: {lane: w1_r1c1.1, s: 30, speed: 8, planner: idm}
    fleet: {count: \(agents), lanes: "*", speed: [5, 12], spread: {desired_speed: [10, 14]}}
    """
  }

  /// Five lanes of cars around an ego that `pdm-closed` drives, all at one speed, so that they stay
  /// near.
  static func pdmText(agents: Int, seconds: Double) -> String {
    let perLane = (agents + 4) / 5
    let spacing = 80 / Double(max(perLane, 2))
    let cars = (0..<agents).map { k in
      // The ego's lane has a gap in the middle.
      let place = Double(k / 5) - 0.5 * Double(perLane - 1)
      let s = 200 + spacing * place + (k % 5 == 2 ? (place < 0 ? -10 : 10) : 0)
      let lane = "main.\(k % 5 + 1)"
      return "  - {id: car\(k), lane: \(lane), s: \(s), speed: 10, policy: constant_speed}"
    }
    return """
      version: 1
      name: pdm
      map: {template: highway, lanes: 5, length: 1000, speed_limit: 60 km/h}
      duration: \(seconds)
      ego: {lane: main.3, s: 200, speed: 10, planner: pdm-closed}
      agents:
      \(cars.joined(separator: "\n"))
      """
  }

  /// The ticket of a scenario text.
  ///
  /// - Parameter options: of the whole batch; nil: the usual ones.
  func ticket(
    _ text: [UInt8], _ options: LoadOptions? = nil
  ) throws(InputError) -> EpisodeTicket {
    let loaded = try ScenarioLoader(importers: catalogs.importers).load(
      text, file: "grid.yaml", relativePath: "grid.yaml",
      options: options ?? BatchRequest(paths: []).loadOptions(catalogs))
    guard let ticket = loaded.tickets.first else {
      throw InputError(at: .wholeFile("grid.yaml"), "nothing to run")
    }
    return ticket
  }

  private var executor: EpisodeExecutor {
    EpisodeExecutor(catalogs: catalogs, profile: .strict, record: .none)
  }

  /// Steps as a duration, if they are given.
  private func seconds(_ steps: Int?, standard: Double) -> Double {
    steps.map { Double($0) / 10 } ?? standard
  }

  func scenes(agents: Int, steps: Int?) throws(InputError) -> BenchRow {
    let seconds = seconds(steps, standard: 8)
    let text = Array(Bench.gridText(agents: agents, seconds: seconds).utf8)
    var timing = Timing()
    var last: EpisodeResult?
    // (A hundred take a fifth of a second: the fastest of a few is a matter of luck where others
    // share the machine.)
    for _ in 0..<(repetitions * 5) {
      last = try timing.measure { () throws(InputError) in
        var last: EpisodeResult?
        let options = BatchRequest(paths: []).loadOptions(catalogs)
        for _ in 0..<Bench.sceneCount {
          // A new executor and a new ticket a scene: nothing is kept from one to the next.
          last = executor.run(try ticket(text, options).build()).results.first
        }
        return last
      }
    }
    let steps = (last?.ticks ?? 1) - 1
    var row = row("scenes", agents, steps, timing, last)
    let scenes = Double(Bench.sceneCount)
    row.scenesPerSecond = scenes / timing.best
    row.agentStepsPerSecond = scenes * Double(agents * steps) / timing.best
    row.millisecondsPerEpisode = timing.best / scenes * 1000
    return row
  }

  func episode(agents: Int, steps: Int?) throws(InputError) -> BenchRow {
    let seconds = seconds(steps, standard: 15)
    let ticket = try ticket(Array(Bench.gridText(agents: agents, seconds: seconds).utf8))
    var timing = Timing()
    var last: EpisodeResult?
    for _ in 0..<(repetitions * 10) {
      last = try timing.measure { () throws(InputError) in
        executor.run(try ticket.build()).results.first
      }
    }
    let steps = (last?.ticks ?? 1) - 1
    var row = row("episode", agents, steps, timing, last)
    row.agentStepsPerSecond = Double(agents * steps) / timing.best
    row.millisecondsPerTick = timing.best / Double(steps) * 1000
    row.millisecondsPerEpisode = timing.best * 1000
    return row
  }

  func pdm(agents: Int, steps: Int?) throws(InputError) -> BenchRow {
    let seconds = seconds(steps, standard: 15)
    let ticket = try ticket(Array(Bench.pdmText(agents: agents, seconds: seconds).utf8))
    var timing = Timing()
    var last: EpisodeResult?
    for _ in 0..<repetitions {
      last = try timing.measure { () throws(InputError) in
        executor.run(try ticket.build()).results.first
      }
    }
    let steps = (last?.ticks ?? 1) - 1
    var row = row("pdm", agents, steps, timing, last)
    row.millisecondsPerTick = timing.best / Double(steps) * 1000
    row.millisecondsPerEpisode = timing.best * 1000
    return row
  }

  func metrics(agents: Int, steps: Int?) throws(InputError) -> BenchRow {
    let seconds = seconds(steps, standard: 15)
    let text = Array(Bench.gridText(agents: agents, seconds: seconds).utf8)
    let ticket = scenario == nil ? try ticket(text) : try fileTicket()
    let recording = EpisodeExecutor(catalogs: catalogs, profile: .strict, record: .all)
      .run(try ticket.build()).recording
    guard let recording else {
      throw InputError(at: .wholeFile(scenario ?? "grid.yaml"), "nothing ran")
    }
    let others = recording.episode.record.header.ids.count - 1
    var timing = Timing()
    var last: EpisodeResult?
    for _ in 0..<(repetitions * 10) {
      last = try timing.measure { () throws(InputError) in
        recording.results(.strict.measuringAll).first
      }
    }
    var row = row(
      "metrics", scenario == nil ? agents : others, recording.episode.record.ticks - 1, timing,
      last)
    row.millisecondsPerEpisode = timing.best * 1000
    return row
  }

  /// The first episode of the file that was named.
  func fileTicket() throws(InputError) -> EpisodeTicket {
    let file = scenario ?? ""
    let set = try ScenarioSet(BatchRequest(paths: [file]), catalogs: catalogs)
    if let broken = set.broken.first { throw broken.error }
    guard let entry = set.entries.first else {
      throw InputError(at: .wholeFile(file), "there is nothing to run")
    }
    return entry.ticket
  }

  private func row(
    _ load: String, _ agents: Int, _ steps: Int, _ timing: Timing, _ result: EpisodeResult?
  ) -> BenchRow {
    BenchRow(
      load: load, n: agents, steps: steps, meanSpeed: result?.value(named: "ego_mean_speed"),
      score: result?.score, hash: result?.hashText ?? "", spread: timing.spread)
  }
}
