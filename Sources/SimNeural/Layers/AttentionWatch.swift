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
      for list in 0..<lists.count {
        let first = Int(lists.offsets[list])
        let count = Int(lists.offsets[list + 1]) - first
        for member in 0..<lists.fan {
          let start = (first * lists.fan + member * count) * heads
          let shift = lists.sourceFan > 1 ? member : 0
          for j in 0..<count {
            var sum: Float = 0
            for head in 0..<heads { sum += weights[start + head * count + j] }
            body(
              list * lists.fan + member, Int(lists.sources[first + j]) * lists.sourceFan + shift,
              sum / Float(heads))
          }
        }
      }
    }
  }

  private var byName: [String: Layer] = [:]

  /// What a layer attended to; nil if it was not called.
  subscript(name: String) -> Layer? { byName[name] }

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
