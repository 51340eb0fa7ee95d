import ArgumentParser
import SimCore
import SimHarness
import SimScenario

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Checks scenarios and recordings without running them.")

  @Argument(help: "Files and folders.")
  var paths: [String]

  @OptionGroup var scenario: ScenarioOptions

  @Flag(help: "Only say what is wrong.")
  var quiet = false

  func run() throws {
    let set = try ScenarioSet(try scenario.request(paths), catalogs: .shipped)
    for note in set.notes where !quiet { Console.output(note.description + "\n") }
    var errors = 0
    for file in set.broken {
      Console.output(file.error.description + "\n")
      errors += file.error.errorCount
    }
    var files: [String] = []
    var broken = Set(set.broken.map(\.file.path))
    for entry in set.entries {
      if files.last != entry.file.path { files.append(entry.file.path) }
      // One cell of a sweep that cannot be built speaks for its file.
      guard !broken.contains(entry.file.path) else { continue }
      do throws(InputError) {
        try ModuleCatalogs.shipped.files(of: try entry.ticket.build())
      } catch {
        Console.output(error.description + "\n")
        errors += error.errorCount
        broken.insert(entry.file.path)
      }
    }
    if !quiet {
      for (path, reason) in set.skipped { Console.output("\(path): skipped, \(reason)\n") }
    }
    let total = files.count + set.broken.count
    Console.output(
      "\(total) files, \(set.entries.count) episodes: \(total - broken.count) valid, "
        + "\(broken.count) with errors (\(errors) in all), \(set.skipped.count) skipped\n")
    if !broken.isEmpty { throw ExitStatus.couldNotRun.code }
  }
}

extension InputError {
  /// Number of errors, without the warnings.
  fileprivate var errorCount: Int { diagnostics.count { $0.severity == .error } }
}

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the episodes of scenarios and recordings.")

  @Argument(help: "Files and folders.")
  var paths: [String]

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: ArgumentHelp("Only scenarios with these tags.", valueName: "expr"))
  var tag: String?

  @Option(help: ArgumentHelp("Only scenarios of these names.", valueName: "expr"))
  var filter: String?

  @Option(help: ArgumentHelp("Only the i-th of n parts of the set.", valueName: "i/n"))
  var shard: ShardOption?

  func run() throws {
    var request = try scenario.request(paths)
    request.tags = try tag.map { try Selection($0, name: "--tag") }
    request.filter = try filter.map { try Selection($0, name: "--filter") }
    request.shard = shard?.shard
    let set = try ScenarioSet(request, catalogs: .shipped)
    Console.output(ScenarioText.list(set))
    for file in set.broken { Console.error(file.error.description) }
    if !set.broken.isEmpty { throw ExitStatus.couldNotRun.code }
  }
}

struct CatalogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog",
    abstract: "Lists modules with their parameters, metrics, map templates and scenario keys.")

  @Argument(
    help: ArgumentHelp(
      "Parts to list: \(CatalogText.sectionNames.joined(separator: ", ")); all if none is named.",
      valueName: "part"))
  var parts: [String] = []

  @Option(help: "human or json.")
  var format: OutputFormat = .human

  func validate() throws {
    for part in parts where !CatalogText.sectionNames.contains(part) {
      let near = nearestSpelling(of: part, among: CatalogText.sectionNames)
      throw ValidationError(
        "there is no part '\(part)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
  }

  func run() {
    let catalog = CatalogText(.shipped)
    Console.output(format == .human ? catalog.human(parts) : catalog.json(parts))
  }
}
