import SimCore
import SimGeometry
import SimWorld
import Testing

@testable import SimScenario

private typealias Text = CommonRoadText

/// Obstacles, their states and shapes from small hand-made files.
@Suite struct CommonRoadObstacleTests {
  private func recording(_ body: String, version: String = "2020a", step: String = "0.1") throws
    -> ImportedRecording
  {
    try Text.recording(Text.file(Text.road + body, version: version, step: step))
  }

  private func agent(_ body: String) throws -> RecordedAgent {
    let agents = try recording(body).agents
    return try #require(agents.first)
  }

  @Test func childrenInAnyOrder() throws {
    let agent = try agent(
      """
      <dynamicObstacle id="5">
      <trajectory><state><velocity><exact>11</exact></velocity><time><exact>8</exact></time>
      <acceleration><exact>0.5</exact></acceleration><orientation><exact>0.1</exact></orientation>
      <position><point><y>2</y><x>1.1</x></point></position></state></trajectory>
      <initialState><time><exact>7</exact></time><acceleration><exact> 0.25 </exact></acceleration>
      <velocity><exact>10</exact></velocity><position><point><x>-0.0000</x><y>1</y><z>3</z></point>
      </position><orientation><exact>0</exact></orientation></initialState>
      <shape><rectangle><width>2</width><length>5</length></rectangle></shape>
      <type>truck</type></dynamicObstacle>
      """)
    #expect(agent.id == "5")
    #expect(agent.agentClass == .truck)
    #expect(agent.length == 5 && agent.width == 2)
    // The initial state comes first, wherever it stands.
    #expect(agent.motion.steps == [7, 8])
    #expect(agent.motion.positions == [Vector2(0, 1), Vector2(1.1, 2)])
    #expect(agent.motion.speeds == [10, 11])
    #expect(agent.motion.accelerations == [0.25, 0.5])
    #expect(!agent.isStatic)
  }

  @Test func obstaclesOf2018bSayTheirRole() throws {
    let agents = try recording(
      """
      <obstacle id="5"><role>static</role><type>parkedVehicle</type>\(Text.carShape)
      <initialState>\(Text.state(0, 20, 1, speed: nil))</initialState></obstacle>
      <obstacle id="6"><role>dynamic</role><type>bicycle</type>\(Text.carShape)
      <initialState>\(Text.state(0, 30, 1))</initialState>
      <trajectory><state>\(Text.state(1, 31, 1))</state></trajectory></obstacle>
      """, version: "2018b"
    ).agents
    #expect(agents.map(\.isStatic) == [true, false])
    #expect(agents.map(\.isParked) == [true, false])
    #expect(agents.map(\.agentClass) == [.car, .bicycle])
    #expect(agents[0].motion.speeds == [0])
  }

  @Test(arguments: [
    ("car", AgentClass.car), ("taxi", .car), ("priorityVehicle", .car), ("bus", .bus),
    ("motorcycle", .motorcycle), ("pedestrian", .pedestrian), ("constructionZone", .barrier),
    ("roadBoundary", .barrier), ("building", .genericObject), ("pillar", .genericObject),
    ("unknown", .genericObject),
  ])
  func classesOfThingsThatStand(_ type: String, _ agentClass: AgentClass) throws {
    let agent = try agent(
      "<staticObstacle id=\"5\"><type>\(type)</type>\(Text.carShape)"
        + "<initialState>\(Text.state(0, 20, 1))</initialState></staticObstacle>")
    #expect(agent.agentClass == agentClass)
  }

