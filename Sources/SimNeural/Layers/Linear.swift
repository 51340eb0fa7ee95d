/// A linear layer with a bias.
public struct Linear<Engine: TensorEngine> {
  let weight: Engine.Matrix, bias: Engine.Value

  /// The layer whose parameters are `name.weight` [outputs, inputs] and `name.bias`.
  public init(_ engine: inout Engine, _ name: String) {
    weight = engine.matrix(name + ".weight")
    bias = engine.parameter(name + ".bias")
  }

  /// A layer of a weight and a bias from elsewhere.
  init(weight: Engine.Matrix, bias: Engine.Value) {
    self.weight = weight
    self.bias = bias
  }

  /// x Wᵀ + bias, clamped below at 0 if asked for.
  public func callAsFunction(
    _ engine: inout Engine, _ x: Engine.Value, clamped: Bool = false
  ) -> Engine.Value {
    engine.linear(x, weight, bias: bias, clamped: clamped)
  }
}
