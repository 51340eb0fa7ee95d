import Glibc
import Synchronization

/// A planning program that has said hello.
struct ReadyProgram: Sendable {
  var program: PlannerProgram
  /// It wants forecasts.
  var wantsForecasts: Bool
}

/// The planning programs that wait for their next episode: a worker asks the one that it has asked
/// before.
///
/// There is one pool in the process, like the processes themselves: what it holds is no part of any
/// episode.
final class ProgramPool: Sendable {
  static let shared = ProgramPool()
  /// Most that wait.
  private static let most = 64

  private let idle = Mutex<[ReadyProgram]>([])

  private init() {
    // At the end of this program they get a moment to end by themselves.
    atexit { PlanningPrograms.end() }
  }

  /// One that waits, of a command; nil if there is none.
  func take(_ command: [String]) -> ReadyProgram? {
    while true {
      let found = idle.withLock { idle -> ReadyProgram? in
        let place = idle.lastIndex { $0.program.command == command }
        return place.map { idle.remove(at: $0) }
      }
      guard let found else { return nil }
      // One that has said more than it was asked for would fail an episode that is not to blame.
      if found.program.isAlive, found.program.isQuiet { return found }
      found.program.end()
    }
  }

  /// Takes one back that has answered everything.
  func give(_ program: ReadyProgram) {
    let surplus = idle.withLock { idle -> ReadyProgram? in
      idle.append(program)
      return idle.count > ProgramPool.most ? idle.removeFirst() : nil
    }
    surplus?.program.end()
  }

  /// Ends all that wait.
  func endAll() {
    let all = idle.withLock { idle in
      defer { idle = [] }
      return idle
    }
    PlannerProgram.end(all.map(\.program))
  }
}
