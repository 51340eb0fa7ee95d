import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

@testable import SimMetrics

/// A straight road along +x, hand-made: two lanes eastwards with centrelines y = 0 (right) and
/// y = 3.5 (left), one lane westwards at y = 7, all 3.5 m wide, from x = -100 to 260. Between x =
/// 60 and 80 lies a junction with connectors. The speed limit is 12 m/s; the road is all there is
/// to drive on: y from -1.75 to 8.75.
///
/// Everything may be moved to another frame, which must not matter to any score.
struct RoadWorld {
  /// Where the origin of the road lies and whereto it runs.
  var frame = Pose2(x: 0, y: 0, heading: 0)

  /// One agent: its box, and at each tick centre, heading and speed, nil while absent.
  struct Actor {
    var id: String
    var agentClass = AgentClass.car
    var length = 4.0
    var width = 2.0
    var motion: [(pose: Pose2, speed: Double)?]

    /// Constant speed along its heading.
    static func steady(
      _ id: String, _ agentClass: AgentClass = .car, x: Double, y: Double, heading: Double = 0,
      speed: Double = 0, length: Double = 4, width: Double = 2, ticks: Int
    ) -> Actor {
      let start = Pose2(x: x, y: y, heading: heading)
      return Actor(
        id: id, agentClass: agentClass, length: length, width: width,
        motion: (0..<ticks).map { (start.advanced(by: speed * 0.1 * Double($0)), speed) })
    }
  }

  /// An ego at constant speed; `x` and `y` are those of the rear axle at tick 0.
  static func steady(
    x: Double = 0, y: Double = 0, heading: Double = 0, speed: Double, ticks: Int
  ) -> [EgoState] {
    (0..<ticks).map { tick in
      let direction = Pose2(x: x, y: y, heading: heading)
      return EgoState(
        timeMicroseconds: Int64(tick) * 100_000,
        pose: direction.advanced(by: speed * 0.1 * Double(tick)), velocity: Vector2(speed, 0))
    }
  }

  func moved(_ p: Vector2) -> Vector2 {
    let direction = frame.direction
    return frame.position + direction * p.x + direction.left * p.y
  }

  func moved(_ pose: Pose2) -> Pose2 {
    Pose2(moved(pose.position), heading: pose.heading + frame.heading)
  }

  func map(speedLimit: Double? = 12) -> LaneGraph {
    // Three stretches; in each the lanes right, left, oncoming.
    let stretches = [(-100.0, 60.0), (60.0, 80.0), (80.0, 260.0)]
    var lanes: [Lane] = []
    var segments: [RoadSegment] = []
    for (stretch, (from, to)) in stretches.enumerated() {
      for (number, y) in [0.0, 3.5, 7.0].enumerated() {
        let isOncoming = number == 2
        let ends = isOncoming ? [to, from] : [from, to]
        func line(_ offset: Double) -> Polyline {
          let left = isOncoming ? -offset : offset
          guard let line = Polyline(ends.map { moved(Vector2($0, y + left)) }) else {
            fatalError("a line")
          }
          return line
        }
        let index = stretch * 3 + number
        let before = stretch == (isOncoming ? 2 : 0) ? [] : [index + (isOncoming ? 3 : -3)]
        let after = stretch == (isOncoming ? 0 : 2) ? [] : [index + (isOncoming ? -3 : 3)]
        lanes.append(
          Lane(
            id: "\(stretch).\(number)", index: index, kind: .driving, lines: LaneLines(centreline: line(0),
            left: line(1.75), right: line(-1.75),
            polygon: Polygon(line(1.75).vertices + line(-1.75).vertices.reversed())),
            speedLimit: speedLimit, predecessors: before, successors: after,
            segment: stretch * 2 + (isOncoming ? 1 : 0), isConnector: stretch == 1))
      }
      for (low, high, members) in [
        (-1.75, 5.25, [stretch * 3 + 1, stretch * 3]), (5.25, 8.75, [stretch * 3 + 2]),
      ] {
        segments.append(
          RoadSegment(
            id: "s\(segments.count)", lanes: members, isConnector: stretch == 1,
            polygon: rectangle(from, low, to, high), predecessors: [], successors: []))
      }
    }
    return LaneGraph(
      name: "road", lanes: lanes, segments: segments,
      junctions: [Junction(id: "j", polygon: rectangle(60, -1.75, 80, 8.75), lanes: [3, 4, 5])],
      drivableAreas: [DrivableArea(kind: .road, polygon: rectangle(-100, -1.75, 260, 8.75))])
  }

  private func rectangle(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) -> Polygon {
    Polygon([Vector2(x0, y0), Vector2(x1, y0), Vector2(x1, y1), Vector2(x0, y1)].map(moved))
  }

  /// The episode of a Pacifica called `ego` among the actors.
  func record(
    _ states: [EgoState], _ actors: [Actor] = [], reference: [EgoState]? = nil,
    events: [EpisodeEvent] = [], goal: Double? = nil, on map: LaneGraph? = nil
  ) -> EpisodeRecord {
    let pacifica = VehicleParameters.pacifica
    func inFrame(_ states: [EgoState]) -> [EgoState] {
      states.map {
        var state = $0
        state.pose = moved($0.pose)
        return state
      }
    }
    let states = inFrame(states)
    let rows =
      (actors + [
        Actor(
          id: "ego", length: pacifica.length, width: pacifica.width,
          motion: states.map { _ in nil })
      ]).sorted { $0.id < $1.id }
    let egoRow = rows.firstIndex { $0.id == "ego" } ?? 0
    var history = AgentHistory(agents: rows.count)
    for (tick, state) in states.enumerated() {
      for row in rows.indices {
        let entry: (pose: Pose2, speed: Double)? =
          row == egoRow
          ? (state.centre(pacifica), state.speed)
          : rows[row].motion[tick].map { (moved($0.pose), $0.speed) }
        history.x.append(entry?.pose.x ?? 0)
        history.y.append(entry?.pose.y ?? 0)
        history.heading.append(entry?.pose.heading ?? 0)
        history.speed.append(entry?.speed ?? 0)
        history.acceleration.append(0)
        history.steering.append(0)
        history.commandAcceleration.append(0)
        history.commandSteeringRate.append(0)
        history.present.append(entry == nil ? 0 : 1)
      }
    }
    var route = NuPlanFixtures.noRoute
    route.goalArcLength = goal
    let header = EpisodeHeader(
      scenario: "road", seed: 0, clock: TickClock(), map: map ?? self.map(), ids: rows.map(\.id),
      classes: rows.map(\.agentClass), lengths: rows.map(\.length), widths: rows.map(\.width),
      egos: [
        EpisodeHeader.Ego(
          agent: egoRow, vehicle: pacifica, route: route, reference: reference.map(inFrame),
          referenceKind: reference == nil ? .none : .expert, modules: [:])
      ])
    return EpisodeRecord(
      header: header, history: history, egos: [states.map { EgoTickRecord(state: $0) }],
      events: events)
  }
}

extension EpisodeScore {
  /// Value of a metric; NaN if it has none.
  func value(_ metric: String) -> Double { result(metric)?.value ?? .nan }

  /// A statistic of a metric; NaN if there is none.
  func statistic(_ metric: String, _ name: String) -> Double {
    result(metric)?.statistics.first { $0.name == name }?.value ?? .nan
  }
}
