import Testing

/// The package's own sources keep its habits (`CONTRIBUTING.md`).
@Suite struct TidyTests {
  @Test(arguments: TidyRule.all)
  func sourcesKeep(rule: TidyRule) {
    #expect(SourceFile.all.count > 100, "the source tree was not found")
    for fault in rule.faultsNotAllowed(in: SourceFile.all) {
      Issue.record(Comment(rawValue: fault.description))
    }
  }

  @Test func everyAllowanceIsStillNeeded() {
    for allowance in Allowance.all {
      let rule = TidyRule.all.first { $0.name == allowance.rule }
      let faults = rule?.faults(SourceFile.all).filter { $0.path == allowance.path } ?? []
      #expect(!faults.isEmpty, "\(allowance.path) no longer breaks '\(allowance.rule)'")
      #expect(!allowance.reason.isEmpty)
    }
  }

  /// `Benchmarks/` is a package of its own that no test builds: what it imports from this one has
  /// to be a product, and every other product has to be asked for by somebody.
  @Test func productsAreWhatTheBenchmarksImport() throws {
    func names(_ path: String, _ start: String, _ end: String) throws -> Set<String> {
      let manifest = try #require(SourceFile.all.first { $0.path == path })
      return Set(
        manifest.lines.compactMap { line in
          let parts = line.split(separator: "\"")
          return parts.count > 1 && parts[0].hasSuffix(start) && line.hasSuffix(end)
            ? String(parts[1]) : nil
        })
    }
    let used = try names(
      "Benchmarks/Package.swift", ".product(name: ", "package: \"ProvingGround\"),")
    let offered = try names("Package.swift", "    .library(name: ", "]),")
    #expect(!used.isEmpty && used == offered)
  }
}
