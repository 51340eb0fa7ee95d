import SimCore
import SimStack
import SimWorld

/// One walker: what it is like, and where it is on its way.
struct Walker: Sendable {
  /// Whether it keeps to the rules of the road.
  enum Jaywalk: String, Sendable, CaseIterable {
    case no, hasty, blind
  }

  /// What it does when something is about to hit it.
  enum Reaction: String, Sendable, CaseIterable {
    case auto, hurry, freeze, none
  }

  var row: Int
  var stream: UInt64
  /// m/s; below 0: to be drawn.
  var desired = -1.0
  var mean: Double
  var deviation: Double
  /// In a hurry, m/s.
  var hurry = 2.0
  var jaywalk: Jaywalk
  var reaction: Reaction
  /// It reacts to what would hit it within this time, s.
  var reactionTime: Double
  var gapFactor: Double
  /// s.
  var startUp: Double
  /// Ticks for which it must see that it can go.
  var looks: Int32
  var startTick: Int
  var stopsAtEnd: Bool
  /// Offset to the left at which it likes to walk, metres.
  var side = 0.0

  // Memory.
  /// Next crossing of its way, or the one that it is on.
  var crossing: Int32 = 0
  /// Next sharp turn of its way.
  var kink: Int32 = 0
  /// For how long it has seen that it can go, ticks.
  var seen: Int32 = 0
  /// For how long it has stood at the kerb, ticks.
  var waited: Int32 = 0
  /// For how long it has stood though it wanted to go on, ticks, since it came to a place some way
  /// before the farthest that it has reached; and that place, arc length of its path.
  var stuck: Int32 = 0
  var reached = -Double.infinity
  /// Until this tick it gives way on the road to somebody who waits for it.
  var givesWayUntil = 0
  /// The side to which it goes round what stands in its way, left positive, and since when, in
  /// turns of `stuck`; 0: none yet.
  var detourSide = 0.0
  var detourTurn: Int32 = 0
  /// Distance that it keeps between its centre and those of others, metres.
  var room = 0.95
  /// It is too near to a kerb over which a long vehicle is going to turn.
  var isTooNear = false
  /// It sets out across.
  var isGoing = false
  /// Of its offset, m/s.
  var lateralRate = 0.0

  init(_ agent: TrafficAgentSetup, _ clock: TickClock) {
    let values = agent.parameters
    row = agent.row
    stream = agent.stream
    mean = values.number("speed")
    deviation = values.number("speed_deviation")
    jaywalk = Jaywalk(rawValue: values.text("jaywalk")) ?? .no
    reaction = Reaction(rawValue: values.text("reaction")) ?? .auto
    reactionTime = values.number("react_within")
    gapFactor = values.number("gap_factor")
    startUp = values.number("start_up")
    looks = Int32(clock.ticks(values.number("look")))
    startTick = clock.ticks(values.number("start_delay"))
    stopsAtEnd = values.text("at_end") == "stop"
  }
}
