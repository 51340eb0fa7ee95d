import SimCore
import SimGeometry
import Testing

/// Polylines, segments and polygons against brute force and other ways to compute the same.
@Suite struct LinePropertyTests {
  /// A line that turns by up to 40 deg a vertex.
  func wander(_ n: Int, _ noise: inout Noise) throws -> Polyline {
    var points = [noise.point(5)]
    var heading = noise.next(-3...3)
    for _ in 1..<n {
      heading += noise.next(-0.7...0.7)
      let last = points[points.count - 1]
      points.append(Pose2(last, heading: heading).advanced(by: noise.next(0.2...4)).position)
    }
    return try #require(Polyline(points))
  }

  @Test func projectionIsTheNearestPoint() throws {
    var noise = Noise(state: 21)
    for _ in 0..<60 {
      let path = try wander(30, &noise)
      for _ in 0..<40 {
        let p = noise.point(40)
        let found = path.project(p)
        let distances = (0..<path.segmentCount).map { path.segment($0).distance(to: p) }
        let least = try #require(distances.min())
        #expect(abs(found.distance - least) < 1e-10)
        #expect(abs(path.point(at: found.s).distance(to: p) - found.distance) < 1e-10)
        #expect(path.distance(to: p) == found.distance)
        // Anywhere along the foot of the perpendicular, Frenet leads back.
        let i = Int(found.segment)
        let inside = found.s > path.arcLengths[i] && found.s < path.arcLengths[i + 1]
        if inside {
          #expect(path.cartesian(s: found.s, d: found.d).distance(to: p) < 1e-10)
        }
        // A window that covers everything finds the same.
        #expect(path.project(p, near: 0, window: 1e9) == found)
        var cursor = Int32(noise.next(0...29))
        let local = path.project(p, near: found.s, window: 3, cursor: &cursor)
        #expect(local == found, "the nearest point is within the window")
      }
    }
  }

  @Test func segmentsWithinReachAreThoseOfAllThatAreMeasured() throws {
    var noise = Noise(state: 24)
    for _ in 0..<60 {
      let path = try wander(40, &noise)
      for _ in 0..<40 {
        let p = noise.point(40)
        let reach = noise.next(0...20)
        let first = Int(noise.next(0...20))
        let range = first...first + Int(noise.next(0...18))
        path.withView { view in
          let near = range.filter { view.square(ofDistanceFrom: p, toSegment: $0) <= reach * reach }
          let found = view.segments(range, within: reach, of: p)
          #expect(found?.lowerBound == near.first)
          #expect(found?.upperBound == near.last)
        }
      }
    }
  }

