import CKernels

/// The right factor of a matrix product, laid out once for the kernel that reads it many times.
public struct PackedMatrix: Sendable {
  /// Rows (products added per element) and columns (width of the result).
  let rows: Int, columns: Int
  let panels: [Float]

  /// Packs `rows` x `columns` numbers that lie `rowStep` and `columnStep` apart.
  init(
    rows: Int, columns: Int, _ values: UnsafePointer<Float>, rowStep: Int, columnStep: Int
  ) {
    self.rows = rows
    self.columns = columns
    let size = ck_packed_size(rows, columns)
    panels = [Float](unsafeUninitializedCapacity: max(1, size)) { buffer, initialized in
      ck_pack(rows, columns, values, rowStep, columnStep, buffer.baseAddress)
      initialized = size
    }
  }

  /// The transpose of a tensor [outputs, inputs]: what a linear layer multiplies with.
  init(transposeOf weight: Tensor) {
    self = weight.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { preconditionFailure("a matrix has elements") }
      return PackedMatrix(
        rows: weight.width, columns: weight.rows, base, rowStep: 1, columnStep: weight.width)
    }
  }

  /// A tensor as it is.
  init(_ tensor: Tensor) {
    self = tensor.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { preconditionFailure("a matrix has elements") }
      return PackedMatrix(
        rows: tensor.rows, columns: tensor.width, base, rowStep: tensor.width, columnStep: 1)
    }
  }
}

/// What happens around the sums of a matrix product.
struct ProductOptions {
  /// Where the sums start from: nothing, what the result holds.
  var accumulates = false
  /// Clamps the result below at 0.
  var clamps = false
}

/// C = A B, each element adding its products in index order.
///
/// - Parameters:
///   - m: rows of A and C.
///   - a: A's first element; its elements lie `aRow` and `aColumn` apart.
///   - b: B, packed.
///   - bias: a number for every column that sums start from.
///   - c: C's first element; its rows lie `cRow` apart.
func multiply(
  _ variant: KernelVariant, _ m: Int, _ a: UnsafePointer<Float>, aRow: Int, aColumn: Int,
  _ b: PackedMatrix, bias: [Float]? = nil, into c: UnsafeMutablePointer<Float>, cRow: Int,
  _ options: ProductOptions = ProductOptions()
) {
  func run(_ start: UnsafePointer<Float>?) {
    ck_gemm(
      variant.rawValue, m, b.columns, b.rows, a, aRow, aColumn, b.panels, start,
      options.accumulates ? 1 : 0, options.clamps ? 1 : 0, c, cRow)
  }
  if let bias {
    precondition(bias.count == b.columns, "a bias for every column")
    bias.withUnsafeBufferPointer { run($0.baseAddress) }
  } else {
    run(nil)
  }
}
