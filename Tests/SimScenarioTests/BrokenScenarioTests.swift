import Foundation
import SimCore
import SimScenario
import TestSupport
import Testing

/// Every file of `Broken/` is refused with exactly the message beside it.
///
/// `PROVINGGROUND_REWRITE=broken` in the environment writes the messages anew, to be looked at in
/// the diff.
@Suite struct BrokenScenarioTests {
  static let folder = SharedData.packageRoot.appending(path: "Tests/SimScenarioTests/Broken")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  /// All errors of a file, found in loading and, if that goes well, in building its episodes.
  static func errors(_ name: String) throws -> String {
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "\(name).yaml")))
    return message {
      let result = try ScenarioLoader().load(
        bytes, file: "\(name).yaml", relativePath: "\(name).yaml", options: TestCatalog.options)
      for ticket in result.tickets { _ = try ticket.build() }
    }
  }

  @Test func thereAreManyBrokenFiles() {
    #expect(Self.names.count >= 30)
  }

  @Test(arguments: names) func isRefusedWithThePinnedMessage(_ name: String) throws {
    let errors = try Self.errors(name) + "\n"
    let pinned = Self.folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["PROVINGGROUND_REWRITE"] == "broken" {
      try Data(errors.utf8).write(to: pinned)
    }
    #expect(errors != "\n", "\(name).yaml is accepted")
    #expect(errors == String(decoding: try Data(contentsOf: pinned), as: UTF8.self))
  }
}
