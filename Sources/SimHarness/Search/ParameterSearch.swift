public import SimCore
import SimMetrics
public import SimScenario
import SimStack

/// Looks for the boundary or the worst case of a scenario's sweep with a bounded number of
/// episodes, instead of running every combination.
///
/// What it tries is a pure function of the scenario, the program and the seed, whatever the number
/// of workers.
public struct ParameterSearch: Sendable {
  /// What to look for, and how long.
  public struct Settings: Sendable {
    /// The boundary between passing and failing, or the worst case.
    public var goal = SearchGoal.boundary
    /// Points to try at most.
    public var budget = 40
    /// `score`, a metric or a count, the least value of which is the worst.
    public var measure = "score"
    /// Of the random numbers of the search itself.
    public var seed: UInt64 = 0
    /// How near the two sides of the boundary are to come, as a share of each range.
    public var tolerance = 0.01
    /// Points that are tried at the same time.
    public var jobs = 1

    /// The boundary, with a budget of 40 points.
    public init() {}
  }

  /// One point that was tried.
  public struct Point: Sendable {
    /// Value of each axis as `--set` takes it.
    public var texts: [String]
    /// Every episode of it passed.
    public var passes: Bool
    /// The least measure of its episodes; nil: none has one.
    public var measure: Double?
    /// What was wrong with the worst episode.
    public var reason: String
    /// Hash of the first episode.
    public var hash: String
  }

  /// What was found.
  public struct Findings: Sendable {
    /// The keys that were varied, with their ranges.
    public var space: SearchSpace
    /// What was asked for.
    public var settings: Settings
    /// In the order in which they were tried.
    public var points: [Point]
    /// A failing point and the passing one next to it, the nearest first; indices of `points`.
    public var boundary: [(fail: Int, pass: Int)]
    /// The points of the least measures, the least first.
    public var worst: [Int]
    /// Episodes that were run.
    public var episodes: Int
  }

  private let file: String
  private let request: BatchRequest
  private let settings: Settings
  private let catalogs: ModuleCatalogs
  private let space: SearchSpace
  private let executor: EpisodeExecutor

  /// - Parameters:
  ///   - file: a scenario with a sweep.
  ///   - request: modules, settings, seeds and profile.
  /// - Throws: what is wrong with the scenario.
  public init(
    _ file: String, request: BatchRequest, settings: Settings, catalogs: ModuleCatalogs
  ) throws(InputError) {
    self.file = file
    self.request = request
    self.settings = settings
    self.catalogs = catalogs
    space = try SearchSpace(file: file, options: request.loadOptions(catalogs))
    executor = EpisodeExecutor(
      catalogs: catalogs, profile: request.profile, overridesProfiles: request.overridesProfiles,
      record: .none)
    let names =
      ["score"] + catalogs.schema.modules[.metric, default: []].map(\.name)
      + EpisodeResult.countNames
    guard names.contains(settings.measure) else {
      throw InputError(
        at: .wholeFile("--measure"), "there is no metric '\(settings.measure)'",
        hint: nearestSpelling(of: settings.measure, among: names).map { "did you mean '\($0)'?" }
          ?? "'simrun catalog' lists them")
    }
  }

  /// Tries points until the budget is spent or the boundary is found.
  ///
  /// - Throws: a point whose scenario cannot be built.
  public func run() async throws(InputError) -> Findings {
    var strategy = SearchStrategy(
      dimensions: space.axes.count, goal: settings.goal, tolerance: settings.tolerance,
      seed: settings.seed)
    var points: [Point] = []
    var episodes = 0
    var next = strategy.firstPoints(budget: settings.budget)
    while !next.isEmpty, !Interrupt.isRequested {
      let found = try await tried(next)
      var trials: [SearchStrategy.Trial] = []
      for (shares, outcome) in zip(next, found) {
        points.append(outcome.point)
        episodes += outcome.episodes
        trials.append(
          SearchStrategy.Trial(
            point: shares, passes: outcome.point.passes, measure: outcome.point.measure))
      }
      strategy.add(trials)
      let rest = settings.budget - points.count
      next = rest > 0 ? strategy.nextPoints(budget: rest) : []
    }
    let pairs = strategy.pairs().reversed().map { (fail: $0.fail, pass: $0.pass) }
    return Findings(
      space: space, settings: settings, points: points, boundary: Array(pairs),
      worst: strategy.worst(count: 5), episodes: episodes)
  }

  /// Runs some points, several at a time.
  private func tried(_ points: [[Double]]) async throws(InputError) -> [(
    point: Point, episodes: Int
  )] {
    let texts = points.map { shares in
      zip(space.axes, shares).map { $0.text(at: $1) }
    }
    let outcomes = await withTaskGroup(
      of: (Int, Result<(point: Point, episodes: Int), InputError>).self
    ) { group in
      var outcomes = [Result<(point: Point, episodes: Int), InputError>?](
        repeating: nil, count: texts.count)
      var next = 0
      func start() {
        guard next < texts.count else { return }
        let index = next
        next += 1
        group.addTask { (index, tried(texts[index])) }
      }
      for _ in 0..<max(1, settings.jobs) { start() }
      while let (index, outcome) = await group.next() {
        outcomes[index] = outcome
        start()
      }
      return outcomes
    }
    var results: [(point: Point, episodes: Int)] = []
    for outcome in outcomes {
      guard let outcome else { continue }
      results.append(try outcome.get())
    }
    return results
  }

  /// Runs one point with all its seeds.
  private func tried(_ texts: [String]) -> Result<(point: Point, episodes: Int), InputError> {
    do throws(InputError) {
      var options = request.loadOptions(catalogs)
      for (axis, text) in zip(space.axes, texts) { options.settings.append((axis.path, text)) }
      let loaded = try ScenarioLoader(importers: catalogs.importers).load(
        file: file, relativePath: file, options: options)
      var point = Point(texts: texts, passes: true, measure: nil, reason: "", hash: "")
      for ticket in loaded.tickets {
        for result in executor.run(try ticket.build()).results { include(result, in: &point) }
      }
      return .success((point, loaded.tickets.count))
    } catch {
      return .failure(error)
    }
  }

  private func include(_ result: EpisodeResult, in point: inout Point) {
    if point.hash.isEmpty { point.hash = result.hashText }
    let isFailure = result.verdict != .pass
    let value = result.value(named: settings.measure)
    let isWorse = (value ?? .infinity) < (point.measure ?? .infinity)
    if isFailure && point.passes || isWorse && isFailure == !point.passes {
      point.reason = (result.unmet + result.details).first ?? result.reason
    }
    if isFailure { point.passes = false }
    if isWorse { point.measure = value }
  }
}
