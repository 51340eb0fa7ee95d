import SimCore
import SimHarness
import Testing

/// What `simrun traffic` measures.
@Suite struct TrafficMeasuresTests {
  /// 60 veh/km leave 16.67 m a car, 11.67 m of them gap. Steady following by the law with T = 1.5 s
  /// and s0 = 2 m needs (2 + 1.5 v) / sqrt(1 - (v / v0)^4): v = 6.43 m/s for v0 = 24 to 36 m/s,
  /// where the root takes off 0.3 %. That is 60 x 6.43 x 3.6 = 1,389 veh/h.
  @Test func aDenseRingFlowsByTheLaw() throws {
    let traffic = try TrafficMeasures(.shipped, drivers: .peer)
    let point = try traffic.flow(
      lanes: 1, density: 60, length: 600, settling: 60, measured: 20)
    #expect(point.cars == 36)
    #expect((point.flow - 1389).magnitude < 4)
    #expect((point.speed - 6.43).magnitude < 0.02)
    #expect(point.laneChanges == 0)
  }

  /// On three lanes with 10 veh/km each, faster cars overtake, and all get on better for it.
  @Test func fasterCarsOvertakeWhereTheyCan() throws {
    let traffic = try TrafficMeasures(.shipped, headwaySpread: 0.4)
    let one = try traffic.flow(lanes: 1, density: 10, length: 2000, settling: 60, measured: 60)
    let three = try traffic.flow(lanes: 3, density: 10, length: 2000, settling: 60, measured: 60)
    #expect(three.cars == 60 && one.cars == 20)
    #expect(three.laneChanges > 0)
    #expect(three.flow > one.flow)
    #expect(
      three.hash
        == (try traffic.flow(lanes: 3, density: 10, length: 2000, settling: 60, measured: 60)).hash)
  }

  /// Two cycles: fronts at 2, 5, 8, 10 s and then every 2 s; and the same one second later but with
  /// 3 s from the fourth on.
  @Test func headwaysOfAHandMadeQueue() throws {
    let start = [2.0, 5, 8, 10]
    let discharge = QueueDischarge(
      cycles: [
        start + (1...8).map { 10 + 2 * Double($0) },
        start.map { $0 + 1 } + (1...8).map { 11 + 3 * Double($0) },
      ], vehicleLength: 5, green: 40, cycleTime: 90, speedLimit: 14, hash: "")
    // (8 x 2 + 8 x 3) / 16 = 2.5 s; the fourth cars come at 10.5 s on average, 4 x 2.5 s = 10 s.
    #expect(discharge.saturationHeadway == 2.5)
    #expect(discharge.saturationFlow == 1440)
    #expect(discharge.lostTime == 0.5)
    let headways = discharge.headways
    #expect(headways.count == 12)
    #expect(headways[0].mean == 2.5 && headways[0].deviation == 0.5)
    #expect(headways[3].mean == 2 && headways[3].deviation == 0)
    #expect(headways[4].mean == 2.5)
  }

  /// Cars of one kind go off in the same way in each cycle, and near to the capacity of the law,
  /// which is 1,480 veh/h at 9 m/s: a queue that speeds up is a little below it.
  @Test func aQueueGoesOffByTheLaw() throws {
    let traffic = try TrafficMeasures(.shipped, settings: [("headway", "1.5 s")])
    let discharge = try traffic.discharge(green: 30, cycles: 2)
    let flow = try #require(discharge.saturationFlow)
    #expect(discharge.cycles.count == 2)
    #expect(flow > 1380 && flow < 1480, "\(flow)")
    let lost = try #require(discharge.lostTime)
    #expect(lost > 0 && lost < 2, "\(lost)")
  }

  /// What a user's traffic does: 1,700 to 2,000 veh/h of green and lane, and about 2 s lost, as the
  /// Highway Capacity Manual has it.
  @Test func aUsersQueueGoesOffAtThePublishedRate() throws {
    let discharge = try TrafficMeasures(.shipped).discharge(green: 40, cycles: 2)
    let flow = try #require(discharge.saturationFlow)
    #expect(flow > 1700 && flow < 2000, "\(flow)")
    let lost = try #require(discharge.lostTime)
    #expect(lost > 1 && lost < 3, "\(lost)")
  }

  @Test func wrongParametersAreLocated() {
    #expect {
      _ = try TrafficMeasures(.shipped, settings: [("stile", "mixed")])
    } throws: { error in
      "\(error)".contains("unknown parameter 'stile'") && "\(error)".contains("'style'")
    }
    #expect {
      _ = try TrafficMeasures(.shipped, settings: [("headway", "-1")])
    } throws: { "\($0)".contains("--set:1:") }
  }

  /// Two short runs of a town with walkers: everybody drives, and what is wrong in a run is counted
  /// in its line and in that for all.
  @Test func crowdsAreCounted() throws {
    var count = try TrafficMeasures.count(crowd: 41, seeds: [1, 2], seconds: 5)
    #expect(count.name.hasPrefix("urban_grid control=signals"))
    #expect(count.runs.map(\.seed) == [1, 2])
    #expect(count.runs.allSatisfy { $0.travelled > 0.1 && $0.contacts == 0 && $0.stands == 0 })
    #expect(count.runsWithStand == 0)
    count.runs[1].stands = 3
    count.runs[1].longestStand = 72.4
    #expect(count.runsWithStand == 1)
    #expect(count.json.split(separator: "\n").count == 2)
    let lines = CrowdCount.table([count, count]).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[1].split(separator: " ").prefix(4) == ["41", "2", "1", "72"])
    #expect(lines[3].split(separator: " ").prefix(4) == ["all", "4", "2", "72"])
  }
}
