import SimCore
import SimGeometry
import Testing

@testable import SimMap

/// Every template over a grid of its parameters: the maps must be sound.
@Suite struct MapTemplateTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var template: String
    var values: [String: ParameterValues.Value]
    var testDescription: String {
      template + values.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    }

    func make() throws -> LaneGraph {
      let template = try #require(MapTemplateCatalog.template(named: template))
      return try template.make(ParameterValues(template.schema, overriding: values))
    }

    func builder() throws -> LaneGraphBuilder {
      let template = try #require(MapTemplateCatalog.template(named: template))
      return try template.builder(ParameterValues(template.schema, overriding: values))
    }
  }

  static let cases: [Case] = {
    var cases: [Case] = []
    func add(_ template: String, _ options: [(String, [ParameterValues.Value])]) {
      var combinations: [[String: ParameterValues.Value]] = [[:]]
      for (name, values) in options + [("driving_side", [.text("right"), .text("left")])] {
        combinations = combinations.flatMap { combination in
          values.map { combination.merging([name: $0]) { $1 } }
        }
      }
      cases += combinations.map { Case(template: template, values: $0) }
    }
    let flags: [ParameterValues.Value] = [.flag(false), .flag(true)]
    let one23: [ParameterValues.Value] = [.integer(1), .integer(2), .integer(3)]
    let controls = JunctionPlan.Control.allCases.map { ParameterValues.Value.text($0.rawValue) }
    add("straight", [("lanes", one23), ("lane_width", [.number(2.5), .number(3.5)])])
    add("two_way", [("lanes", one23), ("centre_line", [.text("dashed"), .text("solid")])])
    add(
      "curve",
      [
        ("lanes", one23), ("radius", [.number(25), .number(300)]),
        ("angle", [.number(1.5), .number(-0.8)]), ("transition", [.number(0), .number(8)]),
        ("two_way", flags),
      ])
    add(
      "s_curve",
      [
        ("lanes", [.integer(1), .integer(2)]), ("angle", [.number(1), .number(-0.5)]),
        ("between", [.number(0), .number(30)]), ("two_way", flags),
      ])
    add("highway", [("lanes", one23), ("on_ramp", flags), ("off_ramp", flags)])
    add(
      "lane_drop",
      [
        ("lanes", [.integer(2), .integer(3)]), ("side", [.text("right"), .text("left")]),
        ("narrow_width", [.number(3), .number(3.5)]), ("reopens", flags),
      ])
    add(
      "t_junction",
      [("lanes", one23), ("side_lanes", one23), ("crosswalks", flags)])
    add("t_junction", [("control", controls)])
    add(
      "four_way",
      [
        ("lanes", one23), ("side_lanes", [.integer(1), .integer(2)]), ("crosswalks", flags),
      ])
    add("four_way", [("control", controls), ("stages", [.text("2"), .text("4")])])
    add(
      "roundabout",
      [
        ("entries", [.integer(3), .integer(4)]), ("lanes", [.integer(1), .integer(2)]),
        ("radius", [.number(22), .number(40)]),
      ])
    add(
      "urban_grid",
      [
        ("rows", [.integer(2), .integer(3)]), ("columns", [.integer(2), .integer(4)]),
        ("lanes", [.integer(1), .integer(2)]), ("borders", [.text("open"), .text("closed")]),
      ])
    // Three lanes of a side road cannot turn into a road of one.
    cases.removeAll {
      $0.template == "t_junction" && $0.values["side_lanes"] == .integer(3)
        && $0.values["lanes"] == .integer(1)
    }
    add(
      "urban_grid",
      [
        ("borders", [.text("open"), .text("closed")]), ("crosswalks", flags),
        ("sidewalks", [.flag(true)]), ("corner_radius", [.number(5), .number(9)]),
      ])
    add(
      "four_way",
      [
        ("lanes", [.integer(1), .integer(3)]), ("crosswalks", flags), ("sidewalks", [.flag(true)]),
        ("stages", [.text("2"), .text("4")]),
      ])
    add(
      "t_junction",
      [("lanes", one23), ("crosswalks", flags), ("sidewalks", [.flag(true)])])
    for road in ["straight", "two_way"] {
      add(road, [("sidewalks", flags), ("crosswalk_at", [.number(0), .number(100)])])
    }
    let widths: [ParameterValues.Value] = [.number(1), .number(1.85), .number(3)]
    add("straight", [("bicycle_lane", widths), ("crosswalk_at", [.number(0), .number(100)])])
    add("two_way", [("bicycle_lane", widths), ("sidewalks", flags)])
    add("t_junction", [("bicycle_lane", widths), ("lanes", one23), ("sidewalks", flags)])
    add(
      "four_way",
      [
        ("bicycle_lane", widths), ("lanes", [.integer(1), .integer(2)]), ("crosswalks", flags),
        ("sidewalks", [.flag(true)]), ("corner_radius", [.number(4), .number(10)]),
      ])
    add(
      "urban_grid",
      [
        ("bicycle_lane", widths), ("borders", [.text("open"), .text("closed")]),
        ("sidewalks", flags),
      ])
    add("parking_lot", [("aisles", one23), ("stalls", [.integer(1), .integer(12)])])
    add("ring", [("lanes", one23), ("copies", [.integer(1), .integer(2)])])
    return cases
  }()

  @Test func everyTemplateIsCovered() {
    let covered = Set(Self.cases.map(\.template))
    #expect(covered == Set(MapTemplateCatalog.all.map(\.schema.name)))
  }

  @Test(arguments: cases)
  func mapIsSound(_ testCase: Case) throws {
    let outcome = try testCase.builder().build(checks: .full)
    #expect(outcome.findings == [])
    let map = try #require(outcome.map)
    #expect(map.drivingSide.rawValue == testCase.values["driving_side"]?.text)
    for lane in map.lanes where lane.kind.isDrivable {
      checkShape(lane)
      checkSurface(lane, of: map)
    }
    checkLinks(map)
  }

  /// Widths, and no bend that a car could not drive.
  func checkShape(_ lane: Lane) {
    for (i, point) in lane.centreline.vertices.enumerated() {
      let width = lane.leftBound.distance(to: point) + lane.rightBound.distance(to: point)
      #expect(width > 2.3, "\(lane.id) at \(lane.centreline.arcLengths[i])")
    }
    for i in 1..<max(lane.centreline.segmentCount, 1) {
      let line = lane.centreline
      let turn = line.segmentHeadings[i] - line.segmentHeadings[i - 1]
      let over = 0.5 * (line.arcLengths[i + 1] - line.arcLengths[i - 1])
      #expect((turn / over).magnitude < 1 / 4.5, "\(lane.id) at \(line.arcLengths[i])")
    }
  }

  /// The drivable area covers the lane: its bounds, pulled in by a centimetre, lie inside.
  func checkSurface(_ lane: Lane, of map: LaneGraph) {
    for bound in [lane.leftBound, lane.rightBound, lane.centreline] {
      for k in 0...12 {
        let point = bound.point(at: bound.length * Double(k) / 12)
        #expect(map.distanceToDrivableArea(from: point) < 0.01, "\(lane.id) at \(point)")
      }
    }
  }

  /// Every lane leads on or is beside one that does, unless the road ends there for all.
  func checkLinks(_ map: LaneGraph) {
    for lane in map.lanes {
      for next in lane.successors.map({ map.lanes[$0] }) {
        #expect(lane.centreline.end.distance(to: next.centreline.start) < 1e-9)
        // Walkers turn where they stand.
        guard lane.kind.isDrivable || lane.kind == .bicycle else { continue }
        #expect(lane.leftBound.end.distance(to: next.leftBound.start) < 2)
        let bend = ExactMath.wrapAngle(
          (next.centreline.vertexHeadings.first ?? 9) - (lane.centreline.vertexHeadings.last ?? 0))
        #expect(bend.magnitude < 1e-6, "\(lane.id) to \(next.id)")
      }
      let beside = map.segments[lane.segment].lanes
      if beside.contains(where: { !map.lanes[$0].successors.isEmpty }) {
        #expect(
          !lane.successors.isEmpty || !map.laneChangeTargets(of: lane.index).isEmpty, "\(lane.id)")
      }
      if lane.isConnector {
        #expect(lane.junction != nil)
        #expect(lane.predecessors.count == 1 && lane.successors.count == 1)
      }
    }
  }
}

extension ParameterValues.Value {
  var text: String? {
    if case .text(let value) = self { return value }
    return nil
  }
}
