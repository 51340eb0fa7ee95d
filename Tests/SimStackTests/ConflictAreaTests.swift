import SimCore
import SimGeometry
import Testing

@testable import SimStack

/// Where two driven ways lie over each other.
@Suite struct ConflictAreaTests {
  /// 60 m along a direction through a point half way.
  private func way(
    through middle: Vector2, heading: Double, width: Double
  ) -> DrivenPath? {
    let pose = Pose2(middle, heading: heading)
    return DrivenPath(
      (0...60).map { pose.advanced(by: Double($0) - 30).position }, firstTick: 0,
      direction: pose.direction, lastSpeed: 0, length: 4, width: width)
  }

  @Test func crossingAtRightAngles() throws {
    let own = try #require(way(through: .zero, heading: 0, width: 2))
    let other = try #require(way(through: .zero, heading: 0.5 * .pi, width: 3))
    let areas = ConflictArea.between(own, other, agent: 4)
    #expect(areas.count == 1)
    let area = try #require(areas.first)
    #expect(area.kind == .crossing)
    #expect(area.agent == 4)
    #expect((area.area - 6).magnitude < 1e-9)
    // Both ways begin 30 m before: [28.5, 31.5] and [29, 31].
    #expect((area.own.lowerBound - 28.5).magnitude < 1e-9)
    #expect((area.own.upperBound - 31.5).magnitude < 1e-9)
    #expect((area.others.lowerBound - 29).magnitude < 1e-9)
    #expect((area.others.upperBound - 31).magnitude < 1e-9)
  }

  /// Not a rectangle: strips of 2 and 3 m at 45 degrees have 2 x 3 / sin 45 in common.
  @Test func crossingAtAnAngle() throws {
    let own = try #require(way(through: .zero, heading: 0.3, width: 2))
    let other = try #require(way(through: .zero, heading: 0.3 + 0.25 * .pi, width: 3))
    let area = try #require(ConflictArea.between(own, other, agent: 0).first)
    #expect(area.kind == .crossing)
    #expect((area.area - 6 * 2.0.squareRoot()).magnitude < 1e-9)
  }

  @Test func parallelWaysShareNothing() throws {
    let own = try #require(way(through: .zero, heading: 0, width: 2))
    let beside = try #require(way(through: Vector2(0, 3.5), heading: 0, width: 2))
    let oncoming = try #require(way(through: Vector2(0, 0.5), heading: .pi, width: 2))
    let behind = try #require(way(through: Vector2(-10, 0), heading: 0, width: 2))
    #expect(ConflictArea.between(own, beside, agent: 0).isEmpty)
    #expect(ConflictArea.between(own, oncoming, agent: 0).isEmpty)
    // The other one starts behind and comes onto the ego's way where that begins: no side way.
    #expect(ConflictArea.between(behind, own, agent: 0).isEmpty)
  }

  /// A ramp at 20 degrees runs into the road at the origin and on along it.
  @Test func mergingEndsWhereTheWaysHaveJoined() throws {
    let own = try #require(way(through: .zero, heading: 0, width: 2))
    let ramp = Pose2(x: 0, y: 0, heading: 20 * .pi / 180)
    let centres =
      (0..<30).map { ramp.advanced(by: Double($0) - 30).position }
      + (0...20).map { Vector2(Double($0), 0) }
    let other = try #require(
      DrivenPath(
        centres, firstTick: 0, direction: Vector2(1, 0), lastSpeed: 0, length: 4, width: 2))
    let area = try #require(ConflictArea.between(own, other, agent: 0).first)
    #expect(area.kind == .merging)
    // It begins where the strips meet: their edges cross 1 / tan 10 = 5.67 m before the bend, and
    // it ends about where the ways are one.
    #expect(area.own.lowerBound > 23 && area.own.lowerBound < 25)
    #expect(area.own.upperBound > 29 && area.own.upperBound < 32)
    #expect(area.area > 4 && area.area < 12)
  }

  @Test func staysAreFoundBetweenTicks() throws {
    let area = ConflictArea(
      agent: 0, kind: .crossing,
      pieces: [Polygon(BoundingBox(min: Vector2(10, -2), max: Vector2(14, 2)))])
    // 4 m long, 7 m a tick: in when the front is at 10 (centre 8), out when the rear is at 14
    // (centre 16).
    func box(_ tick: Int) -> OrientedBox? {
      OrientedBox(centre: Vector2(7 * Double(tick), 0), heading: 0, length: 4, width: 2)
    }
    let stay = try #require(PostEncroachment.Stay(in: area, ticks: 0..<5, box))
    #expect((stay.enter - 8.0 / 7).magnitude < 1e-6)
    #expect((stay.leave - 16.0 / 7).magnitude < 1e-6)
    #expect(PostEncroachment.Stay(in: area, ticks: 0..<1, box) == nil)
    let late = try #require(PostEncroachment.Stay(in: area, ticks: 2..<3, box))
    #expect(late.enter == -.infinity && late.leave == .infinity)

    var second = stay
    second.enter += 3
    second.leave += 3
    let event = try #require(PostEncroachment(second, stay, area: area, step: 0.1))
    #expect(!event.isEgoFirst)
    #expect((event.time - 0.1 * (3 - 8.0 / 7)).magnitude < 1e-6)
    #expect(abs((event.encroachment ?? 0) - 0.8 / 7) < 1e-6)
    #expect(PostEncroachment(late, late, area: area, step: 0.1) == nil)
  }
}
