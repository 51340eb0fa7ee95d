import SimCore
import SimModels
import SimWorld

// Drivers give way to walkers on crosswalks.
extension IDMPolicy {
  /// What a driver remembers of the crosswalk before it.
  struct CrosswalkMemory: Sendable {
    /// Next passage of its route.
    var passage: Int32 = 0
    /// The route that this passage is of.
    var route: Int32 = -1
    /// Ticks for which it has stood for somebody who stands at the kerb.
    var waited: Int32 = 0
  }

  /// How a driver gives way.
  private enum Yielding {
    /// From the front to a crosswalk where it waits, metres.
    static let room = 1.0
    /// Hardest braking for somebody who is about to step onto the road, and for somebody who is on
    /// it, m/s^2: whoever could stop only by harder braking drives on.
    static let braking = (kerb: 3.0, road: 5.0)
    /// It waits this long for somebody who does not set out, s (who is free to go does within a
    /// second, and who is not waits for others, perhaps for it); and so long if it has stood until
    /// walkers let it go: each would wait for the other, and that turn be over.
    static let patience = (usual: 3.0, owed: 1.5)
    /// Room in time between a walker and the car, s.
    static let margin = 1.5
    /// Who has come so far into the car's way, metres, and stands may as well wait at the kerb.
    static let kerbRoom = 0.3
    /// Speed that walkers are taken to have at least, m/s.
    static let walking = 1.0
  }

  /// How long a driver waits for those who do not set out, ticks.
  private struct WalkerPatience {
    var usual: Int32
    /// With those who let it go.
    var owed: Int32
    /// They let it go when it has stood for so long, and in a junction.
    var owedAfter: Int32
    var owedInJunction: Int32

    init(_ clock: TickClock) {
      usual = Int32(clock.ticks(Yielding.patience.usual))
      owed = Int32(clock.ticks(Yielding.patience.owed))
      owedAfter = Int32(clock.ticks(GateWatch.patience.usual))
      owedInJunction = Int32(clock.ticks(GateWatch.patience.inJunction))
    }
  }

  /// Lays out where the routes lead over crosswalks.
  mutating func prepareCrosswalks(_ view: WorldView) {
    crosswalks.prepare(view)
    for route in tables.routes {
      crosswalks.addRoute(
        tables.entries[Int(route.entries.lowerBound)..<Int(route.entries.upperBound)], map)
    }
    if !crosswalks.isOff {
      keepCrosswalksClear()
      atCrosswalks = [CrosswalkMemory](repeating: CrosswalkMemory(), count: rows.count)
    }
  }

  /// Who enters a junction must have room behind the crosswalk at the end of it too; and who has to
  /// wait for others there waits before the crosswalk at its mouth, not on it (StVO, section 26,
  /// paragraph 2). A car on a crosswalk that waits for others who wait for walkers, who wait for it
  /// to go, stands for ever.
  private mutating func keepCrosswalksClear() {
    var tables = tables
    var longest = [Double](repeating: 0, count: tables.routes.count)
    for c in rows.indices {
      let route = Int(cars[c].route)
      longest[route] = max(longest[route], 2 * cars[c].halfLength)
    }
    let most = longest.max() ?? 0
    for (number, route) in tables.routes.enumerated() {
      let own = Int(crosswalks.starts[number])..<Int(crosswalks.starts[number + 1])
      let length = mayChange ? most : longest[number]
      for group in route.groups {
        IDMPolicy.holdBeforeCrosswalk(
          Int(group), route, crosswalks.passages[own], carLength: length, &tables)
        let end = tables.groups[Int(group)].end
        for passage in crosswalks.passages[own]
        where passage.start > tables.groups[Int(group)].hold && passage.start < end + 8 {
          tables.groups[Int(group)].crossingEnd = max(
            tables.groups[Int(group)].crossingEnd, passage.end)
        }
      }
    }
    sharedTables = SharedRouteTables(tables)
  }

  /// Moves the place where cars wait for a group to before the crosswalk on which they would stand.
  private static func holdBeforeCrosswalk(
    _ group: Int, _ route: RouteTables.Route, _ passages: ArraySlice<CrosswalkWatch.Passage>,
    carLength: Double, _ tables: inout RouteTables
  ) {
    let hold = tables.groups[group].hold
    let end = tables.groups[group].end
    guard
      let passage = passages.last(where: {
        $0.start < max(hold, end) && $0.end > hold - carLength && !$0.isInJunction
      })
    else { return }
    var place = passage.start - Yielding.room
    // Not before its stop line, where it would halt once more.
    for stop in route.stops where tables.stops[Int(stop)].place < hold {
      place = max(place, tables.stops[Int(stop)].place)
    }
    // Nor with its tail in the junction before.
    if group > Int(route.groups.lowerBound) {
      let last = tables.groups[group - 1]
      if place > last.hold + 0.5 && place - carLength < last.end { return }
    }
    tables.groups[group].hold = min(hold, place)
    tables.groups[group].holdsBeforeCrosswalk = true
  }

