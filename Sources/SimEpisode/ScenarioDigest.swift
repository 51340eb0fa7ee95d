import SimCore
import SimGeometry
import SimMap
public import SimScenario
import SimStack
import SimWorld

extension Scenario {
  /// A hash of all that an episode of this scenario follows from: map, agents with their modules
  /// and parameters, recordings, seed, duration, ends, goals, and what is expected of it. Names,
  /// tags and notes do not count: equal scenarios under two names have the same hash.
  public var contentHash: UInt64 {
    var writer = ByteWriter()
    writer.appendBlock(LaneGraphCodec.encode(map))
    writer.append(clock.stepMicroseconds)
    writer.appendCount(ticks)
    writer.append(seed)
    // Nothing without flows, as it was before there were any.
    if warmUpTicks > 0 { writer.appendCount(warmUpTicks) }
    for control in signalControls ?? [] {
      for count in [control.stage, control.next, control.elapsed, control.gap, control.called] {
        writer.appendVariable(Int64(count))
      }
      writer.append(control.interval.rawValue)
    }
    writer.appendList(egos) { $0.append($1) }
    writer.appendList(agents) { $0.append($1) }
    writer.appendList(paths) { $0.append($1) }
    // Nothing where nobody changes lanes, as it was before anybody could.
    for way in ways { writer.append(way) }
    if !events.isEmpty { writer.append(events) }
    writer.appendList(endOn) { $0.append($1.rawValue) }
    writer.appendList(expectations) { $0.append($1) }
    writer.appendOptional(profile) { $0.append($1) }
    return StableHash.of(bytes: writer.bytes)
  }
}

extension ByteWriter {
  fileprivate mutating func append(_ ego: EgoPlan) {
    append(ego.id)
    appendList(ego.goals) { $0.append($1) }
    appendOptional(ego.expert) { writer, states in
      writer.appendCount(states.count)
      writer.appendStates(states)
    }
  }

  private mutating func append(_ goal: Goal) {
    appendOptional(goal.regions) { $0.appendList($1) { $0.append($1) } }
    appendOptional(goal.ticks) { writer, ticks in
      writer.appendVariable(Int64(ticks.lowerBound))
      writer.appendVariable(Int64(ticks.upperBound))
    }
    appendOptional(goal.speed) { writer, speed in
      writer.append(speed.lowerBound)
      writer.append(speed.upperBound)
    }
    appendOptional(goal.heading) { writer, heading in
      writer.append(heading.lower)
      writer.append(heading.width)
    }
  }

  private mutating func append(_ region: Goal.Region) {
    switch region {
    case .polygon(let polygon):
      append(UInt8(0))
      append(polygon)
    case .circle(let centre, let radius):
      append(UInt8(1))
      append(centre)
      append(radius)
    case .lanes(let lanes):
      append(UInt8(2))
      appendList(lanes) { $0.appendCount($1) }
    case .lanePosition(let lane, let arcLength):
      append(UInt8(3))
      appendCount(lane)
      append(arcLength)
    }
  }

  fileprivate mutating func append(_ agent: AgentPlan) {
    append(agent.spec)
    switch agent.driver {
    case .none: append(UInt8(0))
    case .policy(let choice):
      append(UInt8(1))
      append(choice)
    case .stack(let stack):
      append(UInt8(2))
      append(stack)
    }
    appendOptional(agent.route) { $0.append($1) }
    if let family = agent.family { appendCount(family) }
    if let arrival = agent.arrival { appendVariable(Int64(arrival)) }
    appendOptional(agent.recording) { $0.append($1) }
    appendOptional(agent.initialState) { $0.appendStates([$1]) }
  }

  private mutating func append(_ stack: DrivingStack) {
    for kind in ModuleKind.allCases {
      appendOptional(stack.modules[kind]) { $0.append($1) }
      appendCount(stack.every[kind] ?? 1)
    }
    appendCount(stack.planLatencyTicks)
  }

  fileprivate mutating func append(_ way: TrafficWay) {
    append(way.route)
    appendCount(way.path)
    appendCount(way.family)
    append(way.endsShort)
  }

  private mutating func append(_ spec: AgentSpec) {
    append(spec.id)
    append(spec.agentClass.rawValue)
    append(spec.length)
    append(spec.width)
    append(spec.motion.rawValue)
    append(spec.isPresent)
    append(spec.centre)
    append(spec.speed)
    append(spec.acceleration)
    appendOptional(spec.path) { $0.appendCount($1) }
    append(spec.arcLength)
    append(spec.lateralOffset)
    appendOptional(spec.vehicle) { $0.append($1) }
  }

  private mutating func append(_ track: RecordedTrack) {
    appendCount(track.ticks)
    appendRuns(track.present)
    appendColumn(track.x)
    appendColumn(track.y)
    appendColumn(track.heading)
    appendColumn(track.speed)
    appendColumn(track.acceleration)
  }
}
