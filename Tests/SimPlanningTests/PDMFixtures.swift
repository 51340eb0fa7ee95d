import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld
import StackTestSupport
import TestSupport
import Testing

@testable import SimPlanning

/// The official planner's own numbers (`fixtures/pdm`).
enum PDMFixtures {
  static let calls = Result { try FixtureJSON.load("fixtures/pdm/single_calls.json") }
  static let loops = Result { try FixtureJSON.load("fixtures/pdm/closed_loop.json") }
  static let maps = Result { try FixtureJSON.load("fixtures/pdm/maps.json")["maps"] }

  static let callNames: [String] =
    SharedData.isPresent
    ? ((try? calls.get())?["calls"].list.compactMap { $0["name"].text } ?? []) : []
  static let fullCallNames: [String] =
    SharedData.isPresent
    ? ((try? calls.get())?["calls"].list.filter { !$0["result"]["full"].isNull }
      .compactMap { $0["name"].text } ?? []) : []
  static let loopNames: [String] =
    SharedData.isPresent
    ? ((try? loops.get())?["episodes"].list.compactMap { $0["name"].text } ?? []) : []

  static func call(_ name: String) throws -> FixtureJSON {
    try #require(try calls.get()["calls"].list.first { $0["name"].text == name })
  }

  static func loop(_ name: String) throws -> FixtureJSON {
    try #require(try loops.get()["episodes"].list.first { $0["name"].text == name })
  }

  /// Coordinates of size 1e6 leave fewer digits.
  static func tolerance(_ map: String) -> Double { map == "crossing" ? 1e-6 : 1e-9 }

  /// A call or episode as our planner meets it.
  struct World {
    let map: LaneGraph
    let route: Route
    let mapName: String
    /// Tokens of tracks, ascending; the id of a track is its place here.
    let tokens: [String]

    init(_ given: FixtureJSON, frames: [FixtureJSON]) throws {
      mapName = given["map"].text ?? ""
      let map = try maps.get()[mapName].laneGraph()
      self.map = map
      let segments = try given["route"].texts.map { id in
        try #require(map.segments.firstIndex { $0.id == id }, "road block \(id)")
      }
      route = Route(
        lanes: [], segments: segments, centreline: map.lanes[0].centreline, laneStarts: [],
        startArcLength: 0, goalArcLength: nil)
      tokens = Set(frames.flatMap { $0.list.compactMap { $0[0].text } }).sorted()
    }

    func id(_ token: String) -> Int? {
      let red = "red_light_"
      if token.hasPrefix(red) {
        return map.laneIndex(id: String(token.dropFirst(red.count))).map { -1 - $0 }
      }
      return tokens.firstIndex(of: token)
    }

    /// As the official forecast does, a track reverses whose velocity points backwards.
    func tracks(_ frame: FixtureJSON) -> [Track] {
      frame.list.filter { $0[1].text != "ego" }.compactMap { row -> Track? in
        guard let id = id(row[0].text ?? "") else { return nil }
        var track = row.track(id: id)
        let velocity = Vector2(row[7].number ?? .nan, row[8].number ?? .nan)
        if velocity.dot(track.box.direction) < 0 { track.speed = -track.speed }
        return track
      }.sorted { $0.id < $1.id }
    }

    func signals(_ lights: FixtureJSON) -> [SignalColour] {
      var colours = [SignalColour](repeating: .green, count: map.signals.count)
      for light in lights.list where light[1].text?.uppercased() == "RED" {
        if let lane = map.laneIndex(id: light[0].text ?? ""), let signal = map.lanes[lane].signal {
          colours[signal] = .red
        }
      }
      return colours
    }

    func scene(_ ego: EgoState, _ frame: FixtureJSON, _ lights: FixtureJSON, tick: Int = 0)
      -> Scene
    {
      Scene(
        tick: tick, ego: ego, vehicle: .pacifica, tracks: tracks(frame), signals: signals(lights),
        map: map, route: route)
    }

    func planner() -> PDMClosedPlanner {
      PDMClosedPlanner(
        ParameterValues(
          PDMClosedPlanner.schema,
          overriding: [
            "compat": .flag(true), "radius": .number(PDMFixtures.radius), "min_gap": .number(1),
          ]),
        DrivingSetup(clock: TickClock(), map: map, route: route, vehicle: .pacifica, ticks: 150))
    }

    func context(_ tick: Int) -> TickContext {
      TickContext(clock: TickClock(), tick: tick, random: CounterRandom(seed: 0), stream: 0)
    }
  }

  static let radius = 50.0
}

/// Collects what differs, so that a case says all at once where it parts.
struct Differences {
  let tolerance: Double
  private(set) var worst = 0.0
  private(set) var found: [String] = []

  init(_ tolerance: Double) { self.tolerance = tolerance }

  mutating func compare(_ ours: Double, _ theirs: Double, _ what: @autoclosure () -> String) {
    if ours == theirs { return }
    let difference = abs(ours - theirs)
    worst = max(worst, difference)
    if !(difference <= tolerance) { found.append("\(what()): \(ours), not \(theirs)") }
  }

  mutating func compare(_ ours: [Double], _ theirs: [Double], _ what: String) {
    guard ours.count == theirs.count else {
      found.append("\(what): \(ours.count) numbers, not \(theirs.count)")
      return
    }
    for k in ours.indices { compare(ours[k], theirs[k], "\(what)[\(k)]") }
  }

  mutating func same<T: Equatable>(_ ours: T, _ theirs: T, _ what: String) {
    if ours != theirs { found.append("\(what): \(ours), not \(theirs)") }
  }

  var summary: String {
    "\(found.count) differences, worst \(worst): \(found.prefix(6).joined(separator: "; "))"
  }
}
