import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld

// How the fixed parts of an episode are stored: egos with routes, modules and references;
// expectations.

extension ByteWriter {
  mutating func append(_ ego: EpisodeHeader.Ego) {
    appendCount(ego.agent)
    append(ego.vehicle)
    append(ego.route)
    append(ego.referenceKind.rawValue)
    let modules = ModuleKind.allCases.compactMap { kind in ego.modules[kind].map { (kind, $0) } }
    appendList(modules) { writer, module in
      writer.append(module.0.rawValue)
      writer.append(module.1)
    }
    appendOptional(ego.reference) { writer, states in
      writer.appendCount(states.count)
      writer.appendStates(states)
    }
  }

  mutating func append(_ vehicle: VehicleParameters) {
    append(vehicle.length)
    append(vehicle.width)
    append(vehicle.rearAxleToCentre)
    append(vehicle.wheelbase)
    append(vehicle.maxSteering)
  }

  mutating func append(_ route: Route) {
    appendList(route.lanes) { $0.appendCount($1) }
    appendList(route.segments) { $0.appendCount($1) }
    append(route.centreline)
    appendList(route.laneStarts) { $0.append($1) }
    append(route.startArcLength)
    appendOptional(route.goalArcLength) { $0.append($1) }
    append(route.isClosed)
  }

  mutating func append(_ choice: ModuleChoice) {
    append(choice.name)
    appendList(choice.parameters.entries) { writer, entry in
      writer.append(entry.name)
      switch entry.value {
      case .number(let value):
        writer.append(UInt8(0))
        writer.append(value)
      case .integer(let value):
        writer.append(UInt8(1))
        writer.appendVariable(Int64(value))
      case .flag(let value):
        writer.append(UInt8(2))
        writer.append(value)
      case .text(let value):
        writer.append(UInt8(3))
        writer.append(value)
      }
    }
  }

  mutating func append(_ expectation: Expectation) {
    append(expectation.key)
    appendOptional(expectation.minimum) { $0.append($1) }
    appendOptional(expectation.maximum) { $0.append($1) }
    appendOptional(expectation.word) { $0.append($1) }
    append(expectation.location.file)
    appendCount(expectation.location.line)
    appendCount(expectation.location.column)
  }
}

extension ByteReader {
  mutating func ego(agents: Int, map: LaneGraph) throws(FormatDefect) -> EpisodeHeader.Ego {
    let agent = try index(below: agents)
    let vehicle = try vehicle()
    let route = try route(on: map)
    guard let kind = ProgressReference(rawValue: try text()) else {
      throw FormatDefect("an unknown kind of progress reference")
    }
    var modules: [ModuleKind: ModuleChoice] = [:]
    for _ in 0..<(try count(atMost: ModuleKind.allCases.count)) {
      guard let kind = ModuleKind(rawValue: try text()) else {
        throw FormatDefect("an unknown kind of module")
      }
      modules[kind] = try moduleChoice()
    }
    var reference: [EgoState]?
    if try bool() {
      reference = try states(try count(atMost: Recording.Limit.ticks))
    }
    return EpisodeHeader.Ego(
      agent: agent, vehicle: vehicle, route: route, reference: reference, referenceKind: kind,
      modules: modules)
  }

  /// An index into something of `count` elements.
  mutating func index(below count: Int) throws(FormatDefect) -> Int {
    let value = try self.count()
    guard value < count else { throw FormatDefect("an index of \(value) into \(count) entries") }
    return value
  }

  private mutating func vehicle() throws(FormatDefect) -> VehicleParameters {
    let length = try double()
    let width = try double()
    let rearAxleToCentre = try double()
    let wheelbase = try double()
    return VehicleParameters(
      length: length, width: width, rearAxleToCentre: rearAxleToCentre, wheelbase: wheelbase,
      maxSteering: try double())
  }

  private mutating func route(on map: LaneGraph) throws(FormatDefect) -> Route {
    let lanes = try list { reader throws(FormatDefect) in
      try reader.index(below: map.lanes.count)
    }
    let segments = try list { reader throws(FormatDefect) in
      try reader.index(below: map.segments.count)
    }
    let centreline = try polyline()
    let laneStarts = try list { reader throws(FormatDefect) in try reader.double() }
    guard laneStarts.count == lanes.count else {
      throw FormatDefect("a route whose lanes and their starts differ in number")
    }
    let start = try double()
    let goal = try optional { reader throws(FormatDefect) in try reader.double() }
    return Route(
      lanes: lanes, segments: segments, centreline: centreline, laneStarts: laneStarts,
      startArcLength: start, goalArcLength: goal, isClosed: try bool())
  }

  private mutating func moduleChoice() throws(FormatDefect) -> ModuleChoice {
    let name = try text()
    let entries = try list {
      reader throws(FormatDefect) -> (name: String, value: ParameterValues.Value) in
      let name = try reader.text()
      switch try reader.byte() {
      case 0: return (name, .number(try reader.double()))
      case 1: return (name, .integer(Int(try reader.signedVariable())))
      case 2: return (name, .flag(try reader.bool()))
      case 3: return (name, .text(try reader.text()))
      case let other: throw FormatDefect("a parameter of unknown kind \(other)")
      }
    }
    return ModuleChoice(name: name, parameters: ParameterValues(entries: entries))
  }

  mutating func expectation() throws(FormatDefect) -> Expectation {
    let key = try text()
    let minimum = try optional { reader throws(FormatDefect) in try reader.double() }
    let maximum = try optional { reader throws(FormatDefect) in try reader.double() }
    let word = try optional { reader throws(FormatDefect) in try reader.text() }
    let file = try text()
    let line = try count()
    return Expectation(
      key: key, minimum: minimum, maximum: maximum, word: word,
      location: SourceLocation(file: file, line: line, column: try count()))
  }
}
