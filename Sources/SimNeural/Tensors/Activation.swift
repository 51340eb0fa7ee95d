/// A function applied element by element between layers.
public enum Activation: Int32, CaseIterable, Hashable, Sendable {
  /// max(x, 0).
  case relu = 0
  /// x times the standard normal distribution function of x.
  case gelu = 1
  /// x / (1 + e^-x).
  case silu = 2
}
