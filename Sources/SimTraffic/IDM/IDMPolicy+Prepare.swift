import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

extension IDMPolicy {
  /// Lays out the routes and finds what never moves; at the first tick, since sizes and paths are
  /// the world's.
  mutating func prepare(_ view: WorldView, _ random: CounterRandom) throws(StageFailure) {
    isOwn = [Bool](repeating: false, count: view.agents.count)
    for row in rows { isOwn[row] = true }
    isRed = view.signals.map { _ in false }
    isYellow = isRed
    lanes = [LaneState](repeating: LaneState(), count: map.lanes.count)
    try makeCars(view, random)
    prepareArrivals(view)
    watchLanes()
    prepareCrosswalks(view)
    prepareCyclists()
    thingLists = ThingLists(lanes: map.lanes.count)
    prepareOvertaking(view)
    placeFixedThings(view)
    reserve(view)
    letGoOfSetups()
    isPrepared = true
  }

  /// Forgets what is known from before the first tick, as soon as nobody asks for it any more.
  mutating func letGoOfSetups() {
    let areToArrive = arrivals.isOff && setups.contains { $0.arrival != nil }
    if !hasRecordings && !areToArrive { setups = [] }
  }

  private mutating func makeCars(
    _ view: WorldView, _ random: CounterRandom
  ) throws(StageFailure) {
    var builder = RouteTablesBuilder(map, view.pathTable, bodies: bodies(view))
    var routeOfPath = [Int32](repeating: Car.none, count: view.pathTable.lines.count)
    var longest = [Double](repeating: 0, count: view.pathTable.lines.count)
    for row in rows {
      let path = Int(view.agents.path[row])
      guard longest.indices.contains(path) else {
        throw StageFailure(.decide, "idm: agent '\(view.agents.ids[row])' runs on no path")
      }
      longest[path] = max(longest[path], view.agents.lengths[row])
    }
    let count = longest.count { $0 > 0 }
    cars.reserveCapacity(setups.count + shadowRoom)
    decisions = [Decision](repeating: Decision(), count: setups.count)
    for index in setups.indices {
      // By index: a set-up is a large value to copy.
      let row = setups[index].row
      let path = Int(view.agents.path[row])
      if setups[index].route == nil { continue }
      if routeOfPath[path] == Car.none, let route = setups[index].route {
        let length = view.pathTable.lines[path].length
        guard abs(route.length - length) < 1e-6 * max(1, length) else {
          throw StageFailure(
            .decide, "idm: the path of agent '\(view.agents.ids[row])' is not that of its route")
        }
        routeOfPath[path] = builder.add(route, path: path, carLength: longest[path])
        builder.expect(routes: count)
      }
      let number = routeOfPath[path]
      let span = builder.route(number)
      cars.append(
        Car(
          halfLength: 0.5 * view.agents.lengths[row], halfWidth: 0.5 * view.agents.widths[row],
          entry: span.entries.lowerBound, route: number, cap: span.caps.lowerBound))
      let limits = view.agents.classes[row].limits
      let stream = setups[index].stream
      var driver = drivers[index]
      driver.manner.adopt(driver.manner.style.drawn(random, stream: stream), limits)
      driver.fit(limits, speed: view.agents.speed[row])
      let agentClass = view.agents.classes[row]
      driver.settle(
        agentClass, stream,
        laneWidth: driver.manner.keep == .centre
          ? 0 : setups[index].route.map { map.width(ofLane: $0.lanes[0]) } ?? 0,
        bicycles: agentClass == .bicycle
          ? setups[index].route.flatMap { bicycleLane($0) } : nil, random)
      driver.manner.changesLanes = setups[index].family != nil
      drivers[index] = driver
      cars[index].isBicycle = view.agents.classes[row] == .bicycle
    }
    let routes = try addWays(view, &builder, &routeOfPath, carLength: longest.max() ?? 0)
    sharedTables = SharedRouteTables(builder.finished())
    hasBlends = tables.routes.contains(where: \.changesLanes)
    if !scripts.cars.isEmpty { scripts.routeOfPath = routeOfPath }
    prepareJunctions()
    prepareIndicators()
    prepareLaneChanges(routes, view)
  }

