import CKernels
public import SimGeometry

extension Tape {
  /// x Wᵀ + bias.
  public mutating func linear(
    _ x: Variable, _ weight: Variable, bias: Variable?, clamped: Bool
  ) -> Variable {
    let (input, matrix) = (tensor(x), tensor(weight))
    let y = engine.linear(
      input, PackedMatrix(transposeOf: matrix), bias: bias.map { tensor($0) }, clamped: clamped)
    let variant = self.variant
    return record(y) { slope, gradients in
      var slope = slope
      if clamped {
        slope = Tensor(slope.shape) { dx in
          ck_activate_backward(
            variant.rawValue, CInt(CK_RELU), y.values.count, y.values, slope.values, dx)
        }
      }
      let (rows, inputs, outputs) = (input.rows, input.width, matrix.rows)
      gradients.add(
        Tensor(input.shape) { dx in
          multiply(
            variant, rows, slope.values, aRow: outputs, aColumn: 1, PackedMatrix(matrix), into: dx,
            cRow: inputs)
        }, to: x)
      gradients.add(
        Tensor(matrix.shape) { dw in
          let right = PackedMatrix(
            rows: rows, columns: inputs, input.values, rowStep: inputs, columnStep: 1)
          multiply(
            variant, outputs, slope.values, aRow: 1, aColumn: outputs, right, into: dw,
            cRow: inputs)
        }, to: weight)
      if let bias { gradients.add(columnSums(slope, variant), to: bias) }
    }
  }

  /// Rows to mean 0 and variance 1, then times `scale` plus `shift`.
  public mutating func layerNorm(_ x: Variable, scale: Variable?, shift: Variable?) -> Variable {
    let input = tensor(x)
    let factors = scale.map { tensor($0) }
    var statistics = [Float](repeating: 0, count: max(1, 2 * input.rows))
    let y = statistics.withUnsafeMutableBufferPointer {
      engine.normalized(
        input, scale: factors, shift: shift.map { tensor($0) }, statistics: $0.baseAddress)
    }
    let variant = self.variant
    return record(y) { slope, gradients in
      var scaleSlope = [Float](repeating: 0, count: input.width)
      var shiftSlope = scaleSlope
      gradients.add(
        Tensor(input.shape) { dx in
          withPointers(factors, nil) { factors, _ in
            ck_layer_norm_backward(
              variant.rawValue, input.rows, input.width, input.values, factors, statistics,
              slope.values, dx, &scaleSlope, &shiftSlope)
          }
        }, to: x)
      if let scale { gradients.add(scaleSlope, to: scale) }
      if let shift { gradients.add(shiftSlope, to: shift) }
    }
  }

  /// An activation, element by element.
  public mutating func activate(_ x: Variable, _ activation: Activation) -> Variable {
    let input = tensor(x)
    let variant = self.variant
    return record(engine.activate(input, activation)) { slope, gradients in
      gradients.add(
        Tensor(input.shape) { dx in
          ck_activate_backward(
            variant.rawValue, activation.rawValue, input.values.count, input.values, slope.values,
            dx)
        }, to: x)
    }
  }

  /// The softmax of every row.
  public mutating func softmax(_ x: Variable) -> Variable {
    let y = engine.softmax(tensor(x))
    let variant = self.variant
    return record(y) { slope, gradients in
      gradients.add(
        Tensor(y.shape) { dx in
          ck_softmax_backward(variant.rawValue, y.rows, y.width, y.values, slope.values, dx)
        }, to: x)
    }
  }

  /// x + z, z repeated.
  public mutating func add(_ x: Variable, _ z: Variable) -> Variable {
    let shape = tensor(z).shape
    let count = tensor(z).values.count
    let variant = self.variant
    return record(engine.add(tensor(x), tensor(z))) { slope, gradients in
      gradients.add(slope, to: x)
      let rows = Tensor([slope.values.count / max(1, count), count], slope.values)
      gradients.add(columnSums(rows, variant).reshaped(shape), to: z)
    }
  }

  /// Every column of x times a number.
  public mutating func scaleColumns(_ x: Variable, by factors: [Float]) -> Variable {
    var helper = engine
    return record(engine.scaleColumns(tensor(x), by: factors)) { slope, gradients in
      gradients.add(helper.scaleColumns(slope, by: factors), to: x)
    }
  }

