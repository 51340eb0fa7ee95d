import Foundation
import TestSupport

/// A text file of the package, with its tokens if it is Swift.
struct SourceFile: Sendable {
  /// Path from the package's root, e.g. `Sources/SimCore/TickClock.swift`.
  var path: String
  var lines: [String]
  var tokens: [Token]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    tokens = path.hasSuffix(".swift") ? Tokenizer.tokens(of: text) : []
  }

  /// The file's name, e.g. `TickClock.swift`.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// The target it belongs to, e.g. `SimCore`.
  var target: String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[1]) : ""
  }

  var isSource: Bool { path.hasPrefix("Sources/") }
  var isSwift: Bool { path.hasSuffix(".swift") }
  var isSwiftSource: Bool { isSource && isSwift }
  var isC: Bool { [".c", ".cc", ".cpp", ".inc"].contains { path.hasSuffix($0) } }
  var isCSource: Bool { isSource && isC }
  var isCode: Bool { isSwift || isC }
  /// Every file read is one of text.
  var isText: Bool { true }

  /// Whether it runs in the simulation or in scoring.
  var isTickCode: Bool { isSource && isSwift && RoomOrder.tickRooms.contains(target) }

  /// The token at an index; an empty one outside.
  func token(_ index: Int) -> String { tokens.indices.contains(index) ? tokens[index].text : "" }
}

extension SourceFile {
  private static let textKinds: Set<String> = [
    "swift", "c", "h", "cpp", "cc", "inc", "md", "yaml", "yml", "json", "py", "sh", "modulemap",
  ]

  /// Every text file of the package below the folders that are built or shipped, by path.
  static let all: [SourceFile] = {
    var paths: [String] = ["Package.swift", "README.md", "CONTRIBUTING.md"]
    let root = SharedData.packageRoot
    for folder in ["Sources", "Tests", "Benchmarks", "Scenarios", ".ci"] {
      let base = root.appending(path: folder)
      let found = FileManager.default.enumerator(atPath: base.path)
      while let path = found?.nextObject() as? String {
        if path.hasPrefix(".build") || path.contains("/.build/") { continue }
        paths.append(folder + "/" + path)
      }
    }
    return paths.sorted().compactMap { path in
      let kind = path.split(separator: ".").last.map(String.init) ?? ""
      guard textKinds.contains(kind) || path.hasPrefix(".ci/") else { return nil }
      guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else {
        return nil
      }
      return SourceFile(path: path, text: text)
    }
  }()
}
