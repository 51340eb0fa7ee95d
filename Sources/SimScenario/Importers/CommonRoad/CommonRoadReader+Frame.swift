import SimGeometry

extension CommonRoadReader {
  /// Beyond this distance from the origin coordinates are shifted, metres: UTM coordinates cost
  /// float32 consumers (viewers, networks) all their decimals.
  private static let farFromOrigin = 10_000.0

  /// Farther than this from the first lanelet nothing of a scene can be, metres.
  private static let extent = 1_000_000.0

  /// Reports what is absurdly far from the rest: a slip of the pen would make the map so large.
  mutating func checkExtent() {
    guard let origin = file.lanelets.first?.left.first else { return }
    func isFar(_ p: Vector2) -> Bool {
      max((p.x - origin.x).magnitude, (p.y - origin.y).magnitude) > Self.extent
    }
    let far = "more than \(Int(Self.extent / 1000)) km from the start of the first lanelet"
    for lanelet in file.lanelets where (lanelet.left + lanelet.right).contains(where: isFar) {
      error(at: lanelet.node, "lanelet \(lanelet.id) reaches \(far)")
    }
    for obstacle in file.obstacles where obstacle.states.contains(where: { isFar($0.position) }) {
      error(at: obstacle.node, "obstacle \(obstacle.id) is \(far)")
    }
    for problem in file.problems where isFar(problem.initial.position) {
      error(at: problem.node, "planning problem \(problem.id) starts \(far)")
    }
  }

  /// Moves everything to a local frame if the map lies far from the origin. The shift is a whole
  /// number of hundreds of metres and stands in a note.
  mutating func moveToLocalFrame() {
    let box = BoundingBox(around: file.lanelets.flatMap { $0.left + $0.right })
    guard !box.isEmpty else { return }
    let centre = box.centre
    guard max(centre.x.magnitude, centre.y.magnitude) > Self.farFromOrigin else { return }
    let shift = Vector2((centre.x / 100).rounded() * 100, (centre.y / 100).rounded() * 100)
    note(
      "coordinates far from the origin are shifted to a local frame",
      "x - \(shift.x), y - \(shift.y)", at: file.lanelets[0].node)
    for i in file.lanelets.indices {
      for j in file.lanelets[i].left.indices { file.lanelets[i].left[j] -= shift }
      for j in file.lanelets[i].right.indices { file.lanelets[i].right[j] -= shift }
      if let ends = file.lanelets[i].stopLine?.ends {
        file.lanelets[i].stopLine?.ends = (ends.0 - shift, ends.1 - shift)
      }
    }
    for i in file.obstacles.indices {
      for j in file.obstacles[i].states.indices { file.obstacles[i].states[j].position -= shift }
    }
    for i in file.problems.indices {
      file.problems[i].initial.position -= shift
      for j in file.problems[i].goals.indices {
        file.problems[i].goals[j].regions = file.problems[i].goals[j].regions?.map {
          $0.moved(by: -shift)
        }
      }
    }
  }
}

extension CommonRoadFile.Region {
  fileprivate func moved(by shift: Vector2) -> CommonRoadFile.Region {
    switch self {
    case .polygon(let points): .polygon(points.map { $0 + shift })
    case .circle(let centre, let radius): .circle(centre: centre + shift, radius: radius)
    case .lanelet: self
    }
  }
}
