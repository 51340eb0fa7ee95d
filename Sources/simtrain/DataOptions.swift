import ArgumentParser
import SimHarness
import SimTraining

/// What both commands read: scenarios, recordings, and how they are shared out.
struct DataOptions: ParsableArguments {
  @Argument(
    help: "Scenario files, recordings ('simrun batch --record all') and folders of either.")
  var paths: [String]

  @Option(help: ArgumentHelp("Only scenarios of these names, e.g. 'flow_*'.", valueName: "expr"))
  var filter: String?

  @Option(
    help: ArgumentHelp(
      "Of the maps so many per cent are held out: no episode on them is learnt from.",
      valueName: "per cent"))
  var heldOutMaps = 15

  @Option(
    help: ArgumentHelp(
      "Of the seeds on the other maps so many per cent are held out.", valueName: "per cent"))
  var heldOutSeeds = 10

  @Option(
    help: ArgumentHelp("Scenarios run with this seed instead of their own.", valueName: "n"))
  var scenarioSeed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Standard deviation of where road users are seen; of their speed it is as many m/s, of their "
        + "heading a quarter as many radians. What is to be foreseen has none.",
      valueName: "m"))
  var noise = 0.0

  @Option(help: ArgumentHelp("Workers; the default is one a core.", valueName: "n"))
  var jobs: Int?

  @Flag(help: "No progress and no notes.")
  var quiet = false

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs is between 1 and 1024")
    }
    guard (0...10).contains(noise) else { throw ValidationError("--noise is 0 to 10 m") }
    for share in [heldOutMaps, heldOutSeeds] where !(0...100).contains(share) {
      throw ValidationError("shares are 0 to 100 per cent")
    }
  }

  var workers: Int { jobs ?? Machine.cores }

  /// Runs or reads all of it.
  ///
  /// - Throws: `CancellationError` if it was interrupted.
  func load(step: Double) async throws -> ForecastDataSet {
    var data = ForecastDataSet(
      step: step, split: ForecastDataSet.Split(maps: heldOutMaps, seeds: heldOutSeeds),
      noise: noise)
    var request = BatchRequest(paths: paths)
    request.jobs = workers
    request.seeds = scenarioSeed.map { [$0] }
    request.filter = try filter.map { try Selection($0, name: "--filter") }
    let watch = Stopwatch()
    let isQuiet = quiet
    var next = 0.0
    let isWhole = try await data.load(request, catalogs: .shipped) { done, all in
      guard !isQuiet, watch.seconds >= next || done == all else { return }
      next = watch.seconds + 5
      Console.error("\(done)/\(all) episodes")
    }
    guard isWhole else { throw CancellationError() }
    if !quiet {
      for note in data.notes { Console.error(note) }
      let counts = ForecastDataSet.Part.allCases.map {
        "\(data.places(of: $0).count) \($0.rawValue)"
      }
      Console.error(
        "\(data.episodes.count) episodes on \(data.roadCount) maps of \(data.shapeCount) shapes: "
          + counts.joined(separator: ", "))
    }
    return data
  }
}
