import Glibc
import SimCore
import Synchronization

/// Shows how a batch goes on: one line that is rewritten on a terminal, else a plain line now and
/// then. It writes to standard error, so that standard output holds results alone.
public final class ConsoleObserver: BatchObserver {
  private struct State {
    var total = 0
    var done = 0
    var counts: [EpisodeResult.Verdict: Int] = [:]
    var ran = 0
    var watch = Stopwatch()
    var sinceShown: Stopwatch?
  }

  private let state = Mutex(State())
  private let isTerminal: Bool
  private let isQuiet: Bool

  /// - Parameter isQuiet: say nothing but errors.
  public init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    isTerminal = isatty(STDERR_FILENO) == 1
  }

  /// Prints what is wrong with the set, and begins to count.
  public func begin(_ set: ScenarioSet) {
    for note in set.notes where !isQuiet { Console.error(note.description) }
    for file in set.broken { Console.error(file.error.description) }
    if set.found == 0, set.broken.isEmpty { Console.error("error: no file holds anything to run") }
    state.withLock { state in
      state = State()
      state.total = set.entries.count
      state.counts[.error] = set.broken.count
    }
  }

  /// Counts an episode, and shows the count unless it did so a moment ago.
  public func finished(_ episode: EpisodeWork.Finished, isKnown: Bool) {
    state.withLock { state in
      state.done += 1
      if !isKnown { state.ran += 1 }
      for result in episode.results { state.counts[result.verdict, default: 0] += 1 }
      if let error = episode.error {
        clearLine()
        Console.error(error.description)
      }
      show(&state, isLast: false)
    }
  }

  /// Shows the last count.
  public func end() {
    state.withLock { show(&$0, isLast: true) }
  }

  private func show(_ state: inout State, isLast: Bool) {
    guard !isQuiet, state.total > 0 else { return }
    let interval = isTerminal ? 0.1 : 5
    if !isLast, (state.sinceShown ?? state.watch).seconds < interval { return }
    // A short batch into a file needs no progress at all.
    if isLast, !isTerminal, state.sinceShown == nil { return }
    state.sinceShown = Stopwatch()
    let line = text(state, seconds: state.watch.seconds)
    if isTerminal {
      Console.errorRaw("\r\u{1B}[K" + line + (isLast ? "\n" : ""))
    } else {
      Console.error(line)
    }
  }

  private func clearLine() {
    if isTerminal, !isQuiet { Console.errorRaw("\r\u{1B}[K") }
  }

  /// `12/40 done, 10 pass, 1 fail, 1 error, 35.2/s, 1 s left`.
  private func text(_ state: State, seconds: Double) -> String {
    func count(_ verdict: EpisodeResult.Verdict) -> String {
      "\(state.counts[verdict] ?? 0) \(verdict.rawValue)"
    }
    var parts = ["\(state.done)/\(state.total) done", count(.pass), count(.fail), count(.error)]
    if state.ran > 0, seconds > 0 {
      let rate = Double(state.ran) / seconds
      parts.append("\(rate.fixed(1))/s")
      let left = Double(state.total - state.done) / rate
      if state.done < state.total { parts.append("\(Int(left.rounded(.up))) s left") }
    }
    return parts.joined(separator: ", ")
  }
}

/// Output to the terminal.
public enum Console {
  /// A line to standard error.
  public static func error(_ line: String) { errorRaw(line + "\n") }

  static func errorRaw(_ text: String) { _ = FileSystem.write(Array(text.utf8), to: STDERR_FILENO) }

  /// A text to standard output.
  public static func output(_ text: String) {
    _ = FileSystem.write(Array(text.utf8), to: STDOUT_FILENO)
  }
}
