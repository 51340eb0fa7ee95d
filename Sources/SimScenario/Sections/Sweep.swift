import SimCore

/// The variants of a scenario file: every combination of the values of its axes.
struct Sweep: Sendable {
  /// One key that is varied.
  struct Axis: Sendable {
    var path: TreePath
    var values: [Value]
  }

  struct Value: Sendable {
    /// As it appears in the episode's name.
    var text: String
    var tree: ParameterTree
  }

  private(set) var axes: [Axis] = []

  /// Number of combinations.
  var count: Int { axes.reduce(1) { $0 * $1.values.count } }

  /// Reads `sweep` from a file's tree; whatever is wrong with it goes into the sink.
  ///
  /// - Parameters:
  ///   - seeds: seeds of the command line, which replace those of the file.
  ///   - fixed: paths that the command line sets and that are therefore not varied.
  init(_ tree: ParameterTree, seeds: [UInt64]?, fixed: Set<String>, _ sink: DiagnosticSink) {
    var hasSeeds = false
    if let given = tree["sweep"] {
      guard case .mapping(let entries) = given.value else {
        sink.error(
          at: given.location, "'sweep' must be a mapping, not \(given.kindName)",
          hint: "write it like {agents.cutter.speed: [26, 28], seed: 0..4}")
        return
      }
      for entry in entries where !fixed.contains(entry.key) {
        if entry.key == "seed", let seeds {
          axes.append(Sweep.seedAxis(seeds, sink))
          hasSeeds = true
        } else if let axis = Sweep.axis(entry, sink) {
          axes.append(axis)
        }
      }
    }
    if let seeds, !hasSeeds { axes.append(Sweep.seedAxis(seeds, sink)) }
    var cells = 1
    for axis in axes {
      cells *= axis.values.count
      if cells > ScenarioLimits.cells {
        sink.error(
          at: tree["sweep"]?.location ?? .wholeFile("--seeds"),
          "the sweep has more than \(ScenarioLimits.cells) combinations")
        axes = []
        return
      }
    }
  }

  /// Which value of each axis a combination takes; the last axis varies fastest.
  func indices(_ combination: Int) -> [Int] {
    var indices: [Int] = []
    var rest = combination
    for axis in axes.reversed() {
      indices.append(rest % axis.values.count)
      rest /= axis.values.count
    }
    return indices.reversed()
  }

  /// The tree with the given value of each axis put in.
  func cell(_ indices: [Int], of tree: ParameterTree, _ sink: DiagnosticSink) -> ParameterTree {
    var result = tree
    let editor = TreeEditor(sink)
    for (axis, index) in zip(axes, indices) {
      editor.set(axis.path, to: axis.values[index].tree, in: &result)
    }
    return result
  }

  /// What a combination adds to the scenario's name: `[key=value,…]`.
  func suffix(_ indices: [Int]) -> String {
    guard !axes.isEmpty else { return "" }
    let names = zip(axes, indices).map { "\($0.path.text)=\($0.values[$1].text)" }
    return "[" + names.joined(separator: ",") + "]"
  }

  /// What a combination adds to the scenario's name.
  func suffix(_ combination: Int) -> String { suffix(indices(combination)) }

  /// The seed of a combination if the seed is swept.
  func seed(_ combination: Int) -> UInt64? {
    zip(axes, indices(combination)).first { $0.0.path.text == "seed" }
      .flatMap { UInt64($0.values[$1].text) }
  }

  private static func seedAxis(_ seeds: [UInt64], _ sink: DiagnosticSink) -> Axis {
    let location = SourceLocation.wholeFile("--seeds")
    if seeds.isEmpty { sink.error(at: location, "no seeds are given") }
    if Set(seeds).count < seeds.count { sink.error(at: location, "a seed is given twice") }
    guard let path = TreePath("seed", at: location, sink) else {
      preconditionFailure("'seed' is a path")
    }
    let values = seeds.map {
      Value(
        text: String($0), tree: ParameterTree(.scalar(String($0), quoted: false), at: location))
    }
    return Axis(path: path, values: values)
  }

  private static func axis(_ entry: ParameterTree.Entry, _ sink: DiagnosticSink) -> Axis? {
    guard let path = TreePath(entry.key, at: entry.keyLocation, sink) else { return nil }
    if ["version", "name", "sweep", "tags"].contains(path.components[0]) {
      sink.error(at: entry.keyLocation, "'\(path.components[0])' cannot be swept")
      return nil
    }
    let location = entry.value.location
    let errorsBefore = sink.errorCount
    var trees: [ParameterTree] = []
    switch entry.value.value {
    case .sequence(let items):
      for item in items {
        guard let texts = rangeTexts(item, sink) else {
          trees.append(item)
          continue
        }
        trees += texts.map { ParameterTree(.scalar($0, quoted: false), at: item.location) }
      }
    case .scalar:
      guard let texts = rangeTexts(entry.value, sink) else { fallthrough }
      trees = texts.map { ParameterTree(.scalar($0, quoted: false), at: location) }
    default:
      sink.error(
        at: location,
        "the values of '\(path.text)' must be a list or a range, not \(entry.value.kindName)",
        hint: "write [26, 28, 30] or 0..4 or 10..20 step 2.5")
      return nil
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
    let values = trees.map { Value(text: $0.compactText, tree: $0) }
    for value in values where !seen.insert(value.text).inserted {
      sink.error(at: value.tree.location, "the value \(value.text) is given twice")
      return nil
    }
    return Axis(path: path, values: values)
  }

  /// The values of a range; nil if no range stands there. A wrong range has no values, and an error
  /// in the sink.
  private static func rangeTexts(_ tree: ParameterTree, _ sink: DiagnosticSink) -> [String]? {
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

extension ParameterTree {
  /// The value on one line and without spaces, for names: `{idm:{headway:1.2 s}}`.
  var compactText: String {
    switch value {
    case .null: "null"
    case .scalar(let text, _): text
    case .sequence(let items): "[" + items.map(\.compactText).joined(separator: ",") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key):\($0.value.compactText)" }.joined(separator: ",") + "}"
    }
  }
}
