import SimCore

/// The entries of a mapping while it is read: unique keys in the order of the text.
struct YAMLMappingEntries {
  private(set) var list: [ParameterTree.Entry] = []
  /// Places in `list` by key, once there are so many that a search would take long.
  private var index: [String: Int] = [:]

  private static let searchedCount = 24

  /// Adds an entry; if its key is there already, does not and returns where that one stands.
  mutating func append(_ entry: ParameterTree.Entry) -> SourceLocation? {
    if let first = place(of: entry.key) { return list[first].keyLocation }
    list.append(entry)
    if list.count == YAMLMappingEntries.searchedCount {
      for (place, entry) in list.enumerated() { index[entry.key] = place }
    } else if list.count > YAMLMappingEntries.searchedCount {
      index[entry.key] = list.count - 1
    }
    return nil
  }

  private func place(of key: String) -> Int? {
    if list.count >= YAMLMappingEntries.searchedCount { return index[key] }
    return list.firstIndex { $0.key == key }
  }
}

extension ParameterTree {
  /// A mapping stands here.
  var isMapping: Bool {
    if case .mapping = value { true } else { false }
  }
}
