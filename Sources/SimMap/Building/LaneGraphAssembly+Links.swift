import SimGeometry

extension LaneGraphAssembly {
  /// Resolves the links of all lanes and completes those that only one side states.
  mutating func linkLanes(_ drafts: [LaneDraft]) {
    for lane in drafts.indices {
      lanes[lane].successors = linked(drafts[lane].successors, "successor", of: lane)
      lanes[lane].predecessors = linked(drafts[lane].predecessors, "predecessor", of: lane)
      if let left = drafts[lane].left {
        lanes[lane].left = neighbour(left, "left neighbour", of: lane)
      }
      if let right = drafts[lane].right {
        lanes[lane].right = neighbour(right, "right neighbour", of: lane)
      }
    }
    // By index: the lists that are walked through may be shared, those that grow are others.
    for lane in drafts.indices {
      for k in lanes[lane].successors.indices {
        let next = lanes[lane].successors[k]
        if lanes[next].predecessors.contains(lane) { continue }
        if lanes[next].predecessors.isEmpty { lanes[next].predecessors.reserveCapacity(4) }
        lanes[next].predecessors.append(lane)
        reportOneSided(next, "predecessor", lane)
      }
      for k in lanes[lane].predecessors.indices {
        let last = lanes[lane].predecessors[k]
        if lanes[last].successors.contains(lane) { continue }
        if lanes[last].successors.isEmpty { lanes[last].successors.reserveCapacity(4) }
        lanes[last].successors.append(lane)
        reportOneSided(last, "successor", lane)
      }
    }
    for lane in drafts.indices {
      if lanes[lane].successors.count > 1 {
        lanes[lane].successors = sortedUnique(lanes[lane].successors)
      }
      if lanes[lane].predecessors.count > 1 {
        lanes[lane].predecessors = sortedUnique(lanes[lane].predecessors)
      }
    }
    for lane in drafts.indices {
      if let left = lanes[lane].left { completeNeighbour(of: left, from: lane, isLeft: true) }
      if let right = lanes[lane].right { completeNeighbour(of: right, from: lane, isLeft: false) }
    }
  }

  /// The lanes that a draft's links name, ascending.
  private mutating func linked(_ names: [String], _ role: String, of lane: Int) -> [Int] {
    if names.isEmpty { return [] }
    if names.count == 1 {
      guard let place = place(of: names[0], as: role, of: lane) else { return [] }
      return list(of: place)
    }
    var found: [Int] = []
    found.reserveCapacity(names.count)
    for name in names {
      if let place = place(of: name, as: role, of: lane) { found.append(place) }
    }
    return sortedUnique(found)
  }

  /// The place of a lane that a lane refers to.
  private mutating func place(of id: String, as role: String, of lane: Int) -> Int? {
    if let place = places[id] { return place }
    return place(of: id, as: role, of: .lane, lanes[lane].id)
  }

  private mutating func neighbour(
    _ draft: LaneDraft.Neighbour, _ role: String, of lane: Int
  ) -> LaneNeighbour? {
    guard let other = place(of: draft.id, as: role, of: lane) else { return nil }
    if other == lane {
      report(.danglingReference, .lane, lanes[lane].id, "it is its own \(role)")
      return nil
    }
    return LaneNeighbour(lane: other, isSameDirection: draft.isSameDirection)
  }

  /// States the way back of a neighbour link if the neighbour has nothing on that side.
  private mutating func completeNeighbour(of link: LaneNeighbour, from lane: Int, isLeft: Bool) {
    let back = LaneNeighbour(lane: lane, isSameDirection: link.isSameDirection)
    // Seen from an oncoming lane, the same side is shared.
    let isBackLeft = isLeft != link.isSameDirection
    if isBackLeft, lanes[link.lane].left == nil {
      lanes[link.lane].left = back
      reportOneSided(link.lane, "left neighbour", lane)
    } else if !isBackLeft, lanes[link.lane].right == nil {
      lanes[link.lane].right = back
      reportOneSided(link.lane, "right neighbour", lane)
    }
  }

  private mutating func reportOneSided(_ lane: Int, _ role: String, _ other: Int) {
    guard builder.reportsOneSidedLinks else { return }
    report(
      .oneSidedLink, .lane, lanes[lane].id,
      "it does not name its \(role) '\(lanes[other].id)'; added")
  }

