import Foundation
import Glibc

/// A program that was built with the tests, run as users run it.
struct Program {
  /// How a run ended.
  struct Run {
    var status: Int32
    var output: String
    var errors: String
  }

  private let process = Process()
  private let folder: TemporaryFolder

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - name: the program.
  ///   - arguments: of the program.
  ///   - directory: in which it runs.
  ///   - environment: variables that are different from this program's.
  init(
    _ name: String, _ arguments: [String], in directory: String? = nil,
    environment: [String: String] = [:]
  ) throws {
    folder = try TemporaryFolder()
    process.executableURL = URL(filePath: HarnessWorlds.programs + "/" + name)
    process.arguments = arguments
    if !environment.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }
    if let directory { process.currentDirectoryURL = URL(filePath: directory) }
    // Into files: a pipe that nobody empties would stop the program.
    process.standardOutput = try Self.file(folder.path + "/out")
    process.standardError = try Self.file(folder.path + "/err")
  }

  private static func file(_ path: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    return try FileHandle(forWritingTo: URL(filePath: path))
  }

  func start() throws { try process.run() }

  var isRunning: Bool { process.isRunning }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for the end.
  func finish() throws -> Run {
    process.waitUntilExit()
    return Run(
      status: process.terminationStatus, output: try folder.text("out"),
      errors: try folder.text("err"))
  }

  /// Runs to the end.
  static func run(_ name: String, _ arguments: [String], in directory: String? = nil) throws -> Run
  {
    let program = try Program(name, arguments, in: directory)
    try program.start()
    return try program.finish()
  }
}
