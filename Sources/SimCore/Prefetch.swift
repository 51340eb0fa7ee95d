public import CPrefetch

// For loops over more rows than a cache holds, that look up what belongs to each row: to ask for it
// some rows ahead hides most of the way to memory. No result depends on it.

/// From how many rows on it pays to ask ahead, if each has a way of its own.
@inlinable public var manyRows: Int { 4_000 }

/// Rows in turn: all in one block where they are few, else in blocks of four, so that what is asked
/// for ahead stands before a block and not in the loop over its rows.
public struct RowBlocks: Sequence, IteratorProtocol {
  @usableFromInline let count: Int
  @usableFromInline let size: Int
  @usableFromInline var start = 0

  /// Blocks of the rows below `count`.
  @inlinable @inline(__always)
  public init(_ count: Int, areMany: Bool) {
    self.count = count
    size = areMany ? 4 : count
  }

  /// The rows of the next block.
  @inlinable @inline(__always)
  public mutating func next() -> Range<Int>? {
    guard start < count else { return nil }
    let end = Swift.min(start &+ size, count)
    defer { start = end }
    return start..<end
  }
}

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
