public import SimCore
import SimGeometry

/// A map as bytes, for recordings: bit for bit, so that what is measured on the map that was read
/// equals what was measured on the one that was written.
public enum LaneGraphCodec {
  private static let version: UInt8 = 1

  /// The bytes of a map; equal maps give equal bytes.
  public static func encode(_ map: LaneGraph) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(version)
    writer.append(map.name)
    writer.append(map.drivingSide.rawValue)
    writer.appendList(map.lanes) { $0.append($1) }
    writer.appendList(map.segments) { $0.append($1) }
    writer.appendList(map.junctions) { $0.append($1) }
    writer.appendList(map.drivableAreas) { writer, area in
      writer.append(area.kind.rawValue)
      writer.append(area.polygon)
    }
    writer.appendList(map.stopLines) { $0.append($1) }
    writer.appendList(map.signals) { $0.append($1) }
    writer.appendList(map.crosswalks) { writer, crosswalk in
      writer.append(crosswalk.id)
      writer.append(crosswalk.polygon)
      writer.append(crosswalk.path)
    }
    writer.appendList(map.priorities) { writer, rule in
      writer.appendCount(rule.yielding)
      writer.appendCount(rule.priority)
    }
    // Nothing without them, as it was before there were any.
    if !map.signalControllers.isEmpty {
      writer.appendList(map.signalControllers) { $0.append($1) }
    }
    return writer.bytes
  }

  /// The map of some bytes.
  ///
  /// - Throws: a defect, if they are not what `encode` makes or a reference leads nowhere.
  public static func decode(_ bytes: ArraySlice<UInt8>) throws(FormatDefect) -> LaneGraph {
    var reader = ByteReader(bytes)
    let version = try reader.byte()
    guard version == self.version else { throw FormatDefect("a map of format version \(version)") }
    let name = try reader.text()
    let side: LaneGraph.DrivingSide = try reader.word()
    var lanes = try reader.list { reader throws(FormatDefect) in try reader.lane() }
    for index in lanes.indices { lanes[index].index = index }
    let segments = try reader.list { reader throws(FormatDefect) in try reader.segment() }
    let junctions = try reader.list { reader throws(FormatDefect) in try reader.junction() }
    let areas = try reader.list { reader throws(FormatDefect) in
      let kind: DrivableArea.Kind = try reader.word()
      return DrivableArea(kind: kind, polygon: try reader.polygon())
    }
    let stopLines = try reader.list { reader throws(FormatDefect) in try reader.stopLine() }
    let signals = try reader.list { reader throws(FormatDefect) in try reader.signal() }
    let crosswalks = try reader.list { reader throws(FormatDefect) in
      let id = try reader.text()
      let polygon = try reader.polygon()
      return Crosswalk(id: id, polygon: polygon, path: try reader.polyline())
    }
    let priorities = try reader.list { reader throws(FormatDefect) in
      let yielding = try reader.count()
      return PriorityRule(yielding: yielding, priority: try reader.count())
    }
    var controllers: [SignalController] = []
    if !reader.isAtEnd {
      controllers = try reader.list { reader throws(FormatDefect) in
        try reader.signalController()
      }
    }
    let map = LaneGraph(
      name: name, drivingSide: side, lanes: lanes, segments: segments, junctions: junctions,
      drivableAreas: areas, stopLines: stopLines, signals: signals,
      signalControllers: controllers, crosswalks: crosswalks, priorities: priorities)
    guard reader.isAtEnd else { throw FormatDefect("\(reader.remaining) bytes after the map") }
    if let reference = map.danglingReference { throw FormatDefect(reference) }
    return map
  }
}

extension LaneGraph {
  /// A stable hash of all that the map holds: equal maps have equal hashes on any machine.
  public var contentHash: UInt64 { StableHash.of(bytes: LaneGraphCodec.encode(self)) }