  @Test func sidesAreThoseOfTheOffsetLines() throws {
    var noise = Noise(state: 22)
    for _ in 0..<40 {
      let path = try wander(12, &noise)
      for _ in 0..<40 {
        let s = noise.next(0...path.length)
        let d = noise.next(-0.15...0.15)
        // So near to a gentle line the side cannot be another one's.
        let found = path.project(path.cartesian(s: s, d: d), near: s, window: 1)
        if abs(d) > 1e-6 { #expect((found.d > 0) == (d > 0)) }
      }
    }
  }

  /// A line that winds but always leads on to +x.
  func winding(_ n: Int, _ noise: inout Noise) throws -> Polyline {
    var points = [noise.point(5)]
    var heading = 0.0
    for _ in 1..<n {
      heading = max(-1.2, min(1.2, heading + noise.next(-0.6...0.6)))
      let last = points[points.count - 1]
      points.append(Pose2(last, heading: heading).advanced(by: noise.next(0.2...4)).position)
    }
    return try #require(Polyline(points))
  }

  @Test func offsetKeepsItsDistance() throws {
    var noise = Noise(state: 23)
    for _ in 0..<200 {
      let path = try winding(25, &noise)
      let d = noise.next(-3...3)
      let beside = try #require(path.offset(by: d))
      for v in beside.vertices {
        let place = path.project(v)
        #expect(place.distance > abs(d) - 1e-5)
        #expect((place.d > 0) == (d > 0))
        // An outer corner of at most 1.2 rad (34 deg a vertex) sticks out by 1/cos 17 deg.
        #expect(place.distance < abs(d) * 1.05 + 1e-9)
      }
      // It goes the same way all along, without a piece that turns back.
      for i in 0..<beside.segmentCount where beside.segment(i).length > 1e-4 {
        let place = path.project(beside.segment(i).point(at: 0.5))
        #expect(beside.directions[i].dot(path.directions[Int(place.segment)]) > 0)
      }
      // Nothing is left out: every place of the path has it beside, but for the cut bends, whose
      // crossing lies within a few offsets.
      for k in 0...20 {
        let p = path.cartesian(s: Double(k) / 20 * path.length, d: d)
        let isValid = path.project(p).distance > abs(d) - 1e-6
        if isValid { #expect(beside.distance(to: p) < 0.06 * abs(d) + 1e-6) }
      }
    }
  }

  @Test func piecesMakeTheWhole() throws {
    var noise = Noise(state: 24)
    for _ in 0..<100 {
      let path = try wander(20, &noise)
      let cut = noise.next(0.01...0.99) * path.length
      let a = try #require(path.slice(from: 0, to: cut))
      let b = try #require(path.slice(from: cut, to: path.length))
      #expect(abs(a.length + b.length - path.length) < 1e-9)
      let again = a.appending(b)
      for k in 0...20 {
        let s = Double(k) / 20 * path.length
        #expect(again.point(at: s).distance(to: path.point(at: s)) < 1e-8)
        #expect(path.reversed.point(at: path.length - s).distance(to: path.point(at: s)) < 1e-9)
      }
      // Headings do not jump: neighbours differ by the turn, at most 0.7 rad.
      for (h, k) in zip(path.segmentHeadings, path.segmentHeadings.dropFirst()) {
        #expect(abs(h - k) < 0.701)
      }
    }
  }

  @Test func segmentsMeetWhereSignsSaySo() throws {
    var noise = Noise(state: 25)
    // Points on a small grid: touching, collinear and degenerate cases are common and exact.
    func gridPoint() -> Vector2 {
      let p = noise.point(2.49)
      return Vector2(p.x.rounded(), p.y.rounded())
    }
    for _ in 0..<20_000 {
      let a = Segment(gridPoint(), gridPoint())
      let b = Segment(gridPoint(), gridPoint())
      // On this grid (coordinates -2...2) segments that do not meet are at least 1/sqrt(4^2+4^2)
      // of a unit apart.
      let apart = [
        a.distance(to: b.start), a.distance(to: b.end), b.distance(to: a.start),
        b.distance(to: a.end),
      ].reduce(Double.infinity) { min($0, $1) }
      let r = a.end - a.start
      let q = b.end - b.start
      let denominator = r.cross(q)
      var meets = apart < 1e-9
      if denominator != 0 {
        let t = (b.start - a.start).cross(q) / denominator
        let u = (b.start - a.start).cross(r) / denominator
        meets = t > -1e-9 && t < 1 + 1e-9 && u > -1e-9 && u < 1 + 1e-9
        if let found = a.intersection(with: b) {
          #expect(
            a.point(at: found.fraction).distance(to: b.point(at: found.otherFraction)) < 1e-12)
        }
      }
      #expect(a.intersects(b) == meets, "\(a) \(b)")
      #expect((a.distance(to: b) == 0) == meets)
    }
  }

  /// A star-shaped polygon of random radii: simple by construction.
  func star(_ n: Int, _ centre: Vector2, _ noise: inout Noise) -> Polygon {
    Polygon(
      (0..<n).map { k in
        let angle = 2 * .pi * Double(k) / Double(n)
        let r = noise.next(2...10)
        return centre + Vector2(r * ExactMath.cos(angle), r * ExactMath.sin(angle))
      })
  }

  @Test func containmentIsThatOfTheWindingNumber() {
    var noise = Noise(state: 26)
    for n in [3, 4, 5, 8, 13, 40] {
      for _ in 0..<20 {
        let polygon = star(n, noise.point(3), &noise)
        if n > 4 { #expect(polygon.isSimple) }
        for _ in 0..<100 {
          let p = noise.point(12)
          // Sum of the angles under which the edges are seen: a full turn inside, 0 outside.
          let turn = polygon.vertices.indices.reduce(0.0) { sum, i in
            let a = polygon.edge(i).start - p
            let b = polygon.edge(i).end - p
            return sum + ExactMath.atan2(a.cross(b), a.dot(b))
          }
          #expect(polygon.contains(p) == (abs(turn) > .pi))
          #expect(Polygon(polygon.vertices.reversed()).contains(p) == polygon.contains(p))
          let nearest = polygon.vertices.indices.map { polygon.edge($0).distance(to: p) }.min() ?? 0
          #expect(abs(polygon.boundaryDistance(to: p) - nearest) < 1e-12)
        }
      }
    }
  }

  /// Common area against a count of points on a fine grid, and against sums of parts.
  @Test func commonAreaOfConcavePolygons() {
    var noise = Noise(state: 27)
    for _ in 0..<25 {
      let a = star(11, .zero, &noise)
      let b = star(9, noise.point(6), &noise)
      let area = a.intersectionArea(with: b)
      var inside = 0
      for x in 0..<200 {
        for y in 0..<200 {
          let p = Vector2(-10 + (Double(x) + 0.5) * 0.1, -10 + (Double(y) + 0.5) * 0.1)
          if a.contains(p) && b.contains(p) { inside += 1 }
        }
      }
      // The boundary, at most about 120 m long, passes through cells of 0.1 m.
      #expect(abs(area - Double(inside) * 0.01) < 0.6)
      #expect(abs(area - b.intersectionArea(with: a)) < 1e-10)
      #expect(abs(a.intersectionArea(with: a) - a.area) < 1e-10)
      #expect((area > 1e-9) == (a.intersects(b) && area > 1e-9))
      // Far from the origin nothing is lost: the same shapes 100 km away.
      let far = Vector2(1e5, -1e5)
      let moved = Polygon(a.vertices.map { $0 + far })
        .intersectionArea(with: Polygon(b.vertices.map { $0 + far }))
      #expect(abs(moved - area) < 1e-7)
    }
  }
}
