import SimCore
import SimMap

/// Lanes of a map by the names that a scenario gives.
struct LaneNames {
  let map: LaneGraph
  let sink: DiagnosticSink

  init(_ map: LaneGraph, _ sink: DiagnosticSink) {
    self.map = map
    self.sink = sink
  }

  /// The lane of a name; an unknown one is reported.
  func index(_ name: Located<String>) -> Int? {
    if let index = map.laneIndex(id: name.value) { return index }
    let ids = map.lanes.map(\.id)
    let near = nearestSpelling(of: name.value, among: ids)
    let shown = ids.prefix(12).joined(separator: ", ") + (ids.count > 12 ? ", …" : "")
    sink.error(
      at: name.location, "the map has no lane '\(name.value)'",
      hint: near.map { "did you mean '\($0)'?" } ?? "lanes: \(shown)")
    return nil
  }

  /// The lanes of a name in which `*` stands for any text and `?` for a character, in map
  /// order; none at all is reported.
  func matching(_ name: Located<String>) -> [Int] {
    guard name.value.contains(where: { "*?".contains($0) }) else { return index(name).map { [$0] } ?? [] }
    if name.value == "*" { return Array(map.lanes.indices) }
    let pattern = GlobPattern(name.value)
    let found = map.lanes.indices.filter { pattern.matches(map.lanes[$0].id) }
    if found.isEmpty {
      sink.error(at: name.location, "the map has no lane like '\(name.value)'")
    }
    return found
  }

  /// Whether an arc length lies on a lane; one beyond its end is reported.
  func isOn(_ lane: Lane, _ s: Located<Double>) -> Bool {
    if s.value <= lane.length { return true }
    sink.error(
      at: s.location,
      "s = \(LaneNames.shown(s.value)) m lies beyond the end of lane '\(lane.id)', "
        + "\(LaneNames.shown(lane.length)) m")
    return false
  }

  /// A length to the centimetre.
  static func shown(_ value: Double) -> String {
    NumberText.shown((value * 100).rounded() / 100)
  }
}
