import SimCore
import SimGeometry
import SimMap
public import SimStack
import SimWorld

/// Six hypotheses of lane and speed for every road user, without learning: what a forecaster of six
/// modes has to be better than.
///
/// The ways are the one that `lane-following` takes, the next best branch where lanes part, and the
/// lanes beside. With one way there are six accelerations, with two three, with three two; who is
/// in no lane goes straight on. The first mode, along the likeliest way at the present speed, is
/// the likeliest.
public struct LaneHypothesesPredictor: Predictor {
  static let schema = ModuleSchema(
    "lane-hypotheses",
    "Six modes: up to three ways along lanes, each at constant speed, braking, accelerating.",
    parameters: [
      ParameterSchema(
        "horizon", .number(default: 8, in: 0.1...30, dimension: .time),
        "How far ahead to predict."),
      ParameterSchema(
        "step", .number(default: 0.2, in: 0.01...5, dimension: .time),
        "Time between predicted points."),
    ])

  static let modes = 6
  /// Accelerations by number of ways, m/s^2.
  private static let accelerations: [[Double]] = [
    [0, -1, 1, -2.5, 2, -4], [0, -2, 1.5], [0, -2],
  ]
  /// How long a change of lanes takes, s.
  private static let changeTime = 3.5
  /// Farther ahead a branch does not matter yet, s.
  private static let branchTime = 4.0

  let stepMicroseconds: Int64
  let steps: Int
  private let times: [Double]

  init(_ parameters: ParameterValues) {
    stepMicroseconds = Int64((parameters.number("step") * 1_000_000).rounded())
    let horizon = Int64((parameters.number("horizon") * 1_000_000).rounded())
    steps = max(1, Int(horizon / stepMicroseconds))
    let step = Double(stepMicroseconds) / 1_000_000
    times = (1...steps).map { Double($0) * step }
  }

  /// Six modes a track; no covariance.
  public mutating func predict(_ scene: Scene, in context: TickContext) throws(StageFailure)
    -> Forecast
  {
    var points: [Forecast.Point] = []
    var probabilities: [Double] = []
    points.reserveCapacity(scene.tracks.count * Self.modes * steps)
    for track in scene.tracks {
      let rest = track.agentClass.isObject ? 0 : 0.12
      for mode in 0..<Self.modes {
        probabilities.append(mode == 0 ? 1 - Double(Self.modes - 1) * rest : rest)
      }
      let ways = ways(of: track, on: scene.map)
      for way in ways {
        for acceleration in Self.accelerations[ways.count - 1] {
          for time in times {
            let length =
              track.agentClass.isObject ? 0 : Self.length(track.speed, acceleration, time)
            points.append(way.point(at: length, time, track, on: scene.map))
          }
        }
      }
    }
    return Forecast(
      stepMicroseconds: stepMicroseconds, steps: steps, modes: Self.modes,
      tracks: scene.tracks.map(\.id), probabilities: probabilities, points: points)
  }

  /// How far something gets in a time, metres; who brakes does so at most to standstill.
  private static func length(_ speed: Double, _ acceleration: Double, _ time: Double) -> Double {
    guard speed >= 0 else { return speed * time }
    let moving = acceleration < 0 ? min(time, speed / -acceleration) : time
    return speed * moving + 0.5 * acceleration * moving * moving
  }

  /// Lanes one after the other, beside whose middle something goes; none: straight on.
  private struct Way {
    var lanes: [Int] = []
    /// Arc length of the start in the first lane.
    var start = 0.0
    /// To the left of the middle at first, and after a change of lanes.
    var aside = 0.0, target = 0.0

    func point(
      at length: Double, _ time: Double, _ track: Track, on map: LaneGraph
    ) -> Forecast.Point {
      guard !lanes.isEmpty else {
        let place = track.box.centre + track.box.direction * length
        return Forecast.Point(x: place.x, y: place.y, heading: track.box.heading)
      }
      var s = start + length
      var k = 0
      while k + 1 < lanes.count, s > map.lanes[lanes[k]].length {
        s -= map.lanes[lanes[k]].length
        k += 1
      }
      let line = map.lanes[lanes[k]].centreline
      let pose = line.smoothPose(at: s)
      let direction = line.direction(at: s)
      let share = min(time / LaneHypothesesPredictor.changeTime, 1)
      let offset = aside + (target - aside) * share
      let place = pose.position + direction * max(s - line.length, 0) + direction.left * offset
      return Forecast.Point(x: place.x, y: place.y, heading: pose.heading)
    }
  }

  private func ways(of track: Track, on map: LaneGraph) -> [Way] {
    guard !track.agentClass.isObject, track.agentClass != .pedestrian, track.speed >= 0,
      let start = LaneFollowingPredictor.start(of: track, on: map)
    else { return [Way()] }
    let end = times.last ?? 0
    let reach = track.speed * end + end * end
    var way = Way(
      lanes: chain(from: start.lane, track, reach + start.frenet.s, on: map),
      start: start.frenet.s, aside: start.frenet.d, target: start.frenet.d)
    if let branch = branch(of: way, track, on: map) {
      var other = way
      other.lanes = Array(way.lanes[...branch.after])
      other.lanes += chain(from: branch.lane, track, reach, on: map)
      return [way, other]
    }
    var ways = [way]
    let own = map.lanes[start.lane]
    for (neighbour, sign) in [(own.left, 1.0), (own.right, -1.0)] {
      guard let neighbour, neighbour.isSameDirection, !own.isConnector,
        map.lanes[neighbour.lane].kind.isDrivable
      else { continue }
      let distance = map.lanes[neighbour.lane].centreline.distance(to: track.box.centre)
      way.target = start.frenet.d + sign * distance
      ways.append(way)
    }
    return ways
  }

  /// Lanes one after the other, as `lane-following` goes.
  private func chain(
    from lane: Int, _ track: Track, _ reach: Double, on map: LaneGraph
  ) -> [Int] {
    var lanes = [lane]
    var length = map.lanes[lane].length
    while length < reach, lanes.count < 64,
      let next = LaneFollowingPredictor.successor(
        of: lanes[lanes.count - 1], track.lights, on: map)
    {
      lanes.append(next)
      length += map.lanes[next].length
    }
    return lanes
  }

  /// Where a way could go on otherwise soon: after which of its lanes, and into which.
  private func branch(of way: Way, _ track: Track, on map: LaneGraph) -> (after: Int, lane: Int)? {
    var ahead = -way.start
    for (k, lane) in way.lanes.dropLast().enumerated() {
      ahead += map.lanes[lane].length
      guard ahead < track.speed * Self.branchTime + 5 else { return nil }
      var best: Int?
      var least = Double.infinity
      for other in map.lanes[lane].successors where other != way.lanes[k + 1] {
        let turn = LaneFollowingPredictor.turn(map.lanes[other].centreline)
        let detour = LaneFollowingPredictor.detour(turn, track.lights)
        if detour < least {
          least = detour
          best = other
        }
      }
      if let best { return (k, best) }
    }
    return nil
  }
}
