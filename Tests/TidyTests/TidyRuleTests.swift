import Testing

/// Every rule can fail: each is run on small bad sources, and on good ones that look alike.
@Suite struct TidyRuleTests {
  /// A source with what a rule should find in it.
  struct Sample: Sendable, CustomTestStringConvertible {
    var rule: TidyRule
    var path: String
    var text: String
    /// The lines at fault; empty for a good source.
    var lines: [Int]

    init(_ rule: TidyRule, _ text: String, at lines: [Int] = [], in path: String? = nil) {
      self.rule = rule
      self.path = path ?? "Sources/SimWorld/Sample.swift"
      self.text = text
      self.lines = lines
    }

    var testDescription: String { "\(rule.name): \(text.prefix(40))" }
  }

  @Test(arguments: determinism + hashed + habits + documented)
  func findsExactlyTheBadLines(sample: Sample) {
    let faults = sample.rule.faults([SourceFile(path: sample.path, text: sample.text)])
    #expect(faults.map(\.line) == sample.lines, "\(faults.map(\.description))")
    #expect(faults.allSatisfy { $0.path == sample.path })
  }

  static let determinism = [
    Sample(.foreignMath, "let a = sin(x)\nlet b = 2 * atan2(y, x)", at: [1, 2]),
    Sample(.foreignMath, "let a = Foundation.exp(x) + Glibc.powf(x, 2)", at: [1, 1]),
    Sample(.foreignMath, "let t = \"\\(cos(x)) of it\"", at: [1]),
    Sample(.foreignMath, "let a = ExactMath.sin(x)\nfunc log(_ text: String) {}"),
    Sample(
      .foreignMath, "// sin(x)\n/* cos(x) /* tan(x) */ */ let t = \"sin(x)\"\ncurve.exp(2)"),
    Sample(.foreignMath, "let a = cos(x)", in: "Sources/SimCore/ExactMath+Trig.swift"),
    Sample(.foreignMath, "let a = cos(x)", in: "Tests/SimCoreTests/Sample.swift"),
    Sample(.foreignMath, "let a = cos(x)", at: [1], in: "Sources/SimHarness/Sample.swift"),

    Sample(.wallClocks, "let now = Date()\nlet c = ContinuousClock().now", at: [1, 2]),
    Sample(.wallClocks, "clock_gettime(CLOCK_MONOTONIC, &t)\nDispatchTime.now()", at: [1, 2]),
    Sample(.wallClocks, "xs.shuffled()\nDouble.random(in: 0..<1)\nBool.random()", at: [1, 2, 3]),
    Sample(.wallClocks, "Int.random(in: 0..<9, using: &g)\nlet date = clock.seconds(tick)"),
    Sample(.wallClocks, "let random: CounterRandom\nrandom.uniform(.gap, stream: 1, tick: 2)"),

    Sample(.hashValues, "let h = id.hashValue\nvar h = Hasher()", at: [1, 2]),
    Sample(.hashValues, "func hash(into hasher: inout Hasher) { hasher.combine(id) }"),
    Sample(.hashValues, "let h = id.hashValue", in: "Sources/SimHarness/Sample.swift"),

    Sample(.vectorSums, "let v: SIMD4<Double> = a\nlet s = v.sum()", at: [2]),
    Sample(.vectorSums, "let s = xs.sum()\nlet t = v[0] + v[1]"),

    Sample(.contraction, "float f(float a) { return a; }", at: [1], in: "Sources/CKernels/a.c"),
    Sample(
      .contraction, "// #pragma STDC FP_CONTRACT OFF\n#pragma STDC FP_CONTRACT ON", at: [1],
      in: "Sources/CKernels/a.c"),
    Sample(.contraction, "#pragma STDC  FP_CONTRACT OFF\nint a;", in: "Sources/CKernels/a.c"),

    Sample(
      .randomPurposes,
      "let a = RandomPurpose(\"gap\")\nlet b = RandomPurpose(\"gap\"), c = RandomPurpose(\"gap\")",
      at: [2, 2]),
    Sample(
      .randomPurposes,
      "/// `RandomPurpose(\"gap\")`\nlet a = RandomPurpose(\"gap\")\nlet b = RandomPurpose(\"gaps\")"
    ),
  ]

