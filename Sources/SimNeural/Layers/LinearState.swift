import CKernels

/// Linear attention of rows that share their list of sources: with K and V the keys and values of
/// the list, each head's rows read K'V and the sum of K instead of all sources (Katharopoulos et
/// al., arXiv 2006.16236, equation 5).
///
/// The sum of K comes as one more column of V, of ones.
struct LinearState {
  let heads: Int, width: Int, members: Int
  /// Of the list, [sources, heads * width].
  private let keys: Tensor
  /// With the column of ones, [sources, heads * (width + 1)].
  private let values: Tensor
  /// [heads, width, width + 1].
  private let states: Tensor
  private let variant: KernelVariant

  private var sources: Int { keys.rows }
  private var wide: Int { width + 1 }

  /// Sums up the sources of a list.
  init(_ call: AttentionCall, list: Int, _ variant: KernelVariant) {
    self.variant = variant
    heads = call.heads
    width = call.queries.width / call.heads
    members = call.lists.fan
    var engine = EagerEngine(WeightTable(), variant: variant)
    let rows = Array(call.lists.sources[call.lists.range(list)])
    keys = engine.gather(call.keys, rows)
    let plain = engine.gather(call.values, rows)
    let (width, heads) = (width, heads)
    values = Tensor([rows.count, heads * (width + 1)]) { y in
      plain.values.withUnsafeBufferPointer { x in
        for block in 0..<rows.count * heads {
          for i in 0..<width { y[block * (width + 1) + i] = x[block * width + i] }
          y[block * (width + 1) + width] = 1
        }
      }
    }
    states = LinearState.transposedProducts(
      keys, width, values, width + 1, heads: heads, variant)
  }

  /// Sums and their divisors for the rows of the list, [members, heads * (width + 1)].
  private func sums(_ queries: UnsafePointer<Float>) -> Tensor {
    Tensor([members, heads * wide]) { y in
      for h in 0..<heads {
        multiply(
          variant, members, queries + h * width, aRow: heads * width, aColumn: 1,
          state(states, h, transposed: false, columns: wide), into: y + h * wide,
          cRow: heads * wide)
      }
    }
  }

  private func state(
    _ states: Tensor, _ head: Int, transposed: Bool, columns: Int
  ) -> PackedMatrix {
    states.values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("a state has elements") }
      let first = base + head * width * wide
      return transposed
        ? PackedMatrix(rows: wide, columns: width, first, rowStep: 1, columnStep: wide)
        : PackedMatrix(rows: width, columns: columns, first, rowStep: wide, columnStep: 1)
    }
  }

  /// What the rows of the list gather.
  func forward(_ queries: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>) {
    let sums = sums(queries)
    sums.values.withUnsafeBufferPointer { sums in
      for block in 0..<members * heads {
        let total = sums[block * wide + width] + 1e-6
        for i in 0..<width { out[block * width + i] = sums[block * wide + i] / total }
      }
    }
  }

  /// Adds to the gradients of queries, and returns those of the list's keys and values.
  func backward(
    _ queries: UnsafePointer<Float>, slopes: UnsafePointer<Float>,
    into queriesSlope: UnsafeMutablePointer<Float>
  ) -> (keys: Tensor, values: Tensor) {
    let sums = sums(queries)
    // Of the sums and their divisors.
    let inner = Tensor([members, heads * wide]) { y in
      sums.values.withUnsafeBufferPointer { sums in
        for block in 0..<members * heads {
          let total = sums[block * wide + width] + 1e-6
          var along: Float = 0
          for i in 0..<width {
            y[block * wide + i] = slopes[block * width + i] / total
            along.addProduct(slopes[block * width + i], sums[block * wide + i] / total)
          }
          y[block * wide + width] = -along / total
        }
      }
    }
    let rows = Tensor([members, heads * width]) { y in
      y.update(from: queries, count: members * heads * width)
    }
    let stateSlopes = LinearState.transposedProducts(
      rows, width, inner, wide, heads: heads, variant)
    func product(_ a: Tensor, _ aWidth: Int, _ b: (Int) -> PackedMatrix) -> Tensor {
      Tensor([a.rows, heads * width]) { y in
        a.values.withUnsafeBufferPointer { a in
          guard let base = a.baseAddress else { return }
          for h in 0..<heads {
            multiply(
              variant, a.count / (heads * aWidth), base + h * aWidth, aRow: heads * aWidth,
              aColumn: 1, b(h), into: y + h * width, cRow: heads * width)
          }
        }
      }
    }
    let ofQueries = product(inner, wide) { state(states, $0, transposed: true, columns: width) }
    ck_add_scaled(
      variant.rawValue, ofQueries.values.count, 1, ofQueries.values, queriesSlope)
    return (
      product(values, wide) { state(stateSlopes, $0, transposed: true, columns: width) },
      product(keys, width) { state(stateSlopes, $0, transposed: false, columns: width) }
    )
  }

  /// For every head the product of its columns of `a`, transposed, with those of `b`.
  private static func transposedProducts(
    _ a: Tensor, _ aWidth: Int, _ b: Tensor, _ bWidth: Int, heads: Int, _ variant: KernelVariant
  ) -> Tensor {
    Tensor([heads, aWidth, bWidth]) { y in
      guard a.rows > 0 else {
        y.update(repeating: 0, count: heads * aWidth * bWidth)
        return
      }
      a.values.withUnsafeBufferPointer { a in
        b.values.withUnsafeBufferPointer { b in
          guard let left = a.baseAddress, let right = b.baseAddress else { return }
          let rows = a.count / (heads * aWidth)
          for h in 0..<heads {
            let packed = PackedMatrix(
              rows: rows, columns: bWidth, right + h * bWidth, rowStep: heads * bWidth,
              columnStep: 1)
            multiply(
              variant, aWidth, left + h * aWidth, aRow: 1, aColumn: heads * aWidth, packed,
              into: y + h * aWidth * bWidth, cRow: bWidth)
          }
        }
      }
    }
  }
}
