import Foundation
import SimHarness
import Testing

/// A page of a thousand episodes: how large it is, and that a person can use it soon.
@Suite(.enabled(if: Browser.isInstalled, "needs Debian's chromium"))
struct ReportSizeTests {
  /// The bar of the size, bytes.
  private static let mostBytes = 15_000_000
  /// Milliseconds. On a quiet machine it takes well below 2 s, which is printed; on a busy one,
  /// with other tests beside this one, only a page that hangs takes so long.
  private static let longest = 60_000.0

  @Test func aThousandEpisodesAreSmallAndQuick() async throws {
    let scenarios = try TemporaryFolder()
    // All of them leave a recording, with what the planner weighed: none holds what it should.
    try scenarios.write(
      HarnessWorlds.following(
        name: "a_scenario_with_an_ordinary_name", planner: "pdm-closed",
        extra: "expect: {score: {min: 1.5}}"
      ).replacing("duration: 3", with: "duration: 1"), to: "family/file.yaml")
    let out = try TemporaryFolder()
    let report = try await runBatch(scenarios, out: out) {
      $0.seeds = Array(0..<1000)
      $0.record = .failures
      $0.recordsChoices = true
    }
    #expect(report.results.count == 1000)
    let page = try out.text("report.html")
    #expect(page.utf8.count < Self.mostBytes)
    // The page's script has run when this one does; layout is forced.
    let probe = #"""
      <script>
      const height = document.body.offsetHeight;
      const ready = performance.now();
      const list = document.createElement("pre");
      list.textContent = `\nREADY ${ready.toFixed(0)} ROWS ${shownRows()} HIGH ${height}\n`;
      function shownRows() { return document.querySelectorAll(".rows tbody tr").length; }
      document.body.append(list);
      </script></body>
      """#
    try out.write(page.replacing("</body>", with: probe), to: "probed.html")
    let visit = try Browser.open(out.path + "/probed.html", hasOwnClock: false)
    let line = try #require(
      visit.document.split(separator: "\n").first { $0.hasPrefix("READY ") })
    let words = line.split(separator: " ")
    let milliseconds = try #require(Double(words[1]))
    let rows = try #require(Int(words[3]))
    print(
      "report of 1,000 episodes: \(page.utf8.count) bytes, "
        + "interactive after \(Int(milliseconds)) ms")
    #expect(rows > 0 && visit.console.isEmpty, "\(visit.console)")
    #expect(milliseconds < Self.longest)
  }
}
