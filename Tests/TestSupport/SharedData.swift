public import Foundation

/// Where the tests find the data that lie beside the checkout: the folder `shared`.
public enum SharedData {
  /// The root of this package, found from where this file was compiled.
  public static let packageRoot: URL = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The shared folder: `PROVINGGROUND_SHARED` if set, else `../shared` beside the package.
  public static let root: URL = {
    if let path = ProcessInfo.processInfo.environment["PROVINGGROUND_SHARED"], !path.isEmpty {
      return URL(filePath: path, directoryHint: .isDirectory)
    }
    return packageRoot.deletingLastPathComponent().appending(path: "shared")
  }()

  /// Whether the folder is there at all; suites that need it are skipped by name without it.
  public static let isPresent: Bool = FileManager.default.fileExists(
    atPath: root.appending(path: "fixtures").path)

  /// A file or folder below `shared`, e.g. `fixtures/nuplan/episodes.json`.
  public static func url(_ path: String) -> URL { root.appending(path: path) }
}
