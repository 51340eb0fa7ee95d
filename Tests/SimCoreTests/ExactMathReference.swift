import Foundation
import SimCore
import TestSupport
import Testing

/// A function of `ExactMath` by name, so that tests can run over all of them.
struct ExactFunction: CustomTestStringConvertible, Sendable {
  var name: String
  /// The worst error that the documentation allows, in units in the last place.
  var bound: Double
  /// The bound where the result is subnormal.
  var subnormalBound: Double
  /// The function; those of one variable ignore the second.
  var value: @Sendable (Double, Double) -> Double

  init(
    _ name: String, bound: Double, subnormal: Double = 1,
    _ value: @escaping @Sendable (Double, Double) -> Double
  ) {
    self.name = name
    self.bound = bound
    self.subnormalBound = subnormal
    self.value = value
  }

  var testDescription: String { name }

  static let all = [
    ExactFunction("sin", bound: 0.85) { x, _ in ExactMath.sin(x) },
    ExactFunction("cos", bound: 0.85) { x, _ in ExactMath.cos(x) },
    ExactFunction("tan", bound: 0.95) { x, _ in ExactMath.tan(x) },
    ExactFunction("atan", bound: 0.6) { x, _ in ExactMath.atan(x) },
    ExactFunction("asin", bound: 0.6) { x, _ in ExactMath.asin(x) },
    ExactFunction("acos", bound: 0.6) { x, _ in ExactMath.acos(x) },
    ExactFunction("exp", bound: 0.65, subnormal: 1.1) { x, _ in ExactMath.exp(x) },
    ExactFunction("log", bound: 0.9) { x, _ in ExactMath.log(x) },
    ExactFunction("atan2", bound: 0.6) { y, x in ExactMath.atan2(y, x) },
    ExactFunction("hypot", bound: 0.6, subnormal: 1.1) { x, y in ExactMath.hypot(x, y) },
    ExactFunction("pow", bound: 0.75, subnormal: 1.2) { x, y in ExactMath.pow(x, y) },
  ]
}

/// One line of `Reference/exact_math_reference.txt`.
struct ReferencePoint {
  var x: Double
  var y: Double
  /// The correctly rounded result.
  var result: Double
  /// The exact result less the rounded one, in units in the last place.
  var residual: Double

  /// The error of a computed result in units in the last place of the exact one.
  func error(of computed: Double) -> Double {
    ((computed - result) / result.ulp - residual).magnitude
  }

  /// The points of every function, read once.
  static let all: [String: [ReferencePoint]] = {
    let file = SharedData.packageRoot.appending(
      path: "Tests/SimCoreTests/Reference/exact_math_reference.txt")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [:] }
    var points: [String: [ReferencePoint]] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      let numbers = fields[1..<fields.count - 1].map {
        Double(bitPattern: UInt64($0, radix: 16) ?? 0x7ff8_0000_0000_0000)
      }
      guard numbers.count >= 2, let thousandths = Double(fields[fields.count - 1]) else { continue }
      points[String(fields[0]), default: []].append(
        ReferencePoint(
          x: numbers[0], y: numbers.count > 2 ? numbers[1] : 0, result: numbers[numbers.count - 1],
          residual: thousandths / 1000))
    }
    return points
  }()
}