  static let hashed = [
    Sample(
      .hashedIteration,
      "let byName: [String: Int] = [:]\nfor (name, i) in byName { use(name, i) }", at: [2]),
    Sample(.hashedIteration, "var seen: Set<Int> = []\nlet xs = seen.map { $0 + 1 }", at: [2]),
    Sample(.hashedIteration, "var seen = Set<Int>()\nlet x = seen.first", at: [2]),
    Sample(
      .hashedIteration, "let d = Dictionary(grouping: xs) { $0.lane }\nfor x in d.values {}",
      at: [2]),
    Sample(.hashedIteration, "let d = [String: [Int]]()\nlet xs = Array(d)", at: [2]),
    Sample(
      .hashedIteration, "func f(_ d: inout [Int: (Int, Int)]) {\n  for x in d { }\n}", at: [2]),
    Sample(
      .hashedIteration, "func f(x: Int) throws -> [Int: Int] { [:] }\nfor x in f(x: 1) {}", at: [2]),
    Sample(
      .hashedIteration, "struct A {\n  var ids: Set<Int>\n}\nfor x in a.ids where x > 1 {}", at: [4]
    ),
    Sample(
      .hashedIteration,
      "let d: [String: Int] = [:]\nlet n = d.keys\n  .map { $0.count }\n  .reduce(0, +)", at: [2]),

    Sample(
      .hashedIteration,
      "let d: [String: Int] = [:]\nfor x in d.keys.sorted() {}\nlet n = d[name] ?? d.count"),
    Sample(
      .hashedIteration, "let d: [String: Int] = [:]\nlet xs = d\n  .map { $0.value }\n  .sorted()"),
    Sample(.hashedIteration, "let xs: [Int] = []\nfor x in xs {}\nlet y = xs.map { $0 }"),
    Sample(.hashedIteration, "let s: Set<Int> = [1]\nif s.contains(2), s.isEmpty {}\ns.insert(3)"),
    Sample(.hashedIteration, "let table = [Kind.a: 1]\nf(labels: 3)"),
    Sample(
      .hashedIteration, "let d: [String: Int] = [:]\nfor x in d {}",
      in: "Sources/SimHarness/Sample.swift"),
  ]

  static let habits = [
    Sample(
      .crashes, "let a = try! f()\nlet b = x as! Int\nlet c = y!\nlet d = f()!.g", at: [1, 2, 3, 4]),
    Sample(.crashes, "var a: Int!\nxs[0]! += 1", at: [1, 2]),
    Sample(.crashes, "if !a, a != b, a!=b, (!c) {}\nreturn !d\nlet t = \"no!\"  // yes!"),

    Sample(.fileLength, String(repeating: "let a = 1\n", count: 501), at: [501]),
    Sample(.fileLength, String(repeating: "let a = 1\n", count: 500)),

    Sample(.catalogs, "struct", at: [1], in: "Sources/SimPlanning/FrenetPlanner.swift"),
    Sample(.catalogs, "struct", at: [1], in: "Sources/SimMetrics/ComfortMetric.swift"),
    Sample(.catalogs, "struct", in: "Sources/SimStack/Planner.swift"),
    Sample(.catalogs, "struct", in: "Sources/SimPlanning/PlannerCatalog.swift"),

    Sample(.machinePaths, "let a = 1\nlet p = \"/wor" + "k/main/a.yaml\"", at: [2]),
    Sample(.machinePaths, "see /ro" + "ot/x and (/home" + "/me)", at: [1], in: "README.md"),
    Sample(.machinePaths, "see ../wor" + "k/x, https://a.org/home/b, $X/root/y", in: "README.md"),
  ]

