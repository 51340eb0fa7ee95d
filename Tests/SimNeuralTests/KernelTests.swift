import CKernels
import SimCore
import Testing

@testable import SimNeural

/// Kernels against plain loops: sums in index order with fused multiply-add, in every variant.
@Suite struct KernelTests {
  /// Rows, columns and depth around the edges of tiles, panels and blocks of depth.
  static let sizes: [[Int]] = [
    [1, 1, 1], [5, 16, 3], [6, 17, 8], [7, 31, 128], [12, 32, 16], [13, 33, 257], [25, 48, 600],
    [3, 1, 64], [600, 60, 20],
  ]

  @Test(arguments: sizes, supportedVariants)
  func productsAddInIndexOrder(size: [Int], variant: KernelVariant) {
    let (m, n, k) = (size[0], size[1], size[2])
    var numbers = Numbers()
    let a = numbers.tensor([m, k])
    let weight = numbers.tensor([n, k])
    let bias = numbers.tensor([n])
    var engine = EagerEngine(WeightTable(), variant: variant)
    let c = engine.linear(a, PackedMatrix(transposeOf: weight), bias: bias, clamped: false)
    let clamped = engine.linear(a, PackedMatrix(transposeOf: weight), bias: bias, clamped: true)
    var equal = true
    for i in 0..<m {
      for j in 0..<n {
        var sum = bias.values[j]
        for p in 0..<k { sum.addProduct(a.values[i * k + p], weight.values[j * k + p]) }
        equal = equal && c.values[i * n + j] == sum && clamped.values[i * n + j] == max(0, sum)
      }
    }
    #expect(equal)
  }

  /// What is not a number is not clamped away, so that broken weights show.
  @Test(arguments: supportedVariants)
  func clampsKeepNaN(variant: KernelVariant) {
    var engine = EagerEngine(WeightTable(), variant: variant)
    let weight = PackedMatrix(transposeOf: Tensor([1, 1], [1]))
    let y = engine.linear(Tensor([3, 1], [.nan, -1, 2]), weight, bias: nil, clamped: true)
    #expect(y.values[0].isNaN && y.values[1] == 0 && y.values[2] == 2)
    let shares = engine.softmax(Tensor([1, 2], [.nan, 1])).values
    #expect(shares[0].isNaN && shares[1].isNaN)
  }

  @Test(arguments: supportedVariants)
  func exponentialIsClose(variant: KernelVariant) {
    // All of e^x that float32 has room for, x = -103.9 … 88.7, and what lies beyond.
    let x = (-103_900...88_700).map { Float($0) / 1000 }
    var y = [Float](repeating: 0, count: x.count)
    ck_exp(variant.rawValue, x.count, x, &y)
    // In units of what the header allows.
    var worst = 0.0
    for (x, y) in zip(x, y) {
      let exact = ExactMath.exp(Double(x))
      let rounding = exact < 0x1p-126 ? 0x1p-150 : 0
      worst = max(worst, (Double(y) - exact).magnitude / (1.2e-7 * exact + rounding))
    }
    #expect(worst < 1)
    let beyond: [Float] = [-.infinity, -1e9, -104, 89, .infinity, .nan]
    var ends = [Float](repeating: 0, count: beyond.count)
    ck_exp(variant.rawValue, beyond.count, beyond, &ends)
    #expect(ends[0...2] == [0, 0, 0] && ends[3...4] == [.infinity, .infinity] && ends[5].isNaN)
  }

  @Test(arguments: supportedVariants)
  func activationsAreClose(variant: KernelVariant) {
    var engine = EagerEngine(WeightTable(), variant: variant)
    // Values of x Phi(x) and x / (1 + e^-x), to ten digits.
    let x = Tensor([6], [-3, -1, -0.5, 0, 0.5, 2])
    let gelu: [Double] = [
      -0.0040496941, -0.1586552539, -0.1542687694, 0, 0.3457312306, 1.9544997361,
    ]
    let silu: [Double] = [
      -0.1422776195, -0.2689414214, -0.1887703344, 0, 0.3112296656, 1.7615941560,
    ]
    #expect(largestDifference(engine.activate(x, .gelu).values, gelu) < 3e-7)
    #expect(largestDifference(engine.activate(x, .silu).values, silu) < 3e-7)
    #expect(engine.activate(x, .relu).values == [0, 0, 0, 0, 0.5, 2])
    let extremes = engine.activate(Tensor([3], [-1e4, 1e4, .nan]), .silu).values
    #expect(extremes[0] == 0 && extremes[1] == 1e4 && extremes[2].isNaN)
  }

