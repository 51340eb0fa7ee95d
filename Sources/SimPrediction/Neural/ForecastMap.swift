import SimCore
public import SimGeometry
public import SimMap
public import SimNeural

/// A lane graph as the forecaster sees it: lanes cut into sections of at most `longest` metres.
///
/// The network knows a lane by the pose of its middle, so that the long lanes of a motorway would
/// be out of sight almost everywhere. Coordinates are the map's, moved so that `origin` is at 0
/// (float32 would not tell centimetres apart in maps that lie thousands of kilometres from theirs).
public struct ForecastMap: Sendable {
  /// Longest section, metres.
  public static let longest = 20.0
  /// Numbers per section (`features`).
  public static let features = 8

  /// The point of the map that is the network's origin, metres: whole ones, so that moving is exact
  /// for most maps.
  public let origin: Vector2
  /// The sections.
  public private(set) var lanes = HPNetMap()
  /// First section and number of sections of every lane of the graph; empty for lanes that nobody
  /// moves along.
  private var sections: [Range<Int>] = []
  /// Of every section the lane of the graph, and where on its centreline it begins and ends,
  /// metres.
  private(set) var stretches: [(lane: Int, start: Double, end: Double)] = []
  /// What limits speeds, and who gives way to whom.
  let rules: ForecastRules

  /// Cuts up a map.
  public init(_ map: LaneGraph) {
    let box = map.bounds
    let middle = (box.min + box.max) / 2
    rules = ForecastRules(map)
    origin = Vector2(middle.x.rounded(), middle.y.rounded())
    for lane in map.lanes {
      let first = lanes.lanes.count
      if Self.isSeen(lane.kind) { cut(lane) }
      sections.append(first..<lanes.lanes.count)
    }
    link(map)
  }

  /// Whether the network is shown lanes of a kind.
  private static func isSeen(_ kind: LaneKind) -> Bool {
    switch kind {
    case .driving, .ramp, .bus, .bicycle, .sidewalk, .crosswalk: true
    case .shoulder, .parking, .restricted: false
    }
  }

  private mutating func cut(_ lane: Lane) {
    let count = max(1, Int((lane.length / Self.longest).rounded(.up)))
    for section in 0..<count {
      let number = lanes.lanes.count
      let length = lane.centreline.length / Double(count)
      stretches.append((lane.index, Double(section) * length, Double(section + 1) * length))
      func points(_ line: Polyline, _ pieces: Int) -> [Vector2] {
        (0...pieces).map { k in
          let share = (Double(section) + Double(k) / Double(pieces)) / Double(count)
          return line.point(at: share * line.length) - origin
        }
      }
      func add(_ points: [Vector2], side: Float) {
        for (a, b) in zip(points, points.dropFirst()) {
          let edge = b - a
          lanes.pieces.append(
            Pose2((a + b) / 2, heading: edge == .zero ? 0 : ExactMath.atan2(edge.y, edge.x)))
          lanes.pieceLengths.append(Float(edge.length))
          lanes.pieceSides.append(side)
          lanes.laneOfPiece.append(number)
        }
      }
      add(points(lane.leftBound, 2), side: 0)
      add(points(lane.centreline, 4), side: 1)
      add(points(lane.rightBound, 2), side: 2)
      let share = (Double(section) + 0.5) / Double(count)
      let pose = lane.centreline.pose(at: share * lane.length)
      lanes.lanes.append(Pose2(pose.position - origin, heading: pose.heading))
      lanes.visible.append(true)
      lanes.laneFeatures += features(of: lane, section, of: count, at: pose.position)
    }
  }

  /// Length in twenties of metres, limit in 15 m/s (0: none), in a junction, by how much it turns
  /// (radians, left positive), width in 3.5 m, and of which kind: for vehicles, bicycles, walkers.
  private func features(
    of lane: Lane, _ section: Int, of count: Int, at middle: Vector2
  ) -> [Float] {
    let line = lane.centreline
    let first = line.pose(at: line.length * Double(section) / Double(count)).heading
    let last = line.pose(at: line.length * Double(section + 1) / Double(count)).heading
    let width = lane.leftBound.distance(to: middle) + lane.rightBound.distance(to: middle)
    let isForWalkers = lane.kind == .sidewalk || lane.kind == .crosswalk
    return [
      Float(line.length / Double(count) / Self.longest), Float((lane.speedLimit ?? 0) / 15),
      lane.isConnector ? 1 : 0, Float(ExactMath.wrapAngle(last - first)),
      Float(min(width, 20) / 3.5), lane.kind.isDrivable ? 1 : 0, lane.kind == .bicycle ? 1 : 0,
      isForWalkers ? 1 : 0,
    ]
  }

