import SimCore
import SimEpisode
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// An episode as the page's player shows it: what is near its egos, rounded to what a screen can
/// show, as a stream of whole numbers.
///
/// Every number is a zigzag LEB128 integer, every text its length in bytes and UTF-8. Lengths are
/// centimetres, angles milliradians, speeds cm/s; `D2` is a series of second differences. In order:
///
///     step (µs), ticks, origin x and y (m)
///     agents: id, class, length, width     egos: places among the agents
///     shapes: kind, points (differences)   signals: four coordinates, runs of colours
///     lanes outside junctions: id, x and y of its place, length
///     per agent: runs of presence; D2 of x, y, heading, speed where present; runs of lights
///     per ego: plans, forecasts, tracks,   (per tick: 0 none, 1 new, 2 as before; in runs);
///              proposals, attention        forecasts say whether roots of covariances follow
///
/// Forecasts, proposals and attention begin with a number: 0 there are none, 1 they follow, 2 they
/// were left out for the sake of the page's size.
struct ReportClip {
  private var writer = ByteWriter()
  let record: EpisodeRecord
  let origin: Vector2
  /// Rows of the agents that come near an ego.
  private let agents: [Int]
  /// Place in `agents` by row.
  let places: [Int?]
  private let near: BoundingBox

  /// How far around the egos' ways things are shown, metres.
  private static let reach = 90.0
  /// Time between the shown points of a plan or a forecast, microseconds.
  static let pointSpacing: Int64 = 500_000
  /// Modes less likely than this are not shown.
  private static let leastProbability = 0.05
  /// A perceived thing nearer to its truth than this is shown as the truth, metres.
  private static let perceivedWell = 0.15

  /// What a clip may leave out for the sake of its size.
  struct Parts: OptionSet {
    let rawValue: Int

    static let forecasts = Parts(rawValue: 1)
    static let choices = Parts(rawValue: 2)
    static let attention = Parts(rawValue: 4)

    /// All, then less and less.
    static let fewerAndFewer: [Parts] = [
      [.forecasts, .choices, .attention], [.forecasts, .choices], [.choices], [],
    ]
  }

  /// The clip with as much as fits into a number of bytes; nil if not even the least does.
  static func bytes(_ record: EpisodeRecord, atMost most: Int) -> [UInt8]? {
    for parts in Parts.fewerAndFewer {
      let bytes = bytes(record, parts)
      if bytes.count <= most { return bytes }
    }
    return nil
  }

  /// The clip's bytes with some parts.
  static func bytes(
    _ record: EpisodeRecord, _ parts: Parts = [.forecasts, .choices, .attention]
  ) -> [UInt8] {
    var clip = ReportClip(record)
    clip.writeHead()
    clip.writeMap()
    clip.writeAgents()
    for ego in record.egos.indices {
      clip.writePlans(ego)
      clip.writeForecasts(ego, isWanted: parts.contains(.forecasts))
      clip.writeTracks(ego)
      clip.writeChoices(ego, isWanted: parts.contains(.choices))
      clip.writeAttention(ego, isWanted: parts.contains(.attention))
    }
    return clip.writer.bytes
  }

  init(_ record: EpisodeRecord) {
    self.record = record
    let history = record.history
    let egoRows = record.header.egos.map(\.agent)
    var box = BoundingBox.empty
    for tick in 0..<record.ticks {
      for row in egoRows where history.present[history.slot(tick, row)] != 0 {
        let slot = history.slot(tick, row)
        box.formUnion(Vector2(history.x[slot], history.y[slot]))
      }
    }
    if box.isEmpty { box = BoundingBox(min: .zero, max: .zero) }
    let near = box.expanded(by: ReportClip.reach)
    self.near = near
    origin = Vector2(box.centre.x.rounded(), box.centre.y.rounded())
    let agents = (0..<history.agents).filter { row in
      egoRows.contains(row)
        || (0..<record.ticks).contains { tick in
          let slot = history.slot(tick, row)
          return history.present[slot] != 0
            && near.contains(Vector2(history.x[slot], history.y[slot]))
        }
    }
    self.agents = agents
    var places = [Int?](repeating: nil, count: history.agents)
    for (place, row) in agents.enumerated() { places[row] = place }
    self.places = places
  }

  // MARK: - Numbers

  mutating func number(_ value: Int) { writer.appendVariable(Int64(value)) }

  private mutating func text(_ text: String) {
    number(text.utf8.count)
    writer.appendRaw(text.utf8)
  }

  /// A value in hundredths (or `scale`) as a whole number that any script can hold.
  func rounded(_ value: Double, _ scale: Double = 100) -> Int {
    let scaled = (value * scale).rounded()
    return scaled.isFinite ? Int(max(-1e12, min(1e12, scaled))) : 0
  }

  private func x(_ value: Double) -> Int { rounded(value - origin.x) }
  private func y(_ value: Double) -> Int { rounded(value - origin.y) }