  static let documented = [
    Sample(.documentation, "public struct A {\n  public var b = 1\n}", at: [1, 2]),
    Sample(.documentation, "/// A.\npublic struct A {\n  /// B.\n  public var b = 1\n}"),
    Sample(.documentation, "/// A.\n\npublic let a = 1\n// B.\npublic let b = 1", at: [3, 5]),
    Sample(.documentation, "/// A.\npublic let a = 1\npublic let b = 1", at: [3]),
    Sample(
      .documentation,
      "/// A.\n@frozen\npublic struct A {\n  @inlinable @inline(__always)\n  public init() {}\n}",
      at: [5]),
    Sample(
      .documentation,
      "/// A.\n@inlinable public var a: Int { 1 }\n@inlinable public var b: Int { 1 }", at: [3]),
    Sample(
      .documentation,
      "public private(set) var a = 1\npublic static prefix func - (a: A) -> A { a }\n"
        + "public final class B {}\npublic nonisolated(unsafe) static let c = 1", at: [1, 2, 3, 4]),
    Sample(
      .documentation,
      "/// A.\npublic enum A {\n  case b\n  /// C.\n  case c, d\n  var e: Int {\n"
        + "    switch self {\n    case .b: 1\n    default: 2\n    }\n  }\n}", at: [3]),
    Sample(
      .documentation,
      "/// A.\npublic protocol A {\n  /// B.\n  var b: Int { get }\n  mutating func c()\n}", at: [5]
    ),
    Sample(.documentation, "/// A.\npublic enum A { case b, c }\nenum D {\n  case e\n}\nvar f = 1"),
    Sample(
      .documentation,
      "public import SimCore\nextension A: Hashable {\n  public static func == (a: A, b: A) -> Bool {"
        + " true }\n  public func hash(into hasher: inout Hasher) {}\n"
        + "  public var description: String { \"public var a\" }\n}"),
    Sample(.documentation, "public static func + (a: A, b: A) -> A { a }", at: [1]),
    Sample(.documentation, "public let a = 1", in: "Tests/SimCoreTests/Sample.swift"),
  ]

  /// Two rooms and a room of plug-ins in the form of the real manifest.
  private static let manifest = SourceFile(
    path: "Package.swift",
    text: """
      let stack: [Target.Dependency] = [
        "SimCore", "SimMap",
      ]

      let rooms: [(name: String, imports: [Target.Dependency])] = [
        ("SimCore", []),
        ("SimMap", ["SimCore"]),
        ("SimTraffic", stack),
        ("SimPlanning", stack),
        (
          "SimHarness",
          stack + [
            "SimPlanning",
            .product(name: "GRDB", package: "GRDB.swift"),
          ]
        ),
      ]
      """)

  @Test func readsTheTableOfRooms() {
    let rows = RoomOrder(manifest: Self.manifest).rows
    #expect(rows.map(\.name) == ["SimCore", "SimMap", "SimTraffic", "SimPlanning", "SimHarness"])
    #expect(rows[0].imports == [])
    #expect(rows[1].imports == ["SimCore"])
    #expect(rows[3].imports == ["SimCore", "SimMap"])
    #expect(rows[4].imports == ["SimCore", "SimMap", "SimPlanning", "GRDB"])
  }

  @Test func theTableOfRoomsMayNotTurnBack() {
    var order = RoomOrder(manifest: Self.manifest)
    #expect(order.faults == [])
    order.rows[0].imports = ["SimMap"]
    #expect(order.faults == ["SimCore imports SimMap, which is not above it"])
    order.rows[0].imports = []
    order.rows[3].imports.append("SimTraffic")
    #expect(order.faults == ["SimPlanning imports SimTraffic, but rooms of plug-ins never do"])
  }