  /// A reference to something that is not there; nil if all lead somewhere.
  fileprivate var danglingReference: String? {
    func check(_ references: [Int], _ count: Int, _ what: String) -> String? {
      references.first { $0 < 0 || $0 >= count }.map { "a reference to \(what) \($0) of \(count)" }
    }
    let linked = lanes.flatMap { $0.predecessors + $0.successors }
    let beside = lanes.flatMap { [$0.left, $0.right].compactMap { $0?.lane } }
    let listed = segments.flatMap(\.lanes) + junctions.flatMap(\.lanes) + stopLines.flatMap(\.lanes)
    let ruled = signals.flatMap(\.lanes) + priorities.flatMap { [$0.yielding, $0.priority] }
    var shown: [Int] = []
    var sensed: [Int] = []
    var undetected: String?
    for controller in signalControllers {
      for stage in controller.stages {
        shown += stage.signals + stage.walkSignals
        undetected =
          undetected ?? check(stage.detectors, controller.detectors.count, "detector")
      }
      sensed += controller.detectors.map(\.lane)
    }
    return check(linked + beside + listed + ruled, lanes.count, "lane")
      ?? check(
        lanes.map(\.segment) + segments.flatMap { $0.predecessors + $0.successors },
        segments.count, "segment")
      ?? check(lanes.compactMap(\.junction), junctions.count, "junction")
      ?? check(lanes.compactMap(\.stopLine), stopLines.count, "stop line")
      ?? check(lanes.compactMap(\.signal), signals.count, "signal")
      ?? check(shown, signals.count, "signal") ?? check(sensed, lanes.count, "lane")
      ?? undetected
  }
}

extension ByteWriter {
  fileprivate mutating func append(_ lane: Lane) {
    append(lane.id)
    append(lane.kind.rawValue)
    append(lane.centreline)
    append(lane.leftBound)
    append(lane.rightBound)
    let isOfBounds = lane.polygon == Polygon(lane.leftBound, lane.rightBound)
    append(isOfBounds)
    if !isOfBounds { append(lane.polygon) }
    append(lane.leftMarking.rawValue)
    append(lane.rightMarking.rawValue)
    appendOptional(lane.speedLimit) { $0.append($1) }
    appendIndices(lane.predecessors)
    appendIndices(lane.successors)
    for neighbour in [lane.left, lane.right] {
      appendOptional(neighbour) { writer, neighbour in
        writer.appendCount(neighbour.lane)
        writer.append(neighbour.isSameDirection)
      }
    }
    appendCount(lane.segment)
    appendOptional(lane.junction) { $0.appendCount($1) }
    append(lane.isConnector)
    appendOptional(lane.stopLine) { $0.appendCount($1) }
    appendOptional(lane.signal) { $0.appendCount($1) }
  }

  fileprivate mutating func append(_ segment: RoadSegment) {
    append(segment.id)
    appendIndices(segment.lanes)
    append(segment.isConnector)
    append(segment.polygon)
    appendIndices(segment.predecessors)
    appendIndices(segment.successors)
  }

  fileprivate mutating func append(_ junction: Junction) {
    append(junction.id)
    append(junction.polygon)
    appendIndices(junction.lanes)
  }

  fileprivate mutating func append(_ line: StopLine) {
    append(line.id)
    append(line.rule.rawValue)
    append(line.from)
    append(line.to)
    appendIndices(line.lanes)
  }

  fileprivate mutating func append(_ signal: Signal) {
    append(signal.id)
    appendList(signal.phases) { writer, phase in
      writer.append(phase.colour.rawValue)
      writer.append(phase.microseconds)
    }
    append(signal.offsetMicroseconds)
    appendIndices(signal.lanes)
  }

  private mutating func appendIndices(_ indices: [Int]) {
    appendList(indices) { $0.appendCount($1) }
  }
}

extension ByteReader {
  /// A word of an enumeration.
  fileprivate mutating func word<T: RawRepresentable<String>>() throws(FormatDefect) -> T {
    let text = try text()
    guard let value = T(rawValue: text) else { throw FormatDefect("an unknown word '\(text)'") }
    return value
  }

