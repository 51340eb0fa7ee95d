public import SimCore
import SimGeometry
public import SimMap
public import SimStack
public import SimWorld

/// The benchmark loads `ring1`, `ring` and `ringF`: cars on three lanes that lead round in circles.
///
/// The cars are those of the SUMO loads of the same names: car i on lane i mod 3 at (i + 0.5) / N
/// of a lap, 5 m long, 20 m/s at first, with a desired speed of 30 (0.8 + 0.4 frac(0.6180339887 i))
/// m/s, and the Intelligent Driver Model with a = 1.5, b = 2, T = 1.5 s, s0 = 2 m, delta = 4. They
/// run under the `idm` policy on the `ring` map template, so that an episode of them goes through
/// everything that any other episode does.
///
/// SUMO's three lanes are of one length whatever their radius. Here the middle one has that length,
/// so that there is as much road in all.
public struct RingLoad: Sendable {
  /// Which of the loads.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Three unconnected rings of max(2000, 10 N) metres with one lane each: nobody changes lanes.
    case ring1
    /// One ring of that length with three lanes.
    case ring
    /// One ring of max(2000, 40 N) metres with three lanes: room to overtake.
    case ringF

    var metresPerCar: Double { self == .ringF ? 40 : 10 }
    var changesLanes: Bool { self != .ring1 }
  }

  /// One car: its state at tick 0, its desired speed as a share of the limit, and its way.
  public struct Car: Sendable {
    /// The body on its path, at tick 0.
    public var spec: AgentSpec
    /// Desired speed as a share of the limit.
    public var speedFactor: Double
    /// Its way; on a ring one lap of its lane.
    public var route: Route
  }

  /// Which of the loads.
  public let kind: Kind
  /// The rings.
  public let map: LaneGraph
  /// Number of cars.
  public let count: Int
  /// Parameters of the policy that all cars set, `speed_factor` apart.
  public let parameters: [String: ParameterValues.Value]
  private let routes: [Route]
  /// Metres, by lane.
  private let laps: [Double]
  /// Way of each lane, where lanes may be changed.
  public let ways: [TrafficWay]

  /// The load of a number of cars.
  ///
  /// - Throws: if the map cannot be built, which no number of cars does.
  public init(_ kind: Kind = .ring1, cars count: Int) throws(MapBuildFailure) {
    precondition(count > 0, "a load has cars")
    let length = max(2_000, kind.metresPerCar * Double(count))
    let sections = min(max(8, Int((length / 250).rounded())), 64)
    guard let template = MapTemplateCatalog.template(named: "ring") else {
      throw MapBuildFailure("there is no template 'ring'")
    }
    let isOneRing = kind.changesLanes
    // Lane 1 is the outer one: a lane further in saves 2 pi times its width.
    let circumference = isOneRing ? length + 2 * Double.pi * RingLoad.laneWidth : length
    let map = try template.make(
      ParameterValues(
        template.schema,
        overriding: [
          "circumference": .number(circumference), "copies": .integer(isOneRing ? 1 : 3),
          "lanes": .integer(isOneRing ? 3 : 1), "sections": .integer(sections),
          "lane_width": .number(RingLoad.laneWidth), "speed_limit": .number(30),
        ]))
    let routes = (0..<3).map { lane in
      Route(
        along: (0..<sections).map { isOneRing ? 3 * $0 + lane : lane * sections + $0 }, of: map)
    }
    self.kind = kind
    self.map = map
    self.count = count
    self.routes = routes
    parameters = RingLoad.parameters(kind)
    laps = routes.map(\.centreline.length)
    ways =
      isOneRing
      ? routes.enumerated().map { path, route in
        TrafficWay(route: route, path: path, family: 0, endsShort: false)
      } : []
  }

  /// Path of each lane, made when it is asked for.
  public var paths: PathList { PathList(count: routes.count) { [routes] in routes[$0].centreline } }

  /// A car, by its row.
  public func car(_ i: Int) -> Car {
    let lane = i % 3
    let lap = laps[lane]
    let around = kind.changesLanes ? lap : max(2_000, kind.metresPerCar * Double(count))
    let place = (Double(i) + 0.5) * around / Double(count)
    return Car(
      spec: AgentSpec(
        id: RingLoad.id(i, of: count), agentClass: .car, length: 5, width: 2, motion: .path,
        speed: 20, path: lane,
        // The polygon's sides add up to the length but for rounding: stay on it.
        arcLength: min(place, lap)),
      speedFactor: RingLoad.speedFactor(i), route: routes[lane])
  }

  /// Ids whose order is that of the numbers.
  static func id(_ i: Int, of count: Int) -> String {
    let number = String(i)
    return "v" + String(repeating: "0", count: String(count - 1).count - number.count) + number
  }

  /// Desired speed of a car as a share of the limit.
  static func speedFactor(_ i: Int) -> Double {
    let share = 0.6180339887 * Double(i)
    return 0.8 + 0.4 * (share - share.rounded(.down))
  }

  static let laneWidth = 3.5

  /// What all cars set.
  static func parameters(_ kind: Kind) -> [String: ParameterValues.Value] {
    var parameters: [String: ParameterValues.Value] = [
      "min_gap": .number(2), "headway": .number(1.5), "accel": .number(1.5),
      "decel": .number(2), "exponent": .number(4), "emergency_decel": .number(9),
      // SUMO's cars do not slow down for bends.
      "lateral_accel": .number(50),
      "lane_change": .text("none"),
    ]
    if kind.changesLanes {
      // What comes near SUMO's LC2013 with its defaults: selfish drivers who keep right, do not
      // pass on the right, and go left when a slower car there holds them back.
      parameters["lane_change"] = .text("mobil")
      parameters["politeness"] = .number(0)
      parameters["change_threshold"] = .number(0.2)
      parameters["right_bias"] = .number(0.15)
      parameters["keep_behind"] = .flag(true)
      parameters["passing_urge"] = .number(4)
      parameters["change_rest"] = .number(10)
      // SUMO's cars change as soon as they want to.
      parameters["indicate_ahead"] = .number(0)
    }
    return parameters
  }

  /// An observer on the road of `ring` and `ringF`, who counts lane changes tick by tick: how often
  /// a car's centre comes nearer to the middle of another lane.
  public struct Observer: Sendable {
    /// Changes seen so far.
    public private(set) var changes = 0
    private let centre: Vector2
    private let radius: Double
    private var lanes: [Int8] = []

    /// An observer who has seen nothing yet.
    public init(_ load: RingLoad) {
      let vertices = load.paths[0].vertices
      let outer = vertices.dropLast()
      centre = outer.reduce(Vector2.zero, +) * (1 / Double(outer.count))
      radius = vertices[0].distance(to: centre)
    }

    /// Looks at the next tick: the centres of all cars, metres.
    public mutating func observe(x: ArraySlice<Double>, y: ArraySlice<Double>) {
      let isFirst = lanes.isEmpty
      if isFirst { lanes = [Int8](repeating: 0, count: x.count) }
      for car in lanes.indices {
        let place = Vector2(x[x.startIndex + car], y[y.startIndex + car])
        let inwards = radius - place.distance(to: centre)
        let lane = Int8(clamping: Int((inwards / RingLoad.laneWidth).rounded()))
        if !isFirst && lane != lanes[car] { changes += 1 }
        lanes[car] = lane
      }
    }
  }

  /// Length of the road, metres: of each ring of `ring1`, else of the middle lane.
  public var length: Double { laps[kind == .ring1 ? 0 : 1] }

  /// The world at tick 0.
  public func makeWorld() -> World {
    World(map: map, clock: TickClock(), agents: (0..<count).map { car($0).spec }, paths: paths)
  }

  /// The policy that drives all cars.
  ///
  /// - Parameter overriding: parameters that are other than the load's.
  public func makePolicy(
    overriding: [String: ParameterValues.Value] = [:]
  ) throws(StageFailure) -> any TrafficPolicy {
    let values = ParameterValues(
      IDMPolicy.schema, overriding: parameters.merging(overriding) { $1 })
    let setups = (0..<count).map { row in
      let car = car(row)
      return TrafficAgentSetup(
        row: row, stream: AgentTable.stream(of: car.spec.id),
        parameters: overriding["speed_factor"] == nil
          ? values.with("speed_factor", .number(car.speedFactor)) : values,
        route: car.route, family: kind.changesLanes ? 0 : nil)
    }
    return try IDMPolicy(
      TrafficSetup(clock: TickClock(), map: map, agents: setups, ways: ways))
  }
}
