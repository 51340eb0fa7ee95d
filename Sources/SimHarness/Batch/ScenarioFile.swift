public import SimCore

/// A file with the name that results give it.
public struct ScenarioFile: Hashable, Sendable {
  /// To open, and as messages call it.
  public var path: String
  /// Relative to the PATH given.
  public var relativePath: String

  public init(path: String, relativePath: String) {
    self.path = path
    self.relativePath = relativePath
  }

  /// The files that some paths name: themselves, and of folders every file whose ending a scenario
  /// or an importer has.
  ///
  /// - Throws: every path that is not there.
  public static func expanding(_ paths: [String], endings: Set<String>) throws(InputError)
    -> [ScenarioFile]
  {
    var files: [ScenarioFile] = []
    var problems: [Diagnostic] = []
    for path in paths {
      switch FileSystem.kind(of: path) {
      case .file:
        files.append(ScenarioFile(path: path, relativePath: FileSystem.lastComponent(path)))
      case .folder:
        let root = path.hasSuffix("/") ? path : path + "/"
        let names = FileSystem.filesBelow(path)
          .filter { endings.contains(FileSystem.ending($0)) }
        if names.isEmpty {
          problems.append(Diagnostic(at: .wholeFile(path), "no scenario in this folder"))
        }
        files += names.map { ScenarioFile(path: root + $0, relativePath: $0) }
      case nil:
        problems.append(Diagnostic(at: .wholeFile(path), "there is no such file or folder"))
      }
    }
    if !problems.isEmpty { throw InputError(problems) }
    return files
  }
}
