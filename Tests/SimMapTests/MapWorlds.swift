import SimGeometry
import SimMap
import Testing

/// Hand-made worlds for the tests of this room.
enum MapWorlds {
  /// A lane along a straight line from `x0` to `x1`, its middle at height `y`.
  static func strip(
    _ id: String, from x0: Double, to x1: Double, y: Double, width: Double = 4,
    successors: [String] = [], left: LaneDraft.Neighbour? = nil,
    right: LaneDraft.Neighbour? = nil
  ) -> LaneDraft {
    let h = 0.5 * width * (x1 > x0 ? 1 : -1)
    return LaneDraft(
      id,
      shape: .bounds(
        left: [Vector2(x0, y + h), Vector2(x1, y + h)],
        right: [Vector2(x0, y - h), Vector2(x1, y - h)]),
      leftMarking: .dashed, rightMarking: .dashed, speedLimit: 10, successors: successors,
      left: left, right: right)
  }

  /// Two eastbound lanes of 100 m in two pieces of 50 m, and an oncoming one beside them:
  ///
  ///     y = 8   c (westbound, x 100 → 0)
  ///     y = 4   b1 → b2
  ///     y = 0   a1 → a2          (each 4 m wide)
  static func twoAndOne() -> LaneGraphBuilder {
    var builder = LaneGraphBuilder(name: "two and one")
    builder.reportsOneSidedLinks = false
    builder.add(strip("a1", from: 0, to: 50, y: 0, successors: ["a2"], left: .init("b1")))
    builder.add(strip("a2", from: 50, to: 100, y: 0, left: .init("b2")))
    builder.add(
      strip(
        "b1", from: 0, to: 50, y: 4, successors: ["b2"],
        left: .init("c", isSameDirection: false)))
    builder.add(
      strip("b2", from: 50, to: 100, y: 4, left: .init("c", isSameDirection: false)))
    builder.add(strip("c", from: 100, to: 0, y: 8))
    return builder
  }

  /// A crossing of two single lanes through the origin, each 20 m in, 20 m across and 20 m out:
  /// `w → we → e` along y = 0 and `s → sn → n` along x = 0, 4 m wide.
  static func crossing() -> LaneGraphBuilder {
    var builder = LaneGraphBuilder(name: "crossing")
    builder.reportsOneSidedLinks = false
    builder.add(strip("w", from: -30, to: -10, y: 0, successors: ["we"]))
    var we = strip("we", from: -10, to: 10, y: 0, successors: ["e"])
    we.isConnector = true
    we.junction = "j"
    builder.add(we)
    builder.add(strip("e", from: 10, to: 30, y: 0))
    func upwards(_ id: String, _ y0: Double, _ y1: Double, _ next: [String]) -> LaneDraft {
      LaneDraft(
        id,
        shape: .bounds(
          left: [Vector2(-2, y0), Vector2(-2, y1)], right: [Vector2(2, y0), Vector2(2, y1)]),
        successors: next)
    }
    builder.add(upwards("s", -30, -10, ["sn"]))
    var sn = upwards("sn", -10, 10, ["n"])
    sn.isConnector = true
    sn.junction = "j"
    builder.add(sn)
    builder.add(upwards("n", 10, 30, []))
    return builder
  }

  /// The map, with all checks and no finding.
  static func built(_ builder: LaneGraphBuilder) throws -> LaneGraph {
    let outcome = builder.build()
    #expect(outcome.findings == [])
    return try #require(outcome.map)
  }
}
