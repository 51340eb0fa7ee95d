/// The side of a line on which a point lies, decided without rounding error.
///
/// A filter settles nearly all cases in plain doubles; only the rest is computed exactly, as a sum
/// of error-free products (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast
/// Robust Geometric Predicates", 1997). Exact as long as no product over- or underflows.
public enum Orientation {
  /// +1 if `c` lies left of the line from `a` to `b`, -1 if right of it, 0 if exactly on it.
  @inlinable
  public static func sign(_ a: Vector2, _ b: Vector2, _ c: Vector2) -> Int {
    let left = (a.x - c.x) * (b.y - c.y)
    let right = (a.y - c.y) * (b.x - c.x)
    let determinant = left - right
    // Relative error of the rounded determinant is at most (3 + 16 u) u of |left| + |right|.
    let bound = 3.3306690738754716e-16 * (left.magnitude + right.magnitude)
    if determinant > bound { return 1 }
    if -determinant > bound { return -1 }
    return exactSign(a, b, c)
  }

  /// `sign` by exact arithmetic: the determinant as twelve doubles whose sum has no error.
  @usableFromInline
  static func exactSign(_ a: Vector2, _ b: Vector2, _ c: Vector2) -> Int {
    // (a - c) x (b - c) written out; the two products of c's coordinates cancel.
    let products = [
      (a.x, b.y), (-a.x, c.y), (-c.x, b.y), (-a.y, b.x), (a.y, c.x), (c.y, b.x),
    ]
    var expansion: [Double] = []
    expansion.reserveCapacity(12)
    for (p, q) in products {
      let high = p * q
      grow(&expansion, by: (-high).addingProduct(p, q))
      grow(&expansion, by: high)
    }
    // The components do not overlap and grow in magnitude: the last that is not 0 decides.
    for component in expansion.reversed() where component != 0 { return component > 0 ? 1 : -1 }
    return 0
  }

  /// Adds a double to an expansion without error.
  private static func grow(_ expansion: inout [Double], by value: Double) {
    var carry = value
    for i in expansion.indices {
      let e = expansion[i]
      let sum = carry + e
      let part = sum - carry
      expansion[i] = (carry - (sum - part)) + (e - part)
      carry = sum
    }
    expansion.append(carry)
  }
}
