import SimCore
import SimEpisode

/// `report.html`: the results as one page without scripts, pictures or network.
public enum ReportPage {
  /// The file's name in the folder of results.
  public static let name = "report.html"

  /// The whole page: figures of the batch, coverage of sweeps, one row a result, skipped files.
  public static func text(_ report: BatchReport) -> String {
    let title = "simrun: \(report.results.count) episodes"
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      <style>
      :root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif }
      body { margin: 1.5rem; max-width: 90rem }
      table { border-collapse: collapse; width: 100% }
      th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #8884 }
      td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
      tr.fail td:nth-child(3), tr.error td:nth-child(3) { font-weight: bold }
      td.all { background: #3a83 }
      td.some { background: #e703 }
      dl { display: grid; grid-template-columns: max-content auto; gap: .1rem 1rem }
      dd { margin: 0 }
      </style>
      </head>
      <body>
      <h1>\(title)</h1>
      <dl>

      """
    for (term, value) in facts(report) {
      page += "<dt>\(term)</dt><dd>\(MarkupText.escaped(value))</dd>\n"
    }
    page += "</dl>\n" + coverage(report) + "<h2>Episodes</h2>\n<table>\n<thead><tr>"
    page += """
      <th>scenario</th><th>ego</th><th>verdict</th><th>outcome</th>\
      <th class="number">score</th><th>why</th><th>hash</th></tr></thead>
      <tbody>

      """
    for result in report.results { page += row(result) }
    page += "</tbody>\n</table>\n"
    if !report.skipped.isEmpty {
      page += "<h2>Skipped</h2>\n<ul>\n"
      for (path, reason) in report.skipped {
        page += "<li>\(MarkupText.escaped("\(path): \(reason)"))</li>\n"
      }
      page += "</ul>\n"
    }
    return page + "</body>\n</html>\n"
  }

  /// What passed where in the parameter spaces of the swept scenarios.
  private static func coverage(_ report: BatchReport) -> String {
    let tables = CoverageTable.tables(
      report.results.map {
        CoverageTable.Row(scenario: $0.scenario, passes: $0.verdict == .pass, score: $0.score)
      }
    ).filter { $0.rowKey != "seed" }
    guard !tables.isEmpty else { return "" }
    var page = "<h2>Coverage</h2>\n<p>Episodes that passed, of those run.</p>\n"
    for table in tables {
      let corner = table.columnKey.map { "\(table.rowKey) \\ \($0)" } ?? table.rowKey
      page += "<h3>\(MarkupText.escaped(table.name))</h3>\n<table>\n<thead><tr>"
      page += ([corner] + table.columnLabels).map { "<th>\(MarkupText.escaped($0))</th>" }.joined()
      page += "</tr></thead>\n<tbody>\n"
      for (label, line) in zip(table.rowLabels, table.cells) {
        page += "<tr><th>\(MarkupText.escaped(label))</th>"
        for cell in line {
          let share = cell.count == 0 ? "" : cell.passed == cell.count ? "all" : "some"
          page += "<td class=\"\(share)\">\(cell.text)</td>"
        }
        page += "</tr>\n"
      }
      page += "</tbody>\n</table>\n"
    }
    return page
  }

  private static func facts(_ report: BatchReport) -> [(String, String)] {
    var facts = [
      ("program", "simrun \(ProgramVersion.current)"),
      ("profile", report.profile),
      ("mean score", report.meanScore?.fixed(4) ?? "none"),
      ("pass", String(report.count(.pass))),
      ("fail", String(report.count(.fail))),
      ("error", String(report.count(.error))),
      ("wall time", report.wallSeconds.fixed(2) + " s"),
    ]
    if report.seedTwins > 0 {
      facts.append(("equal for another seed", "\(report.seedTwins), counted once in the mean"))
    }
    if report.scoredOtherwise > 0 {
      facts.append(("scored by another profile", "\(report.scoredOtherwise), not in the mean"))
    }
    if report.notRun > 0 { facts.append(("did not run", String(report.notRun))) }
    return facts
  }

  private static func row(_ result: EpisodeResult) -> String {
    let why: [String] =
      switch result.outcome {
      case .invalid, .plannerFailed: [result.reason]
      case .completed, .terminated: result.unmet + result.details
      }
    let cells = [
      result.scenario, result.ego, result.verdict.rawValue, result.outcome.rawValue,
    ].map { "<td>\(MarkupText.escaped($0))</td>" }.joined()
    let reasons = why.map(MarkupText.escaped).joined(separator: "<br>")
    return """
      <tr class="\(result.verdict.rawValue)">\(cells)\
      <td class="number">\(result.score?.fixed(4) ?? "")</td><td>\(reasons)</td>\
      <td><code>\(result.hashText)</code></td></tr>

      """
  }
}
