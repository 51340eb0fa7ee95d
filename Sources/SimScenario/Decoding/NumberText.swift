import SimCore

/// How numbers are read from scenario files and shown in messages.
///
/// Numbers are decimal, as in YAML 1.2's core schema but for its hexadecimal and octal forms:
/// `3`, `-0.5`, `.5`, `1e3`, each with an optional unit after it. Infinity and NaN are no numbers
/// here. Whole numbers are digits with an optional sign, without leading zeros (`010` is 8 to some
/// readers and 10 to others).
enum NumberText {
  /// A plain decimal number such as `28` or `-1.75`, quickly; nil for anything that takes more
  /// thought (units, exponents) or is none.
  static func plain(_ text: String) -> Double? {
    var mantissa: Int64 = 0
    var decimals = 0
    var digits = 0
    var isNegative = false
    var hasPoint = false
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        mantissa = mantissa * 10 + Int64(byte - UInt8(ascii: "0"))
        digits += 1
        if hasPoint { decimals += 1 }
        // Both parts of the quotient below stay exact doubles, so it is rounded only once.
        if digits > 15 { return nil }
      case UInt8(ascii: "-") where index == 0: isNegative = true
      case UInt8(ascii: ".") where !hasPoint && digits > 0: hasPoint = true
      default: return nil
      }
    }
    guard digits > 0, !hasPoint || decimals > 0 else { return nil }
    let value = Double(mantissa) / powersOfTen[decimals]
    return isNegative ? -value : value
  }

  /// A whole number; nil if the text is none or does not fit.
  static func integer(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
      digits.utf8.count == 1 || digits.utf8.first != 0x30
    else { return nil }
    return Int(text)
  }

  /// The shortest text of a number: `30`, not `30.0`.
  static func shown(_ value: Double) -> String {
    if value.rounded() == value, abs(value) < 1e15 { return String(Int64(value)) }
    return value.description
  }

  /// A number with its SI unit.
  static func shown(_ value: Double, _ dimension: Dimension) -> String {
    dimension == .none ? shown(value) : "\(shown(value)) \(dimension.rawValue)"
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]
}

extension Dimension {
  /// What a quantity of this dimension is called in messages.
  var noun: String {
    switch self {
    case .none: "number"
    case .length: "length"
    case .time: "time"
    case .speed: "speed"
    case .acceleration: "acceleration"
    case .jerk: "jerk"
    case .angle: "angle"
    case .angularRate: "angular rate"
    case .angularAcceleration: "angular acceleration"
    case .curvature: "curvature"
    case .frequency: "frequency"
    }
  }

  /// The noun with its article.
  var phrase: String {
    switch self {
    case .acceleration, .angle, .angularRate, .angularAcceleration: "an \(noun)"
    default: "a \(noun)"
    }
  }

  /// A quantity of this dimension as one would write it.
  var example: String {
    switch self {
    case .none: "0.5"
    case .length: "12.5 m"
    case .time: "1.5 s"
    case .speed: "50 km/h"
    case .acceleration: "1.5 m/s^2"
    case .jerk: "4 m/s^3"
    case .angle: "60 deg"
    case .angularRate: "10 deg/s"
    case .angularAcceleration: "2 rad/s^2"
    case .curvature: "0.01 1/m"
    case .frequency: "10 Hz"
    }
  }
}
