import SimCore
import SimHarness
import SimMetrics
import SimScenario
import Testing

@Suite struct SearchTests {
  /// An ego at 10 m/s, and a wall ahead that it can brake for unless it is too near.
  static let wall = """
    version: 1
    name: wall
    map: {template: straight, lanes: 1, length: 400, speed_limit: 36 km/h}
    duration: 20
    ego: {lane: main.1, s: 20, speed: 10, planner: idm}
    agents: [{id: wall, lane: main.1, s: 60, policy: none}]
    sweep: {agents.wall.s: 26..60}
    expect: {collisions: 0}
    """

  static func search(
    _ text: String, _ change: (inout ParameterSearch.Settings) -> Void
  ) async throws -> ParameterSearch.Findings {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "s.yaml")
    let file = folder.path + "/s.yaml"
    var settings = ParameterSearch.Settings()
    change(&settings)
    let search = try ParameterSearch(
      file, request: BatchRequest(paths: [file]), settings: settings, catalogs: .shipped)
    return try await search.run()
  }

  /// The two sides of the boundary come as near as asked, and it lies where braking of at most
  /// 6 m/s^2 with some delay ends: beyond 10^2 / 12 = 8.3 m of gap, and well before 25 m.
  @Test func boundaryIsFoundByBisection() async throws {
    let findings = try await Self.search(Self.wall) {
      $0.budget = 16
      $0.tolerance = 0.01
    }
    #expect(findings.boundary.count == 1)
    let pair = try #require(findings.boundary.first)
    let fail = try #require(Double(findings.points[pair.fail].texts[0]))
    let pass = try #require(Double(findings.points[pair.pass].texts[0]))
    #expect(fail < pass && pass - fail <= 0.35)
    // From the ego's front at 22.4 m to the wall's rear, 2.4 m before its centre.
    let gap = pass - 2.4 - 22.4
    #expect((8.3...25).contains(gap), "\(gap) m")
    // 3 to begin with, then 17 m are quartered three times.
    #expect(findings.points.count <= 16)
  }

  @Test func findingsDoNotDependOnWorkers() async throws {
    var texts: [String] = []
    for jobs in [1, 2, 3] {
      let findings = try await Self.search(Self.wall) {
        $0.budget = 12
        $0.jobs = jobs
      }
      texts.append(SearchText.json(findings, file: "s.yaml"))
    }
    #expect(Set(texts).count == 1)
  }

  /// The least time to collision is that of the nearest wall.
  @Test func worstIsTheNearest() async throws {
    let text = Self.wall.replacing("26..60", with: "50..90")
    let findings = try await Self.search(text) {
      $0.goal = .worst
      $0.measure = "min_time_to_collision"
      $0.budget = 14
    }
    let worst = try #require(findings.worst.first)
    #expect(findings.points[worst].texts == ["50"])
    #expect(findings.points.count == 14)
  }

  @Test func saysThatThereIsNoBoundary() async throws {
    let findings = try await Self.search(Self.wall.replacing("26..60", with: "80..90")) {
      $0.budget = 6
    }
    #expect(findings.boundary.isEmpty)
    #expect(SearchText.text(findings, file: "s.yaml").contains("all points pass"))
  }

  @Test(arguments: [
    ("", "has no sweep"),
    ("sweep: {ego.planner: [idm]}", "not swept over numbers"),
    ("sweep: {agents.wall.s: [30]}", "has one value only"),
    ("sweep: {seed: 0..3}", "no numbers to search"),
  ])
  func whatCannotBeSearchedIsSaid(_ sweep: String, _ message: String) async {
    let body = Self.wall.split(separator: "\n").filter { !$0.hasPrefix("sweep") }
      .joined(separator: "\n")
    await #expect {
      _ = try await Self.search(body + "\n" + sweep + "\n") { $0.budget = 4 }
    } throws: { error in
      "\(error)".contains(message)
    }
  }
}

@Suite struct CoverageTests {
  static func rows(_ entries: [(String, Bool)]) -> [CoverageTable.Row] {
    entries.map { CoverageTable.Row(scenario: $0.0, passes: $0.1, score: $0.1 ? 1 : 0) }
  }

  /// Two keys by their values in order of size, a third one summed up.
  @Test func countsEachCell() throws {
    let tables = CoverageTable.tables(
      Self.rows([
        ("a[x=10,y=2 m,seed=0]", true), ("a[x=10,y=2 m,seed=1]", false),
        ("a[x=9,y=2 m,seed=0]", true), ("a[x=9,y=1 m,seed=1]", true), ("b", true),
      ]))
    let table = try #require(tables.first)
    #expect(tables.count == 1)
    #expect(
      table.text == """
        a: episodes that passed, of those run
        x \\ y  1 m  2 m  all
        9      1/1  1/1  2/2
        10       -  1/2  1/2
        all    1/1  2/3  3/4
        over all values of seed

        """)
  }

  /// Values with commas and brackets of their own are one value.
  @Test func readsNestedValues() throws {
    let tables = CoverageTable.tables(
      Self.rows([("a[p={idm:{a:1,b:2}},q=[1,2]]", true), ("a[p=idm,q=[1,2]]", false)]))
    let table = try #require(tables.first)
    #expect(table.rowLabels == ["{idm:{a:1,b:2}}", "idm"])
    #expect(table.columnLabels == ["[1,2]"])
    #expect(table.cells.map { $0[0].text } == ["1/1", "0/1"])
  }

  /// Twenty values from 0 to 19 in ten ranges of 1.9: two in each.
  @Test func manyNumbersArePutTogether() throws {
    let tables = CoverageTable.tables(
      Self.rows((0..<20).map { ("a[x=\($0)]", $0 >= 10) }))
    let table = try #require(tables.first)
    #expect(table.rowLabels.first == "0.00…1.90")
    #expect(table.cells.map { $0[0].count } == [Int](repeating: 2, count: 10))
    #expect(table.cells.map { $0[0].passed } == [0, 0, 0, 0, 0, 2, 2, 2, 2, 2])
  }

  @Test func keysCanBeChosen() throws {
    let rows = Self.rows([("a[x=1,y=2,z=3]", true), ("a[x=2,y=2,z=4]", true)])
    #expect(CoverageTable.tables(rows, by: ["z"]).first?.rowKey == "z")
    #expect(CoverageTable.tables(rows, by: ["w"]).isEmpty)
  }
}
