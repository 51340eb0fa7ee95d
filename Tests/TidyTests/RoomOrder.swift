/// Which room may import which: read from `Package.swift`, where the order of rows is the law.
struct RoomOrder {
  /// The rooms whose code runs in the simulation or in scoring.
  static let tickRooms: Set<String> = [
    "SimCore", "SimGeometry", "SimNeural", "SimMap", "SimWorld", "SimModels", "SimStack",
    "SimTraffic", "SimPerception", "SimPrediction", "SimPlanning", "SimControl", "SimMetrics",
    "SimEpisode",
  ]

  /// The rooms of plug-ins, which never import each other.
  static let siblings: Set<String> = [
    "SimTraffic", "SimPerception", "SimPrediction", "SimPlanning", "SimControl", "SimMetrics",
  ]

  /// Rooms in their order, each with everything it declares to import.
  var rows: [(name: String, imports: [String])]

  /// Reads the table `rooms` and the list `stack` of a manifest.
  init(manifest: SourceFile) {
    // String literals are blank in tokens, so this goes by lines.
    let lines = manifest.lines.map { String($0.prefix { $0 != "/" }) }
    func section(_ start: String) -> String {
      guard let first = lines.firstIndex(where: { $0.hasPrefix(start) }) else { return "" }
      let last = lines[first...].firstIndex { $0.hasPrefix("]") } ?? first
      return lines[first...last].joined(separator: " ")
    }
    let stack = Self.names(in: section("let stack"))
    rows = []
    // A row starts with a parenthesis; products have an argument label.
    for row in section("let rooms").split(separator: "(").dropFirst(2) {
      let names = Self.names(in: String(row))
      if row.contains("name:") {
        rows[rows.count - 1].imports += names.prefix(1)
      } else if let name = names.first {
        let usesStack = row.contains("stack")
        rows.append((name, (usesStack ? stack : []) + names.dropFirst()))
      }
    }
  }

  private static func names(in text: String) -> [String] {
    text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// What is wrong with the table itself.
  var faults: [String] {
    var faults: [String] = []
    for (index, row) in rows.enumerated() {
      for name in row.imports {
        if let other = rows.firstIndex(where: { $0.name == name }), other >= index {
          faults.append("\(row.name) imports \(name), which is not above it")
        }
        if Self.siblings.contains(row.name), Self.siblings.contains(name) {
          faults.append("\(row.name) imports \(name), but rooms of plug-ins never do")
        }
      }
    }
    return faults
  }
}
