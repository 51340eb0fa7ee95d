import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

/// The loads of the benchmarks.
@Suite struct LoadTests {
  private func hash(_ load: GridLoad, ticks: Int) throws -> UInt64 {
    var world = World(
      map: load.map, clock: TickClock(), agents: (0..<load.count).map { load.car($0).spec },
      paths: load.paths)
    let idm = try #require(PolicyCatalog.entries.first { $0.schema.name == "idm" })
    let values = ParameterValues(idm.schema, overriding: load.parameters)
    let setups = (0..<load.count).map { row in
      let car = load.car(row)
      return TrafficAgentSetup(
        row: row, stream: AgentTable.stream(of: car.spec.id),
        parameters: values.with("speed_factor", .number(car.speedFactor)), route: car.route)
    }
    var policy = try idm.make(
      ParameterValues(idm.schema),
      TrafficSetup(clock: TickClock(), map: load.map, agents: setups))
    var commands = world.makeCommands()
    var hash: UInt64 = 0
    for tick in 0..<ticks {
      commands.clear()
      let view = world.view
      try policy.decide(
        Array(0..<load.count), view, into: &commands,
        in: TickContext(clock: view.clock, tick: tick, random: CounterRandom(seed: 0), stream: 0))
      try world.step(commands)
      hash = world.stateHash(chaining: hash)
    }
    return hash
  }

  /// A way that goes on farther than anybody gets and sees does not change what anybody does.
  @Test func waysOfTheTownAreLongEnough() throws {
    let short = try GridLoad(cars: 20, seconds: 6)
    let long = try GridLoad(cars: 20, seconds: 30)
    #expect(short.car(0).route.lanes.count < long.car(0).route.lanes.count)
    #expect(try hash(short, ticks: 60) == hash(long, ticks: 60))
  }

  /// 40 m a car and lane: three lanes of 40 m each, and ids in the order of rows.
  @Test func carsOfTheRing() throws {
    let load = try RingLoad(.ringF, cars: 120)
    #expect(load.count == 120)
    // (Lanes are polygons, which save a little less than circles further in.)
    #expect(abs(load.length - 4_800) < 1e-5)
    let cars = (0..<120).map { load.car($0) }
    #expect(cars[7].spec.id == "v007")
    let ids = cars.map(\.spec.id)
    #expect(zip(ids, ids.dropFirst()).allSatisfy { AgentTable.ids($0, precede: $1) })
    #expect(cars[4].spec.path == 1)
    // (4 + 0.5) 40 m along the middle lane.
    #expect(abs(cars[4].spec.arcLength - 180) < 1e-5)
  }

  /// Car 1 comes to the next lane and goes back: two changes.
  @Test func anObserverCountsLaneChanges() throws {
    let load = try RingLoad(.ring, cars: 6)
    var observer = RingLoad.Observer(load)
    let points = (0..<3).map { load.paths[$0].vertices[0] }
    for lane in [1, 2, 2, 1] {
      let x = [points[0].x, points[lane].x]
      let y = [points[0].y, points[lane].y]
      observer.observe(x: x[...], y: y[...])
    }
    #expect(observer.changes == 2)
  }
}
