/// Takes the weights of attention layers out of an engine while it runs, for who wants to see what
/// a network looks at. Results do not depend on it.
final class AttentionWatch {
  /// The weights of one layer's call.
  struct Layer {
    var lists: EdgeLists
    var heads: Int
    /// List by list, row by row, [heads, edges], as the kernel writes them.
    var weights: [Float]

    /// Calls `body` with every pair of a row and what it attends to: the mean weight of all heads.
    func forEach(_ body: (_ row: Int, _ source: Int, _ weight: Float) -> Void) {
      forEachPlace { row, _, source, weights in
        body(row, source, weights.reduce(0, +) / Float(heads))
      }
    }

    /// Calls `body` with every pair, its place in the row's list and the weights of all heads.
    func forEachPlace(
      _ body: (_ row: Int, _ place: Int, _ source: Int, _ weights: [Float]) -> Void
    ) {
      for list in 0..<lists.count {
        let first = Int(lists.offsets[list])
        let count = Int(lists.offsets[list + 1]) - first
        for member in 0..<lists.fan {
          let start = (first * lists.fan + member * count) * heads
          let shift = lists.sourceFan > 1 ? member : 0
          for j in 0..<count {
            body(
              list * lists.fan + member, j,
              Int(lists.sources[first + j]) * lists.sourceFan + shift,
              (0..<heads).map { weights[start + $0 * count + j] })
          }
        }
      }
    }
  }

  private var byName: [String: Layer] = [:]

  /// What a layer attended to; nil if it was not called, or its rows gather from tokens.
  subscript(name: String) -> Layer? { byName[name] }

  /// What comes after a layer's name where its tokens gather, and where its rows gather from these.
  static let ofTokens = " of tokens", fromTokens = " from tokens"

  /// Calls `body` with every pair of a row of a layer and what it attends to, by tokens or not: the
  /// mean weight of all heads. Pairs may come more than once.
  func forEach(of name: String, _ body: (_ row: Int, _ source: Int, _ weight: Float) -> Void) {
    if let layer = byName[name] { return layer.forEach(body) }
    guard let tokens = byName[name + Self.ofTokens],
      let rows = byName[name + Self.fromTokens]
    else { return }
    let fan = tokens.lists.fan
    var gathered = [[(source: Int, weights: [Float])]](repeating: [], count: tokens.lists.nodes)
    tokens.forEachPlace { row, _, source, weights in gathered[row].append((source, weights)) }
    rows.forEachPlace { row, token, _, weights in
      for pair in gathered[row / rows.lists.fan * fan + token] {
        var sum: Float = 0
        for (a, b) in zip(weights, pair.weights) { sum += a * b }
        body(row, pair.source, sum / Float(rows.heads))
      }
    }
  }

  /// Keeps the weights of some lists of a layer.
  ///
  /// - Parameter weights: of all lists; those of others than `part` do not count.
  func keep(
    _ name: String, _ lists: EdgeLists, heads: Int, part: Range<Int>, _ weights: [Float]
  ) {
    guard !weights.isEmpty else { return }
    guard part != 0..<lists.count, var layer = byName.removeValue(forKey: name) else {
      byName[name] = Layer(lists: lists, heads: heads, weights: weights)
      return
    }
    let unit = lists.fan * heads
    let range =
      Int(lists.offsets[part.lowerBound]) * unit..<Int(lists.offsets[part.upperBound]) * unit
    layer.weights.replaceSubrange(range, with: weights[range])
    byName[name] = layer
  }
}
