import SimCore
import SimGeometry
import Testing

@testable import SimNeural

/// Every operation's gradient against central differences.
@Suite struct GradientTests {
  /// The operations by name, each from some parameters to one tensor.
  static let operations: [String] = [
    "linear", "linear clamped", "layer norm", "layer norm plain", "relu", "gelu", "silu",
    "softmax", "add", "add repeated", "gather", "scatter", "place", "project", "collect",
    "scaled columns", "columns times numbers", "attention", "attention with edges",
    "attention with shared lists", "elu plus one", "linear attention",
    "linear attention with edges",
    "linear attention with shared lists", "linear attention by states", "agent attention",
    "agent attention with edges", "agent attention with repeated queries",
    "neighbourhood attention", "axial attention", "dropped",
    "attention with edges, some left out", "linear attention with edges, some left out",
    "unfold", "convolution in time", "convolution of images",
    "smooth L1", "negative log likelihood", "cross-entropy",
    "cross-entropy with shares",
  ]

  /// Parameters that every operation finds.
  static let weights: WeightTable = {
    var numbers = Numbers(12)
    var table = WeightTable()
    for (name, shape) in [
      ("x", [6, 8]), ("w", [5, 8]), ("b", [5]), ("scale", [8]), ("shift", [8]), ("row", [2, 8]),
      ("k", [6, 8]), ("v", [6, 8]), ("head", [8, 4]), ("u", [6, 8]), ("e", [9, 4]),
      ("edge scale", [4]), ("shared k", [4, 8]), ("shared v", [4, 8]), ("few q", [2, 8]),
      ("few u", [2, 8]), ("kernel.weight", [2, 16]), ("kernel.bias", [2]),
      ("square.weight", [2, 32]), ("square.bias", [2]),
    ] { table[name] = numbers.tensor(shape) }
    return table
  }()

  static let lists: EdgeLists = {
    var lists = EdgeLists()
    for (i, list) in [[1, 2], [0], [], [3, 3, 5], [2, 0], [4]].enumerated() {
      lists.sources += list.map { Int32($0) }
      precondition(lists.nodes == i)
      lists.endList()
    }
    return lists
  }()