  private mutating func secondDifferences(_ values: [Int]) {
    var last = 0
    var slope = 0
    for value in values {
      number(value - last - slope)
      slope = value - last
      last = value
    }
  }

  /// Writes whether a part is there.
  ///
  /// - Returns: whether it follows.
  mutating func told(_ isThere: Bool, isWanted: Bool) -> Bool {
    number(!isThere ? 0 : isWanted ? 1 : 2)
    return isThere && isWanted
  }

  private mutating func runs(_ values: [Int]) {
    var start = 0
    while start < values.count {
      var end = start
      while end < values.count, values[end] == values[start] { end += 1 }
      number(values[start])
      number(end - start)
      start = end
    }
  }

  mutating func points(_ points: [Vector2]) {
    number(points.count)
    var last = (0, 0)
    for point in points {
      let next = (x(point.x), y(point.y))
      number(next.0 - last.0)
      number(next.1 - last.1)
      last = next
    }
  }

  // MARK: - What is fixed

  private mutating func writeHead() {
    number(Int(record.header.clock.stepMicroseconds))
    number(record.ticks)
    number(Int(origin.x))
    number(Int(origin.y))
    number(agents.count)
    for row in agents {
      text(record.header.ids[row])
      number(Int(record.header.classes[row].rawValue))
      number(rounded(record.header.lengths[row]))
      number(rounded(record.header.widths[row]))
    }
    number(record.header.egos.count)
    for ego in record.header.egos { number(places[ego.agent] ?? 0) }
  }

  private mutating func writeMap() {
    let shapes = ReportShapes(record, near: near).shapes
    number(shapes.count)
    for shape in shapes {
      number(shape.kind.rawValue)
      points(shape.points)
    }
    let map = record.header.map
    let shown = map.signals.indices.compactMap { signal in
      ReportShapes.place(of: signal, in: map).map { (signal, $0.0, $0.1) }
    }.filter { near.contains($0.1) }
    number(shown.count)
    for (signal, from, to) in shown {
      for value in [x(from.x), y(from.y), x(to.x), y(to.y)] { number(value) }
      runs((0..<record.ticks).map { Int(record.signals[$0 * map.signals.count + signal].rawValue) })
    }
    // Where a name is written: on a long lane, near the middle of what is shown.
    let named = map.lanes.filter { !$0.isConnector }.compactMap { lane -> (Lane, Vector2)? in
      let places = (1..<20).map { lane.centreline.point(at: 0.05 * Double($0) * lane.length) }
      let place = places.min { $0.distance(to: origin) < $1.distance(to: origin) }
      return place.flatMap { near.contains($0) ? (lane, $0) : nil }
    }
    number(named.count)
    for (lane, place) in named {
      text(lane.id)
      for value in [x(place.x), y(place.y), rounded(lane.length)] { number(value) }
    }
  }

  // MARK: - What moves

  private mutating func writeAgents() {
    let history = record.history
    for row in agents {
      let presence = (0..<record.ticks).map { Int(history.present[history.slot($0, row)]) }
      runs(presence)
      let slots = presence.indices.filter { presence[$0] != 0 }.map { history.slot($0, row) }
      secondDifferences(slots.map { x(history.x[$0]) })
      secondDifferences(slots.map { y(history.y[$0]) })
      secondDifferences(slots.map { rounded(history.heading[$0], 1000) })
      secondDifferences(slots.map { rounded(history.speed[$0]) })
      runs(
        presence.indices.filter { presence[$0] != 0 }.map { Int(record.lights($0, row).rawValue) })
    }
  }

  /// Marks of a series in which equal neighbours are written once; then each new one by itself.
  mutating func series<T>(
    _ values: [T?], isSame: (T, T) -> Bool, _ write: (inout ReportClip, T) -> Void
  ) {
    var new: [T] = []
    runs(
      values.map { value in
        guard let value else { return 0 }
        if let last = new.last, isSame(last, value) { return 2 }
        new.append(value)
        return 1
      })
    for value in new { write(&self, value) }
  }

  private mutating func writePlans(_ ego: Int) {
    let ahead = record.header.egos[ego].vehicle.rearAxleToCentre
    let plans = record.egos[ego].map { tick in
      tick.plan.map { plan -> [Vector2] in
        var kept: [Vector2] = []
        var next = Int64.min
        for (index, point) in plan.points.enumerated()
        where point.timeMicroseconds >= next || index == plan.points.count - 1 {
          let heading = point.pose.heading
          kept.append(
            Vector2(
              point.pose.x + ahead * ExactMath.cos(heading),
              point.pose.y + ahead * ExactMath.sin(heading)))
          next = point.timeMicroseconds + ReportClip.pointSpacing
        }
        return kept
      }
    }
    series(plans, isSame: ==) { clip, plan in clip.line(plan) }
  }

