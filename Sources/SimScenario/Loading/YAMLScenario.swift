import SimCore

/// Loading of a YAML scenario: its tree with the command line's changes, its sweep, its tickets.
enum YAMLScenario {
  static func load(
    _ source: SourceText, relativePath: String, options: LoadOptions, loader: ScenarioLoader
  ) throws(InputError) -> LoadResult {
    let sink = DiagnosticSink(source)
    guard var tree = YAMLReader.read(source, into: sink) else {
      try sink.throwIfFailed()
      preconditionFailure("a text without errors has a tree")
    }
    let fixed = CommandLineEdits(options, sink).apply(to: &tree)
    let sweep = Sweep(tree, seeds: options.seeds, fixed: fixed, sink)
    let fallbackName = fallbackName(source.file)
    let origin = ScenarioOrigin(source: source, relativePath: relativePath, loader: loader)
    let first = declaration(
      Array(repeating: 0, count: sweep.axes.count), sweep, tree, fallbackName, options, sink)
    checkOtherValues(sweep, tree, fallbackName, options, sink)
    if sink.errorCount > 0 {
      // What the map has to say belongs to the same list.
      if let first { ScenarioBuilder(first, origin, sink).check() }
      try sink.throwIfFailed()
    }
    guard let first else { preconditionFailure("a scenario without errors has a declaration") }
    if sweep.axes.isEmpty {
      return LoadResult(
        tickets: [
          EpisodeTicket(
            name: first.name, path: relativePath, tags: first.tags, seed: first.seed
          ) { () throws(InputError) in
            try ScenarioBuilder.scenario(first, origin)
          }
        ], notes: sink.sorted())
    }
    let shared = tree
    let tickets = (0..<sweep.count).map { index in
      let name = first.name + sweep.suffix(index)
      return EpisodeTicket(
        name: name, path: relativePath, tags: first.tags,
        seed: sweep.seed(index) ?? first.seed
      ) { () throws(InputError) in
        let sink = DiagnosticSink(source)
        var declaration = declaration(
          sweep.indices(index), sweep, shared, fallbackName, options, sink)
        try sink.throwIfFailed()
        declaration?.name = name
        guard let declaration else {
          preconditionFailure("a scenario without errors has a declaration")
        }
        return try ScenarioBuilder.scenario(declaration, origin)
      }
    }
    return LoadResult(tickets: tickets, notes: sink.sorted())
  }

  /// One cell of the sweep.
  private static func declaration(
    _ indices: [Int], _ sweep: Sweep, _ tree: ParameterTree, _ fallbackName: String,
    _ options: LoadOptions, _ sink: DiagnosticSink
  ) -> ScenarioDeclaration? {
    let cell = sweep.cell(indices, of: tree, sink)
    var decoder = ScenarioDecoder(options: options, sink: sink)
    return decoder.scenario(cell, fallbackName: fallbackName)
  }

  /// Looks at every value of every axis once: a sweep of 10 by 10 by 10 values costs 28 decodings
  /// and not 1000. Values that are wrong only together are found when their ticket is built.
  private static func checkOtherValues(
    _ sweep: Sweep, _ tree: ParameterTree, _ fallbackName: String, _ options: LoadOptions,
    _ sink: DiagnosticSink
  ) {
    // Seeds have been checked by the sweep itself, and there may be thousands.
    for (axis, swept) in sweep.axes.enumerated() where !swept.isOfSeeds {
      for index in swept.values.indices.dropFirst() {
        var indices = Array(repeating: 0, count: sweep.axes.count)
        indices[axis] = index
        _ = declaration(indices, sweep, tree, fallbackName, options, sink)
      }
    }
  }

  /// The file's name without its ending, as far as it makes a name.
  private static func fallbackName(_ file: String) -> String {
    let stem = PathText.stem(file)
    let name = String(stem.map { $0.isLetter || $0.isNumber || "_-.".contains($0) ? $0 : "_" })
    return name.isEmpty ? "scenario" : name
  }
}

/// Where a scenario comes from: what building it needs besides its declaration.
struct ScenarioOrigin: Sendable {
  var source: SourceText
  var relativePath: String
  var loader: ScenarioLoader
}
