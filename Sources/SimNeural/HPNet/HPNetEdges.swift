import SimGeometry

/// Edges with their features.
struct FeaturedEdges {
  var lists: EdgeLists
  var features: [Float] = []
  /// Numbers per edge.
  var width: Int

  init(width: Int, fan: Int = 1, sourceFan: Int = 1) {
    self.width = width
    lists = EdgeLists(fan: fan, sourceFan: sourceFan)
  }

  var tensor: Tensor { Tensor([lists.edges, width], features) }
}

/// The edges of both stages for some frames of a history that lies in a ring: frame t is at place
/// t % capacity. Rows of nodes are ordered by frame, active agent, mode.
struct HPNetEdges {
  let configuration: HPNetConfiguration
  /// The ring of frames.
  var ring: [HPNetFrame]
  /// The frames whose nodes attend.
  var frames: Range<Int>
  /// Anchors of the second stage in the same ring, [capacity * agents * modes].
  var anchors: [Pose2] = []

  /// Places of the agents that attend, in an order of their own.
  var active: [Int]

  /// Edges for some frames of a ring; all agents attend if nothing else is said.
  init(
    configuration: HPNetConfiguration, ring: [HPNetFrame], frames: Range<Int>,
    active: [Int]? = nil
  ) {
    self.configuration = configuration
    self.ring = ring
    self.frames = frames
    self.active = active ?? Array(0..<(ring.first?.agents ?? 0))
  }

  var agents: Int { ring.first?.agents ?? 0 }

  /// Number of nodes that attend.
  var rows: Int { frames.count * active.count * configuration.modes }

  private func place(_ frame: Int) -> Int { frame % ring.count }

  private func view(_ target: Pose2) -> RelativePose {
    RelativePose(to: target, angles: configuration.angles)
  }

  /// The feature of an edge over so many frames.
  private func lag(_ frames: Int) -> Float { Float(Double(frames) * configuration.lagScale) }

  /// Poses of the nodes of `frames` in the first stage, those of their agents.
  var agentPoses: [Pose2] {
    frames.flatMap { frame in
      active.flatMap { agent in
        [Pose2](repeating: ring[place(frame)].poses[agent], count: configuration.modes)
      }
    }
  }

  /// Where the nodes' agents come by a rule, in the frames of their poses: [rows, 2 * future
  /// frames].
  var motion: [Float] {
    let steps = 2 * configuration.futureFrames
    var rows: [Float] = []
    rows.reserveCapacity(self.rows * steps)
    for frame in frames {
      guard let motion = ring[place(frame)].motion, motion.count >= agents * steps else {
        preconditionFailure("a rule's places where forecasts are told as what is added to them")
      }
      for agent in active {
        for _ in 0..<configuration.modes { rows += motion[agent * steps..<(agent + 1) * steps] }
      }
    }
    return rows
  }

  /// Calls `body` for every frame that attends and every agent, with the targets' poses: one in the
  /// first stage, one per mode in the second.
  private func forEachTarget(
    anchored: Bool, _ body: (_ frame: Int, _ agent: Int, _ mode: Int, _ target: Pose2) -> Void
  ) {
    for frame in frames {
      for agent in active {
        if anchored {
          let first = (place(frame) * agents + agent) * configuration.modes
          for mode in 0..<configuration.modes { body(frame, agent, mode, anchors[first + mode]) }
        } else {
          body(frame, agent, 0, ring[place(frame)].poses[agent])
        }
      }
    }
  }

  private func empty(
    anchored: Bool, hasLags: Bool = false, perMode: Bool = false
  ) -> FeaturedEdges {
    let fan = anchored ? 1 : configuration.modes
    let width = configuration.poseFeatures + (hasLags ? 1 : 0)
    return FeaturedEdges(width: width, fan: fan, sourceFan: perMode ? fan : 1)
  }

  /// The first of some frames in which an agent counts: with a limit of neighbours only those last
  /// seen do.
  private func first(of agent: Int, from first: Int, _ end: Int) -> Int {
    guard let limit = configuration.neighbours else { return first }
    var seen = 0
    for frame in stride(from: end - 1, through: first, by: -1)
    where ring[place(frame)].visible[agent] {
      seen += 1
      if seen == limit { return frame }
    }
    return first
  }

  /// The least of two limits; nil: none.
  private func limit(_ own: Int?) -> Int? {
    guard let neighbours = configuration.neighbours else { return own }
    return min(neighbours, own ?? neighbours)
  }

