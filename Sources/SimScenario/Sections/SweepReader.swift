import SimCore

/// Reads the axes of a sweep: lists, ranges and distributions; whatever is wrong with one goes into
/// the sink.
struct SweepReader {
  let sink: DiagnosticSink

  init(_ sink: DiagnosticSink) { self.sink = sink }

  /// The axis of a key; nil if it is wrong, or drawn together with others (`jointAxis`).
  func axis(_ entry: ParameterTree.Entry) -> Sweep.Axis? {
    guard let path = path(entry) else { return nil }
    let location = entry.value.location
    let errorsBefore = sink.errorCount
    var trees: [ParameterTree] = []
    switch entry.value.value {
    case .sequence(let items):
      for item in items {
        guard let texts = rangeTexts(item) else {
          trees.append(item)
          continue
        }
        trees += texts.map { ParameterTree(.scalar($0, quoted: false), at: item.location) }
      }
    case .scalar:
      guard let texts = rangeTexts(entry.value) else { fallthrough }
      trees = texts.map { ParameterTree(.scalar($0, quoted: false), at: location) }
    case .null:
      sink.error(
        at: location,
        "the values of '\(path.text)' must be a list, a range or a distribution, not "
          + entry.value.kindName,
        hint: "write [26, 28, 30] or 0..4 or 10..20 step 2.5 or {uniform: [10, 20], count: 5}")
      return nil
    case .mapping:
      guard let distribution = SweepDistribution(entry.value, sink) else { return nil }
      guard let count = distribution.count else { return nil }
      guard let texts = distribution.texts(count, path: path.text) else {
        sink.error(
          at: location, "'\(path.text)' has no \(count) different values within its bounds",
          hint: "lower 'count', or widen the distribution")
        return nil
      }
      trees = texts.map { ParameterTree(.scalar($0, quoted: false), at: location) }
    }
    guard sink.errorCount == errorsBefore else { return nil }
    guard !trees.isEmpty else {
      sink.error(at: location, "'\(path.text)' has no values to sweep over")
      return nil
    }
    if path.text == "seed" {
      for tree in trees { _ = ScalarDecoder(sink).seed(tree, "'seed'") }
      guard sink.errorCount == errorsBefore else { return nil }
    }
    var seen: Set<String> = []
    for tree in trees where !seen.insert(tree.compactText).inserted {
      sink.error(at: tree.location, "the value \(tree.compactText) is given twice")
      return nil
    }
    return Sweep.Axis(path, trees)
  }

  /// The axis of all distributions without a count of their own: `samples` points, each a draw of
  /// every one of them. None if there are no such distributions.
  func jointAxis(_ entries: [ParameterTree.Entry]) -> [Sweep.Axis] {
    let given = entries.first { $0.key == "samples" }
    var paths: [TreePath] = []
    var laws: [(law: SweepDistribution, location: SourceLocation)] = []
    for entry in entries where entry.key != "samples" {
      // What is wrong with one has been said.
      let quiet = DiagnosticSink()
      guard case .mapping = entry.value.value,
        let path = TreePath(entry.key, at: entry.keyLocation, quiet),
        let law = SweepDistribution(entry.value, quiet), law.count == nil
      else { continue }
      paths.append(path)
      laws.append((law, entry.value.location))
    }
    guard let first = laws.first else {
      if let given {
        sink.error(
          at: given.keyLocation,
          "'samples' is for distributions without 'count', and there are none")
      }
      return []
    }
    guard let given else {
      sink.error(
        at: first.location, "how many values are drawn is missing",
        hint: "add 'count' here, or 'samples' to the sweep for distributions drawn together")
      return []
    }
    guard
      let count = ScalarDecoder(sink).integer(
        given.value, "'samples'", in: 1...ScenarioLimits.cells)
    else { return [] }
    var values: [Sweep.Value] = []
    var seen: Set<[String]> = []
    for sample in 0..<count {
      var texts: [String] = []
      for (path, law) in zip(paths, laws) {
        guard let text = law.law.text(sample, path.text) else {
          sink.error(
            at: law.location, "'\(path.text)' has hardly any values within its bounds",
            hint: "widen the bounds")
          return []
        }
        texts.append(text)
      }
      // Two equal points are one episode.
      guard seen.insert(texts).inserted else { continue }
      let trees = zip(texts, laws).map {
        ParameterTree(.scalar($0, quoted: false), at: $1.location)
      }
      values.append(Sweep.Value(texts: texts, trees: trees))
    }
    return [Sweep.Axis(paths: paths, values: values)]
  }

  private func path(_ entry: ParameterTree.Entry) -> TreePath? {
    guard let path = TreePath(entry.key, at: entry.keyLocation, sink) else { return nil }
    if ["version", "name", "sweep", "tags"].contains(path.components[0]) {
      sink.error(at: entry.keyLocation, "'\(path.components[0])' cannot be swept")
      return nil
    }
    return path
  }

  /// The values of a range; nil if no range stands there. A wrong range has no values, and an error
  /// in the sink.
  private func rangeTexts(_ tree: ParameterTree) -> [String]? {
    guard case .scalar(let text, quoted: false) = tree.value else { return nil }
    switch SweepRange.parse(text) {
    case nil: return nil
    case .success(let range): return range.texts
    case .failure(let problem):
      sink.error(at: tree.location, problem.message)
      return []
    }
  }
}
