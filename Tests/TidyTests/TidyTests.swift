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
}