  /// The rows of x at the given indices.
  public mutating func gather(_ x: Variable, _ rows: [Int32]) -> Variable {
    let count = tensor(x).rows
    let shape = tensor(x).shape
    var helper = engine
    return record(engine.gather(tensor(x), rows)) { slope, gradients in
      gradients.add(helper.scatterAdd(slope, rows, count: count).reshaped(shape), to: x)
    }
  }

  /// Sums of x's rows.
  public mutating func scatterAdd(_ x: Variable, _ rows: [Int32], count: Int) -> Variable {
    let shape = tensor(x).shape
    var helper = engine
    return record(engine.scatterAdd(tensor(x), rows, count: count)) { slope, gradients in
      gradients.add(helper.gather(slope, rows).reshaped(shape), to: x)
    }
  }

  /// A function that treats every row by itself, all rows at once.
  public mutating func byRows(
    _ x: Variable, width: Int, _ body: (inout Tape, Variable) -> Variable
  ) -> Variable { body(&self, x) }

  /// Some numbers become 0 and the others larger, if something is left out (`dropout`).
  public mutating func dropped(_ x: Variable) -> Variable {
    let input = tensor(x)
    let factors = nextFactors(count: input.values.count)
    guard !factors.isEmpty else { return x }
    let variant = self.variant
    func kept(_ x: Tensor) -> Tensor {
      Tensor(x.shape) { y in
        ck_multiply(variant.rawValue, x.values.count, x.values, factors, y)
      }
    }
    return record(kept(input)) { slope, gradients in gradients.add(kept(slope), to: x) }
  }

  /// Rows beside each other, zeros for those whose index is -1.
  public mutating func unfold(_ x: Variable, _ rows: [Int32], columns: Int) -> Variable {
    let input = tensor(x)
    let variant = self.variant
    return record(engine.unfold(input, rows, columns: columns)) { slope, gradients in
      var sums = Tensor(input.shape, filledWith: 0)
      let width = input.width
      slope.values.withUnsafeBufferPointer { slope in
        sums.values.withUnsafeMutableBufferPointer { sums in
          guard let from = slope.baseAddress, let to = sums.baseAddress else { return }
          for (place, row) in rows.enumerated() where row >= 0 {
            ck_add_scaled(
              variant.rawValue, width, 1, from + place * width, to + Int(row) * width)
          }
        }
      }
      gradients.add(sums, to: x)
    }
  }

  /// The same numbers under another shape.
  public mutating func reshape(_ x: Variable, _ shape: [Int]) -> Variable {
    let old = tensor(x).shape
    return record(tensor(x).reshaped(shape)) { slope, gradients in
      gradients.add(slope.reshaped(old), to: x)
    }
  }

  /// Points out of the frames of poses.
  public mutating func place(_ points: Variable, at poses: [Pose2]) -> Variable {
    record(engine.place(tensor(points), at: poses)) { slope, gradients in
      gradients.add(
        Tensor(slope.shape) { dx in
          for (row, pose) in poses.enumerated() {
            let turn = Turn(pose.heading)
            for i in stride(from: row * slope.width, to: (row + 1) * slope.width, by: 2) {
              let local = turn.undo(
                Vector2(Double(slope.values[i]), Double(slope.values[i + 1])))
              dx[i] = Float(local.x)
              dx[i + 1] = Float(local.y)
            }
          }
        }, to: points)
    }
  }

  /// A weight with every column times an element of a vector.
  mutating func scaleColumns(_ weight: Variable, by scale: Variable) -> Variable {
    let (matrix, factors) = (tensor(weight), tensor(scale))
    let variant = self.variant
    func scaled(_ x: Tensor) -> Tensor {
      Tensor(x.shape) { y in
        x.values.withUnsafeBufferPointer { x in
          guard let base = x.baseAddress else { return }
          for start in stride(from: 0, to: x.count, by: factors.values.count) {
            ck_multiply(
              variant.rawValue, factors.values.count, base + start, factors.values, y + start)
          }
        }
      }
    }
    return record(scaled(matrix)) { slope, gradients in
      gradients.add(scaled(slope), to: weight)
      let products = Tensor(slope.shape) { y in
        ck_multiply(variant.rawValue, slope.values.count, slope.values, matrix.values, y)
      }
      gradients.add(columnSums(products, variant).values, to: scale)
    }
  }
}

/// Sums over the rows of a tensor.
func columnSums(_ x: Tensor, _ variant: KernelVariant) -> Tensor {
  var sums = Tensor([x.width], filledWith: 0)
  ck_add_rows(variant.rawValue, x.rows, x.width, x.values, &sums.values)
  return sums
}
