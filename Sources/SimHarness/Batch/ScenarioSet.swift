public import SimCore
public import SimScenario

/// All episodes of some paths, in the order in which results list them: paths as given, files of
/// a folder in byte order of their relative paths, episodes of a file in order of expansion.
public struct ScenarioSet: Sendable {
  /// One episode, with the file that it can be loaded from again.
  public struct Entry: Sendable {
    /// The episode.
    public var ticket: EpisodeTicket
    /// The file it came from.
    public var file: ScenarioDiscovery.File
    /// Place among the file's episodes.
    public var place: Int
    /// It is made of recorded traffic.
    public var isRecording: Bool
  }

  /// A file that cannot be run, with every error found in it.
  public struct BrokenFile: Sendable {
    /// Where it is.
    public var file: ScenarioDiscovery.File
    /// Every error found in it.
    public var error: InputError
  }

  /// The episodes to run.
  public private(set) var entries: [Entry] = []
  /// Numbers of files of recorded traffic and of authored scenarios.
  private var recordings = 0
  private var authored = 0
  /// Number of episodes before any were picked.
  public private(set) var found = 0
  /// Files without anything to run.
  public private(set) var skipped: [(path: String, reason: String)] = []
  /// Files that cannot be run, in the order of the set.
  public private(set) var broken: [BrokenFile] = []
  /// Warnings: what was ignored or repaired.
  public private(set) var notes: [Diagnostic] = []

  /// Loads what a request names, and keeps what it picks.
  ///
  /// - Throws: paths that are not there, or a selection that cannot be made. Files that cannot be
  ///   read are in `broken`.
  public init(_ request: BatchRequest, catalogs: ModuleCatalogs) throws(InputError) {
    let discovery = ScenarioDiscovery(request.paths, importers: catalogs.importers)
    if !discovery.errors.isEmpty { throw InputError(discovery.errors) }
    // Results of an earlier batch below a PATH are no scenarios, and nothing to speak of.
    let results = EarlierResults(discovery, paths: request.paths)
    skipped = discovery.passedOver.filter { !results.contains($0.file) }
      .map { ($0.file.relativePath, $0.reason) }
    load(
      discovery.files.filter { !results.contains($0) },
      ScenarioLoader(importers: catalogs.importers), request.loadOptions(catalogs))
    try check(request)
    found = entries.count
    if let tags = request.tags {
      try filter(tags) { ticket in tags.matches { ticket.tags.contains($0) } }
    }
    if let selection = request.filter {
      let names = try NameFilter(selection)
      try filter(selection) { names.matches($0) }
    }
    // A part may well be empty: the others hold the rest.
    if let shard = request.shard { entries.removeAll { !shard.contains($0.ticket.name) } }
  }

  /// Flags about recorded traffic, where there is none: they are not passed over in silence.
  private mutating func check(_ request: BatchRequest) throws(InputError) {
    if case .id(let id) = request.egoFrom, recordings > 0 || authored > 0,
      !entries.contains(where: \.isRecording), broken.isEmpty
    {
      let reason = skipped.first { $0.reason.contains("'\(id)'") }
      throw InputError(
        at: .wholeFile("--ego-from"), "no recording has a mover '\(id)' that can be the ego",
        hint: recordings == 0
          ? "YAML scenarios name their own egos" : reason.map { "\($0.path): \($0.reason)" })
    }
    guard authored > 0 else { return }
    let files = "\(authored) YAML \(authored == 1 ? "file" : "files")"
    if request.egoFrom != .planningProblem {
      notes.append(
        Diagnostic(
          .warning, at: .wholeFile("--ego-from"),
          "\(files) of authored scenarios keep their own egos: the flag is for recordings"))
    }
    if request.traffic != .asWritten {
      notes.append(
        Diagnostic(
          .warning, at: .wholeFile("--traffic"),
          "\(files) of authored scenarios run as written: no agent of theirs is recorded"))
    }
  }

  private mutating func load(
    _ files: [ScenarioDiscovery.File], _ loader: ScenarioLoader, _ options: LoadOptions
  ) {
    var owners: [String: String] = [:]
    for file in files {
      do throws(InputError) {
        let result = try loader.load(
          file: file.path, relativePath: file.relativePath, options: options)
        notes += result.notes
        if result.isRecording { recordings += 1 } else { authored += 1 }
        if let reason = result.skipReason { skipped.append((file.relativePath, reason)) }
        if let twin = result.tickets.first(where: { owners[$0.name] != nil }) {
          throw InputError(
            at: .wholeFile(file.path), "another scenario is called '\(twin.name)' too",
            hint: "it is in \(owners[twin.name] ?? "")")
        }
        for (place, ticket) in result.tickets.enumerated() {
          owners[ticket.name] = file.path
          entries.append(
            Entry(ticket: ticket, file: file, place: place, isRecording: result.isRecording))
        }
      } catch {
        broken.append(BrokenFile(file: file, error: error))
      }
    }
  }

  /// Keeps the episodes that a selection picks.
  ///
  /// - Throws: it picks none, most likely because it is misspelt. With broken files, which may hold
  ///   what was meant, that is left to the result.
  private mutating func filter(
    _ selection: Selection, _ isPicked: (EpisodeTicket) -> Bool
  ) throws(InputError) {
    let before = entries.count
    entries.removeAll { !isPicked($0.ticket) }
    guard entries.isEmpty, before > 0, broken.isEmpty else { return }
    throw InputError(
      at: .wholeFile(selection.name), "'\(selection.text)' picks none of \(before) episodes",
      hint: "'simrun list' shows their names and tags")
  }
}

/// A selection by name: each word is a pattern of names, or `failed@DIR` for the episodes that
/// failed in the results of DIR.
private struct NameFilter {
  private let selection: Selection
  private var failed: [String: ResultStore.Failures] = [:]
  private var patterns: [String: GlobPattern] = [:]

  init(_ selection: Selection) throws(InputError) {
    self.selection = selection
    for word in selection.words {
      if word.hasPrefix("failed@") {
        failed[word] = try ResultStore.failures(in: String(word.dropFirst(7)))
      } else {
        patterns[word] = GlobPattern(word)
      }
    }
  }

  func matches(_ ticket: EpisodeTicket) -> Bool {
    selection.matches { word in
      if let failed = failed[word] {
        return failed.scenarios.contains(ticket.name) || failed.files.contains(ticket.path)
      }
      return patterns[word]?.matches(ticket.name) ?? false
    }
  }
}

/// What earlier batches have written below the PATHs of a request.
private struct EarlierResults {
  private let folders: [String]
  private let named: Set<String>

  init(_ discovery: ScenarioDiscovery, paths: [String]) {
    named = Set(paths)
    let files = discovery.files + discovery.passedOver.map(\.file)
    folders = Set(files.filter { !paths.contains($0.path) }.map { PathText.folder($0.path) })
      .filter(RunFolder.isRunFolder).sorted()
  }

  /// Whether a file was found in such a folder. One that is named itself is taken as it is, and of
  /// a PATH that is such a folder itself only what a batch writes is left out.
  func contains(_ file: ScenarioDiscovery.File) -> Bool {
    guard !named.contains(file.path) else { return false }
    let root = file.path.utf8.count - file.relativePath.utf8.count
    return folders.contains { folder in
      guard file.path.hasPrefix(folder), folder.utf8.count >= root else { return false }
      return folder.utf8.count > root || RunFolder.isOwn(file.relativePath)
    }
  }
}
