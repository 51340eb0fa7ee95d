extension Polyline {
  /// What follows from the vertices, in one block: the numbers of all columns, one after the other.
  @usableFromInline typealias Block = ManagedBuffer<Int, Double>

  /// Values of a polyline, one a vertex or one a segment, which lie in a block with others.
  @frozen
  public struct Column<Element: BitwiseCopyable & Sendable>: RandomAccessCollection,
    @unchecked Sendable
  {
    // (Nothing writes to a block once its polyline is made.)
    @usableFromInline let block: Block
    /// Where the column starts in the block, in doubles.
    @usableFromInline let offset: Int
    /// Number of values.
    public let count: Int

    @inlinable
    init(_ block: Block, at offset: Int, count: Int) {
      self.block = block
      self.offset = offset
      self.count = count
    }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { count }

    /// The value of a vertex or segment, from 0.
    @inlinable
    public subscript(index: Int) -> Element {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "an index of the column")
      return block.withUnsafeMutablePointerToElements { numbers in
        UnsafeRawPointer(numbers + offset).load(
          fromByteOffset: index &* MemoryLayout<Element>.stride, as: Element.self)
      }
    }

    /// Calls a function with the values as a buffer, which is valid in the call only.
    @inlinable
    public func withUnsafeBufferPointer<R>(_ body: (UnsafeBufferPointer<Element>) -> R) -> R {
      block.withUnsafeMutablePointerToElements { numbers in
        body(
          UnsafeBufferPointer(
            start: UnsafeRawPointer(numbers + offset).assumingMemoryBound(to: Element.self),
            count: count))
      }
    }

    /// As arrays do it: copying a column is a copy of memory.
    @inlinable
    public func withContiguousStorageIfAvailable<R>(
      _ body: (UnsafeBufferPointer<Element>) throws -> R
    ) rethrows -> R? {
      try block.withUnsafeMutablePointerToElements { numbers in
        try body(
          UnsafeBufferPointer(
            start: UnsafeRawPointer(numbers + offset).assumingMemoryBound(to: Element.self),
            count: count))
      }
    }
  }

  /// Arc length at each vertex; the first is 0.
  @inlinable public var arcLengths: Column<Double> {
    Column(block, at: 0, count: vertices.count)
  }

  /// Heading at each vertex, continuous (not wrapped): half-way between those of the segments that
  /// meet there, unless they were given.
  @inlinable public var vertexHeadings: Column<Double> {
    Column(block, at: vertices.count, count: vertices.count)
  }

  /// Heading of each segment, continuous: neighbours differ by at most pi.
  @inlinable public var segmentHeadings: Column<Double> {
    Column(block, at: 2 * vertices.count, count: vertices.count - 1)
  }

  /// Unit vector of each segment; one fewer than the vertices.
  @inlinable public var directions: Column<Vector2> {
    Column(block, at: 3 * vertices.count - 1, count: vertices.count - 1)
  }

  /// The block of some points.
  ///
  /// - Parameters:
  ///   - points: the vertices.
  ///   - headings: one heading a vertex, radians; nil: those of the segments.
  /// - Returns: nil if fewer than two points are given, one lies too near to the one before, or one
  ///   is not finite.
  static func block(of points: [Vector2], headings: [Double]?) -> Block? {
    let count = points.count
    guard count >= 2, points[0].isFinite else { return nil }
    let block = Block.create(minimumCapacity: 5 * count - 3) { _ in count }
    let isSound = block.withUnsafeMutablePointerToElements { numbers in
      points.withUnsafeBufferPointer { points in
        let columns = BlockColumns(numbers, count)
        return columns.setSegments(points)
      }
    }
    guard isSound else { return nil }
    block.withUnsafeMutablePointerToElements { numbers in
      let columns = BlockColumns(numbers, count)
      if let headings {
        headings.withUnsafeBufferPointer { columns.setHeadings($0) }
      } else {
        columns.setHeadings()
      }
    }
    return block
  }
}

extension Polyline.Column: Equatable where Element: Equatable {
  public static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) }

  /// Whether the values are those of an array.
  public static func == (a: Self, b: [Element]) -> Bool { a.elementsEqual(b) }
}

extension Polyline.Column: CustomStringConvertible {
  public var description: String { Array(self).description }
}
