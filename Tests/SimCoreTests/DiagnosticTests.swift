import SimCore
import Testing

/// What users see of an error: the place, the line, a caret and a hint.
@Suite struct DiagnosticTests {
  private func diagnostic(
    _ line: String?, column: Int, _ message: String = "unknown key 'sped'", hint: String? = nil
  ) -> String {
    Diagnostic(
      at: SourceLocation(file: "a.yaml", line: 3, column: column), message, hint: hint,
      sourceLine: line
    ).description
  }

  @Test func showsTheLineAndACaretBelowTheColumn() {
    #expect(
      diagnostic("  sped: 3", column: 3, hint: "did you mean 'speed'?") == """
        a.yaml:3:3: error: unknown key 'sped'
            sped: 3
            ^
          hint: did you mean 'speed'?
        """)
  }

  @Test func aTabIsOneColumnWide() {
    #expect(
      diagnostic("\t\tsped: 3", column: 3) == """
        a.yaml:3:3: error: unknown key 'sped'
            sped: 3
            ^
        """)
  }

  @Test func columnsCountCharactersNotBytes() {
    #expect(
      diagnostic("ä🚗: 3", column: 5) == """
        a.yaml:3:5: error: unknown key 'sped'
          ä🚗: 3
              ^
        """)
  }

  @Test func aLongLineIsCutAroundTheColumn() {
    let line = String(repeating: "a", count: 150) + "X" + String(repeating: "b", count: 150)
    let rows = diagnostic(line, column: 151).split(separator: "\n").map(Array.init)
    #expect(rows[1].count == 102)
    #expect(rows[2].count == 42)
    #expect(rows[2].last == "^")
    #expect(rows[1][41] == "X")
  }

  @Test(arguments: [0, 8, 500])
  func aCaretNeverLeavesTheLine(column: Int) {
    let rows = diagnostic("sped: 3", column: column).split(separator: "\n")
    #expect(rows[2].count == (column == 0 ? 3 : 10))
  }

  @Test func withoutALineThereIsNoCaret() {
    #expect(diagnostic(nil, column: 3) == "a.yaml:3:3: error: unknown key 'sped'")
    let whole = Diagnostic(
      .warning, at: .wholeFile("b.xml"), "is empty", hint: "nothing was read", sourceLine: "x")
    #expect(whole.description == "b.xml: warning: is empty\n  hint: nothing was read")
  }

  @Test func anInputErrorListsItsDiagnosticsInOrder() {
    let error = InputError([
      Diagnostic(at: SourceLocation(file: "a", line: 1, column: 2), "one"),
      Diagnostic(at: SourceLocation(file: "a", line: 2, column: 0), "two"),
    ])
    #expect(error.description == "a:1:2: error: one\na:2: error: two")
  }

  @Test func placesAreOrderedAsTheyAreRead() {
    let places = [
      SourceLocation(file: "a", line: 1, column: 9), SourceLocation(file: "a", line: 2, column: 1),
      SourceLocation(file: "a", line: 2, column: 3), SourceLocation(file: "b", line: 1, column: 1),
    ]
    #expect(places.reversed().sorted() == places)
  }

  /// Word, candidates, what was meant.
  @Test(
    arguments: [
      ("sped", ["speed", "s"], "speed"),
      ("seped", ["speed"], "speed"),  // two neighbours swapped: one edit
      ("SPEED", ["speed"], "speed"),  // case does not count
      ("planer", ["planner", "plane"], "planner"),  // one letter doubled, before one left out
      ("lanes", ["lane", "lines"], "lane"),
      ("kmh", ["km", "km/h"], "km/h"),  // both one edit away; this one ends alike, too
      ("x", ["y"], nil),  // no letter is kept
      ("polcy", ["policy", "police"], "policy"),
      ("acceleration", ["deceleration"], "deceleration"),
      ("colour", ["speed", "lane"], nil),
      ("abcd", ["wxyz"], nil),
      ("kilometres", ["km"], nil),
      ("", ["speed"], nil),
      ("speed", [], nil),
    ] as [(String, [String], String?)])
  func findsTheSpellingThatWasMeant(word: String, candidates: [String], meant: String?) {
    #expect(nearestSpelling(of: word, among: candidates) == meant)
  }
}
