import SimCore
public import SimGeometry
public import SimMap
import SimStack
import SimWorld

/// The benchmark load `grid`: cars on a town of traffic lights, each on a random way of its own.
///
/// As SUMO's load of that name: k x k junctions with signals, blocks of 200 m, two lanes each way,
/// 13.89 m/s, with the least k from 3 on that leaves 60 m of lane to each car. The cars are those of
/// `RingLoad` (5 m long, desired speed 0.8 to 1.2 of the limit, the Intelligent Driver Model with a =
/// 1.5, b = 2, T = 1.5 s, s0 = 2 m), 5 m/s at first, on slots of 14 m drawn at random; nobody
/// arrives. They keep to their lanes but for turns, where SUMO's change lanes for the turns they
/// have drawn. Signals are green for 42 s, yellow for 3 s and all red for 2 s.
public struct GridLoad: Sendable {
  /// One car: its state at tick 0, the parameters of the policy that it sets, and its way.
  public typealias Car = RingLoad.Car

  /// The town: template `urban_grid`.
  public let map: LaneGraph
  /// In row order.
  public let cars: [Car]
  /// Path of each car.
  public let paths: [Polyline]

  /// The load of a number of cars.
  ///
  /// - Throws: if the map cannot be built, which no number of cars does.
  public init(cars count: Int) throws(MapBuildFailure) {
    precondition(count > 0, "a load has cars")
    var size = 3
    while 4 * size * (size - 1) * 2 * 200 < 60 * count { size += 1 }
    guard let template = MapTemplateCatalog.template(named: "urban_grid") else {
      throw MapBuildFailure("there is no template 'urban_grid'")
    }
    let map = try template.make(
      ParameterValues(
        template.schema,
        overriding: [
          "rows": .integer(size), "columns": .integer(size), "block": .number(200),
          "lanes": .integer(2), "borders": .text("closed"), "control": .text("signals"),
          "speed_limit": .number(13.89), "green": .number(42), "yellow": .number(3),
          "all_red": .number(2),
        ]))
    self.map = map
    let random = CounterRandom(seed: 42)
    let slots = GridLoad.slots(map, count, random)
    let routes = slots.enumerated().map { i, slot in
      GridLoad.walk(map, from: slot.lane, random, stream: UInt64(i))
    }
    let digits = String(count - 1).count
    paths = routes.map(\.centreline)
    cars = routes.enumerated().map { i, route in
      let share = 0.6180339887 * Double(i)
      let number = String(i)
      return Car(
        spec: AgentSpec(
          id: "v" + String(repeating: "0", count: digits - number.count) + number,
          agentClass: .car, length: 5, width: 2, motion: .path, speed: 5, path: i,
          arcLength: slots[i].place),
        parameters: [
          "speed_factor": .number(0.8 + 0.4 * (share - share.rounded(.down))),
          "min_gap": .number(2), "headway": .number(1.5), "accel": .number(1.5),
          "decel": .number(2), "exponent": .number(4), "emergency_decel": .number(9),
        ], route: route)
    }
  }

  private static let purpose = RandomPurpose("load.grid")

  /// Places of cars, no two alike: a choice at random among all slots.
  private static func slots(
    _ map: LaneGraph, _ count: Int, _ random: CounterRandom
  ) -> [(lane: Int, place: Double)] {
    var slots: [(lane: Int, place: Double)] = []
    for lane in map.lanes where lane.kind.isDrivable && !lane.isConnector {
      var place = 12.0
      while place < lane.length - 18 {
        slots.append((lane.index, place))
        place += 14
      }
    }
    precondition(slots.count >= count, "there are more slots than cars")
    for i in 0..<count {
      let draw = random.uniform(purpose, stream: 0, tick: 0, index: i)
      let other = i + min(Int(draw * Double(slots.count - i)), slots.count - i - 1)
      slots.swapAt(i, other)
    }
    return Array(slots[..<count])
  }

  /// A way along lanes and turns at random, longer than anybody gets.
  private static func walk(
    _ map: LaneGraph, from lane: Int, _ random: CounterRandom, stream: UInt64
  ) -> Route {
    var lanes = [lane]
    var starts = [0.0]
    var vertices = map.lanes[lane].centreline.vertices
    var length = map.lanes[lane].length
    while length < 3_000 {
      let choices = map.lanes[lanes[lanes.count - 1]].successors
      let draw = random.uniform(purpose, stream: 1 + stream, tick: 0, index: lanes.count)
      let next = choices[min(Int(draw * Double(choices.count)), choices.count - 1)]
      lanes.append(next)
      starts.append(length)
      vertices += map.lanes[next].centreline.vertices.dropFirst()
      length += map.lanes[next].length
    }
    guard let centreline = Polyline(vertices) else {
      preconditionFailure("a walk has many corners")
    }
    return Route(
      lanes: lanes, segments: lanes.map { map.lanes[$0].segment }, centreline: centreline,
      laneStarts: starts, startArcLength: 0, goalArcLength: nil)
  }
}
