import Foundation

/// Headless Chromium (Debian: `chromium`), which opens pages from the disk.
enum Browser {
  static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  static var isInstalled: Bool { path != nil }

  struct Visit {
    /// The document after its scripts have run.
    var document: String
    /// Lines that the page wrote to its console, uncaught errors among them.
    var console: [String]
  }

  /// Opens a page, lets its scripts run for ten seconds of their own clock, and ends.
  ///
  /// - Parameters:
  ///   - screenshot: a file to draw the page into; nil: the document is returned instead.
  ///   - fragment: behind the file's name, e.g. `#theme=dark`.
  ///   - hasOwnClock: scripts wait by a clock that does not wait for them; else by that on the
  ///     wall, until the page is loaded.
  static func open(
    _ file: String, screenshot: String? = nil, fragment: String = "", width: Int = 1500,
    height: Int = 1200, hasOwnClock: Bool = true
  ) throws -> Visit {
    let folder = try TemporaryFolder()
    let process = Process()
    // (A browser that hangs must not hang the tests.)
    process.executableURL = URL(filePath: "/usr/bin/timeout")
    process.arguments =
      [
        "90", path ?? "", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
        "--user-data-dir=\(folder.path)/profile", "--enable-logging=stderr", "--v=0",
        "--window-size=\(width),\(height)",
      ] + (hasOwnClock ? ["--virtual-time-budget=10000"] : [])
      + [screenshot.map { "--screenshot=\($0)" } ?? "--dump-dom", "file://\(file)\(fragment)"]
    for name in ["out", "err"] {
      _ = FileManager.default.createFile(atPath: "\(folder.path)/\(name)", contents: nil)
    }
    process.standardOutput = try FileHandle(
      forWritingTo: URL(filePath: folder.path + "/out"))
    process.standardError = try FileHandle(
      forWritingTo: URL(filePath: folder.path + "/err"))
    try process.run()
    process.waitUntilExit()
    let console = try folder.text("err").split(separator: "\n").map(String.init)
      .filter { $0.contains("CONSOLE") }
    return Visit(document: try folder.text("out"), console: console)
  }
}
