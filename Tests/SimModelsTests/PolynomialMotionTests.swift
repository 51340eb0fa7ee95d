import SimModels
import Testing

/// Quartics and quintics with conditions and costs worked out by hand.
@Suite struct PolynomialMotionTests {
  typealias State = PolynomialMotion.State

  @Test func quarticReachesItsSpeed() {
    // From 10 to 14 m/s in 4 s: c3 = 4/16 = 0.25, c4 = -6 * 0.25 * 4 / (12 * 16) = -1/32.
    // v(t) = 10 + 0.75 t^2 - t^3 / 8: 12 at 2 s, 14 at 4 s; a(2) = 3 - 1.5 = 1.5 m/s^2.
    // Way: 10 * 4 + 0.25 * 64 - 256 / 32 = 48 m.
    let motion = PolynomialMotion.reaching(speed: 14, from: State(0, speed: 10), in: 4)
    #expect(abs(motion.state(at: 2).speed - 12) < 1e-12)
    #expect(abs(motion.state(at: 2).acceleration - 1.5) < 1e-12)
    let end = motion.state(at: 4)
    #expect(abs(end.position - 48) < 1e-12)
    #expect(abs(end.speed - 14) < 1e-12)
    #expect(end.acceleration == 0)
    // On at 14 m/s.
    #expect(abs(motion.state(at: 5).position - 62) < 1e-12)
    // j(t) = 1.5 - 0.75 t: the integral of its square over 4 s is 1.5^2 * 4 / 3 = 3.
    #expect(abs(motion.jerkCost - 3) < 1e-12)
  }

  @Test func quinticComesToAStop() {
    // From 0 to 1 m in 1 s, at rest at both ends: 10 t^3 - 15 t^4 + 6 t^5; 1/2 at 1/2 with a speed
    // of 15/8. j(t) = 60 - 360 t + 360 t^2: its square integrates to 720.
    let motion = PolynomialMotion.reaching(position: 1, speed: 0, from: State(0), in: 1)
    #expect(abs(motion.state(at: 0.5).position - 0.5) < 1e-12)
    #expect(abs(motion.state(at: 0.5).speed - 1.875) < 1e-12)
    #expect(abs(motion.state(at: 0.5).acceleration) < 1e-12)
    #expect(abs(motion.state(at: 3).position - 1) < 1e-12)
    #expect(abs(motion.jerkCost - 720) < 1e-9)
  }

  @Test func startIsKeptWithItsDerivatives() {
    let start = State(3, speed: 7, acceleration: -1.5)
    for motion in [
      PolynomialMotion.reaching(speed: 2, from: start, in: 3),
      PolynomialMotion.reaching(position: 30, speed: 5, from: start, in: 4),
    ] {
      #expect(motion.state(at: 0) == start)
      let h = 1e-5
      let (a, b) = (motion.state(at: 1 - h), motion.state(at: 1 + h))
      #expect(abs((b.position - a.position) / (2 * h) - motion.state(at: 1).speed) < 1e-7)
      #expect(abs((b.speed - a.speed) / (2 * h) - motion.state(at: 1).acceleration) < 1e-7)
    }
  }
}
