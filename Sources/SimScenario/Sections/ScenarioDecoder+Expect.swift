import SimCore

// Bounds that the results of an episode must keep.
extension ScenarioDecoder {
  /// The words that `outcome` can be expected to be.
  static let outcomes = ["completed", "terminated", "planner_failed"]

  func expectations(_ file: MappingDecoder) -> [Expectation] {
    guard let tree = file.value("expect") else { return [] }
    guard case .mapping(let entries) = tree.value else {
      sink.error(
        at: tree.location, "'expect' must be a mapping, not \(tree.kindName)",
        hint: "write it like {score: {min: 0.6}}")
      return []
    }
    return entries.compactMap { expectation($0) }
  }

  private func expectation(_ entry: ParameterTree.Entry) -> Expectation? {
    let key = entry.key
    if key == "outcome" {
      return scalar.choice(entry.value, "'outcome'", among: ScenarioDecoder.outcomes).map {
        Expectation(key: key, word: $0, location: entry.keyLocation)
      }
    }
    let known = ["score"] + options.resultNames + metricNames
    guard known.contains(key) else {
      let near = nearestSpelling(of: key, among: ["outcome"] + known)
      sink.error(
        at: entry.keyLocation, "there is no result '\(key)' to expect",
        hint: near.map { "did you mean '\($0)'?" }
          ?? "known: outcome, " + known.joined(separator: ", "))
      return nil
    }
    let anyNumber = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    if case .mapping = entry.value.value {
      guard let range = MappingDecoder(entry.value, .bounds, sink) else { return nil }
      let minimum = range.quantity("min", .none, in: anyNumber)
      let maximum = range.quantity("max", .none, in: anyNumber)
      if let minimum, let maximum, minimum > maximum {
        sink.error(at: entry.value.location, "nothing is both above 'min' and below 'max' here")
      }
      if !range.has("min"), !range.has("max") {
        sink.error(at: entry.value.location, "'\(key)' needs 'min' or 'max'")
      }
      return Expectation(
        key: key, minimum: minimum, maximum: maximum, location: entry.keyLocation)
    }
    if case .scalar(let word, quoted: false) = entry.value.value, word == "true" || word == "false"
    {
      let value = word == "true" ? 1.0 : 0
      return Expectation(key: key, minimum: value, maximum: value, location: entry.keyLocation)
    }
    return scalar.quantity(entry.value, "'\(key)'", .none, in: anyNumber).map {
      Expectation(key: key, minimum: $0, maximum: $0, location: entry.keyLocation)
    }
  }

  private var metricNames: [String] {
    (options.catalog.modules[.metric] ?? []).map(\.name)
  }
}
