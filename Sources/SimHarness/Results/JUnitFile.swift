import SimCore
import SimEpisode

/// `junit.xml`: the verdicts of a batch as CI servers read them. One test suite a file, one test
/// case an ego's episode.
public enum JUnitFile {
  /// The file's name in the folder of results.
  public static let name = "junit.xml"

  /// The file's text; files without anything to run are skipped cases.
  public static func text(_ report: BatchReport) -> String {
    var suites: [(path: String, results: [EpisodeResult])] = []
    var places: [String: Int] = [:]
    for result in report.results {
      if let place = places[result.path] {
        suites[place].results.append(result)
      } else {
        places[result.path] = suites.count
        suites.append((result.path, [result]))
      }
    }
    var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    xml += open("testsuites", [("name", "simrun")] + counts(report.results, report.skipped.count))
    for (path, results) in suites {
      xml += "  " + open("testsuite", [("name", path)] + counts(results, 0))
      for result in results { xml += testCase(result) }
      xml += "  </testsuite>\n"
    }
    for (path, reason) in report.skipped {
      xml += "  " + open("testsuite", [("name", path)] + counts([], 1))
      xml += "    " + open("testcase", [("classname", path), ("name", path), ("time", "0")])
      xml += "      <skipped message=\"\(MarkupText.escaped(reason))\"/>\n"
      xml += "    </testcase>\n  </testsuite>\n"
    }
    return xml + "</testsuites>\n"
  }

  private static func counts(_ results: [EpisodeResult], _ skipped: Int) -> [(String, String)] {
    let seconds = results.reduce(0) { $0 + $1.wallSeconds }
    return [
      ("tests", String(results.count + skipped)),
      ("failures", String(results.count { $0.verdict == .fail })),
      ("errors", String(results.count { $0.verdict == .error })),
      ("skipped", String(skipped)), ("time", seconds.fixed(6)),
    ]
  }

  private static func testCase(_ result: EpisodeResult) -> String {
    let name = result.ego.isEmpty ? result.scenario : "\(result.scenario) \(result.ego)"
    let head = open(
      "testcase",
      [("classname", result.path), ("name", name), ("time", result.wallSeconds.fixed(6))])
    var body = ""
    switch result.verdict {
    case .pass: break
    case .error: body = problem("error", result.outcome.rawValue, result.reason)
    case .fail where result.outcome == .plannerFailed:
      body = problem("failure", result.outcome.rawValue, result.reason)
    case .fail:
      body = problem("failure", "expectation", result.unmet.joined(separator: "\n"))
    }
    let score = result.score.map { "score \($0)\n" } ?? ""
    let details = ([result.explanation] + result.details).filter { !$0.isEmpty }
      .joined(separator: "\n")
    body += "      <system-out>\(MarkupText.escaped(score + details))</system-out>\n"
    return "    " + head + body + "    </testcase>\n"
  }

  private static func problem(_ element: String, _ kind: String, _ message: String) -> String {
    "      <\(element) type=\"\(kind)\" message=\"\(MarkupText.escaped(message))\"/>\n"
  }

  private static func open(_ element: String, _ attributes: [(String, String)]) -> String {
    let text = attributes.map { " \($0.0)=\"\(MarkupText.escaped($0.1))\"" }.joined()
    return "<\(element)\(text)>\n"
  }
}
