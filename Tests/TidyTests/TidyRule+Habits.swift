extension TidyRule {
  static let crashes = TidyRule("crash operator", where: \.isSwift) { file in
    file.tokens.indices.compactMap { i in
      guard file.token(i) == "!", !file.tokens[i].isAfterSpace, i > 0 else { return nil }
      let line = file.tokens[i].line
      let before = file.token(i - 1)
      if before == "try" || before == "as" { return (line, "\(before)! crashes: handle the error") }
      // `a!=b` is a comparison.
      if file.token(i + 1) == "=", !file.tokens[i + 1].isAfterSpace { return nil }
      let isPostfix =
        before == ")" || before == "]" || before == ">" || before == "?"
        || before.first?.isLetter == true || before.first == "_" || before.first?.isNumber == true
      let keywords: Set<String> = ["return", "in", "else", "where", "case", "if", "guard", "while"]
      guard isPostfix, !keywords.contains(before) else { return nil }
      return (line, "'!' crashes on nil: unwrap it")
    }
  }

  static let fileLength = TidyRule("file length", where: \.isCode) { file in
    file.lines.count > 500
      ? [(file.lines.count, "\(file.lines.count) lines: split it (Type+Topic.swift)")] : []
  }

  /// What may be imported beside rooms: by everything, and by single rooms.
  private static let libraries: [String: Set<String>] = [
    "": ["Synchronization"],
    "SimCore": ["CPrefetch", "Glibc"],
    "SimScenario": ["CYAML", "Foundation", "FoundationXML", "Glibc"],
    "SimViewer": ["CSDL2", "Dispatch", "Foundation"],
    "SimHarness": ["CMalloc", "GRDB", "Foundation", "Glibc", "Dispatch"],
    "SimNeural": ["CKernels"],
  ]

  static let imports = TidyRule("import") { files in
    guard let manifest = files.first(where: { $0.path == "Package.swift" }) else {
      return [Fault(path: "Package.swift", line: 1, message: "is missing")]
    }
    let order = RoomOrder(manifest: manifest)
    var faults = order.faults.map { Fault(path: manifest.path, line: 1, message: $0) }
    for file in files where file.isSource && file.isSwift {
      guard let row = order.rows.first(where: { $0.name == file.target }) else { continue }
      let allowed = Set(row.imports).union(libraries[""] ?? []).union(
        libraries[file.target] ?? [])
      for i in file.tokens.indices where file.token(i) == "import" {
        var name = file.token(i + 1)
        if ["struct", "class", "enum", "func", "let", "var"].contains(name) {
          name = file.token(i + 2)
        }
        if !allowed.contains(name) {
          faults.append(
            Fault(
              path: file.path, line: file.tokens[i].line,
              message: "\(file.target) does not import \(name)"))
        }
      }
    }
    return faults
  }

  /// Rooms of plug-ins, with the endings of their files.
  private static let pluginKinds = [
    ("SimPlanning", "Planner"), ("SimPrediction", "Predictor"), ("SimPerception", "Perceiver"),
    ("SimPerception", "Deficit"), ("SimControl", "Controller"), ("SimTraffic", "Policy"),
    ("SimMetrics", "Metric"), ("SimScenario", "Importer"),
  ]

  static let catalogs = TidyRule("catalog") { files in
    pluginKinds.flatMap { room, kind in
      let inRoom = files.filter { $0.isSource && $0.target == room }
      let listed = Set(
        inRoom.filter { $0.name.hasSuffix("Catalog.swift") }.flatMap { $0.tokens.map(\.text) })
      return inRoom.compactMap { file -> Fault? in
        let type = file.name.replacing(".swift", with: "")
        guard file.name.hasSuffix(kind + ".swift"), type != kind, !listed.contains(type) else {
          return nil
        }
        return Fault(path: file.path, line: 1, message: "\(type) is in no catalog of \(room)")
      }
    }
  }

  static let machinePaths = TidyRule("machine path", where: \.isText) { file in
    // Put together here so that this file does not break its own rule.
    let roots = ["work", "root", "home", "Users"].map { "/" + $0 + "/" }
    return file.lines.enumerated().compactMap { index, line in
      guard let root = roots.first(where: { startsPath($0, in: line) }) else { return nil }
      return (index + 1, "names a place on one machine: \(root)")
    }
  }

  /// Whether a path from the root stands in a line (and not further on in a relative path or a
  /// URL).
  private static func startsPath(_ root: String, in line: String) -> Bool {
    line.ranges(of: root).contains { range in
      guard range.lowerBound > line.startIndex else { return true }
      let before = line[line.index(before: range.lowerBound)]
      return !before.isLetter && !before.isNumber && !"._-~/}".contains(before)
    }
  }

  /// Every rule.
  static let all: [TidyRule] = [
    foreignMath, wallClocks, hashValues, hashedIteration, vectorSums, contraction, crashes,
    fileLength, imports, catalogs, machinePaths, randomPurposes, documentation,
  ]
}
