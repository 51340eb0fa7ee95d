import SimCore
public import SimStack
import SimWorld

// Cars that events of the scenario take over for a time. While a script decides how fast one is, or
// it is on a path that the policy does not know, or under another policy, it is to all others what
// a vehicle is that is not the policy's: nobody relies on it. A script that only moves one to
// another lane leaves it the policy's, with a shadow on the lane that it leaves.
extension IDMPolicy {
  /// What is known of the cars that may be taken over.
  struct Scripts: Sendable {
    /// Their numbers, ascending.
    var cars: [Int] = []
    /// By the same places: a script decides its acceleration.
    var isScripted: [Bool] = []
    /// Route of each path of the world; none.
    var routeOfPath: [Int32] = []
    /// Some car is not the policy's at the moment.
    var areAway = false
  }

  /// Notes whether a script drives the car of a row, or whether it heeds the rules of the road.
  public mutating func direct(_ directive: TrafficDirective, row: Int) {
    guard let c = rows.firstIndex(of: row) else { return }
    switch directive {
    case .isScripted(let isScripted):
      if let place = scripts.cars.firstIndex(of: c) { scripts.isScripted[place] = isScripted }
    case .heedsRules(let heeds): drivers[c].manner.heedsRules = heeds
    }
  }

  /// Notes which cars may be taken over, before the first tick.
  mutating func prepareScripts() {
    scripts.cars = setups.indices.filter { setups[$0].isScripted }
    scripts.isScripted = scripts.cars.map { _ in false }
  }

  /// Finds out which cars are the policy's in this tick, and takes over the paths on which scripts
  /// have put them.
  mutating func followScripts(_ agents: [Int], _ view: WorldView) {
    guard !scripts.cars.isEmpty else { return }
    scripts.areAway = false
    for place in scripts.cars.indices {
      let c = scripts.cars[place]
      let row = rows[c]
      guard view.agents.present[row] != 0 else {
        if cars[c].isAway { isOwn[row] = true }
        cars[c].isAway = false
        continue
      }
      let path = Int(view.agents.path[row])
      let route = scripts.routeOfPath.indices.contains(path) ? scripts.routeOfPath[path] : Car.none
      let isAway = scripts.isScripted[place] || route == Car.none || !agents.contains(row)
      if isAway {
        scripts.areAway = true
        if !cars[c].isAway { leave(c) }
      } else if cars[c].isAway {
        comeBack(c, to: route, view)
      } else if route != cars[c].route, !isAsked(c, route) {
        adopt(c, route, view)
      }
      if !isAway { endScriptedChange(c, view) }
    }
  }

  /// It has changed to a route as it wanted to itself.
  private func isAsked(_ c: Int, _ route: Int32) -> Bool {
    guard !changes.isOff, changes.states[c].asked != Car.none else { return false }
    return changes.ways.routeOfEntry[Int(changes.states[c].asked)] == route
  }

  private mutating func leave(_ c: Int) {
    if !changes.isOff {
      endChange(c)
      changes.states[c].asked = Car.none
    }
    cars[c].isAway = true
    isOwn[rows[c]] = false
  }

  private mutating func comeBack(_ c: Int, to route: Int32, _ view: WorldView) {
    cars[c].isAway = false
    isOwn[rows[c]] = true
    put(c, on: route, view)
  }

  /// A script has begun to move a car to another lane.
  private mutating func adopt(_ c: Int, _ route: Int32, _ view: WorldView) {
    if !changes.isOff {
      dropShadow(of: c)
      leaveShadow(of: c)
      if !changes.states[c].isActive { changes.lists.active.append(Int32(c)) }
      changes.states[c].asked = Car.none
      changes.states[c].isActive = true
      // The driver does not give it up.
      changes.states[c].isReturn = true
      changes.states[c].isScripted = true
      changes.states[c].offset = view.agents.lateralOffset[rows[c]]
      changes.states[c].begin(
        offset: changes.states[c].offset, rate: 0, full: drivers[c].changeDuration)
    }
    put(c, on: route, view)
  }

  /// A change that a script leads is over when the car has come to the middle of its lane.
  private mutating func endScriptedChange(_ c: Int, _ view: WorldView) {
    guard !changes.isOff, changes.states[c].isActive, changes.states[c].isScripted else { return }
    let isThrough = view.agents.lateralOffset[rows[c]].magnitude < 0.05
    changes.states[c].progress = isThrough ? 1 : min(changes.states[c].progress, 0.5)
  }

  private mutating func put(_ c: Int, on route: Int32, _ view: WorldView) {
    cars[c].route = route
    cars[c].entry = tables.routes[Int(route)].entries.lowerBound
    cars[c].s = view.agents.arcLength[rows[c]]
    startRoute(c)
  }
}
