import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

/// Maps, routes and cars for tests of traffic.
enum TrafficWorlds {
  static func map(
    _ template: String, _ values: [String: ParameterValues.Value] = [:]
  ) throws -> LaneGraph {
    let found = try #require(MapTemplateCatalog.template(named: template))
    return try found.make(ParameterValues(found.schema, overriding: values))
  }

  /// A way over consecutive lanes, by their indices.
  static func route(_ map: LaneGraph, _ lanes: [Int]) throws -> Route {
    var starts: [Double] = []
    var vertices: [Vector2] = []
    var length = 0.0
    for lane in lanes {
      let line = map.lanes[lane].centreline
      starts.append(length)
      length += line.length
      vertices += line.vertices
    }
    return Route(
      lanes: lanes, segments: lanes.map { map.lanes[$0].segment },
      centreline: try #require(Polyline(vertices)), laneStarts: starts, startArcLength: 0,
      goalArcLength: nil)
  }

  /// A way over consecutive lanes, by their ids.
  static func route(_ map: LaneGraph, ids: [String]) throws -> Route {
    try route(map, ids.map { id in try #require(map.laneIndex(id: id), "no lane \(id)") })
  }

  /// A way from a lane on, each time over a random successor, until it is `length` long or ends.
  static func walk(
    _ map: LaneGraph, from lane: Int, length: Double, random: CounterRandom, stream: UInt64
  ) throws -> Route {
    var lanes = [lane]
    var covered = map.lanes[lane].length
    while covered < length, !map.lanes[lanes[lanes.count - 1]].successors.isEmpty {
      let choices = map.lanes[lanes[lanes.count - 1]].successors
      let draw = random.uniform(
        RandomPurpose("test.walk"), stream: stream, tick: 0, index: lanes.count)
      lanes.append(choices[min(Int(draw * Double(choices.count)), choices.count - 1)])
      covered += map.lanes[lanes[lanes.count - 1]].length
    }
    return try route(map, lanes)
  }

  static func car(
    _ id: String, path: Int, s: Double, speed: Double, offset: Double = 0, length: Double = 4.8,
    agentClass: AgentClass = .car
  ) -> AgentSpec {
    AgentSpec(
      id: id, agentClass: agentClass, length: length, width: 1.9, motion: .path, speed: speed,
      path: path, arcLength: s, lateralOffset: offset)
  }

  /// A thing that stands on the road.
  static func obstacle(
    _ id: String, x: Double, y: Double, length: Double = 2, width: Double = 2
  ) -> AgentSpec {
    AgentSpec(
      id: id, agentClass: .barrier, length: length, width: width, motion: .fixed,
      centre: Pose2(x: x, y: y, heading: 0))
  }

  /// Pairs of agents whose boxes overlap, by id.
  static func collisions(_ world: World) -> [String] {
    let agents = world.agents
    var found: [String] = []
    for a in 0..<agents.count where agents.present[a] != 0 {
      for b in (a + 1)..<max(agents.count, a + 1) where agents.present[b] != 0 {
        let reach = 0.5 * (agents.lengths[a] + agents.lengths[b]) + 2
        if abs(agents.x[a] - agents.x[b]) > reach || abs(agents.y[a] - agents.y[b]) > reach {
          continue
        }
        if agents.box(a).overlaps(agents.box(b)) {
          found.append("\(agents.ids[a]) and \(agents.ids[b]) at tick \(world.tick)")
        }
      }
    }
    return found
  }
}
