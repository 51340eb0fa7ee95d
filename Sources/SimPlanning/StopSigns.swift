import SimGeometry
import SimMap
import SimStack

/// The lines on a route at which everybody has to stop: closed until the vehicle has stood before
/// them.
struct StopSigns: Sendable {
  /// One line on the way.
  private struct Line: Hashable {
    /// On the route's centreline.
    var arcLength: Double
    /// The road segment that it ends: the lines of its lanes are one.
    var segment: Int
  }

  /// By arc length.
  private let lines: [Line]
  /// Length of a lap of a closed route, metres; nil: the route has an end.
  private let lap: Double?
  /// Number of the first line that the front has not passed, counted on over laps; nil before the
  /// first question.
  private var next: Int?
  /// Segment of the next line, if the vehicle has stood before that.
  private var halted: Int?

  /// Who has stood within this far of the line has stopped at it, metres: half a metre less than
  /// what is asked for, since a bend makes the way to the line longer than the distance.
  private static let reach = StopPassage.reach - 0.5

  /// - Parameter lap: length of a lap of a closed route as the caller measures it, metres; nil: of
  ///   its centreline.
  init(route: Route, map: LaneGraph, lap: Double? = nil) {
    var lines: [Line] = []
    for (k, lane) in route.lanes.enumerated() {
      guard let line = map.lanes[lane].stopLine, map.stopLines[line].rule == .stop else { continue }
      let middle = (map.stopLines[line].from + map.stopLines[line].to) * 0.5
      let near = route.laneStarts[k] + map.lanes[lane].centreline.project(middle).s
      let arcLength = route.centreline.project(middle, near: near, window: 20).s
      // (A change between lanes of one road passes one line.)
      if let last = lines.last, arcLength < last.arcLength + 1 { continue }
      lines.append(Line(arcLength: arcLength, segment: map.lanes[lane].segment))
    }
    let length = lap ?? route.centreline.length
    self.lap = route.isClosed ? length : nil
    if route.isClosed, length != route.centreline.length {
      let scale = length / route.centreline.length
      for k in lines.indices { lines[k].arcLength *= scale }
    }
    self.lines = lines
  }

  /// Where the line of a number is; nil beyond the last one.
  private func arcLength(_ number: Int) -> Double? {
    guard !lines.isEmpty else { return nil }
    if let lap {
      return lines[number % lines.count].arcLength + Double(number / lines.count) * lap
    }
    return number < lines.count ? lines[number].arcLength : nil
  }

  /// Where the front has to halt next; nil if nowhere.
  ///
  /// - Parameters:
  ///   - front: arc length of the vehicle's front, metres; on a closed route it goes on from lap to
  ///     lap.
  ///   - speed: m/s.
  mutating func closed(front: Double, speed: Double) -> Double? {
    guard !lines.isEmpty else { return nil }
    var number = next ?? 0
    while let line = arcLength(number), line < front {
      // What was stood before is behind, whatever comes next; a way just chosen begins anywhere.
      if next != nil { halted = nil }
      number += 1
    }
    next = number
    guard let line = arcLength(number) else { return nil }
    let segment = lines[number % lines.count].segment
    if halted != segment { halted = nil }
    if speed < StopPassage.standstill, line - front <= StopSigns.reach { halted = segment }
    return halted == nil ? line : arcLength(number + 1)
  }

  /// As `closed`, but put in its place among arc lengths at which to stop, ascending.
  mutating func appendClosed(front: Double, speed: Double, to arcLengths: inout [Double]) {
    guard let line = closed(front: front, speed: speed) else { return }
    arcLengths.insert(line, at: arcLengths.firstIndex { $0 > line } ?? arcLengths.count)
  }

  /// Takes over what was seen on another way, which ran beside this one: who has stood before a
  /// line has done so on every lane of the road.
  mutating func remember(_ other: StopSigns) { halted = other.halted }
}
