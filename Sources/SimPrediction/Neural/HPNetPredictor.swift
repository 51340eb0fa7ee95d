import SimCore
import SimGeometry
import SimMap
public import SimNeural
public import SimStack
import SimWorld

/// Forecasts of several modes by a trained network with historical prediction attention (HPNet,
/// Tang et al., CVPR 2024, arXiv 2404.06351), frame by frame.
///
/// The ego is one of the agents that the network sees, but is not forecast. Things, and road users
/// farther away than `range` or beyond the `agents` nearest, go as `lane-following` says. The
/// network's frames lie some ticks apart; forecasts of the ticks between come from streams of their
/// own, each of which sees every so many-th tick.
public struct HPNetPredictor: Predictor {
  static let schema = ModuleSchema(
    "hpnet",
    "A trained network with historical prediction attention (HPNet, arXiv 2404.06351): six "
      + "weighted modes. Its frames (0.2 s) are whole ticks, whose number 'every' has to divide.",
    parameters: [
      ParameterSchema(
        "weights", .text(default: ""),
        "Safetensors file of 'simtrain forecaster', relative to where the program runs; empty: the "
          + "one that comes with it."),
      ParameterSchema(
        "agents", .integer(default: 32, in: 1...512),
        "So many nearest road users are forecast by the network, others as by lane-following."),
      ParameterSchema(
        "range", .number(default: 100, in: 1...1000, dimension: .length),
        "Those farther from the ego are forecast as by lane-following."),
    ])

  private let map: ForecastMap
  private let features: ForecastFeatures
  private let configuration: HPNetConfiguration
  /// Before the first frame.
  private let fresh: HPNetStream
  /// One for every tick of a frame, with the tick that it saw last.
  private var streams: [(stream: HPNetStream, last: Int)]
  private let stride: Int
  private let limit: Int
  private let range: Double
  /// What the forecasts of the last call depended on, but for those of the rule.
  public private(set) var attention: [ForecastAttention] = []

  /// A hash of the file of weights.
  ///
  /// - Throws: what is wrong with it.
  static func files(_ parameters: ParameterValues) throws(InputError) -> UInt64 {
    try ForecasterNetwork.named(parameters.text("weights")).hash
  }

  init(_ parameters: ParameterValues, _ setup: DrivingSetup) throws(StageFailure) {
    let network: ForecasterNetwork
    do {
      network = try ForecasterNetwork.named(parameters.text("weights"))
    } catch {
      throw StageFailure(.predict, error.description)
    }
    try self.init(
      network, setup, agents: parameters.integer("agents"), range: parameters.number("range"))
  }

  /// A predictor with a network.
  ///
  /// - Parameters:
  ///   - agents: so many nearest road users are forecast by it.
  ///   - range: those farther from the ego are not, metres.
  ///   - variant: which kernels run; the result does not depend on it.
  /// - Throws: the network's frames are no whole number of ticks apart, or it does not run in all
  ///   ticks that it needs as history.
  public init(
    _ network: ForecasterNetwork, _ setup: DrivingSetup, agents: Int = 32, range: Double = 100,
    variant: KernelVariant = .best
  ) throws(StageFailure) {
    configuration = network.configuration
    let step = setup.clock.step
    stride = max(1, Int((configuration.frameStep / step).rounded()))
    guard (Double(stride) * step - configuration.frameStep).magnitude < 1e-9 else {
      throw StageFailure(
        .predict,
        "the network's frames are \(configuration.frameStep) s apart, which is no whole "
          + "number of ticks of \(step) s")
    }
    guard stride % max(1, setup.predictorEvery) == 0 else {
      throw StageFailure(
        .predict,
        "the network's frames are \(stride) ticks apart, which is no multiple of the "
          + "\(setup.predictorEvery) ticks after which the predictor runs ('every'): it would have "
          + "no history")
    }
    map = ForecastMap(setup.map)
    features = ForecastFeatures(map, setup.map, configuration)
    fresh = HPNetStream(network.weights, configuration, map: map.lanes, variant: variant)
    streams = Array(repeating: (fresh, .min), count: stride)
    limit = agents
    self.range = range
  }

  /// As many modes a track as the network has; no covariance.
  public mutating func predict(_ scene: Scene, in context: TickContext) throws(StageFailure)
    -> Forecast
  {
    let place = ((scene.tick % stride) + stride) % stride
    // After a gap what was seen before is of another time.
    if streams[place].last != scene.tick - stride { streams[place].stream = fresh }
    streams[place].last = scene.tick
    let seen = Self.nearest(scene, limit: limit, range: range)
    let forecasts = streams[place].stream.advance(
      features.observations(
        of: [0] + seen.map { $0 + 1 }, among: [Track(ego: scene)] + scene.tracks,
        signals: scene.signals), isWatched: context.isWatched)
    attention = told(streams[place].stream.attention, scene, [-1] + seen)
    return forecast(scene, seen, forecasts)
  }

