import CKernels
public import SimGeometry

/// Computes layers at once and keeps nothing: for inference.
public struct EagerEngine: TensorEngine {
  /// The parameters.
  public let weights: WeightTable
  /// Which kernels run; the result does not depend on it.
  public let variant: KernelVariant
  /// Takes the weights of attention; nil: nobody looks at them.
  var watch: AttentionWatch?

  /// An engine with its parameters.
  public init(_ weights: WeightTable, variant: KernelVariant = .best) {
    precondition(variant.isSupported, "this machine cannot run these kernels")
    self.weights = weights
    self.variant = variant
  }

  /// A parameter by its name.
  public mutating func parameter(_ name: String) -> Tensor { weights.required(name) }

  /// A weight by its name, packed.
  public mutating func matrix(_ name: String) -> PackedMatrix {
    PackedMatrix(transposeOf: weights.required(name))
  }

  /// A scaled weight by its name, packed head by head.
  public mutating func headMatrix(_ name: String, scale: String, heads: Int) -> PackedHeads {
    let weight = weights.required(name)
    return PackedHeads(
      Tensor(weight.shape) { y in
        let factors = weights.required(scale).values
        precondition(factors.count == weight.width, "a factor for every column")
        for row in 0..<weight.rows {
          ck_multiply(
            variant.rawValue, weight.width, Array(weight[row: row]), factors,
            y + row * weight.width)
        }
      }, heads: heads)
  }

  /// The tensor itself.
  public mutating func constant(_ tensor: Tensor) -> Tensor { tensor }

  /// The tensor itself.
  public func tensor(_ value: Tensor) -> Tensor { value }

  /// x Wᵀ + bias.
  public mutating func linear(
    _ x: Tensor, _ weight: PackedMatrix, bias: Tensor?, clamped: Bool
  ) -> Tensor {
    precondition(x.width == weight.rows, "as many inputs as the weight has")
    return Tensor(x.shape.dropLast() + [weight.columns]) { y in
      multiply(
        variant, x.rows, x.values, aRow: x.width, aColumn: 1, weight, bias: bias?.values,
        into: y, cRow: weight.columns, ProductOptions(clamps: clamped))
    }
  }

  /// Rows to mean 0 and variance 1, then times `scale` plus `shift`.
  public mutating func layerNorm(_ x: Tensor, scale: Tensor?, shift: Tensor?) -> Tensor {
    normalized(x, scale: scale, shift: shift, statistics: nil)
  }

  func normalized(
    _ x: Tensor, scale: Tensor?, shift: Tensor?, statistics: UnsafeMutablePointer<Float>?
  ) -> Tensor {
    precondition(scale == nil || scale?.values.count == x.width, "a factor for every column")
    precondition(shift == nil || shift?.values.count == x.width, "a shift for every column")
    return Tensor(x.shape) { y in
      withPointers(scale, shift) { scale, shift in
        ck_layer_norm(
          variant.rawValue, x.rows, x.width, x.values, scale, shift, layerNormEpsilon, y,
          statistics)
      }
    }
  }

  /// An activation, element by element.
  public mutating func activate(_ x: Tensor, _ activation: Activation) -> Tensor {
    Tensor(x.shape) { y in
      ck_activate(variant.rawValue, activation.rawValue, x.values.count, x.values, y)
    }
  }

  /// The softmax of every row.
  public mutating func softmax(_ x: Tensor) -> Tensor {
    Tensor(x.shape) { y in ck_softmax(variant.rawValue, x.rows, x.width, x.values, y) }
  }

  /// x + z, z repeated.
  public mutating func add(_ x: Tensor, _ z: Tensor) -> Tensor {
    precondition(
      !z.values.isEmpty && x.values.count % z.values.count == 0 || x.values.isEmpty,
      "z repeats evenly")
    return Tensor(x.shape) { y in
      ck_add(variant.rawValue, x.values.count, z.values.count, x.values, z.values, y)
    }
  }

  /// Every column of x times a number.
  public mutating func scaleColumns(_ x: Tensor, by factors: [Float]) -> Tensor {
    precondition(factors.count == x.width, "a factor for every column")
    return Tensor(x.shape) { y in
      x.values.withUnsafeBufferPointer { x in
        guard let base = x.baseAddress else { return }
        for start in stride(from: 0, to: x.count, by: factors.count) {
          ck_multiply(variant.rawValue, factors.count, base + start, factors, y + start)
        }
      }
    }
  }

