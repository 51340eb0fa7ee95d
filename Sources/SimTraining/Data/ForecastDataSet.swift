public import SimCore
import SimEpisode
public import SimHarness
import SimMap
import SimScenario
public import SimStack

/// Episodes to learn from, and episodes to test on that were never learnt from.
public struct ForecastDataSet: Sendable {
  /// What an episode is for.
  public enum Part: String, CaseIterable, Hashable, Sendable {
    /// Learnt from.
    case training
    /// Tested on: a map that is learnt from, a seed that is not.
    case heldOutSeeds = "held-out seeds"
    /// Tested on: a map that nothing learnt from is on.
    case heldOutMaps = "held-out maps"
  }

  /// How episodes are shared out, by hashes of the map's shape and the seed: an episode more shifts
  /// no other, and variants of a map in limits or control go together.
  public struct Split: Hashable, Sendable {
    /// Per cent of the maps that are held out, and of the seeds on the others.
    public var maps: Int, seeds: Int

    /// Shares of maps and seeds, per cent.
    public init(maps: Int = 15, seeds: Int = 10) {
      self.maps = maps
      self.seeds = seeds
    }

    func part(of episode: ForecastEpisode) -> Part {
      var hasher = StableHasher(seed: 1)
      hasher.combine(episode.road.shape)
      if hasher.value % 100 < UInt64(max(0, maps)) { return .heldOutMaps }
      hasher.combine(episode.seed)
      return hasher.value % 100 < UInt64(max(0, seeds)) ? .heldOutSeeds : .training
    }
  }

  /// The episodes, in the order of their files.
  public private(set) var episodes: [ForecastEpisode] = []
  /// What each is for.
  public private(set) var parts: [Part] = []
  /// What could not be used, and why.
  public private(set) var notes: [String] = []
  /// Time between frames, seconds.
  public let step: Double
  /// How they are shared out.
  public let split: Split
  /// Of what is seen of road users (`ForecastEpisode.noise`), metres.
  public let noise: Double
  private var roads: [UInt64: ForecastRoad] = [:]

  /// An empty set of frames a time apart, seconds.
  public init(step: Double, split: Split = Split(), noise: Double = 0) {
    self.step = step
    self.noise = noise
    self.split = split
  }

  /// Adds what happened in an episode.
  public mutating func add(_ record: EpisodeRecord) {
    let hash = record.header.map.contentHash
    let road = roads[hash] ?? ForecastRoad(record.header.map, hash: hash)
    roads[hash] = road
    guard let episode = ForecastEpisode(record, on: road, step: step, noise: noise) else {
      notes.append(
        "\(record.header.scenario): \(step) s is no whole number of its ticks of "
          + "\(record.header.clock.step) s")
      return
    }
    episodes.append(episode)
    parts.append(split.part(of: episode))
  }

  /// Number of maps; those that differ in limits or control alone are as many.
  public var roadCount: Int { roads.count }

  /// Number of shapes of maps.
  public var shapeCount: Int {
    let shapes = roads.values.map(\.shape).sorted()
    return zip(shapes, shapes.dropFirst()).filter { $0 != $1 }.count + (shapes.isEmpty ? 0 : 1)
  }

  /// Places of the episodes of a part.
  public func places(of part: Part) -> [Int] { parts.indices.filter { parts[$0] == part } }

  /// So many of some places at most, evenly taken; nil: all.
  static func some(_ limit: Int?, of places: [Int]) -> [Int] {
    let count = min(limit ?? places.count, places.count)
    return (0..<count).map { places[$0 * places.count / count] }
  }

  /// A hash of all episodes and of how they are shared out.
  public var hash: UInt64 {
    var hasher = StableHasher()
    hasher.combine(split.maps)
    hasher.combine(split.seeds)
    if noise > 0 { hasher.combine(noise) }
    for episode in episodes { hasher.combine(episode.hash) }
    return hasher.value
  }

  /// Runs scenarios and reads recordings.
  ///
  /// - Parameters:
  ///   - request: files and folders, with all choices of `simrun batch`; files that end in
  ///     `.episode` are recordings of it, and so are those in folders that hold nothing else.
  ///   - stops: asked now and then whether to stop; by default on Ctrl-C.
  ///   - progress: gets how many of how many episodes are there.
  /// - Returns: whether all of them are there; false if it was to stop.
  /// - Throws: what cannot be read, and which module failed in an episode.
  public mutating func load(
    _ request: BatchRequest, catalogs: ModuleCatalogs,
    stops: () -> Bool = { Interrupt.isRequested }, progress: (Int, Int) -> Void
  ) async throws(InputError) -> Bool {
    var scenarios = request
    var recordings: [String] = []
    scenarios.paths = []
    for path in request.paths {
      let found = Self.recordings(below: path)
      recordings += found
      if found.isEmpty { scenarios.paths.append(path) }
    }
    var done = 0
    for path in recordings {
      if stops() { return false }
      add(try OutputFile.recording(path).episode.record)
      done += 1
      progress(done, recordings.count)
    }
    guard !scenarios.paths.isEmpty else { return !stops() }
    let set = try ScenarioSet(scenarios, catalogs: catalogs)
    if let broken = set.broken.first { throw broken.error }
    notes += set.skipped.map { "\($0.path): \($0.reason)" }
    let executor = EpisodeExecutor(
      catalogs: catalogs, profile: request.profile, record: .none, traffic: request.traffic)
    // Some at a time, so that their records need not all be there at once; in order.
    let entries = set.entries
    let block = 8 * request.jobs
    for first in stride(from: 0, to: entries.count, by: block) {
      if stops() { return false }
      let last = min(first + block, entries.count)
      var records = [Result<EpisodeRecord, InputError>?](repeating: nil, count: last - first)
      let workers = min(request.jobs, last - first)
      await withTaskGroup(of: [(Int, Result<EpisodeRecord, InputError>)].self) { group in
        for worker in 0..<workers {
          group.addTask {
            stride(from: first + worker, to: last, by: workers).map {
              ($0, Self.run(entries[$0].ticket, executor))
            }
          }
        }
        for await some in group { for (index, record) in some { records[index - first] = record } }
      }
      for record in records {
        switch record {
        case .success(let record)?: add(record)
        case .failure(let error)?: throw error
        case nil: break
        }
      }
      progress(done + last, done + entries.count)
    }
    // (Asked for while the last of them ran, it is no less asked for.)
    return !stops()
  }

  private static func run(
    _ ticket: EpisodeTicket, _ executor: EpisodeExecutor
  ) -> Result<EpisodeRecord, InputError> {
    do throws(InputError) {
      let scenario = try ticket.build()
      let episode: Episode
      do throws(StageFailure) {
        episode = try executor.episode(of: scenario)
      } catch {
        throw InputError(at: .wholeFile(ticket.path), "\(ticket.name): \(error)")
      }
      // What ran before a failure is no traffic to learn from.
      guard episode.outcome == .completed || episode.outcome == .terminated else {
        throw InputError(at: .wholeFile(ticket.path), "\(ticket.name): \(episode.reason)")
      }
      return .success(episode.record)
    } catch {
      return .failure(error)
    }
  }

  /// Recordings that a path names or holds, in byte order.
  private static func recordings(below path: String) -> [String] {
    let ending = "." + Recording.fileExtension
    if path.hasSuffix(ending) { return [path] }
    for folder in [path, path + "/episodes"] {
      let names = (InputFile.names(in: folder) ?? []).filter { $0.hasSuffix(ending) }
      if !names.isEmpty { return names.map { folder + "/" + $0 } }
    }
    return []
  }
}
