import CKernels

/// Named tensors in a fixed order: the parameters of a network, their gradients, or the contents of
/// a file.
public struct WeightTable: Hashable, Sendable {
  /// The names, in order.
  public private(set) var names: [String] = []
  /// The tensors, parallel to `names`.
  public private(set) var tensors: [Tensor] = []
  private var places: [String: Int] = [:]

  /// A table without entries.
  public init() {}

  /// Number of tensors.
  public var count: Int { names.count }

  /// Number of elements of all tensors.
  public var elementCount: Int { tensors.reduce(0) { $0 + $1.values.count } }

  /// The tensor of a name; setting one appends it or replaces the one that is there.
  public subscript(name: String) -> Tensor? {
    get { places[name].map { tensors[$0] } }
    set {
      guard let newValue else { preconditionFailure("tensors are not taken out of a table") }
      if let place = places[name] {
        tensors[place] = newValue
      } else {
        places[name] = names.count
        names.append(name)
        tensors.append(newValue)
      }
    }
  }

  /// The tensor at a place of the order.
  public subscript(place: Int) -> Tensor {
    get { tensors[place] }
    set { tensors[place] = newValue }
  }

  /// Changes the elements at a place of the order, in place.
  mutating func update(_ place: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    tensors[place].values.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { body(base) }
    }
  }

  /// Adds the elements of a table of the same shapes.
  public mutating func add(_ other: WeightTable, variant: KernelVariant = .best) {
    precondition(names == other.names, "tables of the same tensors")
    for place in names.indices {
      let count = tensors[place].values.count
      precondition(count == other[place].values.count, "tensors of the same shape")
      update(place) { ck_add_scaled(variant.rawValue, count, 1, other[place].values, $0) }
    }
  }

  /// Multiplies all elements.
  public mutating func scale(by factor: Float) {
    for place in names.indices {
      let count = tensors[place].values.count
      update(place) { values in
        for i in 0..<count { values[i] *= factor }
      }
    }
  }

  /// The sum of the squares of all elements, in order.
  public var squaredLength: Double {
    var sum = 0.0
    for tensor in tensors {
      for value in tensor.values { sum += Double(value) * Double(value) }
    }
    return sum
  }

  /// The tensor of a name that is known to be there.
  func required(_ name: String) -> Tensor {
    guard let tensor = self[name] else { preconditionFailure("no parameter '\(name)'") }
    return tensor
  }
}
