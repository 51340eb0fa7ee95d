import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import StackTestSupport
import Testing

/// Cyclists on lanes of their own, as `lane-following` foresees them.
@Suite struct BicycleLanePredictionTests {
  /// One lane each way, lanes of 1.5 m for bicycles and a corner of 6 m: the junction reaches from
  /// -11 m to 11 m, and bicycles from the west ride at y = -4.25.
  static func map() throws -> LaneGraph {
    let template = try #require(MapTemplateCatalog.template(named: "four_way"))
    return try template.make(
      ParameterValues(template.schema, overriding: ["bicycle_lane": .number(1.5)]))
  }

  static func track(_ x: Double, _ y: Double, heading: Double = 0, _ kind: AgentClass) -> Track {
    Track(
      id: 1, agentClass: kind,
      box: OrientedBox(centre: Vector2(x, y), heading: heading, length: 1.8, width: 0.75), speed: 4)
  }

  /// From before the junction and from within it, where it is in the lane of right turns too.
  @Test(arguments: [-20.0, -10, -7, -5]) func theyGoStraightOn(_ x: Double) throws {
    let forecast = try LaneFollowingPredictorTests.predict(
      Self.track(x, -4.25, .bicycle), on: try Self.map())
    for (k, point) in forecast.points.enumerated() {
      let time = 0.2 * Double(k + 1)
      #expect((point.x - x - 4 * time).magnitude < 0.01)
      #expect((point.y + 4.25).magnitude < 0.01)
    }
  }

  /// On the way round the corner it goes on round it.
  @Test func theyFollowTheirLanesInBends() throws {
    let map = try Self.map()
    let lane = try #require(map.lane(id: "west_to_south_bicycle"))
    let place = lane.centreline.smoothPose(at: 0.6 * lane.length)
    let forecast = try LaneFollowingPredictorTests.predict(
      Self.track(place.position.x, place.position.y, heading: place.heading, .bicycle), on: map)
    let end = try #require(forecast.points.last)
    #expect((end.x + 4.25).magnitude < 0.05)
    #expect((end.heading + .pi / 2).magnitude < 0.01)
  }
}
