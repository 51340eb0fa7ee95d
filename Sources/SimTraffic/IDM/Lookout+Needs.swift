import SimGeometry
import SimModels
import SimWorld

// Cars whose way ends: they look for a gap beside, fall in with the traffic there, and do not run
// over the end; who is behind the gap lets them in.
extension Lookout {
  /// A car that has found no gap stops this far before the end of its way, metres: at walking pace
  /// it needs as much to get across.
  static let endRoom = 22.0
  /// How hard somebody brakes for a gap, or to let somebody in, m/s^2.
  static let kindDeceleration = 2.0

  /// Bounds the accelerations of those who need another lane and of those who let them in.
  func heedNeeds(_ lists: inout ChangeLists) {
    lists.waiting.removeAll(keepingCapacity: true)
    for k in lists.bounded { states[Int(k)].yielding = .infinity }
    lists.bounded.removeAll(keepingCapacity: true)
    guard hasShortWays else { return }
    for looker in lookers {
      let c = Int(looker)
      guard cars[c].isPresent, !states[c].isActive,
        ways.ways[Int(cars[c].route)].leaveBy < .infinity
      else {
        states[c].isWaiting = false
        continue
      }
      stopBeforeEnd(c, &lists)
      guard states[c].isWaiting else { continue }
      lists.waiting.append(looker)
      askForGap(c, &lists)
    }
  }

  private func bound(_ c: Int, _ acceleration: Double, _ lists: inout ChangeLists) {
    if states[c].yielding == .infinity { lists.bounded.append(Int32(c)) }
    states[c].yielding = min(states[c].yielding, acceleration)
  }

  /// Brakes as late as comfortable braking allows.
  private func stopBeforeEnd(_ c: Int, _ lists: inout ChangeLists) {
    let left = need(c).left - Lookout.endRoom
    let speed = cars[c].speed
    let braking = speed * speed / (2 * max(left, 0.1))
    if braking > 0.8 * drivers[c].law.deceleration {
      bound(c, -min(braking, drivers[c].emergency), &lists)
    }
  }

  private func askForGap(_ c: Int, _ lists: inout ChangeLists) {
    let toLeft = states[c].waitsToLeft
    let target = ways.besides[Int(cars[c].entry)].entry(toLeft: toLeft)
    guard leadsOn(c, target.entry) else { return }
    guard let place = place(c, on: Int(target.entry)) else { return }
    var sight = sight(of: c, on: place.entry, at: place.s, hint: &hints[c][toLeft])
    if things.count > 0 { addThings(around: place.entry, at: place.s, of: c, &sight) }
    // Behind whoever is ahead there, without falling back for one that is far off.
    if sight.aheadGap < .infinity {
      let wish = drivers[c].acceleration(
        speed: cars[c].speed, gap: max(sight.aheadGap, 1), leadSpeed: sight.aheadSpeed,
        desiredSpeed: desiredSpeed(c))
      bound(c, max(wish, -Lookout.kindDeceleration), &lists)
    }
    // Who is behind the gap opens it.
    guard sight.behind != Car.none else { return }
    let n = car(of: sight.behind)
    let wish = drivers[n].acceleration(
      speed: cars[n].speed, gap: max(sight.behindGap, 1), leadSpeed: cars[c].speed,
      desiredSpeed: desiredSpeed(n))
    bound(n, max(wish, -Lookout.kindDeceleration), &lists)
  }
}
