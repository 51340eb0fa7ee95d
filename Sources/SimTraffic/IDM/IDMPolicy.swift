import SimCore
import SimGeometry
import SimMap
public import SimStack
public import SimWorld

/// Cars that follow their routes by the Intelligent Driver Model and do not collide with what they
/// can see by braking.
///
/// A driver keeps to the limit of its lane and slows down for bends ahead; follows whatever is in
/// its way (cars on its lanes by their order there, all else by its box across the driver's
/// corridor, with a second's foresight for what comes in from the side); halts at red signals, and
/// at yellow ones if it comfortably can; and takes turns where ways cross or merge:
///
/// - Before a group of conflict zones a driver asks to be let in when it would have to begin to
///   brake for it. Who is let in gets the next place in an order that is kept until its tail has
///   left the group: nobody goes through a zone before one with an earlier place has left it, so
///   nobody waits in a circle. It is let in only if those before it will be gone when it comes, if
///   there is room for it behind the crossing, and if nobody in front of it on its lane is still to
///   be let in. It may come before one that has been let in already if it will be gone half a
///   second earlier.
/// - Who has a lower right by the map's priority rules is not let in before those with a higher one
///   that would meet it; a right is no use to somebody who stands and cannot go. With equal rights
///   it is by who came first.
/// - At a crossing the other waits before the zone until it is clear; where ways merge it follows
///   the first one as if it were ahead on its own lane, and leaves room for another one if it has
///   to give way there, so that roundabouts do not fill up.
/// - At a stop sign one halts for a second before the line, and only then draws a ticket: so an
///   all-way stop is first come, first served. Where nothing is posted, those from the right and
///   oncoming ones have the higher right (`RightOfWay`).
/// - Lorries and buses reach over other lanes in bends: their zones follow from what their bodies
///   sweep over (`BodyZones`), and others wait clear of it, also who has the higher right.
/// - Whoever has stood for 5 s for want of room behind a junction has a claim to it: who came later
///   does not take it, where their ways merge. (It ends for who has stood for 20 s itself.)
/// - Whoever has stood for 20 s because others went first, or because others took its room, goes
///   before all who have not been let in, the one that waits for longest first, for 20 s; then it
///   is the next one's turn. On a circle it then also moves up into the way of those who come in:
///   where everybody waits for room behind the next entry all the way round, that is where the room
///   is. While it lets walkers pass it keeps that turn: else others came in whenever walkers go,
///   and walkers whenever the others have gone. And on a circle nobody waits for one that has been
///   let in but stands behind one who has not.
/// - Whoever has stood for 30 s because others went first no longer waits for those of them who
///   have stood for 5 s themselves before the zone, for whatever reason: rights that nobody uses
///   end. Who stands in a circle of cars, each of which waits for the next one or stands right
///   behind it, does not wait for them so long: 5 s.
/// - At a crosswalk a driver stops for whoever is on it, or about to step onto it without a red
///   signal, unless it would be gone before or could not stop; that goes for turns across the
///   walkers' green too. For somebody who just stands there it waits three seconds.
/// - Crosswalks are kept clear (StVO, section 26, paragraph 2): nobody drives onto one behind which
///   there is no room, who enters a junction needs room behind the crosswalk at its end too (who
///   walks over that takes none from one that has still to set out: it will have gone), and who
///   gives way at a junction, or has been let in and has to wait all the same, waits before the
///   crosswalk at its mouth. Who waits for walkers gives back the turn that it has been given.
/// - A bicycle that keeps to the edge of its lane is passed within the lane if that leaves it 1.5 m
///   (StVO, section 5), for which others move over; else they follow it. On lanes of their own
///   cyclists ride in the middle, one behind the other, or from 2 m of width on at the kerb, and
///   those who are faster pass.
/// - Who turns right across a lane for bicycles gives way to those who go straight on there (StVO,
///   section 9, paragraph 3); these count on that from whoever comes along beside them.
/// - Vehicles that are not this policy's (the ego, recorded ones) do not ask: a driver gives way to
///   them if they would arrive before it has left the zone, unless they are standing.
///
/// Who may change lanes (`lane_change: mobil`) looks to both sides once a second, each in a tick of
/// its own by its id, and goes over if MOBIL (Kesting, Treiber, Helbing 2007) says that it pays and
/// is safe, or if its way needs it: then the nearer the end, the less others count. The car moves
/// along a quintic across and counts on both lanes until it is through; it goes back if the gap
/// closes before it is half over. Of two for one gap in the same tick the first row goes. Who finds
/// no gap before its way ends falls in with the traffic beside, which lets it in, or stops.
///
/// Whose way needs a change looks aside for it too under `lane_change: none`; only where a file
/// says over which lanes to go (`via`) it goes so whoever is there.
///
/// Before a lane change as it sees fit a driver indicates for a second; it also does while it waits
/// for a gap, and from 30 m before turns on.
///
/// Who may (`overtake`; by default nobody does: it is for a scenario to say where its traffic comes
/// towards the ego) passes those who stand or are slow over the oncoming lane, if that is free for
/// as long as it takes.
///
/// All decisions are from the frozen view. Where they hang together within a tick (for one gap, for
/// turns with equal rights, in how far those ahead will get), it goes by the order of rows. After
/// the first ticks nothing is allocated.
public struct IDMPolicy: TrafficPolicy {
  static let schema = ModuleSchema(
    "idm",
    "Follows its route by the Intelligent Driver Model (Treiber 2000); keeps limits, signals, turns.",
    parameters: [
      ParameterSchema(
        "speed_factor", .number(default: 1, in: 0.1...3, dimension: .none),
        "Desired speed as a share of the lane's limit."),
      ParameterSchema(
        "desired_speed", .number(default: 0, in: 0...100, dimension: .speed),
        "Desired speed whatever the limit; 0: by the limit."),
      ParameterSchema(
        "fallback_speed", .number(default: 10, in: 0.1...100, dimension: .speed),
        "Desired speed on lanes without a limit (never below the speed at the start)."),
      ParameterSchema(
        "min_gap", .number(default: 2, in: 0.1...50, dimension: .length), "Gap at standstill."),
      ParameterSchema(
        "headway", .number(default: 1, in: 0...10, dimension: .time),
        "Desired time headway (1 s: Treiber and Kesting 2013, table 11.2)."),
      ParameterSchema(
        "accel", .number(default: 1.5, in: 0.05...10, dimension: .acceleration),
        "Largest acceleration."),
      ParameterSchema(
        "decel", .number(default: 2, in: 0.05...10, dimension: .acceleration),
        "Comfortable deceleration."),
      ParameterSchema(
        "exponent", .number(default: 4, in: 1...20, dimension: .none),
        "How late the acceleration falls as the desired speed comes near."),
      ParameterSchema(
        "emergency_decel", .number(default: 8, in: 0.05...12, dimension: .acceleration),
        "Hardest braking, as far as the vehicle's class allows."),
      ParameterSchema(
        "lateral_accel", .number(default: 2.5, in: 0.1...50, dimension: .acceleration),
        "Lateral acceleration allowed in bends."),
      ParameterSchema(
        "centre", .flag(default: true),
        "It steers back to the middle of its lane, or to where it keeps."),
      ParameterSchema(
        "keep", .choice(default: "centre", among: LaneKeeping.allCases.map(\.rawValue)),
        "Where in its lane: 0.8 m from the edge for right and left, as cyclists ride."),
      ParameterSchema(
        "speed_deviation", .number(default: 0, in: 0...10, dimension: .speed),
        "Standard deviation of desired_speed, drawn by the seed."),
      ParameterSchema(
        "style", .choice(default: "standard", among: DrivingStyle.allCases.map(\.rawValue)),
        "Departs from headway, gap, accelerations and politeness as given; mixed: drawn by the seed."
      ),
      ParameterSchema(
        "lane_change", .choice(default: "none", among: ["none", "mobil"]),
        "Lane changes: none but those that its way needs, or also as MOBIL (Kesting 2007) says."
      ),
      ParameterSchema(
        "politeness", .number(default: 0.25, in: 0...1, dimension: .none),
        "How much what others gain or lose by its lane change counts."),
      ParameterSchema(
        "change_threshold", .number(default: 0.2, in: 0...5, dimension: .acceleration),
        "Advantage that is worth a lane change."),
      ParameterSchema(
        "right_bias", .number(default: 0.2, in: 0...5, dimension: .acceleration),
        "What the right lane is worth to it."),
      ParameterSchema(
        "safe_decel", .number(default: 3, in: 0.1...8, dimension: .acceleration),
        "How hard those behind may have to brake for its lane change."),
      ParameterSchema(
        "change_duration", .number(default: 3.5, in: 1...10, dimension: .time),
        "Duration of a lane change (slow ones take longer)."),
      ParameterSchema(
        "change_rest", .number(default: 5, in: 0...600, dimension: .time),
        "After a lane change it stays for this long, unless its way needs another one."),
      ParameterSchema(
        "indicate_ahead", .number(default: 1, in: 0...10, dimension: .time),
        "For this long it indicates before it begins a lane change that it still wants then."),
      ParameterSchema(
        "overtake",
        .choice(default: "never", among: OvertakingMode.allCases.map(\.rawValue)),
        "Whom it passes over the oncoming lane, where the line may be crossed: slow: also who stands."
      ),
      ParameterSchema(
        "keep_behind", .flag(default: false),
        "It does not pass on the right above 60 km/h (the passing rule of MOBIL)."),
      ParameterSchema(
        "passing_urge", .number(default: 1, in: 0...20, dimension: .none),
        "With keep_behind: how much being held back by a slower car on its left draws it there."),
    ])

