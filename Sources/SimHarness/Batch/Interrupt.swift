import Glibc
import Synchronization

/// Ctrl-C: the first one asks the batch to end with what it has, a second one ends the process.
public enum Interrupt {
  private static let wasAsked = Atomic<Bool>(false)

  /// The batch is asked to end.
  public static var isRequested: Bool { wasAsked.load(ordering: .relaxed) }

  /// Asks for it, as the signal does.
  public static func request() { wasAsked.store(true, ordering: .relaxed) }

  /// Forgets that it was asked for.
  public static func reset() { wasAsked.store(false, ordering: .relaxed) }

  /// Listens to SIGINT and SIGTERM from now on.
  public static func listen() {
    // Touched here, so that the handler finds it made.
    reset()
    PlanningPrograms.prepare()
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interrupt.request()
        signal(number) { number in
          PlanningPrograms.kill()
          signal(number, SIG_DFL)
          raise(number)
        }
      }
    }
  }
}
