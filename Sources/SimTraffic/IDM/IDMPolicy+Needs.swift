import SimGeometry
import SimModels
import SimWorld

// Cars whose way ends: they look for a gap beside, fall in with the traffic there, and do not run
// over the end; who is behind the gap lets them in.
extension IDMPolicy {
  /// A car that has found no gap stops this far before the end of its way, metres: at walking pace
  /// it needs as much to get across.
  static let endRoom = 22.0
  /// How hard somebody brakes for a gap, or to let somebody in, m/s^2.
  static let kindDeceleration = 2.0

  /// Bounds the accelerations of those who need another lane and of those who let them in.
  mutating func heedNeeds(_ view: WorldView) {
    changes.waiting.removeAll(keepingCapacity: true)
    for k in changes.bounded { changes.states[Int(k)].yielding = .infinity }
    changes.bounded.removeAll(keepingCapacity: true)
    guard changes.ways.hasShortWays else { return }
    for looker in changes.lookers {
      let c = Int(looker)
      guard cars[c].isPresent, !changes.states[c].isActive,
        changes.ways.ways[Int(cars[c].route)].leaveBy < .infinity
      else {
        changes.states[c].isWaiting = false
        continue
      }
      stopBeforeEnd(c)
      guard changes.states[c].isWaiting else { continue }
      changes.waiting.append(looker)
      askForGap(c, view)
    }
  }

  private mutating func bound(_ c: Int, _ acceleration: Double) {
    if changes.states[c].yielding == .infinity { changes.bounded.append(Int32(c)) }
    changes.states[c].yielding = min(changes.states[c].yielding, acceleration)
  }

  /// Brakes as late as comfortable braking allows.
  private mutating func stopBeforeEnd(_ c: Int) {
    let left = need(c).left - IDMPolicy.endRoom
    let speed = cars[c].speed
    let braking = speed * speed / (2 * max(left, 0.1))
    if braking > 0.8 * drivers[c].law.deceleration { bound(c, -min(braking, drivers[c].emergency)) }
  }

  private mutating func askForGap(_ c: Int, _ view: WorldView) {
    let toLeft = changes.states[c].waitsToLeft
    let target = changes.ways.besides[Int(cars[c].entry)].entry(toLeft: toLeft)
    guard target.entry >= 0 else { return }
    var hint = toLeft ? changes.states[c].hintLeft : changes.states[c].hintRight
    let found = view.pathTable.withView { paths -> LaneSight? in
      guard let place = place(c, on: Int(target.entry), view, paths) else { return nil }
      var sight = sight(of: c, on: place.entry, at: place.s, hint: &hint)
      if things.count > 0 { addThings(around: place.entry, at: place.s, of: c, paths, &sight) }
      return sight
    }
    if toLeft { changes.states[c].hintLeft = hint } else { changes.states[c].hintRight = hint }
    guard let sight = found else { return }
    // Behind whoever is ahead there, without falling back for one that is far off.
    if sight.aheadGap < .infinity {
      let wish = drivers[c].acceleration(
        speed: cars[c].speed, gap: max(sight.aheadGap, 1), leadSpeed: sight.aheadSpeed,
        desiredSpeed: desiredSpeed(c))
      bound(c, max(wish, -IDMPolicy.kindDeceleration))
    }
    // Who is behind the gap opens it.
    guard sight.behind != Car.none else { return }
    let n = changes.car(of: sight.behind)
    let wish = drivers[n].acceleration(
      speed: cars[n].speed, gap: max(sight.behindGap, 1), leadSpeed: cars[c].speed,
      desiredSpeed: desiredSpeed(n))
    bound(n, max(wish, -IDMPolicy.kindDeceleration))
  }
}
