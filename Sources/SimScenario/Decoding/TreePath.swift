import SimCore

/// A path to a value of a scenario's tree, as in `agents.cutter.speed`: keys of mappings, ids of
/// list items (or their numbers from 0), names of modules.
struct TreePath: Sendable {
  var text: String
  var components: [String]
  var location: SourceLocation

  /// Nil, with an error in the sink, if the text is no path.
  init?(_ text: String, at location: SourceLocation, _ sink: DiagnosticSink) {
    self.text = text
    self.location = location
    components = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if components.contains(where: \.isEmpty) {
      sink.error(
        at: location, "'\(text)' is not the path of a key",
        hint: "write it like agents.cutter.speed or ego.planner.idm.headway")
      return nil
    }
  }
}

/// Replaces values of a tree by path, for `--set`, `sweep` and modules of the command line.
struct TreeEditor {
  let sink: DiagnosticSink

  init(_ sink: DiagnosticSink) {
    self.sink = sink
  }

  /// Puts a value at a path; keys that are not there yet are added.
  ///
  /// `ego` means every ego of a file with several. False, with an error in the sink, if the path
  /// leads nowhere.
  @discardableResult
  func set(_ path: TreePath, to value: ParameterTree, in tree: inout ParameterTree) -> Bool {
    if path.components[0] == "ego", tree["ego"] == nil, path.components.count > 1,
      case .sequence(let egos) = tree["egos"]?.value
    {
      return egos.indices.allSatisfy { index in
        set(["egos", String(index)] + path.components.dropFirst(), 0, path, value, &tree)
      }
    }
    return set(path.components, 0, path, value, &tree)
  }

  private func set(
    _ components: [String], _ depth: Int, _ path: TreePath, _ value: ParameterTree,
    _ tree: inout ParameterTree
  ) -> Bool {
    guard depth < components.count else {
      tree = value
      return true
    }
    let key = components[depth]
    switch tree.value {
    case .null:
      return setKey(key, components, depth, path, value, &tree, among: [])
    case .mapping(let entries):
      return setKey(key, components, depth, path, value, &tree, among: entries)
    case .sequence(var items):
      guard let index = itemIndex(key, items) else {
        reportNoItem(key, components[..<depth], items, path)
        return false
      }
      guard set(components, depth + 1, path, value, &items[index]) else { return false }
      tree.value = .sequence(items)
      return true
    case .scalar(let name, _):
      // A module by its name alone: `planner: idm` is `planner: {idm: {}}`.
      let isModule = depth > 0 && ModuleKind(rawValue: components[depth - 1]) != nil
      guard isModule, name == key else {
        let place = components[..<depth].joined(separator: ".")
        sink.error(
          at: path.location, "'\(place)' is '\(name)' and has no '\(key)'",
          hint: isModule ? "choose the module first, e.g. --set \(place)=\(key)" : nil)
        return false
      }
      tree.value = .mapping([
        ParameterTree.Entry(
          key: name, keyLocation: tree.location, value: ParameterTree(.null, at: tree.location))
      ])
      return set(components, depth, path, value, &tree)
    }
  }

  private func setKey(
    _ key: String, _ components: [String], _ depth: Int, _ path: TreePath, _ value: ParameterTree,
    _ tree: inout ParameterTree, among given: [ParameterTree.Entry]
  ) -> Bool {
    var entries = given
    if let index = entries.firstIndex(where: { $0.key == key }) {
      guard set(components, depth + 1, path, value, &entries[index].value) else { return false }
    } else {
      if depth > 0, ModuleKind(rawValue: components[depth - 1]) != nil, let other = entries.first {
        let place = components[..<depth].joined(separator: ".")
        sink.error(
          at: path.location, "'\(place)' is '\(other.key)' and has no '\(key)'",
          hint: "choose the module first, e.g. --set \(place)=\(key)")
        return false
      }
      if depth == 0, components.count > 1, ["agents", "egos", "events"].contains(key) {
        sink.error(at: path.location, "this scenario has no '\(key)'")
        return false
      }
      var child = ParameterTree(.null, at: path.location)
      guard set(components, depth + 1, path, value, &child) else { return false }
      entries.append(ParameterTree.Entry(key: key, keyLocation: path.location, value: child))
    }
    tree.value = .mapping(entries)
    return true
  }

  /// The item of a list by its id or number.
  private func itemIndex(_ key: String, _ items: [ParameterTree]) -> Int? {
    if let byID = items.firstIndex(where: { id($0) == key }) { return byID }
    guard let number = NumberText.integer(key), items.indices.contains(number) else { return nil }
    return number
  }

  private func id(_ item: ParameterTree) -> String? {
    guard case .scalar(let id, _) = item["id"]?.value else { return nil }
    return id
  }

  private func reportNoItem(
    _ key: String, _ place: ArraySlice<String>, _ items: [ParameterTree], _ path: TreePath
  ) {
    let ids = items.compactMap { id($0) }
    let near = nearestSpelling(of: key, among: ids)
    let known = ids.prefix(10).joined(separator: ", ")
    sink.error(
      at: path.location, "there is no '\(key)' in '\(place.joined(separator: "."))'",
      hint: near.map { "did you mean '\($0)'?" } ?? (ids.isEmpty ? nil : "known: " + known))
  }
}
