extension Polygon {
  /// Area, square metres, positive if the vertices run counter-clockwise.
  public var signedArea: Double {
    guard let origin = vertices.first else { return 0 }
    var twice = 0.0
    for i in 1..<max(vertices.count - 1, 1) {
      twice += (vertices[i] - origin).cross(vertices[i + 1] - origin)
    }
    return 0.5 * twice
  }

  /// Area, square metres.
  public var area: Double { signedArea.magnitude }

  /// Centre of the area; the mean of the vertices if there is no area, the origin if there are
  /// none.
  public var centroid: Vector2 {
    guard let origin = vertices.first else { return .zero }
    var twice = 0.0
    var moment = Vector2.zero
    for i in 1..<max(vertices.count - 1, 1) {
      let a = vertices[i] - origin
      let b = vertices[i + 1] - origin
      let weight = a.cross(b)
      twice += weight
      moment += (a + b) * weight
    }
    if twice == 0 { return vertices.reduce(.zero, +) / Double(vertices.count) }
    return origin + moment / (3 * twice)
  }

  /// Whether the boundary neither crosses, touches nor retraces itself and encloses an area.
  public var isSimple: Bool {
    let n = vertices.count
    guard n >= 3 else { return false }
    for i in 0..<n {
      let b = vertices[(i + 1) % n]
      let c = vertices[(i + 2) % n]
      let back = vertices[i] - b
      if Orientation.sign(vertices[i], b, c) == 0 && back.dot(c - b) > 0 { return false }
    }
    // Only edges whose extents in x overlap can meet: look at them from left to right.
    let order = (0..<n).sorted {
      let a = edge($0).boundingBox.min.x
      let b = edge($1).boundingBox.min.x
      return a == b ? $0 < $1 : a < b
    }
    for (place, i) in order.enumerated() {
      let first = edge(i)
      let reach = first.boundingBox.max.x
      for j in order[(place + 1)...] {
        let second = edge(j)
        if second.boundingBox.min.x > reach { break }
        let areNeighbours = (i + 1) % n == j || (j + 1) % n == i
        if !areNeighbours && first.intersects(second) { return false }
      }
    }
    return true
  }

  /// The smallest convex polygon around some points, counter-clockwise, without points inside its
  /// edges (monotone chain, A. M. Andrew 1979).
  public static func convexHull(of points: [Vector2]) -> Polygon {
    let sorted = points.sorted { $0.x == $1.x ? $0.y < $1.y : $0.x < $1.x }
    guard sorted.count > 2 else { return Polygon(sorted) }
    func chain(_ points: some Sequence<Vector2>) -> [Vector2] {
      var hull: [Vector2] = []
      for p in points {
        while hull.count >= 2
          && Orientation.sign(hull[hull.count - 2], hull[hull.count - 1], p) <= 0
        {
          hull.removeLast()
        }
        hull.append(p)
      }
      return hull
    }
    let lower = chain(sorted)
    let upper = chain(sorted.reversed())
    return Polygon(lower.dropLast() + upper.dropLast())
  }
}
