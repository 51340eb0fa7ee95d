import CMalloc

/// What becomes of memory that an episode has freed.
public enum FreedMemory {
  /// Keeps it for the next episode instead of giving it back to the system: the columns of a
  /// record are large enough for the C library to return them at once, and every page of the next
  /// record would have to be cleared by the system again.
  ///
  /// Speed only; no result depends on it. Does nothing where the C library has no such setting.
  public static func keep() {
    // Allocations up to this size come from the heap that is kept, bytes.
    mallopt(M_MMAP_THRESHOLD, 32 << 20)
    // So much may lie free at the end of the heap, bytes.
    mallopt(M_TRIM_THRESHOLD, 512 << 20)
  }

  /// Gives what lies free back to the system, also what lies between what is used.
  ///
  /// Memory only; no result depends on it. Does nothing where the C library cannot.
  static func giveBack() { malloc_trim(0) }
}