  /// Left and right neighbours, predecessors, successors.
  private mutating func link(_ map: LaneGraph) {
    var left: [HPNetMap.Link] = []
    var right: [HPNetMap.Link] = []
    var before: [HPNetMap.Link] = []
    var after: [HPNetMap.Link] = []
    for lane in map.lanes {
      let own = sections[lane.index]
      for k in own.dropFirst() {
        before.append(HPNetMap.Link(source: k - 1, target: k))
        after.append(HPNetMap.Link(source: k, target: k - 1))
      }
      guard let first = own.first, let last = own.last else { continue }
      for next in lane.successors {
        guard let other = sections[next].first else { continue }
        before.append(HPNetMap.Link(source: last, target: other))
        after.append(HPNetMap.Link(source: other, target: last))
      }
      func join(_ neighbour: LaneNeighbour?, _ links: inout [HPNetMap.Link]) {
        guard let neighbour else { return }
        let theirs = sections[neighbour.lane]
        guard !theirs.isEmpty else { return }
        for k in own {
          let share = (Double(k - first) + 0.5) / Double(own.count)
          let there = neighbour.isSameDirection ? share : 1 - share
          let place = min(Int(there * Double(theirs.count)), theirs.count - 1)
          links.append(HPNetMap.Link(source: theirs.lowerBound + place, target: k))
        }
      }
      join(lane.left, &left)
      join(lane.right, &right)
    }
    lanes.relations = [
      HPNetMap.Relation(links: left, hops: false), HPNetMap.Relation(links: right, hops: false),
      HPNetMap.Relation(links: before, hops: true), HPNetMap.Relation(links: after, hops: true),
    ]
  }

  /// The sections whose middles are within a distance of one of some places, metres in the
  /// network's frame.
  public func around(_ places: [Vector2], within radius: Double) -> HPNetMap {
    lanes.kept(
      lanes.lanes.map { lane in
        places.contains { (lane.position - $0).lengthSquared < radius * radius }
      })
  }
}

extension HPNetMap {
  /// The lanes picked, with their pieces and the links among them.
  func kept(_ isKept: [Bool]) -> HPNetMap {
    var map = HPNetMap()
    var place = [Int](repeating: -1, count: lanes.count)
    let width = lanes.isEmpty ? 0 : laneFeatures.count / lanes.count
    for lane in lanes.indices where isKept[lane] {
      place[lane] = map.lanes.count
      map.lanes.append(lanes[lane])
      map.visible.append(visible[lane])
      map.laneFeatures += laneFeatures[lane * width..<(lane + 1) * width]
    }
    for piece in pieces.indices where isKept[laneOfPiece[piece]] {
      map.pieces.append(pieces[piece])
      map.pieceLengths.append(pieceLengths[piece])
      map.pieceSides.append(pieceSides[piece])
      map.laneOfPiece.append(place[laneOfPiece[piece]])
    }
    map.relations = relations.map { relation in
      Relation(
        links: relation.links.compactMap { link in
          isKept[link.source] && isKept[link.target]
            ? Link(source: place[link.source], target: place[link.target]) : nil
        }, hops: relation.hops)
    }
    return map
  }

  /// The map seen in a mirror: left is right.
  public var mirrored: HPNetMap {
    func flip(_ pose: Pose2) -> Pose2 { Pose2(x: pose.x, y: -pose.y, heading: -pose.heading) }
    var map = self
    map.lanes = lanes.map(flip)
    map.pieces = pieces.map(flip)
    map.pieceSides = pieceSides.map { 2 - $0 }
    for lane in lanes.indices {
      map.laneFeatures[lane * ForecastMap.features + 3].negate()
    }
    map.relations.swapAt(0, 1)
    return map
  }
}