  @Test(arguments: [1, 3, 16, 37, 128], supportedVariants)
  func normsAreClose(width: Int, variant: KernelVariant) {
    var numbers = Numbers(3)
    let x = numbers.tensor([5, width], times: 4)
    let scale = numbers.tensor([width])
    let shift = numbers.tensor([width])
    var engine = EagerEngine(WeightTable(), variant: variant)
    let y = engine.layerNorm(x, scale: scale, shift: shift)
    for row in 0..<5 {
      let values = x[row: row].map { Double($0) }
      let mean = values.reduce(0, +) / Double(width)
      let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
      let expected = values.enumerated().map {
        ($1 - mean) / (variance + 1e-5).squareRoot() * Double(scale.values[$0])
          + Double(shift.values[$0])
      }
      #expect(largestDifference(Array(y[row: row]), expected) < 2e-6)
    }
  }

  /// What is checked before the kernels read rows: the least source of a part.
  /// (No exit test: its watcher waits for all children, also those that other tests start.)
  @Test func sourcesAreRows() {
    var lists = EdgeLists()
    lists.sources = [2, -1]
    lists.endList()
    lists.sources += [1]
    lists.endList()
    lists.endList()
    #expect(lists.leastSource(0..<1) == -1 && lists.leastSource(1..<2) == 1)
    #expect(lists.leastSource(2..<3) == 0)
  }

  /// A first step of AdamW is the rate, whatever the gradient: the moments g (1 - beta1) and
  /// g^2 (1 - beta2) are divided by these very numbers again.
  @Test(arguments: supportedVariants)
  func firstStepIsTheRate(variant: KernelVariant) {
    var weights = WeightTable()
    weights["a"] = Tensor([3], [0, 0, 0])
    var gradients = WeightTable()
    gradients["a"] = Tensor([3], [1, -0.5, 64])
    var optimizer = AdamW()
    optimizer.step(&weights, gradients: gradients, rate: 1, variant: variant)
    #expect(largestDifference(weights.required("a").values, [-1, 1, -1]) < 5e-7)
  }

  /// Two nodes of one list and fan 2: sources 0 and 1 of each member, hand-counted rows.
  @Test(arguments: supportedVariants)
  func sharedListsPickTheirMembersSources(variant: KernelVariant) {
    var lists = EdgeLists(fan: 2, sourceFan: 2)
    lists.sources = [0, 1]
    lists.endList()
    lists.endList()
    #expect(lists.nodes == 4)
    // All keys alike: each node takes the mean of rows 0 + m and 2 + m of the values.
    let values = Tensor([4, 1], [1, 2, 5, 10])
    let zeros = Tensor([4, 1], filledWith: 0)
    var engine = EagerEngine(WeightTable(), variant: variant)
    let (sums, _) = engine.attend(
      AttentionInputs(queries: zeros, keys: zeros, values: values, edge: nil, heads: 1), lists,
      part: 0..<2)
    #expect(sums.values == [3, 6, 0, 0])
  }
}

/// The same bits from every variant and build mode; run in debug and in release.
@Suite struct KernelHashTests {
  @Test(arguments: supportedVariants)
  func everyVariantGivesTheSameBits(variant: KernelVariant) {
    var numbers = Numbers(7)
    var weights = WeightTable()
    for (name, shape) in [
      ("q.weight", [32, 32]), ("scale", [48]), ("edge.weight", [32, 48]), ("bias", [32]),
    ] { weights[name] = numbers.tensor(shape) }
    var tape = Tape(weights, variant: variant)
    let x = tape.constant(numbers.tensor([9, 32], times: 3))
    let features = tape.constant(numbers.tensor([20, 48]))
    var lists = EdgeLists()
    for i in 0..<20 {
      lists.sources.append(Int32(i * 7 % 9))
      if i % 3 == 2 { lists.endList() }
    }
    while lists.nodes < 9 { lists.endList() }
    let queries = tape.linear(
      x, tape.matrix("q.weight"), bias: tape.parameter("bias"), clamped: false)
    let heads = tape.headMatrix("edge.weight", scale: "scale", heads: 4)
    let inputs = AttentionInputs(
      queries: queries, keys: queries, values: x,
      edge: (tape.project(queries, heads), features), heads: 4)
    let (sums, edgeSums) = tape.attend(inputs, lists, part: 0..<lists.count)
    var y = sums
    if let edgeSums { y = tape.add(y, tape.collect(edgeSums, heads)) }
    y = tape.activate(tape.layerNorm(y, scale: nil, shift: nil), .gelu)
    y = tape.activate(tape.softmax(y), .silu)
    let loss = tape.crossEntropy(
      y, (0..<9).map { $0 * 3 }, weights: [Float](repeating: 0.25, count: 9))
    let gradients = tape.gradients(of: loss).table(weights)
    var optimizer = AdamW(decay: ["q.weight": 0.01])
    var stepped = weights
    optimizer.step(&stepped, gradients: gradients, rate: 1e-3, variant: variant)
    #expect(
      StateHash.text(hash([tape.tensor(y), tape.tensor(loss)])) == "5b8bbe837c33219d")
    #expect(StateHash.text(hash(gradients.tensors)) == "1cad9383866bfe1a")
    #expect(StateHash.text(hash(stepped.tensors)) == "fe91a4ccb3e0bca8")
  }
}
