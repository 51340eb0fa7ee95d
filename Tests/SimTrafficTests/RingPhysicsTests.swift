import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimTraffic
import SimWorld
import Testing

/// The traffic flow of identical drivers on a ring against the closed forms of the model.
@Suite struct RingPhysicsTests {
  /// Drivers of Treiber's, of whom a platoon is unstable at medium density with little `a`.
  static func law(_ a: Double) -> IDM {
    IDM(desiredSpeed: 30, minGap: 2, headway: 1.5, acceleration: a, deceleration: 2)
  }

  /// A ring of identical cars 5 m long; `place` gives the shift from the uniform spacing and the
  /// speed of each.
  static func ring(
    _ law: IDM, cars: Int, spacing: Double, clock: TickClock = TickClock(),
    _ place: (Int) -> (shift: Double, speed: Double)
  ) throws -> TrafficRun {
    let length = Double(cars) * spacing
    let map = try TrafficWorlds.map(
      "ring", ["circumference": .number(length), "lanes": .integer(1), "speed_limit": .number(30)])
    let route = try TrafficWorlds.route(map, Array(map.lanes.indices))
    let members = (0..<cars).map { i in
      let state = place(i)
      let s = (Double(i) + 0.5) * spacing + state.shift
      return TrafficRun.Member(
        spec: TrafficWorlds.car(
          "c" + String(100 + i), path: 0, s: s, speed: state.speed, length: 5),
        policy: "idm",
        parameters: [
          "desired_speed": .number(law.desiredSpeed), "min_gap": .number(law.minGap),
          "headway": .number(law.headway), "accel": .number(law.acceleration),
          "decel": .number(law.deceleration), "lateral_accel": .number(50),
        ], route: route)
    }
    return try TrafficRun(map, members, paths: [route.centreline], clock: clock)
  }

