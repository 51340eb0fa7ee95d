import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

/// Who goes first, in worlds of two to four cars.
@Suite struct JunctionLawTests {
  /// What a car did at the end of its first lane.
  struct Passing {
    var id: String
    /// First tick in which its front is beyond that end.
    var tick: Int
    /// Its least speed within 6 m of that end.
    var slowest: Double
  }

  /// Cars in the order in which they enter the junction.
  static func passings(
    _ map: LaneGraph, _ cars: [(id: String, way: [String], before: Double, speed: Double)],
    seconds: Double = 40
  ) throws -> [Passing] {
    var run = try JunctionTests.run(map, cars)
    var ends: [Double] = []
    for id in run.world.agents.ids {
      let way = try #require(cars.first { $0.id == id }).way
      ends.append(try #require(map.lane(id: way[0])).length)
    }
    var slowest = [Double](repeating: .infinity, count: cars.count)
    var result: [Passing] = []
    var collisions: [String] = []
    try run.run(seconds: seconds) { world in
      let agents = world.agents
      collisions += TrafficWorlds.collisions(world)
      for row in ends.indices where agents.present[row] != 0 {
        let front = agents.arcLength[row] + 0.5 * agents.lengths[row]
        if front > ends[row] - 6 && front <= ends[row] {
          slowest[row] = min(slowest[row], agents.speed[row])
        } else if front > ends[row], !result.contains(where: { $0.id == agents.ids[row] }) {
          result.append(
            Passing(id: agents.ids[row], tick: world.tick, slowest: slowest[row]))
        }
      }
    }
    #expect(collisions.isEmpty)
    return result
  }

  /// Straight on from an arm.
  static func straight(_ from: String) -> [String] {
    let to = ["west": "east", "east": "west", "north": "south", "south": "north"][from] ?? ""
    return ["\(from)_in.1", "\(from)_to_\(to).1", "\(to)_out.1"]
  }

  /// A stop sign is halted at though nobody is there; a yield sign is not.
  @Test func stopSignsAreHaltedAt() throws {
    for (control, halts) in [("stop", true), ("priority", false), ("all_way_stop", true)] {
      let map = try TrafficWorlds.map("four_way", ["control": .text(control)])
      let passed = try Self.passings(map, [("a", Self.straight("south"), 60, 10)])
      let car = try #require(passed.first)
      #expect((car.slowest < 0.3) == halts, "\(control): \(car.slowest) m/s")
    }
    // The road that has priority has no sign.
    let map = try TrafficWorlds.map("four_way", ["control": .text("stop")])
    let passed = try Self.passings(map, [("a", Self.straight("west"), 60, 10)])
    #expect(try #require(passed.first).slowest > 5)
  }

  /// At an all-way stop those who halt first go first: here from arms in any order, 12 m (more
  /// than a second) after each other.
  @Test(arguments: [
    ["west", "south", "east", "north"], ["north", "west", "south", "east"],
    ["south", "north", "west", "east"],
  ])
  func allWayStopIsFirstComeFirstServed(_ arms: [String]) throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text("all_way_stop")])
    let cars = arms.enumerated().map { k, arm in
      (id: "\(k)", way: Self.straight(arm), before: 30 + 14 * Double(k), speed: 8.0)
    }
    let passed = try Self.passings(map, cars, seconds: 60)
    // Opposite ones do not conflict and may go together.
    for k in 0..<3 where Set([arms[k], arms[k + 1]]) != ["west", "east"]
      && Set([arms[k], arms[k + 1]]) != ["north", "south"]
    {
      let first = try #require(passed.first { $0.id == "\(k)" })
      let next = try #require(passed.first { $0.id == "\(k + 1)" })
      #expect(first.tick < next.tick, "\(arms[k]) before \(arms[k + 1])")
    }
    #expect(passed.count == 4)
  }

  /// Where nothing is posted the one from the right goes first: seen from the west (heading east)
  /// that is the one from the south, and so on round.
  @Test(arguments: [
    ("west", "south"), ("south", "east"), ("east", "north"), ("north", "west"),
  ])
  func priorityToTheRight(_ left: String, _ right: String) throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text("uncontrolled")])
    let passed = try Self.passings(
      map, [("a", Self.straight(left), 50, 10), ("b", Self.straight(right), 50, 10)])
    #expect(passed.map(\.id) == ["b", "a"])
  }

  /// Four at once, each with one on its right: somebody goes all the same, and all get through.
  @Test(arguments: ["uncontrolled", "all_way_stop"]) func fourAtOnceGetThrough(
    _ control: String
  ) throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text(control)])
    let cars = ["west", "south", "east", "north"].map { arm in
      (id: arm, way: Self.straight(arm), before: 50.0, speed: 10.0)
    }
    #expect(try Self.passings(map, cars, seconds: 60).count == 4)
  }
}
