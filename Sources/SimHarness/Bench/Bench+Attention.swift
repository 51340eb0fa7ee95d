import CMalloc
import SimCore
import SimNeural

extension Bench {
  /// One load for each kind of attention: 8 heads 16 wide, all rows of a sequence among each other.
  static let attentionLoads: [Load] = AttentionKind.allCases.map { kind in
    let size =
      switch kind {
      case .softmax, .linear: ""
      case .agent: " through 32 tokens"
      case .neighbourhood: " of the nearest 16"
      case .axial: " along the axes of a grid"
      }
    return Load(
      name: "attention-\(kind.rawValue)", group: "attention",
      summary: "\(kind.rawValue) attention\(size) among so many rows (ms/episode: with gradients)",
      sizes: [32, 128, 512], largest: largest(kind)
    ) { (bench, n, steps) throws(InputError) in
      try bench.attention(kind, rows: n, steps: steps)
    }
  }

  /// Below a gigabyte. Some kinds hold weights by pairs of rows: with 8 heads of four bytes,
  /// 10,000 rows would have 3.2 GB of them. (Axial attention has no fewer if the number is prime.)
  private static func largest(_ kind: AttentionKind) -> Int {
    switch kind {
    case .softmax, .axial: 4096
    case .linear, .agent, .neighbourhood: 16_384
    }
  }

  /// Width of the rows, and heads.
  private static let attentionWidth = 128, attentionHeads = 8

  func attention(_ kind: AttentionKind, rows: Int, steps: Int?) throws(InputError) -> BenchRow {
    let steps = steps ?? 20
    var frames = 1
    for divisor in 1...rows where rows % divisor == 0 && divisor * divisor <= rows {
      frames = divisor
    }
    let attention = SequenceAttention(
      kind, heads: Self.attentionHeads, tokens: 32, neighbours: 16, frames: frames)
    // Four inputs in turn.
    let inputs = (0..<min(4, steps)).map { Self.weights(rows: rows, seed: UInt64($0)) }
    var forward = Timing()
    var both = Timing()
    var state = StateHash()
    var work = 0.0
    for repetition in 0..<repetitions {
      var results: [Tensor] = []
      results.reserveCapacity(steps)
      try forward.measure { () throws(InputError) in
        var engine = EagerEngine(WeightTable())
        for step in 0..<steps {
          let input = inputs[step % inputs.count]
          results.append(
            attention(&engine, queries: input[0], keys: input[1], values: input[2]))
        }
      }
      var gradients: [Tensor] = []
      try both.measure { (aside: inout Aside) throws(InputError) in
        for step in 0..<steps {
          var before = 0.0
          aside.leaveOut { before = Self.bytesInUse }
          var tape = Tape(inputs[step % inputs.count])
          let y = attention(
            &tape, queries: tape.parameter("q"), keys: tape.parameter("k"),
            values: tape.parameter("v"))
          let count = rows * Self.attentionWidth
          let loss = tape.smoothL1(
            y, [Float](repeating: 0, count: count),
            weights: [Float](repeating: 1 / Float(count), count: count))
          // What is held between the two passes.
          aside.leaveOut { work = max(work, Self.bytesInUse - before) }
          let slopes = tape.gradients(of: loss)
          for name in ["q", "k", "v"] { slopes[name].map { gradients.append($0) } }
        }
      }
      guard repetition == 0 else { continue }
      for tensor in results + gradients {
        for value in tensor.values { state.combine(Double(value)) }
      }
    }
    var row = BenchRow(
      load: "attention-\(kind.rawValue)", n: rows, steps: steps,
      millisecondsPerTick: forward.best / Double(steps) * 1000, hash: StateHash.text(state.value),
      spread: forward.spread)
    row.millisecondsPerEpisode = both.best / Double(steps) * 1000
    row.workMiB = work / 1_048_576
    return row
  }

  private static func weights(rows: Int, seed: UInt64) -> WeightTable {
    let random = CounterRandom(seed: seed)
    let purpose = RandomPurpose("bench.attention")
    var table = WeightTable()
    for (stream, name) in ["q", "k", "v"].enumerated() {
      let values = (0..<rows * attentionWidth).map { i in
        Float(random.uniform(purpose, in: -1...1, stream: UInt64(stream), tick: 0, index: i))
      }
      table[name] = Tensor([rows, attentionWidth], values)
    }
    return table
  }

  /// Bytes that the program has allocated and not freed, whoever in it has: of use where nothing
  /// runs beside the bench.
  private static var bytesInUse: Double {
    let info = mallinfo2()
    return Double(info.uordblks + info.hblkhd)
  }
}
