import SimCore
import SimGeometry
import Testing

@testable import SimNeural

/// A stream of frames gives what the whole history at once gives, to the last bit.
@Suite struct HPNetStreamHashTests {
  /// A small network with short windows.
  static let configuration: HPNetConfiguration = {
    var configuration = HPNetConfiguration(.argoverse)
    configuration.width = 16
    configuration.heads = 4
    configuration.modes = 3
    configuration.layers = 2
    configuration.futureFrames = 8
    configuration.positionWindow = 4
    configuration.predictionWindow = 3
    configuration.agentRadius = 25
    configuration.laneRadius = 30
    return configuration
  }()

  static let weights: WeightTable = {
    var weights = configuration.initialWeights(seed: 3)
    // Forecasts of metres instead of centimetres, so that anchors lie apart.
    for name in weights.names where name.hasSuffix("traj_propose.mlp.3.weight") {
      weights[name] = weights[name].map { Tensor($0.shape, $0.values.map { 8 * $0 }) }
    }
    return weights
  }()

  static let map: HPNetMap = {
    var map = HPNetMap()
    for lane in 0..<6 {
      map.lanes.append(Pose2(x: 10 * Double(lane), y: 4 * Double(lane % 2), heading: 0.05))
      map.visible.append(lane != 4)
      map.laneFeatures += [10, 0, Float(lane % 3), 1]
      for piece in 0..<3 {
        map.pieces.append(map.lanes[lane].advanced(by: Double(4 * piece - 4)))
        map.pieceLengths.append(4)
        map.laneOfPiece.append(lane)
      }
    }
    let links = (0..<4).map { HPNetMap.Link(source: $0, target: $0 + 2) }
    map.relations = [
      HPNetMap.Relation(links: [HPNetMap.Link(source: 0, target: 1)], hops: false),
      HPNetMap.Relation(links: links, hops: true),
      HPNetMap.Relation(
        links: links.map { HPNetMap.Link(source: $0.target, target: $0.source) }, hops: true),
    ]
    return map
  }()

  /// Who is seen in a frame: agent 0 always, 1 with gaps, 2 up to frame 3, 3 from frame 5 on, 4 in
  /// frames 0 and 12 only: longer apart than what is kept.
  static func isSeen(_ agent: Int, _ frame: Int) -> Bool {
    switch agent {
    case 0: true
    case 1: frame % 3 != 1
    case 2: frame <= 3
    case 3: frame >= 5
    default: frame == 0 || frame == 12
    }
  }

  static func observation(_ agent: Int, _ frame: Int) -> HPNetObservation {
    let speed = 0.6 + 0.1 * Double(agent)
    return HPNetObservation(
      id: UInt64(100 + agent),
      pose: Pose2(
        x: speed * Double(frame) + 6 * Double(agent), y: 3 * Double(agent) + 0.01 * Double(frame),
        heading: 0.02 * Double(frame) - 0.1 * Double(agent)),
      features: [Float(speed)],
      motion: (0..<16).map { $0 % 2 == 0 ? Float(speed) * Float($0 / 2 + 1) : 0 })
  }

  static let frames = 14

  static let scene = HPNetScene(
    frames: (0..<frames).map { frame in
      let agents = (0..<5).map { observation($0, frame) }
      return HPNetFrame(
        poses: agents.map(\.pose), visible: (0..<5).map { isSeen($0, frame) },
        features: agents.flatMap(\.features), motion: agents.flatMap(\.motion))
    }, map: map)

