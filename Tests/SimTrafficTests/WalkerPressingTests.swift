import SimCore
import SimGeometry
import SimMap
import SimWorld
import Testing

@testable import SimTraffic

/// Walkers who cannot get on, and how far others make room for them.
@Suite struct WalkerPressingTests {
  /// Walkers who stand on open ground, each facing where it says.
  private struct Crowd {
    var run: TrafficRun
    var policy: WalkerPolicy

    init(_ places: [(x: Double, y: Double, facing: Vector2)]) throws {
      let map = try TrafficWorlds.map("straight", ["lanes": .integer(1), "length": .number(400)])
      run = try TrafficRun(
        map,
        places.indices.map { k in
          .init(
            spec: WalkerTests.walker("walker\(k)", path: k), policy: "walker",
            parameters: ["start_delay": .number(1000)])
        },
        paths: places.map { place in
          let (x, y) = (100 + place.x, 50 + place.y)
          return line([(x, y), (x + 20 * place.facing.x, y + 20 * place.facing.y)])
        })
      try run.step()
      policy = try #require(run.groups[0].policy as? WalkerPolicy)
    }

    /// Where each goes in the next tick to make room.
    mutating func rooms() -> [Vector2] {
      let view = run.world.view
      policy.notePressing(view)
      return policy.walkers.indices.map { i in
        let row = policy.walkers[i].row
        let place = Vector2(view.agents.x[row], view.agents.y[row])
        policy.bodies.find(around: place, within: WalkerPolicy.sight)
        return policy.makeRoom(i, at: place, besides: .zero, view)
      }
    }
  }

  private static let east = Vector2(1, 0)

  /// Two face each other 0.82 m apart, stuck for 10 s each or one for a tick longer. Who makes room
  /// wants 1.25 m, so it goes 0.43 m back and half of that to its right: the lower rank, of equal
  /// ones the second. (If neither did both would stand for ever.)
  @Test(arguments: [(100, 100, 1), (101, 100, 1), (100, 101, 0)])
  func theLowerRankMakesRoom(_ first: Int32, _ second: Int32, _ who: Int) throws {
    var crowd = try Crowd([(0, 0, Self.east), (0.82, 0, Vector2(-1, 0))])
    crowd.policy.walkers[0].stuck = first
    crowd.policy.walkers[1].stuck = second
    let rooms = crowd.rooms()
    let side = who == 1 ? 1.0 : -1.0
    #expect(rooms[who].distance(to: Vector2(0.43 * side, 0.215 * side)) < 1e-9)
    #expect(rooms[1 - who] == .zero)
  }

  /// One who faces east and is stuck presses on somebody beside it, 0.9 m away: that one makes
  /// 0.35 m of room; and on one up to 107 degrees from its way, but not at 120 degrees. Nor before
  /// it has been stuck for 5 s.
  @Test(arguments: [(90.0, 100, true), (105, 100, true), (120, 100, false), (90, 50, false)])
  func pressesOnThoseBeside(_ degrees: Double, _ stuck: Int32, _ presses: Bool) throws {
    let angle = degrees / 180 * Double.pi
    let arm = Vector2(ExactMath.cos(angle), ExactMath.sin(angle))
    var crowd = try Crowd([(0, 0, Self.east), (0.9 * arm.x, 0.9 * arm.y, Self.east)])
    crowd.policy.walkers[0].stuck = stuck
    let room = crowd.rooms()[1]
    #expect(room.distance(to: presses ? arm * 0.35 : .zero) < 1e-9)
  }

  /// Five in a row, 0.9 m apart; the first is stuck. The second makes room for it at once, and
  /// hands its rank on: a tick later the third does, then the fourth, but no more.
  @Test func aRankIsHandedOn() throws {
    var crowd = try Crowd((0..<5).map { (0.9 * Double($0), 0, Self.east) })
    crowd.policy.walkers[0].stuck = 100
    for tick in 1...6 {
      let rooms = crowd.rooms()
      for k in rooms.indices {
        let moves = k > 0 && k <= min(tick, 3)
        let wish = moves ? Vector2(0.35, 0) : .zero
        #expect(rooms[k].distance(to: wish) < 1e-9, "walker \(k) in tick \(tick)")
      }
    }
    // Nobody is stuck any more: three ticks later nobody makes room.
    crowd.policy.walkers[0].stuck = 0
    for _ in 0..<3 { _ = crowd.rooms() }
    #expect(crowd.rooms().allSatisfy { $0 == .zero })
  }

  /// The middle of a walk is less than 1.6 m from the road. Who is on it goes up to 0.9 m aside,
  /// and 0.4 m farther when it is stuck, but not towards the road: with half a body's width it
  /// would be on it. On a crosswalk it goes to either side, and so it does anywhere on a path of
  /// its own.
  @Test(arguments: [false, true]) func nobodyGoesAsideOntoTheRoad(_ isOnCrosswalk: Bool) throws {
    let (map, route) = try WalkerTests.junction("east_in_walk", 40, to: "east_out_walk", 20)
    let crosswalk = try #require(route.lanes.firstIndex { map.lanes[$0].kind == .crosswalk })
    let s = isOnCrosswalk ? route.laneStarts[crosswalk] + 4 : 5
    for isOnWalks in [true, false] {
      var run = try TrafficRun(
        map,
        [
          .init(
            spec: WalkerTests.walker("walker", path: 0, s: s), policy: "walker",
            parameters: ["start_delay": .number(1000)], route: isOnWalks ? route : nil)
        ], paths: [route.centreline])
      try run.step()
      let policy = try #require(run.groups[0].policy as? WalkerPolicy)
      let place = route.centreline.pose(at: s)
      let isRoadLeft = map.isInDrivableArea(place.position + place.direction.left * 1.6)
      let isRoadRight = map.isInDrivableArea(place.position - place.direction.left * 1.6)
      #expect(isOnCrosswalk == (isRoadLeft && isRoadRight))
      #expect(isRoadLeft || isRoadRight)
      var bound = WalkerPolicy.Bound(right: -0.9, left: 0.9)
      policy.widen(&bound, by: 0.4, 0, s: s, run.world.view)
      let keepsOff = isOnWalks && !isOnCrosswalk
      #expect((bound.left - (keepsOff && isRoadLeft ? 0.9 : 1.3)).magnitude < 1e-12)
      #expect((bound.right + (keepsOff && isRoadRight ? 0.9 : 1.3)).magnitude < 1e-12)
    }
  }
}
