import SimCore
import SimGeometry
import SimNeural
import SimPrediction
import SimStack
import SimWorld

/// Some road users over a history and a future, as a network learns from them.
struct ForecastExample: Sendable {
  /// What is changed about it so that no two looks at it are alike; all 0 changes nothing.
  struct Changes: Hashable, Sendable {
    /// Per cent of sightings of a road user in a frame that are hidden.
    var hiddenCells = 0
    /// Per cent of lanes that are hidden.
    var hiddenLanes = 0
    /// Per cent of examples in which nobody shows an indicator.
    var hiddenIndicators = 0
    /// Whether every second example is seen in a mirror.
    var mirrors = false
  }

  /// Farther away from the road user in the middle nobody is taken in, metres.
  static let radius = 60.0
  /// Lanes are taken in within this distance of somebody's place now or in 2 s, metres.
  static let laneRadius = 55.0

  private static let focus = RandomPurpose("forecaster.focus")
  private static let cells = RandomPurpose("forecaster.hidden cells")
  private static let lanes = RandomPurpose("forecaster.hidden lanes")
  private static let looks = RandomPurpose("forecaster.looks")

  var scene: HPNetScene
  var targets: HPNetTargets

  /// The example that begins in a frame of an episode.
  ///
  /// - Parameters:
  ///   - agents: so many at most, those nearest to one of them.
  ///   - random: of the training; `stream` names the example, `epoch` the look at it.
  /// - Returns: nil if nobody is there at the end of the history.
  init?(
    _ episode: ForecastEpisode, first: Int, _ configuration: HPNetConfiguration, agents: Int,
    _ changes: Changes, _ random: CounterRandom, stream: UInt64, epoch: Int
  ) {
    let history = configuration.historyFrames
    let now = first + history - 1
    let there = episode.rows.indices.filter { episode.isPresent($0, now) }
    guard !there.isEmpty else { return nil }
    let middle = there[random.below(there.count, Self.focus, stream: stream, tick: epoch)]
    let centre = episode.position(middle, now)
    var near = there.map { (square: (episode.position($0, now) - centre).lengthSquared, row: $0) }
    near.removeAll { $0.square > Self.radius * Self.radius }
    near.sort { $0.square < $1.square || ($0.square == $1.square && $0.row < $1.row) }
    let rows = near.prefix(agents).map(\.row).sorted()

    func look(_ index: Int, _ percent: Int) -> Bool {
      random.bernoulli(percent, 100, Self.looks, stream: stream, tick: epoch, index: index)
    }
    let isMirrored = changes.mirrors && look(0, 50)
    let hidesIndicators = look(1, changes.hiddenIndicators)
    let indicators = ForecastFeatures.indicators
    let features = ForecastFeatures(episode.road.map, episode.road.graph, configuration)
    func mirrored(_ p: Vector2) -> Vector2 { isMirrored ? Vector2(p.x, -p.y) : p }

    var frames: [HPNetFrame] = []
    var positions: [[Vector2]] = []
    var visible: [[Bool]] = []
    for t in 0..<history + configuration.futureFrames {
      let frame = first + t
      let signals = t < history ? episode.signals(frame) : []
      var seen = [Bool](repeating: false, count: rows.count)
      var places = [Vector2](repeating: .zero, count: rows.count)
      var shown = HPNetFrame(poses: [], visible: [], features: [], motion: [])
      // What is hidden from the network is still there for those behind it.
      let present = t < history ? episode.rows.indices.filter { episode.isPresent($0, frame) } : []
      var observations = features.observations(
        of: rows.compactMap { present.firstIndex(of: $0) },
        among: present.map { row in
          var track = episode.track(row, frame)
          if hidesIndicators { track.lights.subtract([.left, .right]) }
          return track
        }, signals: signals
      ).makeIterator()
      for (agent, row) in rows.enumerated() {
        let isThere = episode.isPresent(row, frame)
        let observed = t < history && isThere ? observations.next() : nil
        let isHidden =
          t < history
          && random.bernoulli(
            changes.hiddenCells, 100, Self.cells, stream: stream, tick: epoch,
            index: t * rows.count + agent)
        seen[agent] = isThere && !isHidden
        guard seen[agent] else {
          shown.poses.append(Pose2(x: 0, y: 0, heading: 0))
          shown.features += [Float](repeating: 0, count: configuration.agentFeatures)
          shown.motion? += [Float](repeating: 0, count: 2 * configuration.futureFrames)
          continue
        }
        places[agent] = mirrored(episode.position(row, frame))
        guard var observation = observed else { continue }
        if isMirrored {
          observation.pose = Pose2(
            x: observation.pose.x, y: -observation.pose.y, heading: -observation.pose.heading)
          observation.features.swapAt(indicators.left, indicators.right)
          for place in ForecastFeatures.mirrored { observation.features[place].negate() }
          for place in Swift.stride(from: 1, to: observation.motion.count, by: 2) {
            observation.motion[place].negate()
          }
        }
        shown.poses.append(observation.pose)
        shown.features += observation.features
        shown.motion? += observation.motion
      }
      positions.append(places)
      visible.append(seen)
      if t < history {
        shown.visible = seen
        frames.append(shown)
      }
    }
    var reach = rows.map { episode.position($0, now) }
    reach += rows.map { episode.position($0, now) + episode.velocity($0, now) * 2 }
    var map = episode.road.map.around(reach, within: Self.laneRadius)
    for lane in map.lanes.indices
    where random.bernoulli(
      changes.hiddenLanes, 100, Self.lanes, stream: stream, tick: epoch, index: lane)
    {
      map.visible[lane] = false
    }
    scene = HPNetScene(frames: frames, map: isMirrored ? map.mirrored : map)
    targets = HPNetTargets(
      positions: positions, visible: visible,
      scored: [Bool](repeating: true, count: rows.count))
  }
}
