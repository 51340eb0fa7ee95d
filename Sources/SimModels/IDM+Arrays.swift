/// Parameters of many drivers as columns, one row each, for `IDM.accelerations`.
public struct IDMColumns: Sendable {
  /// v0, m/s.
  public private(set) var desiredSpeed: [Double]
  /// s0, metres.
  public private(set) var minGap: [Double]
  /// T, seconds.
  public private(set) var headway: [Double]
  /// a, m/s^2.
  public private(set) var acceleration: [Double]
  /// b, m/s^2, positive.
  public private(set) var deceleration: [Double]
  /// 2 sqrt(a b).
  public private(set) var twoRootAB: [Double]
  /// delta.
  public private(set) var exponent: [Double]
  /// Hardest braking, m/s^2.
  public private(set) var emergency: [Double]
  /// All exponents are 4: the kernel needs no power function.
  public let isQuartic: Bool

  /// The columns of some drivers, each with its hardest braking, m/s^2.
  public init(_ drivers: [(law: IDM, emergency: Double)]) {
    desiredSpeed = drivers.map(\.law.desiredSpeed)
    minGap = drivers.map(\.law.minGap)
    headway = drivers.map(\.law.headway)
    acceleration = drivers.map(\.law.acceleration)
    deceleration = drivers.map(\.law.deceleration)
    twoRootAB = drivers.map { 2 * ($0.law.acceleration * $0.law.deceleration).squareRoot() }
    exponent = drivers.map(\.law.exponent)
    emergency = drivers.map(\.emergency)
    isQuartic = drivers.allSatisfy { $0.law.exponent == 4 }
  }

  /// Number of drivers.
  public var count: Int { desiredSpeed.count }
}

extension IDM {
  /// The recommended form for all drivers at once.
  ///
  /// - Parameters:
  ///   - drivers: parameters, one row a driver.
  ///   - speed: m/s, one a driver.
  ///   - gap: bumper to bumper, metres; infinite without a leader.
  ///   - leadSpeed: of the leaders, m/s; anything finite without one.
  ///   - desiredSpeed: v0 in this tick, m/s, in place of the drivers' own.
  ///   - result: accelerations, m/s^2.
  public static func accelerations(
    _ drivers: IDMColumns, speed: UnsafeBufferPointer<Double>, gap: UnsafeBufferPointer<Double>,
    leadSpeed: UnsafeBufferPointer<Double>, desiredSpeed: UnsafeBufferPointer<Double>,
    into result: UnsafeMutableBufferPointer<Double>
  ) {
    let n = drivers.count
    precondition(
      speed.count == n && gap.count == n && leadSpeed.count == n && desiredSpeed.count == n
        && result.count == n, "columns of equal length")
    let quartic = drivers.isQuartic
    drivers.withBuffers { minGap, headway, acceleration, deceleration, root, exponent, emergency in
      // Two loops, so that the usual one has no call in it and runs in vector registers.
      if quartic {
        for i in 0..<n {
          result[i] = IDM.acceleration(
            speed: speed[i], gap: gap[i], leadSpeed: leadSpeed[i], desiredSpeed: desiredSpeed[i],
            minGap: minGap[i], headway: headway[i], acceleration: acceleration[i],
            deceleration: deceleration[i], twoRootAB: root[i], exponent: 4,
            emergency: emergency[i])
        }
      } else {
        for i in 0..<n {
          result[i] = IDM.acceleration(
            speed: speed[i], gap: gap[i], leadSpeed: leadSpeed[i], desiredSpeed: desiredSpeed[i],
            minGap: minGap[i], headway: headway[i], acceleration: acceleration[i],
            deceleration: deceleration[i], twoRootAB: root[i], exponent: exponent[i],
            emergency: emergency[i])
        }
      }
    }
  }
}

extension IDMColumns {
  fileprivate typealias Column = UnsafeBufferPointer<Double>

  /// Calls a function with the columns: s0, T, a, b, 2 sqrt(ab), delta, emergency.
  fileprivate func withBuffers(
    _ body: (Column, Column, Column, Column, Column, Column, Column) -> Void
  ) {
    minGap.withUnsafeBufferPointer { minGap in
      headway.withUnsafeBufferPointer { headway in
        acceleration.withUnsafeBufferPointer { acceleration in
          deceleration.withUnsafeBufferPointer { deceleration in
            twoRootAB.withUnsafeBufferPointer { root in
              exponent.withUnsafeBufferPointer { exponent in
                emergency.withUnsafeBufferPointer { emergency in
                  body(minGap, headway, acceleration, deceleration, root, exponent, emergency)
                }
              }
            }
          }
        }
      }
    }
  }
}