  /// A line of equal time steps.
  private mutating func line(_ line: [Vector2]) {
    number(line.count)
    secondDifferences(line.map { x($0.x) })
    secondDifferences(line.map { y($0.y) })
  }

  private struct Mode: Equatable {
    var agent: Int
    var permille: Int
    var points: [Vector2]
    /// How unsure each point is; empty where the predictor does not say.
    var spreads: [Forecast.Covariance]
  }

  private mutating func writeForecasts(_ ego: Int, isWanted: Bool) {
    let isThere = record.egos[ego].contains { ($0.forecast?.steps ?? 0) > 0 }
    guard told(isThere, isWanted: isWanted) else { return }
    let forecasts = record.egos[ego].map { tick -> [Mode]? in
      guard let forecast = tick.forecast, forecast.steps > 0 else { return nil }
      let stride = max(1, Int(2 * ReportClip.pointSpacing / max(forecast.stepMicroseconds, 1)))
      var modes: [Mode] = []
      for (agent, id) in forecast.tracks.enumerated() {
        for mode in 0..<forecast.modes {
          let share = forecast.probabilities[agent * forecast.modes + mode]
          guard share >= ReportClip.leastProbability else { continue }
          let steps = Swift.stride(from: stride - 1, to: forecast.steps, by: stride)
          let points = steps.map { step -> Vector2 in
            let point = forecast.point(agent, mode: mode, step: step)
            return Vector2(point.x, point.y)
          }
          guard let first = points.first, near.contains(first) else { continue }
          let place = places.indices.contains(id) ? places[id] : nil
          let spreads = steps.compactMap { forecast.covariance(agent, mode: mode, step: $0) }
          modes.append(
            Mode(
              agent: place ?? -1, permille: rounded(share, 1000), points: points,
              spreads: spreads))
        }
      }
      return modes
    }
    series(forecasts, isSame: ==) { clip, modes in
      clip.number(modes.count)
      let hasSpreads = modes.contains { !$0.spreads.isEmpty }
      clip.number(hasSpreads ? 1 : 0)
      for mode in modes {
        clip.number(mode.agent)
        clip.number(mode.permille)
        clip.line(mode.points)
        if hasSpreads { clip.roots(mode.spreads) }
      }
    }
  }

  /// The lower triangular roots of covariances, which map the unit circle to the ellipse of one
  /// standard deviation: three series along the points.
  private mutating func roots(_ spreads: [Forecast.Covariance]) {
    let roots = spreads.map { spread -> (Double, Double, Double) in
      let a = max(spread.xx, 0).squareRoot()
      let b = a > 0 ? spread.xy / a : 0
      return (a, b, max(spread.yy - b * b, 0).squareRoot())
    }
    secondDifferences(roots.map { rounded($0.0) })
    secondDifferences(roots.map { rounded($0.1) })
    secondDifferences(roots.map { rounded($0.2) })
  }

  /// What the ego perceives otherwise than it is.
  private struct Perceived: Equatable {
    /// Places of agents that are there and not perceived.
    var unseen: [Int]
    /// Boxes that are not where anything is, each with the place of the agent that it is taken
    /// for, if there is one.
    var displaced: [OrientedBox]
    var takenFor: [Int?]
  }

  private mutating func writeTracks(_ ego: Int) {
    let history = record.history
    let own = record.header.egos[ego].agent
    let perceived = record.egos[ego].indices.map { tick -> Perceived? in
      guard let tracks = record.egos[ego][tick].tracks else { return nil }
      var seen = Set<Int>()
      var displaced: [OrientedBox] = []
      var takenFor: [Int?] = []
      for track in tracks {
        seen.insert(track.id)
        let isReal =
          places.indices.contains(track.id) && history.present[history.slot(tick, track.id)] != 0
        let slot = isReal ? history.slot(tick, track.id) : 0
        let truth = Vector2(history.x[slot], history.y[slot])
        if isReal && truth.distance(to: track.box.centre) < ReportClip.perceivedWell { continue }
        if near.contains(track.box.centre) {
          displaced.append(track.box)
          takenFor.append(isReal ? places[track.id] : nil)
        }
      }
      let unseen = agents.indices.filter { place in
        agents[place] != own && history.present[history.slot(tick, agents[place])] != 0
          && !seen.contains(agents[place])
      }
      return Perceived(unseen: unseen, displaced: displaced, takenFor: takenFor)
    }
    series(perceived, isSame: ==) { clip, perceived in
      clip.number(perceived.unseen.count)
      for place in perceived.unseen { clip.number(place) }
      clip.number(perceived.displaced.count)
      for (box, agent) in zip(perceived.displaced, perceived.takenFor) {
        clip.number(agent ?? -1)
        clip.number(clip.x(box.centre.x))
        clip.number(clip.y(box.centre.y))
        clip.number(clip.rounded(box.heading, 1000))
        clip.number(clip.rounded(box.length))
        clip.number(clip.rounded(box.width))
      }
    }
  }
}
