import SimCore
import SimGeometry
import SimMap
import SimScenario

// Events in the hash of a scenario: all of them but their ids and texts, which only name.
extension ByteWriter {
  /// Appends all that an episode follows from in its events.
  mutating func append(_ plan: EventPlan) {
    appendList(plan.events) { $0.append($1) }
    appendList(plan.order) { $0.appendCount($1) }
    appendList(plan.lanes) { writer, lane in
      writer.appendCount(lane.path)
      writer.append(lane.start)
      writer.append(lane.end)
      writer.appendOptional(lane.left) { $0.appendCount($1) }
      writer.appendOptional(lane.right) { $0.appendCount($1) }
    }
  }

  private mutating func append(_ event: ScriptedEvent) {
    append(event.trigger)
    append(event.edge.rawValue)
    appendCount(event.delay)
    appendCount(event.times)
    appendList(event.steps) { $0.appendList($1) { $0.append($1) } }
  }

  private mutating func append(_ trigger: EventTrigger) {
    switch trigger {
    case .all(let parts):
      append(UInt8(0))
      appendList(parts) { $0.append($1) }
    case .any(let parts):
      append(UInt8(1))
      appendList(parts) { $0.append($1) }
    case .condition(let condition):
      append(UInt8(2))
      append(condition)
    }
  }

  private mutating func append(_ condition: EventCondition) {
    switch condition {
    case .time(let tick):
      append(UInt8(0))
      appendCount(tick)
    case .onLane(let agent, let lane, let arcLength):
      append(UInt8(1))
      appendCount(agent)
      appendCount(lane)
      append(arcLength)
    case .near(let agent, let point, let radius):
      append(UInt8(2))
      appendCount(agent)
      append(point)
      append(radius)
    case .distance(let from, let to, let bound): append(3, from, to, bound)
    case .timeGap(let from, let to, let bound): append(4, from, to, bound)
    case .timeToCollision(let from, let to, let bound): append(5, from, to, bound)
    case .speed(let agent, let bound): append(6, agent, agent, bound)
    case .stands(let agent, let ticks, let slot):
      append(UInt8(7))
      for number in [agent, ticks, slot] { appendCount(number) }
    case .signal(let signal, let colours):
      append(UInt8(8))
      appendCount(signal)
      appendList(colours) { $0.append($1.rawValue) }
    case .after(let event):
      append(UInt8(9))
      appendCount(event)
    case .ended(let event):
      append(UInt8(10))
      appendCount(event)
    }
  }

  private mutating func append(_ kind: UInt8, _ from: Int, _ to: Int, _ bound: EventBound) {
    append(kind)
    appendCount(from)
    appendCount(to)
    appendOptional(bound.below) { $0.append($1) }
    appendOptional(bound.above) { $0.append($1) }
  }

  private mutating func append(_ action: ScriptedAction) {
    appendOptional(action.agent) { $0.appendCount($1) }
    appendCount(action.after)
    appendOptional(action.lasts) { $0.appendCount($1) }
    // Two words may stand for one verb: doors appear, too.
    append(action.word)
    switch action.verb {
    case .speed(let script): append(script)
    case .brake(let deceleration): append(deceleration)
    case .stop(let deceleration, let ticks):
      append(deceleration)
      appendCount(ticks)
    case .stopFor(let row, let deceleration):
      appendCount(row)
      append(deceleration)
    case .changeLane(let toLeft, let ticks):
      append(toLeft)
      appendCount(ticks)
    case .offset(let offset, let ticks):
      append(offset)
      appendCount(ticks)
    case .follow(let path, let speed, let stops):
      appendCount(path)
      appendOptional(speed) { $0.append($1) }
      append(stops)
    case .cutIn(let row, let gap, let ticks):
      appendCount(row)
      append(gap)
      appendCount(ticks)
    case .changePolicy(let choice, let instance):
      append(choice)
      appendCount(instance)
    case .show(let signal, let colour):
      appendCount(signal)
      append(colour.rawValue)
    case .runRed, .appear, .disappear: break
    }
  }

  private mutating func append(_ script: SpeedScript) {
    switch script {
    case .towards(let speed, let rate):
      append(UInt8(0))
      append(speed)
      append(rate)
    case .within(let speed, let ticks):
      append(UInt8(1))
      append(speed)
      appendCount(ticks)
    case .profile(let points):
      append(UInt8(2))
      appendList(points) { writer, point in
        writer.append(point.time)
        writer.append(point.speed)
      }
    }
  }
}
