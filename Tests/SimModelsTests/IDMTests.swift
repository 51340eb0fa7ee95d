import SimModels
import Testing

@Suite struct IDMTests {
  let law = IDM(desiredSpeed: 30, minGap: 2, headway: 1.5, acceleration: 1.5, deceleration: 2)

  /// Free road at half the desired speed: 1.5 (1 - 1/16) = 1.40625.
  @Test func freeRoad() {
    let a = law.acceleration(speed: 15, gap: .infinity, leadSpeed: 0, emergency: 8)
    #expect(abs(a - 1.40625) < 1e-12)
    #expect(law.acceleration(speed: 0, gap: .infinity, leadSpeed: 0, emergency: 8) == 1.5)
  }

  /// 10 m/s behind 8 m/s at 20 m: s* = 2 + 15 + 20 / (2 sqrt 3) = 22.7735;
  /// 1.5 (1 - 1/81 - 1.296581) = -0.463390.
  @Test func following() {
    let a = law.acceleration(speed: 10, gap: 20, leadSpeed: 8, emergency: 8)
    #expect(abs(a + 0.463390) < 1e-6)
    #expect(abs(a - law.rawAcceleration(speed: 10, gap: 20, leadSpeed: 8)) < 1e-14)
  }

  /// Behind a leader that pulls away fast s* would be 2 + 15 - 10*20/3.4641 < 0 and its square
  /// would brake; the floored form wants the 2 m only.
  @Test func leaderPullingAwayDoesNotBrake() {
    let a = law.acceleration(speed: 10, gap: 4, leadSpeed: 30, emergency: 8)
    #expect(abs(a - 1.5 * (1 - 1.0 / 81 - 0.25)) < 1e-12)
    #expect(law.rawAcceleration(speed: 10, gap: 4, leadSpeed: 30) < -100)
  }

  /// Too fast: 1.5 (1 - 2^4) = -22.5 is held at the comfortable -2; a wall at hand at the
  /// emergency's -8.
  @Test func limits() {
    #expect(law.acceleration(speed: 60, gap: .infinity, leadSpeed: 0, emergency: 8) == -2)
    #expect(law.acceleration(speed: 20, gap: 1, leadSpeed: 0, emergency: 8) == -8)
    #expect(law.acceleration(speed: 20, gap: -3, leadSpeed: 20, emergency: 8) == -8)
    #expect(law.nuplanAcceleration(speed: 20, gap: 1, leadSpeed: 0) == -2)
  }

  /// At the equilibrium gap the acceleration is 0; (2 + 22.5) / sqrt(1 - 1/16) = 25.3035.
  @Test(arguments: [0.0, 1, 5, 15, 25, 29.9]) func equilibrium(_ speed: Double) {
    let gap = law.equilibriumGap(speed: speed)
    #expect(abs(law.acceleration(speed: speed, gap: gap, leadSpeed: speed, emergency: 8)) < 1e-12)
    #expect(abs(law.equilibriumSpeed(gap: gap) - speed) < 1e-9)
    if speed == 15 { #expect(abs(gap - 25.30350) < 1e-4) }
  }

  @Test func noSpeedBelowTheMinimalGap() {
    #expect(law.equilibriumSpeed(gap: 1.9) == 0)
  }

  /// The kernel over columns gives the same bits as the law, for quartic and other exponents.
  @Test(arguments: [4.0, 10]) func columnsAreTheLawRowByRow(_ exponent: Double) {
    var drivers: [(law: IDM, emergency: Double)] = []
    var speed: [Double] = []
    var gap: [Double] = []
    var lead: [Double] = []
    var target: [Double] = []
    for i in 0..<37 {
      let k = Double(i)
      drivers.append(
        (
          IDM(
            desiredSpeed: 20 + k / 3, minGap: 1 + k / 20, headway: 1 + k / 40,
            acceleration: 1 + k / 30, deceleration: 2 + k / 50, exponent: exponent),
          6 + k / 10
        ))
      speed.append(k * 0.7)
      gap.append(i % 5 == 0 ? .infinity : 60 - 1.7 * k)
      lead.append(k * 0.5)
      target.append(30 - k / 4)
    }
    let columns = IDMColumns(drivers)
    var result = [Double](repeating: .nan, count: 37)
    speed.withUnsafeBufferPointer { speed in
      gap.withUnsafeBufferPointer { gap in
        lead.withUnsafeBufferPointer { lead in
          target.withUnsafeBufferPointer { target in
            result.withUnsafeMutableBufferPointer { result in
              IDM.accelerations(
                columns, speed: speed, gap: gap, leadSpeed: lead, desiredSpeed: target,
                into: result)
            }
          }
        }
      }
    }
    for i in 0..<37 {
      var law = drivers[i].law
      law.desiredSpeed = target[i]
      let expected = law.acceleration(
        speed: speed[i], gap: gap[i], leadSpeed: lead[i], emergency: drivers[i].emergency)
      #expect(result[i] == expected, "row \(i)")
    }
  }
}
