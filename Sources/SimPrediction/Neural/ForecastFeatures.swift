import SimCore
import SimGeometry
public import SimMap
public import SimNeural
public import SimStack
import SimWorld

/// What the forecaster is told of a road user in a frame.
///
/// Its forecasts are what is added to where road users come that keep to their lanes by the
/// intelligent driver model, all together (`ForecastTraffic`). Of these ways, of those of
/// `lane-following` and of those that stop before whatever they may have to wait at, the features
/// hold some places too.
public struct ForecastFeatures: Sendable {
  /// Numbers per agent: `described`, places of three ways, what lies ahead.
  public static let count = 54
  static let described = 16
  /// Which of the features change their signs in a mirror.
  public static let mirrored = [17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 53]
  /// Places of the indicators among them.
  public static let indicators = (left: 9, right: 10)
  /// Signals farther ahead are not looked at, metres.
  static let signalRange = 60.0

  /// Speed in 10 m/s, acceleration in 3 m/s^2 (within 2), length in 5 m, width in 2 m; what it is
  /// (car, truck or bus, two-wheeler, walker, thing), what it shows (left, right, brake); and of
  /// the signal ahead in its lane how near it is (1 at the line, 0 from `signalRange` on), stop,
  /// yellow, green.
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
  /// Whether the network is added to a rule, and told of rules.
  private let hasRule: Bool

  /// Features on a map for the frames of a network.
  public init(_ map: ForecastMap, _ graph: LaneGraph, _ configuration: HPNetConfiguration) {
    self.map = map
    self.graph = graph
    hasRule = configuration.rule != .none
    rule = LaneFollowingPredictor(
      stepMicroseconds: Int64((configuration.frameStep * 1_000_000).rounded()),
      steps: configuration.futureFrames)
  }

  /// Appends the way of a track by the rule.
  func append(_ track: Track, to points: inout [Forecast.Point]) {
    rule.append(track, on: graph, to: &points)
  }

  /// Road users of a frame as the network sees them.
  ///
  /// - Parameters:
  ///   - wanted: their places among `tracks`, which are all that are there.
  ///   - signals: what signals show.
  /// - Returns: one by one of `wanted`, with the ids of their tracks.
  public func observations(
    of wanted: [Int], among tracks: [Track], signals: [SignalColour]
  ) -> [HPNetObservation] {
    guard hasRule else { return wanted.map { plain(tracks[$0], signals) } }
    let traffic = ForecastTraffic(tracks, map.rules, on: graph, signals: signals, rule)
    return wanted.map { observation($0, in: traffic, signals) }
  }

  /// What is seen of a road user, without anything that a rule says of it.
  private func plain(_ track: Track, _ signals: [SignalColour]) -> HPNetObservation {
    let features = Self.features(of: track, on: graph, signals: signals)
    return HPNetObservation(
      id: UInt64(bitPattern: Int64(track.id)),
      pose: Pose2(track.box.centre - map.origin, heading: track.box.heading),
      features: features + [Float](repeating: 0, count: Self.count - features.count),
      motion: [Float](repeating: 0, count: 2 * rule.steps))
  }

  private func observation(
    _ index: Int, in traffic: ForecastTraffic, _ signals: [SignalColour]
  ) -> HPNetObservation {
    let track = traffic.tracks[index]
    var features = Self.features(of: track, on: graph, signals: signals)
    var points: [Forecast.Point] = []
    points.reserveCapacity(3 * rule.steps)
    rule.append(track, on: graph, to: &points)
    traffic.append(index, rule, on: graph, to: &points)
    if let start = traffic.ahead[index].start, !track.agentClass.isObject {
      rule.append(track, from: start, ways: traffic.stopping(index)[...], on: graph, to: &points)
    } else {
      points += points[..<rule.steps]
    }
    var places: [Float] = []
    places.reserveCapacity(2 * points.count)
    for point in points {
      let place = track.box.local(Vector2(point.x, point.y))
      places.append(Float(place.x))
      places.append(Float(place.y))
    }
    // At four times, forward in 20 m and left in 5 m.
    for way in 0..<3 {
      for quarter in 1...4 {
        let step = way * rule.steps + max(0, rule.steps * quarter / 4 - 1)
        features.append(places[2 * step] / 20)
        features.append(places[2 * step + 1] / 5)
      }
    }
    features += Self.ahead(index, in: traffic)
    let width = 2 * rule.steps
    return HPNetObservation(
      id: UInt64(bitPattern: Int64(track.id)),
      pose: Pose2(track.box.centre - map.origin, heading: track.box.heading),
      features: features, motion: Array(places[width..<2 * width]))
  }

  /// What lies ahead: speeds in 15 m/s, differences of speed in 10 m/s, accelerations in 3 m/s^2,
  /// distances and times as how near they are (1 here, 0 infinitely far).
  private static func ahead(_ index: Int, in traffic: ForecastTraffic) -> [Float] {
    let track = traffic.tracks[index]
    let ahead = traffic.ahead[index]
    func near(_ value: Double, _ unit: Double) -> Float {
      Float(1 / (1 + max(0, value) / unit))
    }
    let allowed = traffic.allowedSpeed(index, after: 0)
    var features: [Float] = [
      Float(allowed / 15), Float(traffic.allowedSpeed(index, after: 20) / 15),
      Float(min(track.speed / max(allowed, 1), 2)),
      Float(min(max(ahead.acceleration / 3, -2), 2)),
    ]
    if ahead.leader >= 0 {
      let leader = traffic.tracks[ahead.leader]
      features += [
        near(ahead.gap, 10), Float((leader.speed - track.speed) / 10), Float(leader.speed / 10),
        Float(min(max(leader.acceleration / 3, -2), 2)),
      ]
    } else {
      features += [0, 0, 0, 0]
    }
    if let line = ahead.line {
      features += [near(line.distance, 10), line.isStop ? 1 : 0]
    } else {
      features += [0, 0]
    }
    if let conflict = ahead.conflict {
      features += [near(conflict.distance, 10), near(conflict.arrival, 2)]
    } else {
      features += [0, 0]
    }
    if let turn = ahead.turn {
      features += [near(turn.distance, 10), Float(turn.angle)]
    } else {
      features += [0, 0]
    }
    return features
  }
}