  @Test func staticObstaclesStayWhereTheyAre() throws {
    let recording = try recording(
      "<staticObstacle id=\"5\"><type>car</type>\(Text.carShape)<initialState>"
        + Text.state(0, 20, 1) + "</initialState><trajectory><state>" + Text.state(1, 21, 1)
        + "</state></trajectory></staticObstacle>")
    #expect(recording.agents[0].motion.positions == [Vector2(20, 1)])
    #expect(
      Text.messages(recording.notes) == [
        "static obstacles stay in their initial state: obstacle 5"
      ])
  }

  @Test func unknownMoversAreCars() throws {
    let recording = try recording(
      Text.mover(5, [Text.state(0, 0, 0), Text.state(1, 1, 0)], type: "unknown"))
    #expect(recording.agents[0].agentClass == .car)
    #expect(
      Text.messages(recording.notes) == [
        "moving obstacles of a type without a class of its own are taken as cars: "
          + "obstacle 5 ('unknown')"
      ])
  }

  @Test func uncertainStatesBecomeTheirMiddles() throws {
    let state =
      "<position><rectangle><length>2</length><width>1</width><orientation>0.3</orientation>"
      + "<center><x>40</x><y>1</y></center></rectangle></position>"
      + Text.interval("velocity", 8, 11) + "<time><exact>0</exact></time>"
      // Through the back: from 3 to -3 + 2 pi, the middle is pi.
      + Text.interval("orientation", 3, -3)
    let next =
      "<position><circle><radius>1</radius><center><x>41</x><y>1</y></center></circle></position>"
      + Text.interval("velocity", 9, 11) + Text.interval("time", 1, 1)
      + Text.interval("orientation", 3.1, 3.3)
    // A triangle; its centroid is the mean of its corners.
    let last =
      "<position><polygon>\(Text.points([(42, 0), (45, 0), (42, 3)]))</polygon></position>"
      + Text.exact("velocity", 10) + Text.exact("time", 2) + Text.exact("orientation", 3.2)
    let recording = try recording(Text.mover(5, [state, next, last]))
    let motion = recording.agents[0].motion
    #expect(motion.positions[0] == Vector2(40, 1))
    #expect(motion.positions[1] == Vector2(41, 1))
    #expect(motion.positions[2].distance(to: Vector2(43, 1)) < 1e-12)
    #expect(motion.speeds == [9.5, 10, 10])
    #expect(abs(motion.headings[0] - .pi) < 1e-12)
    #expect(abs(motion.headings[1] - 3.2) < 1e-12)
    #expect(
      Text.messages(recording.notes) == [
        "uncertain positions are taken as the middle of their range: of 5",
        "uncertain values are taken as the middle of their range: of 5",
        "uncertain times are taken as the middle of their range: of 5",
      ])
  }

  @Test func gapsRepeatsAndOrder() throws {
    let recording = try recording(
      // The first state again, a gap after step 2, states out of order.
      Text.mover(
        5,
        [
          Text.state(1, 1, 0), Text.state(1, 1, 0), Text.state(2, 2, 0), Text.state(6, 6, 0),
          Text.state(5, 5, 0),
        ]))
    #expect(recording.agents[0].motion.steps == [1, 2, 5, 6])
    #expect(
      Text.messages(recording.notes) == [
        "states out of order are sorted by their time: obstacle 5",
        "recordings with gaps: the obstacle is absent in them: obstacle 5",
      ])
    let twice = try self.recording(Text.mover(5, [Text.state(1, 1, 0), Text.state(1, 1.5, 0)]))
    #expect(twice.agents[0].motion.positions == [Vector2(1, 0)])
    #expect(
      Text.messages(twice.notes) == [
        "of two different states of one step the first is used: obstacle 5"
      ])
  }

  @Test func missingVelocityIsDerived() throws {
    let recording = try recording(
      Text.mover(5, [Text.state(0, 0, 0, speed: nil), Text.state(1, 1.2, 0, speed: 13)]))
    #expect(recording.agents[0].motion.speeds.map { ($0 * 1e9).rounded() / 1e9 } == [12, 13])
    #expect(
      Text.messages(recording.notes) == [
        "missing velocities are derived from positions: obstacle 5"
      ])
  }

  @Test func jumpsAreSaid() throws {
    let recording = try recording(
      Text.mover(5, [Text.state(0, 0, 0), Text.state(1, 1, 0), Text.state(2, 4, 0)]))
    #expect(
      Text.messages(recording.notes) == [
        "positions that jump by over 1 m more than the speed allows are kept: obstacle 5"
      ])
  }

  // MARK: - Shapes

  @Test func aRectangleMayLieAsideAndTurned() throws {
    // Box centre 1 m ahead and 0.5 m to the left of the position; the obstacle heads along y.
    let agent = try agent(
      Text.mover(
        5, [Text.state(0, 10, 0, heading: .pi / 2), Text.state(1, 10, 1, heading: .pi / 2)],
        shape: "<shape><rectangle><length>4</length><width>2</width>"
          + "<orientation>0.2</orientation><center><x>1</x><y>0.5</y></center></rectangle></shape>")
    )
    #expect(agent.motion.positions[0].distance(to: Vector2(9.5, 1)) < 1e-12)
    #expect(abs(agent.motion.headings[0] - (.pi / 2 + 0.2)) < 1e-12)
    #expect(agent.length == 4 && agent.width == 2)
  }

  @Test func otherShapesBecomeBoxes() throws {
    func agent(_ shape: String) throws -> (RecordedAgent, [String]) {
      let recording = try recording(
        Text.mover(
          5, [Text.state(0, 10, 0), Text.state(1, 11, 0)], shape: "<shape>\(shape)</shape>"))
      return (recording.agents[0], Text.messages(recording.notes))
    }
    let (circle, circleNotes) = try agent("<circle><radius>0.35</radius></circle>")
    #expect(circle.length == 0.7 && circle.width == 0.7)
    #expect(circleNotes == ["circles are taken as the box around them: obstacle 5"])
    // From -1 to 3 along, from -1 to 1 across: centre 1 m ahead.
    let (polygon, polygonNotes) = try agent(
      "<polygon>\(Text.points([(-1, -1), (3, 0), (-1, 1), (-1, -1)]))</polygon>")
    #expect(polygon.length == 4 && polygon.width == 2)
    #expect(polygon.motion.positions[0] == Vector2(11, 0))
    #expect(polygonNotes == ["polygons are taken as the box around them: obstacle 5"])
    let (several, severalNotes) = try agent(
      "<rectangle><length>4</length><width>2</width></rectangle>"
        + "<circle><radius>1</radius><center><x>3</x><y>0</y></center></circle>")
    #expect(several.length == 6 && several.width == 2)
    #expect(
      severalNotes == ["shapes of several parts are taken as the box around them: obstacle 5"])
  }

  // MARK: - Without a trajectory

  @Test func setBasedPredictionsFollowTheMiddle() throws {
    func occupancy(_ step: Int, _ shape: String) -> String {
      "<occupancy><shape>\(shape)</shape><time><exact>\(step)</exact></time></occupancy>"
    }
    let recording = try recording(
      """
      <dynamicObstacle id="5"><type>car</type>\(Text.carShape)
      <initialState>\(Text.state(0, 10, 0))</initialState><occupancySet>
      \(occupancy(1, "<circle><radius>2</radius><center><x>12</x><y>0</y></center></circle>"))
      \(occupancy(
        2, "<polygon>\(Text.points([(10, 0), (10, 2), (14, 2), (14, 0)]))</polygon>"
          + "<polygon>\(Text.points([(14, 2), (14, 6), (16, 6), (16, 2)]))</polygon>"))
      </occupancySet></dynamicObstacle>
      """)
    let agent = recording.agents[0]
    #expect(agent.isSetBased)
    #expect(agent.motion.steps == [0, 1, 2])
    #expect(agent.motion.positions[1].distance(to: Vector2(12, 0)) < 1e-12)
    // Two areas of 8 square metres with centres (12, 1) and (15, 4).
    #expect(agent.motion.positions[2].distance(to: Vector2(13.5, 2.5)) < 1e-12)
    // Headed along the last move, (1.5, 2.5).
    #expect(abs(agent.motion.headings[2] - ExactMath.atan2(2.5, 1.5)) < 1e-12)
    #expect(!agent.isRecordedMover)
    #expect(
      Text.messages(recording.notes) == [
        "missing velocities are derived from positions: obstacle 5",
        "set-based predictions: the obstacle's box follows the middle of its set: obstacle 5",
      ])
  }

  @Test func moversWithoutMotionAndThingsThatAreIgnored() throws {
    let recording = try recording(
      """
      <dynamicObstacle id="5"><type>car</type>\(Text.carShape)
      <initialState>\(Text.state(3, 10, 0))</initialState>
      <signalSeries><signalState><horn>true</horn></signalState></signalSeries></dynamicObstacle>
      <environmentObstacle id="6"><type>building</type></environmentObstacle>
      <phantomObstacle id="7"/><phantomObstacle id="8"/><weather/>
      """)
    #expect(recording.agents.map(\.motion.steps) == [[3]])
    #expect(
      Text.messages(recording.notes) == [
        "dynamic obstacles without a prediction are there in their first step only: obstacle 5",
        "indicators and brake lights ignored",
        "environment obstacles are not part of the traffic; ignored: 6",
        "phantom obstacles are not there; ignored: 7, 8",
        "<weather> ignored",
      ])
  }

  @Test func notesAreOnePerKind() throws {
    let recording = try recording(
      (1...8).map {
        Text.mover($0, [Text.state(0, 0, 0, speed: nil), Text.state(1, 1, 0)])
      }.joined())
    #expect(
      Text.messages(recording.notes) == [
        "ids used by elements of different kinds are told apart by kind: 1 (lanelet, obstacle)",
        "missing velocities are derived from positions: "
          + "obstacle 1, obstacle 2, obstacle 3, obstacle 4 and 4 more",
      ])
    #expect(recording.notes[1].location.description.hasPrefix("t.xml:"))
  }
}