  /// What the network attended to, in the scene's terms; nothing of the ego's own forecast.
  ///
  /// - Parameter observations: places of the tracks that it saw, -1 for the ego.
  private func told(
    _ attention: [HPNetAttention], _ scene: Scene, _ observations: [Int]
  ) -> [ForecastAttention] {
    func id(_ place: Int) -> Int {
      observations[place] < 0 ? ForecastAttention.ego : scene.tracks[observations[place]].id
    }
    return attention.indices.dropFirst().map { place in
      ForecastAttention(
        track: id(place),
        agents: attention[place].agents.map {
          ForecastAttention.Agent(track: id($0.index), weight: $0.weight)
        },
        stretches: attention[place].lanes.map { share in
          let stretch = map.stretches[share.index]
          return ForecastAttention.Stretch(
            lane: stretch.lane, start: stretch.start, end: stretch.end, weight: share.weight)
        })
    }
  }

  /// How many road users of a scene it forecasts by the network.
  ///
  /// - Parameters:
  ///   - agents: at most so many.
  ///   - range: none farther from the ego, metres.
  public static func count(in scene: Scene, agents: Int = 32, range: Double = 100) -> Int {
    nearest(scene, limit: agents, range: range).count
  }

  /// Places of the tracks that the network sees, ascending.
  private static func nearest(_ scene: Scene, limit: Int, range: Double) -> [Int] {
    let centre = scene.ego.centre(scene.vehicle).position
    var near: [(square: Double, index: Int)] = []
    for (index, track) in scene.tracks.enumerated() where !track.agentClass.isObject {
      let square = (track.box.centre - centre).lengthSquared
      if square <= range * range { near.append((square, index)) }
    }
    if near.count > limit {
      near.sort { $0.square < $1.square || ($0.square == $1.square && $0.index < $1.index) }
      near.removeLast(near.count - limit)
      near.sort { $0.index < $1.index }
    }
    return near.map(\.index)
  }

  private func forecast(
    _ scene: Scene, _ seen: [Int], _ forecasts: HPNetForecasts<Tensor>
  ) -> Forecast {
    let (steps, modes) = (configuration.futureFrames, configuration.modes)
    var points: [Forecast.Point] = []
    var probabilities: [Double] = []
    points.reserveCapacity(scene.tracks.count * modes * steps)
    probabilities.reserveCapacity(scene.tracks.count * modes)
    var next = 0
    for (index, track) in scene.tracks.enumerated() {
      guard next < seen.count, seen[next] == index else {
        for mode in 0..<modes {
          probabilities.append(mode == 0 ? 1 : 0)
          features.append(track, to: &points)
        }
        continue
      }
      next += 1
      // (The ego is the first.)
      if let logits = forecasts.logits { append(logits[row: next], to: &probabilities) }
      for mode in 0..<modes {
        append(forecasts.trajectories[row: next * modes + mode], track, to: &points)
      }
    }
    return Forecast(
      stepMicroseconds: Int64((configuration.frameStep * 1_000_000).rounded()), steps: steps,
      modes: modes, tracks: scene.tracks.map(\.id), probabilities: probabilities, points: points)
  }

  /// Probabilities that belong to a row of logits.
  private func append(_ logits: ArraySlice<Float>, to probabilities: inout [Double]) {
    let largest = Double(logits.max() ?? 0)
    let powers = logits.map { ExactMath.exp(Double($0) - largest) }
    var sum = 0.0
    for power in powers { sum += power }
    for power in powers { probabilities.append(power / sum) }
  }

  /// A way, with headings along it: where it moves less than a walking pace, and where it would
  /// turn about, the heading stays.
  private func append(
    _ row: ArraySlice<Float>, _ track: Track, to points: inout [Forecast.Point]
  ) {
    var before = track.box.centre
    var heading = track.box.heading
    let least = 0.5 * configuration.frameStep
    for i in Swift.stride(from: row.startIndex, to: row.endIndex, by: 2) {
      let place = Vector2(Double(row[i]), Double(row[i + 1])) + map.origin
      let way = place - before
      if way.lengthSquared > least * least {
        let along = ExactMath.atan2(way.y, way.x)
        let turn = ExactMath.wrapAngle(along - heading)
        if turn.magnitude < .pi / 2 { heading += turn }
      }
      points.append(Forecast.Point(x: place.x, y: place.y, heading: heading))
      before = place
    }
  }
}