  /// Lets drivers stop before crosswalks for those who cross, as if somebody stood there.
  mutating func heedWalkers(_ view: WorldView) {
    if crosswalks.isOff { return }
    crosswalks.look(view)
    let patience = WalkerPatience(view.clock)
    for c in rows.indices where cars[c].isPresent { heedWalkers(c, patience) }
  }

  private mutating func heedWalkers(_ c: Int, _ patience: WalkerPatience) {
    let number = Int(cars[c].route)
    let first = crosswalks.starts[number]
    let last = crosswalks.starts[number + 1]
    atJunctions[c].waitsForWalkers = false
    atJunctions[c].stopsAtExit = false
    if first == last { return }
    let route = tables.routes[number]
    if atCrosswalks[c].route != cars[c].route || cars[c].lapped {
      atCrosswalks[c].route = cars[c].route
      atCrosswalks[c].passage = first
    }
    let front = cars[c].front
    while atCrosswalks[c].passage < last,
      crosswalks.passages[Int(atCrosswalks[c].passage)].end < cars[c].rear
    {
      atCrosswalks[c].passage += 1
      atCrosswalks[c].waited = 0
    }
    let speed = cars[c].speed
    let reach = speed * speed / 4 + 2 * speed + 5
    var walk = RouteWalk(from: atCrosswalks[c].passage, over: first..<last, route)
    while let (index, lap) = walk.next() {
      let passage = crosswalks.passages[index]
      let way = passage.start + lap - front
      if way - Yielding.room > reach { break }
      // Whoever stands on it drives on; boxes in its way still count.
      if way < -0.5 { continue }
      let strip = crosswalks.strips[Int(passage.strip)]
      let stop = max(way - Yielding.room, 0)
      // Nobody stops on a crosswalk for what is behind it, unless it is in a junction.
      let room = passage.end + lap + 2 * cars[c].halfLength + 0.5
      let isFull =
        front + cars[c].gap < room && cars[c].leadSpeed < 1.5 && !passage.isInJunction
      guard
        isFull
          || (strip.users != -1
            && mustYield(c, passage, strip, way: way, stop: stop, patience))
      else { continue }
      if !passage.isInJunction { atJunctions[c].waitsForWalkers = true }
      let gap = stop + drivers[c].law.minGap
      if gap < cars[c].gap {
        cars[c].gap = gap
        cars[c].leadSpeed = 0
        atJunctions[c].stopsAtExit = passage.isInJunction
        atJunctions[c].stopsForWalker = false
      }
      return
    }
    if speed > 1 { atCrosswalks[c].waited = 0 }
  }

  /// Somebody crosses in front of a driver who can still stop.
  private mutating func mustYield(
    _ c: Int, _ passage: CrosswalkWatch.Passage, _ strip: CrosswalkWatch.Strip, way: Double,
    stop: Double, _ patience: WalkerPatience
  ) -> Bool {
    let speed = cars[c].speed
    let needed = speed < 1 ? 0 : speed * speed / (2 * max(stop, 0.1))
    let length = passage.end - passage.start + 2 * cars[c].halfLength
    // Until it would have passed: it sets out at 1.5 m/s^2 if it is slow.
    let pace = max(speed, ((speed * speed + 3 * (way + length)).squareRoot() + speed) / 2, 1)
    let through = (way + length) / pace
    let owedAfter = passage.isInJunction ? patience.owedInJunction : patience.owedAfter
    let most = cars[c].stood > owedAfter ? patience.owed : patience.usual
    var waits = false
    var isForStanding = true
    var user = strip.users
    while user != -1 {
      let it = crosswalks.users[Int(user)]
      user = it.next
      // To the way that the car takes, and out of it.
      let wayIn = it.isAlong ? passage.low - it.place : it.place - passage.high
      let wayOut = it.isAlong ? passage.high - it.place : it.place - passage.low
      if wayOut < 0 { continue }
      // Who stands beside its way does not come, once it has waited for that one long enough.
      let stands = !it.isOn || (it.speed.magnitude < 0.1 && wayIn > -Yielding.kerbRoom)
      if stands && atCrosswalks[c].waited >= most { continue }
      if needed > (it.isOn ? Yielding.braking.road : Yielding.braking.kerb) { continue }
      let pace = max(it.speed.magnitude, Yielding.walking)
      if wayIn > 0 && wayIn / pace > through + Yielding.margin { continue }
      waits = true
      if !stands { isForStanding = false }
    }
    if waits && isForStanding && speed < Car.standing { atCrosswalks[c].waited &+= 1 }
    return waits
  }
}
