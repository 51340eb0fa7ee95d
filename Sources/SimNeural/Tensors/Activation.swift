/// A function applied element by element between layers.
public enum Activation: Int32, CaseIterable, Hashable, Sendable {
  /// max(x, 0).
  case relu = 0
  /// x times the standard normal distribution function of x.
  case gelu = 1
  /// x / (1 + e^-x).
  case silu = 2
  /// x + 1 above 0, e^x below: the feature map of linear attention (elu(x) + 1).
  case eluPlusOne = 3
}