  /// How far ahead a driver looks, metres.
  static let lookAhead = 250.0
  /// Room that a driver wants on both sides of its corridor, metres.
  static let sideRoom = 0.1
  /// How far something that comes in from the side is foreseen, seconds and metres.
  static let foresight = (seconds: 1.0, metres: 2.0)

  /// Contacts of long bodies within this gap are found by laying the bodies along the way, metres.
  static let exactWithin = 25.0
  /// Who goes across somebody's way faster than this, m/s, does not stay there; and half the length
  /// of a body up to which it is somebody on foot, metres.
  static let goingAcross = (speed: 0.5, halfLength: 0.5)

  /// How long one waits before something changes, ticks.
  struct Patience: Sendable {
    /// Standing because others go first, until they wait if they can, whatever rights and the
    /// order of turns say (20 s).
    var stuck: Int32
    /// The same, until they no longer wait for those who stand before the zone themselves (30 s).
    var tired: Int32
    /// Standing, until it is plain that somebody does not come (5 s).
    var pause: Int32
    /// Standing at a stop sign (1 s).
    var halts: Int32

    init(_ clock: TickClock) {
      stuck = Int32(clock.ticks(20))
      tired = Int32(clock.ticks(30))
      pause = Int32(clock.ticks(5))
      halts = Int32(clock.ticks(1))
    }
  }