  @Test(arguments: supportedVariants, HPNetConfiguration.PoseEncoding.allCases)
  func streamEqualsWholeHistory(
    variant: KernelVariant, angles: HPNetConfiguration.PoseEncoding
  ) {
    var configuration = Self.configuration
    configuration.angles = angles
    if angles == .cartesian {
      configuration.addsMotion = true
      configuration.nearestLanes = 2
      configuration.nearestAgents = 1
    }
    let weights =
      angles == .radians ? Self.weights : configuration.initialWeights(seed: 4)
    var engine = EagerEngine(weights, variant: variant)
    let model = HPNetModel(&engine, configuration)
    let whole = model.forecasts(&engine, Self.scene)
    var stream = HPNetStream(weights, configuration, map: Self.map, variant: variant)
    let modes = configuration.modes
    for frame in 0..<Self.frames {
      let seen = (0..<5).filter { Self.isSeen($0, frame) }
      let forecasts = stream.advance(seen.map { Self.observation($0, frame) })
      #expect(forecasts.trajectories.rows == seen.count * modes)
      for (index, agent) in seen.enumerated() {
        for mode in 0..<modes {
          let row = (frame * 5 + agent) * modes + mode
          let mine = index * modes + mode
          #expect(forecasts.trajectories[row: mine] == whole.trajectories[row: row])
          #expect(forecasts.proposals[row: mine] == whole.proposals[row: row])
        }
        let logits = forecasts.logits?[row: index]
        #expect(logits == whole.logits?[row: frame * 5 + agent])
      }
    }
  }

  /// Who watches a stream sees the weights of its attention and changes no bit. In this world agent
  /// 1 has agents 0 and 2 within 25 m, and only lanes within 30 m count.
  @Test func watchingChangesNothing() throws {
    var stream = HPNetStream(Self.weights, Self.configuration, map: Self.map)
    var watched = stream
    for frame in 0..<3 {
      let agents = (0..<3).filter { Self.isSeen($0, frame) }.map { Self.observation($0, frame) }
      let forecasts = stream.advance(agents)
      let same = watched.advance(agents, isWatched: true)
      #expect(same.trajectories == forecasts.trajectories && same.logits == forecasts.logits)
      #expect(stream.attention.isEmpty && watched.attention.count == agents.count)
      for (index, attention) in watched.attention.enumerated() {
        #expect(!attention.agents.map(\.index).contains(index))
        #expect(abs(attention.agents.map(\.weight).reduce(0, +) - 1) < 1e-5)
        #expect(abs(attention.lanes.map(\.weight).reduce(0, +) - 1) < 1e-5)
        // Lane 4 is not visible.
        #expect(!attention.lanes.map(\.index).contains(4))
      }
    }
    let last = watched.advance([Self.observation(0, 3)], isWatched: true)
    #expect(last.trajectories.rows == 3 && watched.attention[0].agents.isEmpty)
  }

  /// Lists that are handed to an engine in parts leave the weights of the whole.
  @Test func weightsOfParts() {
    var lists = EdgeLists(fan: 2)
    for list in 0..<3 {
      for source in 0...list { lists.sources.append(Int32(source)) }
      lists.endList()
    }
    let whole = (0..<lists.edges * 4).map(Float.init)
    let watch = AttentionWatch()
    for part in [0..<1, 1..<3] {
      let own = Int(lists.offsets[part.lowerBound]) * 4..<Int(lists.offsets[part.upperBound]) * 4
      watch.keep(
        "a", lists, heads: 2, part: part,
        whole.indices.map { own.contains($0) ? whole[$0] : 0 })
    }
    #expect(watch["a"]?.weights == whole)
    #expect(watch["b"] == nil)
    // Of list 1 (edges 1 and 2) member 1 is row 3; its heads' numbers begin at (1 * 2 + 2) * 2 = 8:
    // 8, 9 of the first head and 10, 11 of the second.
    var seen: [(Int, Float)] = []
    watch["a"]?.forEach { row, source, weight in if row == 3 { seen.append((source, weight)) } }
    #expect(seen.map(\.0) == [0, 1] && seen.map(\.1) == [9, 10])
  }

