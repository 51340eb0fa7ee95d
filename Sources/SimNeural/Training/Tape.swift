import CKernels

/// Computes layers and keeps what a backward pass needs (reverse-mode differentiation).
///
/// Every operation appends a value and the rule that turns its gradient into those of its inputs;
/// `gradients(of:)` applies the rules from last to first, so sums of gradients have a fixed order.
public struct Tape: TensorEngine {
  /// A value on the tape.
  public struct Variable: Hashable, Sendable {
    var place: Int
  }

  /// A weight with columns scaled, used head by head.
  public struct Heads {
    var weight: Variable
    var heads: Int
  }

  typealias Rule = (_ slope: Tensor, inout Gradients) -> Void

  /// The parameters.
  public let weights: WeightTable
  /// Which kernels run; the result does not depend on it.
  public let variant: KernelVariant

  /// What is left out; nil: nothing.
  public var dropout: Dropout?
  /// Places so far at which something may be left out.
  private var droppings = 0

  var values: [Tensor] = []
  private var rules: [Rule?] = []
  private var places: [String: Variable] = [:]
  /// Computes what is recorded here.
  var engine: EagerEngine

  /// An empty tape over parameters.
  public init(_ weights: WeightTable, variant: KernelVariant = .best) {
    self.weights = weights
    self.variant = variant
    engine = EagerEngine(weights, variant: variant)
  }

  mutating func record(_ value: Tensor, _ rule: Rule? = nil) -> Variable {
    values.append(value)
    rules.append(rule)
    return Variable(place: values.count - 1)
  }

  /// Factors of numbers at the next place at which something may be left out; empty: nothing is.
  mutating func nextFactors(count: Int) -> [Float] {
    guard let dropout, dropout.rate > 0 else { return [] }
    droppings += 1
    return dropout.factors(place: droppings, count: count)
  }

  /// The numbers of a value.
  public func tensor(_ value: Variable) -> Tensor { values[value.place] }

  /// A tensor that is no parameter; its gradient can be asked for all the same.
  public mutating func constant(_ tensor: Tensor) -> Variable { record(tensor) }

  /// A parameter by its name, the same variable whenever it is asked for.
  public mutating func parameter(_ name: String) -> Variable {
    if let variable = places[name] { return variable }
    let variable = record(weights.required(name))
    places[name] = variable
    return variable
  }

  /// A weight by its name.
  public mutating func matrix(_ name: String) -> Variable { parameter(name) }

  /// A scaled weight by its name.
  public mutating func headMatrix(_ name: String, scale: String, heads: Int) -> Heads {
    Heads(weight: scaleColumns(parameter(name), by: parameter(scale)), heads: heads)
  }

  /// The gradient of a single number with respect to every value on the tape.
  ///
  /// - Precondition: `result` holds one number.
  public func gradients(of result: Variable) -> Gradients {
    precondition(values[result.place].values.count == 1, "the gradient of one number")
    var gradients = Gradients(
      shapes: values.map(\.shape), variant: variant, parameters: places)
    gradients.add(Tensor(values[result.place].shape, filledWith: 1), to: result)
    for place in stride(from: result.place, through: 0, by: -1) {
      guard let rule = rules[place], let slope = gradients.taken[place] else { continue }
      rule(slope, &gradients)
    }
    return gradients
  }
}

/// Gradients of values on a tape.
public struct Gradients {
  let shapes: [[Int]]
  let variant: KernelVariant
  let parameters: [String: Tape.Variable]
  var taken: [Tensor?]

  init(shapes: [[Int]], variant: KernelVariant, parameters: [String: Tape.Variable]) {
    self.shapes = shapes
    self.variant = variant
    self.parameters = parameters
    taken = [Tensor?](repeating: nil, count: shapes.count)
  }

  /// Adds to the gradient of a value.
  mutating func add(_ tensor: Tensor, to variable: Tape.Variable) {
    add(tensor.values, to: variable)
  }

  mutating func add(_ values: [Float], to variable: Tape.Variable) {
    if taken[variable.place] == nil {
      taken[variable.place] = Tensor(shapes[variable.place], values)
    } else {
      taken[variable.place]?.values.withUnsafeMutableBufferPointer { sums in
        precondition(sums.count == values.count, "gradients of one shape")
        ck_add_scaled(variant.rawValue, values.count, 1, values, sums.baseAddress)
      }
    }
  }

  /// The gradient of a value; zeros if the result does not depend on it.
  public subscript(variable: Tape.Variable) -> Tensor {
    taken[variable.place] ?? Tensor(shapes[variable.place], filledWith: 0)
  }

  /// The gradient of a parameter by its name; nil if the tape did not use it.
  public subscript(name: String) -> Tensor? {
    parameters[name].map { self[$0] }
  }

  /// The gradients of all parameters of a table, in its order; zeros for those not used.
  public func table(_ weights: WeightTable) -> WeightTable {
    var table = WeightTable()
    for (name, tensor) in zip(weights.names, weights.tensors) {
      table[name] = self[name] ?? Tensor(tensor.shape, filledWith: 0)
    }
    return table
  }
}
