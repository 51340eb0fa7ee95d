public import SimCore
import SimScenario
import SimStack
import SimTraffic
import SimWorld

/// One point of a flow-density curve, measured on a ring.
public struct FlowDensityPoint: Sendable {
  /// Lanes of the ring.
  public var lanes: Int
  /// Cars on the ring.
  public var cars: Int
  /// Of the middle of the road, metres.
  public var length: Double
  /// Of all cars at the start, m/s.
  public var startSpeed: Double
  /// Mean of the desired headways, seconds.
  public var headway: Double
  /// How far headways depart from that mean, as a share of it.
  public var headwaySpread: Double
  /// Time before it was measured, seconds.
  public var settling: Double
  /// Time while it was measured, seconds.
  public var measured: Double
  /// Mean over cars and time (space mean speed), m/s.
  public var speed: Double
  /// Standard deviation over cars and time, m/s.
  public var speedDeviation: Double
  /// Per kilometre of road and hour, all lanes together.
  public var laneChanges: Double
  /// State hash at the end, as results write it.
  public var hash: String

  /// Vehicles per km and lane.
  public var density: Double { Double(cars) / (Double(lanes) * length / 1000) }
  /// Vehicles per hour and lane: density times space mean speed (Edie's definitions over the whole
  /// ring and time).
  public var flow: Double { density * speed * 3.6 }

  /// One JSON object.
  public var json: String {
    JSONText.text(
      .object([
        ("measure", .text("ring")), ("lanes", .integer(lanes)), ("density", .number(density)),
        ("cars", .integer(cars)), ("length", .number(length)), ("start_speed", .number(startSpeed)),
        ("headway", .number(headway)), ("headway_spread", .number(headwaySpread)),
        ("settling_s", .number(settling)), ("measured_s", .number(measured)),
        ("flow_veh_h_lane", .number(flow)), ("speed", .number(speed)),
        ("speed_sd", .number(speedDeviation)), ("lane_changes_km_h", .number(laneChanges)),
        ("hash", .text(hash)),
      ]))
  }

  /// Points as a table.
  public static func table(_ points: [FlowDensityPoint]) -> String {
    var table = TextTable([
      ("lanes", .right), ("veh/km/lane", .right), ("cars", .right), ("veh/h/lane", .right),
      ("m/s", .right), ("sd m/s", .right), ("changes/km/h", .right), ("hash", .left),
    ])
    for point in points {
      table.add([
        String(point.lanes), point.density.fixed(1), String(point.cars), point.flow.fixed(0),
        point.speed.fixed(2), point.speedDeviation.fixed(2), point.laneChanges.fixed(0),
        point.hash,
      ])
    }
    return table.text
  }
}

extension TrafficMeasures {
  /// Densities of the standard curve, vehicles per km and lane.
  public static let densities: [Double] = [5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120]

  /// Measures one point of the flow-density curve.
  ///
  /// - Parameters:
  ///   - density: vehicles per km and lane.
  ///   - length: of the road, metres.
  ///   - settling: time before anything is measured, seconds.
  ///   - measured: seconds.
  public func flow(
    lanes: Int, density: Double, length: Double, settling: Double, measured: Double
  ) throws(InputError) -> FlowDensityPoint {
    let count = max(Int((density * Double(lanes) * length / 1000).rounded()), 1)
    let ring = try ring(lanes, count, length)
    var loop = try makeLoop(ring)
    let clock = loop.world.clock
    var speedSum = 0.0
    var squareSum = 0.0
    var samples = 0
    var changes = 0
    var lanesOfCars: [Int] = []
    for tick in 0..<clock.ticks(settling + measured) {
      do {
        try loop.step()
      } catch {
        throw InputError(at: .wholeFile("ring"), "tick \(tick): \(error)")
      }
      guard tick + 1 >= clock.ticks(settling) else { continue }
      let agents = loop.world.agents
      let now = (0..<count).map { ring.lane(x: agents.x[$0], y: agents.y[$0]) }
      if !lanesOfCars.isEmpty {
        for speed in agents.speed {
          speedSum += speed
          squareSum += speed * speed
        }
        samples += count
        for car in 0..<count where now[car] != lanesOfCars[car] { changes += 1 }
      }
      lanesOfCars = now
    }
    let mean = samples > 0 ? speedSum / Double(samples) : 0
    let variance = samples > 0 ? squareSum / Double(samples) - mean * mean : 0
    return FlowDensityPoint(
      lanes: lanes, cars: count, length: length, startSpeed: ring.startSpeed,
      headway: ring.headway, headwaySpread: headwaySpread, settling: settling, measured: measured,
      speed: mean, speedDeviation: max(variance, 0).squareRoot(),
      laneChanges: Double(changes) / (length / 1000 * measured / 3600),
      hash: StateHash.text(loop.hash))
  }

  private func ring(
    _ lanes: Int, _ count: Int, _ length: Double
  ) throws(InputError) -> DensityRing {
    do {
      return try DensityRing(
        lanes: lanes, cars: count, length: length,
        drivers: drivers == .peer ? .peer : .standard, headwaySpread: headwaySpread,
        overriding: overriding)
    } catch {
      throw InputError(at: .wholeFile("ring"), "\(error)")
    }
  }

  private func makeLoop(_ ring: DensityRing) throws(InputError) -> TrafficLoop {
    guard let schema = catalogs.policies.first(where: { $0.schema.name == "idm" })?.schema else {
      throw InputError(at: .wholeFile("ring"), "there is no policy 'idm'")
    }
    let scenario = Scenario(
      name: "ring", path: "", map: ring.map, clock: TickClock(), ticks: 1, seed: seed, egos: [],
      agents: ring.cars.map { car in
        AgentPlan(
          spec: car.spec,
          driver: .policy(
            ModuleChoice(
              name: schema.name,
              parameters: ParameterValues(schema, overriding: car.parameters))),
          route: car.route, family: ring.ways.isEmpty ? nil : 0)
      }, paths: PathList(ring.paths), ways: ring.ways)
    do {
      return try TrafficLoop(scenario, catalogs)
    } catch {
      throw InputError(at: .wholeFile("ring"), "\(error)")
    }
  }
}
