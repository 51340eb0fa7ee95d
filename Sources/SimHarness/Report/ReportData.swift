import SimCore

/// The data of a report's page, as JSON that may stand in a script element.
enum ReportData {
  /// The names of a row's entries, in order; the script reads them from the page.
  private static let fields = [
    "scenario", "path", "family", "tags", "seed", "ego", "planner", "predictor", "perception",
    "traffic",
    "profile", "outcome", "reason", "verdict", "score", "zeroedBy", "why", "ticks", "hash", "unmet",
    "values", "events", "violations", "clip",
  ]

  /// - Parameters:
  ///   - clips: by index of the row that they were made for.
  ///   - comparison: with this run as B.
  static func text(
    _ run: ReportRun, clips: [Int: [UInt8]], comparison: RunComparison?
  ) -> String {
    let order = clips.keys.sorted()
    let clipOfScenario = Dictionary(
      order.enumerated().map { (run.rows[$1].scenario, $0) }, uniquingKeysWith: { a, _ in a })
    var object: [(String, JSONText.Value)] = [
      ("program", .text("simrun \(run.version)")), ("profile", .text(run.profile)),
      ("choices", texts(run.choices)), ("mean", .number(run.meanScore)),
      ("notRun", .integer(run.notRun)), ("wall", rounded(run.wallSeconds, 1000)),
      (
        "metrics",
        .array(
          run.metrics.map {
            .array([.text($0.name), .text($0.role), .number($0.weight)])
          })
      ),
      ("fields", texts(fields)),
      ("rows", .array(run.rows.map { row($0, clip: clipOfScenario[$0.scenario]) })),
      ("coverage", .array(coverage(run))),
      ("skipped", .array(run.skipped.map { .array([.text($0.path), .text($0.reason)]) })),
    ]
    if let comparison { object.append(("comparison", self.comparison(comparison))) }
    var text: [UInt8] = []
    // What could end the element, or begin a comment in it, is written as an escape of JSON.
    for byte in JSONText.text(.object(object)).utf8.dropLast() {
      if byte == UInt8(ascii: "<") {
        text.append(contentsOf: "\\u003c".utf8)
      } else {
        text.append(byte)
      }
    }
    text.append(contentsOf: ", \"clips\": [".utf8)
    for (place, index) in order.enumerated() {
      text.append(contentsOf: (place == 0 ? "\"" : ", \"").utf8)
      Base64.append(clips[index] ?? [], to: &text)
      text.append(UInt8(ascii: "\""))
    }
    text.append(contentsOf: "]}".utf8)
    return String(decoding: text, as: UTF8.self)
  }

  private static func texts(_ texts: [String]) -> JSONText.Value {
    .array(texts.map { .text($0) })
  }

  /// A number to some part, so that it is short.
  private static func rounded(_ value: Double?, _ scale: Double = 1e6) -> JSONText.Value {
    guard let value, value.isFinite else { return .null }
    // (The store knows no negative zero.)
    let rounded = (value * scale).rounded() / scale + 0
    return .number(rounded.isFinite ? rounded : value)
  }

  private static func row(_ row: ReportRun.Row, clip: Int?) -> JSONText.Value {
    .array([
      .text(row.scenario), .text(row.path), .text(row.family), .text(row.tags), .text(row.seed),
      .text(row.ego),
      .text(row.planner), .text(row.predictor), .text(row.perception), .text(row.traffic),
      .text(row.profile), .text(row.outcome), .text(row.reason), .text(row.verdict),
      rounded(row.score), .text(row.zeroedBy), .text(row.explanation), .integer(row.ticks),
      .text(row.hash), texts(row.unmet), .array(row.values.map { rounded($0) }),
      .array(
        row.events.map { event in
          .array([
            .integer(event.tick), .text(event.kind), event.agent.map { .text($0) } ?? .null,
            rounded(event.value, 1000),
          ])
        }),
      .array(
        row.violations.map { violation in
          .array([
            .integer(violation.metric), .integer(violation.firstTick),
            .integer(violation.lastTick), .text(violation.reason),
          ])
        }),
      clip.map { .integer($0) } ?? .null,
    ])
  }

  private static func coverage(_ run: ReportRun) -> [JSONText.Value] {
    let rows = run.rows.map {
      CoverageTable.Row(scenario: $0.scenario, passes: $0.verdict == "pass", score: $0.score)
    }
    return CoverageTable.tables(rows).filter { $0.rowKey != "seed" }.map { table in
      .object([
        ("name", .text(table.name)), ("rowKey", .text(table.rowKey)),
        ("columnKey", table.columnKey.map { .text($0) } ?? .null),
        ("rowLabels", texts(table.rowLabels)), ("columnLabels", texts(table.columnLabels)),
        (
          "cells",
          .array(
            table.cells.map { line in
              .array(
                line.map { cell in
                  .array([
                    .integer(cell.passed), .integer(cell.count), rounded(cell.meanScore, 1e4),
                  ])
                })
            })
        ),
        ("others", texts(table.others)),
      ])
    }
  }

  private static func comparison(_ comparison: RunComparison) -> JSONText.Value {
    func estimate(_ estimate: ClusterBootstrap.Estimate) -> JSONText.Value {
      .array([
        rounded(estimate.mean), rounded(estimate.low), rounded(estimate.high),
        .integer(estimate.count),
      ])
    }
    func run(_ run: RunResults) -> JSONText.Value {
      .object([
        ("folder", .text(run.folder)), ("episodes", .integer(run.rows.count)),
        ("mean", .number(run.meanScore)), ("planners", texts(run.planners)),
        ("choices", texts(run.choices)),
      ])
    }
    return .object([
      ("a", run(comparison.a)), ("b", run(comparison.b)),
      ("same", .integer(comparison.sameCount)), ("compared", .integer(comparison.comparedCount)),
      ("files", .integer(comparison.clusterCount)),
      ("onlyInA", texts(comparison.onlyInA)), ("onlyInB", texts(comparison.onlyInB)),
      ("score", comparison.score.map { estimate($0.difference) } ?? .null),
      (
        "means",
        comparison.means.map { .array([estimate($0.a), estimate($0.b)]) } ?? .null
      ),
      (
        "sign",
        .array([
          .integer(comparison.sign.better), .integer(comparison.sign.worse),
          .number(comparison.sign.p),
        ])
      ),
      (
        "metrics",
        .array(
          comparison.metrics.map {
            .array([.text($0.name), rounded($0.a), rounded($0.b), estimate($0.difference)])
          })
      ),
      (
        "pairs",
        .array(
          comparison.pairs.map { pair in
            .array([
              .text(pair.a.scenario), .text(pair.a.ego), rounded(pair.a.score),
              rounded(pair.b.score), .text(pair.a.verdict.rawValue),
              .text(pair.b.verdict.rawValue), .text(pair.a.why),
              .flag(pair.a.hash == pair.b.hash && pair.a.ticks == pair.b.ticks),
            ])
          })
      ),
    ])
  }
}

/// Bytes as text of 64 letters (RFC 4648).
enum Base64 {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = 0
      for offset in 0..<3 {
        bits = bits << 8 | (offset < group.count ? Int(group[start + offset]) : 0)
      }
      for place in 0..<4 {
        let isThere = place <= group.count
        text.append(isThere ? letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
  }
}
