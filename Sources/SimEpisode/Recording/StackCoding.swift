import SimCore
import SimGeometry
import SimStack
import SimWorld

// How plans, forecasts and perceived tracks are stored: per tick whether there is one and whether
// it is bit for bit the one before; then the columns of all the different ones end to end.

/// What is stored of one thing a tick.
private enum Presence: UInt8 {
  case none = 0
  case new = 1
  case asBefore = 2
}

extension ByteWriter {
  mutating func appendPlans(_ plans: [Trajectory?]) {
    let plans = appendPresence(plans) { sameBits($0.points, $1.points) }
    for plan in plans { appendCount(plan.points.count) }
    let points = plans.flatMap(\.points)
    appendColumn(points.map(\.timeMicroseconds))
    appendColumn(points.map(\.pose.x))
    appendColumn(points.map(\.pose.y))
    appendColumn(points.map(\.pose.heading))
    appendColumn(points.map(\.speed))
    appendColumn(points.map(\.acceleration))
  }

  mutating func appendForecasts(_ forecasts: [Forecast?]) {
    let forecasts = appendPresence(forecasts) { a, b in
      a.stepMicroseconds == b.stepMicroseconds && a.steps == b.steps && a.modes == b.modes
        && a.tracks == b.tracks && sameBits(a.probabilities, b.probabilities)
        && sameBits(a.points, b.points)
    }
    for forecast in forecasts {
      appendVariable(forecast.stepMicroseconds)
      appendCount(forecast.steps)
      appendCount(forecast.modes)
      appendList(forecast.tracks) { $0.appendVariable(Int64($1)) }
    }
    appendColumn(forecasts.flatMap(\.probabilities))
    let points = forecasts.flatMap(\.points)
    appendColumn(points.map(\.x))
    appendColumn(points.map(\.y))
    appendColumn(points.map(\.heading))
    appendColumn(points.map(\.covarianceXX))
    appendColumn(points.map(\.covarianceXY))
    appendColumn(points.map(\.covarianceYY))
  }

  mutating func appendTracks(_ lists: [[Track]?]) {
    let lists = appendPresence(lists) { a, b in
      a.count == b.count && zip(a, b).allSatisfy { $0.hasSameBits(as: $1) }
    }
    for list in lists { appendCount(list.count) }
    let tracks = lists.flatMap { $0 }
    appendColumn(tracks.map { Int64($0.id) })
    appendRuns(tracks.map(\.agentClass.rawValue))
    for path in Track.columns { appendColumn(tracks.map { $0[keyPath: path] }) }
  }

  /// Writes the presence of each element; returns the new ones in order.
  private mutating func appendPresence<T>(_ list: [T?], isSame: (T, T) -> Bool) -> [T] {
    var new: [T] = []
    let marks = list.map { element -> UInt8 in
      guard let element else { return Presence.none.rawValue }
      if let last = new.last, isSame(last, element) { return Presence.asBefore.rawValue }
      new.append(element)
      return Presence.new.rawValue
    }
    appendRuns(marks)
    return new
  }
}

extension ByteReader {
  mutating func plans(_ ticks: Int) throws(FormatDefect) -> [Trajectory?] {
    let presence = try presence(ticks)
    let counts = try counts(presence.new)
    let total = try sum(counts)
    let times = try integerColumn(total)
    var columns: [[Double]] = []
    for _ in 0..<5 { columns.append(try column(total)) }
    var start = 0
    let plans = counts.map { count in
      defer { start += count }
      return Trajectory(
        points: (start..<start + count).map { i in
          Trajectory.Point(
            timeMicroseconds: times[i],
            pose: Pose2(x: columns[0][i], y: columns[1][i], heading: columns[2][i]),
            speed: columns[3][i], acceleration: columns[4][i])
        })
    }
    return spread(plans, presence.marks)
  }

