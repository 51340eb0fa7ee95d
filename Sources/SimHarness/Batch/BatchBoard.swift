import SimCore
import Synchronization

/// Hands out the episodes of a batch and collects what comes back, by index; shared by workers.
final class BatchBoard: Sendable {
  private struct State: ~Copyable {
    var next = 0
    var finished: [EpisodeWork.Finished?]
    /// First episode, in order, that did not pass.
    var firstFailure = Int.max
    var journal: Journal?
    var error: InputError?
    /// Which were taken over from an earlier run.
    var isKnown: [Bool]
    /// Number of episodes, from the first on, that the store has or is about to get.
    var stored = 0
  }

  private let state: Mutex<State>
  private let failsFast: Bool
  /// There is a journal.
  private let isRemembering: Bool
  private let store: ResultWriter?
  private let observer: any BatchObserver

  init(
    count: Int, failsFast: Bool, journal: consuming Journal?, store: ResultWriter?,
    observer: any BatchObserver
  ) {
    self.failsFast = failsFast
    self.store = store
    self.observer = observer
    isRemembering = journal != nil
    state = Mutex(
      State(
        finished: Array(repeating: nil, count: count), journal: journal,
        isKnown: Array(repeating: false, count: count)))
  }

  /// Number of episodes of which nothing is known yet.
  var unfinished: Int { state.withLock { $0.finished.count { $0 == nil } } }

  /// The next episode to run; nil if there is none, or the batch is to end.
  func next() -> Int? {
    state.withLock { state in
      while state.next < state.finished.count, state.finished[state.next] != nil { state.next += 1 }
      guard state.next < state.finished.count, !Interrupt.isRequested, state.error == nil,
        !(failsFast && state.next > state.firstFailure)
      else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

  /// Takes in a finished episode.
  ///
  /// - Parameter isKnown: it was taken over from an earlier run.
  func finish(_ index: Int, _ finished: EpisodeWork.Finished, isKnown: Bool) {
    // Outside the lock, so that workers do not wait for each other.
    let entry = isKnown || !isRemembering ? nil : Journal.entry(finished)
    state.withLock { state in
      state.isKnown[index] = isKnown
      if let entry {
        do throws(InputError) {
          try state.journal?.append(entry)
        } catch {
          state.error = state.error ?? error
        }
      }
      state.finished[index] = finished
      if finished.results.contains(where: { $0.verdict != .pass }) {
        state.firstFailure = min(state.firstFailure, index)
      }
    }
    observer.finished(finished, isKnown: isKnown)
    if let error = store?.drain(toStore) {
      state.withLock { $0.error = $0.error ?? error }
    }
  }

  /// Results of the next episode that the store is to get: in the order of the batch, as far as all
  /// before it are there; nil if that one is not.
  private func toStore() -> [EpisodeResult]? {
    state.withLock { state in
      guard state.stored < state.finished.count, let next = state.finished[state.stored],
        !(failsFast && state.stored > state.firstFailure)
      else { return nil }
      state.stored += 1
      return next.results
    }
  }

  /// Ends the collection: what came of each episode, nil where it did not run. With fail-fast,
  /// what ran beyond the first failure is dropped, so that the result does not depend on how many
  /// workers there were.
  func collect() throws(InputError) -> (finished: [EpisodeWork.Finished?], resumed: Int) {
    let result = state.withLock { state in
      state.journal = nil
      if failsFast, state.firstFailure < state.finished.count {
        for index in state.finished.indices where index > state.firstFailure {
          state.finished[index] = nil
        }
      }
      let resumed = state.finished.indices.count {
        state.isKnown[$0] && state.finished[$0] != nil
      }
      return (state.finished, resumed, state.error)
    }
    if let error = result.2 { throw error }
    return (result.0, result.1)
  }
}

/// Is told how a batch goes on.
public protocol BatchObserver: Sendable {
  /// The batch begins.
  func begin(_ set: ScenarioSet)
  /// An episode is finished.
  func finished(_ episode: EpisodeWork.Finished, isKnown: Bool)
  /// The batch ends.
  func end()
}
