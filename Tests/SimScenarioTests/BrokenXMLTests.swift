import Foundation
import SimCore
import SimScenario
import TestSupport
import Testing

/// Every file of `BrokenXML/` is refused with exactly the message beside it.
///
/// `PROVINGGROUND_REWRITE=broken` in the environment writes the messages anew, to be looked at in
/// the diff.
@Suite struct BrokenXMLTests {
  static let folder = SharedData.packageRoot.appending(path: "Tests/SimScenarioTests/BrokenXML")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".xml") }.map { String($0.dropLast(4)) }.sorted()
  }()

  @Test func thereAreManyBrokenFiles() {
    #expect(Self.names.count >= 30)
  }

  @Test(arguments: names) func isRefusedWithThePinnedMessage(_ name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: "\(name).xml")))
    let errors =
      message {
        let result = try ScenarioLoader().load(
          bytes, file: "\(name).xml", relativePath: "\(name).xml", options: TestCatalog.withReplay)
        for ticket in result.tickets { _ = try ticket.build() }
      } + "\n"
    let pinned = Self.folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["PROVINGGROUND_REWRITE"] == "broken" {
      try Data(errors.utf8).write(to: pinned)
    }
    #expect(errors != "\n", "\(name).xml is accepted")
    #expect(errors == String(decoding: try Data(contentsOf: pinned), as: UTF8.self))
  }
}
