import SimCore
import SimMap

/// Lanes of a map by the names that a scenario gives.
struct LaneNames {
  let map: LaneGraph
  let sink: DiagnosticSink
  private let indices: [String: Int]

  init(_ map: LaneGraph, _ sink: DiagnosticSink) {
    self.map = map
    self.sink = sink
    var indices: [String: Int] = [:]
    indices.reserveCapacity(map.lanes.count)
    // By index throughout: a lane is a large value to copy.
    for lane in map.lanes.indices { indices[map.lanes[lane].id] = lane }
    self.indices = indices
  }

  /// The lane of a name; an unknown one is reported.
  func index(_ name: Located<String>) -> Int? {
    if let index = indices[name.value] { return index }
    let ids = map.lanes.map(\.id)
    let near = nearestSpelling(of: name.value, among: ids)
    let shown = ids.prefix(12).joined(separator: ", ") + (ids.count > 12 ? ", …" : "")
    sink.error(
      at: name.location, "the map has no lane '\(name.value)'",
      hint: near.map { "did you mean '\($0)'?" } ?? "lanes: \(shown)")
    return nil
  }

  /// The lanes of a name in which `*` stands for any text, in map order; none at all is reported.
  func matching(_ name: Located<String>) -> [Int] {
    guard name.value.contains("*") else { return index(name).map { [$0] } ?? [] }
    if name.value == "*" { return Array(map.lanes.indices) }
    let pattern = Array(name.value.utf8)
    let found = map.lanes.indices.filter {
      LaneNames.matches(Array(map.lanes[$0].id.utf8), pattern)
    }
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

  /// Greedy matching with backtracking to the last star: linear for all sensible patterns.
  static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
    var i = 0
    var j = 0
    var star: (pattern: Int, text: Int)?
    while i < text.count {
      if j < pattern.count, pattern[j] == UInt8(ascii: "*") {
        star = (j, i)
        j += 1
      } else if j < pattern.count, pattern[j] == text[i] {
        i += 1
        j += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        i = last.text + 1
        j = last.pattern + 1
      } else {
        return false
      }
    }
    return pattern[j...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