  /// Three rows gather from two tokens, these from rows 5 and 7: by a quarter and three, the first
  /// alone. A row that takes half of either token has 0.5 * 0.25 + 0.5 * 1 of row 5.
  @Test func weightsGoThroughTokens() {
    func lists(_ sources: [Int32], fan: Int) -> EdgeLists {
      var lists = EdgeLists(fan: fan)
      lists.sources = sources
      lists.endList()
      return lists
    }
    let watch = AttentionWatch()
    watch.keep(
      "a" + AttentionWatch.ofTokens, lists([5, 7], fan: 2), heads: 1, part: 0..<1,
      [0.25, 0.75, 1, 0])
    watch.keep(
      "a" + AttentionWatch.fromTokens, lists([0, 1], fan: 3), heads: 1, part: 0..<1,
      [0.5, 0.5, 1, 0, 0, 1])
    var found = [[Int: Float]](repeating: [:], count: 3)
    watch.forEach(of: "a") { row, source, weight in found[row][source, default: 0] += weight }
    #expect(found == [[5: 0.625, 7: 0.375], [5: 0.25, 7: 0.75], [5: 1, 7: 0]])
    #expect(watch["a"] == nil)
  }

  /// Whatever the kind, who watches a layer finds of every row that attends weights that are 1
  /// together.
  @Test(arguments: AttentionKind.allCases)
  func everyKindIsWatched(kind: AttentionKind) throws {
    var configuration = Self.configuration
    configuration.attention = kind
    configuration.angles = .sines
    var engine = EagerEngine(configuration.initialWeights(seed: 4))
    let watch = AttentionWatch()
    engine.watch = watch
    let model = HPNetModel(&engine, configuration)
    _ = model.forecasts(&engine, Self.scene)
    for stage in model.stages {
      var sums: [Int: Float] = [:]
      watch.forEach(of: stage.lanes.name) { row, _, weight in sums[row, default: 0] += weight }
      // Agent 0 has lanes around it in every frame.
      let rows = (0..<Self.frames).flatMap { frame in
        (0..<configuration.modes).map { frame * 5 * configuration.modes + $0 }
      }
      for row in rows where stage.names.context == "m" || sums[row] != nil {
        #expect(((sums[row] ?? 0) - 1).magnitude < 1e-4, "\(kind), row \(row)")
      }
    }
  }

  /// The same with every kind of attention, whose layers also compute the same with and without a
  /// tape.
  @Test(arguments: AttentionKind.allCases, supportedVariants)
  func everyKindStreams(kind: AttentionKind, variant: KernelVariant) throws {
    var configuration = Self.configuration
    configuration.angles = .sines
    configuration.attention = kind
    configuration.attentionNeighbours = 2
    let weights = configuration.initialWeights(seed: 4)
    try configuration.check(weights, file: "weights")
    var engine = EagerEngine(weights, variant: variant)
    let whole = HPNetModel(&engine, configuration).forecasts(&engine, Self.scene)
    var tape = Tape(weights, variant: variant)
    let taped = HPNetModel(&tape, configuration).forecasts(&tape, Self.scene)
    #expect(tape.tensor(taped.trajectories) == whole.trajectories)
    var stream = HPNetStream(weights, configuration, map: Self.map, variant: variant)
    let modes = configuration.modes
    var differs = false
    for frame in 0..<Self.frames {
      let seen = (0..<5).filter { Self.isSeen($0, frame) }
      let forecasts = stream.advance(
        seen.map { Self.observation($0, frame) }, isWatched: frame % 3 == 1)
      for (index, agent) in seen.enumerated() {
        for mode in 0..<modes {
          differs =
            differs
            || forecasts.trajectories[row: index * modes + mode]
              != whole.trajectories[row: (frame * 5 + agent) * modes + mode]
        }
        differs =
          differs || forecasts.logits?[row: index] != whole.logits?[row: frame * 5 + agent]
      }
    }
    #expect(!differs)
    #expect(whole.trajectories.isFinite)
    // The option goes with the weights.
    let file = Safetensors(weights, metadata: configuration.texts)
    #expect(try HPNetConfiguration(texts: file, file: "weights").attention == kind)
    // Another kind forecasts another thing; those of softmax are as they were without the option.
    var plain = configuration
    plain.attention = .softmax
    var other = EagerEngine(weights, variant: variant)
    let soft = HPNetModel(&other, plain).forecasts(&other, Self.scene)
    #expect((soft.trajectories == whole.trajectories) == (kind == .softmax))
  }