  /// Lays out the ways that nobody is on yet.
  ///
  /// - Returns: all ways with their routes.
  private func addWays(
    _ view: WorldView, _ builder: inout RouteTablesBuilder, _ routeOfPath: inout [Int32],
    carLength: Double
  ) throws(StageFailure) -> [(route: Int32, way: TrafficWay)] {
    guard mayChange else { return [] }
    var routes: [(route: Int32, way: TrafficWay)] = []
    for way in ways {
      guard view.pathTable.lines.indices.contains(way.path) else {
        throw StageFailure(.decide, "idm: a way has no path")
      }
      if routeOfPath[way.path] == Car.none {
        routeOfPath[way.path] = builder.add(way.route, path: way.path, carLength: carLength)
      }
      routes.append((routeOfPath[way.path], way))
    }
    return routes
  }

  /// For how many shadows there is room from the start: as many as are likely to be needed.
  var shadowRoom: Int { mayChange ? min(rows.count, 256 + rows.count / 2) : 0 }

  /// Some cars may come from one route to another.
  var mayChange: Bool { !scripts.cars.isEmpty || hasFamilies }

  /// Puts every car to the start of its route, with room for its tickets: for those who change from
  /// one route to another, for the tickets of any.
  private mutating func prepareJunctions() {
    if tables.groups.isEmpty && tables.stops.isEmpty && map.crosswalks.isEmpty { return }
    let most = mayChange ? tables.routes.reduce(0) { max($0, $1.groups.count) } : 0
    atJunctions.reserveCapacity(cars.count + shadowRoom)
    var count = 0
    for c in cars.indices {
      let route = tables.routes[Int(cars[c].route)]
      atJunctions.append(JunctionState(at: route, tickets: Int32(count), driver: Int32(c)))
      let goesElsewhere = mayChange && (drivers[c].changesLanes || setups[c].isScripted)
      count += goesElsewhere ? most : route.groups.count
    }
    tickets = [Int32](repeating: Claim.noTicket, count: count)
    keys = [Double](repeating: .infinity, count: count)
  }

  /// What long vehicles sweep over, on the ways of all cars; nil if there are no long ones.
  private func bodies(_ view: WorldView) -> BodyZones? {
    var fleet = BodyZones.Fleet()
    for row in rows {
      fleet.add(length: view.agents.lengths[row], width: view.agents.widths[row])
    }
    guard fleet.hasLong else { return nil }
    func isLong(_ setup: TrafficAgentSetup) -> Bool {
      view.agents.lengths[setup.row] > BodyZones.Fleet.longFrom
    }
    var ways = setups.compactMap { setup in
      setup.route.map { BodyZones.Way(route: $0, isLong: isLong(setup)) }
    }
    if mayChange {
      // Long ones come to the ways of their family too, those that follow scripts to any.
      let families = Set(setups.lazy.filter(isLong).compactMap(\.family))
      let isScripted = setups.contains { $0.isScripted && isLong($0) }
      ways += self.ways.map {
        BodyZones.Way(route: $0.route, isLong: isScripted || families.contains($0.family))
      }
    }
    return BodyZones(map, ways, fleet)
  }

  private mutating func watchLanes() {
    sharedTables.withView { tables in
      for group in tables.groups.indices {
        for zone in tables.zoneNumbers(of: group) {
          lanes[tables.lane(of: zone, in: group)].isWatched = true
        }
      }
    }
    for lane in lanes.indices {
      let isNear =
        lanes[lane].isWatched
        || map.lanes[lane].successors.contains { next in
          lanes[next].isWatched || map.lanes[next].successors.contains { lanes[$0].isWatched }
        }
      lanes[lane].isNearWatched = isNear
    }
  }

  private mutating func placeFixedThings(_ view: WorldView) {
    for row in 0..<view.agents.count
    where view.agents.motions[row] == .fixed && view.agents.present[row] != 0 {
      place(row, view)
    }
    thingLists.fix(&lanes)
  }

  /// Makes room for as much as a tick is likely to need.
  private mutating func reserve(_ view: WorldView) {
    let count = view.agents.count - rows.count
    let cars = min(rows.count, 4_000)
    thingLists.reserve(things: view.agents.count, links: 16 * (count + cars))
    turns.reserve(cars: cars, others: count, lanes: map.lanes.count)
    foundLanes.reserveCapacity(64)
    others.reserveCapacity(count)
    overhanging.reserveCapacity(rows.count)
  }
}