  let map: LaneGraph
  let patience: Patience
  let overlaps: LaneOverlaps
  /// Set-up of each car, in row order, without its parameters; after the first tick only if there
  /// are recordings.
  var setups: [TrafficAgentSetup]
  /// Ways that they may change over to.
  let ways: [TrafficWay]
  let rows: [Int]
  /// Some of them come when their recordings do.
  let hasRecordings: Bool
  /// Some of them choose among ways.
  let hasFamilies: Bool
  var drivers: Drivers
  var sharedTables = SharedRouteTables(RouteTables())
  var cars: [Car] = []
  /// One per car; empty where there are no junctions, signals or crosswalks.
  var atJunctions: [JunctionState] = []
  /// One per car, but none for shadows.
  var decisions: [Decision] = []
  var lanes: [LaneState] = []
  /// One per car and group of its route.
  var tickets: [Int32] = []
  /// The same for the order in which cars have been let in; infinite: it has not been.
  var keys: [Double] = []
  var lastKey = 0.0
  var turns = Turns()
  /// Which rows of the world are cars of this policy.
  var isOwn: [Bool] = []
  /// Which signals forbid to go on, and which say that they soon will.
  var isRed: [Bool] = []
  var isYellow: [Bool] = []
  var thingLists = ThingLists()
  var foundLanes: [Int32] = []
  /// Rows of those near it who are not the policy's.
  var others: [Int32] = []
  /// Cars that somebody cannot know of from their lanes alone, in this tick.
  var overhanging: [Int32] = []
  /// Some routes change lanes along their paths: there drivers look for boxes.
  var hasBlends = false
  var changes = LaneChanges()
  var crosswalks = CrosswalkWatch()
  /// One per car, if there are crosswalks and walkers.
  var atCrosswalks: [CrosswalkMemory] = []
  var arrivals = Arrivals()
  var indicators = Indicators()
  var overtaking = Overtaking()
  var scripts = Scripts()
  /// Metres, by lane.
  let laneLengths: [Double]
  /// The same of widths; only where there are bicycles.
  var laneWidths: [Double] = []
  /// Where cyclists ride who pass others, by lane, metres to the left of its middle; infinite: it
  /// is no lane of their own, or too narrow. Empty: there are no such lanes, or no bicycles.
  var passingOffsets: [Double] = []
  /// Of those who move aside on such lanes, who must not.
  var heldAside: [Int32] = []
  /// There are bicycles among the cars.
  var hasBicycles = false
  /// The tables have been made, in the first tick.
  var isPrepared = false