  mutating func forecasts(_ ticks: Int) throws(FormatDefect) -> [Forecast?] {
    let presence = try presence(ticks)
    var forecasts: [Forecast] = []
    var counts: [Int] = []
    for _ in 0..<presence.new {
      let step = try signedVariable()
      let steps = try count(atMost: Recording.Limit.points)
      let modes = try count(atMost: Recording.Limit.points)
      let tracks = try list { reader throws(FormatDefect) in Int(try reader.signedVariable()) }
      let (pairs, isLarge) = tracks.count.multipliedReportingOverflow(by: modes)
      let (points, isLarger) = pairs.multipliedReportingOverflow(by: steps)
      guard !isLarge, !isLarger, pairs <= Recording.Limit.points, points <= Recording.Limit.points
      else { throw FormatDefect("a forecast of too many points") }
      counts.append(points)
      forecasts.append(
        Forecast(
          stepMicroseconds: step, steps: steps, modes: modes, tracks: tracks, probabilities: [],
          points: []))
    }
    let pairs = try sum(forecasts.map { $0.tracks.count * $0.modes })
    let probabilities: [Double] = try column(pairs)
    let total = try sum(counts)
    var columns: [[Double]] = []
    for _ in 0..<6 { columns.append(try column(total)) }
    var pairStart = 0
    var start = 0
    for index in forecasts.indices {
      let pairs = forecasts[index].tracks.count * forecasts[index].modes
      forecasts[index].probabilities = Array(probabilities[pairStart..<pairStart + pairs])
      forecasts[index].points = (start..<start + counts[index]).map { i in
        Forecast.Point(
          x: columns[0][i], y: columns[1][i], heading: columns[2][i], covarianceXX: columns[3][i],
          covarianceXY: columns[4][i], covarianceYY: columns[5][i])
      }
      pairStart += pairs
      start += counts[index]
    }
    return spread(forecasts, presence.marks)
  }

  mutating func tracks(_ ticks: Int) throws(FormatDefect) -> [[Track]?] {
    let presence = try presence(ticks)
    let counts = try counts(presence.new)
    let total = try sum(counts)
    let ids = try integerColumn(total)
    let classes = try runs(total)
    var tracks: [Track] = []
    tracks.reserveCapacity(total)
    for i in 0..<total {
      guard let agentClass = AgentClass(rawValue: classes[i]) else {
        throw FormatDefect("an agent of unknown class \(classes[i])")
      }
      let box = OrientedBox(
        centre: .zero, heading: 0, direction: Vector2(1, 0), length: 0, width: 0)
      tracks.append(Track(id: Int(ids[i]), agentClass: agentClass, box: box, speed: 0))
    }
    for path in Track.columns {
      let values: [Double] = try column(total)
      for i in 0..<total { tracks[i][keyPath: path] = values[i] }
    }
    var start = 0
    let lists = counts.map { count in
      defer { start += count }
      return Array(tracks[start..<start + count])
    }
    return spread(lists, presence.marks)
  }

  private mutating func presence(_ ticks: Int) throws(FormatDefect)
    -> (marks: [Presence], new: Int)
  {
    var marks: [Presence] = []
    var new = 0
    for value in try runs(ticks) {
      guard let mark = Presence(rawValue: value), mark != .asBefore || new > 0 else {
        throw FormatDefect("\(value) where a mark of presence should be")
      }
      if mark == .new { new += 1 }
      marks.append(mark)
    }
    return (marks, new)
  }

  private mutating func counts(_ number: Int) throws(FormatDefect) -> [Int] {
    var counts: [Int] = []
    for _ in 0..<number { counts.append(try count(atMost: Recording.Limit.points)) }
    return counts
  }

  private func sum(_ counts: [Int]) throws(FormatDefect) -> Int {
    var total = 0
    for count in counts {
      total += count
      guard total <= Recording.Limit.points else { throw FormatDefect("too many points") }
    }
    return total
  }

  private func spread<T>(_ new: [T], _ marks: [Presence]) -> [T?] {
    var next = 0
    return marks.map { mark in
      if mark == .new { next += 1 }
      return mark == .none ? nil : new[next - 1]
    }
  }
}

/// Equality down to the sign of zero, which `==` does not see. The elements hold nothing but
/// 8-byte numbers.
private func sameBits<T: BitwiseCopyable>(_ a: [T], _ b: [T]) -> Bool {
  guard a.count == b.count else { return false }
  return a.withUnsafeBytes { a in b.withUnsafeBytes { b in a.elementsEqual(b) } }
}

extension Track {
  /// The numbers of a track in the order in which they are stored.
  static var columns: [WritableKeyPath<Track, Double>] {
    [
      \.box.centre.x, \.box.centre.y, \.box.direction.x, \.box.direction.y, \.box.heading,
      \.box.halfLength, \.box.halfWidth, \.speed, \.acceleration,
    ]
  }

  fileprivate func hasSameBits(as other: Track) -> Bool {
    id == other.id && agentClass == other.agentClass && lights == other.lights
      && Track.columns.allSatisfy {
        self[keyPath: $0].bitPattern == other[keyPath: $0].bitPattern
      }
  }
}
