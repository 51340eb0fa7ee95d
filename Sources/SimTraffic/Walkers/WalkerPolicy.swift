import SimCore
import SimGeometry
import SimMap
public import SimStack
public import SimWorld

/// Walkers on sidewalks, crosswalks and drawn paths.
///
/// - Desired speeds are drawn from a normal distribution of mean 1.34 m/s and deviation 0.26 m/s
///   (Weidmann 1993; Helbing and Molnár, Social force model for pedestrian dynamics, 1995).
/// - Among others a walker chooses its direction and speed by the heuristics of Moussaïd, Helbing
///   and Theraulaz (How simple rules determine pedestrian behavior and crowd disasters, PNAS
///   2011): of the directions before it the one that leads nearest to where it is going after the
///   free way f along it, the least d^2 + f^2 - 2 d f cos(a - a0); its speed is at most f / tau;
///   speed and direction follow within tau = 0.5 s. The directions are those of a fan about its
///   path, d is 5 m instead of 10 (walks are narrow), centres keep 0.95 m apart (0.82 m from others
///   before whom one has stood for 3 s), and it stays on its walk.
/// - At the kerb it stops unless it can cross. Without a signal it crosses if in each lane nobody
///   comes before it is through: the critical gap of the Highway Capacity Manual (2010, eq. 19-69),
///   the way to the far edge of that lane over its speed, and 3 s to look and start. On a crosswalk
///   those do not count that are giving way. With a signal it sets out on green, if what is left of
///   green and clearance time is enough for it, and nobody comes who cannot stop.
/// - On the road it looks on: if somebody comes first to a lane ahead it hurries, or waits before
///   that lane, at a lane line or on a refuge.
/// - Before one that has stood at a crosswalk without a signal for 15 s, or for 6 s in a junction,
///   nobody sets out for the next 10 s.
/// - Nobody walks up to the kerb before a long vehicle that turns there, or has waited there for so
///   long, and who stands there steps back: its front or its side swings over it.
/// - Who stands makes room, by steps back or aside: beside long vehicles, whose tails swing out
///   when they turn, before the fronts of slow ones, and for those who have been stuck for longer
///   than itself, those on the road first (by ranks that are handed on, as in PIBT: Okumura,
///   Machida, Défago, Tamura, Artificial Intelligence 310, 2022). Nobody goes aside onto the road.
/// - Who has been stuck on the road for 6 s, right before a vehicle that stands, gives way to that
///   for 15 s, or until it has gone: it goes back out of its way, as far as drivers want. (Those
///   who keep the walker may be waiting for that driver: nobody else could begin.)
/// - Whatever is about to hit it within two seconds at constant speeds makes it run or freeze.
///
/// A jaywalker that is `hasty` minds no signal and does without the 3 s; a `blind` one does not
/// look, and reacts only at the last.
///
/// All decisions read the frozen view and the walker's own memory, so their order does not matter.
/// After the first ticks nothing is allocated.
public struct WalkerPolicy: TrafficPolicy {
  static let schema = ModuleSchema(
    "walker",
    "Walks among others (Moussaid 2011), waits at the kerb, crosses by signal or gap (HCM 2010).",
    parameters: [
      ParameterSchema(
        "speed", .number(default: 1.34, in: 0.1...4, dimension: .speed),
        "Mean of the desired speed."),
      ParameterSchema(
        "speed_deviation", .number(default: 0.26, in: 0...1, dimension: .speed),
        "Standard deviation of the desired speed, drawn for each; 0: all the same."),
      ParameterSchema(
        "jaywalk", .choice(default: "no", among: Walker.Jaywalk.allCases.map(\.rawValue)),
        "hasty: minds no signal and takes short gaps; blind: does not look before it crosses."),
      ParameterSchema(
        "gap_factor", .number(default: 1, in: 0...5, dimension: .none),
        "Its critical gap as a share of the Highway Capacity Manual's."),
      ParameterSchema(
        "start_up", .number(default: 3, in: 0...20, dimension: .time),
        "Part of the critical gap that is for looking and starting."),
      ParameterSchema(
        "look", .number(default: 0.5, in: 0...10, dimension: .time),
        "It must see for this long that it can go."),
      ParameterSchema(
        "react_within", .number(default: 2, in: 0...10, dimension: .time),
        "It reacts to what would hit it within this time."),
      ParameterSchema(
        "reaction", .choice(default: "auto", among: Walker.Reaction.allCases.map(\.rawValue)),
        "How: auto: it runs if that is enough or it stands in the way, else it freezes."),
      ParameterSchema(
        "start_delay", .number(default: 0, in: 0...100_000, dimension: .time),
        "It stands this long before it starts."),
      ParameterSchema(
        "at_end", .choice(default: "leave", among: ["leave", "stop"]),
        "What it does at the end of its way."),
    ])

