import SimCore
import SimScenario

/// What a search says at its end.
public enum SearchText {
  /// Most points listed of each kind.
  private static let shown = 8

  /// The boundary or the worst points, each with the command that runs it.
  public static func text(_ findings: ParameterSearch.Findings, file: String) -> String {
    let axes = findings.space.axes
    var text = "searched for the \(findings.settings.goal.rawValue) over "
    text += axes.map { "\($0.path) in \($0.text(at: 0)) to \($0.text(at: 1))" }
      .joined(separator: ", ")
    let passes = findings.points.count { $0.passes }
    text += "\n\(findings.points.count) points, \(findings.episodes) episodes: \(passes) pass, "
    text += "\(findings.points.count - passes) fail\n\n"
    switch findings.settings.goal {
    case .boundary: text += boundary(findings, file)
    case .worst: text += worst(findings, file)
    }
    return text
  }

  private static func boundary(_ findings: ParameterSearch.Findings, _ file: String) -> String {
    guard let first = findings.boundary.first else {
      let all = findings.points.allSatisfy(\.passes) ? "pass" : "fail"
      return "all points \(all): no boundary within these ranges\n"
    }
    var table = TextTable(
      findings.space.axes.flatMap { [("\($0.path): fails at", .right), ("passes at", .right)] }
        + [("why it fails", .left)])
    for pair in findings.boundary.prefix(shown) {
      let (fail, pass) = (findings.points[pair.fail], findings.points[pair.pass])
      table.add(zip(fail.texts, pass.texts).flatMap { [$0, $1] } + [fail.reason])
    }
    return table.text + "\n" + command(findings, first.fail, file)
  }

  private static func worst(_ findings: ParameterSearch.Findings, _ file: String) -> String {
    guard let first = findings.worst.first else {
      return "no episode has a value of \(findings.settings.measure)\n"
    }
    var table = TextTable(
      findings.space.axes.map { ($0.path, .right) }
        + [(findings.settings.measure, .right), ("verdict", .left), ("why", .left)])
    for index in findings.worst {
      let point = findings.points[index]
      table.add(
        point.texts + [
          point.measure?.fixed(4) ?? "-", point.passes ? "pass" : "fail", point.reason,
        ])
    }
    return table.text + "\n" + command(findings, first, file)
  }

  /// How to look at a point.
  private static func command(
    _ findings: ParameterSearch.Findings, _ index: Int, _ file: String
  ) -> String {
    let settings = zip(findings.space.axes, findings.points[index].texts).map { axis, text in
      let setting = "\(axis.path)=\(text)"
      return "--set " + (setting.contains(" ") ? "'\(setting)'" : setting)
    }
    return "look at it: simrun run \(file) \(settings.joined(separator: " ")) --explain\n"
  }

  /// Every point as one JSON object.
  public static func json(_ findings: ParameterSearch.Findings, file: String) -> String {
    let points = findings.points.map { point -> JSONText.Value in
      let values = zip(findings.space.axes, point.texts).map { axis, text in
        (axis.path, JSONText.Value.text(text))
      }
      return .object([
        ("set", .object(values)), ("pass", .flag(point.passes)),
        (findings.settings.measure, .number(point.measure)), ("reason", .text(point.reason)),
        ("hash", .text(point.hash)),
      ])
    }
    let pairs = findings.boundary.map { pair -> JSONText.Value in
      .object([("fail", .integer(pair.fail)), ("pass", .integer(pair.pass))])
    }
    let settings = findings.settings
    return JSONText.text(
      .object([
        ("file", .text(file)), ("goal", .text(settings.goal.rawValue)),
        ("measure", .text(settings.measure)), ("budget", .integer(settings.budget)),
        ("seed", .integer(Int(truncatingIfNeeded: settings.seed))),
        ("episodes", .integer(findings.episodes)), ("points", .array(points)),
        ("boundary", .array(pairs)),
        ("worst", .array(findings.worst.map { .integer($0) })),
      ]))
  }
}
