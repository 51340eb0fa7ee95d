public import CPrefetch

// For loops over more rows than a cache holds, that look up what belongs to each row: to ask for it
// some rows ahead hides most of the way to memory. No result depends on it.

/// From how many rows on it pays to ask ahead, if each has a way of its own.
@inlinable public var manyRows: Int { 4_000 }

extension UnsafeBufferPointer {
  /// Asks for an element; any number will do.
  ///
  /// - Parameter byte: the part of it that is wanted: 64 bytes come at a time.
  @inlinable @inline(__always)
  public func prefetch(_ index: Int, byte: Int = 0) {
    prefetch_address(
      UInt(bitPattern: baseAddress)
        &+ UInt(bitPattern: index &* MemoryLayout<Element>.stride &+ byte))
  }
}

extension UnsafeMutableBufferPointer {
  /// Asks for an element; any number will do.
  ///
  /// - Parameter byte: the part of it that is wanted: 64 bytes come at a time.
  @inlinable @inline(__always)
  public func prefetch(_ index: Int, byte: Int = 0) {
    prefetch_address(
      UInt(bitPattern: baseAddress)
        &+ UInt(bitPattern: index &* MemoryLayout<Element>.stride &+ byte))
  }
}
