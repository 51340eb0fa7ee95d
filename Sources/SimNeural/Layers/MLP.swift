/// Linear, layer norm, ReLU, linear.
public struct MLP<Engine: TensorEngine> {
  let first: Linear<Engine>, norm: LayerNorm<Engine>, last: Linear<Engine>

  /// The network whose parameters are those of `name.mlp.0`, `.1` (the norm) and `.3`.
  public init(_ engine: inout Engine, _ name: String) {
    first = Linear(&engine, name + ".mlp.0")
    norm = LayerNorm(&engine, name + ".mlp.1")
    last = Linear(&engine, name + ".mlp.3")
  }

  /// The network's result.
  public func callAsFunction(_ engine: inout Engine, _ x: Engine.Value) -> Engine.Value {
    let hidden = norm(&engine, first(&engine, x))
    return last(&engine, engine.activate(hidden, .relu))
  }
}
