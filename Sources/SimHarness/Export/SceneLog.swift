import SimCore
import SimEpisode
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// An episode as a log that Foxglove draws: messages of its published types `SceneUpdate`,
/// `FrameTransform` and `Log`, and one of our own with what is to be plotted.
///
///     /map     lines of the road and its stop lines, once
///     /agents  boxes and names of all agents and the lights of signals, each tick
///     /plan    each ego's plan, each tick in which there is one: the way of its rear axle in frame
///              `map`; deleted in the tick in which there is none any more
///     /tf      frame `ego` (the first ego's rear axle) in frame `map`, each tick
///     /ego     state and command of the first ego, each tick
///     /events  what happened
struct SceneLog {
  private let record: EpisodeRecord
  private var log: MCAPWriter

  static func bytes(_ recording: Recording) -> [UInt8] {
    var log = SceneLog(recording)
    log.write()
    return log.log.finish()
  }

  private init(_ recording: Recording) {
    record = recording.episode.record
    log = MCAPWriter(library: "simrun \(recording.origin.program)")
  }

  private mutating func write() {
    func add(_ topic: String, _ type: SceneSchema.Kind) -> Int {
      log.addChannel(topic, schema: type.rawValue, definition: SceneSchema.text(type))
    }
    let map = add("/map", .sceneUpdate)
    let agents = add("/agents", .sceneUpdate)
    let plan = add("/plan", .sceneUpdate)
    let frames = add("/tf", .frameTransform)
    let ego = add("/ego", .egoState)
    let events = add("/events", .log)
    var event = 0
    for tick in 0..<record.ticks {
      let time = UInt64(record.microseconds(tick)) * 1000
      if tick == 0 { send(update([mapEntity()], at: tick), to: map, time) }
      send(update(agentEntities(tick), gone: gone(tick), at: tick), to: agents, time)
      let plans = record.egos.indices.compactMap { planEntity($0, tick) }
      let ended = endedPlans(tick)
      if !plans.isEmpty || !ended.isEmpty {
        send(update(plans, gone: ended, at: tick), to: plan, time)
      }
      if !record.egos.isEmpty {
        send(frame(tick), to: frames, time)
        send(egoState(tick), to: ego, time)
      }
      while event < record.events.count, record.events[event].tick <= tick {
        send(message(record.events[event], tick), to: events, time)
        event += 1
      }
    }
  }

  private mutating func send(_ message: JSONText.Value, to channel: Int, _ time: UInt64) {
    log.add(JSONText.text(message), to: channel, time: time)
  }

  // MARK: - Parts of messages

  private func stamp(_ tick: Int) -> JSONText.Value {
    let microseconds = record.microseconds(tick)
    return .object([
      ("sec", .integer(Int(microseconds / 1_000_000))),
      ("nsec", .integer(Int(microseconds % 1_000_000) * 1000)),
    ])
  }

  private func vector(_ x: Double, _ y: Double, _ z: Double) -> JSONText.Value {
    .object([("x", .number(x)), ("y", .number(y)), ("z", .number(z))])
  }

  private func rotation(_ heading: Double) -> JSONText.Value {
    .object([
      ("x", .number(0)), ("y", .number(0)), ("z", .number(ExactMath.sin(heading / 2))),
      ("w", .number(ExactMath.cos(heading / 2))),
    ])
  }

  private func pose(_ x: Double, _ y: Double, _ z: Double, heading: Double) -> JSONText.Value {
    .object([("position", vector(x, y, z)), ("orientation", rotation(heading))])
  }

  private struct Tint {
    var red, green, blue: Double
    var alpha = 1.0
  }

  private func colour(_ tint: Tint) -> JSONText.Value {
    .object([
      ("r", .number(tint.red)), ("g", .number(tint.green)), ("b", .number(tint.blue)),
      ("a", .number(tint.alpha)),
    ])
  }