  /// Vehicles per kilometre.
  @Test(arguments: [5.0, 10, 20, 30, 45, 60, 80, 100, 120])
  func flowIsThatOfTheEquilibrium(_ density: Double) throws {
    let law = Self.law(1.5)
    let spacing = 1_000 / density
    let gap = spacing - 5
    let expected = law.equilibriumSpeed(gap: gap)
    var run = try Self.ring(law, cars: 20, spacing: spacing) { _ in (0, 10) }
    try run.run(seconds: 150)
    let speeds = run.world.agents.speed
    let mean = speeds.reduce(0, +) / Double(speeds.count)
    // Flow is density times speed; s_e(v) at the speed that was reached is the gap there is.
    #expect(abs(mean / expected - 1) < 0.005, "\(mean) m/s, not \(expected)")
    #expect(abs(law.equilibriumGap(speed: mean) / gap - 1) < 0.005)
    for speed in speeds { #expect(abs(speed - mean) < 1e-6) }
  }

  struct Mode: CustomTestStringConvertible, Sendable {
    var acceleration: Double
    var spacing: Double
    /// Waves round the ring of 30 cars.
    var waves: Int
    var testDescription: String { "a = \(acceleration), \(spacing) m a car, \(waves) waves" }
  }

  static let modes = [
    Mode(acceleration: 0.5, spacing: 25, waves: 1), Mode(acceleration: 0.5, spacing: 25, waves: 2),
    Mode(acceleration: 0.5, spacing: 40, waves: 1), Mode(acceleration: 0.8, spacing: 30, waves: 1),
    Mode(acceleration: 2.5, spacing: 25, waves: 1), Mode(acceleration: 2.5, spacing: 40, waves: 3),
    Mode(acceleration: 1.5, spacing: 90, waves: 1), Mode(acceleration: 0.5, spacing: 150, waves: 2),
  ]

  /// A small sine wave round the ring grows or decays at the rate of linear theory.
  ///
  /// With f_s, f_v, f_l the derivatives of the acceleration by gap, own and leader's speed, and e
  /// the phase from one car to the next, a tick of length h takes a wave with amplitudes y of
  /// place and w of speed to w + h A and y + h w + h^2/2 A, where A = f_s (e - 1) y +
  /// (f_v + f_l e) w. Of the two eigenvalues of that map the larger one counts.
  @Test(arguments: modes) func smallWavesGrowAsLinearTheorySays(_ mode: Mode) throws {
    let law = Self.law(mode.acceleration)
    let n = 30
    let h = 0.1
    let gap = mode.spacing - 5
    let v = law.equilibriumSpeed(gap: gap)
    func f(_ s: Double, _ v: Double, _ l: Double) -> Double {
      law.acceleration(speed: v, gap: s, leadSpeed: l, emergency: 8)
    }
    let d = 1e-4
    let fs = (f(gap + d, v, v) - f(gap - d, v, v)) / (2 * d)
    let fv = (f(gap, v + d, v) - f(gap, v - d, v)) / (2 * d)
    let fl = (f(gap, v, v + d) - f(gap, v, v - d)) / (2 * d)
    let phase = 2 * Double.pi * Double(mode.waves) / Double(n)
    let e = Complex(ExactMath.cos(phase), ExactMath.sin(phase))
    let p = (e - Complex(1, 0)) * fs
    let q = Complex(fv, 0) + e * fl
    // Rows of the map: [1 + h^2/2 p, h + h^2/2 q], [h p, 1 + h q].
    let a = Complex(1, 0) + p * (h * h / 2)
    let b = Complex(h, 0) + q * (h * h / 2)
    let c = p * h
    let k = Complex(1, 0) + q * h
    let half = (a + k) * 0.5
    let root = (half * half - (a * k - b * c)).squareRoot
    let z = [half + root, half - root].max { $0.size < $1.size } ?? half
    let rate = ExactMath.log(z.size) / h
    // Its eigenvector: y = 1 mm, w = (z - a) / b y.
    let w = (z - a) / b

    var run = try Self.ring(law, cars: n, spacing: mode.spacing) { i in
      let turn = Complex(ExactMath.cos(phase * Double(i)), ExactMath.sin(phase * Double(i)))
      return (1e-3 * turn.re, v + 1e-3 * (turn * w).re)
    }
    func amplitude() -> Double {
      var sum = Complex(0, 0)
      for (i, speed) in run.world.agents.speed.enumerated() {
        sum =
          sum + Complex(ExactMath.cos(phase * Double(i)), -ExactMath.sin(phase * Double(i)))
          * (speed - v)
      }
      return sum.size / Double(n)
    }
    let start = amplitude()
    let seconds = 20.0
    try run.run(seconds: seconds)
    let measured = ExactMath.log(amplitude() / start) / seconds
    #expect(abs(measured - rate) < 0.02 * abs(rate) + 2e-5, "\(measured) 1/s, not \(rate)")
    // The criterion for long waves (Wilson and Ward 2011): they grow if 2 f_s > f_v^2 - f_l^2.
    if mode.waves == 1 {
      #expect((rate > 0) == (2 * fs > fv * fv - fl * fl))
    }
  }

  @Test func bothKindsOfWavesAreTested() {
    func grows(_ mode: Mode) -> Bool {
      let law = Self.law(mode.acceleration)
      let gap = mode.spacing - 5
      let v = law.equilibriumSpeed(gap: gap)
      func f(_ s: Double, _ v: Double, _ l: Double) -> Double {
        law.acceleration(speed: v, gap: s, leadSpeed: l, emergency: 8)
      }
      let d = 1e-4
      let fs = (f(gap + d, v, v) - f(gap - d, v, v)) / (2 * d)
      let fv = (f(gap, v + d, v) - f(gap, v - d, v)) / (2 * d)
      let fl = (f(gap, v, v + d) - f(gap, v, v - d)) / (2 * d)
      return 2 * fs > fv * fv - fl * fl
    }
    #expect(Self.modes.contains { grows($0) })
    #expect(Self.modes.contains { !grows($0) })
  }

  /// A growing wave ends in stop and go, still without a collision.
  @Test func unstablePlatoonEndsInStopAndGo() throws {
    let law = Self.law(0.4)
    let v = law.equilibriumSpeed(gap: 15)
    var run = try Self.ring(law, cars: 40, spacing: 20) { i in (i == 0 ? 2 : 0, v) }
    var collisions: [String] = []
    try run.run(seconds: 500) { collisions += TrafficWorlds.collisions($0) }
    let speeds = run.world.agents.speed
    #expect(collisions.isEmpty, "\(collisions.first ?? "")")
    #expect((speeds.max() ?? 0) - (speeds.min() ?? 0) > 3)
  }
}

/// As much of complex numbers as the theory needs.
struct Complex {
  var re: Double
  var im: Double

  init(_ re: Double, _ im: Double) {
    self.re = re
    self.im = im
  }

  var size: Double { (re * re + im * im).squareRoot() }

  var squareRoot: Complex {
    let r = size
    let x = max((r + re) / 2, 0).squareRoot()
    let y = max((r - re) / 2, 0).squareRoot()
    return Complex(x, im < 0 ? -y : y)
  }

  static func + (a: Complex, b: Complex) -> Complex { Complex(a.re + b.re, a.im + b.im) }
  static func - (a: Complex, b: Complex) -> Complex { Complex(a.re - b.re, a.im - b.im) }
  static func * (a: Complex, b: Complex) -> Complex {
    Complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
  }
  static func * (a: Complex, b: Double) -> Complex { Complex(a.re * b, a.im * b) }
  static func / (a: Complex, b: Complex) -> Complex {
    let square = b.re * b.re + b.im * b.im
    return Complex(
      (a.re * b.re + a.im * b.im) / square, (a.im * b.re - a.re * b.im) / square)
  }
}
