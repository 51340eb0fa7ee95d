/// Reads the values of one module, each by its name.
///
/// It gives what `ParameterValues` itself gives. Whoever reads many values in the order of the
/// schema finds each of them at once, where `ParameterValues` looks through them from the start.
public struct ParameterReader: Sendable {
  private let values: ParameterValues
  /// Where the next value is likely to be.
  private var next = 0

  /// - Parameter values: what to read from.
  public init(_ values: ParameterValues) { self.values = values }

  private mutating func value(_ name: String) -> ParameterValues.Value {
    // (Lengths first: most names differ in that, and comparing texts is a call.)
    let length = name.utf8.count
    let count = values.shared.count
    for k in 0..<count {
      let place = next + k < count ? next + k : next + k - count
      guard values.shared[place].name.utf8.count == length, values.shared[place].name == name
      else { continue }
      next = place + 1
      for own in values.own where own.place == place { return own.value }
      return values.shared[place].value
    }
    preconditionFailure("no parameter '\(name)'")
  }

  /// A number in SI units. - Precondition: the schema has a number of that name.
  public mutating func number(_ name: String) -> Double {
    guard case .number(let value) = value(name) else {
      preconditionFailure("parameter '\(name)' is no number")
    }
    return value
  }

  /// A flag. - Precondition: the schema has a flag of that name.
  public mutating func flag(_ name: String) -> Bool {
    guard case .flag(let value) = value(name) else {
      preconditionFailure("parameter '\(name)' is no flag")
    }
    return value
  }

  /// A text or choice. - Precondition: the schema has a text or choice of that name.
  public mutating func text(_ name: String) -> String {
    guard case .text(let value) = value(name) else {
      preconditionFailure("parameter '\(name)' is no text")
    }
    return value
  }
}
