/// A row-major array of float32 numbers with a shape; a value like any other.
public struct Tensor: Hashable, Sendable {
  /// Sizes of the dimensions, slowest first; empty for a single number.
  public var shape: [Int]
  /// The elements; as many as the product of `shape`.
  public var values: [Float]

  /// A tensor of given elements.
  ///
  /// - Precondition: there are as many elements as the shape says.
  public init(_ shape: [Int], _ values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "as many elements as the shape says")
    self.shape = shape
    self.values = values
  }

  /// A tensor whose elements are all alike.
  public init(_ shape: [Int], filledWith value: Float) {
    self.init(shape, [Float](repeating: value, count: shape.reduce(1, *)))
  }

  /// A tensor whose elements `write` fills in, in place.
  @inlinable
  init(_ shape: [Int], writing write: (UnsafeMutablePointer<Float>) -> Void) {
    let count = shape.reduce(1, *)
    self.shape = shape
    values = [Float](unsafeUninitializedCapacity: max(1, count)) { buffer, initialized in
      if let base = buffer.baseAddress { write(base) }
      initialized = count
    }
  }

  /// Size of the last dimension; 1 for a single number.
  @inlinable public var width: Int { shape.last ?? 1 }

  /// Product of all dimensions but the last.
  @inlinable public var rows: Int { shape.dropLast().reduce(1, *) }

  /// The same elements under another shape.
  ///
  /// - Precondition: the number of elements stays.
  public func reshaped(_ shape: [Int]) -> Tensor { Tensor(shape, values) }

  /// The elements of one row.
  public subscript(row row: Int) -> ArraySlice<Float> {
    values[row * width..<(row + 1) * width]
  }

  /// Whether every element is a finite number.
  public var isFinite: Bool { values.allSatisfy(\.isFinite) }
}
