import SimCore
import SimGeometry
import SimStack
import SimWorld

// How plans, forecasts and perceived tracks are stored: per tick whether there is one and whether
// it is bit for bit the one before; then the columns of all the different ones end to end.

/// What is stored of one thing a tick.
enum Presence: UInt8 {
  case none = 0
  case new = 1
  case asBefore = 2
}

extension ByteWriter {
  mutating func appendPlans(_ plans: [Trajectory?]) {
    let plans = appendPresence(plans) { sameBits($0.points, $1.points) }
    for plan in plans { appendCount(plan.points.count) }
    let times = plans.flatMap { $0.points.map { UInt64(bitPattern: $0.timeMicroseconds) } }
    ColumnCodec.encode(times, given: PlanTimes.prediction(plans.map(\.points.count)), into: &self)
    appendColumn(plans, \.points) { $0.pose.x.bitPattern }
    appendColumn(plans, \.points) { $0.pose.y.bitPattern }
    appendColumn(plans, \.points) { $0.pose.heading.bitPattern }
    appendColumn(plans, \.points) { $0.speed.bitPattern }
    appendColumn(plans, \.points) { $0.acceleration.bitPattern }
  }

  mutating func appendForecasts(_ kept: [KeptForecast]) {
    let forecasts = appendPresence(kept.map { $0.isThere ? $0 : nil }) { $0.hasSameBits(as: $1) }
    let shapes = forecasts.compactMap(\.shape)
    for shape in shapes {
      appendVariable(shape.stepMicroseconds)
      appendCount(shape.steps)
      appendCount(shape.modes)
      appendList(shape.tracks) { $0.appendVariable(Int64($1)) }
    }
    appendColumn(shapes, \.probabilities) { $0.bitPattern }
    // (Covariances last; a forecast that has none has zeros there.)
    for part in 0..<6 { appendPart(part, of: forecasts) }
  }

  /// - Parameter truth: what there was to perceive.
  mutating func appendTracks(_ lists: [[Track]?], truth: TrackTruth) {
    let ticks = newTicks(lists)
    let lists = appendPresence(lists, isSame: TrackTruth.isSame)
    for list in lists { appendCount(list.count) }
    let counts = lists.map(\.count)
    let ids = lists.flatMap { $0.map { UInt64(bitPattern: Int64($0.id)) } }
    ColumnCodec.encode(ids, given: truth.ids(ticks, counts), into: &self)
    let places = truth.places(ticks, counts, ids.map { Int(Int64(bitPattern: $0)) })
    ColumnCodec.encode(
      lists.flatMap { $0.map { UInt64($0.agentClass.rawValue) } },
      given: truth.classes(places), into: &self)
    for (index, column) in Track.columns.enumerated() {
      ColumnCodec.encode(
        lists.flatMap { $0.map { column.value($0).bitPattern } },
        given: truth.values(index, places), into: &self)
    }
  }

  /// The ticks of what `appendPresence` returns.
  private func newTicks(_ lists: [[Track]?]) -> [Int] {
    var ticks: [Int] = []
    var last: [Track]?
    for (tick, list) in lists.enumerated() {
      guard let list else { continue }
      if let last, TrackTruth.isSame(last, list) { continue }
      last = list
      ticks.append(tick)
    }
    return ticks
  }

  /// One column of what the elements of many lists hold, end to end.
  mutating func appendColumn<T, Element>(
    _ owners: [T], _ list: (T) -> [Element], _ bits: (Element) -> UInt64
  ) {
    let count = owners.reduce(0) { $0 + list($1).count }
    let column = [UInt64](unsafeUninitializedCapacity: count) { column, written in
      for owner in owners {
        list(owner).withUnsafeBufferPointer { elements in
          for element in elements {
            column.initializeElement(at: written, to: bits(element))
            written += 1
          }
        }
      }
    }
    ColumnCodec.encode(column, into: &self)
  }

