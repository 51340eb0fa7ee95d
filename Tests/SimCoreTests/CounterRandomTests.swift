import Testing

@testable import SimCore

/// Philox against Random123's known answers, and the distributions.
@Suite struct CounterRandomTests {
  private let random = CounterRandom(seed: 7)
  private let purpose = RandomPurpose("test")

  /// `tests/kat_vectors` of Random123, lines `philox4x32 10`.
  @Test func philoxKnownAnswers() {
    let zero = Philox4x32.block(counter: (0, 0, 0, 0), key: (0, 0))
    #expect(zero == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox4x32.block(
      counter: (.max, .max, .max, .max), key: (.max, .max))
    #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = Philox4x32.block(
      counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      key: (0xa409_3822, 0x299f_31d0))
    #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func everyPartOfTheAddressCounts() {
    let draws = [
      random.bits(purpose, stream: 1, tick: 1, index: 1),
      CounterRandom(seed: 8).bits(purpose, stream: 1, tick: 1, index: 1),
      random.bits(RandomPurpose("tes"), stream: 1, tick: 1, index: 1),
      random.bits(purpose, stream: 2, tick: 1, index: 1),
      random.bits(purpose, stream: 1 + 1 << 32, tick: 1, index: 1),
      random.bits(purpose, stream: 1, tick: 2, index: 1),
      random.bits(purpose, stream: 1, tick: 1, index: 2),
    ]
    #expect(Set(draws).count == draws.count)
    #expect(draws[0] == CounterRandom(seed: 7).bits(purpose, stream: 1, tick: 1, index: 1))
  }

  @Test func uniformNumbersFillTheUnitInterval() {
    let n = 100_000
    var sum = 0.0
    var squares = 0.0
    var bins = [Int](repeating: 0, count: 16)
    for i in 0..<n {
      let x = random.uniform(purpose, stream: 3, tick: i)
      #expect(x >= 0 && x < 1)
      sum += x
      squares += x * x
      bins[Int(x * 16)] += 1
    }
    // Standard errors 0.0009 and 0.0009; chi-squared with 15 degrees of freedom is below 37.7 with
    // a probability of 0.999.
    #expect(abs(sum / Double(n) - 0.5) < 0.004)
    #expect(abs(squares / Double(n) - 1.0 / 3) < 0.004)
    let expected = Double(n) / 16
    let chiSquared = bins.reduce(0.0) {
      $0 + (Double($1) - expected) * (Double($1) - expected) / expected
    }
    #expect(chiSquared < 37.7)
  }

  @Test func uniformNumbersStayInTheirRange() {
    for i in 0..<10_000 {
      #expect((2.0...2.5).contains(random.uniform(purpose, in: 2...2.5, stream: 0, tick: i)))
    }
    #expect(random.uniform(purpose, in: 3...3, stream: 0, tick: 0) == 3)
  }

  @Test func wholeNumbersAreEquallyLikely() {
    let n = 70_000
    var counts = [Int](repeating: 0, count: 7)
    for i in 0..<n { counts[random.below(7, purpose, stream: 4, tick: i)] += 1 }
    // Standard deviation of a count: sqrt(n 1/7 6/7) = 93.
    for count in counts { #expect(abs(count - 10_000) < 400) }
    #expect(random.below(1, purpose, stream: 4, tick: 0) == 0)
  }

  @Test func normalNumbersHaveTheMomentsOfTheNormalDistribution() {
    let n = 100_000
    var sums = (0.0, 0.0, 0.0, 0.0)
    var beyondTwo = 0
    for i in 0..<n {
      let x = random.normal(purpose, stream: 5, tick: i)
      sums = (sums.0 + x, sums.1 + x * x, sums.2 + x * x * x, sums.3 + x * x * x * x)
      if x.magnitude > 2 { beyondTwo += 1 }
    }
    let count = Double(n)
    // Standard errors: 0.003, 0.0045, 0.012, 0.031; P(abs x > 2) = 0.0455 with 0.0007.
    #expect(abs(sums.0 / count) < 0.013)
    #expect(abs(sums.1 / count - 1) < 0.018)
    #expect(abs(sums.2 / count) < 0.05)
    #expect(abs(sums.3 / count - 3) < 0.13)
    #expect(abs(Double(beyondTwo) / count - 0.0455) < 0.0028)
    let plain = random.normal(purpose, stream: 5, tick: 9)
    #expect(random.normal(purpose, mean: 10, deviation: 2, stream: 5, tick: 9) == 10 + 2 * plain)
  }

  @Test func probabilitiesOfZeroAndOneAreCertain() {
    for i in 0..<1000 {
      #expect(!random.bernoulli(0, 3, purpose, stream: 6, tick: i))
      #expect(random.bernoulli(3, 3, purpose, stream: 6, tick: i))
      #expect(!random.happens(0, purpose, stream: 6, tick: i))
      #expect(random.happens(1, purpose, stream: 6, tick: i))
    }
    let hits = (0..<30_000).filter { random.bernoulli(1, 3, purpose, stream: 6, tick: $0) }.count
    // Standard deviation 82.
    #expect(abs(hits - 10_000) < 350)
    let quarter = (0..<30_000).filter { random.happens(0.25, purpose, stream: 6, tick: $0) }.count
    #expect(abs(quarter - 7_500) < 320)
  }

  /// These bits are part of every recorded result: they never change.
  @Test func drawsArePinned() {
    #expect(random.bits(purpose, stream: 1, tick: 2, index: 3) == 12_892_913_395_960_197_590)
    #expect(random.normal(purpose, stream: 1, tick: 2, index: 3) == -1.090564255702373)
  }
}
