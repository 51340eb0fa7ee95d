/// What never changes about the agents of an episode, by row; shared by all tables of it.
@usableFromInline
final class AgentRoster: Sendable {
  @usableFromInline let ids: [String]
  @usableFromInline let streams: [UInt64]
  @usableFromInline let classes: [AgentClass]

  init(ids: [String], classes: [AgentClass]) {
    self.ids = ids
    streams = ids.map { AgentTable.stream(of: $0) }
    self.classes = classes
  }
}

/// The columns of one table in one piece of memory, so that to share or to copy a table is one
/// step and not one for each column.
///
/// Only `AgentTable` writes to it, and only where nobody shares it.
@usableFromInline
final class AgentBlock: @unchecked Sendable {
  /// To read.
  @usableFromInline let columns: AgentTable.Columns
  /// To write; boxes and ways of moving only while a table is made.
  let writable: AgentTable.MutableColumns
  private let memory: UnsafeMutableRawPointer
  private let size: Int

  /// All 0.
  init(count: Int) {
    size = Places.size(count: count)
    memory = .allocate(byteCount: size, alignment: Places.alignment)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    (writable, columns) = Places.columns(in: memory, count: count)
  }

  init(copying other: AgentBlock) {
    size = other.size
    memory = .allocate(byteCount: size, alignment: Places.alignment)
    memory.copyMemory(from: other.memory, byteCount: size)
    (writable, columns) = Places.columns(in: memory, count: other.columns.count)
  }

  deinit { memory.deallocate() }

  /// Where the columns lie: one after another.
  private struct Places {
    static let alignment = 16
    /// Between columns, so that equal rows of columns of any length do not all fall on one set of
    /// the cache.
    static let gap = 64

    var next: UnsafeMutableRawPointer
    let count: Int

    static func size(count: Int) -> Int { count * (12 * 8 + 2 * 4 + 3) + 17 * (gap + 64) }

    mutating func take<Element>(_ type: Element.Type) -> UnsafeMutableBufferPointer<Element> {
      let column = next.bindMemory(to: type, capacity: count)
      let end = count * MemoryLayout<Element>.stride
      next += (end + 63) & ~63 + Places.gap
      return UnsafeMutableBufferPointer(start: column, count: count)
    }

    static func columns(in memory: UnsafeMutableRawPointer, count: Int) -> (
      AgentTable.MutableColumns, AgentTable.Columns
    ) {
      var places = Places(next: memory, count: count)
      let writable = AgentTable.MutableColumns(
        length: places.take(Double.self), width: places.take(Double.self),
        x: places.take(Double.self), y: places.take(Double.self),
        heading: places.take(Double.self), directionX: places.take(Double.self),
        directionY: places.take(Double.self), speed: places.take(Double.self),
        acceleration: places.take(Double.self), steering: places.take(Double.self),
        arcLength: places.take(Double.self), lateralOffset: places.take(Double.self),
        path: places.take(Int32.self), cursor: places.take(Int32.self),
        present: places.take(UInt8.self), indicators: places.take(VehicleLights.self),
        motion: places.take(MotionModel.self))
      return (writable, AgentTable.Columns(writable))
    }
  }
}

/// One column of a table: plain values by row, which stay as they are whatever becomes of the
/// table.
@frozen
public struct AgentColumn<Element>: RandomAccessCollection, @unchecked Sendable {
  @usableFromInline let block: AgentBlock
  @usableFromInline let values: UnsafeBufferPointer<Element>

  @inlinable
  init(_ block: AgentBlock, _ values: UnsafeBufferPointer<Element>) {
    self.block = block
    self.values = values
  }

  /// The first row.
  @inlinable public var startIndex: Int { 0 }
  /// One past the last row.
  @inlinable public var endIndex: Int { values.count }

  /// The value of a row.
  @inlinable
  public subscript(row: Int) -> Element {
    precondition(row >= 0 && row < values.count, "a row of the table")
    return withExtendedLifetime(block) { values[row] }
  }

  /// Calls a function with all values at once.
  @inlinable
  public func withContiguousStorageIfAvailable<R>(
    _ body: (UnsafeBufferPointer<Element>) throws -> R
  ) rethrows -> R? {
    try withExtendedLifetime(block) { try body(values) }
  }
}

extension AgentColumn: Equatable where Element: Equatable {
  /// Whether the values are the same.
  public static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) }

  /// Whether the values are those of an array.
  public static func == (a: Self, b: [Element]) -> Bool { a.elementsEqual(b) }
}

extension AgentColumn: CustomStringConvertible {
  /// As an array's.
  public var description: String { Array(self).description }
}