  private func run(_ operation: String, _ tape: inout Tape) -> Tape.Variable {
    func p(_ name: String) -> Tape.Variable { tape.parameter(name) }
    let x = p("x")
    switch operation {
    case "linear": return tape.linear(x, p("w"), bias: p("b"), clamped: false)
    case "linear clamped": return tape.linear(x, p("w"), bias: p("b"), clamped: true)
    case "layer norm": return tape.layerNorm(x, scale: p("scale"), shift: p("shift"))
    case "layer norm plain": return tape.layerNorm(x, scale: nil, shift: nil)
    case "relu": return tape.activate(x, .relu)
    case "gelu": return tape.activate(x, .gelu)
    case "silu": return tape.activate(x, .silu)
    case "softmax": return tape.softmax(x)
    case "add": return tape.add(x, p("k"))
    case "add repeated": return tape.add(x, p("row"))
    case "gather": return tape.gather(x, [2, 0, 2, 5])
    case "scatter": return tape.scatterAdd(x, [1, 0, 1, 2, 2, 1], count: 4)
    case "place":
      return tape.place(
        x, at: (0..<6).map { Pose2(x: Double($0), y: -2, heading: 0.7 * Double($0)) })
    case "project":
      return tape.project(x, tape.headMatrix("head", scale: "edge scale", heads: 2))
    case "collect":
      return tape.collect(p("u"), tape.headMatrix("head", scale: "edge scale", heads: 2))
    case "scaled columns": return tape.scaleColumns(p("w"), by: p("scale"))
    case "columns times numbers": return tape.scaleColumns(x, by: [2, -1, 0.5, 3, 0, 1, 7, 4])
    case "attention":
      let inputs = AttentionInputs(
        queries: x, keys: p("k"), values: p("v"), edge: nil, heads: 2)
      return tape.attend(inputs, Self.lists, part: 0..<6).0
    case "elu plus one": return tape.activate(x, .eluPlusOne)
    case "dropped":
      tape.dropout = Self.dropout
      return tape.dropped(x)
    case "unfold": return tape.unfold(x, [0, -1, 5, 3, 3, 1], columns: 2)
    case "convolution in time":
      let layer = Convolution(&tape, "kernel", .causal(2, dilation: 2))
      return layer(&tape, x, width: 6)
    case "convolution of images":
      var window = ConvolutionWindow(rows: 2, columns: 2)
      window.top = 1
      window.right = 1
      let layer = Convolution(&tape, "square", window)
      return layer(&tape, x, height: 2, width: 3)
    case "neighbourhood attention", "axial attention", "agent attention",
      "linear attention by states":
      let kind = AttentionKind.allCases.first { operation.hasPrefix($0.rawValue) }
      // States are for lists of at least twice as many rows as a head is wide.
      let attention = SequenceAttention(
        kind ?? .softmax, heads: 4, tokens: 2, neighbours: 3, frames: 2)
      return attention(&tape, queries: x, keys: p("k"), values: p("v"))
    case "agent attention with edges", "agent attention with repeated queries":
      var lists = EdgeLists(fan: 3)
      for list in [[0, 1, 0, 5], [1, 2, 3, 3, 4]] {
        lists.sources += list.map { Int32($0) }
        lists.endList()
      }
      let heads = tape.headMatrix("head", scale: "edge scale", heads: 2)
      let queries = operation.hasSuffix("queries") ? tape.gather(x, [0, 2, 3]) : x
      let inputs = AttentionInputs(
        queries: queries, keys: p("k"), values: p("v"),
        edge: (tape.project(queries, heads), p("e")), heads: 2)
      return tape.gathered(
        .agent, inputs, lists, part: 0..<2, collecting: heads, tokens: 2
      ) { tape, pooled in tape.project(pooled, heads) }
    case "linear attention":
      var inputs = AttentionInputs(
        queries: tape.activate(x, .eluPlusOne), keys: tape.activate(p("k"), .eluPlusOne),
        values: p("v"), edge: nil, heads: 2)
      inputs.isLinear = true
      return tape.attend(inputs, Self.lists, part: 0..<6).0
    case "attention with edges", "attention with shared lists", "linear attention with edges",
      "linear attention with shared lists", "attention with edges, some left out",
      "linear attention with edges, some left out":
      let isShared = operation.hasSuffix("lists")
      if operation.hasSuffix("left out") { tape.dropout = Self.dropout }
      var lists = Self.lists
      var inputs = AttentionInputs(
        queries: x, keys: p("k"), values: p("v"), edge: (p("u"), p("e")), heads: 2)
      if isShared {
        // Three lists of two rows each, four sources seen as two per member.
        lists = EdgeLists(fan: 2, sourceFan: 2)
        for list in [[0, 1, 0], [1], [0, 0, 1, 1, 0]] {
          lists.sources += list.map { Int32($0) }
          lists.endList()
        }
        inputs = AttentionInputs(
          queries: p("few q"), keys: p("shared k"), values: p("shared v"),
          edge: (p("few u"), p("e")), heads: 2)
      }
      if operation.hasPrefix("linear") {
        inputs.queries = tape.activate(inputs.queries, .eluPlusOne)
        inputs.keys = tape.activate(inputs.keys, .eluPlusOne)
        inputs.edge = inputs.edge.map {
          (tape.activate($0.queries, .eluPlusOne), tape.activate($0.features, .eluPlusOne))
        }
        inputs.isLinear = true
      }
      let (sums, edgeSums) = tape.attend(inputs, lists, part: 0..<lists.count)
      guard let edgeSums else { return sums }
      return tape.add(sums, tape.reshape(edgeSums, [6, 8]))
    case "smooth L1":
      let far = (0..<48).map { Float($0 % 5) - 2 }
      return tape.smoothL1(x, far, weights: (0..<48).map { Float($0 % 3) })
    case "negative log likelihood":
      return tape.negativeLogLikelihood(
        tape.softmax(x), [0, 3, 7, 1, 1, 2], weights: [1, 2, 0, 0.5, 1, 1])
    case "cross-entropy":
      return tape.crossEntropy(x, [0, 3, 7, 1, 1, 2], weights: [1, 2, 0, 0.5, 1, 1])
    case "cross-entropy with shares":
      // Rows of eight shares that add up to 1, and one row that does not count.
      let shares = (0..<48).map { Float($0 % 8 + 1) / 36 }
      return tape.crossEntropy(x, shares: shares, weights: [1, 2, 0, 0.5, 1, 1])
    default: preconditionFailure("no operation \(operation)")
    }
  }

  static let dropout = Dropout(rate: 0.4, seed: 3, step: 2, example: 1)

  /// A fixed weighted sum of a result, in doubles.
  private func value(_ operation: String, _ weights: WeightTable) -> Double {
    var tape = Tape(weights)
    let y = run(operation, &tape)
    var sum = 0.0
    for (factor, value) in zip(Self.factors, tape.tensor(y).values) {
      sum += Double(factor) * Double(value)
    }
    return sum
  }

  private static let factors: [Float] = {
    var numbers = Numbers(5)
    return numbers.tensor([64]).values
  }()

  @Test(arguments: operations)
  func slopesAreCentralDifferences(operation: String) {
    var tape = Tape(Self.weights)
    let y = run(operation, &tape)
    let count = tape.tensor(y).values.count
    precondition(count <= Self.factors.count)
    // The same weighted sum on the tape: a linear map of all numbers to one.
    let flat = tape.reshape(y, [1, count])
    let factors = tape.constant(Tensor([1, count], Array(Self.factors[..<count])))
    let sum = tape.linear(flat, factors, bias: nil, clamped: false)
    let gradients = tape.gradients(of: sum)
    var used = 0
    for (place, name) in Self.weights.names.enumerated() {
      let slope = gradients.table(Self.weights)[place]
      for i in slope.values.indices {
        var weights = Self.weights
        let step: Float = 1 / 256
        weights[place].values[i] += step
        let above = value(operation, weights)
        weights[place].values[i] -= 2 * step
        let difference = (above - value(operation, weights)) / Double(2 * step)
        let error = (Double(slope.values[i]) - difference).magnitude
        #expect(
          error < 1e-3 * max(1, difference.magnitude),
          "\(name)[\(i)]: \(slope.values[i]), by differences \(difference)")
        if difference != 0 { used += 1 }
      }
    }
    #expect(used > 8)
  }
}
