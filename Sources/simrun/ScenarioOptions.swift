public import ArgumentParser
import SimCore
import SimHarness
import SimMetrics
public import SimScenario

/// What all commands that read scenarios share: which modules drive, what is set, who is the ego.
struct ScenarioOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Planner of every ego, e.g. idm, '{idm: {headway: 1 s}}', or a program of your own, my.py.",
      valueName: "name"))
  var planner: String?

  @Option(help: ArgumentHelp("Predictor of every ego.", valueName: "name"))
  var predictor: String?

  @Option(help: ArgumentHelp("Perceiver of every ego.", valueName: "name"))
  var perception: String?

  @Option(help: ArgumentHelp("Controller of every ego.", valueName: "name"))
  var controller: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change a value of every scenario; repeatable. Of recordings: ego, duration, seed, expect, profile, end_on.",
      valueName: "path=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp(
      "Traffic of recordings: as-written, replay or reactive. Authored scenarios run as written."))
  var traffic: LoadOptions.Traffic = .asWritten

  @Option(help: ArgumentHelp("Seeds that replace those of the files, e.g. 0..9 or 1,5."))
  var seeds: SeedList?

  @Option(
    help: ArgumentHelp(
      "Recorded movers that become the ego: all, or an id. Authored scenarios keep their own egos.",
      valueName: "all|id"))
  var egoFrom: String?

  @Option(
    help: ArgumentHelp(
      "Metric profile of all episodes: strict, nuplan-compat, v-max, interplan or "
        + "interplan-obstacle; else what a file asks for, else strict."))
  var profile: ProfileName?

  @Flag(
    help: """
      Measure too what no score depends on: surrogate safety (times to collision and \
      encroachment, decelerations needed, RSS and more) and the scores of other benchmarks.
      """)
  var allMetrics = false

  /// The request that these options make of some paths.
  func request(_ paths: [String]) throws -> BatchRequest {
    var request = BatchRequest(paths: paths)
    let modules: [(ModuleKind, String?)] = [
      (.planner, planner.map(ModuleNames.planner)), (.predictor, predictor),
      (.perception, perception), (.controller, controller),
    ]
    for (kind, name) in modules { request.modules[kind] = name }
    request.settings = try settings.map { setting in
      guard let equals = setting.firstIndex(of: "="), equals > setting.startIndex else {
        throw ValidationError("--set needs path=value, not '\(setting)'")
      }
      return (String(setting[..<equals]), String(setting[setting.index(after: equals)...]))
    }
    request.traffic = traffic
    request.seeds = seeds?.seeds
    if let profile {
      request.profile = profile.profile
      request.overridesProfiles = true
    }
    request.profile.measuresAll = allMetrics
    switch egoFrom {
    case nil: break
    case "all": request.egoFrom = .all
    case let id?: request.egoFrom = .id(id)
    }
    return request
  }
}

extension LoadOptions.Traffic: ExpressibleByArgument {}

/// Seeds as they are typed: numbers and ranges, e.g. `0..9,20`.
struct SeedList: ExpressibleByArgument {
  let seeds: [UInt64]

  /// Most seeds that a list may name.
  private static let most: UInt64 = 1_000_000

  init(_ range: ClosedRange<UInt64>) { seeds = Array(range) }

  var defaultValueDescription: String {
    seeds.count > 2 ? "\(seeds[0])..\(seeds[seeds.count - 1])" : "\(seeds)"
  }

  init?(argument: String) {
    var seeds: [UInt64] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      if let dots = part.firstRange(of: "..") {
        guard let first = UInt64(part[..<dots.lowerBound]),
          let last = UInt64(part[dots.upperBound...]), first <= last, last - first < Self.most
        else { return nil }
        seeds += first...last
      } else {
        guard let seed = UInt64(part) else { return nil }
        seeds.append(seed)
      }
    }
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else { return nil }
    self.seeds = seeds
  }
}

/// A metric profile by name.
struct ProfileName: ExpressibleByArgument {
  let profile: MetricProfile

  init(profile: MetricProfile) { self.profile = profile }

  init?(argument: String) {
    guard let profile = MetricProfile.named(argument) else { return nil }
    self.profile = profile
  }

  var defaultValueDescription: String { profile.name }

  static var allValueStrings: [String] { MetricProfile.all.map(\.name) }
}
