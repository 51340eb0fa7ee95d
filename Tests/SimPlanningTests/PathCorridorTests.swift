import SimGeometry
import Testing

@testable import SimPlanning

/// What stands in the strip of a path, found with short cuts, against the plain definition.
@Suite struct PathCorridorTests {
  /// The nearest box that overlaps the vehicle, the strip between two arc lengths (every piece of
  /// the path widened by half a width), or the square ends of it; of equally near ones the first.
  static func nearest(
    _ boxes: [OrientedBox], to vehicle: OrientedBox, on path: Polyline, _ first: Double,
    _ last: Double, halfWidth: Double
  ) -> (index: Int, distance: Double)? {
    let firstSegment = path.segmentIndex(at: first)
    let lastSegment = path.segmentIndex(at: last)
    func cap(_ point: Vector2, _ direction: Vector2) -> OrientedBox {
      OrientedBox(
        centre: point + direction * (0.5 * halfWidth), heading: 0, direction: direction,
        length: halfWidth, width: 2 * halfWidth)
    }
    let caps = [
      cap(path.point(at: first), -path.directions[firstSegment]),
      cap(path.point(at: last), path.directions[lastSegment]),
    ]
    var pieces: [Segment] = []
    for i in firstSegment...lastSegment {
      pieces.append(
        Segment(
          i == firstSegment ? path.point(at: first) : path.vertices[i],
          i == lastSegment ? path.point(at: last) : path.vertices[i + 1]))
    }
    var best: (index: Int, distance: Double)?
    for (index, box) in boxes.enumerated() {
      let isIn =
        box.overlaps(vehicle) || pieces.contains { box.distance(to: $0) <= halfWidth }
        || caps.contains { box.overlaps($0) }
      guard isIn else { continue }
      let distance = vehicle.distance(to: box)
      if distance < best?.distance ?? .infinity { best = (index, distance) }
    }
    return best
  }

  /// A straight of one segment, a bend of short ones, and one that doubles back.
  static let paths: [[Vector2]] = [
    [Vector2(0, 0), Vector2(120, 0)],
    [Vector2(0, 0), Vector2(40, 0)]
      + (1...12).map { k in
        let turn = Double(k) / 12
        return Vector2(40 + 14 * turn * (2 - turn), 14 * turn * turn)
      } + [Vector2(54, 90)],
    [Vector2(0, 0), Vector2(60, 0), Vector2(64, 3), Vector2(60, 6), Vector2(0, 6)],
  ]

  @Test(arguments: paths.indices)
  func nearestIsWhatTheDefinitionSays(_ place: Int) throws {
    let path = try #require(Polyline(Self.paths[place]))
    let halfWidth = 0.95
    var corridor = PathCorridor(path: path, halfWidth: halfWidth)
    var state: UInt64 = 5 + UInt64(place)
    func next(_ low: Double, _ high: Double) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return low + (high - low) * Double(state >> 11) * 0x1p-53
    }
    var found = 0
    for _ in 0..<400 {
      let bounds = path.boundingBox.expanded(by: 8)
      var boxes = (0..<12).map { _ in
        OrientedBox(
          centre: Vector2(next(bounds.min.x, bounds.max.x), next(bounds.min.y, bounds.max.y)),
          heading: next(-4, 4), length: next(0.4, 9), width: next(0.4, 2.5))
      }
      // The same thing twice: the first one counts.
      boxes.append(boxes[3])
      let start = next(0, 0.4 * path.length)
      let reach = next(1, 40)
      func vehicle(_ s: Double) -> OrientedBox {
        OrientedBox(pose: path.smoothPose(at: s), length: 4.8, width: 2 * halfWidth)
      }
      let first = vehicle(start)
      corridor.start(
        vehicle: first, from: max(0, start - 2.4), to: min(path.length, start + 3 * reach))
      path.withView { path in
        for (index, box) in boxes.enumerated() { corridor.add(box, index: index, along: path) }
      }
      var near: Int32 = 0
      var far: Int32 = 0
      var s = start
      while s < start + 2 * reach {
        let (from, to) = (min(s, path.length), min(s + reach, path.length))
        let box = vehicle(from)
        let foot = path.advance(cursor: &near, s: from).point
        let stretch = corridor.stretch(from: from, at: foot, on: near, to: to, near: &far)
        let answer = corridor.nearest(to: box, along: stretch)
        // Things beside the path are looked at only if they touch the vehicle at the start.
        let seen = boxes.map { other in
          path.distance(to: other.centre)
            <= (other.radius + halfWidth * 2.0.squareRoot()) || other.overlaps(first)
        }
        let kept = boxes.indices.filter { seen[$0] }
        let expected = Self.nearest(
          kept.map { boxes[$0] }, to: box, on: path, from, to, halfWidth: halfWidth)
        #expect(answer?.index == expected.map { kept[$0.index] })
        #expect(answer?.distance == expected?.distance)
        if answer != nil { found += 1 }
        s += reach / 5
      }
    }
    #expect(found > 500)
  }
}
