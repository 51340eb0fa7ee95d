import CKernels
import SimCore

/// The optimiser AdamW (Loshchilov and Hutter, arXiv 1711.05101): Adam with decoupled decay.
public struct AdamW: Sendable {
  /// Decay rates of the two moments.
  public var beta1 = 0.9, beta2 = 0.999
  /// Added to the root of the second moment.
  public var epsilon = 1e-8
  /// Decay of each parameter per step, times the rate; by name.
  public var decay: [String: Double]
  /// Steps taken.
  public private(set) var steps = 0
  private var moment1: [String: [Float]] = [:], moment2: [String: [Float]] = [:]

  /// An optimiser that has taken no step.
  ///
  /// - Parameter decay: decay by name of parameter; 0 for those not named.
  public init(decay: [String: Double] = [:]) { self.decay = decay }

  /// An optimiser as it was after some steps.
  ///
  /// - Parameter moments: both moments of each parameter, by name.
  public init(
    decay: [String: Double], steps: Int,
    moments: [(name: String, first: [Float], second: [Float])]
  ) {
    self.decay = decay
    self.steps = steps
    for moment in moments {
      moment1[moment.name] = moment.first
      moment2[moment.name] = moment.second
    }
  }

  /// Both moments of a parameter; nil before the first step.
  public func moments(of name: String) -> (first: [Float], second: [Float])? {
    guard let first = moment1[name], let second = moment2[name] else { return nil }
    return (first, second)
  }

  /// Takes one step.
  ///
  /// - Parameters:
  ///   - rate: learning rate.
  ///   - gradients: a gradient for every parameter, under its name.
  ///   - variant: which kernels run; the result does not depend on it.
  public mutating func step(
    _ weights: inout WeightTable, gradients: WeightTable, rate: Double,
    variant: KernelVariant = .best
  ) {
    steps += 1
    var power1 = 1.0
    var power2 = 1.0
    for _ in 0..<steps {
      power1 *= beta1
      power2 *= beta2
    }
    for (place, name) in weights.names.enumerated() {
      let gradient = gradients.required(name).values
      precondition(gradient.count == weights[place].values.count, "a gradient of the same shape")
      let zeros = { [Float](repeating: 0, count: gradient.count) }
      // Taken out while they change, so that they are not copied.
      var first = moment1.updateValue([], forKey: name) ?? zeros()
      precondition(first.count == gradient.count, "moments of the same shape")
      var second = moment2.updateValue([], forKey: name) ?? zeros()
      var step = ck_adamw_step(
        rate: Float(rate), decay: Float(decay[name] ?? 0), beta1: Float(beta1),
        beta2: Float(beta2), epsilon: Float(epsilon), rest1: Float(1 - beta1),
        rest2: Float(1 - beta2), correction1: Float(1 - power1),
        correction2: Float(1 - power2))
      weights.update(place) { parameter in
        ck_adamw(
          variant.rawValue, gradient.count, &step, gradient, parameter, &first, &second)
      }
      moment1[name] = first
      moment2[name] = second
    }
  }
}

/// The learning rate over the epochs of a training: a linear rise, then a cosine down to 0.
public struct LearningRateSchedule: Hashable, Sendable {
  /// The highest rate.
  public var peak: Double
  /// Epochs of the rise, and of all.
  public var rise: Int, epochs: Int

  /// The schedule of HPNet: four epochs of rise of sixty-four.
  public init(peak: Double, rise: Int = 4, epochs: Int = 64) {
    self.peak = peak
    self.rise = rise
    self.epochs = epochs
  }

  /// The rate in an epoch, from 0: (e + 1) / rise, then 0.5 (1 + cos(pi (e - rise + 1) /
  /// (epochs - rise + 1))).
  public func rate(epoch: Int) -> Double {
    if epoch < rise { return peak * Double(epoch + 1) / Double(rise) }
    let share = Double(epoch - rise + 1) / Double(max(1, epochs - rise + 1))
    return peak * 0.5 * (1 + ExactMath.cos(.pi * min(1, share)))
  }
}
