public import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld

extension Recording {
  /// A recording from a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: its name, for errors.
  /// - Throws: an error that says what is wrong, whatever the bytes are.
  public init(decoding bytes: [UInt8], file: String) throws(InputError) {
    do {
      let (version, sections) = try Recording.sections(of: bytes)
      try self.init(version: version, sections: sections)
    } catch {
      throw InputError(at: .wholeFile(file), error.description)
    }
  }

  /// The checked sections of a file.
  private static func sections(of bytes: [UInt8]) throws(FormatDefect)
    -> (version: UInt32, sections: [Tag: ArraySlice<UInt8>])
  {
    guard bytes.starts(with: magic) else { throw FormatDefect("not an episode recording") }
    var reader = ByteReader(bytes[magic.count...])
    let version = (try? reader.uint32()) ?? Recording.version
    guard (1...Recording.version).contains(version) else {
      throw FormatDefect(
        "a recording of format version \(version); this program reads up to version "
          + "\(Recording.version)")
    }
    do {
      return (version, try sections(from: &reader))
    } catch {
      throw FormatDefect("damaged recording: \(error)")
    }
  }

  private static func sections(from reader: inout ByteReader) throws(FormatDefect)
    -> [Tag: ArraySlice<UInt8>]
  {
    var sections: [Tag: ArraySlice<UInt8>] = [:]
    for _ in 0..<(try reader.uint32()) {
      var peek = reader
      let head = try peek.raw(12)
      let mark = try reader.raw(4)
      let length = try reader.uint64()
      let sum = try reader.uint32()
      let name = String(decoding: mark, as: UTF8.self)
      let payload = try reader.raw(Int(clamping: length))
      var checked = CRC32()
      checked.combine(head)
      checked.combine(payload)
      guard checked.value == sum else {
        throw FormatDefect("the checksum of section '\(name)' is wrong")
      }
      guard let tag = Tag(rawValue: name) else { continue }
      guard sections.updateValue(payload, forKey: tag) == nil else {
        throw FormatDefect("two sections '\(name)'")
      }
    }
    guard reader.isAtEnd else {
      throw FormatDefect("\(reader.remaining) bytes after the last section")
    }
    for tag in Tag.allCases where !tag.isOptional && sections[tag] == nil {
      throw FormatDefect("no section '\(tag.rawValue)'")
    }
    return sections
  }

