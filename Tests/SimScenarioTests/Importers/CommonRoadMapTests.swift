import SimCore
import SimGeometry
import SimMap
import Testing

@testable import SimScenario

private typealias Text = CommonRoadText

/// Lane graphs from small hand-made files.
@Suite struct CommonRoadMapTests {
  private func map(_ body: String, version: String = "2020a") throws -> LaneGraph {
    try Text.recording(Text.file(body, version: version)).map
  }

  @Test func linksNeighboursAndMarkings() throws {
    let map = try map(
      Text.lanelet(
        11, left: [(0, 2), (50, 2)], right: [(0, -2), (50, -2)],
        "<successor ref=\"12\"/><adjacentLeft ref=\"13\" drivingDir=\"opposite\"/>"
          + "<adjacentRight ref=\"14\" drivingDir=\"same\"/>",
        leftMarking: "<lineMarking>dashed_solid</lineMarking>",
        rightMarking: "<lineMarking>dashed_solid</lineMarking>")
        + Text.lanelet(
          12, left: [(50, 2), (90, 2)], right: [(50, -2), (90, -2)], "<predecessor ref=\"11\"/>",
          leftMarking: "<lineMarking>curb</lineMarking>",
          rightMarking: "<lineMarking>no_marking</lineMarking>")
        + Text.lanelet(
          13, left: [(50, 2), (0, 2)], right: [(50, 6), (0, 6)],
          "<adjacentLeft ref=\"11\" drivingDir=\"opposite\"/>")
        + Text.lanelet(
          14, left: [(0, -2), (50, -2)], right: [(0, -6), (50, -6)],
          "<adjacentLeft ref=\"11\" drivingDir=\"same\"/>"))
    #expect(map.lanes.map(\.id) == ["11", "12", "13", "14"])
    #expect(map.lanes[0].successors == [1])
    #expect(map.lanes[1].predecessors == [0])
    #expect(map.lanes[0].left == LaneNeighbour(lane: 2, isSameDirection: false))
    #expect(map.lanes[0].right == LaneNeighbour(lane: 3, isSameDirection: true))
    #expect(map.lanes[0].segment == map.lanes[3].segment)
    #expect(map.lanes[0].segment != map.lanes[2].segment)
    // The line that faces the lane counts: of "dashed left, solid right" on its left bound the
    // solid one, on its right bound the dashed one.
    #expect(map.lanes[0].leftMarking == .solid)
    #expect(map.lanes[0].rightMarking == .dashed)
    #expect(map.lanes[1].leftMarking == .curb)
    #expect(map.lanes[1].rightMarking == .none)
    #expect(map.lanes[2].leftMarking == .unknown)
    #expect(map.lanes[0].centreline.vertices == [Vector2(0, 0), Vector2(50, 0)])
    #expect(map.drivingSide == .right)
    #expect(map.lanes.allSatisfy { !$0.isConnector && $0.junction == nil })
  }

  @Test func oncomingLanesOnTheRightMeanLeftHandTraffic() throws {
    let map = try map(
      Text.lanelet(
        1, left: [(0, 2), (50, 2)], right: [(0, -2), (50, -2)],
        "<adjacentRight ref=\"2\" drivingDir=\"opposite\"/>")
        + Text.lanelet(
          2, left: [(50, -6), (0, -6)], right: [(50, -2), (0, -2)],
          "<adjacentRight ref=\"1\" drivingDir=\"opposite\"/>"))
    #expect(map.drivingSide == .left)
  }

  @Test(arguments: [
    ("<laneletType>urban</laneletType>", LaneKind.driving),
    ("<laneletType>highway</laneletType><laneletType>accessRamp</laneletType>", .ramp),
    ("<laneletType>busLane</laneletType>", .bus),
    ("<laneletType>shoulder</laneletType>", .shoulder),
    ("<laneletType>crosswalk</laneletType>", .crosswalk),
    ("<laneletType>sidewalk</laneletType>", .sidewalk),
    ("<laneletType>bicycleLane</laneletType>", .bicycle),
    ("<laneletType>border</laneletType>", .restricted),
    ("<laneletType>parking</laneletType>", .parking),
    ("<laneletType>unknown</laneletType><userOneWay>bicycle</userOneWay>", .bicycle),
    ("<userOneWay>pedestrian</userOneWay>", .sidewalk), ("<userOneWay>bus</userOneWay>", .bus),
    ("<userOneWay>vehicle</userOneWay><userBidirectional>pedestrian</userBidirectional>", .driving),
  ])
  func kinds(_ types: String, _ kind: LaneKind) throws {
    let map = try map(Text.straight(1, from: (0, 0), to: (20, 0), types))
    #expect(map.lanes[0].kind == kind)
    #expect(map.crosswalks.map(\.id) == (kind == .crosswalk ? ["1"] : []))
  }

