import ArgumentParser
import SimCore
import SimHarness

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures the speed of whole loads.",
    discussion: Bench.loads.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"))

  @Argument(help: "Loads, or 'attention' for all of its kinds; all if none is named.")
  var loads: [String] = []

  @Option(
    help: ArgumentHelp(
      "Numbers of agents, e.g. 200,1000; loads leave out those too large for them.",
      valueName: "n,..."))
  var agents: String?

  @Option(help: ArgumentHelp("Steps instead of the load's own.", valueName: "n"))
  var steps: Int?

  @Option(
    help: ArgumentHelp(
      "Repetitions; the fastest counts. Of 'scenes' there are five times as many, of 'episode' and "
        + "'metrics' ten times.", valueName: "n"))
  var repetitions = 3

  @Option(
    help: ArgumentHelp(
      "Scenario or recording whose first episode load 'metrics' scores, and on which load "
        + "'forecaster' runs.", valueName: "file"))
  var scenario: String?

  @Option(help: "human, or json: one object a line.")
  var format: OutputFormat = .human

  func validate() throws {
    for load in loads where Bench.loads(named: load).isEmpty {
      let near = nearestSpelling(of: load, among: Bench.words)
      throw ValidationError(
        "there is no load '\(load)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
          + "; known: \(Bench.words.joined(separator: ", "))")
    }
    if let agents, sizes(agents) == nil {
      throw ValidationError("--agents needs positive numbers up to \(Bench.largest), e.g. 200,1000")
    }
    if let steps, !(1...100_000).contains(steps) {
      throw ValidationError("--steps is between 1 and 100000")
    }
    guard (1...1000).contains(repetitions) else {
      throw ValidationError("--repetitions is between 1 and 1000")
    }
  }

  private func sizes(_ text: String) -> [Int]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let sizes = parts.compactMap { $0 }.filter { (1...Bench.largest).contains($0) }
    return sizes.count == parts.count ? sizes : nil
  }

  /// The start-up time; nil, with a warning, where the program cannot start itself, e.g. under a
  /// profiler: the loads are measured all the same.
  private func startUp() -> Double? {
    do {
      return try StartUp.measure(["/proc/self/exe", "first-tick"])
    } catch {
      Console.error("warning: start-up not measured: \(error)")
      return nil
    }
  }

  func run() throws {
    let bench = Bench(.shipped, repetitions: repetitions, scenario: scenario)
    let startup = startUp()
    var rows: [BenchRow] = []
    var hasFailed = false
    let picked = Set(loads.flatMap { Bench.loads(named: $0).map(\.name) })
    for load in Bench.loads where loads.isEmpty || picked.contains(load.name) {
      let standard = scenario != nil && load.name == "metrics" ? [1] : load.sizes
      let largest = bench.largest(of: load)
      for size in agents.flatMap(sizes) ?? standard {
        guard size <= largest else {
          Console.error(
            "warning: load '\(load.name)' takes at most \(largest) agents: "
              + "\(size) are not measured")
          continue
        }
        do throws(InputError) {
          var row = try bench.run(load, agents: size, steps: steps)
          row.startupSeconds = startup
          rows.append(row)
          if format == .json { Console.output(row.json + "\n") }
        } catch {
          // The others are measured all the same.
          Console.error(error.description)
          hasFailed = true
        }
      }
    }
    if format == .human, !rows.isEmpty { Console.output(BenchRow.table(rows)) }
    if hasFailed { throw ExitStatus.couldNotRun.code }
  }
}

/// Runs one tick and ends: what `bench` times for the start-up.
struct FirstTickCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "first-tick", shouldDisplay: false)

  func run() throws { try StartUp.runFirstTick(.shipped) }
}
