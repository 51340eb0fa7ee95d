import SimGeometry

/// Which lanelets lie in junctions.
///
/// Lanelets that an intersection names as the ways of its incomings are connectors, and so are
/// those of type `intersection`. Files without either (2018b has none) get theirs from geometry:
/// lanelets that cross another one's centreline, and those that branch off or merge beside such a
/// one. Forks and merges alone, such as motorway ramps, make no junction.
struct CommonRoadJunctions {
  /// Turns as the file's intersections state them.
  enum Turn { case right, straight, left }

  /// By place of the lanelet in the file; nil: not in a junction.
  private(set) var junctionOf: [String?]
  /// Turn of connectors named by an intersection.
  private(set) var turnOf: [Turn?]

  private let file: CommonRoadFile
  private let places: [Int: Int]
  /// Links that either lanelet states, by place.
  private var successors: [[Int]]
  private var predecessors: [[Int]]

  init(of file: CommonRoadFile, places: [Int: Int]) {
    self.file = file
    self.places = places
    junctionOf = [String?](repeating: nil, count: file.lanelets.count)
    turnOf = [Turn?](repeating: nil, count: file.lanelets.count)
    successors = file.lanelets.map { $0.successors.compactMap { places[$0.id] } }
    predecessors = file.lanelets.map { $0.predecessors.compactMap { places[$0.id] } }
    for place in file.lanelets.indices {
      for next in successors[place] where !predecessors[next].contains(place) {
        predecessors[next].append(place)
      }
      for last in predecessors[place] where !successors[last].contains(place) {
        successors[last].append(place)
      }
    }
    for intersection in file.intersections {
      for incoming in intersection.incomings {
        claim(incoming.right, .right, for: intersection)
        claim(incoming.straight, .straight, for: intersection)
        claim(incoming.left, .left, for: intersection)
      }
    }
    let typed = file.lanelets.indices.filter { file.lanelets[$0].types.contains("intersection") }
    if junctionOf.contains(where: { $0 != nil }) {
      join(typed.filter { junctionOf[$0] == nil })
    } else {
      group(typed.isEmpty ? crossing() : typed)
    }
  }

  private mutating func claim(
    _ references: [CommonRoadFile.Reference], _ turn: Turn,
    for intersection: CommonRoadFile.Intersection
  ) {
    for reference in references {
      guard let place = places[reference.id] else { continue }
      if junctionOf[place] == nil { junctionOf[place] = String(intersection.id) }
      if turnOf[place] == nil { turnOf[place] = turn }
    }
  }

  // MARK: - Geometry

  private func outline(_ place: Int) -> Polygon {
    Polygon(file.lanelets[place].left + file.lanelets[place].right.reversed())
  }

  private func middle(_ place: Int) -> [Vector2] {
    let lanelet = file.lanelets[place]
    guard lanelet.left.count == lanelet.right.count else {
      guard let left = Polyline(lanelet.left), let right = Polyline(lanelet.right) else {
        return []
      }
      return (0...10).map { step in
        let share = Double(step) / 10
        return (left.point(at: share * left.length) + right.point(at: share * right.length)) * 0.5
      }
    }
    return zip(lanelet.left, lanelet.right).map { ($0 + $1) * 0.5 }
  }

  /// Places of the lanelets that cross another one, with their siblings beside them, ascending.
  private func crossing() -> [Int] {
    let middles = file.lanelets.indices.map { middle($0) }
    let boxes = middles.map { BoundingBox(around: $0) }
    let index = SpatialIndex(boxes)
    var isCrossing = [Bool](repeating: false, count: middles.count)
    var near: [Int32] = []
    for a in middles.indices where file.lanelets[a].mayCarryVehicles {
      near.removeAll(keepingCapacity: true)
      index.query(boxes[a], into: &near)
      for b in near.map(Int.init) where b > a && file.lanelets[b].mayCarryVehicles {
        let areLinked =
          successors[a].contains { $0 == b || successors[b].contains($0) }
          || predecessors[a].contains { $0 == b || predecessors[b].contains($0) }
        if !areLinked, cross(middles[a], middles[b]) {
          isCrossing[a] = true
          isCrossing[b] = true
        }
      }
    }
    var result = isCrossing
    for place in middles.indices where isCrossing[place] {
      let siblings =
        predecessors[place].flatMap { successors[$0] }
        + successors[place].flatMap { predecessors[$0] }
      for sibling in siblings where !result[sibling] {
        result[sibling] = outline(sibling).intersectionArea(with: outline(place)) > 1
      }
    }
    return result.indices.filter { result[$0] }
  }

  private func cross(_ a: [Vector2], _ b: [Vector2]) -> Bool {
    for (start, end) in zip(a, a.dropFirst()) {
      let segment = Segment(start, end)
      for (otherStart, otherEnd) in zip(b, b.dropFirst())
      where segment.intersects(Segment(otherStart, otherEnd)) {
        return true
      }
    }
    return false
  }

  /// Puts connectors that overlap into one junction, named after its first lanelet.
  private mutating func group(_ connectors: [Int]) {
    let outlines = connectors.map { outline($0) }
    let index = SpatialIndex(outlines.map(\.boundingBox))
    var root = Array(connectors.indices)
    func find(_ member: Int) -> Int {
      var member = member
      while root[member] != member {
        root[member] = root[root[member]]
        member = root[member]
      }
      return member
    }
    var near: [Int32] = []
    for a in connectors.indices {
      near.removeAll(keepingCapacity: true)
      index.query(outlines[a].boundingBox, into: &near)
      for b in near.map(Int.init)
      where b > a && outlines[a].intersectionArea(with: outlines[b]) > 0.5 {
        let groups = (find(a), find(b))
        root[max(groups.0, groups.1)] = min(groups.0, groups.1)
      }
    }
    for (member, place) in connectors.enumerated() {
      junctionOf[place] = "junction.\(file.lanelets[connectors[find(member)]].id)"
    }
  }

  /// Adds lanelets of type `intersection` that no intersection names to the junction in which they
  /// lie: across one of its connectors, not before or behind it. (Files exist in which the roads
  /// that lead away from an intersection have this type too.)
  private mutating func join(_ typed: [Int]) {
    let stated = file.lanelets.indices.filter { junctionOf[$0] != nil }
    let outlines = stated.map { outline($0) }
    let index = SpatialIndex(outlines.map(\.boundingBox))
    var near: [Int32] = []
    for place in typed {
      let linked = predecessors[place] + successors[place]
      let outline = outline(place)
      near.removeAll(keepingCapacity: true)
      index.query(outline.boundingBox, into: &near)
      let owner = near.map(Int.init).first {
        !linked.contains(stated[$0]) && outline.intersectionArea(with: outlines[$0]) > 1
      }
      if let owner { junctionOf[place] = junctionOf[stated[owner]] }
    }
  }
}

extension CommonRoadFile.Lanelet {
  /// Nothing says that only walkers or cyclists use it.
  var mayCarryVehicles: Bool {
    !types.contains { ["crosswalk", "sidewalk", "bicycleLane", "parking"].contains($0) }
      && (users.isEmpty || !users.allSatisfy { $0 == "pedestrian" || $0 == "bicycle" })
  }
}
