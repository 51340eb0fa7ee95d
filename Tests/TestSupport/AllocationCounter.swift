import CAllocationCounter

/// Counts heap allocations, so that tests can hold hot code to having none.
///
/// Counted are all calls of `malloc`, `calloc`, `realloc` and the aligned ones that the calling
/// thread makes anywhere, the Swift runtime's included; what other threads do does not count.
///
/// Debug builds allocate in places where optimised code does not (closures, generic code that is
/// not specialised): a claim of zero is one about release builds, unless it holds in both.
public enum AllocationCounter {
  /// Whether this platform can count; elsewhere every count is 0.
  public static var isAvailable: Bool { counts_allocations() != 0 }

  /// Whether this is an optimised build, whose counts are those of the shipped program.
  public static var isOptimized: Bool {
    #if DEBUG
      false
    #else
      true
    #endif
  }

  /// The number of heap allocations that the calling thread makes in `body`.
  public static func count(_ body: () throws -> Void) rethrows -> Int {
    let before = thread_allocation_count()
    try body()
    return Int(thread_allocation_count() - before)
  }
}
