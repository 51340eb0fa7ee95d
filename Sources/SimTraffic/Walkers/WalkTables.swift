import SimGeometry
import SimMap

/// The ways of walkers laid out flat: where each crosses the road, and what may come there.
struct WalkTables: Sendable {
  /// A walker's way.
  struct Way: Sendable {
    /// In the order in which they are come to.
    var crossings: Range<Int32>
    /// Places at which the way turns sharply.
    var kinks: Range<Int32>
    /// Metres.
    var length: Double
    var path: Int32
    var isOnWalks: Bool
  }

  /// A stretch of a way that lies on the road, from one kerb or refuge to the next.
  struct Crossing: Sendable {
    /// No signal.
    static let noSignal: Int32 = -1

    /// Arc lengths of the path.
    var start: Double
    var end: Double
    var bands: Range<Int32>
    /// Signal of the walkers; `noSignal`: there is none.
    var signal: Int32
    /// It is a crosswalk: traffic gives way.
    var isMarked: Bool
  }

  /// A lane across a crossing.
  struct Band: Sendable {
    /// Arc lengths of the path.
    var start: Double
    var end: Double
    var gate: Int32
  }

  /// A place on a lane at which walkers cross it.
  struct Gate: Hashable, Sendable {
    var lane: Int32
    /// Arc length of the lane in half metres.
    var place: Int32
  }

  /// From somewhere on a lane one comes to a gate.
  struct Approach: Sendable {
    var gate: Int32
    /// From the start of the lane to the gate, metres.
    var way: Double
    /// The first signal on the way; `Crossing.noSignal`: there is none.
    var signal: Int32
  }

  var ways: [Way] = []
  var crossings: [Crossing] = []
  var bands: [Band] = []
  /// Arc lengths.
  var kinks: [Double] = []
  var gates: [Gate] = []
  /// Approaches of each lane: those between two entries.
  var approachStarts: [Int32] = []
  var approaches: [Approach] = []
}

/// Lays out `WalkTables`.
struct WalkTablesBuilder {
  /// How far ahead of a gate traffic counts, metres: what comes at 30 m/s within 10 s.
  static let reach = 300.0
  /// Distance between the places of a way that are looked at, metres.
  private static let spacing = 0.25
  /// Stretches of road nearer to each other than this are one, metres: nobody can stand between.
  private static let leastRefuge = 0.8

  private let map: LaneGraph
  private(set) var tables = WalkTables()
  private var gateNumbers: [WalkTables.Gate: Int32] = [:]
  private var found: [Int32] = []

  init(_ map: LaneGraph) {
    self.map = map
  }

  /// Adds the way of a walker.
  ///
  /// - Parameters:
  ///   - line: its path, of number `path`.
  ///   - route: over the walks of the map; nil for a path that is drawn.
  mutating func add(_ line: Polyline, path: Int, _ route: SimMap.Route?) {
    let firstCrossing = Int32(tables.crossings.count)
    let firstKink = Int32(tables.kinks.count)
    var isOnWalks = false
    if let route, route.lanes.allSatisfy({ WalkPlanner.isWalk(map.lanes[$0]) }) {
      isOnWalks = true
      for (k, lane) in route.lanes.enumerated() where map.lanes[lane].kind == .crosswalk {
        let end = k + 1 < route.lanes.count ? route.laneStarts[k + 1] : line.length
        // The corners about the ends are rounded.
        addCrossings(line, from: max(0, route.laneStarts[k] - 1), to: min(line.length, end + 1))
      }
    } else {
      addCrossings(line, from: 0, to: line.length)
    }
    for k in line.directions.indices.dropFirst()
    where line.directions[k].dot(line.directions[k - 1]) < 0.97 {
      tables.kinks.append(line.arcLengths[k])
    }
    tables.ways.append(
      WalkTables.Way(
        crossings: firstCrossing..<Int32(tables.crossings.count),
        kinks: firstKink..<Int32(tables.kinks.count), length: line.length, path: Int32(path),
        isOnWalks: isOnWalks))
  }

  private struct Crossed {
    var lane: Int32
    var start: Double
    var end: Double
  }

