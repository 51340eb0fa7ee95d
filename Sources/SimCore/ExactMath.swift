import Foundation

/// Elementary functions (temporary forwarders; replaced by exact ones).
public enum ExactMath {
  public static func sin(_ x: Double) -> Double { Foundation.sin(x) }
  public static func cos(_ x: Double) -> Double { Foundation.cos(x) }
  public static func tan(_ x: Double) -> Double { Foundation.tan(x) }
  public static func atan2(_ y: Double, _ x: Double) -> Double { Foundation.atan2(y, x) }
  public static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  public static func log(_ x: Double) -> Double { Foundation.log(x) }
  public static func pow(_ x: Double, _ y: Double) -> Double { Foundation.pow(x, y) }
  public static func wrapAngle(_ x: Double) -> Double { x - 2 * .pi * (x / (2 * .pi)).rounded() }
}