  private init(version: UInt32, sections: [Tag: ArraySlice<UInt8>]) throws(FormatDefect) {
    func read<T>(
      _ tag: Tag, _ decode: (inout ByteReader) throws(FormatDefect) -> T
    ) throws(FormatDefect) -> T {
      guard let payload = sections[tag] else { throw FormatDefect("no section '\(tag.rawValue)'") }
      do {
        var reader = ByteReader(payload)
        let value = try decode(&reader)
        guard reader.isAtEnd else { throw FormatDefect("\(reader.remaining) bytes too many") }
        return value
      } catch {
        throw FormatDefect("damaged recording: section '\(tag.rawValue)': \(error)")
      }
    }

    let head = try read(.head) { reader throws(FormatDefect) in try reader.head() }
    let mapBytes = try read(.map) { reader throws(FormatDefect) in
      version == 1
        ? Array(try reader.raw(reader.remaining)) : try RepeatCoding.decode(from: &reader)
    }
    let map: LaneGraph
    do {
      map = try LaneGraphCodec.decode(mapBytes[...])
    } catch {
      throw FormatDefect("damaged recording: section '\(Tag.map.rawValue)': \(error)")
    }
    try map.checkNumbers()
    var egos = try read(.egos) { reader throws(FormatDefect) in
      let bytes =
        version == 1
        ? Array(try reader.raw(reader.remaining))
        : try RepeatCoding.decode(from: &reader, after: mapBytes)
      var inner = ByteReader(bytes)
      let egos = try inner.list { reader throws(FormatDefect) in
        try reader.ego(agents: head.ids.count, map: map)
      }
      guard inner.isAtEnd else { throw FormatDefect("\(inner.remaining) bytes too many") }
      return egos
    }
    if sections[.goals] != nil {
      let hasGoal = try read(.goals) { reader throws(FormatDefect) in
        try reader.each(of: egos.count) { r throws(FormatDefect) in try r.bool() }
      }
      for (ego, flag) in hasGoal.enumerated() { egos[ego].hasGoal = flag }
    }
    guard egos.count * head.ticks <= Limit.egoTicks,
      map.signals.count * head.ticks <= Limit.entries
    else { throw FormatDefect("damaged recording: more egos or signals than it can hold") }
    let header = EpisodeHeader(
      scenario: head.scenario, seed: head.seed, clock: head.clock, map: map, ids: head.ids,
      classes: head.classes, lengths: head.lengths, widths: head.widths, egos: egos)
    var history = try read(.history) { reader throws(FormatDefect) in
      try reader.history(
        agents: head.ids.count, ticks: head.ticks, step: head.clock.step, version: version)
    }
    if sections[.indicators] != nil {
      history.indicators = try read(.indicators) { reader throws(FormatDefect) in
        try reader.indicators(agents: head.ids.count, ticks: head.ticks)
      }
    }
    var record = EpisodeRecord(header: header, history: history, egos: [])
    record.egos = try read(.drives) { reader throws(FormatDefect) in
      try reader.each(of: egos.count) { r throws(FormatDefect) in try r.drive(head.ticks) }
    }
    try record.checkNumbers()
    record.signals = try read(.signals) { reader throws(FormatDefect) in
      try reader.signals(head.ticks * map.signals.count)
    }
    record.events = try read(.events) { reader throws(FormatDefect) in
      try reader.list { reader throws(FormatDefect) in try reader.event() }
    }
    guard record.events.allSatisfy({ ($0.agent ?? -1) < head.ids.count }) else {
      throw FormatDefect("damaged recording: an event of an agent that does not exist")
    }
    record.hashes = try read(.hashes) { reader throws(FormatDefect) in
      try reader.each(of: head.ticks) { reader throws(FormatDefect) in try reader.uint64() }
    }
    if sections[.plans] != nil {
      let plans = try read(.plans) { reader throws(FormatDefect) in
        try reader.each(of: egos.count) { r throws(FormatDefect) in try r.plans(head.ticks) }
      }
      record.fill(\.plan, plans)
    }
    if sections[.forecasts] != nil {
      let forecasts = try read(.forecasts) { reader throws(FormatDefect) in
        try reader.each(of: egos.count) { r throws(FormatDefect) in try r.forecasts(head.ticks) }
      }
      record.fill(\.forecast, forecasts)
    }
    if sections[.tracks] != nil {
      let tracks = try read(.tracks) { reader throws(FormatDefect) in
        var lists: [[[Track]?]] = []
        for ego in egos.indices {
          let truth = TrackTruth(record, ego: ego)
          lists.append(try reader.tracks(head.ticks, truth: truth, version: version))
        }
        return lists
      }
      record.fill(\.tracks, tracks)
    }
    if sections[.trackLights] != nil {
      let counts = record.egos.map { $0.reduce(0) { $0 + ($1.tracks?.count ?? 0) } }
      guard counts.allSatisfy({ $0 <= Limit.points }) else {
        throw FormatDefect("damaged recording: too many tracks")
      }
      let lights = try read(.trackLights) { reader throws(FormatDefect) in
        var lights: [[UInt8]] = []
        for count in counts { lights.append(try reader.runs(count)) }
        return lights
      }
      for ego in lights.indices { record.light(lights[ego], ego) }
    }
    if sections[.choices] != nil {
      let choices = try read(.choices) { reader throws(FormatDefect) in
        try reader.each(of: egos.count) { r throws(FormatDefect) in try r.choices(head.ticks) }
      }
      record.fill(\.choice, choices)
    }
    if sections[.attention] != nil {
      let attention = try read(.attention) { reader throws(FormatDefect) in
        try reader.each(of: egos.count) { r throws(FormatDefect) in
          try r.attention(head.ticks, lanes: map.lanes.count)
        }
      }
      record.fill(\.attention, attention)
    }
    self.init(
      origin: head.origin,
      episode: Episode(outcome: head.outcome, reason: head.reason, record: record))
  }
}

extension EpisodeRecord {
  /// Sets one field of every tick of every ego.
  fileprivate mutating func fill<T>(
    _ field: WritableKeyPath<EgoTickRecord, T?>, _ values: [[T?]]
  ) {
    for ego in egos.indices {
      for tick in egos[ego].indices { egos[ego][tick][keyPath: field] = values[ego][tick] }
    }
  }
}

extension EpisodeRecord {
  /// Sets the lights of all tracks of an ego, tick by tick.
  fileprivate mutating func light(_ lights: [UInt8], _ ego: Int) {
    var next = 0
    for tick in egos[ego].indices {
      guard var tracks = egos[ego][tick].tracks else { continue }
      for index in tracks.indices {
        tracks[index].lights = VehicleLights(rawValue: lights[next])
        next += 1
      }
      egos[ego][tick].tracks = tracks
    }
  }
}

