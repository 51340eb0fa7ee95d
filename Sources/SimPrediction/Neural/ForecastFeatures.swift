import SimCore
import SimGeometry
public import SimMap
public import SimNeural
public import SimStack
import SimWorld

/// What the forecaster is told of a road user in a frame.
///
/// Its forecasts are what is added to those of `lane-following`, of which the features hold some
/// places too.
public struct ForecastFeatures: Sendable {
  /// Numbers per agent: `described`, then places of the rule.
  public static let count = 24
  static let described = 16
  /// Which of the features change their signs in a mirror.
  public static let mirrored = [17, 19, 21, 23]
  /// Places of the indicators among them.
  public static let indicators = (left: 9, right: 10)
  /// Signals farther ahead are not looked at, metres.
  static let signalRange = 60.0

  /// Speed in 10 m/s, acceleration in 3 m/s^2 (within 2), length in 5 m, width in 2 m; what it is
  /// (car, truck or bus, two-wheeler, walker, thing), what it shows (left, right, brake); and of the
  /// signal ahead in its lane how near it is (1 at the line, 0 from `signalRange` on), stop, yellow,
  /// green.
  public static func features(
    of track: Track, on map: LaneGraph, signals: [SignalColour]
  ) -> [Float] {
    func flag(_ holds: Bool) -> Float { holds ? 1 : 0 }
    let kind = track.agentClass
    var features: [Float] = [
      Float(track.speed / 10), Float(min(max(track.acceleration / 3, -2), 2)),
      Float(track.box.length / 5), Float(track.box.width / 2), flag(kind == .car),
      flag(kind == .truck || kind == .bus), flag(kind == .motorcycle || kind == .bicycle),
      flag(kind == .pedestrian), flag(kind.isObject), flag(track.lights.contains(.left)),
      flag(track.lights.contains(.right)), flag(track.lights.contains(.brake)),
    ]
    if let ahead = signal(ahead: track, on: map, signals) {
      features += [
        Float(1 - ahead.distance / signalRange), flag(ahead.colour.meansStop),
        flag(ahead.colour == .yellow), flag(ahead.colour == .green),
      ]
    } else {
      features += [0, 0, 0, 0]
    }
    return features
  }

  /// The first signal on the way that a track most likely takes.
  private static func signal(
    ahead track: Track, on map: LaneGraph, _ signals: [SignalColour]
  ) -> (distance: Double, colour: SignalColour)? {
    guard !signals.isEmpty, track.agentClass != .pedestrian, !track.agentClass.isObject,
      let start = LaneFollowingPredictor.start(of: track, on: map)
    else { return nil }
    var lane = start.lane
    var before = -start.frenet.s
    var isFirst = true
    while true {
      let own = map.lanes[lane]
      if let signal = own.signal, signals.indices.contains(signal), !(isFirst && own.isConnector) {
        // A connector's must not be entered, that of another lane not be left.
        let distance = max(0, own.isConnector ? before : before + own.length)
        return distance < signalRange ? (distance, signals[signal]) : nil
      }
      before += own.length
      guard before < signalRange, own.length > 0,
        let next = LaneFollowingPredictor.successor(of: lane, track.lights, on: map)
      else { return nil }
      lane = next
      isFirst = false
    }
  }

  private let map: ForecastMap
  private let graph: LaneGraph
  private let rule: LaneFollowingPredictor

  /// Features on a map for the frames of a network.
  public init(_ map: ForecastMap, _ graph: LaneGraph, _ configuration: HPNetConfiguration) {
    self.map = map
    self.graph = graph
    rule = LaneFollowingPredictor(
      stepMicroseconds: Int64((configuration.frameStep * 1_000_000).rounded()),
      steps: configuration.futureFrames)
  }

  /// Appends the way of a track by the rule.
  func append(_ track: Track, to points: inout [Forecast.Point]) {
    rule.append(track, on: graph, to: &points)
  }

  /// A road user as the network sees it.
  public func observation(of track: Track, id: UInt64, signals: [SignalColour]) -> HPNetObservation {
    var points: [Forecast.Point] = []
    points.reserveCapacity(rule.steps)
    rule.append(track, on: graph, to: &points)
    var motion: [Float] = []
    motion.reserveCapacity(2 * rule.steps)
    for point in points {
      let place = track.box.local(Vector2(point.x, point.y))
      motion.append(Float(place.x))
      motion.append(Float(place.y))
    }
    var features = Self.features(of: track, on: graph, signals: signals)
    // At four times, forward in 20 m and left in 5 m.
    for quarter in 1...4 {
      let step = max(0, rule.steps * quarter / 4 - 1)
      features.append(motion[2 * step] / 20)
      features.append(motion[2 * step + 1] / 5)
    }
    return HPNetObservation(
      id: id, pose: Pose2(track.box.centre - map.origin, heading: track.box.heading),
      features: features, motion: motion)
  }
}
