public import SimCore
import SimGeometry
public import SimMap
import SimStack
public import SimWorld

/// The benchmark load `grid`: cars on a town of traffic lights, each on a random way of its own.
///
/// As SUMO's load of that name: k x k junctions with signals, blocks of 200 m, two lanes each way,
/// 13.89 m/s, with the least k from 3 on that leaves 60 m of lane to each car. The cars are those
/// of `RingLoad` (5 m long, desired speed 0.8 to 1.2 of the limit, the Intelligent Driver Model
/// with a = 1.5, b = 2, T = 1.5 s, s0 = 2 m), 5 m/s at first, on slots of 14 m drawn at random;
/// nobody arrives. They keep to their lanes but for turns, where SUMO's change lanes for the turns
/// they have drawn. Signals are green for 42 s, yellow for 3 s and all red for 2 s.
public struct GridLoad: Sendable {
  /// The town: template `urban_grid`.
  public let map: LaneGraph
  /// Number of cars.
  public var count: Int { places.count }
  /// Parameters of the policy that all cars set, `speed_factor` apart.
  public let parameters: [String: ParameterValues.Value] = [
    "min_gap": .number(2), "headway": .number(1.5), "accel": .number(1.5),
    "decel": .number(2), "exponent": .number(4), "emergency_decel": .number(9),
    "lane_change": .text("none"),
  ]
  /// The lanes of all ways, one way after the other, and where those of each car begin.
  private let lanes: [Int32]
  private let firsts: [Int32]
  private let places: [Double]

  /// The load of a number of cars.
  ///
  /// - Parameter seconds: for which it is going to run: ways are as long as anybody gets, and sees.
  /// - Throws: if the map cannot be built, which no number of cars does.
  public init(cars count: Int, seconds: Double) throws(MapBuildFailure) {
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
          "speed_limit": .number(GridLoad.speedLimit), "green": .number(42), "yellow": .number(3),
          "all_red": .number(2),
        ]))
    self.map = map
    let random = CounterRandom(seed: 42)
    let slots = GridLoad.slots(map, count, random)
    let reach = GridLoad.fastest * seconds + GridLoad.sight
    var lanes: [Int32] = []
    var firsts: [Int32] = [0]
    for (i, slot) in slots.enumerated() {
      GridLoad.walk(
        map, from: slot.lane, longerThan: slot.place + reach, random, stream: UInt64(i), &lanes)
      firsts.append(Int32(lanes.count))
    }
    // (Copies without the room in which they grew.)
    self.lanes = lanes.withUnsafeBufferPointer { Array($0) }
    self.firsts = firsts.withUnsafeBufferPointer { Array($0) }
    places = slots.map(\.place)
  }

  /// m/s.
  private static let speedLimit = 13.89
  /// Nobody drives faster, m/s.
  private static let fastest = 1.2 * speedLimit
  /// More than anybody looks ahead, and than what is laid out together, metres.
  private static let sight = 320.0

  /// A car, by its row.
  public func car(_ i: Int) -> RingLoad.Car {
    RingLoad.Car(
      spec: AgentSpec(
        id: RingLoad.id(i, of: count), agentClass: .car, length: 5, width: 2, motion: .path,
        speed: 5, path: i, arcLength: places[i]),
      speedFactor: RingLoad.speedFactor(i), route: route(i))
  }

  /// Path of each car, made when it is asked for.
  public var paths: PathList { PathList(count: count) { route($0).centreline } }

  private func route(_ i: Int) -> Route {
    Route(along: lanes[Int(firsts[i])..<Int(firsts[i + 1])].map { Int($0) }, of: map)
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

  /// Adds the lanes of a way along lanes and turns at random, longer than some metres.
  private static func walk(
    _ map: LaneGraph, from lane: Int, longerThan least: Double, _ random: CounterRandom,
    stream: UInt64, _ lanes: inout [Int32]
  ) {
    let first = lanes.count
    lanes.append(Int32(lane))
    var last = lane
    var length = map.lanes[lane].length
    while length < min(least, 3_000) {
      let choices = map.lanes[last].successors
      let draw = random.uniform(
        purpose, stream: 1 + stream, tick: 0, index: lanes.count - first)
      last = choices[min(Int(draw * Double(choices.count)), choices.count - 1)]
      lanes.append(Int32(last))
      length += map.lanes[last].length
    }
  }
}