  /// A scene entity with every list that the type has.
  private func entity(
    _ id: String, at tick: Int, cubes: [JSONText.Value] = [], lines: [JSONText.Value] = [],
    texts: [JSONText.Value] = [], metadata: [(String, String)] = []
  ) -> JSONText.Value {
    .object([
      ("timestamp", stamp(tick)), ("frame_id", .text("map")), ("id", .text(id)),
      ("lifetime", .object([("sec", .integer(0)), ("nsec", .integer(0))])),
      ("frame_locked", .flag(true)),
      (
        "metadata",
        .array(metadata.map { .object([("key", .text($0.0)), ("value", .text($0.1))]) })
      ),
      ("arrows", .array([])), ("cubes", .array(cubes)), ("spheres", .array([])),
      ("cylinders", .array([])), ("lines", .array(lines)), ("triangles", .array([])),
      ("texts", .array(texts)), ("models", .array([])),
    ])
  }

  private func update(
    _ entities: [JSONText.Value], gone: [String] = [], at tick: Int
  ) -> JSONText.Value {
    .object([
      (
        "deletions",
        .array(
          gone.map {
            .object([("timestamp", stamp(tick)), ("type", .integer(0)), ("id", .text($0))])
          })
      ),
      ("entities", .array(entities)),
    ])
  }

  /// A line through points; type 0 is a strip, 2 a list of pairs.
  private func line(
    _ points: [Vector2], type: Int = 0, z: Double, width: Double, _ tint: Tint
  ) -> JSONText.Value {
    .object([
      ("type", .integer(type)), ("pose", pose(0, 0, 0, heading: 0)),
      ("thickness", .number(width)), ("scale_invariant", .flag(false)),
      ("points", .array(points.map { vector($0.x, $0.y, z) })), ("color", colour(tint)),
      ("colors", .array([])), ("indices", .array([])),
    ])
  }

  // MARK: - Messages

  private func mapEntity() -> JSONText.Value {
    var pairs: [Vector2] = []
    for lane in record.header.map.lanes where !lane.isConnector {
      for bound in [lane.leftBound, lane.rightBound] {
        let points = ReportShapes.thinned(bound.vertices)
        for (a, b) in zip(points, points.dropFirst()) { pairs += [a, b] }
      }
    }
    let stops = record.header.map.stopLines.flatMap { [$0.from, $0.to] }
    return entity(
      "map", at: 0,
      lines: [
        line(pairs, type: 2, z: 0, width: 0.12, Tint(red: 0.6, green: 0.6, blue: 0.6)),
        line(stops, type: 2, z: 0.01, width: 0.35, Tint(red: 0.9, green: 0.9, blue: 0.9)),
      ])
  }

  private func isThere(_ tick: Int, _ row: Int) -> Bool {
    record.history.present[record.history.slot(tick, row)] != 0
  }

  private func agentEntities(_ tick: Int) -> [JSONText.Value] {
    let (header, history) = (record.header, record.history)
    let egos = Set(header.egos.map(\.agent))
    var entities: [JSONText.Value] = []
    for row in 0..<history.agents where isThere(tick, row) {
      let slot = history.slot(tick, row)
      let (x, y, heading) = (history.x[slot], history.y[slot], history.heading[slot])
      let height = SceneLog.height(header.classes[row])
      let cube = JSONText.Value.object([
        ("pose", pose(x, y, height / 2, heading: heading)),
        ("size", vector(header.lengths[row], header.widths[row], height)),
        ("color", colour(SceneLog.tint(header.classes[row], isEgo: egos.contains(row)))),
      ])
      let name = JSONText.Value.object([
        ("pose", pose(x, y, height + 0.7, heading: 0)), ("billboard", .flag(true)),
        ("font_size", .number(0.9)), ("scale_invariant", .flag(false)),
        ("color", colour(Tint(red: 1, green: 1, blue: 1))), ("text", .text(header.ids[row])),
      ])
      entities.append(
        entity(
          header.ids[row], at: tick, cubes: [cube], texts: [name],
          metadata: [
            ("class", header.classes[row].name), ("speed", history.speed[slot].fixed(2)),
          ]))
    }
    for (index, signal) in header.map.signals.enumerated() {
      guard let place = ReportShapes.place(of: index, in: header.map) else { continue }
      let shown = record.signals[tick * header.map.signals.count + index]
      entities.append(
        entity(
          "signal \(signal.id)", at: tick,
          lines: [line([place.0, place.1], z: 0.05, width: 0.6, SceneLog.tint(shown))]))
    }
    return entities
  }

