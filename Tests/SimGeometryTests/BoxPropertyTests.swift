import SimCore
import SimGeometry
import Testing

/// Boxes against laws that must hold for every pair.
@Suite struct BoxPropertyTests {
  /// Two corners at a time are one corner at a time, to the bit.
  @Test func distanceIsThatOfTheNearestCorner() {
    var noise = Noise(state: 29)
    for _ in 0..<20_000 {
      let a = noise.box(20)
      let b = noise.box(20)
      if a.overlaps(b) { continue }
      let squares =
        a.cornerArray.map { b.distanceSquared(to: $0) }
        + b.cornerArray.map { a.distanceSquared(to: $0) }
      #expect(a.distance(to: b) == (squares.min() ?? 0).squareRoot())
    }
  }

  @Test func overlapIsSymmetricAndAgreesWithPolygons() {
    var noise = Noise(state: 11)
    var overlapping = 0
    for _ in 0..<20_000 {
      let a = noise.box(5)
      let b = noise.box(5)
      #expect(a.overlaps(b) == b.overlaps(a))
      #expect(a.distance(to: b) == b.distance(to: a))
      let area = Polygon(a).intersectionArea(with: Polygon(b))
      if a.overlaps(b) { overlapping += 1 }
      // Touching within rounding may have an area of nothing.
      if area > 1e-9 { #expect(a.overlaps(b)) }
      if a.expanded(by: -1e-6).overlaps(b.expanded(by: -1e-6)) {
        #expect(area > 0)
        #expect(a.distance(to: b) == 0)
      }
      if !a.overlaps(b) { #expect(area < 1e-12) }
      #expect(Polygon(a).intersects(Polygon(b)) == a.overlaps(b))
      #expect(Polygon(a).overlaps(b) == a.overlaps(b))
      let byPolygons = Polygon(a).distance(to: Polygon(b))
      #expect(abs(byPolygons - a.distance(to: b)) < 1e-9)
    }
    #expect(overlapping > 4000 && overlapping < 16_000, "both cases must be common")
  }

  @Test func rigidMotionChangesNothing() {
    var noise = Noise(state: 12)
    for _ in 0..<5000 {
      let a = noise.box(8)
      let b = noise.box(8)
      let turn = noise.next(-4...4)
      let shift = noise.point(1000)
      let c = ExactMath.cos(turn)
      let s = ExactMath.sin(turn)
      func moved(_ box: OrientedBox) -> OrientedBox {
        let centre = Vector2(
          c * box.centre.x - s * box.centre.y, s * box.centre.x + c * box.centre.y)
        return OrientedBox(
          centre: centre + shift, heading: box.heading + turn, length: box.length,
          width: box.width)
      }
      let distance = a.distance(to: b)
      #expect(abs(distance - moved(a).distance(to: moved(b))) < 1e-9)
      // Only a contact within rounding may flip.
      if distance > 1e-9 || a.expanded(by: -1e-9).overlaps(b.expanded(by: -1e-9)) {
        #expect(a.overlaps(b) == moved(a).overlaps(moved(b)))
      }
    }
  }

  @Test func segmentsAreThinBoxes() {
    var noise = Noise(state: 13)
    for _ in 0..<5000 {
      let box = noise.box(6)
      let segment = Segment(noise.point(8), noise.point(8))
      let along = (segment.end - segment.start).normalized
      let thin = OrientedBox(
        centre: segment.point(at: 0.5), heading: ExactMath.atan2(along.y, along.x),
        direction: along, length: segment.length, width: 0)
      #expect(abs(box.distance(to: segment) - box.distance(to: thin)) < 1e-9)
      #expect(box.intersects(segment) == Polygon(box).intersects(segment))
    }
  }

  /// The exact time is the first at which overlap is seen when sampling densely around it.
  @Test func sweptTimeIsTheFirstContact() {
    var noise = Noise(state: 14)
    var hits = 0
    for _ in 0..<4000 {
      let a = noise.box(20)
      let b = noise.box(20)
      let va = noise.point(10)
      let vb = noise.point(10)
      let time = a.sweptTimeToContact(b, velocity: va, otherVelocity: vb, horizon: 4)
      #expect(
        time == b.sweptTimeToContact(a, velocity: vb, otherVelocity: va, horizon: 4), "symmetric")
      func gap(_ t: Double) -> Double {
        a.translated(by: va * t).distance(to: b.translated(by: vb * t))
      }
      if time.isFinite && time > 0 {
        hits += 1
        #expect(gap(time) < 1e-9)
        if time > 1e-6 { #expect(gap(time - 1e-6) > 0) }
      }
      let last = min(time, 4)
      for k in 0..<200 {
        let t = Double(k) * 0.02
        if t < last - 1e-9 { #expect(gap(t) > 0) }
      }
    }
    #expect(hits > 300)
  }

  /// Batches of every small size, and the same pairs in the other order.
  @Test func batchesEqualTheScalarTest() {
    var noise = Noise(state: 15)
    for n in 1...23 {
      var boxes = (0..<n).map { _ in noise.box(9) }
      // Exact contacts too: axis-parallel boxes on a grid of halves.
      for k in stride(from: 0, to: n, by: 3) {
        let cell = Vector2(noise.next(-6...6).rounded(), noise.next(-6...6).rounded())
        boxes[k] = OrientedBox(centre: cell, heading: 0, length: 4, width: 2)
      }
      let columns = BoxColumns(boxes)
      var first: [Int32] = []
      var second: [Int32] = []
      for i in 0..<n {
        for j in 0..<n {
          first.append(Int32(i))
          second.append(Int32(j))
        }
      }
      var mask: [Bool] = []
      columns.overlapMask(first: first, second: second, into: &mask)
      let expected = zip(first, second).map { boxes[Int($0)].overlaps(boxes[Int($1)]) }
      #expect(mask == expected)
      #expect(columns.overlapCount(first: first, second: second) == expected.filter(\.self).count)
      for (i, box) in boxes.enumerated() {
        columns.overlapMask(with: box, into: &mask)
        let row = Array(expected[(i * n)..<((i + 1) * n)])
        #expect(mask == row)
        #expect(columns.overlapCount(with: box) == row.filter(\.self).count)
        #expect(columns.firstOverlapping(box) == row.firstIndex(of: true))
        var found: [Int32] = [-7]
        columns.overlapping(box, into: &found)
        #expect(found == [-7] + row.indices.filter { row[$0] }.map { Int32($0) })
      }
    }
    #expect(BoxColumns().overlapCount(first: [], second: []) == 0)
    #expect(BoxColumns().firstOverlapping(noise.box(1)) == nil)
  }

  @Test func columnsCanBeRefilled() {
    var noise = Noise(state: 16)
    let a = noise.box(3)
    let b = noise.box(3)
    var columns = BoxColumns([a, a])
    columns.replace(at: 1, with: b)
    #expect(columns.centreX == [a.centre.x, b.centre.x])
    columns.removeAll()
    #expect(columns.count == 0)
  }
}
