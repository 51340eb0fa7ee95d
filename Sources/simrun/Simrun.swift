import ArgumentParser
import SimCore
import SimHarness

/// `simrun`: thin commands over the harness.
@main
struct Simrun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simrun",
    abstract: "Runs driving scenarios closed loop and scores the drives.",
    discussion: """
      Exit codes: 0 all ran and every expectation holds; 1 all ran, but an expectation, a gate or \
      a planner failed; 2 something could not run.
      """,
    version: ProgramVersion.current,
    subcommands: [
      BatchCommand.self, RunCommand.self, ValidateCommand.self, ListCommand.self,
      ShowCommand.self, CatalogCommand.self, SearchCommand.self, CoverageCommand.self,
      CompareCommand.self, AttainableCommand.self, GateCommand.self, RescoreCommand.self,
      ReportCommand.self, ExportCommand.self, DumpCommand.self, BenchCommand.self,
      TrafficCommand.self, VersionCommand.self, WorkerCommand.self, FirstTickCommand.self,
    ])

  /// Parses, runs, and ends with an exit code of the project's own: wrong arguments are 2.
  static func main() async {
    FreedMemory.keep()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let error as InputError {
      Console.error(error.description)
      exit(withError: ExitStatus.couldNotRun.code)
    } catch {
      let code = exitCode(for: error)
      guard code == .validationFailure else { exit(withError: error) }
      Console.error(fullMessage(for: error))
      exit(withError: ExitStatus.couldNotRun.code)
    }
  }
}

extension ExitStatus {
  /// What ends a command with this status.
  var code: ExitCode { ExitCode(rawValue) }
}

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Prints the version.")

  func run() { Console.output("simrun \(ProgramVersion.current)\n") }
}