  /// Those who were there in the tick before and are no more.
  private func gone(_ tick: Int) -> [String] {
    guard tick > 0 else { return [] }
    return (0..<record.history.agents).filter { isThere(tick - 1, $0) && !isThere(tick, $0) }
      .map { record.header.ids[$0] }
  }

  private static func height(_ agentClass: AgentClass) -> Double {
    switch agentClass {
    case .car: 1.5
    case .truck, .bus: 3.2
    case .motorcycle, .bicycle, .pedestrian: 1.7
    case .trafficCone: 0.75
    case .barrier, .constructionSign, .genericObject: 1
    }
  }

  /// Hues that people with any common colour blindness can tell apart (Okabe and Ito 2008).
  private static func tint(_ agentClass: AgentClass, isEgo: Bool) -> Tint {
    if isEgo { return Tint(red: 0, green: 0.447, blue: 0.698) }
    return switch agentClass {
    case .car: Tint(red: 0.902, green: 0.624, blue: 0)
    case .truck, .bus: Tint(red: 0.835, green: 0.369, blue: 0)
    case .motorcycle, .bicycle: Tint(red: 0, green: 0.62, blue: 0.451)
    case .pedestrian: Tint(red: 0.8, green: 0.475, blue: 0.655)
    case .trafficCone, .barrier, .constructionSign, .genericObject:
      Tint(red: 0.337, green: 0.706, blue: 0.914)
    }
  }

  private static func tint(_ signal: SignalColour) -> Tint {
    switch signal {
    case .red, .redYellow: Tint(red: 0.835, green: 0.369, blue: 0)
    case .yellow: Tint(red: 0.941, green: 0.894, blue: 0.259)
    case .green: Tint(red: 0, green: 0.62, blue: 0.451)
    case .unknown, .inactive: Tint(red: 0.77, green: 0.79, blue: 0.81)
    }
  }

  private func planID(_ ego: Int) -> String {
    "plan of \(record.header.ids[record.header.egos[ego].agent])"
  }

  /// Plans that were there in the tick before and are no more.
  private func endedPlans(_ tick: Int) -> [String] {
    guard tick > 0 else { return [] }
    return record.egos.indices.filter {
      record.egos[$0][tick - 1].plan != nil && record.egos[$0][tick].plan == nil
    }.map(planID)
  }

  private func planEntity(_ ego: Int, _ tick: Int) -> JSONText.Value? {
    guard let plan = record.egos[ego][tick].plan else { return nil }
    return entity(
      planID(ego), at: tick,
      lines: [
        line(
          plan.points.map(\.pose.position), z: 0.1, width: 0.4,
          Tint(red: 0.48, green: 0.06, blue: 0.32, alpha: 0.9))
      ])
  }

  private func frame(_ tick: Int) -> JSONText.Value {
    let pose = record.egos[0][tick].state.pose
    return .object([
      ("timestamp", stamp(tick)), ("parent_frame_id", .text("map")),
      ("child_frame_id", .text("ego")), ("translation", vector(pose.x, pose.y, 0)),
      ("rotation", rotation(pose.heading)),
    ])
  }

  private func egoState(_ tick: Int) -> JSONText.Value {
    let state = record.egos[0][tick].state
    let slot = record.history.slot(tick, record.header.egos[0].agent)
    return .object([
      ("timestamp", stamp(tick)), ("speed", .number(state.velocity.x)),
      ("acceleration", .number(state.acceleration.x)),
      ("lateral_acceleration", .number(state.acceleration.y)),
      ("steering", .number(state.steering)), ("yaw_rate", .number(state.yawRate)),
      ("asked_acceleration", .number(record.history.commandAcceleration[slot])),
      ("asked_steering_rate", .number(record.history.commandSteeringRate[slot])),
      ("did_plan", .flag(record.egos[0][tick].didPlan)),
    ])
  }

  private func message(_ event: EpisodeEvent, _ tick: Int) -> JSONText.Value {
    let other = event.agent.map { " with \(record.header.ids[$0])" } ?? ""
    return .object([
      // Level 3 of 5 is a warning.
      ("timestamp", stamp(tick)), ("level", .integer(3)),
      ("message", .text("\(event.kind)\(other) (\(event.value.fixed(3)))")),
      ("name", .text(record.header.scenario)), ("file", .text("")), ("line", .integer(0)),
    ])
  }
}
