import SimGeometry
import SimMap
import SimViewer
import SimWorld
import Testing

@Suite struct MapImageTests {
  /// A lane from one point to another, 3.5 m wide.
  func lane(
    _ id: String, _ a: Vector2, _ b: Vector2, width: Double = 3.5, kind: LaneKind = .driving,
    left: LaneMarking = .dashed, right: LaneMarking = .solid, next: [String] = [],
    connects: Bool = false
  ) -> LaneDraft {
    let side = (b - a).normalized.left * (0.5 * width)
    return LaneDraft(
      id, kind: kind, shape: .bounds(left: [a + side, b + side], right: [a - side, b - side]),
      leftMarking: left, rightMarking: right, speedLimit: 13.9, successors: next,
      junction: connects ? "j" : nil, isConnector: connects)
  }

  /// Two roads that cross, one with a bus lane, a crossing for walkers, a stop and a yield line
  /// and a light.
  func crossing() throws -> LaneGraph {
    var builder = LaneGraphBuilder(name: "crossing")
    builder.reportsOneSidedLinks = false
    let h = 1.75
    builder.add(lane("west.1", Vector2(-60, -h), Vector2(-8, -h), left: .none, next: ["we"]))
    builder.add(lane("we", Vector2(-8, -h), Vector2(8, -h), next: ["east.1"], connects: true))
    builder.add(lane("east.1", Vector2(8, -h), Vector2(60, -h), left: .none))
    builder.add(lane("back.1", Vector2(60, h), Vector2(8, h), left: .solid, next: ["ew"]))
    builder.add(lane("ew", Vector2(8, h), Vector2(-8, h), next: ["back.2"], connects: true))
    builder.add(lane("back.2", Vector2(-8, h), Vector2(-60, h), left: .solid))
    builder.add(
      lane(
        "bus", Vector2(60, 3 * h), Vector2(8, 3 * h), kind: .bus, left: .dashed, right: .curb))
    builder.add(lane("south.1", Vector2(h, -45), Vector2(h, -8), left: .dashed, next: ["sn"]))
    builder.add(lane("sn", Vector2(h, -8), Vector2(h, 8), next: ["north.1"], connects: true))
    builder.add(lane("north.1", Vector2(h, 8), Vector2(h, 45)))
    builder.add(
      lane(
        "path", Vector2(-60, -5.25), Vector2(-8, -5.25), kind: .bicycle, left: .unknown,
        right: .unknown))
    builder.add(StopLineDraft("stop", rule: .stop, lanes: ["south.1"]))
    builder.add(StopLineDraft("yield", rule: .yield, lanes: ["west.1"]))
    builder.add(
      SignalDraft("light", phases: [.init(.red, microseconds: 1_000_000)], lanes: ["back.1"]))
    let walk = try #require(Polyline([Vector2(14, -4), Vector2(14, 8)]))
    builder.add(
      Crosswalk(
        id: "zebra",
        polygon: Polygon([Vector2(12, -4), Vector2(16, -4), Vector2(16, 8), Vector2(12, 8)]),
        path: walk))
    let outcome = builder.build()
    return try #require(outcome.map, "\(outcome.findings)")
  }

  func agents() -> [DrawnAgent] {
    [
      DrawnAgent(
        box: OrientedBox(centre: Vector2(-30, -1.75), heading: 0, length: 4.5, width: 1.9),
        isEgo: true, label: "ego", trail: [Vector2(-50, -1.75), Vector2(-40, -1.9)]),
      DrawnAgent(
        box: OrientedBox(centre: Vector2(1.5, -20), heading: .pi / 2, length: 4.5, width: 1.9),
        label: "cutter"),
      DrawnAgent(
        box: OrientedBox(centre: Vector2(30, 1.75), heading: .pi + 0.1, length: 12, width: 2.5),
        agentClass: .truck),
      DrawnAgent(
        box: OrientedBox(centre: Vector2(14, 3), heading: -.pi / 2, length: 0.6, width: 0.6),
        agentClass: .pedestrian, label: "walker"),
    ]
  }

  @Test func viewportMapsBothWays() {
    let view = MapViewport(width: 400, height: 200, centre: Vector2(10, 20), scale: 4)
    #expect(view.pixel(Vector2(10, 20)) == Vector2(200, 100))
    // 5 m east and 10 m north: 20 px right and 40 px up.
    #expect(view.pixel(Vector2(15, 30)) == Vector2(220, 60))
    #expect(view.place(Vector2(220, 60)) == Vector2(15, 30))
    #expect(view.region == BoundingBox(min: Vector2(-40, -5), max: Vector2(60, 45)))
    let fitted = MapViewport(
      fitting: BoundingBox(min: .zero, max: Vector2(100, 20)), width: 248, height: 148)
    #expect(fitted.scale == 2)
    #expect(fitted.centre == Vector2(50, 10))
    // Nothing to show: still a picture.
    #expect(MapViewport(fitting: .empty, width: 10, height: 10).scale > 0)
  }

  @Test func drawsWhatIsThere() throws {
    let map = try crossing()
    let route = try #require(Polyline([Vector2(-30, -1.75), Vector2(50, -1.75)]))
    let canvas = MapImage.render(
      map, agents: agents(), ways: [.init(line: route, goal: route.end)],
      signals: [.red],
      options: .init(width: 1000, height: 700, caption: "crossing, tick 0"))
    ImageFile.keep(canvas, "crossing")
    let view = MapViewport(fitting: map.bounds, width: 1000, height: 700)
    func colour(_ x: Double, _ y: Double) -> Colour {
      let p = view.pixel(Vector2(x, y))
      return canvas[Int(p.x), Int(p.y)]
    }
    // The ego is blue, other cars orange; beside the road is ground.
    #expect(colour(-31.5, -1.75) == Colour(hex: 0x0072B2))
    #expect(colour(1.5, -21.5) == Colour(hex: 0xE69F00))
    #expect(colour(-30, 30) == Colour(hex: 0xE5E2D9))
    // The bus lane is tinted, the red lamp stands at the end of its lane.
    #expect(colour(44, 6.4) == Colour(hex: 0xDDBF87))
    #expect(colour(8, 1.75) == Colour(hex: 0xD55E00))
    #expect(canvas.hash == 15_166_606_125_319_105_889)
    #expect(try ImageFile.decode(canvas.png).width == 1000)
  }

  @Test func partsAndSmallPictures() throws {
    let map = try crossing()
    let close = MapImage.render(
      map, agents: agents(),
      options: .init(
        width: 500, height: 500, region: BoundingBox(centre: Vector2(-5, -5), halfSide: 20),
        showsConnectorNames: true))
    ImageFile.keep(close, "close")
    #expect(close.hash == 15_321_834_099_839_403_508)
    // From far away agents are still to be seen.
    let far = MapImage.render(
      map, agents: agents(),
      options: .init(
        width: 80, height: 60, region: BoundingBox(centre: .zero, halfSide: 1000)))
    ImageFile.keep(far, "far")
    let blue = (0..<60).contains { y in (0..<80).contains { far[$0, y] == Colour(hex: 0x0072B2) } }
    #expect(blue)
    // One pixel is a picture too.
    _ = MapImage.render(map, agents: agents(), options: .init(width: 1, height: 1))
  }

  @Test func sameBitsEachTime() throws {
    let map = try crossing()
    let first = MapImage.render(map, agents: agents(), options: .init(width: 300, height: 200))
    let second = MapImage.render(map, agents: agents(), options: .init(width: 300, height: 200))
    #expect(first.pixels == second.pixels)
    #expect(first.png == second.png)
  }
}
