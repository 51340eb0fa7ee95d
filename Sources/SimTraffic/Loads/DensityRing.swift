public import SimCore
public import SimGeometry
public import SimMap
import SimModels
public import SimStack
public import SimWorld

/// Cars spread evenly over a ring at a given density: what flow-density curves are measured on.
///
/// Car i is on lane i mod lanes at (i + 0.5) / N of a lap, 5 m long, with a desired speed of 30
/// (0.8 + 0.4 frac(0.6180339887 i)) m/s as in `RingLoad`, and headways T (1 + spread (2
/// frac(0.7548776662 i)
/// - 1)): with equal headways evenly filled lanes stay even and nobody has a reason to change. All
/// begin at the speed at which cars that want 24 m/s follow each other steadily at that density.
/// The middle of the road has the length asked for.
public struct DensityRing: Sendable {
  /// Who drives.
  public enum Drivers: String, Hashable, Sendable, CaseIterable {
    /// As the policy's defaults are, with lane changes by MOBIL where there is more than one lane.
    case standard
    /// As in the loads that SUMO has too: `RingLoad`.
    case peer
  }

  /// One car.
  public struct Car: Sendable {
    /// The body on its path, at tick 0.
    public var spec: AgentSpec
    /// Parameters of the policy that it sets, by name, in SI units.
    public var parameters: [String: ParameterValues.Value]
    /// One lap of its lane.
    public var route: Route
  }

  /// Number of lanes, all of one direction.
  public let lanes: Int
  /// The road: template `ring`.
  public let map: LaneGraph
  /// In row order.
  public let cars: [Car]
  /// Path of each lane.
  public let paths: [Polyline]
  /// Way of each lane, where lanes may be changed.
  public let ways: [TrafficWay]
  /// Length of the road, metres.
  public let length: Double
  /// Of all cars at tick 0, m/s.
  public let startSpeed: Double
  /// Mean of the desired headways, seconds.
  public let headway: Double
  private let centre: Vector2
  private let radius: Double

  /// - Parameters:
  ///   - count: number of cars, positive.
  ///   - length: of the road, metres.
  ///   - headwaySpread: how far headways depart from their mean, as a share of it; from 0 to 0.9.
  ///   - overriding: parameters that are other than those of the drivers.
  /// - Throws: if the map cannot be built.
  public init(
    lanes: Int, cars count: Int, length: Double, drivers: Drivers, headwaySpread: Double = 0,
    overriding: [String: ParameterValues.Value] = [:]
  ) throws(MapBuildFailure) {
    precondition(count > 0 && lanes > 0, "a ring has cars and lanes")
    guard let template = MapTemplateCatalog.template(named: "ring") else {
      throw MapBuildFailure("there is no template 'ring'")
    }
    let sections = min(max(8, Int((length / 250).rounded())), 64)
    let width = RingLoad.laneWidth
    let map = try template.make(
      ParameterValues(
        template.schema,
        overriding: [
          // Lane 1 is the outer one: a lane further in saves 2 pi times its width.
          "circumference": .number(length + Double(lanes - 1) * Double.pi * width),
          "lanes": .integer(lanes), "sections": .integer(sections),
          "lane_width": .number(width), "speed_limit": .number(30),
        ]))
    let routes = (0..<lanes).map { lane in
      Route(along: (0..<sections).map { lanes * $0 + lane }, of: map).laidOut
    }
    var standard: [String: ParameterValues.Value] =
      drivers == .peer
      ? RingLoad.parameters(lanes > 1 ? .ring : .ring1)
      : ["lane_change": .text(lanes > 1 ? "mobil" : "none"), "lateral_accel": .number(50)]
    standard.merge(overriding) { $1 }
    let parameters = ParameterValues(IDMPolicy.schema, overriding: standard)
    let gap = Double(lanes) * length / Double(count) - DensityRing.carLength
    let speed = IDM(
      desiredSpeed: 24, minGap: parameters.number("min_gap"),
      headway: parameters.number("headway"), acceleration: parameters.number("accel"),
      deceleration: parameters.number("decel")
    ).equilibriumSpeed(gap: gap)
    let digits = String(count - 1).count
    self.lanes = lanes
    self.map = map
    self.length = length
    startSpeed = speed
    let headway = parameters.number("headway")
    self.headway = headway
    paths = routes.map(\.centreline)
    ways =
      lanes == 1
      ? []
      : routes.enumerated().map { path, route in
        TrafficWay(route: route, path: path, family: 0, endsShort: false)
      }
    cars = (0..<count).map { i in
      let share = 0.6180339887 * Double(i)
      let other = 0.7548776662 * Double(i)
      let departure = headwaySpread * (2 * (other - other.rounded(.down)) - 1)
      let number = String(i)
      let lap = routes[i % lanes].centreline.length
      return Car(
        spec: AgentSpec(
          id: "v" + String(repeating: "0", count: digits - number.count) + number,
          agentClass: .car, length: DensityRing.carLength, width: 2, motion: .path, speed: speed,
          path: i % lanes, arcLength: min((Double(i) + 0.5) * lap / Double(count), lap)),
        parameters: standard.merging(
          [
            "speed_factor": .number(0.8 + 0.4 * (share - share.rounded(.down))),
            "headway": .number(headway * (1 + departure)),
          ]
        ) { $1 },
        route: routes[i % lanes])
    }
    let outer = paths[0].vertices.dropLast()
    centre = outer.reduce(Vector2.zero, +) * (1 / Double(outer.count))
    radius = paths[0].vertices[0].distance(to: centre)
  }

  /// Metres.
  public static let carLength = 5.0

  /// The lane, from 0 for the outer one, to whose middle a place is nearest.
  public func lane(x: Double, y: Double) -> Int {
    let inwards = radius - Vector2(x, y).distance(to: centre)
    return min(max(Int((inwards / RingLoad.laneWidth).rounded()), 0), lanes - 1)
  }
}
