import ArgumentParser
import SimCore
import SimHarness

/// `simtrain`: thin commands over the training room.
@main
struct Simtrain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simtrain",
    abstract: "Trains the networks of this program, to the same bits on any machine.",
    discussion: """
      Exit codes: 0 done; 1 interrupted before the end (go on with --resume); 2 something could \
      not run.
      """,
    version: ProgramVersion.current,
    subcommands: [
      ForecasterCommand.self, EvaluateCommand.self, AblationCommand.self, AttentionCommand.self,
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
      exit(withError: ExitCode(ExitStatus.couldNotRun.rawValue))
    } catch is CancellationError {
      Console.error("interrupted")
      exit(withError: ExitCode(ExitStatus.failed.rawValue))
    } catch {
      let code = exitCode(for: error)
      guard code == .validationFailure else { exit(withError: error) }
      Console.error(fullMessage(for: error))
      exit(withError: ExitCode(ExitStatus.couldNotRun.rawValue))
    }
  }
}
