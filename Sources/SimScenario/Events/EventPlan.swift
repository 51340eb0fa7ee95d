public import SimCore
public import SimGeometry
public import SimMap

/// The events of an episode with every name resolved: agents are rows of `Scenario.agents`, times
/// are ticks, lanes and signals are indices of the map.
public struct EventPlan: Sendable {
  /// In file order.
  public var events: [ScriptedEvent]
  /// Numbers of the events in the order in which they are looked at: after those that they wait
  /// for, otherwise in file order.
  public var order: [Int]
  /// The lanes along each path from which agents may be sent to lanes beside.
  public var lanes: [ScriptedLane]

  /// A plan of checked events; without arguments, nothing happens.
  public init(events: [ScriptedEvent] = [], order: [Int] = [], lanes: [ScriptedLane] = []) {
    self.events = events
    self.order = order
    self.lanes = lanes
  }

  /// There are no events.
  public var isEmpty: Bool { events.isEmpty }

  /// Changes of policy, for whoever makes the policies: each with its instance, see
  /// `ScriptedAction.Verb.changePolicy`.
  public var policyChanges: [(row: Int, choice: ModuleChoice, instance: Int)] {
    var changes: [(row: Int, choice: ModuleChoice, instance: Int)] = []
    for action in actions {
      if case .changePolicy(let choice, let instance) = action.verb, let row = action.agent {
        let isKnown = changes.contains {
          $0.row == row && $0.instance == instance && $0.choice.name == choice.name
        }
        if !isKnown { changes.append((row, choice, instance)) }
      }
    }
    return changes
  }

  /// Rows under a policy whose path, acceleration or policy events may decide, ascending.
  public var scriptedRows: [Int] {
    Set(actions.compactMap(\.agent)).sorted()
  }

  private var actions: [ScriptedAction] { events.flatMap { $0.steps.flatMap { $0 } } }
}

/// A condition and what is done once it holds.
public struct ScriptedEvent: Sendable {
  /// When a condition counts.
  public enum Edge: String, Hashable, Sendable, CaseIterable {
    /// In every tick in which it holds.
    case level
    /// In a tick in which it holds, not having held in the one before.
    case rising
    /// In a tick in which it does not hold, having held in the one before.
    case falling
  }

  /// Unique in the file.
  public var id: String
  /// What must hold.
  public var trigger: EventTrigger
  /// Which ticks of its holding count.
  public var edge: Edge
  /// Ticks from when the condition counts until the event is.
  public var delay: Int
  /// How often it may be.
  public var times: Int
  /// What is done: one step after the other, the actions of a step side by side.
  public var steps: [[ScriptedAction]]
  /// As it is written, on one line.
  public var text: String

  /// An event of checked parts.
  public init(
    id: String, trigger: EventTrigger, edge: Edge, delay: Int, times: Int,
    steps: [[ScriptedAction]], text: String
  ) {
    self.id = id
    self.trigger = trigger
    self.edge = edge
    self.delay = delay
    self.times = times
    self.steps = steps
    self.text = text
  }
}

/// Conditions and how they are joined.
public indirect enum EventTrigger: Sendable {
  /// Every one of these holds in the same tick.
  case all([EventTrigger])
  /// At least one of these holds.
  case any([EventTrigger])
  /// A single condition.
  case condition(EventCondition)
}

/// A bound on a quantity; both ends must be kept.
public struct EventBound: Hashable, Sendable {
  /// The quantity is less than this; nil: no matter.
  public var below: Double?
  /// The quantity is more than this; nil: no matter.
  public var above: Double?

  /// A bound in the unit of the quantity; nil leaves that end open.
  public init(below: Double? = nil, above: Double? = nil) {
    self.below = below
    self.above = above
  }

  /// A value keeps the bound.
  public func holds(_ value: Double) -> Bool {
    if let below, !(value < below) { return false }
    if let above, !(value > above) { return false }
    return true
  }
}

