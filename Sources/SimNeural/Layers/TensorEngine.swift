public import SimGeometry

/// What computes the layers of a network: at once (`EagerEngine`), or keeping what a backward pass
/// needs (`Tape`). Networks are written once against this protocol.
///
/// Values are matrices: all dimensions of a tensor but the last count as rows.
public protocol TensorEngine {
  /// A tensor in the engine's hands.
  associatedtype Value
  /// A weight [outputs, inputs] ready to multiply with.
  associatedtype Matrix
  /// A weight [heads * head width, edge width] ready to be used head by head.
  associatedtype HeadMatrix

  /// A parameter by its name.
  ///
  /// - Precondition: there is a parameter of this name.
  mutating func parameter(_ name: String) -> Value

  /// A weight [outputs, inputs] by its name.
  mutating func matrix(_ name: String) -> Matrix

  /// A weight [heads * head width, edge width] by its name, its columns times the vector `scale`.
  mutating func headMatrix(_ name: String, scale: String, heads: Int) -> HeadMatrix

  /// A tensor that is no parameter.
  mutating func constant(_ tensor: Tensor) -> Value

  /// The numbers of a value; no gradient flows through them.
  func tensor(_ value: Value) -> Tensor

  /// x Wᵀ + bias, clamped below at 0 if asked for.
  mutating func linear(_ x: Value, _ weight: Matrix, bias: Value?, clamped: Bool) -> Value

  /// Rows to mean 0 and variance 1 (epsilon 1e-5), then times `scale` plus `shift`.
  mutating func layerNorm(_ x: Value, scale: Value?, shift: Value?) -> Value

  /// An activation, element by element.
  mutating func activate(_ x: Value, _ activation: Activation) -> Value

  /// The softmax of every row.
  mutating func softmax(_ x: Value) -> Value

  /// x + z, where z repeats if it has fewer rows.
  ///
  /// - Precondition: the number of x's elements is a multiple of that of z's.
  mutating func add(_ x: Value, _ z: Value) -> Value

  /// Every column of x times a number.
  mutating func scaleColumns(_ x: Value, by factors: [Float]) -> Value

  /// The rows of x at the given indices.
  mutating func gather(_ x: Value, _ rows: [Int32]) -> Value

  /// Sums of x's rows: row i is added to row `rows[i]` of `count`.
  mutating func scatterAdd(_ x: Value, _ rows: [Int32], count: Int) -> Value

  /// A function that treats every row by itself, [rows, any] to [rows, width]; many rows may be
  /// handed to it in parts, so that what lies between its layers stays in a cache.
  mutating func byRows(
    _ x: Value, width: Int, _ body: (inout Self, Value) -> Value
  ) -> Value

  /// Numbers of which some are left out and the others made larger in training; otherwise as they
  /// are.
  mutating func dropped(_ x: Value) -> Value

  /// The rows of x at the given indices, `columns` of them one behind the other in each row of the
  /// result; zeros for those whose index is -1.
  mutating func unfold(_ x: Value, _ rows: [Int32], columns: Int) -> Value

  /// The same numbers under another shape.
  mutating func reshape(_ x: Value, _ shape: [Int]) -> Value

  /// Points (x, y, x, y, … in every row) out of the frames of poses, one per row, into the frame
  /// that the poses are in.
  mutating func place(_ points: Value, at poses: [Pose2]) -> Value

  /// Every head's slice of q times its rows of the weight: [rows, heads, edge width].
  mutating func project(_ q: Value, _ weight: HeadMatrix) -> Value

  /// Every head's sums of edge features [rows, heads, edge width] back to [rows, heads * width].
  mutating func collect(_ sums: Value, _ weight: HeadMatrix) -> Value

  /// Softmax or linear attention along edges (`AttentionInputs`): the weighted sums of values, and
  /// those of edge features if there are any.
  ///
  /// - Parameter part: which lists attend; `queries` are those of their rows.
  mutating func attend(
    _ inputs: AttentionInputs<Value>, _ lists: EdgeLists, part: Range<Int>
  ) -> (Value, Value?)

  /// A function from rows that attend to as many rows of the same width, which may be handed parts
  /// of the lists with their rows, so that what lies between its layers stays in a cache.
  ///
  /// - Parameter rows: a row for every row of the lists, or fewer that repeat for every list.
  mutating func byLists(
    _ lists: EdgeLists, _ rows: Value, _ body: (inout Self, Value, Range<Int>) -> Value
  ) -> Value
}

/// What attention along edges reads.
public struct AttentionInputs<Value> {
  /// Queries [rows, heads * width]; fewer rows than attend repeat.
  public var queries: Value
  /// Keys and values of the sources, [sources, heads * width].
  public var keys: Value, values: Value
  /// Queries of edge features [rows, heads, edge width] and the features [edges, edge width].
  public var edge: (queries: Value, features: Value)?
  /// Number of heads.
  public var heads: Int
  /// The layer's name, for who watches.
  public var layer: String
  /// Whether weights are scores over their sum instead of their softmax: queries, keys and features
  /// are not negative then.
  public var isLinear = false

  /// Inputs of one layer.
  public init(
    queries: Value, keys: Value, values: Value, edge: (queries: Value, features: Value)?,
    heads: Int, layer: String = ""
  ) {
    self.queries = queries
    self.keys = keys
    self.values = values
    self.edge = edge
    self.heads = heads
    self.layer = layer
  }
}
