import Foundation
import GRDB
import SimCore
import SimEpisode
import SimGeometry
import SimHarness
import SimMetrics
import SimScenario
import SimStack
import SimWorld
import Testing

@testable import SimHarness

/// What is in `report.html`, without a browser.
@Suite struct ReportPageTests {
  @Test func thePageNeedsNothingElseAndNoValueIsMarkup() async throws {
    let folder = try await ReportWorlds.batch()
    let page = try folder.text("report.html")
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    // The name of a namespace is no address that anything is fetched from.
    let addresses = page.replacing("http://www.w3.org/2000/svg", with: "")
    for word in ["http://", "https://", "src=", "<link", "@import", "url(", "fetch(", "innerHTML"] {
      #expect(!addresses.contains(word), "\(word)")
    }
    // Two scripts: the data, and what draws them.
    #expect(page.ranges(of: "<script").count == 2)
    #expect(page.ranges(of: "</script").count == 2)
    let data = try ReportWorlds.data(page)
    let fields = try #require(data["fields"] as? [String])
    let rows = try #require(data["rows"] as? [[Any]])
    #expect(rows.count == 10 && rows.allSatisfy { $0.count == fields.count })
    let names = Set(rows.compactMap { $0[0] as? String })
    #expect(names.isSuperset(of: ReportWorlds.hostilePaths))
    // Everything that ran left a recording, and all of that is played.
    #expect((data["clips"] as? [String])?.count == 5)
    #expect((data["coverage"] as? [[String: Any]])?.count == 1)
  }

