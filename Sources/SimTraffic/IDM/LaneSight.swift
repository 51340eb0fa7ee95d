/// What a driver would have ahead and behind at a place on a lane.
struct LaneSight: Sendable {
  /// Bumper to bumper to whoever is ahead, metres; infinite: nobody. Negative: no room.
  var aheadGap = Double.infinity
  var aheadSpeed = 0.0
  /// Bumper to bumper to whoever is behind; infinite: nobody.
  var behindGap = Double.infinity
  var behindSpeed = 0.0
  /// Node of the car behind; none: it is no car of the policy, or nobody.
  var behind = Car.none

  mutating func add(ahead gap: Double, speed: Double) {
    if gap < aheadGap { (aheadGap, aheadSpeed) = (gap, speed) }
  }

  mutating func add(behind gap: Double, speed: Double, node: Int32) {
    if gap < behindGap { (behindGap, behindSpeed, behind) = (gap, speed, node) }
  }
}
