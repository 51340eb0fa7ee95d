public import SimCore

/// Finds the scenario files that PATHs of a command line stand for.
public struct ScenarioDiscovery: Sendable {
  /// A file to load.
  public struct File: Hashable, Sendable {
    /// Path to read.
    public var path: String
    /// Relative to the PATH given; for a PATH that is a file, its name.
    public var relativePath: String

    /// A file under its two paths.
    public init(path: String, relativePath: String) {
      self.path = path
      self.relativePath = relativePath
    }
  }

  /// In the order of the PATHs, within a folder in ascending byte order of the relative paths.
  public private(set) var files: [File] = []
  /// Files in folders that are none of the formats, with the reason, in the same order.
  public private(set) var passedOver: [(file: File, reason: String)] = []
  /// PATHs that cannot be read.
  public private(set) var errors: [Diagnostic] = []

  /// Endings that files in folders must have.
  private let endings: [String]

  /// Folders within folders deeper than this are an error: a link that leads back up, most likely.
  private static let deepest = 32

  /// - Parameters:
  ///   - paths: files, taken as they are, and folders, searched with all that is below them;
  ///     hidden entries are left out.
  ///   - importers: readers whose files are looked for beside YAML.
  public init(_ paths: [String], importers: [Importer] = ImporterCatalog.importers) {
    endings = ["yaml", "yml"] + importers.flatMap(\.extensions)
    for path in paths {
      switch InputFile.kind(of: path) {
      case .file:
        files.append(File(path: path, relativePath: PathText.lastComponent(path)))
      case .folder:
        search(path.hasSuffix("/") ? path : path + "/", "", depth: 0)
      case .other:
        errors.append(Diagnostic(at: .wholeFile(path), "is neither a file nor a folder"))
      case nil:
        errors.append(
          Diagnostic(
            at: .wholeFile(path), "there is no such file or folder", hint: hint(path)))
      }
    }
  }

  private mutating func search(_ root: String, _ folder: String, depth: Int) {
    guard depth < ScenarioDiscovery.deepest else {
      errors.append(
        Diagnostic(
          at: .wholeFile(root + folder),
          "folders are nested more than \(ScenarioDiscovery.deepest) levels deep"))
      return
    }
    guard let names = InputFile.names(in: root + folder) else {
      errors.append(Diagnostic(at: .wholeFile(root + folder), "the folder cannot be read"))
      return
    }
    for name in names where !name.hasPrefix(".") {
      let relative = folder + name
      switch InputFile.kind(of: root + relative) {
      case .folder:
        search(root, relative + "/", depth: depth + 1)
      case .file where endings.contains(PathText.ending(name)):
        files.append(File(path: root + relative, relativePath: relative))
      case .file:
        let ending = PathText.ending(name)
        let reason =
          ending.isEmpty ? "no scenario" : "files ending in .\(ending) are no scenarios"
        passedOver.append((File(path: root + relative, relativePath: relative), reason))
      case .other, nil:
        passedOver.append(
          (File(path: root + relative, relativePath: relative), "not a regular file"))
      }
    }
  }

  /// A name in the same folder that is nearly the one given.
  private func hint(_ path: String) -> String? {
    let folder = PathText.folder(path)
    let names = InputFile.names(in: folder.isEmpty ? "." : folder) ?? []
    let near = nearestSpelling(of: PathText.lastComponent(path), among: names)
    return near.map { "did you mean '\(folder)\($0)'?" }
  }
}