  /// From an agent's earlier frames (and this one); sources are rows place * agents + agent.
  func history(anchored: Bool) -> FeaturedEdges {
    var edges = empty(anchored: anchored, hasLags: true)
    let shift = anchored ? configuration.anchorStep : 0
    forEachTarget(anchored: anchored) { frame, agent, _, target in
      if ring[place(frame)].visible[agent] {
        let pov = view(target)
        let first = first(of: agent, from: max(0, frame - configuration.positionWindow), frame + 1)
        for earlier in first...frame {
          let source = ring[place(earlier)]
          guard source.visible[agent] else { continue }
          edges.lists.sources.append(Int32(place(earlier) * agents + agent))
          let pose = source.poses[agent]
          pov.append(
            pose, heading: source.sourceHeadings?[agent] ?? pose.heading, to: &edges.features)
          edges.features.append(lag(earlier - frame - shift))
        }
      }
      edges.lists.endList()
    }
    return edges
  }

  /// From lanes within the radius.
  func lanes(_ map: HPNetMap, anchored: Bool) -> FeaturedEdges {
    var edges = empty(anchored: anchored)
    let reach = configuration.laneRadius * configuration.laneRadius
    var near = Nearest(limit: limit(configuration.nearestLanes))
    forEachTarget(anchored: anchored) { frame, agent, _, target in
      if ring[place(frame)].visible[agent] {
        let pov = view(target)
        near.removeAll()
        for lane in map.lanes.indices where map.visible[lane] {
          let square = (map.lanes[lane].position - target.position).lengthSquared
          if square < reach { near.append(lane, square) }
        }
        near.forEach { lane in
          let pose = map.lanes[lane]
          edges.lists.sources.append(Int32(lane))
          pov.append(pose, heading: pose.heading, to: &edges.features)
        }
      }
      edges.lists.endList()
    }
    return edges
  }

  /// From the same mode of other agents in the same frame within the radius; sources are nodes of
  /// `frames`.
  func others(anchored: Bool) -> FeaturedEdges {
    var edges = empty(anchored: anchored, perMode: true)
    let reach = configuration.agentRadius * configuration.agentRadius
    let modes = configuration.modes
    var near = Nearest(limit: limit(configuration.nearestAgents))
    forEachTarget(anchored: anchored) { frame, agent, mode, target in
      let current = ring[place(frame)]
      func pose(_ other: Int) -> Pose2 {
        anchored ? anchors[(place(frame) * agents + other) * modes + mode] : current.poses[other]
      }
      if current.visible[agent] {
        let pov = view(target)
        near.removeAll()
        for (index, other) in active.enumerated()
        where other != agent && current.visible[other] {
          let square = (pose(other).position - target.position).lengthSquared
          if square < reach { near.append(index, square) }
        }
        near.forEach { index in
          let pose = pose(active[index])
          let row = (frame - frames.lowerBound) * active.count + index
          edges.lists.sources.append(Int32(anchored ? row * modes + mode : row))
          pov.append(pose, heading: pose.heading, to: &edges.features)
        }
      }
      edges.lists.endList()
    }
    return edges
  }

  /// The same between the agents themselves, one list for each.
  func agentAxis() -> FeaturedEdges {
    var edges = others(anchored: false)
    edges.lists.fan = 1
    edges.lists.sourceFan = 1
    return edges
  }

  /// From the same mode of the same agent's forecasts in earlier frames; sources are rows of the
  /// ring, (place * agents + agent) * modes + mode.
  func predictions(anchored: Bool) -> FeaturedEdges {
    var edges = empty(anchored: anchored, hasLags: true, perMode: true)
    let modes = configuration.modes
    forEachTarget(anchored: anchored) { frame, agent, mode, target in
      if ring[place(frame)].visible[agent] {
        let pov = view(target)
        let first = first(of: agent, from: max(0, frame - configuration.predictionWindow), frame)
        for earlier in first..<max(first, frame) {
          let source = ring[place(earlier)]
          guard source.visible[agent] else { continue }
          let row = place(earlier) * agents + agent
          let pose = anchored ? anchors[row * modes + mode] : source.poses[agent]
          edges.lists.sources.append(Int32(anchored ? row * modes + mode : row))
          pov.append(pose, heading: pose.heading, to: &edges.features)
          edges.features.append(lag(earlier - frame))
        }
      }
      edges.lists.endList()
    }
    return edges
  }

