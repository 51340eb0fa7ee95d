import SimCore

/// Reads the choice of a module: a name, or `{name: {parameters}}`.
///
/// Most agents of a scenario have the same few modules, so choices with all defaults are kept.
final class ModuleDecoder {
  let catalog: CatalogSchema
  let sink: DiagnosticSink
  private var standards: [(kind: ModuleKind, schema: ModuleSchema, choice: ModuleChoice)] = []

  init(_ catalog: CatalogSchema, _ sink: DiagnosticSink) {
    self.catalog = catalog
    self.sink = sink
  }

  /// The module with its checked parameters; nil, with an error in the sink, if there is no such
  /// module or something is wrong with a parameter.
  func choice(_ tree: ParameterTree, _ kind: ModuleKind) -> ModuleChoice? {
    switch tree.value {
    case .scalar(let name, _):
      return known(name, kind, at: tree.location)?.choice
    case .mapping(let entries) where entries.count == 1:
      let entry = entries[0]
      if kind == .perception, entry.key == "deficits" {
        sink.error(
          at: entry.keyLocation, "'deficits' is not supported by this version (planned)",
          hint: "remove it to run the scenario without")
        return nil
      }
      guard let known = known(entry.key, kind, at: entry.keyLocation) else { return nil }
      return values(entry.value, known.schema, from: known.choice.parameters, kind.rawValue).map {
        ModuleChoice(name: entry.key, parameters: $0)
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
    guard let schema = name.flatMap({ catalog.module(kind, $0) }) ?? catalog.modules[kind]?.first
    else { return nil }
    return kept(schema, kind).choice
  }

  /// Parameters checked against a schema and completed with its defaults.
  ///
  /// - Parameters:
  ///   - standard: the schema's defaults.
  ///   - noun: what messages call the module, before its name.
  ///   - skipping: keys of the mapping that are no parameters.
  func values(
    _ tree: ParameterTree, _ schema: ModuleSchema, from standard: ParameterValues, _ noun: String,
    skipping: [String] = []
  ) -> ParameterValues? {
    let entries: [ParameterTree.Entry]
    switch tree.value {
    case .mapping(let given): entries = given
    case .null: entries = []
    default:
      sink.error(
        at: tree.location,
        "the parameters of \(noun) '\(schema.name)' must be a mapping, not \(tree.kindName)",
        hint: parameterNames(schema))
      return nil
    }
    var values = standard
    var isRight = true
    for entry in entries where !skipping.contains(entry.key) {
      guard let parameter = schema.parameters.first(where: { $0.name == entry.key }) else {
        let near = nearestSpelling(of: entry.key, among: schema.parameters.map(\.name))
        sink.error(
          at: entry.keyLocation, "unknown parameter '\(entry.key)' of \(noun) '\(schema.name)'",
          hint: near.map { "did you mean '\($0)'?" } ?? parameterNames(schema))
        isRight = false
        continue
      }
      if let value = value(entry.value, parameter) {
        values.set(parameter.name, value)
      } else {
        isRight = false
      }
    }
    return isRight ? values : nil
  }

  private func value(_ tree: ParameterTree, _ parameter: ParameterSchema) -> ParameterValues.Value?
  {
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
    case .command:
      return scalar.command(tree, what).map { .text($0) }
    }
  }

  /// The module of a name with its defaults; an unknown one is reported.
  private func known(_ name: String, _ kind: ModuleKind, at location: SourceLocation)
    -> (schema: ModuleSchema, choice: ModuleChoice)?
  {
    for standard in standards where standard.kind == kind && isSame(standard.schema.name, name) {
      return (standard.schema, standard.choice)
    }
    if let schema = catalog.module(kind, name) { return kept(schema, kind) }
    let known = (catalog.modules[kind] ?? []).map(\.name)
    let near = nearestSpelling(of: name, among: known)
    sink.error(
      at: location, "there is no \(kind.rawValue) '\(name)'",
      hint: near.map { "did you mean '\($0)'?" } ?? names(kind))
    return nil
  }

  /// The module's choice with all defaults, made once.
  private func kept(
    _ schema: ModuleSchema, _ kind: ModuleKind
  ) -> (schema: ModuleSchema, choice: ModuleChoice) {
    for standard in standards
    where standard.kind == kind && isSame(standard.schema.name, schema.name) {
      return (standard.schema, standard.choice)
    }
    let choice = ModuleChoice(schema)
    standards.append((kind, schema, choice))
    return (schema, choice)
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