  /// One number of all points of many forecasts, end to end. In long episodes they are many
  /// megabytes: one forecast's at a time.
  ///
  /// - Parameter part: as `KeptForecast.read` counts them.
  private mutating func appendPart(_ part: Int, of forecasts: [KeptForecast]) {
    let most = forecasts.reduce(0) { max($0, $1.points) }
    let count = forecasts.reduce(0) { $0 + $1.points }
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: most) { numbers in
      numbers.initialize(repeating: 0)
      ColumnCodec.encode(count, into: &self) { take in
        for forecast in forecasts {
          let room = UnsafeMutableBufferPointer(rebasing: numbers[..<forecast.points])
          forecast.read(part, into: room)
          guard take(UnsafeBufferPointer(room)) else { return }
        }
      }
    }
  }

  /// Writes the presence of each element; returns the new ones in order.
  mutating func appendPresence<T>(_ list: [T?], isSame: (T, T) -> Bool) -> [T] {
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
    let times = try ColumnCodec.decode(total, given: PlanTimes.prediction(counts), from: &self)
      .map { Int64(bitPattern: $0) }
    guard times.allSatisfy({ $0.magnitude <= UInt64(Recording.Limit.time) }) else {
      throw FormatDefect("a plan of no possible time")
    }
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
      guard step.magnitude <= UInt64(Recording.Limit.step) else {
        throw FormatDefect("a forecast with steps of \(step) microseconds")
      }
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
    // (One column after the other: of a long episode each takes megabytes.)
    for index in forecasts.indices {
      forecasts[index].points = Array(
        repeating: Forecast.Point(x: 0, y: 0, heading: 0), count: counts[index])
    }
    try fill(&forecasts, total) { $0.x = $1 }
    try fill(&forecasts, total) { $0.y = $1 }
    try fill(&forecasts, total) { $0.heading = $1 }
    var columns: [[UInt64]] = []
    for _ in 0..<3 {
      let column = try ColumnCodec.decode(total, from: &self)
      columns.append(column.contains { $0 != 0 } ? column : [])
    }
    var pairStart = 0
    var start = 0
    for index in forecasts.indices {
      let pairs = forecasts[index].tracks.count * forecasts[index].modes
      forecasts[index].probabilities = Array(probabilities[pairStart..<pairStart + pairs])
      let range = start..<start + counts[index]
      // (Bits, not values: -0 was given.)
      if columns.contains(where: { !$0.isEmpty && $0[range].contains { $0 != 0 } }) {
        forecasts[index].covariances = range.map { i in
          func part(_ k: Int) -> Double {
            columns[k].isEmpty ? 0 : Double(bitPattern: columns[k][i])
          }
          return Forecast.Covariance(xx: part(0), xy: part(1), yy: part(2))
        }
      }
      pairStart += pairs
      start += counts[index]
    }
    return spread(forecasts, presence.marks)
  }

  /// Reads one number of all points of some forecasts.
  private mutating func fill(
    _ forecasts: inout [Forecast], _ total: Int, _ set: (inout Forecast.Point, Double) -> Void
  ) throws(FormatDefect) {
    let column = try ColumnCodec.decode(total, from: &self)
    var next = 0
    for index in forecasts.indices {
      for k in forecasts[index].points.indices {
        set(&forecasts[index].points[k], Double(bitPattern: column[next]))
        next += 1
      }
    }
  }

  /// - Parameters:
  ///   - truth: what there was to perceive.
  ///   - version: of the format.
  mutating func tracks(
    _ ticks: Int, truth: TrackTruth, version: UInt32
  ) throws(FormatDefect) -> [[Track]?] {
    let presence = try presence(ticks)
    let counts = try counts(presence.new)
    let total = try sum(counts)
    let newTicks = presence.marks.indices.filter { presence.marks[$0] == .new }
    let ids: [Int]
    let classes: [UInt64]
    if version == 1 {
      ids = try integerColumn(total).map { Int($0) }
      classes = try runs(total).map { UInt64($0) }
    } else {
      ids = try ColumnCodec.decode(total, given: truth.ids(newTicks, counts), from: &self)
        .map { Int(Int64(bitPattern: $0)) }
      classes = []
    }
    let places = version == 1 ? [] : truth.places(newTicks, counts, ids)
    let kinds =
      version == 1
      ? classes : try ColumnCodec.decode(total, given: truth.classes(places), from: &self)
    var tracks: [Track] = []
    tracks.reserveCapacity(total)
    for i in 0..<total {
      guard let kind = UInt8(exactly: kinds[i]), let agentClass = AgentClass(rawValue: kind) else {
        throw FormatDefect("an agent of unknown class \(kinds[i])")
      }
      let box = OrientedBox(
        centre: .zero, heading: 0, direction: Vector2(1, 0), length: 0, width: 0)
      tracks.append(Track(id: ids[i], agentClass: agentClass, box: box, speed: 0))
    }
    for (index, field) in Track.columns.enumerated() {
      let values: [Double] = try column(
        total, given: version == 1 ? nil : truth.values(index, places))
      for i in 0..<total { field.set(&tracks[i], values[i]) }
    }
    var start = 0
    let lists = counts.map { count in
      defer { start += count }
      return Array(tracks[start..<start + count])
    }
    return spread(lists, presence.marks)
  }

  mutating func presence(_ ticks: Int) throws(FormatDefect)
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

  mutating func counts(_ number: Int) throws(FormatDefect) -> [Int] {
    var counts: [Int] = []
    for _ in 0..<number { counts.append(try count(atMost: Recording.Limit.points)) }
    return counts
  }

  func sum(_ counts: [Int]) throws(FormatDefect) -> Int {
    var total = 0
    for count in counts {
      total += count
      guard total <= Recording.Limit.points else { throw FormatDefect("too many points") }
    }
    return total
  }

  func spread<T>(_ new: [T], _ marks: [Presence]) -> [T?] {
    var next = 0
    return marks.map { mark in
      if mark == .new { next += 1 }
      return mark == .none ? nil : new[next - 1]
    }
  }
}

