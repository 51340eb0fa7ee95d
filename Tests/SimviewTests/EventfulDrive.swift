import SimCore
import SimEpisode
import SimGeometry
import SimMap
import SimStack
import SimWorld
import StackTestSupport

/// A drive, made by hand, in which a lot goes wrong: 15 m/s along a road of one lane, past a red
/// light, off the road and into a parked van in one and the same tick, and then a hard brake.
enum EventfulDrive {
  static let ticks = 61
  /// Of the stop at x = 60 m: the front reaches it in this tick.
  static let lightTick = 23
  static let crashTick = 40
  static let brakeTick = 48

  /// Two lanes one behind the other, the first with a red light at its end.
  private static var road: LaneGraph {
    var lanes = [(0.0, 60.0), (60.0, 300.0)].enumerated().map { index, ends in
      TestRoads.lane(
        id: "main.\(index)", index: index, from: Vector2(ends.0, 0), to: Vector2(ends.1, 0),
        speedLimit: nil, segment: index)
    }
    lanes[0].successors = [1]
    lanes[1].predecessors = [0]
    lanes[0].signal = 0
    func outline(_ from: Double, _ to: Double) -> Polygon {
      Polygon([
        Vector2(from, 1.75), Vector2(to, 1.75), Vector2(to, -1.75), Vector2(from, -1.75),
      ])
    }
    return LaneGraph(
      name: "road", lanes: lanes,
      segments: [(0.0, 60.0), (60.0, 300.0)].enumerated().map { index, ends in
        RoadSegment(
          id: "s\(index)", lanes: [index], isConnector: false, polygon: outline(ends.0, ends.1),
          predecessors: index == 0 ? [] : [0], successors: index == 0 ? [1] : [])
      },
      drivableAreas: [DrivableArea(kind: .road, polygon: outline(0, 300))],
      signals: [
        Signal(
          id: "light", phases: [Signal.Phase(.red, microseconds: 1_000_000)],
          offsetMicroseconds: 0, lanes: [0])
      ])
  }

  private static func state(_ tick: Int) -> EgoState {
    let braking = max(0, tick - brakeTick)
    let t = 0.1 * Double(braking)
    let x = 20 + 1.5 * Double(tick - braking) + 15 * t - 4 * t * t
    return EgoState(
      timeMicroseconds: Int64(tick) * 100_000,
      pose: Pose2(x: x, y: tick < crashTick ? 0 : -1.5, heading: 0),
      velocity: Vector2(15 - 8 * t, 0), acceleration: Vector2(braking > 0 ? -8 : 0, 0))
  }

  /// - Parameter failsAtTheEnd: the planner fails after the last tick.
  static func recording(failsAtTheEnd: Bool = false) -> Recording {
    let map = road
    let pacifica = VehicleParameters.pacifica
    let route = Route(
      lanes: [0, 1], segments: [0, 1], centreline: TestRoads.line([.zero, Vector2(300, 0)]),
      laneStarts: [0, 60], startArcLength: 20, goalArcLength: 250)
    let van = Vector2(state(crashTick).pose.x, -3)
    var history = AgentHistory(agents: 2, reservingTicks: ticks)
    var drive: [EgoTickRecord] = []
    for tick in 0..<ticks {
      let state = state(tick)
      let centre = state.pose.advanced(by: pacifica.rearAxleToCentre).position
      for (place, speed, acceleration) in [
        (centre, state.velocity.x, state.acceleration.x), (van, 0, 0),
      ] {
        history.x.append(place.x)
        history.y.append(place.y)
        history.heading.append(0)
        history.speed.append(speed)
        history.acceleration.append(acceleration)
        history.steering.append(0)
        history.commandAcceleration.append(acceleration)
        history.commandSteeringRate.append(0)
        history.present.append(1)
      }
      var entry = EgoTickRecord(state: state)
      // Late three times in a row, and once more.
      let isLate = (10...12).contains(tick) || tick == 20
      entry.time = StackTime(
        spentMicroseconds: isLate ? 250_000 : 3_000, budgetMicroseconds: 100_000)
      drive.append(entry)
    }
    let header = EpisodeHeader(
      scenario: "eventful", seed: 1, clock: TickClock(), map: map, ids: ["ego", "van"],
      classes: [.car, .car], lengths: [pacifica.length, 5], widths: [pacifica.width, 2],
      egos: [
        EpisodeHeader.Ego(
          agent: 0, vehicle: pacifica, route: route, reference: nil, referenceKind: .none,
          modules: [:])
      ])
    // Two at once: neither may hide the other, nor may a word in a name say what it is.
    var events = [
      EpisodeEvent(tick: 5, kind: "van_opens_door", agent: 1),
      EpisodeEvent(tick: 5, kind: "bus_stop"), EpisodeEvent(tick: 5, kind: "bus_stop"),
    ]
    if failsAtTheEnd { events.append(EpisodeEvent(tick: ticks - 1, kind: "planner_failed")) }
    let record = EpisodeRecord(
      header: header, history: history, egos: [drive],
      signals: [SignalColour](repeating: .red, count: ticks), events: events,
      hashes: [UInt64](repeating: 0, count: ticks))
    return Recording(
      origin: Recording.Origin(program: "", path: "", traffic: "", profile: "strict"),
      episode: Episode(
        outcome: failsAtTheEnd ? .plannerFailed : .completed,
        reason: failsAtTheEnd ? "tick \(ticks - 1): plan: no way" : "", record: record))
  }
}
