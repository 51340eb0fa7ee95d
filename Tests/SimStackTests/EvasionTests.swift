import SimGeometry
import SimStack
import Testing

/// Latest times of evading manoeuvres, by hand.
@Suite struct EvasionTests {
  let evasion = Evasion()

  /// An ego of 4 m x 2 m at the origin along +x, and another one of that size.
  private func pair(
    _ speed: Double, at x: Double, _ y: Double = 0, moving velocity: Vector2 = .zero
  ) -> Evasion.Pair {
    Evasion.Pair(
      box: OrientedBox(centre: .zero, heading: 0, length: 4, width: 2), speed: speed,
      other: OrientedBox(centre: Vector2(x, y), heading: 0, length: 4, width: 2),
      otherVelocity: velocity)
  }

  private func contact(_ pair: Evasion.Pair) -> Double {
    pair.box.sweptTimeToContact(
      pair.other, velocity: pair.box.direction * pair.speed, otherVelocity: pair.otherVelocity,
      horizon: 60)
  }

  @Test func brakingForAStandingCar() {
    // 40 m free at 16 m/s: contact after 2.5 s; a full brake takes 256 / 16 = 16 m, so it may
    // begin after 24 m, 1.5 s.
    let scene = pair(16, at: 44)
    #expect(contact(scene) == 2.5)
    let latest = evasion.latest(.brake, scene, contact: 2.5)
    #expect((latest - 1.5).magnitude < 2.5 / 4096 + 1e-9)
  }

  @Test func brakingForASlowerCar() {
    // 20 m/s behind 12 m/s with 20 m free: contact after 2.5 s; losing 8 m/s takes 64 / 16 = 4 m
    // of the gap, so it may begin with 4 m left: after 16 / 8 = 2 s.
    let scene = pair(20, at: 24, moving: Vector2(12, 0))
    #expect(contact(scene) == 2.5)
    #expect((evasion.latest(.brake, scene, contact: 2.5) - 2).magnitude < 2.5 / 4096 + 1e-9)
  }

  @Test func tooLateIsNotZero() {
    // 10 m free at 16 m/s: 16 m are needed.
    let scene = pair(16, at: 14)
    #expect(evasion.latest(.brake, scene, contact: contact(scene)) == -.infinity)
    #expect(evasion.latest(.brake, scene, contact: .infinity) == .infinity)
    #expect(evasion.latest(.brake, scene, contact: 0) == -.infinity)
  }

  @Test func steeringNeedsLessRoomAtSpeed() {
    // At 30 m/s a brake takes 56.25 m. Aside by 2 m on a circle of 900 / 8 = 112.5 m: the front
    // corner must be beside the other's, roughly sqrt(2 x 112.5 x 2) = 21 m of way.
    let scene = pair(30, at: 64)
    let times = evasion.times(scene, contact: contact(scene))
    #expect(contact(scene) == 2)
    #expect((times.brake - 3.75 / 30).magnitude < 0.001)
    #expect(times.steer > 1.1 && times.steer < 1.4)
    #expect(times.react == times.steer)
    #expect(times.kickDown == -.infinity)
    // The side does not matter straight ahead; a car 0.5 m to the left is passed on the right.
    let left = evasion.latest(.steerLeft, scene, contact: 2)
    let right = evasion.latest(.steerRight, scene, contact: 2)
    #expect((left - right).magnitude < 1e-3)
    let aside = pair(30, at: 64, 0.5)
    #expect(
      evasion.latest(.steerRight, aside, contact: 2) > evasion.latest(.steerLeft, aside, contact: 2)
    )
  }

  @Test func kickDownClearsACrossing() {
    // Somebody comes from the right, 2 m wide along x (turned box), from y = -20 at 8 m/s: its
    // front is at y = -1 when (20 - 2 - 1) / 8 = 2.125 s have passed. Ego at 10 m/s has its rear
    // beyond x = 21 + 1 when it has driven 24 m: 2.4 s. With 4 m/s^2 from now on: 10 t + 2 t^2 = 24
    // at t = 1.77 s, in time.
    let box = OrientedBox(centre: .zero, heading: 0, length: 4, width: 2)
    let other = OrientedBox(
      centre: Vector2(21, -20), heading: 0.5 * .pi, direction: Vector2(0, 1), length: 4, width: 2)
    let scene = Evasion.Pair(box: box, speed: 10, other: other, otherVelocity: Vector2(0, 8))
    let touch = contact(scene)
    #expect((touch - 2.125).magnitude < 1e-9)
    let latest = evasion.latest(.kickDown, scene, contact: touch)
    // Starting at t0: 10 x 2.125 + 2 (2.125 - t0)^2 = 24 gives t0 = 0.9524 s.
    #expect((latest - (2.125 - (2.75 / 2).squareRoot())).magnitude < 0.002)
  }
}
