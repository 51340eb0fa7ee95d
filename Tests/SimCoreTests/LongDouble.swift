import Foundation

/// A double-double for tests, about 104 bits, that shares no code with the functions under test:
/// products use the fused multiply-add, and series are Taylor's.
struct LongDouble {
  var high: Double
  var low: Double

  init(_ high: Double, _ low: Double = 0) {
    self.high = high + low
    self.low = low - (self.high - high)
  }

  static func exactSum(_ a: Double, _ b: Double) -> LongDouble {
    let sum = a + b
    let part = sum - a
    return LongDouble(sum, (a - (sum - part)) + (b - part))
  }

  static func exactProduct(_ a: Double, _ b: Double) -> LongDouble {
    let product = a * b
    return LongDouble(product, (-product).addingProduct(a, b))
  }

  static func + (a: LongDouble, b: LongDouble) -> LongDouble {
    let high = exactSum(a.high, b.high)
    let low = exactSum(a.low, b.low)
    let middle = LongDouble(high.high, high.low + low.high)
    return LongDouble(middle.high, middle.low + low.low)
  }

  static prefix func - (a: LongDouble) -> LongDouble { LongDouble(-a.high, -a.low) }
  static func - (a: LongDouble, b: LongDouble) -> LongDouble { a + -b }

  static func * (a: LongDouble, b: LongDouble) -> LongDouble {
    let product = exactProduct(a.high, b.high)
    return LongDouble(product.high, product.low + (a.high * b.low + a.low * b.high))
  }

  static func / (a: LongDouble, b: LongDouble) -> LongDouble {
    let first = a.high / b.high
    let rest = a - b * LongDouble(first)
    let second = rest.high / b.high
    let last = rest - b * LongDouble(second)
    return LongDouble(first, second) + LongDouble(last.high / b.high)
  }

  func squareRoot() -> LongDouble {
    let root = high.squareRoot()
    let rest = self - LongDouble.exactProduct(root, root)
    return LongDouble(root) + LongDouble(rest.high / (2 * root))
  }

  /// pi/2 in three doubles.
  private static let halfPi = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33)

  /// Sine and cosine, for magnitudes up to a million.
  static func sinCos(_ x: Double) -> (LongDouble, LongDouble) {
    let turns = (x / halfPi.0).rounded()
    let r =
      exactSum(x, 0) - exactProduct(turns, halfPi.0) - exactProduct(turns, halfPi.1)
      - LongDouble(turns * halfPi.2)
    let square = r * r
    var sine = LongDouble(0)
    var cosine = LongDouble(0)
    // Horner's scheme of both series down from degree 27.
    for k in stride(from: 13, to: 0, by: -1) {
      let n = Double(2 * k)
      sine = (LongDouble(1) + sine) * square * -LongDouble(1) / LongDouble(n * (n + 1))
      cosine = (LongDouble(1) + cosine) * square * -LongDouble(1) / LongDouble(n * (n - 1))
    }
    sine = r + r * sine
    cosine = LongDouble(1) + cosine
    switch Int(turns) & 3 {
    case 0: return (sine, cosine)
    case 1: return (cosine, -sine)
    case 2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }

  /// ln 2 in three doubles.
  private static let log2 = (0.6931471805599453, 2.3190468138462996e-17, 5.707708438416212e-34)

  /// e to the power of x, for magnitudes up to 700.
  static func exp(_ x: LongDouble) -> LongDouble {
    let k = (x.high / log2.0).rounded()
    let r =
      (x - exactProduct(k, log2.0) - exactProduct(k, log2.1) - LongDouble(k * log2.2))
      * LongDouble(0x1p-4)
    var sum = LongDouble(0)
    for n in stride(from: 16, to: 0, by: -1) {
      sum = (LongDouble(1) + sum) * r / LongDouble(Double(n))
    }
    // (1 + s)^2 - 1 four times undoes the division of the argument by 16.
    for _ in 0..<4 { sum = sum * LongDouble(2) + sum * sum }
    let scale = Double(sign: .plus, exponent: Int(k), significand: 1)
    let result = LongDouble(1) + sum
    return LongDouble(result.high * scale, result.low * scale)
  }

  /// The natural logarithm, by one step of Newton's from a double.
  static func log(_ x: Double) -> LongDouble {
    let start = Foundation.log(x)
    let error = LongDouble(x) * exp(LongDouble(-start)) - LongDouble(1)
    return LongDouble(start) + (error - error * error * LongDouble(0.5))
  }

  /// The angle of a point, by one turn back from a double.
  static func atan2(_ y: LongDouble, _ x: LongDouble) -> LongDouble {
    let start = Foundation.atan2(y.high, x.high)
    let (sine, cosine) = sinCos(start)
    return LongDouble(start) + (y * cosine - x * sine) / (x * cosine + y * sine)
  }

  /// sqrt(1 - x^2).
  static func coside(_ x: Double) -> LongDouble {
    ((LongDouble(1) - LongDouble(x)) * (LongDouble(1) + LongDouble(x))).squareRoot()
  }

  /// The function of a name.
  static func value(_ name: String, _ x: Double, _ y: Double) -> LongDouble {
    switch name {
    case "sin": return sinCos(x).0
    case "cos": return sinCos(x).1
    case "tan":
      let (sine, cosine) = sinCos(x)
      return sine / cosine
    case "atan": return atan2(LongDouble(x), LongDouble(1))
    case "asin": return atan2(LongDouble(x), coside(x))
    case "acos": return atan2(coside(x), LongDouble(x))
    case "exp": return exp(LongDouble(x))
    case "log": return log(x)
    case "atan2": return atan2(LongDouble(x), LongDouble(y))
    case "hypot": return (exactProduct(x, x) + exactProduct(y, y)).squareRoot()
    case "pow": return exp(log(x) * LongDouble(y))
    default: return LongDouble(.nan)
    }
  }
}
