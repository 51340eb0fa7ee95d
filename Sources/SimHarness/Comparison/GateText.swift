import SimCore

/// What `simrun gate` prints.
public enum GateText {
  /// Most rows of what was won or is unknown; what was lost is all shown.
  private static let most = 10

  /// For people.
  public static func text(_ gate: Gate) -> String {
    var text = list("could not run", gate.broken, most: .max)
    text += list("lost", gate.losses.map(line), most: .max)
    text += list("won", gate.gains.map(line), most: most)
    text += list("not in the baseline", gate.unknown, most: most)
    text += "\(gate.compared) episodes held to the baseline: \(gate.losses.count) losses, "
    text += "\(gate.gains.count) gains, \(gate.changed) state hashes changed\n"
    if gate.losses.isEmpty, !gate.gains.isEmpty || !gate.unknown.isEmpty {
      text += "to hold later runs to this one, repeat the command with --update\n"
    }
    return text
  }

  /// For programs: one object.
  public static func json(_ gate: Gate) -> String {
    func findings(_ findings: [Gate.Finding]) -> JSONText.Value {
      .array(
        findings.map {
          .object([("episode", .text($0.label)), ("what", .text($0.what)), ("why", .text($0.why))])
        })
    }
    return JSONText.text(
      .object([
        ("status", .integer(Int(gate.status.rawValue))), ("compared", .integer(gate.compared)),
        ("changed", .integer(gate.changed)), ("lost", findings(gate.losses)),
        ("won", findings(gate.gains)), ("unknown", .array(gate.unknown.map { .text($0) })),
        ("broken", .array(gate.broken.map { .text($0) })),
      ])) + "\n"
  }

  private static func line(_ finding: Gate.Finding) -> String {
    "\(finding.label): \(finding.what)" + (finding.why.isEmpty ? "" : "; \(finding.why)")
  }

  private static func list(_ title: String, _ lines: [String], most: Int) -> String {
    if lines.isEmpty { return "" }
    var text = "\(title): \(lines.count)\n"
    for line in lines.prefix(most) { text += "  \(line)\n" }
    return text + (lines.count > most ? "  and \(lines.count - most) more\n" : "")
  }
}
