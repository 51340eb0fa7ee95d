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
/// t % capacity. Rows of nodes are ordered by frame, agent, mode.
struct HPNetEdges {
  let configuration: HPNetConfiguration
  /// The ring of frames.
  var ring: [HPNetFrame]
  /// The frames whose nodes attend.
  var frames: Range<Int>
  /// Anchors of the second stage in the same ring, [capacity * agents * modes].
  var anchors: [Pose2] = []

  var agents: Int { ring.first?.agents ?? 0 }

  private func place(_ frame: Int) -> Int { frame % ring.count }

  /// Poses of the nodes of `frames` in the first stage, those of their agents.
  var agentPoses: [Pose2] {
    frames.flatMap { frame in
      ring[place(frame)].poses.flatMap { [Pose2](repeating: $0, count: configuration.modes) }
    }
  }

  /// Calls `body` for every frame that attends and every agent, with the targets' poses: one in the
  /// first stage, one per mode in the second.
  private func forEachTarget(
    anchored: Bool, _ body: (_ frame: Int, _ agent: Int, _ mode: Int, _ target: Pose2) -> Void
  ) {
    for frame in frames {
      for agent in 0..<agents {
        if anchored {
          let first = (place(frame) * agents + agent) * configuration.modes
          for mode in 0..<configuration.modes { body(frame, agent, mode, anchors[first + mode]) }
        } else {
          body(frame, agent, 0, ring[place(frame)].poses[agent])
        }
      }
    }
  }

  private func empty(anchored: Bool, width: Int, perMode: Bool = false) -> FeaturedEdges {
    let fan = anchored ? 1 : configuration.modes
    return FeaturedEdges(width: width, fan: fan, sourceFan: perMode ? fan : 1)
  }

  /// From an agent's earlier frames (and this one); sources are rows place * agents + agent.
  func history(anchored: Bool) -> FeaturedEdges {
    var edges = empty(anchored: anchored, width: 4)
    let shift = anchored ? configuration.anchorStep : 0
    forEachTarget(anchored: anchored) { frame, agent, _, target in
      if ring[place(frame)].visible[agent] {
        let view = RelativePose(to: target)
        for earlier in max(0, frame - configuration.positionWindow)...frame {
          let source = ring[place(earlier)]
          guard source.visible[agent] else { continue }
          edges.lists.sources.append(Int32(place(earlier) * agents + agent))
          let pose = source.poses[agent]
          view.append(
            pose, heading: source.sourceHeadings?[agent] ?? pose.heading, to: &edges.features)
          edges.features.append(Float(earlier - frame - shift))
        }
      }
      edges.lists.endList()
    }
    return edges
  }

  /// From lanes within the radius.
  func lanes(_ map: HPNetMap, anchored: Bool) -> FeaturedEdges {
    var edges = empty(anchored: anchored, width: 3)
    let reach = configuration.laneRadius * configuration.laneRadius
    forEachTarget(anchored: anchored) { frame, agent, _, target in
      if ring[place(frame)].visible[agent] {
        let view = RelativePose(to: target)
        for lane in map.lanes.indices where map.visible[lane] {
          let pose = map.lanes[lane]
          guard (pose.position - target.position).lengthSquared < reach else { continue }
          edges.lists.sources.append(Int32(lane))
          view.append(pose, heading: pose.heading, to: &edges.features)
        }
      }
      edges.lists.endList()
    }
    return edges
  }

  /// From the same mode of other agents in the same frame within the radius; sources are nodes of
  /// `frames`.
  func others(anchored: Bool) -> FeaturedEdges {
    var edges = empty(anchored: anchored, width: 3, perMode: true)
    let reach = configuration.agentRadius * configuration.agentRadius
    let modes = configuration.modes
    forEachTarget(anchored: anchored) { frame, agent, mode, target in
      let current = ring[place(frame)]
      if current.visible[agent] {
        let view = RelativePose(to: target)
        for other in 0..<agents where other != agent && current.visible[other] {
          let pose =
            anchored
            ? anchors[(place(frame) * agents + other) * modes + mode] : current.poses[other]
          guard (pose.position - target.position).lengthSquared < reach else { continue }
          let row = (frame - frames.lowerBound) * agents + other
          edges.lists.sources.append(Int32(anchored ? row * modes + mode : row))
          view.append(pose, heading: pose.heading, to: &edges.features)
        }
      }
      edges.lists.endList()
    }
    return edges
  }

  /// From the same mode of the same agent's forecasts in earlier frames; sources are rows of the
  /// ring, (place * agents + agent) * modes + mode.
  func predictions(anchored: Bool) -> FeaturedEdges {
    var edges = empty(anchored: anchored, width: 4, perMode: true)
    let modes = configuration.modes
    forEachTarget(anchored: anchored) { frame, agent, mode, target in
      if ring[place(frame)].visible[agent] {
        let view = RelativePose(to: target)
        for earlier in max(0, frame - configuration.predictionWindow)..<max(0, frame) {
          let source = ring[place(earlier)]
          guard source.visible[agent] else { continue }
          let row = place(earlier) * agents + agent
          let pose = anchored ? anchors[row * modes + mode] : source.poses[agent]
          edges.lists.sources.append(Int32(anchored ? row * modes + mode : row))
          view.append(pose, heading: pose.heading, to: &edges.features)
          edges.features.append(Float(earlier - frame))
        }
      }
      edges.lists.endList()
    }
    return edges
  }

  /// From the other modes of the same agent and frame, with features in the second stage; sources
  /// are nodes of `frames`.
  func modes(anchored: Bool) -> FeaturedEdges {
    var edges = FeaturedEdges(width: 3)
    let modes = configuration.modes
    for frame in frames {
      for agent in 0..<agents {
        let first = ((frame - frames.lowerBound) * agents + agent) * modes
        let anchor = (place(frame) * agents + agent) * modes
        for mode in 0..<modes {
          if ring[place(frame)].visible[agent] {
            let view = anchored ? RelativePose(to: anchors[anchor + mode]) : nil
            for other in 0..<modes where other != mode {
              edges.lists.sources.append(Int32(first + other))
              guard let view else { continue }
              let pose = anchors[anchor + other]
              view.append(pose, heading: pose.heading, to: &edges.features)
            }
          }
          edges.lists.endList()
        }
      }
    }
    return edges
  }
}

extension HPNetMap {
  /// From pieces to their lanes.
  func pieceEdges(hasSides: Bool) -> FeaturedEdges {
    var edges = FeaturedEdges(width: hasSides ? 4 : 3)
    var piecesOfLane = [[Int]](repeating: [], count: lanes.count)
    for (piece, lane) in laneOfPiece.enumerated() { piecesOfLane[lane].append(piece) }
    for (lane, members) in piecesOfLane.enumerated() {
      let view = RelativePose(to: lanes[lane])
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
  func laneEdges(hops: Int) -> FeaturedEdges {
    var edges = FeaturedEdges(width: 4 + relations.count)
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
      let view = RelativePose(to: lanes[lane])
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