  private mutating func addCrossings(_ line: Polyline, from first: Double, to last: Double) {
    let count = max(1, Int(((last - first) / Self.spacing).rounded(.up)))
    var start = Double.infinity
    var end = -Double.infinity
    for k in 0...count {
      let s = first + (last - first) * Double(k) / Double(count)
      if map.isInDrivableArea(line.point(at: s)) {
        if start == .infinity { start = k == 0 ? s : kerb(line, outside: s - Self.spacing, s) }
        end = s
      } else if start < .infinity, s - end > Self.leastRefuge {
        addCrossing(line, start, kerb(line, outside: end + Self.spacing, end))
        start = .infinity
      }
    }
    if start < .infinity { addCrossing(line, start, end) }
  }

  /// The edge of the road between a place off it and one on it.
  private func kerb(_ line: Polyline, outside: Double, _ inside: Double) -> Double {
    var (off, on) = (outside, inside)
    for _ in 0..<8 {
      let middle = 0.5 * (off + on)
      if map.isInDrivableArea(line.point(at: middle)) { on = middle } else { off = middle }
    }
    return on
  }

  private mutating func addCrossing(_ line: Polyline, _ start: Double, _ end: Double) {
    let middle = line.point(at: 0.5 * (start + end))
    var signal = WalkTables.Crossing.noSignal
    var isMarked = map.crosswalks.contains { $0.polygon.contains(middle) }
    for lane in map.lanes(containing: middle, .undrivable) where map.lanes[lane].kind == .crosswalk
    {
      isMarked = true
      if let own = map.lanes[lane].signal { signal = Int32(own) }
    }
    let firstBand = Int32(tables.bands.count)
    for band in crossed(line, start, end) {
      let lane = map.lanes[Int(band.lane)].centreline
      let place = lane.project(line.point(at: 0.5 * (band.start + band.end)))
      let way = line.direction(at: 0.5 * (band.start + band.end))
      // Somebody who walks along a lane does not cross it.
      if way.dot(lane.directions[Int(place.segment)]).magnitude > 0.8 { continue }
      tables.bands.append(
        WalkTables.Band(
          start: band.start, end: band.end, gate: gate(on: Int(band.lane), at: place.s)))
    }
    tables.crossings.append(
      WalkTables.Crossing(
        start: start, end: end, bands: firstBand..<Int32(tables.bands.count), signal: signal,
        isMarked: isMarked))
  }

  /// The lanes of motor vehicles that a stretch leads over, by where it comes to them.
  private mutating func crossed(_ line: Polyline, _ start: Double, _ end: Double) -> [Crossed] {
    var result: [Crossed] = []
    let count = max(1, Int(((end - start) / Self.spacing).rounded(.up)))
    for k in 0...count {
      let s = start + (end - start) * Double(k) / Double(count)
      found.removeAll(keepingCapacity: true)
      map.lanes(containing: line.point(at: s), .all, into: &found)
      for lane in found where !WalkPlanner.isWalk(map.lanes[Int(lane)]) {
        if let known = result.firstIndex(where: { $0.lane == lane }) {
          result[known].end = s
        } else {
          result.append(Crossed(lane: lane, start: s, end: s))
        }
      }
    }
    return result
  }

  private mutating func gate(on lane: Int, at s: Double) -> Int32 {
    let gate = WalkTables.Gate(lane: Int32(lane), place: Int32((2 * s).rounded()))
    if let known = gateNumbers[gate] { return known }
    let number = Int32(tables.gates.count)
    gateNumbers[gate] = number
    tables.gates.append(gate)
    return number
  }

  /// Finds from where one comes to each gate.
  mutating func addApproaches() {
    var byLane = [[WalkTables.Approach]](repeating: [], count: map.lanes.count)
    var seen: [Int32] = []
    var pending: [(lane: Int, way: Double, signal: Int32)] = []
    for (number, gate) in tables.gates.enumerated() {
      seen.removeAll(keepingCapacity: true)
      pending.removeAll(keepingCapacity: true)
      pending.append((Int(gate.lane), 0.5 * Double(gate.place), WalkTables.Crossing.noSignal))
      var next = 0
      while next < pending.count {
        let (lane, way, signal) = pending[next]
        next += 1
        if seen.contains(Int32(lane)) { continue }
        seen.append(Int32(lane))
        byLane[lane].append(
          WalkTables.Approach(gate: Int32(number), way: way, signal: signal))
        guard way < Self.reach else { continue }
        for before in map.lanes[lane].predecessors {
          let light = map.signal(from: before, to: lane).map { Int32($0) } ?? signal
          pending.append((before, way + map.lanes[before].length, light))
        }
      }
    }
    tables.approachStarts = [0]
    for list in byLane {
      tables.approaches += list
      tables.approachStarts.append(Int32(tables.approaches.count))
    }
  }
}
