import Foundation
import SimMap
import SimScenario
import TestSupport
import Testing

@Suite struct ScenarioKeysTests {
  /// `PROVINGGROUND_REWRITE=docs` in the environment writes the page anew.
  @Test func thePageOfTheFormatIsUpToDate() throws {
    let page = ScenarioKeys.markdown(templates: MapTemplateCatalog.all.map(\.schema))
    let file = SharedData.packageRoot.appending(path: "Scenarios/FORMAT.md")
    if ProcessInfo.processInfo.environment["PROVINGGROUND_REWRITE"] == "docs" {
      try Data(page.utf8).write(to: file)
    }
    #expect(page == String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }

  @Test func everyKeyIsDocumentedOnceInItsSection() {
    for section in ScenarioKeys.sections {
      #expect(Set(section.keys.map(\.name)).count == section.keys.count, "\(section.path)")
      #expect(section.keys.allSatisfy { !$0.summary.isEmpty && !$0.form.isEmpty })
      #expect(section.planned.allSatisfy { name in !section.keys.contains { $0.name == name } })
    }
    #expect(Set(ScenarioKeys.sections.map(\.path)).count == ScenarioKeys.sections.count)
  }

  /// A key that nobody decodes would be taken and ignored; every one is in some example or broken
  /// file, whose tests look at its effect.
  @Test func everyKeyIsUsedInSomeTestFile() throws {
    var text = ""
    for folder in ["Examples", "Broken"] {
      let path = SharedData.packageRoot.appending(path: "Tests/SimScenarioTests/\(folder)")
      for name in try FileManager.default.contentsOfDirectory(atPath: path.path)
      where name.hasSuffix(".yaml") {
        text += String(decoding: try Data(contentsOf: path.appending(path: name)), as: UTF8.self)
      }
    }
    for section in ScenarioKeys.sections {
      for key in section.keys {
        let isUsed = text.contains("\(key.name):")
        #expect(isUsed, "\(section.path): \(key.name)")
      }
    }
  }
}
