import SimCore

/// Takes one mapping of a file apart, key by key, and reports everything that is wrong with it.
///
/// Every getter returns nil both for a key that is not there and for one that holds nonsense; the
/// latter is then in the sink.
struct MappingDecoder {
  let entries: [ParameterTree.Entry]
  let location: SourceLocation
  let section: ScenarioSection
  let sink: DiagnosticSink

  /// Nil, with an error in the sink, if there is no mapping. Unknown keys are reported at once.
  init?(_ tree: ParameterTree, _ section: ScenarioSection, _ sink: DiagnosticSink) {
    guard case .mapping(let entries) = tree.value else {
      sink.error(
        at: tree.location, "\(section.noun) must be a mapping, not \(tree.kindName)",
        hint: "keys here: " + section.keys.map(\.name).joined(separator: ", "))
      return nil
    }
    self.init(entries: entries, location: tree.location, section, sink)
  }

  /// A mapping whose entries were sorted out before.
  init(
    entries: [ParameterTree.Entry], location: SourceLocation, _ section: ScenarioSection,
    _ sink: DiagnosticSink
  ) {
    self.entries = entries
    self.location = location
    self.section = section
    self.sink = sink
    for entry in entries where !section.keys.contains(where: { isSame($0.name, entry.key) }) {
      reportUnknown(entry)
    }
  }

  private func reportUnknown(_ entry: ParameterTree.Entry) {
    if section.planned.contains(entry.key) {
      sink.error(
        at: entry.keyLocation, "'\(entry.key)' is not supported by this version (planned)",
        hint: "remove it to run the scenario without")
      return
    }
    let names = section.keys.map(\.name)
    var hint =
      nearestSpelling(of: entry.key, among: names).map { "did you mean '\($0)'?" }
      ?? "keys here: " + names.joined(separator: ", ")
    if case .null = entry.value.value, Int(entry.key) != nil {
      hint = "decimals follow a point, not a comma"
    }
    sink.error(
      at: entry.keyLocation, "unknown key '\(entry.key)' in \(section.noun)", hint: hint)
  }

  // MARK: - Keys

  /// Where a key stands; the whole mapping if it is not there.
  func keyLocation(_ key: String) -> SourceLocation {
    entry(key)?.keyLocation ?? location
  }

  /// The key is there, with whatever value.
  func has(_ key: String) -> Bool { entry(key) != nil }

  /// The value of a key. A key without a value is reported.
  func value(_ key: String) -> ParameterTree? {
    guard let entry = entry(key) else { return nil }
    if case .null = entry.value.value {
      sink.error(
        at: entry.keyLocation, "'\(key)' has no value", hint: "give it one, or remove the key")
      return nil
    }
    return entry.value
  }

  /// The value of a key that must be there.
  func required(_ key: String) -> ParameterTree? {
    if !has(key) { reportMissing(key) }
    return value(key)
  }

  func reportMissing(_ key: String) {
    let summary = section.keys.first { $0.name == key }?.summary
    sink.error(
      at: location, "\(section.noun) needs '\(key)'", hint: summary.map { "\(key): \($0)" })
  }

  /// Reports keys that contradict each other, at the second of them.
  func refuse(_ key: String, with other: String) {
    guard has(key), has(other) else { return }
    sink.error(
      at: keyLocation(key), "'\(key)' cannot stand beside '\(other)'", hint: "remove one of them")
  }

  private func entry(_ key: String) -> ParameterTree.Entry? {
    entries.first { isSame($0.key, key) }
  }

  // MARK: - Values

  func quantity(
    _ key: String, _ dimension: Dimension, in range: ClosedRange<Double>
  ) -> Double? {
    value(key).flatMap { ScalarDecoder(sink).quantity($0, "'\(key)'", dimension, in: range) }
  }

  func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    value(key).flatMap { ScalarDecoder(sink).integer($0, "'\(key)'", in: range) }
  }

  func text(_ key: String) -> Located<String>? {
    value(key).flatMap { ScalarDecoder(sink).text($0, "'\(key)'") }
  }

  func word<Word: RawRepresentable & CaseIterable>(_ key: String, of type: Word.Type) -> Word?
  where Word.RawValue == String {
    value(key).flatMap { ScalarDecoder(sink).word($0, "'\(key)'", of: type) }
  }

  /// The items of a list; a single value counts as a list of one.
  func items(_ key: String) -> [ParameterTree]? {
    guard let tree = value(key) else { return nil }
    if case .sequence(let items) = tree.value { return items }
    return [tree]
  }

  /// The items of a list.
  func list(_ key: String) -> [ParameterTree]? {
    guard let tree = value(key) else { return nil }
    guard case .sequence(let items) = tree.value else {
      sink.error(
        at: tree.location, "'\(key)' must be a list, not \(tree.kindName)",
        hint: section.keys.first { $0.name == key }.map { "\(key): \($0.form)" })
      return nil
    }
    return items
  }
}

/// Equality that settles most pairs by their length.
func isSame(_ a: String, _ b: String) -> Bool {
  a.utf8.count == b.utf8.count && a == b
}
