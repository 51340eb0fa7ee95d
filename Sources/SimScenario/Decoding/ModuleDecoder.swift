import SimCore

/// Reads the choice of a module: a name, or `{name: {parameters}}`.
struct ModuleDecoder {
  let catalog: CatalogSchema
  let sink: DiagnosticSink

  init(_ catalog: CatalogSchema, _ sink: DiagnosticSink) {
    self.catalog = catalog
    self.sink = sink
  }

  /// The module with its checked parameters; nil, with an error in the sink, if there is no such
  /// module or something is wrong with a parameter.
  func choice(_ tree: ParameterTree, _ kind: ModuleKind) -> ModuleChoice? {
    switch tree.value {
    case .scalar(let name, _):
      return schema(name, kind, at: tree.location).map { ModuleChoice($0) }
    case .mapping(let entries) where entries.count == 1:
      let entry = entries[0]
      if kind == .perception, entry.key == "deficits" {
        sink.error(
          at: entry.keyLocation, "'deficits' is not supported by this version (planned)",
          hint: "remove it to run the scenario without")
        return nil
      }
      guard let schema = schema(entry.key, kind, at: entry.keyLocation) else { return nil }
      return values(entry.value, schema, "\(kind.rawValue) '\(schema.name)'").map {
        ModuleChoice(name: schema.name, parameters: $0)
      }
    default:
      sink.error(
        at: tree.location,
        "a \(kind.rawValue) is a name or '{name: {parameters}}', not \(tree.kindName)",
        hint: names(kind))
      return nil
    }
  }

  /// The module that is taken if a scenario names none: the preferred one if the catalog has it,
  /// else the first of its kind.
  func standard(_ kind: ModuleKind, preferring name: String? = nil) -> ModuleChoice? {
    let schema = name.flatMap { catalog.module(kind, $0) } ?? catalog.modules[kind]?.first
    return schema.map { ModuleChoice($0) }
  }

  /// Parameters checked against a schema and completed with its defaults.
  ///
  /// - Parameter skipping: keys of the mapping that are no parameters.
  func values(
    _ tree: ParameterTree, _ schema: ModuleSchema, _ noun: String, skipping: Set<String> = []
  ) -> ParameterValues? {
    let entries: [ParameterTree.Entry]
    switch tree.value {
    case .mapping(let given): entries = given
    case .null: entries = []
    default:
      sink.error(
        at: tree.location, "the parameters of \(noun) must be a mapping, not \(tree.kindName)",
        hint: parameterNames(schema))
      return nil
    }
    var overrides: [String: ParameterValues.Value] = [:]
    var isRight = true
    for entry in entries where !skipping.contains(entry.key) {
      guard let parameter = schema.parameters.first(where: { $0.name == entry.key }) else {
        let near = nearestSpelling(of: entry.key, among: schema.parameters.map(\.name))
        sink.error(
          at: entry.keyLocation, "unknown parameter '\(entry.key)' of \(noun)",
          hint: near.map { "did you mean '\($0)'?" } ?? parameterNames(schema))
        isRight = false
        continue
      }
      if let value = value(entry.value, parameter) {
        overrides[parameter.name] = value
      } else {
        isRight = false
      }
    }
    return isRight ? ParameterValues(schema, overriding: overrides) : nil
  }

  private func value(_ tree: ParameterTree, _ parameter: ParameterSchema) -> ParameterValues.Value? {
    let scalar = ScalarDecoder(sink)
    let what = "'\(parameter.name)'"
    switch parameter.kind {
    case .number(_, let range, let dimension):
      return scalar.quantity(tree, what, dimension, in: range).map { .number($0) }
    case .integer(_, let range):
      return scalar.integer(tree, what, in: range).map { .integer($0) }
    case .flag:
      return scalar.flag(tree, what).map { .flag($0) }
    case .choice(_, let words):
      return scalar.choice(tree, what, among: words).map { .text($0) }
    case .text:
      return scalar.text(tree, what).map { .text($0.value) }
    }
  }

  private func schema(_ name: String, _ kind: ModuleKind, at location: SourceLocation)
    -> ModuleSchema?
  {
    if let schema = catalog.module(kind, name) { return schema }
    let known = (catalog.modules[kind] ?? []).map(\.name)
    let near = nearestSpelling(of: name, among: known)
    sink.error(
      at: location, "there is no \(kind.rawValue) '\(name)'",
      hint: near.map { "did you mean '\($0)'?" } ?? names(kind))
    return nil
  }

  private func names(_ kind: ModuleKind) -> String {
    let known = (catalog.modules[kind] ?? []).map(\.name)
    return known.isEmpty ? "this program has none" : "known: " + known.joined(separator: ", ")
  }

  private func parameterNames(_ schema: ModuleSchema) -> String {
    schema.parameters.isEmpty
      ? "it has no parameters"
      : "parameters: " + schema.parameters.map(\.name).joined(separator: ", ")
  }
}
