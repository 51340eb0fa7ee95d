extension Polygon {
  /// What two polygons have in common, as convex pieces that do not overlap; neither needs to be
  /// convex. Empty if they share no area.
  ///
  /// The plane is cut into upright strips at every vertex and at every crossing of edges. Within a
  /// strip edges do not cross, so what is inside of both are trapezoids between two neighbouring
  /// edges; those of neighbouring strips between the same two edges are joined. Nothing is
  /// classified as left or right of anything, so no degenerate position needs a special case.
  public func intersectionPieces(with other: Polygon) -> [Polygon] {
    let common = boundingBox.intersection(other.boundingBox)
    guard !common.isEmpty, common.min.x < common.max.x else { return [] }
    let edges =
      StripEdge.edges(of: self, within: common, isFirst: true)
      + StripEdge.edges(of: other, within: common, isFirst: false)
    var cuts: [Double] = [common.min.x, common.max.x]
    for edge in edges {
      if edge.a.x > common.min.x { cuts.append(edge.a.x) }
      if edge.b.x < common.max.x { cuts.append(edge.b.x) }
    }
    for (i, first) in edges.enumerated() {
      for second in edges[(i + 1)...] where first.a.x < second.b.x && second.a.x < first.b.x {
        if let x = first.crossing(second), x > common.min.x, x < common.max.x { cuts.append(x) }
      }
    }
    cuts.sort()
    var open: [Trapezoid] = []
    var pieces: [Polygon] = []
    for (left, right) in zip(cuts, cuts.dropFirst()) where left < right {
      let middle = 0.5 * (left + right)
      var crossed: [(height: Double, edge: Int)] = []
      for (index, edge) in edges.enumerated() where edge.a.x <= left && edge.b.x >= right {
        crossed.append((edge.height(at: middle), index))
      }
      crossed.sort { $0.height == $1.height ? $0.edge < $1.edge : $0.height < $1.height }
      var next: [Trapezoid] = []
      var inFirst = false
      var inSecond = false
      for (place, entry) in crossed.enumerated() {
        if edges[entry.edge].isFirst { inFirst.toggle() } else { inSecond.toggle() }
        guard inFirst, inSecond, place + 1 < crossed.count else { continue }
        let above = crossed[place + 1]
        if above.height <= entry.height { continue }
        next.append(Trapezoid(lower: entry.edge, upper: above.edge, left: left, right: right))
      }
      for index in next.indices {
        if let before = open.firstIndex(where: { $0.continues(to: next[index]) }) {
          next[index].left = open[before].left
          open.remove(at: before)
        }
      }
      for done in open where done.isWide { pieces.append(done.polygon(edges)) }
      open = next
    }
    for done in open where done.isWide { pieces.append(done.polygon(edges)) }
    return pieces.filter { $0.vertices.count >= 3 && $0.area > 0 }
  }

  /// The corners of what two polygons have in common: their vertices inside each other, and where
  /// their edges cross. In no order; edges that lie on each other add none.
  public func intersectionCorners(with other: Polygon) -> [Vector2] {
    var corners = vertices.filter { other.containsOrTouches($0) }
    corners += other.vertices.filter { containsOrTouches($0) }
    for i in vertices.indices {
      let mine = edge(i)
      guard mine.boundingBox.intersects(other.boundingBox) else { continue }
      let along = mine.end - mine.start
      for j in other.vertices.indices {
        let theirs = other.edge(j)
        guard mine.intersects(theirs) else { continue }
        let across = theirs.end - theirs.start
        let turn = along.cross(across)
        if turn == 0 { continue }
        let part = (theirs.start - mine.start).cross(across) / turn
        corners.append(mine.start + along * min(max(part, 0), 1))
      }
    }
    return corners
  }
}

/// The area between two edges and two upright lines.
private struct Trapezoid {
  let lower: Int
  let upper: Int
  var left: Double
  let right: Double

  /// Wider than rounding: between edges that are all but upright heights mean nothing.
  var isWide: Bool { right - left > 1e-9 }

  func continues(to next: Trapezoid) -> Bool {
    lower == next.lower && upper == next.upper && right == next.left
  }

  func polygon(_ edges: [StripEdge]) -> Polygon {
    let low = edges[lower]
    let high = edges[upper]
    return Polygon([
      Vector2(left, low.height(at: left)), Vector2(right, low.height(at: right)),
      Vector2(right, max(high.height(at: right), low.height(at: right))),
      Vector2(left, max(high.height(at: left), low.height(at: left))),
    ])
  }
}

/// An edge that is not upright, from left to right.
private struct StripEdge {
  let a: Vector2
  let b: Vector2
  let isFirst: Bool

  static func edges(
    of polygon: Polygon, within box: BoundingBox, isFirst: Bool
  ) -> [StripEdge] {
    polygon.vertices.indices.compactMap { index in
      let edge = polygon.edge(index)
      let isForwards = edge.start.x < edge.end.x
      let a = isForwards ? edge.start : edge.end
      let b = isForwards ? edge.end : edge.start
      guard a.x < b.x, a.x < box.max.x, b.x > box.min.x else { return nil }
      return StripEdge(a: a, b: b, isFirst: isFirst)
    }
  }

  func height(at x: Double) -> Double {
    if x <= a.x { return a.y }
    if x >= b.x { return b.y }
    return a.y + (b.y - a.y) * ((x - a.x) / (b.x - a.x))
  }

  /// Where the heights of two edges are the same, within both; nil if nowhere or everywhere.
  func crossing(_ other: StripEdge) -> Double? {
    let left = max(a.x, other.a.x)
    let right = min(b.x, other.b.x)
    let before = height(at: left) - other.height(at: left)
    let after = height(at: right) - other.height(at: right)
    guard before * after < 0 else { return nil }
    return left + (right - left) * (before / (before - after))
  }
}