  fileprivate mutating func lane() throws(FormatDefect) -> Lane {
    let id = try text()
    let kind: LaneKind = try word()
    let centreline = try polyline()
    let left = try polyline()
    let right = try polyline()
    let polygon = try bool() ? Polygon(left, right) : try self.polygon()
    let leftMarking: LaneMarking = try word()
    let rightMarking: LaneMarking = try word()
    let speedLimit = try optional { reader throws(FormatDefect) in try reader.double() }
    let predecessors = try indices()
    let successors = try indices()
    let leftNeighbour = try neighbour()
    let rightNeighbour = try neighbour()
    let segment = try count()
    let junction = try optionalIndex()
    let isConnector = try bool()
    let stopLine = try optionalIndex()
    return Lane(
      id: id, index: 0, kind: kind,
      lines: LaneLines(
        centreline: centreline, left: left, right: right,
        polygon: polygon), leftMarking: leftMarking, rightMarking: rightMarking,
      speedLimit: speedLimit, predecessors: predecessors, successors: successors,
      left: leftNeighbour, right: rightNeighbour, segment: segment, junction: junction,
      isConnector: isConnector, stopLine: stopLine, signal: try optionalIndex())
  }

  private mutating func neighbour() throws(FormatDefect) -> LaneNeighbour? {
    try optional { reader throws(FormatDefect) in
      let lane = try reader.count()
      return LaneNeighbour(lane: lane, isSameDirection: try reader.bool())
    }
  }

  fileprivate mutating func segment() throws(FormatDefect) -> RoadSegment {
    let id = try text()
    let lanes = try indices()
    let isConnector = try bool()
    let polygon = try polygon()
    let predecessors = try indices()
    return RoadSegment(
      id: id, lanes: lanes, isConnector: isConnector, polygon: polygon,
      predecessors: predecessors, successors: try indices())
  }

  fileprivate mutating func junction() throws(FormatDefect) -> Junction {
    let id = try text()
    let polygon = try polygon()
    return Junction(id: id, polygon: polygon, lanes: try indices())
  }

  fileprivate mutating func stopLine() throws(FormatDefect) -> StopLine {
    let id = try text()
    let rule: StopLine.Rule = try word()
    let from = try vector2()
    let to = try vector2()
    guard from.isFinite, to.isFinite else { throw FormatDefect("a stop line that is not finite") }
    return StopLine(id: id, rule: rule, from: from, to: to, lanes: try indices())
  }

  fileprivate mutating func signal() throws(FormatDefect) -> Signal {
    let id = try text()
    let phases = try list { reader throws(FormatDefect) -> Signal.Phase in
      let value = try reader.byte()
      guard let colour = SignalColour(rawValue: value) else {
        throw FormatDefect("a signal of unknown colour \(value)")
      }
      let duration = try reader.int64()
      guard (1...Signal.longestMicroseconds).contains(duration) else {
        throw FormatDefect("a signal's phase of \(duration) microseconds")
      }
      return Signal.Phase(colour, microseconds: duration)
    }
    guard phases.count <= Signal.mostPhases else {
      throw FormatDefect("a signal of \(phases.count) phases")
    }
    let offset = try int64()
    guard offset.magnitude <= UInt64(Signal.longestMicroseconds) else {
      throw FormatDefect("a signal's offset of \(offset) microseconds")
    }
    return Signal(id: id, phases: phases, offsetMicroseconds: offset, lanes: try indices())
  }

  private mutating func indices() throws(FormatDefect) -> [Int] {
    try list { reader throws(FormatDefect) in try reader.count() }
  }

  private mutating func optionalIndex() throws(FormatDefect) -> Int? {
    try optional { reader throws(FormatDefect) in try reader.count() }
  }
}

extension Polygon {
  /// The strip between a lane's bounds.
  fileprivate init(_ left: Polyline, _ right: Polyline) {
    self.init(left.vertices + right.vertices.reversed())
  }
}
