/// A least-squares polynomial filter over a moving window (A. Savitzky, M. J. E. Golay, 1964).
///
/// Inside, each output is the value (or derivative) of the polynomial fitted to the samples around
/// it; near both ends, that of the polynomial fitted to the first or last whole window. A window of
/// even length cannot be centred on a sample: there the polynomial of samples i - h + 1 ... i + h
/// is taken at i + 1/2, which is what SciPy's `savgol_filter` (mode `interp`) and hence nuPlan do.
public struct SavitzkyGolay: Hashable, Sendable {
  /// Samples per fit.
  public var window: Int
  /// Degree of the polynomial.
  public var order: Int
  /// Which derivative is returned; 0 is the smoothed value.
  public var derivative: Int

  /// A filter. - Precondition: `window` is positive, `order` and `derivative` are not negative.
  public init(window: Int, order: Int, derivative: Int = 0) {
    precondition(window > 0 && order >= 0 && derivative >= 0, "not a Savitzky-Golay filter")
    self.window = window
    self.order = order
    self.derivative = derivative
  }

  /// Samples at each end whose output comes from the polynomial of the first or last window.
  public var edge: Int { window / 2 }

  /// The same filter with its window cut down to the number of samples there are.
  public func fitting(_ count: Int) -> SavitzkyGolay {
    SavitzkyGolay(window: max(1, min(window, count)), order: order, derivative: derivative)
  }

  /// The filtered samples, one for each.
  ///
  /// - Parameters:
  ///   - samples: equally spaced values.
  ///   - spacing: distance between samples, in the unit of which the derivative is taken.
  /// - Returns: nil if there are fewer samples than the window, or the window cannot determine the
  ///   polynomial.
  public func filtered(_ samples: [Double], spacing: Double) -> [Double]? {
    weights?.apply(to: samples, spacing: spacing)
  }

  /// What the samples of a window count in each output, for filtering several signals; nil if the
  /// window cannot determine the polynomial.
  var weights: Weights? { order < window ? Weights(self) : nil }

  /// The weights of a filter.
  struct Weights: Sendable {
    private let filter: SavitzkyGolay
    /// One row of the window's length for each output before the first centred one, one for all
    /// centred ones, and one for each after the last of those.
    private let taps: [Double]

    fileprivate init(_ filter: SavitzkyGolay) {
      self.filter = filter
      let basis = OrthogonalBasis(window: filter.window, order: filter.order)
      let centre = Double(filter.window - 1) / 2
      let h = filter.edge
      var places: [Double] = []
      for i in 0..<h { places.append(Double(i) - centre) }
      places.append(0)
      for i in (filter.window - h)..<filter.window { places.append(Double(i) - centre) }
      taps = basis.taps(at: places, derivative: filter.derivative)
    }

    /// See `SavitzkyGolay.filtered`.
    func apply(to samples: [Double], spacing: Double) -> [Double]? {
      let n = samples.count
      guard n >= filter.window else { return nil }
      return [Double](unsafeUninitializedCapacity: n) { out, count in
        samples.withUnsafeBufferPointer { x in _ = apply(to: x, into: out, spacing: spacing) }
        count = n
      }
    }

    /// Filters samples into as many places; false if there are fewer than the window.
    func apply(
      to x: UnsafeBufferPointer<Double>, into out: UnsafeMutableBufferPointer<Double>,
      spacing: Double
    ) -> Bool {
      let n = x.count
      let window = filter.window
      guard n >= window, out.count >= n else { return false }
      var scale = 1.0
      for _ in 0..<filter.derivative { scale *= spacing }
      let h = filter.edge
      let lead = window % 2 == 0 ? h - 1 : h
      taps.withUnsafeBufferPointer { taps in
        for i in 0..<n {
          var first = i - lead
          var row = h
          if i < h {
            first = 0
            row = i
          } else if i >= n - h {
            first = n - window
            row = h + 1 + i - (n - h)
          }
          var sum = 0.0
          for j in 0..<window { sum += taps[row * window + j] * x[first + j] }
          out.initializeElement(at: i, to: sum / scale)
        }
      }
      return true
    }
  }
}

/// Polynomials that are orthogonal over the points of a centred window (Gram polynomials), by
/// their three-term recurrence: well conditioned, and exact for small windows.
private struct OrthogonalBasis {
  let window: Int
  let order: Int
  /// Sum of squares of each polynomial over the window.
  var norms: [Double] = []
  /// Value of polynomial k at point j: entry `k * window + j`.
  var values: [Double] = []

  init(window: Int, order: Int) {
    self.window = window
    self.order = order
    let centre = Double(window - 1) / 2
    for k in 0...order {
      var norm = 0.0
      for j in 0..<window {
        var value = 1.0
        if k > 0 {
          value = (Double(j) - centre) * values[(k - 1) * window + j]
          if k > 1 { value -= norms[k - 1] / norms[k - 2] * values[(k - 2) * window + j] }
        }
        values.append(value)
        norm += value * value
      }
      norms.append(norm)
    }
  }

  /// Weights of the window's samples in a derivative of their polynomial at some places
  /// (0 = middle), one row a place.
  func taps(at places: [Double], derivative: Int) -> [Double] {
    var taps = [Double](repeating: 0, count: places.count * window)
    // Runs through the d-th derivatives of polynomials k - 2, k - 1, k.
    var before = [Double](repeating: 0, count: derivative + 1)
    var last = before
    var next = before
    for (row, x) in places.enumerated() {
      for d in 0...derivative {
        before[d] = 0
        last[d] = d == 0 ? 1 : 0
      }
      for k in 0...order {
        if k > 0 {
          let ratio = k > 1 ? norms[k - 1] / norms[k - 2] : 0
          for d in 0...derivative {
            next[d] = x * last[d] - ratio * before[d] + (d > 0 ? Double(d) * last[d - 1] : 0)
          }
          (before, last, next) = (last, next, before)
        }
        let weight = last[derivative] / norms[k]
        if weight == 0 { continue }
        for j in 0..<window { taps[row * window + j] += weight * values[k * window + j] }
      }
    }
    return taps
  }
}
