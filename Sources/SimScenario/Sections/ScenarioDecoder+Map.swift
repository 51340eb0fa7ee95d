import SimCore
import SimMap

// Where the road comes from.
extension ScenarioDecoder {
  func map(_ tree: ParameterTree) -> MapDeclaration? {
    guard case .mapping(let entries) = tree.value else {
      sink.error(
        at: tree.location, "'map' must be a mapping, not \(tree.kindName)",
        hint: "write it like {template: straight, lanes: 3}")
      return nil
    }
    let ways = ["template", "roads", "file"].filter { way in entries.contains { $0.key == way } }
    guard let way = ways.first else {
      sink.error(
        at: tree.location, "'map' needs 'template', 'roads' or 'file'",
        hint: "templates: " + ScenarioDecoder.templates.map(\.name).joined(separator: ", "))
      return nil
    }
    for other in ways.dropFirst() {
      let place = entries.first { $0.key == other }?.keyLocation ?? tree.location
      sink.error(at: place, "'\(other)' cannot stand beside '\(way)'", hint: "remove one of them")
    }
    guard way == "template" else { return otherMap(entries, tree, way) }
    guard let name = tree["template"].flatMap({ scalar.text($0, "'template'") }) else { return nil }
    guard let schema = ScenarioDecoder.templates.first(where: { $0.name == name.value }) else {
      let known = ScenarioDecoder.templates.map(\.name)
      let near = nearestSpelling(of: name.value, among: known)
      sink.error(
        at: name.location, "there is no map template '\(name.value)'",
        hint: near.map { "did you mean '\($0)'?" } ?? "known: " + known.joined(separator: ", "))
      return nil
    }
    return modules.values(
      tree, schema, from: ParameterValues(schema), "template", skipping: ways
    ).map { .template(tree, name, $0) }
  }

  private func otherMap(
    _ entries: [ParameterTree.Entry], _ tree: ParameterTree, _ way: String
  ) -> MapDeclaration? {
    let map = MappingDecoder(entries: entries, location: tree.location, .map, sink)
    if way == "roads" { return roadNetwork(map).map { .roads($0) } }
    for key in ["connections", "driving_side"] { map.refuse(key, with: "file") }
    return map.text("file").map { .file($0) }
  }

  /// The map templates that can be named.
  static let templates: [ModuleSchema] = MapTemplateCatalog.all.map(\.schema)
}

extension ScenarioSection {
  static let map = ScenarioSection(
    path: "map", noun: "the map", summary: "One of template, roads and file.",
    keys: [
      ScenarioKey(
        "template", "template name", .optional, "a ready-made map; its parameters stand beside it"),
      ScenarioKey("roads", "list of roads", .optional, "roads drawn here, piece by piece"),
      ScenarioKey("connections", "list of connections", .optional, "with roads: what leads where"),
      ScenarioKey("driving_side", "right or left", .standard("right"), "with roads"),
      ScenarioKey("file", "path", .optional, "map of another file, relative to this one"),
    ])
}
