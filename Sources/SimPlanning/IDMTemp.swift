struct IDM {
  var minGap: Double
  var headway: Double
  var maxAcceleration: Double
  var maxDeceleration: Double
  func acceleration(speed v: Double, desiredSpeed v0: Double, gap: Double, leaderSpeed: Double) -> Double {
    let s = minGap + v * headway + v * (v - leaderSpeed) / (2 * (maxAcceleration * maxDeceleration).squareRoot())
    let q = s / max(gap, minGap)
    let r = v / v0
    let a = maxAcceleration * (1 - r * r * r * r - q * q)
    return min(max(a, -maxDeceleration), maxAcceleration)
  }
}
