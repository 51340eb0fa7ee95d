import Glibc
import Synchronization

/// The process groups of all planning programs that run, so that they can be ended from a signal
/// handler too, where nothing else of the program may be touched.
enum ChildGroups {
  private static let capacity = 256
  /// 0: free.
  private static let places = UnsafePlaces()

  /// Fixed memory of atomic numbers, made before the first program is started.
  private final class UnsafePlaces: Sendable {
    let groups = InlineArray<256, Atomic<Int32>> { _ in Atomic(0) }
  }

  static func add(_ group: pid_t) {
    for k in 0..<capacity
    where places.groups[k].compareExchange(expected: 0, desired: group, ordering: .relaxed)
      .exchanged
    { return }
    // With more than that at a time, the last ones see the end of their input only.
  }

  static func remove(_ group: pid_t) {
    for k in 0..<capacity {
      _ = places.groups[k].compareExchange(expected: group, desired: 0, ordering: .relaxed)
    }
  }

  /// Gets the table made, so that a signal handler finds it.
  static func prepare() { _ = places.groups[0].load(ordering: .relaxed) }

  /// Ends every one at once, with all that it has started.
  static func killAll() {
    for k in 0..<capacity {
      let group = places.groups[k].load(ordering: .relaxed)
      if group > 0 { kill(-group, SIGKILL) }
    }
  }
}
