import CKernels

extension Tape {
  /// Every head's slice of q times its rows of the weight.
  public mutating func project(_ q: Variable, _ heads: Heads) -> Variable {
    let (queries, weight) = (tensor(q), tensor(heads.weight))
    let packed = PackedHeads(weight, heads: heads.heads)
    var helper = engine
    let variant = self.variant
    return record(engine.project(queries, packed)) { slope, gradients in
      // u_h = q_h W_h, so q_h's gradient is that of u_h times W_h transposed: `collect`.
      gradients.add(helper.collect(slope, packed).reshaped(queries.shape), to: q)
      gradients.add(
        headProducts(queries, slope, packed, variant).reshaped(weight.shape), to: heads.weight)
    }
  }

  /// Every head's sums of edge features back to the width of the head.
  public mutating func collect(_ sums: Variable, _ heads: Heads) -> Variable {
    let (features, weight) = (tensor(sums), tensor(heads.weight))
    let packed = PackedHeads(weight, heads: heads.heads)
    var helper = engine
    let variant = self.variant
    return record(engine.collect(features, packed)) { slope, gradients in
      gradients.add(helper.project(slope, packed).reshaped(features.shape), to: sums)
      gradients.add(
        headProducts(slope, features, packed, variant).reshaped(weight.shape), to: heads.weight)
    }
  }

  /// A function from rows that attend to as many rows, all lists at once.
  public mutating func byLists(
    _ lists: EdgeLists, _ rows: Variable,
    _ body: (inout Tape, Variable, Range<Int>) -> Variable
  ) -> Variable { body(&self, rows, 0..<lists.count) }

  /// Attention along edges; weights are left out if something is (`dropout`).
  public mutating func attend(
    _ inputs: AttentionInputs<Variable>, _ lists: EdgeLists, part: Range<Int>
  ) -> (Variable, Variable?) {
    var tensors = AttentionInputs(
      queries: tensor(inputs.queries), keys: tensor(inputs.keys), values: tensor(inputs.values),
      edge: nil, heads: inputs.heads)
    if let edge = inputs.edge { tensors.edge = (tensor(edge.queries), tensor(edge.features)) }
    tensors.isLinear = inputs.isLinear
    let call = AttentionCall(tensors, lists, part: part)
    let result = call.forward(variant, keep: nextFactors(count: call.weightCount))
    let variant = self.variant
    // Both results share one rule, that of the first: it runs last and takes the gradient of the
    // second, which is all there by then.
    let second = Variable(place: values.count + 1)
    let hasEdges = result.edgeOut != nil
    let out = record(result.out) { slope, gradients in
      let slopes = call.backward(
        variant, result.kept, out: slope,
        edgeOut: hasEdges ? gradients.taken[second.place] : nil)
      gradients.add(slopes.queries, to: inputs.queries)
      gradients.add(slopes.keys, to: inputs.keys)
      gradients.add(slopes.values, to: inputs.values)
      if let edge = inputs.edge {
        gradients.add(slopes.edgeQueries, to: edge.queries)
        gradients.add(slopes.edgeFeatures, to: edge.features)
      }
    }
    guard let edgeOut = result.edgeOut else { return (out, nil) }
    return (
      out,
      record(edgeOut) { _, gradients in
        // Makes sure that the shared rule runs even if nothing uses the first result.
        gradients.add([Float](repeating: 0, count: result.out.values.count), to: out)
      }
    )
  }
}

/// For every head the product of its columns of `narrow`, transposed, with those of `wide`:
/// [heads * head width, edge width].
private func headProducts(
  _ narrow: Tensor, _ wide: Tensor, _ shape: PackedHeads, _ variant: KernelVariant
) -> Tensor {
  let (heads, width, edgeWidth) = (shape.heads, shape.headWidth, shape.edgeWidth)
  let rows = narrow.values.count / (heads * width)
  return Tensor([heads * width, edgeWidth]) { dw in
    narrow.values.withUnsafeBufferPointer { narrow in
      wide.values.withUnsafeBufferPointer { wide in
        guard let left = narrow.baseAddress, let right = wide.baseAddress else {
          (dw).update(repeating: 0, count: heads * width * edgeWidth)
          return
        }
        for h in 0..<heads {
          let packed = PackedMatrix(
            rows: rows, columns: edgeWidth, right + h * edgeWidth, rowStep: heads * edgeWidth,
            columnStep: 1)
          multiply(
            variant, width, left + h * width, aRow: 1, aColumn: heads * width, packed,
            into: dw + h * width * edgeWidth, cRow: edgeWidth)
        }
      }
    }
  }
}