  /// A file's room, its imports, and the lines at fault.
  @Test(arguments: [
    ("SimCore", "import Foundation", [1]),
    ("SimCore", "public import SimMap", [1]),
    ("SimMap", "import Synchronization\npublic import SimCore\nimport Glibc", [3]),
    ("SimTraffic", "import SimPlanning\nimport SimMap", [1]),
    ("SimPlanning", "@testable import SimTraffic", [1]),
    ("SimHarness", "import GRDB\nimport Foundation\nimport struct SimMap.Lane\nimport SDL", [4]),
  ])
  func aFileImportsOnlyWhatItsRoomMay(room: String, text: String, lines: [Int]) {
    let file = SourceFile(path: "Sources/\(room)/A.swift", text: text)
    #expect(TidyRule.imports.faults([Self.manifest, file]).map(\.line) == lines)
  }

  @Test func aCatalogedFileIsFine() {
    let files = [
      SourceFile(path: "Sources/SimPlanning/FrenetPlanner.swift", text: "struct FrenetPlanner {}"),
      SourceFile(path: "Sources/SimPlanning/PlannerCatalog.swift", text: "[FrenetPlanner.kind]"),
    ]
    #expect(TidyRule.catalogs.faults(files).isEmpty)
    #expect(TidyRule.catalogs.faults([files[0]]).count == 1)
  }

  @Test func membersAreKnownInOtherFiles() {
    let member = "  public let modules: [Kind: Int]\n  let lanes: Set<Int>"
    let declaration = SourceFile(path: "Sources/SimCore/Catalog.swift", text: member)
    let use = "let a = catalog.modules.map { $0 }\nfor l in catalog.lanes {}"
    func lines(_ path: String, _ text: String) -> [Int] {
      TidyRule.hashedIteration.faults([declaration, SourceFile(path: path, text: text)]).map(\.line)
    }
    #expect(lines("Sources/SimCore/B.swift", use) == [1, 2])
    // Another room sees only what is public, and names of its own come first.
    #expect(lines("Sources/SimMap/B.swift", use) == [1])
    #expect(lines("Sources/SimMap/B.swift", "let modules = [1]\n" + use) == [])
  }

  @Test func theTokenizerKeepsPlacesThroughStringsAndComments() {
    let text = ##"""
      let a = """
        no \(yes + "\(deep)") "no
        """ // no
      let b = #"no \(no) \#(yes) "no"# + "no\"no"
      /* no
      no */ let c = 'x'
      """##
    let words = Tokenizer.tokens(of: text).filter { $0.text.first?.isLetter == true }
    #expect(words.map(\.text) == ["let", "a", "yes", "deep", "let", "b", "yes", "let", "c", "x"])
    #expect(words.map(\.line) == [1, 1, 2, 2, 4, 4, 4, 6, 6, 6])
  }

  @Test func anAllowanceCoversOneRuleInOneFile() throws {
    let allowance = try #require(Allowance.all.first)
    let rule = try #require(TidyRule.all.first { $0.name == allowance.rule })
    let text = "let d: Set<Int> = []\nfor x in d {}"
    let allowed = SourceFile(path: allowance.path, text: text)
    let other = SourceFile(path: "Sources/SimCore/Other.swift", text: text)
    #expect(rule.faults([allowed, other]).count == 2)
    #expect(rule.faultsNotAllowed(in: [allowed, other]).map(\.path) == [other.path])
  }

  @Test func namesOfRulesAreUniqueAndEachHasABadSample() {
    #expect(Set(TidyRule.all.map(\.name)).count == TidyRule.all.count)
    let tried = Set(
      (Self.determinism + Self.hashed + Self.habits + Self.documented).filter { !$0.lines.isEmpty }
        .map(\.rule.name))
    // Imports have a test of their own.
    #expect(tried.union(["import"]) == Set(TidyRule.all.map(\.name)))
  }
}
