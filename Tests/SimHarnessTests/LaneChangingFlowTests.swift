import SimEpisode
import SimGeometry
import SimStack
import Testing

/// Dense flows of mixed traffic that changes lanes by MOBIL, on maps with more than one lane each
/// way: nobody touches anybody, the ego included, that stands in the way at the end of its road.
///
/// There have been contacts (or a crash) in all but the motorway and the town with signals: of
/// those who came by while somebody stood aslant between two lanes, who changed to a lane whose way
/// ends at the junction since they need that side behind it, of lorries on ways that they had
/// changed to, and of two who changed places.
@Suite struct LaneChangingFlowTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var seed: Int
    var map: String
    var ego: String
    /// Where each begins, vehicles per hour, and where they go; empty: straight on.
    var flows: [(lanes: String, rate: Int, to: String)]
    var testDescription: String { "\(name), seed \(seed)" }

    var text: String {
      """
      map: {\(map)}
      duration: 120
      seed: \(seed)
      ego: {\(ego), planner: idm}
      flows:

      """
        + flows.enumerated().map { number, flow in
          """
            - {id: f\(number), lanes: ["\(flow.lanes)"], rate: \(flow.rate), \
          types: {car: 0.65, truck: 0.15, bus: 0.08, motorcycle: 0.12}, \
          policy: {idm: {lane_change: mobil, style: mixed}}, \
          spread: {speed_factor: [0.75, 1.15]}\(flow.to.isEmpty ? "" : ", to: [\(flow.to)]")}

          """
        }.joined()
    }
  }

  private static func town(_ control: String, seed: Int) -> Case {
    let ways = ["w", "e", "n", "s"]
    return Case(
      name: "town with \(control)", seed: seed,
      map: """
        template: urban_grid, rows: 3, columns: 3, lanes: 2, control: \(control), block: 140
        """, ego: "lane: w1_r1c1.1, s: 12, speed: 6",
      flows: ways.map { from in
        (
          "\(from)*_r*.*", 1_500,
          ways.filter { $0 != from }.map { "\"*_\($0)?.*\"" }.joined(separator: ", ")
        )
      })
  }

  private static func crossing(_ control: String, seed: Int) -> Case {
    Case(
      name: "crossing with \(control)", seed: seed,
      map: """
        template: four_way, lanes: 3, control: \(control), length: 200, corner_radius: 5
        """, ego: "lane: west_in.1, s: 12, speed: 6",
      flows: ["west", "east", "north", "south"].map { ("\($0)_in.*", 1_000, "\"*_out.*\"") })
  }

  private static let cases = [
    town("priority", seed: 0), town("priority", seed: 1), town("stop", seed: 1),
    town("signals", seed: 1), crossing("signals", seed: 0), crossing("stop", seed: 1),
    crossing("all_way_stop", seed: 0),
    Case(
      name: "lane drop", seed: 1,
      map: "template: lane_drop, lanes: 4, side: right, drop_at: 500, reopens: true, taper: 60",
      ego: "lane: main.2, s: 40, speed: 10", flows: [("main.*", 5_200, "")]),
    Case(
      name: "motorway with ramps", seed: 1,
      map: """
        template: highway, lanes: 4, length: 1500, speed_limit: 120 km/h, on_ramp: true, \
        off_ramp: true, acceleration_length: 80, on_ramp_at: 300
        """, ego: "lane: main.1, s: 40, speed: 20",
      flows: [
        ("main.*", 6_400, "end.*, off_ramp.1"), ("ramp.1", 400, "end.*, off_ramp.1"),
      ]),
    Case(
      name: "roundabout", seed: 0, map: "template: roundabout, entries: 4, lanes: 2, radius: 35",
      ego: "lane: arm1_in.1, s: 12, speed: 6",
      flows: (1...4).map { ("arm\($0)_in.*", $0 % 2 == 0 ? 900 : 500, "\"arm*_out.*\"") }),
  ]

  @Test(arguments: cases) func nobodyTouchesAnybody(_ this: Case) throws {
    let record = try FlowTests.record(try FlowTests.scenario(this.text))
    let history = record.history
    let header = record.header
    var travelled = 0.0
    for tick in 0..<history.ticks {
      let rows = header.ids.indices.filter { history.present[history.slot(tick, $0)] != 0 }
      let boxes = rows.map { row in
        let slot = history.slot(tick, row)
        travelled += history.speed[slot] * 0.1
        return OrientedBox(
          pose: Pose2(x: history.x[slot], y: history.y[slot], heading: history.heading[slot]),
          length: header.lengths[row], width: header.widths[row])
      }
      for i in boxes.indices {
        for k in 0..<i where boxes[i].centre.distance(to: boxes[k].centre) < 20 {
          #expect(
            !boxes[i].overlaps(boxes[k]),
            "tick \(tick): \(header.ids[rows[i]]) and \(header.ids[rows[k]])")
        }
      }
    }
    // They do get on.
    #expect(travelled > 5_000)
  }
}
