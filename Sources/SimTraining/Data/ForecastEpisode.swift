import SimCore
import SimGeometry
public import SimMap
public import SimPrediction
import SimStack
import SimWorld

/// A map with all that forecasters see of it; episodes on equal maps share one.
public final class ForecastRoad: Sendable {
  /// The map.
  public let graph: LaneGraph
  /// The map in sections.
  public let map: ForecastMap
  /// Of all that the map holds: equal maps have equal hashes.
  public let hash: UInt64
  /// Of the shapes of all lanes alone: maps that differ in limits or control have equal ones.
  public let shape: UInt64

  init(_ graph: LaneGraph, hash: UInt64) {
    self.graph = graph
    self.hash = hash
    shape = Self.shape(of: graph)
    map = ForecastMap(graph)
  }

  private static func shape(of graph: LaneGraph) -> UInt64 {
    var hasher = StableHasher()
    hasher.combine(graph.lanes.count)
    for lane in graph.lanes {
      hasher.combine(lane.id)
      for point in lane.centreline.vertices {
        hasher.combine(point.x)
        hasher.combine(point.y)
      }
    }
    return hasher.value
  }
}

/// What all road users of an episode did, in the frames of a forecaster.
///
/// Things that cannot move are left out. Numbers are kept in float32, positions from the road's
/// origin.
public struct ForecastEpisode: Sendable {
  /// One road user, from its first frame to its last.
  struct Row: Sendable {
    /// Row of the record, the id of its track.
    var id: Int
    var agentClass: AgentClass
    var length: Float, width: Float
    /// The first frame in which it is there, and how many follow in which it may be.
    var first: Int, count: Int
    /// Place of its first frame in the columns.
    var offset: Int
  }

  /// Unique after expansion.
  public let name: String
  /// Of its random numbers.
  public let seed: UInt64
  /// Where it is.
  public let road: ForecastRoad
  /// Number of frames.
  public let frames: Int
  private(set) var rows: [Row] = []
  /// Index into `rows` of the ego whose scenes are evaluated, with its body and way.
  private(set) var ego: (row: Int, vehicle: VehicleParameters, route: Route)?

  /// Standard deviations of a sighting: metres forward and left, m/s of its speed, and of its
  /// heading radians times 4 m; each frame's by itself.
  let noise: Double
  private static let sighting = RandomPurpose("forecaster.sighting")

  private var x: [Float] = [], y: [Float] = [], heading: [Float] = []
  private var speed: [Float] = [], acceleration: [Float] = []
  private var lights: [VehicleLights] = []
  private var present: [Bool] = []
  /// What signals show, frame by frame.
  private var colours: [SignalColour] = []

  /// - Parameters:
  ///   - step: time between frames, seconds.
  ///   - noise: of what is seen (`track`).
  /// - Returns: nil if frames are no whole number of ticks apart.
  init?(_ record: EpisodeRecord, on road: ForecastRoad, step: Double, noise: Double = 0) {
    self.noise = noise
    let clock = record.header.clock
    let stride = max(1, Int((step / clock.step).rounded()))
    guard (Double(stride) * clock.step - step).magnitude < 1e-9, record.ticks > 0 else {
      return nil
    }
    name = record.header.scenario
    seed = record.header.seed
    self.road = road
    frames = (record.ticks - 1) / stride + 1
    let history = record.history
    let driven = record.header.egos.first
    for agent in 0..<history.agents where !record.header.classes[agent].isObject {
      let seen = (0..<frames).filter { history.present[history.slot($0 * stride, agent)] != 0 }
      guard let first = seen.first, let last = seen.last else { continue }
      if let driven, driven.agent == agent { ego = (rows.count, driven.vehicle, driven.route) }
      rows.append(
        Row(
          id: agent, agentClass: record.header.classes[agent],
          length: Float(record.header.lengths[agent]), width: Float(record.header.widths[agent]),
          first: first, count: last - first + 1, offset: x.count))
      for frame in first...last {
        let slot = history.slot(frame * stride, agent)
        x.append(Float(history.x[slot] - road.map.origin.x))
        y.append(Float(history.y[slot] - road.map.origin.y))
        heading.append(Float(ExactMath.wrapAngle(history.heading[slot])))
        speed.append(Float(history.speed[slot]))
        acceleration.append(Float(history.acceleration[slot]))
        lights.append(record.lights(frame * stride, agent))
        present.append(history.present[slot] != 0)
      }
    }
    let signals = record.header.map.signals.count
    if signals > 0, record.signals.count >= record.ticks * signals {
      for frame in 0..<frames {
        let first = frame * stride * signals
        colours += record.signals[first..<first + signals]
      }
    }
  }

  /// Whether a road user is there in a frame.
  func isPresent(_ row: Int, _ frame: Int) -> Bool {
    let row = rows[row]
    let place = frame - row.first
    return place >= 0 && place < row.count && present[row.offset + place]
  }

  /// Where a road user is in a frame in which it is there, metres from the road's origin.
  func position(_ row: Int, _ frame: Int) -> Vector2 {
    let slot = rows[row].offset + frame - rows[row].first
    return Vector2(Double(x[slot]), Double(y[slot]))
  }

  /// Its velocity, m/s.
  func velocity(_ row: Int, _ frame: Int) -> Vector2 {
    let slot = rows[row].offset + frame - rows[row].first
    return Pose2(.zero, heading: Double(heading[slot])).direction * Double(speed[slot])
  }

  /// A road user as it is seen in a frame in which it is there, in the map's frame.
  func track(_ index: Int, _ frame: Int) -> Track {
    let row = rows[index]
    let slot = row.offset + frame - row.first
    var pose = Pose2(position(index, frame) + road.map.origin, heading: Double(heading[slot]))
    var speed = Double(speed[slot])
    if noise > 0 {
      let random = CounterRandom(seed: seed)
      func error(_ number: Int, _ deviation: Double) -> Double {
        random.normal(
          Self.sighting, deviation: deviation, stream: UInt64(row.id), tick: frame, index: number)
      }
      pose = Pose2(
        pose.position + Vector2(error(0, noise), error(1, noise)),
        heading: pose.heading + error(2, noise / 4))
      speed = max(0, speed + error(3, noise))
    }
    return Track(
      id: row.id, agentClass: row.agentClass,
      box: OrientedBox(pose: pose, length: Double(row.length), width: Double(row.width)),
      speed: speed, acceleration: Double(acceleration[slot]), lights: lights[slot])
  }

  /// What signals show in a frame.
  func signals(_ frame: Int) -> [SignalColour] {
    let count = road.graph.signals.count
    guard count > 0, colours.count >= (frame + 1) * count else { return [] }
    return Array(colours[frame * count..<(frame + 1) * count])
  }

  /// A hash of everything that happens in it.
  var hash: UInt64 {
    var hasher = StableHasher()
    hasher.combine(name)
    hasher.combine(seed)
    hasher.combine(road.hash)
    hasher.combine(StableHash.of(bytes: rows.map(\.agentClass.rawValue)))
    for row in rows {
      hasher.combine(row.id)
      hasher.combine(Double(row.length))
      hasher.combine(Double(row.width))
      hasher.combine(row.first)
      hasher.combine(row.count)
    }
    for column in [x, y, heading, speed, acceleration] {
      column.withUnsafeBytes { hasher.combine(StableHash.of(bytes: $0)) }
    }
    hasher.combine(StableHash.of(bytes: lights.map(\.rawValue)))
    hasher.combine(StableHash.of(bytes: colours.map(\.rawValue)))
    return hasher.value
  }
}