  init(_ setup: TrafficSetup) throws(StageFailure) {
    map = setup.map
    patience = Patience(setup.clock)
    overlaps = setup.map.overlaps
    setups = setup.agents
    ways = setup.ways
    laneLengths = setup.map.lanes.indices.map { setup.map.lanes[$0].length }
    rows = setup.agents.map(\.row)
    hasRecordings = setup.agents.contains { $0.recording != nil }
    hasFamilies = setup.agents.contains { $0.family != nil }
    drivers = Drivers(of: setup.agents)
    // What drivers have taken over need not be kept.
    let none = ParameterValues(entries: [])
    for index in setups.indices { setups[index].parameters = none }
    for agent in setup.agents where agent.route == nil {
      throw StageFailure(.decide, "idm: the agent in row \(agent.row) has no route")
    }
    prepareScripts()
  }

  /// Writes accelerations along the paths, m/s^2, and for lane changes lateral rates and new paths.
  ///
  /// - Throws: what its tables cannot be made of, in the first tick.
  public mutating func decide(
    _ agents: [Int], _ view: WorldView, into commands: inout CommandBuffer, in context: TickContext
  ) throws(StageFailure) {
    if !isPrepared { try prepare(view, context.random) }
    readSignals(view)
    followScripts(agents, view)
    if !changes.isOff { followPaths(view) }
    readCars(view)
    if !changes.isOff { moveShadows(view) }
    sortLanes()
    placeThings(view)
    findLeaders(view)
    heedWalkers(view)
    if !changes.isOff { changeLanes(view) }
    if !overtaking.isOff { considerPassing(view) }
    takeTurns(view)
    drive(agents, view, &commands)
    showIndicators(agents, &commands)
  }

  private mutating func readSignals(_ view: WorldView) {
    view.signals.withUnsafeBufferPointer { signals in
      isRed.withUnsafeMutableBufferPointer { isRed in
        isYellow.withUnsafeMutableBufferPointer { isYellow in
          for i in 0..<isRed.count {
            isRed[i] = signals[i].meansStop
            isYellow[i] = signals[i] == .yellow
          }
        }
      }
    }
  }

  /// What drivers know of their ways.
  var tables: RouteTables { sharedTables.tables }
}
