public import SimCore
import SimEpisode
import SimMetrics
public import SimScenario

/// One episode from its ticket to its stored result: what a worker does, in whatever process.
public struct EpisodeWork: Sendable {
  /// What came of one episode.
  public struct Finished: Sendable {
    /// Names the episode by its content; nil for what is not to be remembered: the scenario could
    /// not be built, or the process was ended, which may go well another time.
    public var key: UInt64?
    /// One per ego, in file order.
    public var results: [EpisodeResult]
    /// Its file in the folder of recordings; nil if it has none.
    public var recording: StoredRecording?
    /// Why the scenario could not be built; nil if it could.
    public var error: InputError?
  }

  /// A file in the folder of recordings.
  public struct StoredRecording: Hashable, Sendable {
    /// File name in the folder, with its ending.
    public var name: String
    /// Length, by which a file that a power cut has cut off is known.
    public var bytes: Int
  }

  /// Runs and scores.
  public let executor: EpisodeExecutor
  /// Folder of recordings; nil: none are written.
  public let recordings: String?

  /// The work on episodes whose recordings go to a folder (nil: nowhere).
  public init(executor: EpisodeExecutor, recordings: String?) {
    self.executor = executor
    self.recordings = recordings
  }

  /// The key under which a batch remembers an episode: everything that its results follow from.
  public func key(_ scenario: Scenario) -> UInt64 {
    var hasher = StableHasher()
    hasher.combine(scenario.name)
    hasher.combine(scenario.path)
    for tag in scenario.tags { hasher.combine(tag) }
    hasher.combine(scenario.contentHash)
    hasher.combine(executor.effectiveProfile(scenario).name)
    hasher.combine(executor.traffic.rawValue)
    hasher.combine(executor.record.rawValue)
    if executor.isWatched { hasher.combine("watched") }
    hasher.combine(ProgramVersion.build)
    EpisodeWork.combine(commands(scenario), into: &hasher)
    // (What cannot be read does not run, and is not remembered.)
    for hash in (try? executor.catalogs.files(of: scenario)) ?? [] { hasher.combine(hash) }
    return hasher.value
  }

  /// Builds, runs, scores and stores an episode.
  public func run(_ ticket: EpisodeTicket) -> Finished {
    do {
      let scenario = try ticket.build()
      try executor.catalogs.files(of: scenario)
      return run(scenario)
    } catch {
      return broken(ticket, error)
    }
  }

  /// Runs, scores and stores an episode.
  public func run(_ scenario: Scenario) -> Finished {
    let watch = Stopwatch()
    var output = executor.run(scenario)
    var stored: StoredRecording?
    if let recordings, let recording = output.recording {
      let name = EpisodeWork.fileName(scenario.name)
      let bytes = recording.encoded()
      do {
        try FileSystem.writeAtomically(bytes, to: recordings + "/" + name, isDurable: false)
        stored = StoredRecording(name: name, bytes: bytes.count)
      } catch {
        return broken(scenario, error)
      }
    }
    let seconds = watch.seconds
    for index in output.results.indices { output.results[index].wallSeconds = seconds }
    // How a program beside this one fails depends on the machine: another run tries again.
    let isChance =
      output.results.contains { $0.outcome == .plannerFailed } && !commands(scenario).isEmpty
    return Finished(
      key: isChance ? nil : key(scenario), results: output.results, recording: stored)
  }

  /// The result of an episode whose scenario could not be built.
  func broken(_ ticket: EpisodeTicket, _ error: InputError) -> Finished {
    let result = EpisodeResult(
      scenario: ticket.name, path: ticket.path, tags: ticket.tags, seed: ticket.seed,
      traffic: executor.trafficName(ticket.path), profile: executor.profile.name, outcome: .invalid,
      reason: error.firstMessage)
    return Finished(key: nil, results: [result], recording: nil, error: error)
  }

  private func broken(_ scenario: Scenario, _ error: InputError) -> Finished {
    let results = executor.plannedResults(scenario).map { planned in
      var result = planned
      result.outcome = .invalid
      result.reason = error.firstMessage
      return result
    }
    return Finished(key: nil, results: results, recording: nil, error: error)
  }

  /// A file name of letters that every file system takes; a hash keeps it unique where letters
  /// had to be replaced.
  static func fileName(_ scenario: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-=,[]+")
    let name = String(scenario.map { plain.contains($0) ? $0 : "_" })
    let isPlain = name == scenario && name.utf8.count <= 150 && !name.hasPrefix(".")
    let stem =
      isPlain ? name : "_" + name.prefix(120) + "-" + StateHash.text(StableHash.of(scenario))
    return stem + "." + Recording.fileExtension
  }
}

extension InputError {
  /// The first error in one line.
  var firstMessage: String {
    guard let first = diagnostics.first(where: { $0.severity == .error }) ?? diagnostics.first
    else { return "" }
    return "\(first.location): \(first.message)"
  }
}
