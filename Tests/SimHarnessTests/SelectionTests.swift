import SimCore
import Testing

@testable import SimHarness

@Suite struct SelectionTests {
  private func fits(_ text: String, _ tags: Set<String>) throws -> Bool {
    try Selection(text, name: "--tag").matches { tags.contains($0) }
  }

  @Test func notBindsTighterThanAndTighterThanOr() throws {
    #expect(try fits("a", ["a"]))
    #expect(try !fits("not a", ["a"]))
    #expect(try fits("a or b and c", ["a"]))
    #expect(try !fits("(a or b) and c", ["a"]))
    #expect(try fits("not a or b", ["a", "b"]))
    #expect(try !fits("not (a or b)", ["b"]))
    #expect(try fits("not not a", ["a"]))
    #expect(try fits("cut-in and not truck", ["cut-in"]))
  }

  @Test(arguments: [
    (
      "a and",
      "--tag:1:6: error: a word is missing\n  a and\n       ^\n"
        + "  hint: words joined by and, or, not and parentheses"
    ),
    (
      "a b",
      "--tag:1:3: error: 'b' does not belong here\n  a b\n    ^\n"
        + "  hint: words joined by and, or, not and parentheses"
    ),
    (
      "(a or b",
      "--tag:1:8: error: a ')' is missing\n  (a or b\n         ^\n"
        + "  hint: words joined by and, or, not and parentheses"
    ),
    (
      "",
      "--tag:1:1: error: a word is missing\n  \n  ^\n"
        + "  hint: words joined by and, or, not and parentheses"
    ),
  ])
  func whatIsNoExpressionIsLocated(text: String, message: String) {
    do throws(InputError) {
      _ = try Selection(text, name: "--tag")
      Issue.record("no error")
    } catch {
      #expect(error.description == message)
    }
  }

  @Test func deepNestingIsAnErrorAndNoOverflow() {
    let deep = String(repeating: "(", count: 100_000) + "a"
    #expect(throws: InputError.self) { try Selection(deep, name: "--tag") }
  }

  /// The parts of a set are disjoint and together all of it, whatever the number of parts.
  @Test(arguments: [1, 2, 3, 7])
  func shardsPartitionTheSet(count: Int) {
    for index in 0..<200 {
      let name = "scenario[seed=\(index)]"
      let owners = (1...count).filter {
        BatchRequest.Shard(index: $0, count: count).contains(name)
      }
      #expect(owners.count == 1)
    }
  }
}
