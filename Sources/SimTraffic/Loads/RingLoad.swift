public import SimCore
public import SimGeometry
public import SimMap
public import SimStack
public import SimWorld

/// The benchmark load `ring1`: cars that follow each other on three unconnected one-lane rings.
///
/// Its cars are those of the SUMO load of the same name: rings of max(2000, 10 N) metres, car i on
/// ring i mod 3 at (i + 0.5) L / N, 5 m long, 20 m/s at first, with a desired speed of
/// 30 (0.8 + 0.4 frac(0.6180339887 i)) m/s, and the Intelligent Driver Model with a = 1.5, b = 2,
/// T = 1.5 s, s0 = 2 m, delta = 4. They run under the `idm` policy on the `ring` map template, so
/// that an episode of them goes through everything that any other episode does.
public struct RingLoad: Sendable {
  /// One car: its state at tick 0, the parameters of the policy that it sets, and its way.
  public struct Car: Sendable {
    public var spec: AgentSpec
    public var parameters: [String: ParameterValues.Value]
    public var route: Route
  }

  public let map: LaneGraph
  /// In row order.
  public let cars: [Car]
  /// Path of each ring.
  public let paths: [Polyline]

  /// The load of a number of cars.
  ///
  /// - Throws: if the map cannot be built, which no number of cars does.
  public init(cars count: Int) throws(MapBuildFailure) {
    precondition(count > 0, "a load has cars")
    let length = max(2_000, 10 * Double(count))
    let sections = min(max(8, Int((length / 250).rounded())), 64)
    guard let template = MapTemplateCatalog.template(named: "ring") else {
      throw MapBuildFailure("there is no template 'ring'")
    }
    let map = try template.make(
      ParameterValues(
        template.schema,
        overriding: [
          "circumference": .number(length), "copies": .integer(3), "lanes": .integer(1),
          "sections": .integer(sections), "speed_limit": .number(30),
        ]))
    let routes = (0..<3).map { RingLoad.route(map, ring: $0, sections: sections) }
    let digits = String(count - 1).count
    self.map = map
    paths = routes.map(\.centreline)
    cars = (0..<count).map { i in
      let share = 0.6180339887 * Double(i)
      let number = String(i)
      let ring = i % 3
      // The polygon's sides add up to the length but for rounding: stay on it.
      let s = min((Double(i) + 0.5) * length / Double(count), routes[ring].centreline.length)
      return Car(
        spec: AgentSpec(
          id: "v" + String(repeating: "0", count: digits - number.count) + number,
          agentClass: .car, length: 5, width: 2, motion: .path, speed: 20, path: ring, arcLength: s),
        parameters: [
          "speed_factor": .number(0.8 + 0.4 * (share - share.rounded(.down))),
          "min_gap": .number(2), "headway": .number(1.5), "accel": .number(1.5),
          "decel": .number(2), "exponent": .number(4), "emergency_decel": .number(9),
          // SUMO's cars do not slow down for bends.
          "lateral_accel": .number(50),
        ], route: routes[ring])
    }
  }

  /// All sections of a ring, one after the other.
  private static func route(_ map: LaneGraph, ring: Int, sections: Int) -> Route {
    let lanes = Array(ring * sections..<(ring + 1) * sections)
    var starts: [Double] = []
    var vertices: [Vector2] = []
    var length = 0.0
    for lane in lanes {
      let line = map.lanes[lane].centreline
      starts.append(length)
      length += line.length
      vertices += vertices.isEmpty ? line.vertices : Array(line.vertices.dropFirst())
    }
    guard let centreline = Polyline(vertices) else {
      preconditionFailure("a ring has many corners")
    }
    return Route(
      lanes: lanes, segments: lanes.map { map.lanes[$0].segment }, centreline: centreline,
      laneStarts: starts, startArcLength: 0, goalArcLength: nil)
  }

  /// The world at tick 0.
  public func makeWorld() -> World {
    World(map: map, clock: TickClock(), agents: cars.map(\.spec), paths: paths)
  }

  /// The policy that drives all cars.
  public func makePolicy() throws(StageFailure) -> any TrafficPolicy {
    let setups = cars.enumerated().map { row, car in
      TrafficAgentSetup(
        row: row, stream: AgentTable.stream(of: car.spec.id),
        parameters: ParameterValues(IDMPolicy.schema, overriding: car.parameters),
        route: car.route)
    }
    return try IDMPolicy(TrafficSetup(clock: TickClock(), map: map, agents: setups))
  }
}
