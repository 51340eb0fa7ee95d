import SimCore
import Testing

@testable import SimNeural

/// Kinds of attention against plain sums, and against each other where they must agree.
@Suite struct AttentionKindTests {
  static let rows = 24, width = 16, heads = 2

  private func tensors() -> (q: Tensor, k: Tensor, v: Tensor) {
    var numbers = Numbers(9)
    let shape = [Self.rows, Self.width]
    return (
      numbers.tensor(shape, times: 2), numbers.tensor(shape, times: 2), numbers.tensor(shape)
    )
  }

  private func run(
    _ kind: AttentionKind, _ variant: KernelVariant = .best, tokens: Int = 4, neighbours: Int = 5,
    frames: Int = 4, values: Tensor? = nil
  ) -> Tensor {
    let (q, k, v) = tensors()
    var engine = EagerEngine(WeightTable(), variant: variant)
    let attention = SequenceAttention(
      kind, heads: Self.heads, tokens: tokens, neighbours: neighbours, frames: frames)
    return attention(&engine, queries: q, keys: k, values: values ?? v)
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for (x, y) in zip(a, b) { sum += x * y }
    return sum
  }

  /// The sum of rows times factors.
  private func sum(_ factors: [Double], _ rows: [[Double]]) -> [Double] {
    var sum = [Double](repeating: 0, count: rows[0].count)
    for (factor, row) in zip(factors, rows) {
      for c in sum.indices { sum[c] += factor * row[c] }
    }
    return sum
  }

  /// Softmax attention of a head in doubles.
  private func soft(
    _ queries: [[Double]], _ keys: [[Double]], _ values: [[Double]]
  ) -> [[Double]] {
    queries.map { q in
      let scale = 1 / Double(q.count).squareRoot()
      let scores = keys.map { ExactMath.exp(scale * dot(q, $0)) }
      let total = scores.reduce(0, +)
      return sum(scores.map { $0 / total }, values)
    }
  }

  private func head(_ tensor: Tensor, _ head: Int) -> [[Double]] {
    let width = Self.width / Self.heads
    return (0..<tensor.rows).map { row in
      (0..<width).map { Double(tensor.values[row * Self.width + head * width + $0]) }
    }
  }

