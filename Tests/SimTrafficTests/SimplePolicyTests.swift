import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

@Suite struct SimplePolicyTests {
  static func walker(_ id: String, s: Double = 0, speed: Double) -> AgentSpec {
    AgentSpec(
      id: id, agentClass: .pedestrian, length: 0.5, width: 0.6, motion: .path, speed: speed,
      path: 0, arcLength: s)
  }

  /// Present at ticks 1, 2 and 4 only.
  @Test func replayFollowsItsRecordingWithGaps() throws {
    let track = RecordedTrack(
      present: [0, 1, 1, 0, 1], x: [0, 10, 11, 0, 13], y: [0, 1, 2, 0, 4],
      heading: [0, 0.1, 0.2, 0, 0.4], speed: [0, 5, 6, 0, 8], acceleration: [0, 1, 2, 0, 4])
    let spec = AgentSpec(
      id: "a", agentClass: .car, length: 4.8, width: 1.9, motion: .placed, isPresent: false)
    var run = try TrafficRun(emptyMap, [.init(spec: spec, policy: "replay", recording: track)])
    var seen: [[Double]] = []
    try run.run(seconds: 0.6) { world in
      let a = world.agents
      seen.append([
        Double(a.present[0]), a.x[0], a.y[0], a.heading[0], a.speed[0], a.acceleration[0],
      ])
    }
    let gone = [0.0, 0, 0, 0, 0, 0]
    #expect(
      seen == [
        [1, 10, 1, 0.1, 5, 1], [1, 11, 2, 0.2, 6, 2], gone, [1, 13, 4, 0.4, 8, 4], gone, gone,
      ])
  }

  @Test func replayNeedsARecording() {
    let spec = AgentSpec(id: "a", agentClass: .car, length: 4.8, width: 1.9, motion: .placed)
    #expect(throws: StageFailure.self) {
      try TrafficRun(emptyMap, [.init(spec: spec, policy: "replay")])
    }
  }

  @Test func walkerKeepsItsSpeedAndLeaves() throws {
    var run = try TrafficRun(
      emptyMap, [.init(spec: Self.walker("w", speed: 1.4), policy: "constant_speed")],
      paths: [line([(0, 0), (2, 0)])])
    try run.run(seconds: 1)
    #expect(abs(run.world.agents.x[0] - 1.4) < 1e-12)
    try run.run(seconds: 0.5)
    #expect(run.world.agents.present == [0])
  }

  /// Stands for 1 s, then 2 m/s^2 to 1.5 m/s in 0.75 s.
  @Test func walkerStartsLate() throws {
    var run = try TrafficRun(
      emptyMap,
      [
        .init(
          spec: Self.walker("w", speed: 0), policy: "constant_speed",
          parameters: ["speed": .number(1.5), "start_delay": .number(1)])
      ],
      paths: [line([(0, 0), (20, 0)])])
    try run.run(seconds: 1)
    #expect(run.world.agents.x == [0])
    try run.run(seconds: 1)
    #expect(abs(run.world.agents.speed[0] - 1.5) < 1e-12)
    // 7 ticks at 2 m/s^2 to 1.4 m/s (0.49 m), one to 1.5 (0.145 m), two at 1.5 (0.3 m).
    #expect(abs(run.world.agents.x[0] - 0.935) < 1e-12)
  }

  @Test(arguments: ["leave", "stop"]) func comesToRestWhereTold(_ end: String) throws {
    let spec = AgentSpec(
      id: "c", agentClass: .car, length: 4.8, width: 1.9, motion: .path, speed: 12, path: 0)
    var run = try TrafficRun(
      emptyMap,
      [
        .init(
          spec: spec, policy: "constant_speed",
          parameters: end == "stop"
            ? ["at_end": .text("stop")] : ["stop_at": .number(49.99), "accel": .number(3)])
      ],
      paths: [line([(0, 0), (50, 0)])])
    var hardest = 0.0
    try run.run(seconds: 30) { hardest = min(hardest, $0.agents.acceleration[0]) }
    #expect(run.world.agents.present == [1])
    #expect(run.world.agents.speed[0] < 1e-6)
    #expect(abs(run.world.agents.x[0] - 49.99) < 1e-3)
    #expect(hardest >= (end == "stop" ? -2 : -3) - 1e-9)
    #expect(hardest < -1.9)
  }
}