  /// Groups lanes into road segments: as the drafts say, else chains of same-direction neighbours.
  mutating func makeSegments(_ drafts: [LaneDraft]) -> [RoadSegment] {
    var groups: [(id: String, lanes: [Int])] = []
    var groupOf = [Int](repeating: -1, count: lanes.count)
    var named = IDTable(reservingCapacity: lanes.count)
    groups.reserveCapacity(lanes.count)
    for lane in lanes.indices where groupOf[lane] < 0 {
      if let id = drafts[lane].segment {
        let group = named.place(of: id, orEntering: groups.count)
        if group == groups.count {
          groups.append((id, list(of: lane)))
        } else {
          groups[group].lanes.append(lane)
        }
        groupOf[lane] = group
        continue
      }
      // To the leftmost lane of the chain, then collect towards the right.
      var first = lane
      var steps = 0
      while let left = lanes[first].left, left.isSameDirection, groupOf[left.lane] < 0,
        drafts[left.lane].segment == nil, left.lane != lane, steps < lanes.count
      {
        first = left.lane
        steps += 1
      }
      var chain = [first]
      groupOf[first] = groups.count
      while let last = chain.last, let right = lanes[last].right, right.isSameDirection,
        groupOf[right.lane] < 0, drafts[right.lane].segment == nil
      {
        groupOf[right.lane] = groups.count
        chain.append(right.lane)
      }
      if groupOf[lane] < 0 {
        // Neighbour links that lead left but not back: the lane stays alone.
        groupOf[lane] = groups.count + 1
        groups.append((segmentID(chain), chain))
        groups.append((lanes[lane].id, [lane]))
      } else {
        groups.append((segmentID(chain), chain))
      }
    }
    for lane in lanes.indices { lanes[lane].segment = groupOf[lane] }
    var segments: [RoadSegment] = []
    segments.reserveCapacity(groups.count)
    for number in groups.indices {
      let ordered = leftToRight(groups[number].lanes)
      let first = ordered[0]
      let last = ordered[ordered.count - 1]
      segments.append(
        RoadSegment(
          id: groups[number].id, lanes: ordered,
          isConnector: ordered.allSatisfy { lanes[$0].isConnector },
          leftmost: lanes[first].lines, rightmost: lanes[last].lines,
          predecessors: linked(ordered, groupOf, ahead: false),
          successors: linked(ordered, groupOf, ahead: true)))
    }
    return segments
  }

  /// The segments that the lanes of one are linked to, ascending.
  ///
  /// - Parameter ahead: by their successors, else by their predecessors.
  private func linked(_ members: [Int], _ groupOf: [Int], ahead: Bool) -> [Int] {
    if members.count == 1 {
      let others = ahead ? lanes[members[0]].successors : lanes[members[0]].predecessors
      if others.isEmpty { return [] }
      if others.count == 1 { return list(of: groupOf[others[0]]) }
      // Where every segment is one lane, the lists are the same.
      if others.allSatisfy({ groupOf[$0] == $0 }) { return others }
    }
    var found: [Int] = []
    for lane in members {
      for other in ahead ? lanes[lane].successors : lanes[lane].predecessors
      where found.last != groupOf[other] {
        found.append(groupOf[other])
      }
    }
    return sortedUnique(found)
  }

  /// The road's name if all ids have the form `road.k`, else the leftmost lane's id.
  private func segmentID(_ chain: [Int]) -> String {
    if chain.count == 1 { return splitLaneID(lanes[chain[0]].id)?.road ?? lanes[chain[0]].id }
    let roads = chain.map { splitLaneID(lanes[$0].id)?.road }
    if let road = roads[0], roads.allSatisfy({ $0 == road }) { return road }
    return lanes[chain[0]].id
  }

  /// The lanes of a named segment in order, by their neighbour links as far as those lead.
  private func leftToRight(_ members: [Int]) -> [Int] {
    guard members.count > 1 else { return members }
    func hasLeft(_ lane: Int) -> Bool {
      guard let left = lanes[lane].left else { return false }
      return left.isSameDirection && members.contains(left.lane)
    }
    var ordered: [Int] = []
    for start in members where !hasLeft(start) {
      var lane: Int? = start
      while let current = lane, !ordered.contains(current) {
        ordered.append(current)
        guard let right = lanes[current].right, right.isSameDirection,
          members.contains(right.lane)
        else { break }
        lane = right.lane
      }
    }
    return ordered.count == members.count ? ordered : members
  }
}
