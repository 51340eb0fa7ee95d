import SimCore
import SimScenario
import Testing

@Suite struct YAMLReaderTests {
  static func read(_ text: String, limits: YAMLLimits = .standard) throws(InputError)
    -> ParameterTree
  {
    try YAMLReader.read(Array(text.utf8), file: "t.yaml", limits: limits)
  }

  static func place(_ tree: ParameterTree?) -> String {
    tree.map { "\($0.location.line):\($0.location.column)" } ?? "nowhere"
  }

  @Test func keepsValuesWithTheirPlaces() throws {
    let tree = try Self.read("a: 1\nb:\n  - x\n  - {c: 'y z'}\nempty:\nnothing: ~\n")
    #expect(tree["a"]?.value == .scalar("1", quoted: false))
    #expect(Self.place(tree["a"]) == "1:4")
    guard case .sequence(let items)? = tree["b"]?.value else {
      Issue.record("b is a list")
      return
    }
    #expect(Self.place(items[0]) == "3:5")
    #expect(items[1]["c"]?.value == .scalar("y z", quoted: true))
    #expect(Self.place(items[1]["c"]) == "4:9")
    #expect(tree["empty"]?.value == .null)
    #expect(tree["nothing"]?.value == .null)
  }

  @Test func columnsCountCharactersAndNotBytes() throws {
    // Two-, three- and four-byte characters before the value: columns 1-5 hold "äß€😀:".
    let tree = try Self.read("äß€😀: 5\n")
    #expect(Self.place(tree["äß€😀"]) == "1:7")
  }

  @Test func aByteOrderMarkIsNoCharacter() throws {
    let tree = try YAMLReader.read([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8), file: "t.yaml")
    #expect(tree["a"]?.location == SourceLocation(file: "t.yaml", line: 1, column: 4))
  }

  @Test func everyKindOfLineEndCounts() throws {
    for end in ["\n", "\r\n", "\r"] {
      #expect(Self.place(try Self.read("a: 1\(end)b: 2\(end)")["b"]) == "2:4")
    }
  }

  @Test func aliasesRepeatTheirAnchors() throws {
    let tree = try Self.read("a: &x {p: 1, q: [2]}\nb: *x\n")
    #expect(tree["b"] == tree["a"])
  }

  @Test func mergeKeysFillInWhatIsNotGiven() throws {
    let tree = try Self.read("a: &x {p: 1, q: 2}\nb: &y {r: 9}\nc: {q: 3, <<: [*x, *y], s: 4}\n")
    guard case .mapping(let entries)? = tree["c"]?.value else {
      Issue.record("c is a mapping")
      return
    }
    #expect(entries.map(\.key) == ["q", "s", "p", "r"])
    #expect(tree["c"]?["q"]?.value == .scalar("3", quoted: false))
  }

  @Test func aQuotedMergeKeyIsAKey() throws {
    #expect(try Self.read("{'<<': 1}")["<<"]?.value == .scalar("1", quoted: false))
  }

  @Test func hugeFilesAreRefusedUnread() {
    let text = String(repeating: "# filler\n", count: 500_000)
    let message = message { _ = try Self.read(text + "a: 1") }
    #expect(
      message == """
        t.yaml: error: the file has 4500004 bytes; at most 4194304 are read
          hint: is this a scenario?
        """)
  }

  @Test(arguments: [("[", "]"), ("{a: ", "}")])
  func deepNestingIsRefused(_ open: String, _ close: String) throws {
    func nested(_ depth: Int) -> String {
      String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }
    _ = try Self.read(nested(64))
    let column = 64 * open.count + 1
    #expect(
      message { _ = try Self.read(nested(65)) }.hasPrefix(
        "t.yaml:1:\(column): error: nested more than 64 levels deep\n"))
    // Far beyond any stack, and not even closed.
    #expect(
      message { _ = try Self.read(String(repeating: open, count: 200_000)) }
        .contains("nested more than 64 levels deep"))
  }

  @Test func deepBlockNestingIsRefused() {
    let text = (0..<2000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(message { _ = try Self.read(text) }.contains("nested more than 64 levels deep"))
    let list = String(repeating: "- ", count: 100_000) + "x"
    #expect(message { _ = try Self.read(list) }.contains("nested more than 64 levels deep"))
  }

  @Test func aliasBombsAreRefused() {
    // Nine levels of nine aliases: 9^9 values from 400 bytes.
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let message = message { _ = try Self.read(text) }
    #expect(message.contains("error: more than 200000 values in one file"))
    #expect(message.contains("hint: aliases multiply what they repeat"))
  }

  @Test func aliasesCountTowardsTheDepth() {
    // Each level holds the one before: ten levels a line, seven lines.
    var text = "a0: &a0 [[[[[[[[[[1]]]]]]]]]]\n"
    for level in 1...7 { text += "a\(level): &a\(level) [[[[[[[[[[*a\(level - 1)]]]]]]]]]]\n" }
    #expect(message { _ = try Self.read(text) }.contains("nested more than 64 levels deep"))
  }

  @Test func manyKeysAreReadInNoTime() throws {
    let text = (0..<50_000).map { "k\($0): 1\n" }.joined()
    let tree = try Self.read(text)
    #expect(tree["k49999"]?.location.line == 50_000)
    let message = message { _ = try Self.read(text + "k777: 2\n") }
    #expect(message.contains("the key 'k777' is given twice; first at line 778, column 1"))
  }

  @Test func longTextsAreRefused() {
    let text = "a: " + String(repeating: "x", count: 70_000)
    #expect(
      message { _ = try Self.read(text) }.contains("a text of 70000 bytes; at most 65536 are read"))
  }

  @Test func onlySomeOfManyErrorsAreShown() {
    let text = (0..<1000).map { "? [\($0)]\n: 1\n" }.joined()
    let message = message { _ = try Self.read(text) }
    #expect(message.hasSuffix("t.yaml: error: and 950 more errors"))
  }

  /// Cuts and changed bytes of a real scenario: whatever comes out, it comes out as errors.
  @Test func damagedTextsNeverCrash() {
    let good = Array(MinimalScenarioTests.text.utf8)
    for end in 0..<good.count {
      _ = try? YAMLReader.read(Array(good[..<end]), file: "t.yaml")
    }
    let random = CounterRandom(seed: 1)
    let purpose = RandomPurpose("test.damage")
    for round in 0..<4000 {
      var bytes = good
      for k in 0..<(1 + round % 4) {
        let place = random.below(bytes.count, purpose, stream: 0, tick: round, index: 2 * k)
        let byte = random.below(256, purpose, stream: 0, tick: round, index: 2 * k + 1)
        bytes[place] = UInt8(byte)
      }
      do throws(InputError) {
        let result = try ScenarioLoader().load(
          bytes, file: "t.yaml", relativePath: "t.yaml", options: TestCatalog.options)
        for ticket in result.tickets.prefix(3) { _ = try ticket.build() }
      } catch {
        #expect(error.diagnostics.contains { $0.severity == .error })
        #expect(error.diagnostics.allSatisfy { $0.location.file == "t.yaml" })
      }
    }
  }
}
