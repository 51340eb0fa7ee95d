import Testing

@testable import SimNeural

/// Convolutions and what is left out in training, against values worked out by hand.
@Suite struct ConvolutionTests {
  private func run(
    _ window: ConvolutionWindow, _ kernel: Tensor, bias: [Float], _ x: Tensor, images: Int = 1,
    height: Int = 1, width: Int, variant: KernelVariant = .best
  ) -> Tensor {
    var weights = WeightTable()
    weights["c.weight"] = kernel
    weights["c.bias"] = Tensor([bias.count], bias)
    var engine = EagerEngine(weights, variant: variant)
    let layer = Convolution(&engine, "c", window)
    return layer(&engine, x, images: images, height: height, width: width)
  }

  /// 1, 2, 3, 4 with the kernel (1, 10), the later one last: 10, 1 + 20, 2 + 30, 3 + 40; and with
  /// one place left out between the two: 10, 20, 1 + 30, 2 + 40. Bias 0.5.
  @Test(arguments: supportedVariants)
  func overTime(variant: KernelVariant) {
    let x = Tensor([4, 1], [1, 2, 3, 4])
    let kernel = Tensor([1, 2], [1, 10])
    let near = run(.causal(2), kernel, bias: [0.5], x, width: 4, variant: variant)
    #expect(near.values == [10.5, 21.5, 32.5, 43.5])
    let wide = run(.causal(2, dilation: 2), kernel, bias: [0.5], x, width: 4, variant: variant)
    #expect(wide.values == [10.5, 20.5, 31.5, 42.5])
    // Every second place alone, of two sequences beside each other in time.
    var window = ConvolutionWindow(rows: 1, columns: 2)
    window.stride = 2
    let two = run(window, kernel, bias: [0], x, images: 2, width: 2, variant: variant)
    #expect(two.values == [21, 43])
  }

  /// 3 x 3 of 1 … 9 with the kernel (1, 2; 3, 4): at the upper left 1 + 2 * 2 + 3 * 4 + 4 * 5 = 37,
  /// each place to the right 10 more, each downwards 30 more. With zeros around it, the corner is
  /// 4 * 1.
  @Test func overImages() {
    let x = Tensor([9, 1], (1...9).map { Float($0) })
    let kernel = Tensor([1, 4], [1, 2, 3, 4])
    var window = ConvolutionWindow(rows: 2, columns: 2)
    #expect(run(window, kernel, bias: [0], x, height: 3, width: 3).values == [37, 47, 67, 77])
    (window.top, window.left, window.bottom, window.right) = (1, 1, 1, 1)
    let padded = run(window, kernel, bias: [0], x, height: 3, width: 3)
    #expect(padded.rows == 16 && padded.values[0] == 4 && padded.values[15] == 9)
    window.stride = 3
    #expect(run(window, kernel, bias: [0], x, height: 3, width: 3).values == [4, 9, 14, 9])
  }

  /// Two channels, two results: channels are fastest in the kernel.
  @Test func overChannels() {
    let x = Tensor([2, 2], [1, 2, 3, 4])
    let kernel = Tensor([2, 4], [1, 0, 0, 0, 0, 1, 0, 10])
    let result = run(
      ConvolutionWindow(rows: 1, columns: 2), kernel, bias: [0, 100], x, width: 2)
    // First: channel 0 of place 0. Second: channel 1 of place 0 and ten times that of place 1.
    #expect(result.shape == [1, 2] && result.values == [1, 142])
  }

  /// A window larger than the image fits nowhere.
  @Test func windowsThatDoNotFit() {
    let window = ConvolutionWindow(rows: 1, columns: 5)
    #expect(window.size(height: 1, width: 4) == (1, 0))
    let result = run(
      window, Tensor([1, 5], filledWith: 1), bias: [0], Tensor([4, 1], filledWith: 1), width: 4)
    #expect(result.values.isEmpty)
  }

  /// Of 40,000 numbers a quarter is left out and the others become 4/3; the same in every run,
  /// others in another step, example and place.
  @Test func droppedNumbersFollowFromTheirPlace() {
    let dropout = Dropout(rate: 0.25, seed: 5, step: 8, example: 2)
    let factors = dropout.factors(place: 1, count: 40_000)
    #expect(Set(factors) == [0, Float(4.0 / 3)])
    let share = Double(factors.count { $0 == 0 }) / 40_000
    #expect((share - 0.25).magnitude < 0.01)
    #expect(dropout.factors(place: 1, count: 40_000) == factors)
    // More numbers at a place change none of the first.
    #expect(dropout.factors(place: 1, count: 50).elementsEqual(factors[..<50]))
    var others = [dropout, dropout, dropout]
    others[0].step += 1
    others[1].example += 1
    others[2].seed += 1
    for other in others { #expect(other.factors(place: 1, count: 100) != Array(factors[..<100])) }
    #expect(dropout.factors(place: 2, count: 100) != Array(factors[..<100]))
  }

  /// Nothing is left out without a rate, nor outside training.
  @Test func nothingIsDroppedUnlessAsked() {
    var numbers = Numbers(3)
    let x = numbers.tensor([5, 8])
    var tape = Tape(WeightTable())
    let variable = tape.constant(x)
    #expect(tape.dropped(variable) == variable)
    tape.dropout = Dropout(rate: 0, seed: 1, step: 1, example: 1)
    #expect(tape.dropped(variable) == variable)
    var engine = EagerEngine(WeightTable())
    #expect(engine.dropped(x) == x)
  }
}
