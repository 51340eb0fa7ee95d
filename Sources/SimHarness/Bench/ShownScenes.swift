import SimCore
import SimEpisode
import SimPrediction
import SimScenario
import SimStack
import Synchronization

/// What the predictor of an episode's first ego is shown, tick by tick.
final class ShownScenes: Sendable {
  /// A call of a predictor.
  struct Entry: Sendable {
    var scene: Scene
    var context: TickContext
  }

  private struct Content {
    var setup: DrivingSetup?
    var stream: UInt64?
    var entries: [Entry] = []
  }

  private let content = Mutex(Content())

  /// Foresees that all go on as they do, and writes down what it is shown.
  private struct Writer: Predictor {
    let log: ShownScenes
    var base: any Predictor

    mutating func predict(
      _ scene: Scene, in context: TickContext
    ) throws(StageFailure) -> Forecast {
      log.content.withLock { content in
        // (Of several egos the first.)
        if content.stream == nil { content.stream = context.stream }
        guard content.stream == context.stream else { return }
        content.entries.append(Entry(scene: scene, context: context))
      }
      return try base.predict(scene, in: context)
    }
  }

  /// Runs an episode and returns what its first ego saw; no setup: it has no ego.
  static func scenes(
    of ticket: EpisodeTicket, catalogs: ModuleCatalogs
  ) throws(InputError) -> (setup: DrivingSetup?, scenes: [Entry]) {
    let log = ShownScenes()
    var watched = catalogs
    for place in watched.predictors.indices {
      let make = watched.predictors[place].make
      watched.predictors[place].make = { (values, setup) throws(StageFailure) in
        log.content.withLock { if $0.setup == nil { $0.setup = setup } }
        return Writer(log: log, base: try make(values, setup))
      }
    }
    let written = try ticket.build()
    let assembly = EpisodeAssembly(catalogs: watched)
    do throws(StageFailure) {
      let scenario = try WarmUp(written).warmed { (before) throws(StageFailure) in
        try assembly.traffic(before)
      }
      var runner = EpisodeRunner(
        scenario, header: EpisodeHeader(of: scenario, references: scenario.egos.map { _ in nil }),
        modules: try assembly.modules(for: scenario), detail: .states)
      _ = runner.run()
    } catch {
      throw InputError(at: .wholeFile(written.name), "\(error)")
    }
    return log.content.withLock { ($0.setup, $0.entries) }
  }
}