  /// From the other modes of the same agent and frame, with features in the second stage; sources
  /// are nodes of `frames`.
  func modes(anchored: Bool) -> FeaturedEdges {
    var edges = FeaturedEdges(width: configuration.poseFeatures)
    let modes = configuration.modes
    for frame in frames {
      for (index, agent) in active.enumerated() {
        let first = ((frame - frames.lowerBound) * active.count + index) * modes
        let anchor = (place(frame) * agents + agent) * modes
        for mode in 0..<modes {
          if ring[place(frame)].visible[agent] {
            let pov = anchored ? view(anchors[anchor + mode]) : nil
            for other in 0..<modes where other != mode {
              edges.lists.sources.append(Int32(first + other))
              guard let pov else { continue }
              let pose = anchors[anchor + other]
              pov.append(pose, heading: pose.heading, to: &edges.features)
            }
          }
          edges.lists.endList()
        }
      }
    }
    return edges
  }
}

/// Of some places the nearest, in the order in which they were added.
private struct Nearest {
  /// How many are kept; nil: all.
  let limit: Int?
  private var found: [(index: Int, square: Double)] = []

  init(limit: Int?) { self.limit = limit }

  mutating func removeAll() { found.removeAll(keepingCapacity: true) }

  /// - Parameter square: of its distance.
  mutating func append(_ index: Int, _ square: Double) { found.append((index, square)) }

  mutating func forEach(_ body: (Int) -> Void) {
    if let limit, found.count > limit {
      // Of equally near ones the first.
      found.sort { $0.square < $1.square || ($0.square == $1.square && $0.index < $1.index) }
      found.removeLast(found.count - limit)
      found.sort { $0.index < $1.index }
    }
    for one in found { body(one.index) }
  }
}

extension HPNetMap {
  /// From pieces to their lanes.
  func pieceEdges(_ configuration: HPNetConfiguration) -> FeaturedEdges {
    let hasSides = configuration.variant == .interaction
    var edges = FeaturedEdges(width: configuration.pieceEdgeFeatures)
    var piecesOfLane = [[Int]](repeating: [], count: lanes.count)
    for (piece, lane) in laneOfPiece.enumerated() { piecesOfLane[lane].append(piece) }
    for (lane, members) in piecesOfLane.enumerated() {
      let view = RelativePose(
        to: lanes[lane], angles: configuration.angles)
      for piece in members {
        edges.lists.sources.append(Int32(piece))
        view.append(pieces[piece], heading: pieces[piece].heading, to: &edges.features)
        if hasSides { edges.features.append(pieceSides[piece]) }
      }
      edges.lists.endList()
    }
    return edges
  }

  /// Between lanes: every relation in turn, with one edge per number of hops that join a pair.
  func laneEdges(_ configuration: HPNetConfiguration) -> FeaturedEdges {
    precondition(lanes.isEmpty || relations.count == configuration.relations, "known relations")
    let hops = configuration.laneHops
    var edges = FeaturedEdges(width: configuration.poseFeatures + 1 + configuration.relations)
    // Sources that reach each lane, by relation and number of hops.
    var reaching: [[(source: Int, relation: Int, hop: Int)]] = Array(
      repeating: [], count: lanes.count)
    for (kind, relation) in relations.enumerated() {
      var direct = [Set<Int>](repeating: [], count: lanes.count)
      for link in relation.links { direct[link.target].insert(link.source) }
      var ends = direct
      for hop in 1...(relation.hops ? max(1, hops) : 1) {
        if hop > 1 {
          ends = ends.map { reached in
            reached.reduce(into: Set<Int>()) { $0.formUnion(direct[$1]) }
          }
        }
        for lane in lanes.indices {
          for source in ends[lane].sorted() where visible[source] {
            reaching[lane].append((source, kind, hop))
          }
        }
      }
    }
    for lane in lanes.indices {
      let view = RelativePose(
        to: lanes[lane], angles: configuration.angles)
      for edge in reaching[lane] {
        edges.lists.sources.append(Int32(edge.source))
        let pose = lanes[edge.source]
        view.append(pose, heading: pose.heading, to: &edges.features)
        edges.features.append(Float(edge.hop))
        for kind in relations.indices { edges.features.append(kind == edge.relation ? 1 : 0) }
      }
      edges.lists.endList()
    }
    return edges
  }
}
