import SimCore
import SimEpisode
import SimGeometry
import SimHarness
import SimMap
import SimMetrics
import SimScenario
import SimStack
import SimWorld
import Testing

/// Vehicles that enter in the course of an episode.
@Suite struct FlowTests {
  /// A scenario with an ego that is out of the way of its flows, if it names none.
  static func scenario(_ body: String, ego: String = "{lane: main.2, s: 395}") throws -> Scenario {
    let ego = body.contains("\nego:") ? "" : "ego: \(ego)\n"
    let text = "version: 1\n" + ego + body
    let ticket = try #require(
      try ScenarioLoader().load(
        Array(text.utf8), file: "t.yaml", relativePath: "t.yaml",
        options: LoadOptions(catalog: ModuleCatalogs.shipped.schema)
      ).tickets.first)
    return try ticket.build()
  }

  static func record(_ scenario: Scenario) throws -> EpisodeRecord {
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .all)
    let output = executor.run(scenario)
    return try #require(output.recording).episode.record
  }

  /// Rows of a flow, in the order in which they arrive.
  static func rows(of flow: String, in record: EpisodeRecord) -> [Int] {
    record.header.ids.indices.filter { record.header.ids[$0].hasPrefix(flow + ".") }.sorted {
      number(record.header.ids[$0]) < number(record.header.ids[$1])
    }
  }

  static func number(_ id: String) -> Int { id.split(separator: ".").last.flatMap { Int($0) } ?? 0 }

  static func firstTick(_ row: Int, _ history: AgentHistory) -> Int? {
    (0..<history.ticks).first { history.present[history.slot($0, row)] != 0 }
  }

  // MARK: - Arrivals

  /// In an hour 1,200 of a Poisson process come with a deviation of sqrt(1200) = 34.6; the times
  /// between them have the mean 3 s and, being exponential, the deviation 3 s.
  @Test func poissonArrivals() throws {
    let scenario = try Self.scenario(
      """
      map: {template: straight, lanes: 2, length: 400}
      duration: 3600
      flows: [{lanes: main.*, rate: 1200, types: {car: 0.75, truck: 0.25}}]
      """)
    let arrivals = scenario.agents.compactMap(\.arrival).sorted()
    #expect(abs(Double(arrivals.count) - 1200) < 4 * 34.6)
    let gaps = zip(arrivals, arrivals.dropFirst()).map { Double($1 - $0) / 10 }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
    #expect(abs(mean - 3) < 0.35)
    #expect(abs(variance.squareRoot() - 3) < 0.5)
    // A quarter of n are trucks, with a deviation of sqrt(n 3/16) = 15.
    let trucks = scenario.agents.filter { $0.spec.agentClass == .truck }.count
    #expect(abs(Double(trucks) - 0.25 * Double(arrivals.count)) < 60)
    // Both lanes alike: half of n, with a deviation of sqrt(n / 4) = 17.
    let right = scenario.agents.filter { $0.arrival != nil && $0.route?.lanes.first == 0 }.count
    #expect(abs(Double(right) - 0.5 * Double(arrivals.count)) < 70)
  }

  /// One every 3600 / 720 = 5 s, alternately on both lanes, from 2 s on and for 20 s: at 2, 7, 12,
  /// 17 s; the end of the window does not count.
  @Test func evenArrivals() throws {
    let scenario = try Self.scenario(
      """
      map: {template: straight, lanes: 2, length: 400}
      duration: 60
      flows: [{lanes: main.*, rate: 720 veh/h, arrivals: even, start: 2, for: 20, type: bus}]
      """)
    #expect(
      scenario.agents.map(\.spec.id).sorted() == ["ego", "flow.0", "flow.1", "flow.2", "flow.3"])
    #expect(scenario.agents.compactMap(\.arrival) == [20, 70, 120, 170])
    let flow = scenario.agents.filter { $0.arrival != nil }
    #expect(flow.compactMap { $0.route?.lanes[0] } == [0, 1, 0, 1])
    #expect(flow.allSatisfy { $0.spec.agentClass == .bus && !$0.spec.isPresent })
  }

  /// A second flow shifts nothing of the first.
  @Test func flowsAreIndependent() throws {
    let head = "map: {template: straight, lanes: 2, length: 400}\nduration: 300\nflows:\n"
    let one = try Self.scenario(head + "  - {lanes: main.1, rate: 600}\n")
    let two = try Self.scenario(
      head + "  - {lanes: main.1, rate: 600}\n  - {lanes: main.2, rate: 900}\n")
    func flow(_ scenario: Scenario) -> [AgentPlan] {
      scenario.agents.filter { $0.spec.id.hasPrefix("flow.") }
    }
    #expect(flow(two).map(\.spec.id) == flow(one).map(\.spec.id))
    #expect(flow(two).map(\.arrival) == flow(one).map(\.arrival))
    #expect(two.agents.contains { $0.spec.id.hasPrefix("flow2.") })
  }

  // MARK: - Entering

  /// On a free road everybody is in at the tick of its arrival, at the limit, and drives on
  /// without braking; at 400 m it is gone, 14 s later at 100 km/h.
  @Test func entersAtTheLimitAndLeaves() throws {
    let record = try Self.record(
      try Self.scenario(
        """
        map: {template: straight, lanes: 2, length: 400, speed_limit: 100 km/h}
        duration: 60
        flows: [{lanes: main.1, rate: 360, arrivals: even, start: 1, for: 25, to: main.1}]
        """))
    let history = record.history
    let rows = Self.rows(of: "flow", in: record)
    #expect(rows.count == 3)
    for (k, row) in rows.enumerated() {
      let first = try #require(Self.firstTick(row, history))
      #expect(first == 10 + 100 * k)
      let slot = history.slot(first, row)
      #expect(abs(history.speed[slot] - 100 / 3.6) < 1e-9)
      // Half of a car's length is on the road.
      #expect(abs(history.x[slot] - record.header.lengths[row] / 2) < 1e-9)
      let present = (0..<history.ticks).filter { history.present[history.slot($0, row)] != 0 }
      // 397.6 m at 27.78 m/s are 14.3 s.
      #expect((141...145).contains(present.count))
      for tick in present.dropFirst() {
        #expect(abs(history.acceleration[history.slot(tick, row)]) < 0.1)
      }
    }
  }

  /// A car that stands 30 m up the road: those who come queue up behind it, and who finds no room
  /// stays outside; nobody is put into anybody else or has to brake hard.
  @Test func waitsOutsideWhileThereIsNoRoom() throws {
    let record = try Self.record(
      try Self.scenario(
        """
        map: {template: straight, lanes: 2, length: 400, speed_limit: 50 km/h}
        duration: 60
        agents: [{id: blocker, lane: main.1, s: 30, policy: none}]
        flows: [{lanes: main.1, rate: 1800, arrivals: even}]
        """))
    let history = record.history
    let rows = Self.rows(of: "flow", in: record)
    #expect(rows.count == 30)
    let entered = rows.filter { Self.firstTick($0, history) != nil }
    // Its rear is at 27.6 m: room for three cars of 4.8 m that stand 2 m apart and one more that
    // does not reach back to the start.
    #expect((3...4).contains(entered.count), "\(entered.count) have entered")
    for row in entered {
      for tick in 0..<history.ticks {
        let slot = history.slot(tick, row)
        guard history.present[slot] != 0 else { continue }
        #expect(history.acceleration[slot] > -4.5, "\(record.header.ids[row]) brakes at \(tick)")
      }
    }
    Self.expectNoOverlap(record)
  }

  static func expectNoOverlap(_ record: EpisodeRecord) {
    let history = record.history
    let count = history.agents
    for tick in stride(from: 0, to: history.ticks, by: 2) {
      let rows = (0..<count).filter { history.present[history.slot(tick, $0)] != 0 }
      let boxes = rows.map { row -> OrientedBox in
        let slot = history.slot(tick, row)
        return OrientedBox(
          pose: Pose2(x: history.x[slot], y: history.y[slot], heading: history.heading[slot]),
          length: record.header.lengths[row], width: record.header.widths[row])
      }
      for a in boxes.indices {
        for b in boxes.indices.dropFirst(a + 1)
        where (boxes[a].centre - boxes[b].centre).lengthSquared < 400 {
          let hit = boxes[a].overlaps(boxes[b])
          #expect(
            !hit, "\(record.header.ids[rows[a]]) hits \(record.header.ids[rows[b]]) at \(tick)")
          if hit { return }
        }
      }
    }
  }

  /// More than a lane can take: what enters is its capacity, and nobody has to brake hard for
  /// somebody who entered.
  @Test(arguments: ["none", "mobil"]) func denseFlowIsSafe(_ change: String) throws {
    let record = try Self.record(
      try Self.scenario(
        """
        map: {template: highway, lanes: 3, length: 900, speed_limit: 100 km/h}
        duration: 90
        seed: 5
        flows:
          - {lanes: main.*, rate: 9000, types: {car: 0.8, truck: 0.15, motorcycle: 0.05}, policy: {idm: {style: mixed, lane_change: \(change)}}}
        """, ego: "{lane: main.2, s: 895, speed: 20}"))
    let history = record.history
    let entries = Self.rows(of: "flow", in: record).compactMap { Self.firstTick($0, history) }
    // 9,000 an hour would be 225 in 90 s; three lanes of 1,500 to 2,300 an hour take 112 to 172.
    #expect((100...180).contains(entries.count), "\(entries.count) have entered")
    Self.expectNoOverlap(record)
    for row in Self.rows(of: "flow", in: record) {
      guard let first = Self.firstTick(row, history) else { continue }
      for tick in first..<min(first + 30, history.ticks) {
        let asked = history.acceleration[history.slot(tick, row)]
        #expect(asked > -4.5, "\(record.header.ids[row]), in at \(first), at \(tick)")
      }
    }
  }

  // MARK: - Ways

  /// From the south to the east with three times the weight of the west.
  @Test func leadsToWhereItShould() throws {
    let scenario = try Self.scenario(
      """
      map: {template: four_way}
      duration: 600
      flows: [{lanes: south_in.1, rate: 1200, to: {east_out.1: 3, west_out.1: 1}}]
      """, ego: "{lane: north_out.1, s: 50}")
    let flow = scenario.agents.filter { $0.arrival != nil }
    let ends = flow.compactMap {
      $0.route.map { scenario.map.lanes[$0.lanes[$0.lanes.count - 1]].id }
    }
    let east = ends.filter { $0 == "east_out.1" }.count
    #expect(Set(ends) == ["east_out.1", "west_out.1"])
    // 200 or so of which three quarters, with a deviation of 6.
    #expect(abs(Double(east) - 0.75 * Double(ends.count)) < 25)
    // All who go the same way share one path.
    #expect(Set(flow.compactMap(\.spec.path)).count == 2)
  }

  // MARK: - Warm-up

  static let warm = """
    map: {template: highway, lanes: 2, length: 1000, speed_limit: 100 km/h}
    duration: 10
    seed: 4
    warm_up: 60
    ego: {lane: main.1, s: 300, speed: 25, planner: idm}
    flows: [{lanes: main.*, rate: 1200, policy: {idm: {lane_change: mobil}}}]
    """

  /// After a minute there are vehicles all along the road, none of them in the ego or so near that
  /// it would be hit; the episode's own arrivals go on.
  @Test func warmUpFillsTheRoad() throws {
    let record = try Self.record(try Self.scenario(Self.warm))
    let history = record.history
    let rows = Self.rows(of: "flow", in: record)
    let there = rows.filter { history.present[history.slot(0, $0)] != 0 }
    // 1,200 an hour at 27 m/s: 12 on 1,000 m, give or take 3.5, less those in the ego's way.
    #expect((5...20).contains(there.count), "\(there.count) at tick 0")
    let places = there.map { history.x[history.slot(0, $0)] }
    #expect(places.contains { $0 > 800 } && places.contains { $0 < 200 })
    Self.expectNoOverlap(record)
    let later = rows.filter { (Self.firstTick($0, history) ?? 0) > 0 }
    #expect((1...8).contains(later.count), "\(later.count) later")
    for row in rows {
      for tick in 0..<min(20, history.ticks)
      where history.present[history.slot(tick, row)] != 0 {
        #expect(history.acceleration[history.slot(tick, row)] > -4.5)
      }
    }
  }

  /// Who is there without a warm-up from -60 s on is where it would be 60 s into an episode without
  /// one: the warm-up draws the same arrivals, only earlier.
  @Test func warmUpIsTheSameTraffic() throws {
    let body = """
      map: {template: straight, lanes: 2, length: 3000, speed_limit: 100 km/h}
      seed: 2
      flows: [{lanes: main.1, rate: 900}]
      ego: {lane: main.2, s: 2900, speed: 25}

      """
    let warm = try Self.record(try Self.scenario(body + "duration: 5\nwarm_up: 60\n"))
    let cold = try Self.record(try Self.scenario(body + "duration: 65\n"))
    #expect(warm.history.ticks == 51)
    for tick in [0, 50] {
      func places(_ record: EpisodeRecord, at tick: Int) -> [Double] {
        Self.rows(of: "flow", in: record).compactMap { row in
          let slot = record.history.slot(tick, row)
          return record.history.present[slot] != 0 ? record.history.x[slot] : nil
        }
      }
      let there = places(warm, at: tick)
      #expect(there.count > 8)
      #expect(there == places(cold, at: tick + 600))
    }
  }

  @Test func repeatsToTheBit() throws {
    let scenario = try Self.scenario(Self.warm)
    let first = try Self.record(scenario)
    #expect(first.hashes == (try Self.record(scenario)).hashes)
    #expect(Set(first.hashes).count == first.hashes.count)
  }

  /// What flows and warm-up say is part of what an episode follows from.
  @Test func arrivalsCount() throws {
    let base = try Self.scenario(Self.warm).contentHash
    for change in [("warm_up: 60", "warm_up: 61"), ("rate: 1200", "rate: 1201")] {
      #expect(try Self.scenario(Self.warm.replacing(change.0, with: change.1)).contentHash != base)
    }
  }
}