  private func expect(_ result: Tensor, _ expected: (Int) -> [[Double]]) {
    for h in 0..<Self.heads {
      #expect(
        largestDifference(
          head(result, h).flatMap { $0.map { Float($0) } }, expected(h).flatMap { $0 }) < 2e-6)
    }
  }

  /// Weights of all kinds sum to 1: of values that are all 1 comes 1.
  @Test(arguments: AttentionKind.allCases)
  func weightsSumToOne(kind: AttentionKind) {
    let ones = Tensor([Self.rows, Self.width], filledWith: 1)
    let sums = run(kind, values: ones).values.map { Double($0) }
    #expect((sums.min() ?? 0) > 1 - 1e-6 && (sums.max() ?? 2) < 1 + 1e-6)
  }

  @Test func softmaxIsThePlainSum() {
    let (q, k, v) = tensors()
    expect(run(.softmax)) { soft(head(q, $0), head(k, $0), head(v, $0)) }
  }

  /// A query of 2 and keys 0, 1, -1 of one head of width 1: after the feature map 3 and 1, 2, 1/e.
  @Test(arguments: supportedVariants)
  func linearWeightsByHand(variant: KernelVariant) {
    var lists = EdgeLists()
    lists.sources = [0, 1, 2]
    lists.endList()
    var engine = EagerEngine(WeightTable(), variant: variant)
    var inputs = AttentionInputs(
      queries: engine.activate(Tensor([1, 1], [2]), .eluPlusOne),
      keys: engine.activate(Tensor([3, 1], [0, 1, -1]), .eluPlusOne),
      values: Tensor([3, 1], [10, 20, 30]), edge: nil, heads: 1)
    inputs.isLinear = true
    let (sums, _) = engine.attend(inputs, lists, part: 0..<1)
    // (1 * 10 + 2 * 20 + 30 / e) / (1 + 2 + 1 / e)
    let expected = (50 + 30 * ExactMath.exp(-1)) / (3 + ExactMath.exp(-1))
    #expect((Double(sums.values[0]) - expected).magnitude < 1e-5)
  }

  /// One matrix of sums for all rows gives what every row's own sums over sources give.
  @Test func statesAreTheSums() {
    let (q, k, v) = tensors()
    func mapped(_ x: [[Double]]) -> [[Double]] {
      x.map { row in row.map { $0 > 0 ? $0 + 1 : ExactMath.exp($0) } }
    }
    expect(run(.linear)) { h in
      let (keys, values) = (mapped(head(k, h)), head(v, h))
      return mapped(head(q, h)).map { q in
        let scores = keys.map { dot(q, $0) }
        let total = scores.reduce(1e-6, +)
        return sum(scores.map { $0 / total }, values)
      }
    }
  }

  /// With as many tokens as rows the tokens are the queries, and the result is the product of two
  /// softmaxes. (The layer would gather by softmax then: the tokens are made here.)
  @Test func agentsAreTwoSoftmaxes() {
    let (q, k, v) = tensors()
    for tokens in [1, 4, 8, 12] {
      expect(run(.agent, tokens: tokens)) { h in
        let queries = head(q, h)
        let share = Self.rows / tokens
        let part = [Double](repeating: 1 / Double(share), count: share)
        let pooled = (0..<tokens).map { t in
          sum(part, Array(queries[t * share..<(t + 1) * share]))
        }
        return soft(queries, pooled, soft(pooled, head(k, h), head(v, h)))
      }
    }
    #expect(run(.agent, tokens: Self.rows) == run(.softmax))
  }

  /// Tokens that do not divide the rows stand for one row more or less: 5 rows, 2 tokens: 3 and 2.
  @Test func tokensPoolWholeRows() {
    var lists = EdgeLists(fan: 5)
    lists.sources = [0, 1]
    lists.endList()
    var engine = EagerEngine(WeightTable())
    // A token's weight of source 1 is 1 / (1 + e^-query); the tokens' queries are 2 and 9.
    let inputs = AttentionInputs(
      queries: Tensor([5, 1], [1, 2, 3, 8, 10]), keys: Tensor([2, 1], [0, 1]),
      values: Tensor([2, 1], [0, 1]), edge: nil, heads: 1)
    let result = engine.gathered(
      .agent, inputs, lists, part: 0..<1, collecting: nil, tokens: 2)
    let taken = [2.0, 9].map { 1 / (1 + ExactMath.exp(-$0)) }
    let expected = [1.0, 2, 3, 8, 10].map { q -> Double in
      let other = 1 / (1 + ExactMath.exp(7 * q))
      return other * taken[0] + (1 - other) * taken[1]
    }
    #expect(largestDifference(result.values, expected) < 1e-6)
  }

  /// All rows as neighbours, or a grid of one frame: softmax, to the last bit (of a sequence of one
  /// frame each agent's axis of time is itself).
  @Test func wholeNeighbourhoodsAreSoftmax() {
    #expect(run(.neighbourhood, neighbours: Self.rows) == run(.softmax))
    #expect(run(.neighbourhood, neighbours: 999) == run(.softmax))
    #expect(run(.axial, frames: 1) == run(.softmax))
  }

  /// The nearest three of a sequence: at its ends those within it.
  @Test func neighboursAreTheNearest() {
    let (q, k, v) = tensors()
    expect(run(.neighbourhood, neighbours: 3)) { h in
      let (queries, keys, values) = (head(q, h), head(k, h), head(v, h))
      return (0..<Self.rows).map { row -> [Double] in
        let first = min(max(0, row - 1), Self.rows - 3)
        let near = first..<first + 3
        return soft([queries[row]], Array(keys[near]), Array(values[near]))[0]
      }
    }
  }

  /// A grid of four frames of six agents: along time, then along agents.
  @Test func axesFollowEachOther() {
    let (q, k, v) = tensors()
    expect(run(.axial)) { h in
      let (queries, keys) = (head(q, h), head(k, h))
      func along(_ values: [[Double]], _ sources: (Int) -> [Int]) -> [[Double]] {
        (0..<Self.rows).map { row -> [Double] in
          let places = sources(row)
          return soft([queries[row]], places.map { keys[$0] }, places.map { values[$0] })[0]
        }
      }
      let inTime = along(head(v, h)) { row in (0..<4).map { $0 * 6 + row % 6 } }
      return along(inTime) { row in (0..<6).map { row / 6 * 6 + $0 } }
    }
  }

  /// No rows, and sizes beyond them.
  @Test(arguments: AttentionKind.allCases)
  func smallSequences(kind: AttentionKind) {
    var engine = EagerEngine(WeightTable())
    for count in 0...3 {
      var numbers = Numbers(2)
      let x = numbers.tensor([count, 8])
      let result = SequenceAttention(kind, heads: 2)(&engine, queries: x, keys: x, values: x)
      #expect(result.values.count == x.values.count && result.isFinite)
      if count == 1 { #expect(largestDifference(result.values, x.values.map { Double($0) }) < 1e-5) }
    }
  }
}

/// The same bits from every variant and build mode; run in debug and in release.
@Suite struct AttentionKindHashTests {
  static let pinned: [AttentionKind: String] = [
    .softmax: "1398cea0fef742ef", .linear: "87dca49d4415a1d0", .agent: "7e9f70e73795f1e9",
    .neighbourhood: "a735073805e2acaf", .axial: "5ccdf4bd7fa4f9b1",
  ]

  @Test(arguments: AttentionKind.allCases, supportedVariants)
  func everyVariantGivesTheSameBits(kind: AttentionKind, variant: KernelVariant) {
    var numbers = Numbers(7)
    var weights = WeightTable()
    for name in ["q", "k", "v"] { weights[name] = numbers.tensor([40, 24], times: 2) }
    weights["kernel.weight"] = numbers.tensor([24, 72])
    weights["kernel.bias"] = numbers.tensor([24])
    var tape = Tape(weights, variant: variant)
    tape.dropout = Dropout(rate: 0.1, seed: 1, step: 2, example: 3)
    let convolution = Convolution(&tape, "kernel", .causal(3))
    let keys = convolution(&tape, tape.parameter("k"), width: 40)
    let attention = SequenceAttention(kind, heads: 3, tokens: 7, neighbours: 9, frames: 8)
    let y = attention(
      &tape, queries: tape.parameter("q"), keys: tape.dropped(keys), values: tape.parameter("v"))
    let loss = tape.smoothL1(
      y, [Float](repeating: 0.5, count: 960), weights: [Float](repeating: 0.1, count: 960))
    let gradients = tape.gradients(of: loss).table(weights)
    #expect(
      StateHash.text(hash([tape.tensor(y), tape.tensor(loss)] + gradients.tensors))
        == Self.pinned[kind])
  }
}
