import SimCore

/// The changes that a command line makes to a scenario's tree before it is decoded: `--planner`
/// and its like first, then `--set` in order.
struct CommandLineEdits {
  private let options: LoadOptions
  private let sink: DiagnosticSink

  init(_ options: LoadOptions, _ sink: DiagnosticSink) {
    self.options = options
    self.sink = sink
  }

  /// Makes the changes; what is wrong with one goes into the sink, placed at its flag. `--set` is
  /// one text of which each setting is a line.
  ///
  /// - Returns: the paths that were set.
  func apply(to tree: inout ParameterTree) -> Set<String> {
    for kind in DrivingStack.kinds {
      guard let text = options.modules[kind] else { continue }
      let flag = "--\(kind.rawValue)"
      let source = SourceText(file: flag, bytes: Array(text.utf8))
      sink.add(source)
      guard let value = YAMLReader.read(source, into: sink),
        let path = TreePath("ego.\(kind.rawValue)", at: .wholeFile(flag), sink)
      else { continue }
      TreeEditor(sink).set(path, to: value, in: &tree)
    }
    guard !options.settings.isEmpty else { return [] }
    let lines = options.settings.map { "\($0.path)=\($0.value)" }
    sink.add(
      SourceText(file: CommandLineEdits.flag, bytes: Array(lines.joined(separator: "\n").utf8)))
    var paths: Set<String> = []
    for (index, setting) in options.settings.enumerated() {
      let place = SourceLocation(file: CommandLineEdits.flag, line: index + 1, column: 1)
      guard !setting.value.contains(where: \.isNewline) else {
        sink.error(at: place, "a value has to be on one line", hint: "write lists as [1, 2]")
        continue
      }
      let source = SourceText(
        file: CommandLineEdits.flag, bytes: Array(setting.value.utf8), firstLine: index + 1,
        firstColumn: setting.path.unicodeScalars.count + 2)
      guard let path = TreePath(setting.path, at: place, sink),
        let value = value(setting.value, source)
      else { continue }
      if TreeEditor(sink).set(path, to: value, in: &tree) { paths.insert(setting.path) }
    }
    return paths
  }

  private func value(_ text: String, _ source: SourceText) -> ParameterTree? {
    if text.isEmpty {
      sink.error(
        at: source.location(line: 0, column: 0), "a value is missing", hint: "write path=value")
      return nil
    }
    return YAMLReader.read(source, into: sink)
  }

  private static let flag = "--set"
}
