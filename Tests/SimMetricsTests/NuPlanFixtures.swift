import Foundation
import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import TestSupport

/// The numbers of the official nuPlan code: the files of `fixtures/nuplan`, as they are written.
enum NuPlanFixtures {
  static func load<File: Decodable>(_ name: String, as type: File.Type) -> File? {
    let url = SharedData.url("fixtures/nuplan/\(name).json")
    guard let data = try? Data(contentsOf: url) else { return nil }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(type, from: data)
    } catch {
      fatalError("\(name).json: \(error)")
    }
  }

  /// A number or a truth value (then 1 or 0).
  struct Number: Decodable, Sendable {
    var value: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        value = flag ? 1 : 0
      } else {
        value = try container.decode(Double.self)
      }
    }
  }

  /// One ego row: the twelve state columns.
  struct EgoRow: Decodable, Sendable {
    var state: EgoState

    init(from decoder: any Decoder) throws {
      var row = try decoder.unkeyedContainer()
      let time = try row.decode(Int64.self)
      var c: [Double] = []
      while !row.isAtEnd { c.append(try row.decode(Double.self)) }
      state = EgoState(
        timeMicroseconds: time, pose: Pose2(x: c[0], y: c[1], heading: c[2]),
        velocity: Vector2(c[3], c[4]), acceleration: Vector2(c[5], c[6]), steering: c[7],
        steeringRate: c[8], yawRate: c[9], yawAcceleration: c[10])
    }
  }

  /// One track row.
  struct TrackRow: Decodable, Sendable {
    var token: String
    var agentClass: AgentClass
    var pose: Pose2
    var length: Double
    var width: Double
    var speed: Double

    init(from decoder: any Decoder) throws {
      var row = try decoder.unkeyedContainer()
      token = try row.decode(String.self)
      agentClass =
        switch try row.decode(String.self) {
        case "vehicle": .car
        case "pedestrian": .pedestrian
        case "bicycle": .bicycle
        case "traffic_cone": .trafficCone
        case "barrier": .barrier
        case "czone_sign": .constructionSign
        default: .genericObject
        }
      var c: [Double] = []
      while !row.isAtEnd { c.append(try row.decode(Double.self)) }
      pose = Pose2(x: c[0], y: c[1], heading: c[2])
      length = c[3]
      width = c[4]
      speed = Vector2(c[5], c[6]).length
    }
  }

  /// nuPlan's name of a collision class.
  static func officialName(_ kind: CollisionKind) -> String {
    switch kind {
    case .stoppedEgo: "STOPPED_EGO_COLLISION"
    case .stoppedTrack: "STOPPED_TRACK_COLLISION"
    case .activeRear: "ACTIVE_REAR_COLLISION"
    case .activeFront: "ACTIVE_FRONT_COLLISION"
    case .activeLateral: "ACTIVE_LATERAL_COLLISION"
    }
  }

  /// A map without anything on it.
  static let emptyMap = LaneGraph(name: "empty", lanes: [], segments: [], drivableAreas: [])

  /// An episode of one Pacifica and the given tracks.
  ///
  /// - Parameter tracks: rows of each frame; the tracks' rows follow the order of their names.
  static func record(
    _ states: [EgoState], tracks: [[TrackRow]], expert: [EgoState]? = nil,
    on map: LaneGraph = emptyMap
  ) -> EpisodeRecord {
    let egoToken = "\u{1}ego"
    var kinds: [String: TrackRow] = [:]
    for row in tracks.joined() where kinds[row.token] == nil { kinds[row.token] = row }
    let ids = [egoToken] + kinds.keys.sorted()
    var rows: [String: Int] = [:]
    for (row, id) in ids.enumerated() { rows[id] = row }
    let pacifica = VehicleParameters.pacifica
    var history = AgentHistory(agents: ids.count, reservingTicks: states.count)
    let count = ids.count * states.count
    history.x = [Double](repeating: 0, count: count)
    history.y = history.x
    history.heading = history.x
    history.speed = history.x
    history.acceleration = history.x
    history.steering = history.x
    history.commandAcceleration = history.x
    history.commandSteeringRate = history.x
    history.present = [UInt8](repeating: 0, count: count)
    func place(_ tick: Int, _ row: Int, _ pose: Pose2, _ speed: Double) {
      let slot = history.slot(tick, row)
      history.present[slot] = 1
      history.x[slot] = pose.x
      history.y[slot] = pose.y
      history.heading[slot] = pose.heading
      history.speed[slot] = speed
    }
    for (tick, state) in states.enumerated() {
      place(tick, 0, state.centre(pacifica), state.speed)
      for track in tracks.indices.contains(tick) ? tracks[tick] : [] {
        place(tick, rows[track.token] ?? 0, track.pose, track.speed)
      }
    }
    let ego = EpisodeHeader.Ego(
      agent: 0, vehicle: pacifica, route: noRoute, reference: expert,
      referenceKind: expert == nil ? .none : .expert, modules: [:])
    let header = EpisodeHeader(
      scenario: "fixture", seed: 0, clock: TickClock(), map: map, ids: ids,
      classes: ids.map { kinds[$0]?.agentClass ?? .car },
      lengths: ids.map { kinds[$0]?.length ?? pacifica.length },
      widths: ids.map { kinds[$0]?.width ?? pacifica.width }, egos: [ego])
    return EpisodeRecord(
      header: header, history: history, egos: [states.map { EgoTickRecord(state: $0) }])
  }

  /// A route that nothing reads.
  static var noRoute: Route {
    guard let line = Polyline([Vector2(0, 0), Vector2(1, 0)]) else { fatalError("a line") }
    return Route(
      lanes: [], segments: [], centreline: line, laneStarts: [], startArcLength: 0,
      goalArcLength: nil)
  }
}
