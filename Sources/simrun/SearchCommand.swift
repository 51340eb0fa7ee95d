public import ArgumentParser
import SimCore
public import SimHarness

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Looks for the boundary or the worst case of a scenario's sweep.",
    discussion: """
      Searches the numbers that the file's sweep varies, between the ends of their ranges, with a \
      bounded number of episodes instead of every combination. Every point is tried with all seeds; \
      it passes if all of its episodes do. What is tried depends on --seed, not on --jobs.
      """)

  @Argument(help: "A scenario file with a sweep.")
  var file: String

  @OptionGroup var scenario: ScenarioOptions

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "boundary: where passing turns into failing; worst: the least measure.", valueName: "goal"))
  var goal: SearchGoal = .boundary

  @Option(help: ArgumentHelp("Points to try at most.", valueName: "n"))
  var budget = 40

  @Option(
    help: ArgumentHelp("What is least in the worst case: score or a metric.", valueName: "name"))
  var measure = "score"

  @Option(help: ArgumentHelp("Seed of the search itself.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("How near the boundary is found, as a share of the ranges.", valueName: "x"))
  var tolerance = 0.01

  @Option(help: ArgumentHelp("Workers; the default is one a core.", valueName: "n"))
  var jobs: Int?

  @Option(help: ArgumentHelp("File that gets every point as JSON.", valueName: "file.json"))
  var out: String?

  @Option(help: "What standard output gets at the end: human or json.")
  var format: OutputFormat = .human

  func validate() throws {
    guard (2...100_000).contains(budget) else {
      throw ValidationError("--budget is between 2 and 100000 points")
    }
    guard tolerance > 0, tolerance <= 0.5 else {
      throw ValidationError("--tolerance is above 0 and at most 0.5")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs is between 1 and 1024")
    }
  }

  func run() async throws {
    var settings = ParameterSearch.Settings()
    settings.goal = goal
    settings.budget = budget
    settings.measure = measure
    settings.seed = seed
    settings.tolerance = tolerance
    settings.jobs = jobs ?? Machine.cores
    Interrupt.listen()
    let search = try ParameterSearch(
      file, request: try scenario.request([file]), settings: settings, catalogs: .shipped)
    let findings = try await search.run()
    let json = SearchText.json(findings, file: file) + "\n"
    if let out { try OutputFile.write(Array(json.utf8), to: out) }
    switch format {
    case .human: Console.output(SearchText.text(findings, file: file))
    case .json: Console.output(json)
    }
  }
}

extension SearchGoal: ExpressibleByArgument {}