/// Something that holds in a tick or does not. What is said of an agent that is not in the world
/// does not hold.
public enum EventCondition: Sendable {
  /// From this tick on.
  case time(tick: Int)
  /// The box centre is on this lane at or past an arc length, or on a lane that it leads to.
  case onLane(agent: Int, lane: Int, arcLength: Double)
  /// The box centre is no farther from a point, metres.
  case near(agent: Int, point: Vector2, radius: Double)
  /// Box to box, metres.
  case distance(Int, Int, EventBound)
  /// From the front of the one behind to the rear of the one ahead along the way of the former, at
  /// its speed, seconds.
  case timeGap(Int, Int, EventBound)
  /// Time until the boxes touch if both keep their velocities, seconds.
  case timeToCollision(Int, Int, EventBound)
  /// m/s.
  case speed(agent: Int, EventBound)
  /// It has stood for as many ticks; `slot` numbers the conditions of this kind.
  case stands(agent: Int, ticks: Int, slot: Int)
  /// A signal shows one of these colours.
  case signal(Int, [SignalColour])
  /// The event of this number has been.
  case after(event: Int)
  /// The event of this number has been, and all its actions have come to their ends.
  case ended(event: Int)
}

/// One thing that is done to one agent or signal.
public struct ScriptedAction: Sendable {
  /// What is done.
  public enum Verb: Sendable {
    /// Along a profile of speeds, then on at the last of them.
    case speed(SpeedScript)
    /// Braking at a constant deceleration, m/s^2, until it stands, and standing.
    case brake(Double)
    /// To a halt at a deceleration, m/s^2, and standing for some ticks.
    case stop(deceleration: Double, ticks: Int)
    /// To a halt until another agent moves away from it.
    case stopFor(row: Int, deceleration: Double)
    /// Over to the lane beside; `ticks` is how long it takes.
    case changeLane(toLeft: Bool, ticks: Int)
    /// To an offset from the middle of its path, metres to the left.
    case offset(Double, ticks: Int)
    /// Along a path of the scenario at a speed (nil: the one it has); at its end it stops or is
    /// gone.
    case follow(path: Int, speed: Double?, stops: Bool)
    /// In front of another agent with a time gap, seconds, and over to its lane.
    case cutIn(row: Int, gap: Double, ticks: Int)
    /// Without regard to signals, signs and rights of way.
    case runRed
    /// Under another policy from now on. The first choice of a policy for an agent is instance 0,
    /// another choice of the same policy (with other parameters) is instance 1, and so on.
    case changePolicy(ModuleChoice, instance: Int)
    /// Into the world, at the place of its spec.
    case appear
    /// Out of the world.
    case disappear
    /// A signal shows a colour instead of its programme's.
    case show(signal: Int, SignalColour)
  }

  /// Row of the agent; nil if it is done to a signal.
  public var agent: Int?
  /// What is done to it.
  public var verb: Verb
  /// Ticks from the start of its step until it begins.
  public var after: Int
  /// Ticks that it lasts; nil: until it is done, and what it leaves behind until something else
  /// takes its place.
  public var lasts: Int?
  /// The word of the file, e.g. `brake`.
  public var word: String

  /// An action of checked parts, in ticks.
  public init(agent: Int?, verb: Verb, after: Int, lasts: Int?, word: String) {
    self.agent = agent
    self.verb = verb
    self.after = after
    self.lasts = lasts
    self.word = word
  }
}

/// Speeds over time.
public enum SpeedScript: Sendable {
  /// To a speed, m/s, at a rate, m/s^2, positive.
  case towards(Double, rate: Double)
  /// To a speed, m/s, in a number of ticks, evenly.
  case within(Double, ticks: Int)
  /// Through points of time since the start, seconds, and speed, m/s; straight between them.
  case profile([(time: Double, speed: Double)])
}

/// A stretch of a path that lies on a lane, and the paths on the lanes beside.
public struct ScriptedLane: Hashable, Sendable {
  /// Index in `Scenario.paths`.
  public var path: Int
  /// Where the lane begins along the path, metres.
  public var start: Double
  /// Where the lane ends along the path, metres; not part of the stretch.
  public var end: Double
  /// The path along the lane to the left; nil: there is none.
  public var left: Int?
  /// The path along the lane to the right; nil: there is none.
  public var right: Int?

  /// A stretch of a path, metres, with the paths beside it.
  public init(path: Int, start: Double, end: Double, left: Int?, right: Int?) {
    self.path = path
    self.start = start
    self.end = end
    self.left = left
    self.right = right
  }
}