  static let speedPurpose = RandomPurpose("walker.speed")
  static let sidePurpose = RandomPurpose("walker.side")

  let setups: [TrafficAgentSetup]
  var walkers: [Walker]
  var tables = WalkTables()
  var gates = GateWatch()
  var bodies = BodyColumns()
  /// Vehicles about the walker that is being looked at, and how many of them stand, which come
  /// first.
  var blocks: [Block] = []
  var stillBlocks = 0
  /// Place of each walker among the bodies, and rank of each body: for how long it has been stuck.
  var bodyOfWalker: [Int32] = []
  var ranks: [Int32] = []
  /// What each body handed on in the last tick, and does in this one.
  var handedOn: [Pressure] = []
  var handingOn: [Pressure] = []
  /// The tables have been made, in the first tick.
  private var isPrepared = false

  init(_ setup: TrafficSetup) {
    setups = setup.agents
    walkers = setup.agents.map { Walker($0, setup.clock) }
  }

  /// Writes accelerations along the paths, m/s^2, and lateral rates, m/s.
  ///
  /// - Throws: a row is none of the policy's, or an agent runs on no path.
  public mutating func decide(
    _ agents: [Int], _ view: WorldView, into commands: inout CommandBuffer, in context: TickContext
  ) throws(StageFailure) {
    if !isPrepared {
      try prepare(view, context.random)
      isPrepared = true
    }
    gates.look(tables, view)
    bodies.look(view)
    notePressing(view)
    var index = 0
    for row in agents {
      while index < walkers.count && walkers[index].row < row { index += 1 }
      guard index < walkers.count, walkers[index].row == row else {
        throw StageFailure(.decide, "walker: row \(row) is none of the policy's")
      }
      guard view.agents.present[row] != 0 else { continue }
      let step = walk(index, view)
      commands.acceleration[row] = step.acceleration
      commands.lateralRate[row] = step.lateralRate
      if step.stepsBack { commands.present[row] = CommandBuffer.stepsBack }
    }
  }

  private mutating func prepare(_ view: WorldView, _ random: CounterRandom) throws(StageFailure) {
    var builder = WalkTablesBuilder(view.map)
    for i in walkers.indices {
      let row = walkers[i].row
      let path = Int(view.agents.path[row])
      guard view.paths.indices.contains(path) else {
        throw StageFailure(.decide, "walker: agent '\(view.agents.ids[row])' runs on no path")
      }
      builder.add(view.paths[path], path: path, setups[i].route)
      let stream = walkers[i].stream
      // Within two and a half deviations: nobody stands or runs by chance.
      let mean = walkers[i].mean
      let drawn = random.normal(
        WalkerPolicy.speedPurpose, mean: mean, deviation: walkers[i].deviation, stream: stream,
        tick: 0)
      let spread = 2.5 * walkers[i].deviation
      let limit = view.agents.classes[row].limits.maxSpeed
      walkers[i].desired = min(max(drawn, mean - spread, 0.3 * mean), mean + spread, limit)
      walkers[i].hurry = min(max(1.6 * walkers[i].desired, 2.2), limit)
      // People keep to their right, so that others pass on the left.
      let side = random.uniform(
        WalkerPolicy.sidePurpose, in: -0.8 ... -0.4, stream: stream, tick: 0)
      walkers[i].side = view.map.drivingSide == .right ? side : -side
    }
    builder.addApproaches()
    tables = builder.tables
    for i in walkers.indices {
      walkers[i].crossing = tables.ways[i].crossings.lowerBound
      walkers[i].kink = tables.ways[i].kinks.lowerBound
      // A path of its own is meant as it is drawn.
      if !tables.ways[i].isOnWalks { walkers[i].side = view.agents.lateralOffset[walkers[i].row] }
    }
    blocks.reserveCapacity(64)
    gates.prepare(view, gates: tables.gates.count)
    bodies.prepare(view, vehicles: gates.rows)
    preparePressing()
  }
}
