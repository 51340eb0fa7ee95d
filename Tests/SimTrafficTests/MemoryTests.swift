import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimTraffic

/// What the tables of a crowd take of memory: counted, so that it cannot creep up unseen.
@Suite struct MemoryTests {
  /// Bytes of the elements of a list.
  private func bytes<Element>(_ list: [Element]) -> Int {
    list.count * MemoryLayout<Element>.stride
  }

  private func bytes(_ tables: RouteTables) -> Int {
    bytes(tables.routes) + bytes(tables.entries) + bytes(tables.stops) + bytes(tables.zones)
      + bytes(tables.groups) + bytes(tables.shapes) + bytes(tables.caps)
      + bytes(tables.allowances) + bytes(tables.turns)
  }

  /// In the town each car goes a way of its own: pieces of road are kept once for all of them and
  /// for all junctions of one shape, and a car keeps only how far it has come at each.
  @Test func waysOfATownShareTheRoad() throws {
    let load = try GridLoad(cars: 1_000, seconds: 10)
    let paths = load.paths
    let table = PathTable(paths)
    let pieces = paths.reduce(0) { $0 + $1.segmentCount }
    #expect(table.starts.count == pieces + load.count)
    #expect(table.byteCount / load.count < 600)
    // Of ways of 500 m, each laid out by itself, it would be several times as much.
    let apart = PathTable(Array(paths)).byteCount
    #expect(apart >= pieces * 48)
    #expect(table.byteCount < apart / 2)
    var builder = RouteTablesBuilder(load.map, table)
    for car in 0..<load.count { _ = builder.add(load.car(car).route, path: car, carLength: 5) }
    #expect(bytes(builder.finished()) / load.count < 720)
  }

  /// What is kept of each car whatever its way, in bytes.
  @Test func aCarIsSmall() {
    #expect(MemoryLayout<Car>.stride <= 136)
    #expect(MemoryLayout<JunctionState>.stride <= 104)
    #expect(MemoryLayout<OwnSpeeds>.stride <= 32)
    #expect(MemoryLayout<SimTraffic.LaneChange>.stride <= 112)
  }

  /// Cars of a fleet, whose drivers differ in the speeds that they want, share all else.
  @Test func driversOfAFleetShareTheirManner() throws {
    let load = try RingLoad(.ring, cars: 300)
    let policy = try #require(try load.makePolicy() as? IDMPolicy)
    #expect(policy.drivers.count == 300)
    #expect(policy.drivers.mannerCount == 1)
    let factors = (0..<300).map { policy.drivers[$0].speeds.factor }
    #expect(factors == (0..<300).map { load.car($0).speedFactor })
    // One who drives otherwise has a manner of its own.
    var drivers = policy.drivers
    drivers[7].manner.heedsRules = false
    #expect(drivers.mannerCount == 2)
    #expect(!drivers[7].heedsRules)
    #expect(drivers[6].heedsRules && drivers[8].heedsRules && policy.drivers[7].heedsRules)
  }

  /// A shared piece is the piece of the path itself, to the bit.
  @Test func sharedPiecesAreThoseOfThePath() throws {
    let load = try GridLoad(cars: 40, seconds: 10)
    let shared = PathTable(load.paths)
    let apart = PathTable(Array(load.paths))
    #expect(shared.lines == apart.lines)
    #expect(shared.starts == apart.starts)
    shared.withView { shared in
      apart.withView { apart in
        for line in shared.lines {
          for piece in Int(line.first)..<Int(line.first + line.count) {
            #expect(shared.pieces[piece] == apart.pieces[piece])
          }
        }
      }
    }
  }

  /// A way over whole lanes is the same whether its line is kept or put together anew.
  @Test func waysOverWholeLanesAreLaidOutAlike() throws {
    let route = try GridLoad(cars: 3, seconds: 10).car(1).route
    let kept = route.laidOut
    #expect(kept.lanes == route.lanes)
    #expect(kept.segments == route.segments)
    #expect(kept.laneStarts == route.laneStarts)
    #expect(kept.centreline == route.centreline)
    #expect(kept.start == route.start)
    #expect(abs(kept.length - route.length) < 1e-9)
  }
}