/// Equality down to the sign of zero, which `==` does not see. The elements hold nothing but
/// 8-byte numbers.
func sameBits<T: BitwiseCopyable>(_ a: [T], _ b: [T]) -> Bool {
  guard a.count == b.count else { return false }
  return a.withUnsafeBytes { a in
    b.withUnsafeBytes { b in
      var place = 0
      while place < a.count {
        if a.load(fromByteOffset: place, as: UInt64.self)
          != b.load(fromByteOffset: place, as: UInt64.self)
        {
          return false
        }
        place += 8
      }
      return true
    }
  }
}

extension Track {
  /// The numbers of a track in the order in which they are stored.
  static let columns:
    [(value: @Sendable (Track) -> Double, set: @Sendable (inout Track, Double) -> Void)] = [
      ({ $0.box.centre.x }, { $0.box.centre.x = $1 }),
      ({ $0.box.centre.y }, { $0.box.centre.y = $1 }),
      ({ $0.box.direction.x }, { $0.box.direction.x = $1 }),
      ({ $0.box.direction.y }, { $0.box.direction.y = $1 }),
      ({ $0.box.heading }, { $0.box.heading = $1 }),
      ({ $0.box.halfLength }, { $0.box.halfLength = $1 }),
      ({ $0.box.halfWidth }, { $0.box.halfWidth = $1 }),
      ({ $0.speed }, { $0.speed = $1 }),
      ({ $0.acceleration }, { $0.acceleration = $1 }),
    ]

  func hasSameBits(as other: Track) -> Bool {
    id == other.id && agentClass == other.agentClass && lights == other.lights
      && bits == other.bits
  }

  private var bits: SIMD16<UInt64> {
    var bits = SIMD16<UInt64>(repeating: 0)
    bits[0] = box.centre.x.bitPattern
    bits[1] = box.centre.y.bitPattern
    bits[2] = box.direction.x.bitPattern
    bits[3] = box.direction.y.bitPattern
    bits[4] = box.heading.bitPattern
    bits[5] = box.halfLength.bitPattern
    bits[6] = box.halfWidth.bitPattern
    bits[7] = speed.bitPattern
    bits[8] = acceleration.bitPattern
    return bits
  }
}