  @Test func equalRunsGiveEqualBytes() async throws {
    let folder = try await ReportWorlds.batch(hasBroken: false)
    let page = try folder.text("report.html")
    let run = RunFolder(folder.path)
    #expect(try ReportPage.text(run) == page)
    let copy = folder.path + "/copy.html"
    #expect(try run.writePage(to: copy) == copy)
    #expect(try folder.text("copy.html") == page)
    // Another run of the same scenarios differs in its wall time only.
    let again = try await ReportWorlds.batch(hasBroken: false)
      .text("report.html")
    func timeless(_ page: String) -> String {
      page.replacing(#/"wall": [0-9.e-]+/#, with: "")
    }
    #expect(timeless(again) == timeless(page))
  }

  /// A family is the folder in which a file lies, whichever way it was named.
  @Test func familiesAreFolders() async throws {
    let scenarios = try TemporaryFolder()
    for (name, folder) in [("a", "one"), ("b", "one"), ("c", "two/inner")] {
      try scenarios.write(HarnessWorlds.following(name: name), to: "\(folder)/\(name).yaml")
    }
    try scenarios.write("version: 1\nspeed: 1\n", to: "two/inner/broken.yaml")
    let top = scenarios.path
    for paths in [
      [top], [top + "/one", top + "/two"], [top + "/one/", top + "/two/inner"],
      [top + "/one/a.yaml", top + "/one/./b.yaml", top + "/two/../two/inner/."],
    ] {
      let out = try TemporaryFolder()
      let report = try await runBatch(scenarios, out: out) {
        $0.paths = paths
        $0.record = .all
      }
      #expect(report.results.count == 4)
      func families(_ folder: TemporaryFolder) throws -> Set<String> {
        let run = try ReportRun(in: RunFolder(folder.path))
        return Set(run.rows.map { PathText.lastComponent($0.scenario) + " " + $0.family })
      }
      let expected: Set<String> = ["a one", "b one", "c inner", "broken.yaml inner"]
      #expect(try families(out) == expected, "\(paths)")
      let page = try out.text("report.html")
      #expect(try ReportPage.text(RunFolder(out.path)) == page)
      // Scored anew, from the recordings alone.
      let anew = try Rescoring(RunFolder(out.path), profile: .strict).report
      #expect(anew.families["a"] == "one" && anew.families["c"] == "inner")
      // Of results of a version that did not write them, the path tells what it can.
      let queue = try DatabaseQueue(path: out.path + "/results.sqlite")
      try await queue.write { try $0.execute(sql: "DROP TABLE families") }
      try queue.close()
      let told = try families(out)
      if paths == [top] { #expect(told == expected) } else { #expect(told != expected) }
    }
  }

  /// What the folder of a file is called is no result.
  @Test func copiesInOtherFoldersGiveTheSameDump() async throws {
    var dumps: [String] = []
    for folder in ["one", "other"] {
      let scenarios = try TemporaryFolder()
      let file = "\(folder)/a.yaml"
      try scenarios.write(HarnessWorlds.following(name: "a"), to: file)
      let out = try TemporaryFolder()
      _ = try await runBatch(scenarios, out: out) { $0.paths = [scenarios.path + "/" + file] }
      #expect(try ResultStore.families(in: out.path).values.sorted() == [folder])
      dumps.append(try ResultStore.dump(out.path))
    }
    #expect(dumps[0].contains("episodes|") && dumps[0] == dumps[1])
  }

  @Test func aFamilyIsFoundWhereTheProgramStands() throws {
    let here = FileManager.default.currentDirectoryPath.split(separator: "/").last.map(String.init)
    for path in ["a.yaml", "./a.yaml"] { #expect(ScenarioFamily.of(path) == here ?? "") }
    for (path, family) in [
      ("/a.yaml", ""), ("//a.yaml", ""), ("x/a.yaml", "x"), ("/x//y//a.yaml", "y"),
      ("/nowhere/../a.yaml", ""),
    ] { #expect(ScenarioFamily.of(path) == family, "\(path)") }
  }

  /// A straight road has two vertices, both of them far from where the ego drives.
  @Test func aLongWayIsShown() throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(
      HarnessWorlds.following(name: "a").replacing("length: 400", with: "length: 600")
        .replacing("s: 50,", with: "s: 250,").replacing("s: 300", with: "s: 590")
        .replacing("s: 90,", with: "s: 290,"), to: "a.yaml")
    let set = try ScenarioSet(BatchRequest(paths: [scenarios.path]), catalogs: .shipped)
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .all)
    let ticket = try #require(set.entries.first?.ticket)
    let record = try #require(executor.run(try ticket.build()).recording).episode.record
    let place = record.egos[0][0].state.pose.position
    let near = BoundingBox(min: place, max: place).expanded(by: 90)
    let ways = ReportShapes(record, near: near).shapes.filter { $0.kind == .route }
    let way = try #require(ways.first)
    #expect(ways.count == 1 && way.points.count == 2)
    #expect(way.points[0].distance(to: way.points[1]) > 300)
  }

  /// A store that another program has changed is an error, and no trap.
  @Test func aDamagedStoreIsAnError() async throws {
    for change in [
      "UPDATE episodes SET ticks = NULL", "ALTER TABLE episodes DROP COLUMN explanation",
      "UPDATE metrics SET metric = NULL",
    ] {
      let (scenarios, out) = (try TemporaryFolder(), try TemporaryFolder())
      try scenarios.write(HarnessWorlds.following(name: "a"), to: "a.yaml")
      _ = try await runBatch(scenarios, out: out)
      let queue = try DatabaseQueue(path: out.path + "/results.sqlite")
      try await queue.write { try $0.execute(sql: change) }
      try queue.close()
      for arguments in [["report", out.path], ["compare", out.path, out.path]] {
        let run = try Program.run("simrun", arguments)
        #expect(
          run.status == 2 && run.errors.contains("results.sqlite: error: cannot be read"),
          "\(change): \(run)")
      }
    }
  }

  @Test func aComparisonIsWithTheOtherRunAsA() async throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(
      HarnessWorlds.following(name: "a", extra: "expect: {score: {min: 0.5}}"), to: "a.yaml")
    let (good, bad) = (try TemporaryFolder(), try TemporaryFolder())
    _ = try await runBatch(scenarios, out: good)
    _ = try await runBatch(scenarios, out: bad) {
      $0.settings = [("expect.score.min", "1.5"), ("ego.speed", "25")]
    }
    let alone = try bad.text("report.html")
    let command = try Program.run("simrun", ["report", bad.path, "--against", good.path])
    #expect(command.status == 0 && command.output == bad.path + "/report.html\n")
    let data = try ReportWorlds.data(try bad.text("report.html"))
    let comparison = try #require(data["comparison"] as? [String: Any])
    let pair = try #require((comparison["pairs"] as? [[Any]])?.first)
    #expect(pair[0] as? String == "a" && pair[4] as? String == "pass")
    #expect(pair[5] as? String == "fail")
    let expected = try RunComparison(
      RunResults(in: RunFolder(good.path)), RunResults(in: RunFolder(bad.path)))
    let score = try #require(comparison["score"] as? [Any])
    let difference = try #require(expected.score?.difference)
    for (value, exact) in zip(score, [difference.mean, difference.low, difference.high]) {
      #expect(((value as? Double ?? .nan) - exact).magnitude <= 5e-7)
    }
    // Without the flag it is the page of the batch again.
    #expect(try Program.run("simrun", ["report", bad.path]).status == 0)
    #expect(try bad.text("report.html") == alone)
    let apart = try TemporaryFolder()
    #expect(try Program.run("simrun", ["report", apart.path]).status == 2)
    #expect(
      try Program.run("simrun", ["report", bad.path, "--against", apart.path]).status == 2)
  }

  @Test func base64IsThatOfTheStandard() {
    // RFC 4648, section 10.
    for (text, expected) in [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ] {
      var encoded: [UInt8] = []
      Base64.append(Array(text.utf8), to: &encoded)
      #expect(String(decoding: encoded, as: UTF8.self) == expected)
    }
  }
}
