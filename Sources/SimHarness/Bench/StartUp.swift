import Glibc
public import SimCore
import SimMetrics
import SimScenario

/// How long the program takes from its start to the end of its first tick.
public enum StartUp {
  private static let repetitions = 7

  /// Loads a small scenario and runs one tick of it.
  public static func runFirstTick(_ catalogs: ModuleCatalogs) throws(InputError) {
    let text = Array(Bench.gridText(agents: 5, seconds: 0.1).utf8)
    let loaded = try ScenarioLoader(importers: catalogs.importers).load(
      text, file: "grid.yaml", relativePath: "grid.yaml",
      options: BatchRequest(paths: []).loadOptions(catalogs))
    for ticket in loaded.tickets {
      _ = EpisodeExecutor(catalogs: catalogs, profile: .strict, record: .none)
        .run(try ticket.build())
    }
  }

  /// Wall time of a program that runs the first tick and ends, the shortest of some, seconds.
  ///
  /// - Parameter command: program and arguments.
  /// - Throws: the program cannot be started, or it fails.
  public static func measure(_ command: [String]) throws(InputError) -> Double {
    var best = Double.infinity
    for _ in 0..<repetitions {
      let watch = Stopwatch()
      let process = try WorkerProcess(command)
      let end = process.waitForEnd()
      guard end == WorkerProcess.successfulEnd else {
        throw InputError(at: .wholeFile(command.first ?? ""), "the first tick ended with \(end)")
      }
      best = min(best, watch.seconds)
    }
    return best
  }
}
