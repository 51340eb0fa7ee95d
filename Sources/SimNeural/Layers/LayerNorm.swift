/// Layer normalisation with a scale and a shift per column.
public struct LayerNorm<Engine: TensorEngine> {
  let scale: Engine.Value, shift: Engine.Value

  /// The norm whose parameters are `name.weight` and `name.bias`.
  public init(_ engine: inout Engine, _ name: String) {
    scale = engine.parameter(name + ".weight")
    shift = engine.parameter(name + ".bias")
  }

  /// The normalised rows.
  public func callAsFunction(_ engine: inout Engine, _ x: Engine.Value) -> Engine.Value {
    engine.layerNorm(x, scale: scale, shift: shift)
  }
}