  /// Moved and turned as a whole, a scene gives forecasts that are moved and turned alike.
  @Test func forecastsMoveWithTheScene() {
    var configuration = Self.configuration
    configuration.angles = .sines
    let weights = configuration.initialWeights(seed: 4)
    func forecasts(_ scene: HPNetScene) -> Tensor {
      var engine = EagerEngine(weights)
      return HPNetModel(&engine, configuration).forecasts(&engine, scene).trajectories
    }
    let turn = Turn(2.5)
    func moved(_ pose: Pose2) -> Pose2 {
      Pose2(turn.apply(pose.position) + Vector2(-40, 25), heading: pose.heading + 2.5)
    }
    var scene = Self.scene
    for t in scene.frames.indices { scene.frames[t].poses = scene.frames[t].poses.map(moved) }
    scene.map.lanes = scene.map.lanes.map(moved)
    scene.map.pieces = scene.map.pieces.map(moved)
    let before = forecasts(Self.scene)
    var expected: [Double] = []
    for i in stride(from: 0, to: before.values.count, by: 2) {
      let point = turn.apply(Vector2(Double(before.values[i]), Double(before.values[i + 1])))
      expected += [point.x - 40, point.y + 25]
    }
    #expect(largestDifference(forecasts(scene).values, expected) < 1e-3)
  }

  /// An agent under a new id has no history: its forecast is that of a stream that starts there.
  @Test func newIdForgets() {
    func run(switching: Bool) -> [Float] {
      var stream = HPNetStream(Self.weights, Self.configuration, map: Self.map)
      var last: [Float] = []
      for frame in 0..<4 {
        var agent = Self.observation(0, frame)
        if switching && frame == 3 { agent.id = 7 }
        last = stream.advance([agent]).trajectories.values
      }
      return last
    }
    var fresh = HPNetStream(Self.weights, Self.configuration, map: Self.map)
    let first = fresh.advance([Self.observation(0, 3)]).trajectories.values
    #expect(run(switching: true) == first)
    #expect(run(switching: false) != first)
  }

  /// A copy is a snapshot: what one does later does not reach the other.
  @Test func copiesAreSnapshots() {
    var stream = HPNetStream(Self.weights, Self.configuration, map: Self.map)
    _ = stream.advance([Self.observation(0, 0)])
    var copy = stream
    _ = copy.advance([Self.observation(3, 9)])
    let after = stream.advance([Self.observation(0, 1)]).trajectories
    var other = HPNetStream(Self.weights, Self.configuration, map: Self.map)
    _ = other.advance([Self.observation(0, 0)])
    #expect(other.advance([Self.observation(0, 1)]).trajectories == after)
  }

  /// No agent, no lane: nothing is computed, and nothing traps.
  @Test func emptyWorlds() {
    var stream = HPNetStream(Self.weights, Self.configuration, map: HPNetMap())
    #expect(stream.advance([]).trajectories.values.isEmpty)
    let forecasts = stream.advance([Self.observation(0, 0)])
    #expect(forecasts.trajectories.rows == 3 && forecasts.trajectories.isFinite)
  }

  /// The hash of a stream's forecasts, in debug and release and on every machine.
  @Test(arguments: supportedVariants)
  func forecastsKeepTheirHash(variant: KernelVariant) {
    var stream = HPNetStream(Self.weights, Self.configuration, map: Self.map, variant: variant)
    var tensors: [Tensor] = []
    for frame in 0..<8 {
      let seen = (0..<5).filter { Self.isSeen($0, frame) }
      tensors.append(stream.advance(seen.map { Self.observation($0, frame) }).trajectories)
    }
    #expect(StateHash.text(hash(tensors)) == "05ea25be57b4ccbf")
  }
}