  @Test func speedLimitsFromSignsAndFrom2018b() throws {
    func sign(_ id: Int, _ number: String, _ value: String) -> String {
      """
      <trafficSign id="\(id)"><trafficSignElement><trafficSignID>\(number)</trafficSignID>\
      <additionalValue>\(value)</additionalValue></trafficSignElement><virtual>true</virtual>\
      </trafficSign>
      """
    }
    let signs = sign(21, "274", "13.89") + sign(22, "R2-1", " 11.176 ") + sign(23, "310", "Town")
    let map = try map(
      Text.straight(1, from: (0, 0), to: (20, 0), "<trafficSignRef ref=\"21\"/>")
        + Text.straight(
          2, from: (20, 0), to: (40, 0),
          "<trafficSignRef ref=\"21\"/><trafficSignRef ref=\"22\"/><trafficSignRef ref=\"23\"/>")
        + Text.straight(3, from: (40, 0), to: (60, 0)) + signs)
    #expect(map.lanes.map(\.speedLimit) == [13.89, 11.176, nil])
    let old = try self.map(
      Text.straight(1, from: (0, 0), to: (20, 0), "<speedLimit>22.22</speedLimit>"),
      version: "2018b")
    #expect(old.lanes[0].speedLimit == 22.22)
  }

  @Test func boundsOfDifferentCounts() throws {
    let recording = try Text.recording(
      Text.file(
        Text.lanelet(7, left: [(0, 2), (5, 2), (40, 2)], right: [(0, -2), (40, -2)])))
    // Centre points at equal shares of both lengths: 0, 5 of 40, and the end.
    #expect(
      recording.map.lanes[0].centreline.vertices == [Vector2(0, 0), Vector2(5, 0), Vector2(40, 0)])
    #expect(
      Text.messages(recording.notes) == [
        "bounds with different numbers of points are paired by their share of the length: lanelet 7"
      ])
  }

  @Test func stopLines() throws {
    let sign =
      "<trafficSign id=\"30\"><trafficSignElement><trafficSignID>206</trafficSignID>"
      + "</trafficSignElement></trafficSign>"
      + "<trafficSign id=\"31\"><trafficSignElement><trafficSignID>205</trafficSignID>"
      + "</trafficSignElement></trafficSign>"
    let map = try map(
      // Stated from right to left.
      Text.straight(
        1, from: (0, 0), to: (20, 0),
        "<stopLine>\(Text.point(18, -2))\(Text.point(18, 2))<lineMarking>solid</lineMarking>"
          + "<trafficSignRef ref=\"30\"/></stopLine>")
        + Text.straight(2, from: (0, 10), to: (20, 10), "<stopLine/>")
        + Text.straight(3, from: (0, 20), to: (20, 20), "<trafficSignRef ref=\"31\"/>")
        + Text.straight(4, from: (0, 30), to: (20, 30)) + sign)
    #expect(map.stopLines.map(\.rule) == [.stop, .unspecified, .yield])
    #expect(map.stopLines[0].from == Vector2(18, 2))
    #expect(map.stopLines[0].to == Vector2(18, -2))
    // Without points it lies at the end of the lanelet.
    #expect(map.stopLines[1].from == Vector2(20, 12))
    #expect(map.stopLines[1].to == Vector2(20, 8))
    #expect(map.stopLines[2].from == Vector2(20, 22))
    #expect(map.lanes.map(\.stopLine) == [0, 1, 2, nil])
  }

  /// One lanelet that splits into a way straight on and one to the left, with the given lights.
  private func fork(_ refs: String, _ lights: String) throws -> LaneGraph {
    try map(
      Text.straight(
        1, from: (-50, 0), to: (0, 0), "<successor ref=\"2\"/><successor ref=\"3\"/>" + refs)
        + Text.straight(2, from: (0, 0), to: (20, 0), "<predecessor ref=\"1\"/>")
        + Text.lanelet(
          3, left: [(0, 2), (6, 4), (8, 10)], right: [(0, -2), (10, 1), (12, 10)],
          "<predecessor ref=\"1\"/>") + lights)
  }

  private func light(_ id: Int, _ direction: String, _ more: String = "") -> String {
    """
    <trafficLight id="\(id)"><cycle>
    <cycleElement><duration>60</duration><color>red</color></cycleElement>
    <cycleElement><duration>5</duration><color>redYellow</color></cycleElement>
    <cycleElement><color>green</color><duration>35</duration></cycleElement>
    <timeOffset>20</timeOffset></cycle><direction>\(direction)</direction>\(more)</trafficLight>
    """
  }

  @Test func lightsWithCyclesInSteps() throws {
    let map = try fork("<trafficLightRef ref=\"50\"/>", light(50, "all"))
    #expect(map.signals.count == 1)
    let signal = map.signals[0]
    // Steps of 0.1 s: 6 s red, 0.5 s red and yellow, 3.5 s green; the cycle begins at 2 s.
    #expect(signal.phases.map(\.microseconds) == [6_000_000, 500_000, 3_500_000])
    #expect(signal.offsetMicroseconds == 2_000_000)
    let seconds: [Int64] = [0, 1, 2, 7, 8, 9, 12]
    // At 0 s the cycle of 10 s is 8 s old: green.
    #expect(
      seconds.map { signal.colour(atMicroseconds: $0 * 1_000_000) }
        == [.green, .green, .red, .red, .redYellow, .green, .red])
    #expect(map.lanes.map(\.signal) == [0, nil, nil])
    // One waits for it at the end of the lanelet.
    #expect(map.stopLines.map(\.rule) == [.signal])
  }

  @Test func lightsForOneDirectionRuleTheWayOn() throws {
    let map = try fork(
      "<trafficLightRef ref=\"50\"/><trafficLightRef ref=\"51\"/>",
      light(50, "left") + light(51, "straightRight"))
    #expect(map.lanes.map(\.signal) == [nil, 1, 0])
    let onlyLeft = try fork("<trafficLightRef ref=\"50\"/>", light(50, "left"))
    #expect(onlyLeft.lanes.map(\.signal) == [nil, nil, 0])
  }

  @Test func lightsThatAreOffOrWithoutCycle() throws {
    let off = try fork("<trafficLightRef ref=\"50\"/>", light(50, "all", "<active>false</active>"))
    #expect(off.signals[0].colour(atMicroseconds: 12_345_678) == .inactive)
    let unknown = try fork("<trafficLightRef ref=\"50\"/>", "<trafficLight id=\"50\"/>")
    #expect(unknown.signals[0].colour(atMicroseconds: 0) == .unknown)
  }

  // MARK: - Junctions and right of way

  /// Four roads that meet at the origin: from the west (1), south (2), east (3) and north (4), each
  /// with one way straight on (11, 12, 13, 14); from the east also one to the left, south (33).
  private func crossing(_ intersection: String, extra: [Int: String] = [:], _ more: String = "")
    throws -> LaneGraph
  {
    func road(_ id: Int, _ a: (Double, Double), _ b: (Double, Double), _ next: [Int]) -> String {
      Text.straight(
        id, from: a, to: b,
        next.map { "<successor ref=\"\($0)\"/>" }.joined() + (extra[id] ?? ""))
    }
    return try map(
      road(1, (-60, -2), (-8, -2), [11]) + road(2, (2, -60), (2, -8), [12])
        + road(3, (60, 2), (8, 2), [13, 33]) + road(4, (-2, 60), (-2, 8), [14])
        + road(11, (-8, -2), (8, -2), [21]) + road(12, (2, -8), (2, 8), [])
        + road(13, (8, 2), (-8, 2), []) + road(14, (-2, 8), (-2, -8), [24])
        + road(21, (8, -2), (60, -2), []) + road(24, (-2, -8), (-2, -60), [])
        + Text.lanelet(
          33, left: [(8, 0), (2, -2), (0, -8)], right: [(8, 4), (-1, 1), (-4, -8)],
          "<successor ref=\"24\"/>")
        + intersection + more)
  }

  private let intersection = """
    <intersection id="90">
    <incoming id="91"><incomingLanelet ref="1"/><successorsStraight ref="11"/></incoming>
    <incoming id="92"><incomingLanelet ref="2"/><successorsStraight ref="12"/></incoming>
    <incoming id="93"><incomingLanelet ref="3"/><successorsStraight ref="13"/>
    <successorsLeft ref="33"/></incoming>
    <incoming id="94"><incomingLanelet ref="4"/><successorsStraight ref="14"/></incoming>
    </intersection>
    """

  /// `a<b`: traffic on a gives way to traffic on b.
  private func rules(_ map: LaneGraph) -> Set<String> {
    Set(map.priorities.map { "\(map.lanes[$0.yielding].id)<\(map.lanes[$0.priority].id)" })
  }

  @Test func statedIntersection() throws {
    let map = try crossing(intersection)
    #expect(map.lanes.filter(\.isConnector).map(\.id) == ["11", "12", "13", "14", "33"])
    #expect(map.junctions.map(\.id) == ["90"])
    #expect(map.junctions[0].lanes.count == 5)
  }

  @Test func withoutSignsTheRightGoesFirstAndLeftTurnsWait() throws {
    // From the west the south is on the right, from the south the east, from the east the north,
    // from the north the west. The left turn (33) meets 11 (oncoming), 14 (beside it) and 12.
    #expect(
      rules(try crossing(intersection)) == [
        "11<12", "12<13", "13<14", "14<11", "33<11", "12<33", "33<14",
      ])
  }

  @Test func signsOutrankTheRuleOfTheRight() throws {
    let signs = """
      <trafficSign id="71"><trafficSignElement><trafficSignID>306</trafficSignID>\
      </trafficSignElement></trafficSign>
      <trafficSign id="72"><trafficSignElement><trafficSignID>205</trafficSignID>\
      </trafficSignElement></trafficSign>
      """
    let main = "<trafficSignRef ref=\"71\"/>"
    let side = "<trafficSignRef ref=\"72\"/>"
    let map = try crossing(intersection, extra: [1: main, 3: main, 2: side, 4: side], signs)
    // East and west have priority; the left turn from the east still waits for the west.
    #expect(
      rules(map) == [
        "12<11", "12<13", "12<33", "14<11", "14<13", "14<33", "33<11",
      ])
  }

  @Test func withLightsOnlyLeftTurnsWait() throws {
    let ref = "<trafficLightRef ref=\"80\"/>"
    let map = try crossing(
      intersection, extra: [1: ref, 2: ref, 3: ref, 4: ref], light(80, "all"))
    #expect(rules(map) == ["33<11"])
  }

  @Test func junctionsFromGeometry() throws {
    let map = try crossing("")
    #expect(map.lanes.filter(\.isConnector).map(\.id) == ["11", "12", "13", "14", "33"])
    #expect(map.junctions.count == 1)
    #expect(map.priorities.isEmpty)
    // A fork alone is none.
    let fork = try fork("", "")
    #expect(fork.junctions.isEmpty)
  }

  @Test func lanesOfTypeIntersection() throws {
    let type = "<laneletType>intersection</laneletType>"
    // 21 leads away from the junction and is no part of it whatever its type says.
    let map = try crossing(intersection, extra: [21: type])
    #expect(map.lanes.filter(\.isConnector).map(\.id) == ["11", "12", "13", "14", "33"])
    let typed = try crossing("", extra: [11: type, 12: type])
    #expect(typed.lanes.filter(\.isConnector).map(\.id) == ["11", "12"])
    #expect(typed.junctions.map(\.id) == ["junction.11"])
  }

  // MARK: - Repairs

  @Test func swappedBoundsAreSwappedBack() throws {
    let recording = try Text.recording(
      Text.file(Text.lanelet(3, left: [(0, -2), (50, -2)], right: [(0, 2), (50, 2)])))
    #expect(recording.map.lanes[0].leftBound.start == Vector2(0, 2))
    #expect(recording.notes.count == 1)
  }

  @Test func linksThatOnlyOneSideStatesAndThatDoNotMeetAreDropped() throws {
    let recording = try Text.recording(
      Text.file(
        Text.straight(1, from: (0, 0), to: (50, 0), "<successor ref=\"2\"/><successor ref=\"3\"/>")
          + Text.straight(2, from: (50, 0), to: (90, 0))
          + Text.straight(3, from: (70, 30), to: (90, 30))))
    #expect(recording.map.lanes[0].successors == [1])
    #expect(recording.map.lanes[1].predecessors == [0])
    #expect(
      Text.messages(recording.notes).first
        == "links that only one lanelet states and whose ends do not meet are dropped: 1 to 3")
  }

  @Test func farAwayMapsMoveToALocalFrame() throws {
    let text = Text.file(
      Text.straight(1, from: (861_700, 4_426_000), to: (861_800, 4_426_000))
        + Text.mover(5, [Text.state(0, 861_710, 4_426_000), Text.state(1, 861_711, 4_426_000)])
        + Text.problem(
          9, Text.state(0, 861_750, 4_426_001),
          goals: [
            "<position><circle><radius>5</radius><center><x>861790</x><y>4426000</y></center>"
              + "</circle></position>" + Text.window(10, 20)
          ]))
    let recording = try Text.recording(text)
    // The middle of the map is 861750, 4426000; to hundreds of metres 861800 (halves go up).
    #expect(recording.map.lanes[0].centreline.vertices == [Vector2(-100, 0), Vector2(0, 0)])
    #expect(recording.agents[0].motion.positions == [Vector2(-90, 0), Vector2(-89, 0)])
    #expect(recording.problems[0].centre.position == Vector2(-50, 1))
    guard case .circle(let centre, 5)? = recording.problems[0].goals[0].regions?.first else {
      Issue.record("no circle")
      return
    }
    #expect(centre == Vector2(-10, 0))
    #expect(
      Text.messages(recording.notes) == [
        "coordinates far from the origin are shifted to a local frame: "
          + "x - 861800.0, y - 4426000.0"
      ])
  }
}