  /// The rows of x at the given indices.
  public mutating func gather(_ x: Tensor, _ rows: [Int32]) -> Tensor {
    checkRows(rows, below: x.rows)
    return Tensor([rows.count, x.width]) { y in
      ck_gather(rows.count, x.width, x.values, rows, y)
    }
  }

  /// Sums of x's rows.
  public mutating func scatterAdd(_ x: Tensor, _ rows: [Int32], count: Int) -> Tensor {
    precondition(rows.count == x.rows, "a target for every row")
    checkRows(rows, below: count)
    var sums = Tensor([count, x.width], filledWith: 0)
    ck_scatter_add(variant.rawValue, rows.count, x.width, x.values, rows, &sums.values)
    return sums
  }

  /// A function that treats every row by itself, some rows at a time.
  public mutating func byRows(
    _ x: Tensor, width: Int, _ body: (inout EagerEngine, Tensor) -> Tensor
  ) -> Tensor {
    let part = rowsAtOnce
    if x.rows <= 2 * part { return body(&self, x) }
    return Tensor(x.shape.dropLast() + [width]) { y in
      for start in stride(from: 0, to: x.rows, by: part) {
        let end = min(start + part, x.rows)
        let rows = Array(x.values[start * x.width..<end * x.width])
        let result = body(&self, Tensor([end - start, x.width], rows))
        precondition(result.values.count == (end - start) * width, "a row for every row")
        result.values.withUnsafeBufferPointer { values in
          guard let base = values.baseAddress else { return }
          (y + start * width).update(from: base, count: values.count)
        }
      }
    }
  }

  /// The same numbers: nothing is left out but in training.
  public mutating func dropped(_ x: Tensor) -> Tensor { x }

  /// Rows beside each other, zeros for those whose index is -1.
  public mutating func unfold(_ x: Tensor, _ rows: [Int32], columns: Int) -> Tensor {
    precondition(columns > 0 && rows.count % columns == 0, "whole rows of the result")
    for row in rows { precondition(row >= -1 && row < x.rows, "an index of a row, or -1") }
    let width = x.width
    return Tensor([rows.count / columns, columns * width]) { y in
      x.values.withUnsafeBufferPointer { x in
        for (place, row) in rows.enumerated() {
          let target = y + place * width
          if row >= 0, let base = x.baseAddress {
            target.update(from: base + Int(row) * width, count: width)
          } else {
            target.update(repeating: 0, count: width)
          }
        }
      }
    }
  }

  /// The same numbers under another shape.
  public mutating func reshape(_ x: Tensor, _ shape: [Int]) -> Tensor { x.reshaped(shape) }

  /// Points out of the frames of poses.
  public mutating func place(_ points: Tensor, at poses: [Pose2]) -> Tensor {
    precondition(poses.count == points.rows && points.width % 2 == 0, "a pose for every row")
    return Tensor(points.shape) { y in
      points.values.withUnsafeBufferPointer { x in
        for (row, pose) in poses.enumerated() {
          let turn = Turn(pose.heading)
          for i in stride(from: row * points.width, to: (row + 1) * points.width, by: 2) {
            let point = pose.position + turn.apply(Vector2(Double(x[i]), Double(x[i + 1])))
            y[i] = Float(point.x)
            y[i + 1] = Float(point.y)
          }
        }
      }
    }
  }

  /// Every head's slice of q times its rows of the weight.
  public mutating func project(_ q: Tensor, _ weight: PackedHeads) -> Tensor {
    let heads = weight.heads
    let width = q.width / heads
    return Tensor([q.rows, heads, weight.edgeWidth]) { u in
      q.values.withUnsafeBufferPointer { q in
        guard let base = q.baseAddress else { return }
        for h in 0..<heads {
          multiply(
            variant, q.count / (heads * width), base + h * width, aRow: heads * width, aColumn: 1,
            weight.rowsOfHead[h], into: u + h * weight.edgeWidth, cRow: heads * weight.edgeWidth)
        }
      }
    }
  }

