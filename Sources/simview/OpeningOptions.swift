import ArgumentParser
import SimCore
import SimEpisode
import SimGeometry
import SimHarness
import SimMap
import SimMetrics
import SimScenario
import SimStack
import SimViewer

/// What is opened, and with which modules a scenario runs.
struct OpeningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Planner of every ego of a scenario; a program of your own: my.py.", valueName: "name"))
  var planner: String?

  @Option(help: ArgumentHelp("Predictor of every ego of a scenario.", valueName: "name"))
  var predictor: String?

  @Option(help: ArgumentHelp("Perceiver of every ego of a scenario.", valueName: "name"))
  var perception: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Change a value of the scenario; repeatable.", valueName: "path=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp("The episode of these names, if a file has several.", valueName: "expr"))
  var filter: String?

  @Option(help: "Seed that replaces that of the scenario.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp("Recorded mover that becomes the ego of a recording.", valueName: "id"))
  var egoFrom: String?

  @Option(help: "Metric profile: strict, nuplan-compat or v-max; else the episode's own.")
  var profile: String?

  @Flag(
    help: """
      Mark ticks of a scenario in which the stack takes longer than it may by the clock on the wall; \
      such marks differ from run to run.
      """)
  var times = false

  @Option(help: ArgumentHelp("A second run to show beside it.", valueName: "path"))
  var ghost: String?

  func validate() throws {
    if let profile, MetricProfile.named(profile) == nil {
      throw ValidationError("--profile is strict, nuplan-compat or v-max")
    }
    for setting in settings where !setting.dropFirst().contains("=") {
      throw ValidationError("--set needs path=value, not '\(setting)'")
    }
  }

  /// Reads a recording, or runs a scenario.
  func open(_ path: String) throws -> OpenedEpisode {
    let (recording, branching) = try recording(path)
    let profile = profile(of: recording)
    let record = recording.episode.record
    var show = try Exhibit(
      record, findings: Findings(recording, profile: profile), file: path)
    var isRun = branching != nil
    if let ghost {
      let (second, branching) = try self.recording(ghost)
      isRun = isRun || branching != nil
      let other = second.episode.record
      // (Places of another map would mean nothing here.)
      guard other.header.map.lanes.map(\.id) == record.header.map.lanes.map(\.id),
        other.header.map.bounds.centre.distance(to: record.header.map.bounds.centre) < 0.1
      else {
        throw InputError(at: .wholeFile(ghost), "a ghost drives on the same map, this is another")
      }
      show.ghost = try Exhibit(other, file: ghost).record
    }
    if let option = runOptions.first, !isRun {
      throw InputError(
        at: .wholeFile(path), "\(option) is for a scenario, which is run; this ran already")
    }
    return OpenedEpisode(show: show, recording: recording, profile: profile, branching: branching)
  }

  /// Those given that say how a scenario runs.
  private var runOptions: [String] {
    [
      planner.map { _ in "--planner" }, predictor.map { _ in "--predictor" },
      perception.map { _ in "--perception" }, settings.first.map { _ in "--set" },
      filter.map { _ in "--filter" }, seed.map { _ in "--seed" },
      egoFrom.map { _ in "--ego-from" }, times ? "--times" : nil,
    ].compactMap(\.self)
  }

  /// The profile asked for, or that of the recording.
  func profile(of recording: Recording) -> MetricProfile {
    MetricProfile.named(profile ?? recording.origin.profile) ?? .strict
  }

  private func recording(_ path: String) throws -> (Recording, EpisodeBranching?) {
    if path.hasSuffix("." + Recording.fileExtension) {
      return (try OutputFile.recording(path), nil)
    }
    // A recording by another name is still one.
    if InputFile.kind(of: path) == .file,
      let start = try? InputFile.read(path, first: 4), start == [0x89, 0x50, 0x47, 0x45]
    {
      return (try OutputFile.recording(path), nil)
    }
    let branching = EpisodeBranching(request: try request(path), isTimed: times)
    return (try branching.run(), branching)
  }

  /// What runs the scenarios of a path.
  func request(_ path: String) throws -> BatchRequest {
    var request = BatchRequest(paths: [path])
    let modules: [(ModuleKind, String?)] = [
      (.planner, planner.map(ModuleNames.planner)), (.predictor, predictor),
      (.perception, perception),
    ]
    for (kind, name) in modules { request.modules[kind] = name }
    request.settings = settings.compactMap { setting in
      setting.firstIndex(of: "=").map {
        (String(setting[..<$0]), String(setting[setting.index(after: $0)...]))
      }
    }
    request.filter = try filter.map { try Selection($0, name: "--filter") }
    request.seeds = seed.map { [$0] }
    if let egoFrom { request.egoFrom = .id(egoFrom) }
    if let named = profile.flatMap(MetricProfile.named) {
      request.profile = named
      request.overridesProfiles = true
    }
    return request
  }
}

/// An episode that is open, with what is needed to score it up to a tick and to branch it.
struct OpenedEpisode {
  var show: Exhibit
  let recording: Recording
  let profile: MetricProfile
  let branching: EpisodeBranching?

  /// What Enter offers.
  var choices: [String] {
    guard branching != nil else { return [] }
    return ModuleCatalogs.shipped.planners.map(\.schema.name).filter { $0 != "external" }
      + [EpisodeBranching.anotherSeed]
  }
}
