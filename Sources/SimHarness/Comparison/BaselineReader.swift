import SimCore

/// Takes a baseline's tree apart and collects what is wrong with it.
struct BaselineReader {
  private var problems: [Diagnostic] = []
  /// More are not shown: a file of another kind has thousands.
  private static let most = 20

  init() {}

  mutating func problem(_ tree: ParameterTree, _ message: String, hint: String? = nil) {
    if problems.count < BaselineReader.most {
      problems.append(Diagnostic(.error, at: tree.location, message, hint: hint))
    }
  }

  private mutating func missing(_ what: String, at location: SourceLocation) {
    if problems.count < BaselineReader.most {
      problems.append(
        Diagnostic(
          .error, at: location, "a baseline needs \(what)",
          hint: "'simrun gate --baseline FILE RUN --update' writes one"))
    }
  }

  /// Throws what was found, each with its line of the text.
  func throwIfFailed(_ bytes: [UInt8]) throws(InputError) {
    if problems.isEmpty { return }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    throw InputError(
      problems.map { problem in
        var shown = problem
        let line = problem.location.line
        if lines.indices.contains(line - 1) {
          shown.sourceLine = String(decoding: lines[line - 1], as: UTF8.self)
        }
        return shown
      })
  }

  mutating func text(
    _ tree: ParameterTree?, _ what: String, at location: SourceLocation
  ) -> String? {
    guard let tree else {
      missing(what, at: location)
      return nil
    }
    guard case .scalar(let text, _) = tree.value else {
      problem(tree, "\(what) must be a text, not \(tree.kindName)")
      return nil
    }
    return text
  }

  mutating func number(
    _ tree: ParameterTree?, _ what: String, at location: SourceLocation
  ) -> Double? {
    guard let tree else {
      missing(what, at: location)
      return nil
    }
    guard case .scalar(let text, quoted: false) = tree.value, let number = Double(text),
      number.isFinite
    else {
      problem(tree, "\(what) must be a number, not \(tree.kindName)")
      return nil
    }
    return number
  }

  /// A number, or nothing for `null`.
  mutating func optionalNumber(_ tree: ParameterTree, _ what: String) -> Double? {
    if case .null = tree.value { return nil }
    return number(tree, what, at: tree.location)
  }

  mutating func items(
    _ tree: ParameterTree?, _ what: String, at location: SourceLocation
  ) -> [ParameterTree] {
    guard let tree else {
      missing(what, at: location)
      return []
    }
    guard case .sequence(let items) = tree.value else {
      // A batch of nothing writes `episodes:` without a value.
      if case .null = tree.value { return [] }
      problem(tree, "\(what) must be a list, not \(tree.kindName)")
      return []
    }
    return items
  }

  mutating func tolerances(_ tree: ParameterTree?) -> [Baseline.Tolerance] {
    guard let tree else { return [] }
    guard case .mapping(let entries) = tree.value else {
      if case .null = tree.value { return [] }
      problem(tree, "'tolerances' must be a mapping, not \(tree.kindName)")
      return []
    }
    return entries.compactMap { entry in
      guard let value = number(entry.value, "'\(entry.key)'", at: entry.keyLocation) else {
        return nil
      }
      if value < 0 { problem(entry.value, "a tolerance must be at least 0") }
      return Baseline.Tolerance(name: entry.key, value: value)
    }
  }

  mutating func entry(_ tree: ParameterTree, metrics: Int) -> Baseline.Entry? {
    let count = problems.count
    let scenario = text(tree["scenario"], "'scenario'", at: tree.location)
    let ego = text(tree["ego"], "'ego'", at: tree.location)
    let word = text(tree["verdict"], "'verdict'", at: tree.location)
    let verdict = word.flatMap(EpisodeResult.Verdict.init)
    if let word, verdict == nil {
      problem(
        tree["verdict"] ?? tree, "'verdict' cannot be '\(word)'", hint: "one of: pass, fail, error")
    }
    let score = tree["score"].flatMap { optionalNumber($0, "'score'") }
    let hash = text(tree["hash"], "'hash'", at: tree.location)
    let items = items(tree["values"], "'values'", at: tree.location)
    if items.count != metrics, tree["values"] != nil {
      problem(
        tree["values"] ?? tree, "there are \(items.count) values for \(metrics) metrics")
    }
    let values = items.map { optionalNumber($0, "a value") }
    guard problems.count == count, let scenario, let ego, let verdict, let hash else { return nil }
    return Baseline.Entry(
      scenario: scenario, ego: ego, verdict: verdict, score: score, values: values, hash: hash)
  }
}
