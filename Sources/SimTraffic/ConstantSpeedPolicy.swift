import SimCore
public import SimStack
public import SimWorld

/// Runs along a path at a constant speed, blind to everybody else: walkers, cyclists and scripted
/// cars.
///
/// It may wait before it starts, and stop for good at a place. At the end of its path it stops, or
/// leaves the world.
public struct ConstantSpeedPolicy: TrafficPolicy {
  static let schema = ModuleSchema(
    "constant_speed",
    "Along its path at constant speed, blind to everybody else; for walkers and scripted cars.",
    parameters: [
      ParameterSchema(
        "speed", .number(default: -1, in: -1...100, dimension: .speed),
        "Speed to keep; below 0: the speed at the start."),
      ParameterSchema(
        "start_delay", .number(default: 0, in: 0...100_000, dimension: .time),
        "It stands this long before it starts."),
      ParameterSchema(
        "stop_at", .number(default: -1, in: -1...1e6, dimension: .length),
        "Arc length of its path at which its centre comes to rest; below 0: nowhere."),
      ParameterSchema(
        "accel", .number(default: 2, in: 0.01...20, dimension: .acceleration),
        "Acceleration and braking towards its speed, as far as its class allows."),
      ParameterSchema(
        "at_end", .choice(default: "leave", among: ["leave", "stop"]),
        "What it does at the end of its path."),
    ])

  private struct Walker {
    var row: Int
    /// m/s; nil: as when it is first seen.
    var speed: Double?
    var startTick: Int
    var acceleration: Double
    /// Arc length, metres; nil: nowhere.
    var stop: Double?
    var stopsAtEnd: Bool
    /// The path on which it stops.
    var path: Int32 = -1
  }

  private var walkers: [Walker]
  /// What depends on the world at its first tick has been filled in.
  private var isPrepared = false

  init(_ setup: TrafficSetup) {
    walkers = setup.agents.map { agent in
      let values = agent.parameters
      let speed = values.number("speed")
      let stop = values.number("stop_at")
      return Walker(
        row: agent.row, speed: speed < 0 ? nil : speed,
        startTick: setup.clock.ticks(values.number("start_delay")),
        acceleration: values.number("accel"), stop: stop < 0 ? nil : stop,
        stopsAtEnd: values.text("at_end") == "stop")
    }
  }

  /// Writes the accelerations that lead to its agents' speeds and stops, m/s^2.
  ///
  /// - Throws: a row is none of the policy's.
  public mutating func decide(
    _ agents: [Int], _ view: WorldView, into commands: inout CommandBuffer, in context: TickContext
  ) throws(StageFailure) {
    if !isPrepared { prepare(view) }
    var index = 0
    for row in agents {
      while index < walkers.count && walkers[index].row < row { index += 1 }
      guard index < walkers.count, walkers[index].row == row else {
        throw StageFailure(.decide, "constant_speed: row \(row) is none of the policy's")
      }
      guard view.agents.present[row] != 0 else { continue }
      if walkers[index].speed == nil { walkers[index].speed = max(view.agents.speed[row], 0) }
      commands.acceleration[row] = acceleration(walkers[index], view)
    }
  }

  private mutating func prepare(_ view: WorldView) {
    for i in walkers.indices {
      let row = walkers[i].row
      let limits = view.agents.classes[row].limits
      walkers[i].acceleration = min(walkers[i].acceleration, limits.maxDeceleration)
      walkers[i].path = view.agents.path[row]
      let path = Int(walkers[i].path)
      if walkers[i].stopsAtEnd, view.pathTable.lines.indices.contains(path) {
        // A hair before the end, where it would leave the world.
        let end = view.pathTable.lines[path].length - 0.01
        walkers[i].stop = min(walkers[i].stop ?? end, end)
      }
    }
    isPrepared = true
  }

  private func acceleration(_ walker: Walker, _ view: WorldView) -> Double {
    let dt = view.clock.step
    let speed = view.agents.speed[walker.row]
    let wanted = view.tick < walker.startTick ? 0 : walker.speed ?? 0
    let change = (wanted - speed) / dt
    var result = min(max(change, -walker.acceleration), walker.acceleration)
    if let stop = walker.stop, view.agents.path[walker.row] == walker.path {
      let left = stop - view.agents.arcLength[walker.row]
      // Brake as late as will do: not yet if braking may start a tick later.
      let next = max(speed + result * dt, 0)
      let leftNext = left - 0.5 * (speed + next) * dt
      if leftNext <= 0 || next * next > 2 * walker.acceleration * leftNext {
        result = left > 0 ? -speed * speed / (2 * left) : -speed / dt
      }
    }
    return result
  }
}
