import SimCore

/// The variants of a scenario file: every combination of the values of its axes.
struct Sweep: Sendable {
  /// One key that is varied, or several whose values are drawn together.
  struct Axis: Sendable {
    var paths: [TreePath]
    var values: [Value]
  }

  /// One value of each path of an axis.
  struct Value: Sendable {
    /// As they appear in the episode's name.
    var texts: [String]
    var trees: [ParameterTree]
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
      let reader = SweepReader(sink)
      for entry in entries where !fixed.contains(entry.key) && entry.key != "samples" {
        if entry.key == "seed", let seeds {
          axes.append(Sweep.seedAxis(seeds, sink))
          hasSeeds = true
        } else if let axis = reader.axis(entry) {
          axes.append(axis)
        }
      }
      let isKept = { (entry: ParameterTree.Entry) in !fixed.contains(entry.key) }
      axes += reader.jointAxis(entries.filter(isKept))
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
      for (path, value) in zip(axis.paths, axis.values[index].trees) {
        editor.set(path, to: value, in: &result)
      }
    }
    return result
  }

  /// What a combination adds to the scenario's name: `[key=value,…]`.
  func suffix(_ indices: [Int]) -> String {
    guard !axes.isEmpty else { return "" }
    let names = zip(axes, indices).flatMap { axis, index in
      zip(axis.paths, axis.values[index].texts).map { "\($0.text)=\($1)" }
    }
    return "[" + names.joined(separator: ",") + "]"
  }

  /// What a combination adds to the scenario's name.
  func suffix(_ combination: Int) -> String { suffix(indices(combination)) }

  /// The seed of a combination if the seed is swept.
  func seed(_ combination: Int) -> UInt64? {
    zip(axes, indices(combination)).first { $0.0.isOfSeeds }
      .flatMap { UInt64($0.values[$1].texts[0]) }
  }

  private static func seedAxis(_ seeds: [UInt64], _ sink: DiagnosticSink) -> Axis {
    let location = SourceLocation.wholeFile("--seeds")
    if seeds.isEmpty { sink.error(at: location, "no seeds are given") }
    if Set(seeds).count < seeds.count { sink.error(at: location, "a seed is given twice") }
    guard let path = TreePath("seed", at: location, sink) else {
      preconditionFailure("'seed' is a path")
    }
    return Axis(path, seeds.map { ParameterTree(.scalar(String($0), quoted: false), at: location) })
  }
}

extension Sweep.Axis {
  /// One key with its values.
  init(_ path: TreePath, _ trees: [ParameterTree]) {
    paths = [path]
    values = trees.map { Sweep.Value(texts: [$0.compactText], trees: [$0]) }
  }

  var isOfSeeds: Bool { paths.count == 1 && paths[0].text == "seed" }
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
