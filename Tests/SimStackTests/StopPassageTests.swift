import SimGeometry
import SimMap
import SimWorld
import Testing

@testable import SimStack

/// Passing a line where everybody has to stop.
@Suite struct StopPassageTests {
  /// A lane of 100 m along +x with a stop line at x = 50.
  private func map(_ rule: StopLine.Rule) throws -> LaneGraph {
    func line(_ y: Double) throws -> Polyline {
      try #require(Polyline([Vector2(0, y), Vector2(100, y)]))
    }
    let left = try line(1.75)
    let right = try line(-1.75)
    let lane = Lane(
      id: "a", index: 0, kind: .driving,
      lines: LaneLines(
        centreline: try line(0), left: left, right: right,
        polygon: Polygon(Array(left.vertices) + right.vertices.reversed())), segment: 0,
      stopLine: 0)
    return LaneGraph(
      name: "stop", lanes: [lane],
      segments: [
        RoadSegment(
          id: "s", lanes: [0], isConnector: false, polygon: lane.polygon, predecessors: [],
          successors: [])
      ], drivableAreas: [],
      stopLines: [
        StopLine(id: "l", rule: rule, from: Vector2(50, 1.75), to: Vector2(50, -1.75), lanes: [0])
      ])
  }

  /// A car of 4 m whose fronts are at some x, with its speeds.
  private func passages(
    _ fronts: [Double], _ speeds: [Double], _ rule: StopLine.Rule = .stop
  ) throws -> [StopPassage] {
    let map = try map(rule)
    let boxes = fronts.map {
      OrientedBox(centre: Vector2($0 - 2, 0), heading: 0, length: 4, width: 2)
    }
    let driven = LaneAssociation(on: map).driven(
      boxes.map(\.centre), heading: boxes.map(\.direction))
    return StopPassage.all(boxes, driven, speeds: speeds, on: map)
  }

  @Test func stoppingBeforeTheLineCounts() throws {
    let found = try passages([44, 46.5, 48, 48, 51], [5, 3, 0.05, 0, 4])
    #expect(found == [StopPassage(tick: 3, stopLine: 0, leastSpeed: 0)])
    #expect(found.first?.hasStopped == true)
  }

  @Test func rollingOverDoesNot() throws {
    let found = try passages([44, 47, 49, 51], [0, 3, 1, 4])
    // The halt at 44 m was 6 m before the line: too far.
    #expect(found == [StopPassage(tick: 2, stopLine: 0, leastSpeed: 1)])
    #expect(found.first?.hasStopped == false)
  }

  @Test func otherLinesDoNotMatter() throws {
    #expect(try passages([44, 47, 49, 51], [5, 5, 5, 5], .yield).isEmpty)
    #expect(try passages([44, 47, 49, 49.5], [5, 5, 5, 0]).isEmpty)
    #expect(try passages([51, 53], [5, 5]).isEmpty)
  }
}
