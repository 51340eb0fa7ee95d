import SimGeometry

/// A deterministic stream of numbers for property tests.
struct Noise {
  var state: UInt64

  /// In [0, 1).
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }

  mutating func next(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * next()
  }

  /// A point in a square around the origin.
  mutating func point(_ halfSide: Double) -> Vector2 {
    let x = next(-halfSide...halfSide)
    return Vector2(x, next(-halfSide...halfSide))
  }

  /// A box of the size of a vehicle, anywhere in a square around the origin.
  mutating func box(_ halfSide: Double) -> OrientedBox {
    let centre = point(halfSide)
    return OrientedBox(
      centre: centre, heading: next(-4...4), length: next(0.5...12), width: next(0.3...3))
  }
}
