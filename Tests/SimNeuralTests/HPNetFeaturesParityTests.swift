import SimCore
import SimGeometry
import TestSupport
import Testing

@testable import SimNeural

/// Features of agents and lanes against those of the official preprocessing.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct HPNetFeaturesParityTests {
  private let file: Safetensors

  init() throws { file = try HPNetFixture.read("av1_preprocess") }

  private func numbers(_ name: String) throws -> [Double] {
    try #require(file[name], "\(name)").doubles
  }

  @Test func agentsAgree() throws {
    let rows = try numbers("raw.rows")
    let sightings = stride(from: 0, to: rows.count, by: 4).map {
      ArgoverseHistory.Sighting(
        track: Int(rows[$0]), frame: Int(rows[$0 + 1]),
        position: Vector2(rows[$0 + 2], rows[$0 + 3]))
    }
    let history = ArgoverseHistory(sightings, historyFrames: 7, futureFrames: 8)
    let agents = Int(try numbers("out.agent.num_nodes")[0])
    #expect(history.tracks == Array(0..<agents))
    let position = try numbers("out.agent.position")
    let visible = try numbers("out.agent.visible_mask")
    for t in 0..<15 {
      for n in 0..<agents {
        #expect((history.positions[t][n] != nil) == (visible[n * 15 + t] == 1))
        let point = history.positions[t][n] ?? .zero
        let expected = Vector2(position[2 * (n * 15 + t)], position[2 * (n * 15 + t) + 1])
        #expect(point.distance(to: expected) < 1e-5)
      }
    }
    let heading = try numbers("out.agent.heading")
    let length = try numbers("out.agent.length")
    for (t, frame) in history.history.enumerated() {
      for n in 0..<agents {
        // The official numbers are differences of float32 positions of up to 100 m.
        #expect((Double(frame.features[n]) - length[n * 7 + t]).magnitude < 2e-5)
        #expect((frame.poses[n].heading - heading[n * 7 + t]).magnitude < 2e-4)
      }
    }
    let query = try #require(history.mapQuery())
    let expected = try numbers("out.map_query")
    #expect(query.centre.distance(to: Vector2(expected[0], expected[1])) < 1e-5)
    #expect((query.halfSide - expected[2]).magnitude < 1e-5)
  }

  @Test func lanesAgree() throws {
    let points = try numbers("raw.centerline_points")
    var map = HPNetMap()
    var start = 0
    for count in try numbers("raw.centerline_num_points").map({ Int($0) }) {
      let line = (start..<start + count).map { Vector2(points[2 * $0], points[2 * $0 + 1]) }
      map.addLane(HPNetMap.LaneShape(centreline: line), features: [0, 0, 0], hasSides: false)
      start += count
    }
    #expect(2 * start == points.count)
    try compare(map.lanes, "out.lane")
    try compare(map.pieces, "out.centerline")
    let lengths = map.lanes.indices.map { map.laneFeatures[4 * $0] }
    let lengthsOfLanes = try numbers("out.lane.length")
    let lengthsOfPieces = try numbers("out.centerline.length")
    #expect(largestDifference(lengths, lengthsOfLanes) < 2e-5)
    #expect(largestDifference(map.pieceLengths, lengthsOfPieces) < 2e-5)
    let owners = try numbers("out.centerline.lane.centerline_to_lane_edge_index")
    #expect(map.laneOfPiece.map { Double($0) } == Array(owners[(owners.count / 2)...]))
  }

  private func compare(_ poses: [Pose2], _ kind: String) throws {
    let position = try numbers(kind + ".position")
    let heading = try numbers(kind + ".heading")
    #expect(poses.count == heading.count)
    for (i, pose) in poses.enumerated() {
      #expect(
        pose.position.distance(to: Vector2(position[2 * i], position[2 * i + 1])) < 2e-5)
      #expect((pose.heading - heading[i]).magnitude < 2e-5)
    }
  }

  /// In the joint form a lane has the pieces of both boundaries too, in the order left, centre,
  /// right.
  @Test func boundariesHaveSides() {
    var map = HPNetMap()
    let line = [Vector2(0, 0), Vector2(3, 4), Vector2(3, 10)]
    let shape = HPNetMap.LaneShape(
      centreline: line, left: [Vector2(-1, 0), Vector2(-1, 9)],
      right: [Vector2(1, 0), Vector2(4, 4)])
    #expect(map.addLane(shape, features: [], hasSides: true) == 0)
    #expect(map.pieceSides == [0, 1, 1, 2])
    #expect(map.pieceLengths == [9, 5, 6, 5 as Float])
    #expect(map.laneFeatures == [11])
    // Vertex 1, from where the line goes straight up.
    #expect(map.lanes == [Pose2(x: 3, y: 4, heading: .pi / 2)])
  }
}
