import SimCore
import SimGeometry
import SimMap
import SimStack
import SimViewer
import SimWorld
import Testing

/// A hand-made episode on the crossing of `MapImageTests`: the ego drives east at 10 m/s and
/// brakes, a car comes from the south, a truck stands, and somebody walks.
enum SmallEpisode {
  static let ticks = 31

  static func record() throws -> EpisodeRecord {
    let map = try MapImageTests().crossing()
    let lanes = ["west.1", "we", "east.1"].compactMap { map.laneIndex(id: $0) }
    let centreline = try #require(Polyline([Vector2(-60, -1.75), Vector2(60, -1.75)]))
    let route = Route(
      lanes: lanes, segments: lanes.map { map.lanes[$0].segment }, centreline: centreline,
      laneStarts: [0, 52, 68], startArcLength: 10, goalArcLength: 110)
    let ego = EpisodeHeader.Ego(
      agent: 0, vehicle: .pacifica, route: route, reference: nil, referenceKind: .none,
      modules: [:])
    let header = EpisodeHeader(
      scenario: "small[seed=1]", seed: 1, clock: TickClock(), map: map,
      ids: ["ego", "car", "truck", "walker"], classes: [.car, .car, .truck, .pedestrian],
      lengths: [5.2, 4.5, 12, 0.6], widths: [2.3, 1.9, 2.5, 0.6], egos: [ego])
    var history = AgentHistory(agents: 4, reservingTicks: ticks)
    var drive: [EgoTickRecord] = []
    let covariances = (0..<40).map { k in
      let step = Double(k % 20 + 1)
      return Forecast.Covariance(xx: 0.1 * step, xy: 0.02 * step, yy: 0.2 * step)
    }
    for tick in 0..<ticks {
      let t = 0.1 * Double(tick)
      let x = -40 + 10 * t - 0.5 * 2 * max(t - 1, 0) * max(t - 1, 0)
      let speed = 10 - 2 * max(t - 1, 0)
      let braking = t > 1 ? -2.0 : 0.0
      var columns: [(Double, Double, Double, Double, Double)] = [(x, -1.75, 0, speed, braking)]
      columns.append((1.75, -30 + 6 * t, Double.pi / 2, 6, 0))
      columns.append((30, 1.75, Double.pi, 0, 0))
      columns.append((14, 6 - t, -Double.pi / 2, 1, 0))
      for (row, state) in columns.enumerated() {
        history.x.append(state.0)
        history.y.append(state.1)
        history.heading.append(state.2)
        history.speed.append(state.3)
        history.acceleration.append(state.4)
        history.steering.append(0)
        history.commandAcceleration.append(state.4)
        history.commandSteeringRate.append(0)
        // The walker leaves after two seconds.
        history.present.append(row == 3 && tick > 20 ? 0 : 1)
        history.indicators.append(row == 1 && tick > 5 ? .left : [])
      }
      let state = EgoState(
        timeMicroseconds: Int64(tick) * 100_000, pose: Pose2(x: x - 1.4, y: -1.75, heading: 0),
        velocity: Vector2(speed, 0))
      let plan = Trajectory(
        points: (0...30).map { k in
          Trajectory.Point(
            timeMicroseconds: Int64(tick + k) * 100_000,
            pose: Pose2(x: x - 1.4 + Double(k), y: -1.75, heading: 0), speed: speed)
        })
      let points = modes(from: columns[1].1)
      let track = Track(
        id: 1, agentClass: .car,
        box: OrientedBox(
          centre: Vector2(1.95, columns[1].1 + 0.2), heading: .pi / 2, length: 4.5, width: 1.9),
        speed: 6)
      drive.append(
        EgoTickRecord(
          state: state, plan: plan,
          forecast: Forecast(
            stepMicroseconds: 100_000, steps: 20, modes: 2, tracks: [1],
            probabilities: [0.7, 0.3], points: points, covariances: covariances), tracks: [track]))
    }
    return EpisodeRecord(
      header: header, history: history, egos: [drive],
      signals: (0..<ticks).map { $0 < 15 ? .red : .green },
      events: [EpisodeEvent(tick: 12, kind: "hello")],
      hashes: [UInt64](repeating: 0, count: ticks))
  }

  /// The same, watched: three ways were weighed, and the forecast of the car looked at two others
  /// and at two lanes.
  static func watched() throws -> EpisodeRecord {
    var record = try record()
    let we = try #require(record.header.map.laneIndex(id: "we"))
    let north = try #require(
      record.header.map.lanes.firstIndex { $0.centreline.start.y < -40 && !$0.isConnector })
    for tick in record.egos[0].indices {
      let start = record.egos[0][tick].state.pose.advanced(by: 1.4).position
      record.egos[0][tick].choice = PlanChoice(
        stepMicroseconds: 500_000,
        proposals: [(0.0, 1.0), (0.45, 0.0), (0.9, -0.8)].map { score, aside in
          PlanChoice.Proposal(
            centres: (0...8).map { k in
              start + Vector2(4 * Double(k), aside * min(Double(k) / 4, 1))
            }, score: score)
        }, chosen: 2, isEmergency: tick > 20)
      record.egos[0][tick].attention = [
        ForecastAttention(
          track: 1,
          agents: [
            ForecastAttention.Agent(track: ForecastAttention.ego, weight: 0.75),
            ForecastAttention.Agent(track: 1, weight: 0.25),
          ],
          stretches: [
            ForecastAttention.Stretch(lane: we, start: 0, end: 10, weight: 0.3),
            ForecastAttention.Stretch(lane: north, start: 20, end: 40, weight: 0.7),
          ])
      ]
    }
    return record
  }

  /// Two modes of two seconds, straight on and to the right, less and less sure.
  private static func modes(from y: Double) -> [Forecast.Point] {
    var points: [Forecast.Point] = []
    for aside in [0.0, 2.5] {
      for k in 1...20 {
        let step = Double(k)
        points.append(
          Forecast.Point(x: 1.75 + aside * step / 20, y: y + 0.6 * step, heading: .pi / 2))
      }
    }
    return points
  }

  static func show(isWatched: Bool = false) throws -> Exhibit {
    var findings = Findings()
    findings.strips = [
      Findings.Strip(
        name: "speed", unit: "m/s", values: (0..<ticks).map { Double($0) / 3 }, upper: 8,
        broken: [24...30]),
      Findings.Strip(
        name: "gap", unit: "m", values: (0..<ticks).map { $0 < 9 ? .nan : 20 - Double($0) }),
    ]
    findings.marks = [
      Findings.Mark(tick: 8, kind: .comfort, text: "too hard"),
      Findings.Mark(tick: 12, kind: .event, text: "hello"),
      Findings.Mark(tick: 25, kind: .collision, text: "contact with car"),
    ]
    findings.final = Findings.Standing(
      score: 0, zeroedBy: "no_ego_at_fault_collisions", text: "contact",
      factors: [
        Findings.Standing.Factor(name: "no_ego_at_fault_collisions", value: 0, isGate: true),
        Findings.Standing.Factor(name: "ego_is_comfortable", value: 0.5, isGate: false),
        Findings.Standing.Factor(name: "progress", value: nil, isGate: false),
      ])
    findings.worstTick = 25
    return try Exhibit(
      try isWatched ? watched() : record(), findings: findings, file: "small")
  }
}