  /// Every head's sums of edge features back to the width of the head.
  public mutating func collect(_ sums: Tensor, _ weight: PackedHeads) -> Tensor {
    let (heads, width, edgeWidth) = (weight.heads, weight.headWidth, weight.edgeWidth)
    let rows = sums.values.count / (heads * edgeWidth)
    return Tensor([rows, heads * width]) { y in
      sums.values.withUnsafeBufferPointer { sums in
        guard let base = sums.baseAddress else { return }
        for h in 0..<heads {
          multiply(
            variant, rows, base + h * edgeWidth, aRow: heads * edgeWidth, aColumn: 1,
            weight.transposeOfHead[h], into: y + h * width, cRow: heads * width)
        }
      }
    }
  }

  /// Attention along edges.
  public mutating func attend(
    _ inputs: AttentionInputs<Tensor>, _ lists: EdgeLists, part: Range<Int>
  ) -> (Tensor, Tensor?) {
    let call = AttentionCall(inputs, lists, part: part)
    guard let watch, !inputs.layer.isEmpty else { return call.forward(variant) }
    let result = call.forward(variant, keep: [])
    watch.keep(inputs.layer, lists, heads: inputs.heads, part: part, result.kept.weights)
    return (result.out, result.edgeOut)
  }

  /// A function from rows that attend to as many rows, some lists at a time.
  public mutating func byLists(
    _ lists: EdgeLists, _ rows: Tensor,
    _ body: (inout EagerEngine, Tensor, Range<Int>) -> Tensor
  ) -> Tensor {
    let part = max(1, rowsAtOnce / lists.fan)
    let repeats = rows.rows != lists.nodes
    precondition(!repeats || rows.rows == lists.fan, "rows of all lists or of each")
    if lists.count <= 2 * part { return body(&self, rows, 0..<lists.count) }
    let width = rows.width
    return Tensor([lists.nodes, width]) { y in
      for start in stride(from: 0, to: lists.count, by: part) {
        let end = min(start + part, lists.count)
        let range = start * lists.fan * width..<end * lists.fan * width
        let own =
          repeats
          ? rows : Tensor([(end - start) * lists.fan, width], Array(rows.values[range]))
        let result = body(&self, own, start..<end)
        precondition(result.values.count == range.count, "a row for every row")
        result.values.withUnsafeBufferPointer { values in
          guard let base = values.baseAddress else { return }
          (y + range.lowerBound).update(from: base, count: range.count)
        }
      }
    }
  }
}

/// Rows that are treated together: a multiple of the rows of a tile, and what fits into a cache.
private let rowsAtOnce = 240

/// Added to the variance of a row before its root is taken, as PyTorch does.
let layerNormEpsilon: Float = 1e-5

/// Calls `body` with the addresses of two optional tensors' elements.
func withPointers<R>(
  _ a: Tensor?, _ b: Tensor?,
  _ body: (UnsafePointer<Float>?, UnsafePointer<Float>?) -> R
) -> R {
  (a?.values ?? []).withUnsafeBufferPointer { first in
    (b?.values ?? []).withUnsafeBufferPointer { second in
      body(a == nil ? nil : first.baseAddress, b == nil ? nil : second.baseAddress)
    }
  }
}

/// Traps if an index is no row.
func checkRows(_ rows: [Int32], below count: Int) {
  for row in rows { precondition(row >= 0 && row < count, "an index of a row") }
}

/// A weight [heads * head width, edge width], each head's rows packed as they are and transposed.
public struct PackedHeads: Sendable {
  let heads: Int, headWidth: Int, edgeWidth: Int
  let rowsOfHead: [PackedMatrix]
  let transposeOfHead: [PackedMatrix]

  init(_ weight: Tensor, heads: Int) {
    precondition(weight.rows % heads == 0, "heads of equal width")
    self.heads = heads
    let width = weight.rows / heads
    headWidth = width
    edgeWidth = weight.width
    let slices = (0..<heads).map { h in
      Tensor(
        [width, weight.width],
        Array(weight.values[h * width * weight.width..<(h + 1) * width * weight.width]))
    }
    rowsOfHead = slices.map { PackedMatrix($0) }
    transposeOfHead = slices.map { PackedMatrix(transposeOf: $0) }
  }
}