extension LaneGraph {
  /// Whoever draws or exports a map may rely on coordinates that fit an integer.
  fileprivate func checkNumbers() throws(FormatDefect) {
    let most = Recording.Limit.magnitude
    func check(_ points: [Vector2], _ what: String) throws(FormatDefect) {
      guard points.allSatisfy({ $0.x.magnitude <= most && $0.y.magnitude <= most }) else {
        throw FormatDefect("damaged recording: \(what) has no possible place")
      }
    }
    for lane in lanes {
      for line in [lane.centreline, lane.leftBound, lane.rightBound] {
        try check(line.vertices, "lane '\(lane.id)'")
      }
      try check(lane.polygon.vertices, "lane '\(lane.id)'")
    }
    for segment in segments { try check(segment.polygon.vertices, "segment '\(segment.id)'") }
    for junction in junctions { try check(junction.polygon.vertices, "junction '\(junction.id)'") }
    for area in drivableAreas { try check(area.polygon.vertices, "a drivable area") }
    for line in stopLines { try check([line.from, line.to], "stop line '\(line.id)'") }
    for crossing in crosswalks {
      try check(crossing.polygon.vertices + crossing.path.vertices, "crosswalk '\(crossing.id)'")
    }
  }
}

extension EpisodeRecord {
  /// Whoever draws or exports a recording may rely on finite numbers that fit an integer.
  fileprivate func checkNumbers() throws(FormatDefect) {
    let most = Recording.Limit.magnitude
    func isPlace(_ x: Double, _ y: Double, _ heading: Double) -> Bool {
      abs(x) <= most && abs(y) <= most && abs(heading) <= most
    }
    func defect(_ row: Int, _ tick: Int, _ what: String) -> FormatDefect {
      FormatDefect(
        "damaged recording: '\(header.ids[row])' has no possible \(what) in tick \(tick)")
    }
    for row in header.ids.indices {
      guard (0...most).contains(header.lengths[row]), (0...most).contains(header.widths[row])
      else { throw defect(row, 0, "size") }
    }
    for tick in 0..<ticks {
      for row in 0..<history.agents {
        let slot = history.slot(tick, row)
        guard history.present[slot] != 0 else { continue }
        guard isPlace(history.x[slot], history.y[slot], history.heading[slot]) else {
          throw defect(row, tick, "place")
        }
        guard history.speed[slot].isFinite, history.acceleration[slot].isFinite else {
          throw defect(row, tick, "speed")
        }
      }
      for (ego, drive) in zip(header.egos, egos)
      where history.present[history.slot(tick, ego.agent)] != 0 {
        let state = drive[tick].state
        guard isPlace(state.pose.x, state.pose.y, state.pose.heading) else {
          throw defect(ego.agent, tick, "place")
        }
        guard state.velocity.isFinite else { throw defect(ego.agent, tick, "speed") }
      }
    }
  }
}

/// The first section: everything small.
private struct Head {
  var origin: Recording.Origin
  var outcome: EpisodeOutcome
  var reason: String
  var scenario: String
  var seed: UInt64
  var clock: TickClock
  var ticks: Int
  var ids: [String] = []
  var classes: [AgentClass] = []
  var lengths: [Double] = []
  var widths: [Double] = []
}

extension ByteReader {
  fileprivate mutating func head() throws(FormatDefect) -> Head {
    let program = try text()
    let path = try text()
    let tags = try list { reader throws(FormatDefect) in try reader.text() }
    let traffic = try text()
    let profile = try text()
    let expectations = try list { reader throws(FormatDefect) in try reader.expectation() }
    guard let outcome = EpisodeOutcome(rawValue: try text()) else {
      throw FormatDefect("an unknown outcome")
    }
    let reason = try text()
    let scenario = try text()
    let seed = try uint64()
    let step = try int64()
    guard (1...Recording.Limit.step).contains(step) else {
      throw FormatDefect("a tick of \(step) microseconds")
    }
    let ticks = try count(atMost: Recording.Limit.ticks)
    var head = Head(
      origin: Recording.Origin(
        program: program, path: path, tags: tags, traffic: traffic, profile: profile,
        expectations: expectations),
      outcome: outcome, reason: reason, scenario: scenario, seed: seed,
      clock: TickClock(stepMicroseconds: step), ticks: ticks)
    let agents = try count(atMost: remaining)
    guard agents * ticks <= Recording.Limit.entries else {
      throw FormatDefect("\(agents) agents over \(ticks) ticks are too many")
    }
    for _ in 0..<agents {
      head.ids.append(try text())
      let value = try byte()
      guard let agentClass = AgentClass(rawValue: value) else {
        throw FormatDefect("an agent of unknown class \(value)")
      }
      head.classes.append(agentClass)
      head.lengths.append(try double())
      head.widths.append(try double())
    }
    return head
  }

  fileprivate mutating func signals(_ count: Int) throws(FormatDefect) -> [SignalColour] {
    var colours: [SignalColour] = []
    for value in try runs(count) {
      guard let colour = SignalColour(rawValue: value) else {
        throw FormatDefect("a signal of unknown colour \(value)")
      }
      colours.append(colour)
    }
    return colours
  }

  /// `count` things in a row.
  fileprivate mutating func each<T>(
    of count: Int, _ read: (inout ByteReader) throws(FormatDefect) -> T
  ) throws(FormatDefect) -> [T] {
    var things: [T] = []
    for _ in 0..<count { things.append(try read(&self)) }
    return things
  }
}
