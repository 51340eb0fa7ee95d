import SimCore
import SimGeometry
import Testing

@Suite struct OrientedBoxTests {
  /// 4 m x 2 m at the origin, along +x.
  let car = OrientedBox(centre: .zero, heading: 0, length: 4, width: 2)

  func box(_ x: Double, _ y: Double, _ heading: Double = 0) -> OrientedBox {
    OrientedBox(centre: Vector2(x, y), heading: heading, length: 4, width: 2)
  }

  @Test func cornersInNuPlanOrder() {
    #expect(
      car.cornerArray == [Vector2(2, 1), Vector2(-2, 1), Vector2(-2, -1), Vector2(2, -1)])
    #expect(car.frontSegment == Segment(Vector2(2, 1), Vector2(2, -1)))
    // A quarter turn left: the front points to +y, so front-left is at (-1, 2).
    let up = box(0, 0, .pi / 2)
    #expect(up.frontLeft.distance(to: Vector2(-1, 2)) < 1e-15)
    #expect(up.boundingBox.min.distance(to: Vector2(-1, -2)) < 1e-15)
  }

  @Test func touchingCounts() {
    #expect(car.overlaps(box(4, 0)))
    #expect(!car.overlaps(box(4.000001, 0)))
    #expect(car.overlaps(box(0, 2)))
    #expect(car.overlaps(box(4, 2)), "corner on corner")
    #expect(!car.overlaps(box(4, 2.000001)))
  }

  @Test func nearMissOfDiamond() {
    // A square of side 2 turned by 45 deg reaches sqrt 2 = 1.41421 along x and y. Its corner
    // points at the side x = 2 of the car.
    let diamond = { (x: Double, y: Double) in
      OrientedBox(centre: Vector2(x, y), heading: .pi / 4, length: 2, width: 2)
    }
    #expect(car.overlaps(diamond(3.414, 0)))
    #expect(!car.overlaps(diamond(3.4143, 0)))
    // Beside the corner (2, 1) the diamond's side x + y = cx + cy - sqrt 2 must pass 3.
    #expect(car.overlaps(diamond(3.2, 1.214)))
    #expect(!car.overlaps(diamond(3.2, 1.2143)))
  }

  @Test func distances() {
    #expect(car.distance(to: box(3, 0.5)) == 0)
    #expect(car.distance(to: box(7, 0)) == 3)
    // Corners (2, 1) and (5, 5): 3-4-5.
    #expect(car.distance(to: box(7, 6)) == 5)
    #expect(car.distance(to: Vector2(5, 5)) == 5)
    #expect(car.distance(to: Vector2(1, 0.5)) == 0)
    #expect(car.distance(to: Segment(Vector2(5, -9), Vector2(5, 9))) == 3)
    #expect(car.distance(to: Segment(Vector2(-9, 0), Vector2(9, 0.5))) == 0)
  }

  @Test func segments() {
    #expect(car.intersects(Segment(Vector2(-5, 0), Vector2(5, 0))))
    #expect(car.intersects(Segment(Vector2(0, 0), Vector2(0.1, 0))), "inside")
    #expect(car.intersects(Segment(Vector2(2, 3), Vector2(2, 1))), "touches the corner")
    // From (1, 3) to (4, 0): x + y = 4, the corner has 3.
    #expect(!car.intersects(Segment(Vector2(1, 3), Vector2(4, 0))))
    #expect(car.intersects(Segment(Vector2(0, 3), Vector2(3, 0))))
    #expect(!car.intersects(Segment(Vector2(3, 0), Vector2(9, 0))), "in line but ahead")
  }

  @Test func sweptContact() {
    let none = Vector2.zero
    // Gap 6 m closing at 2 m/s.
    #expect(
      car.sweptTimeToContact(
        box(10, 0), velocity: Vector2(5, 0), otherVelocity: Vector2(3, 0), horizon: 5) == 3)
    #expect(
      car.sweptTimeToContact(
        box(10, 0), velocity: Vector2(5, 0), otherVelocity: Vector2(3, 0), horizon: 2.9)
        == .infinity)
    #expect(
      car.sweptTimeToContact(box(1, 1), velocity: none, otherVelocity: none, horizon: 5) == 0)
    // Opening.
    #expect(
      car.sweptTimeToContact(
        box(10, 0), velocity: none, otherVelocity: Vector2(1, 0), horizon: 99) == .infinity)
    // Crossing: the other comes from below, its front (y = -8 + 2) reaches the side y = -1 after
    // 5 m at 5 m/s = 1 s; by then car has moved 8 m, so it spans 6..10 and meets x = 9..11.
    let crossing = box(10, -8, .pi / 2)
    let time = car.sweptTimeToContact(
      crossing, velocity: Vector2(8, 0), otherVelocity: Vector2(0, 5), horizon: 5)
    #expect(abs(time - 1) < 1e-12)
    // At 3 m/s the car reaches x = 9 at 7/3 s; the other's rear leaves y = 1 at (8 + 2 + 1)/5 =
    // 2.2.
    #expect(
      car.sweptTimeToContact(
        crossing, velocity: Vector2(3, 0), otherVelocity: Vector2(0, 5), horizon: 5) == .infinity)
  }

  @Test func frames() {
    let turned = box(3, 4, 0.7)
    let p = Vector2(-2, 9)
    #expect(turned.global(turned.local(p)).distance(to: p) < 1e-14)
    #expect(turned.local(turned.frontLeft).distance(to: Vector2(2, 1)) < 1e-14)
    #expect(abs(turned.halfExtent(along: turned.direction) - 2) < 1e-15)
    #expect(turned.expanded(by: -3).area == 0)
  }
}
