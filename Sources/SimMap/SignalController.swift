/// Lets the traffic decide how long the signals of a junction are green: a fully actuated
/// controller with stop-line detectors, as NEMA TS 2 controllers work and the Signal Timing Manual
/// (NCHRP Report 812, 2015) describes it.
///
/// Its stages follow each other in order. A stage whose minimum green is over ends once another one
/// is called for, if nobody has been on its detectors for the passage time (gap-out), or if another
/// one has been called for all through the maximum green (max-out). Then come yellow and all red,
/// always, and the next stage in order that is called for: others are skipped. If no other stage is
/// called for it stays green. A stage is called for while somebody is on one of its detectors;
/// calls are not kept in memory.
///
/// What its signals show depends on who comes: no program foretells it (`Signal.phases` is empty).
/// How far it has got is part of the state of the world.
public struct SignalController: Sendable {
  /// Signals that are green together.
  public struct Stage: Sendable {
    /// Signals of vehicles that it makes green, then yellow.
    public var signals: [Int]
    /// Signals of walkers that are green from its beginning on for `walk`, then red.
    public var walkSignals: [Int]
    /// Places in `SignalController.detectors` of those that call for it and extend it.
    public var detectors: [Int]
    /// It is called for always: walkers have no buttons.
    public var isRecalled: Bool

    /// A stage by indices.
    public init(signals: [Int], walkSignals: [Int], detectors: [Int], isRecalled: Bool) {
      self.signals = signals
      self.walkSignals = walkSignals
      self.detectors = detectors
      self.isRecalled = isRecalled
    }
  }

  /// A stretch of a lane on which vehicles are noticed as long as any part of them is there.
  public struct Detector: Hashable, Sendable {
    /// Index of the lane.
    public var lane: Int
    /// Arc length of the lane at which it begins, metres.
    public var start: Double
    /// Arc length at which it ends, metres.
    public var end: Double

    /// A stretch of a lane, metres.
    public init(lane: Int, start: Double, end: Double) {
      self.lane = lane
      self.start = start
      self.end = end
    }
  }

  /// Times of all stages, microseconds.
  public struct Timing: Hashable, Sendable {
    /// Shortest green.
    public var leastGreen: Int64
    /// Longest green while another stage is called for.
    public var mostGreen: Int64
    /// Green goes on for this long after the last vehicle was on a detector.
    public var passage: Int64
    /// After each green.
    public var yellow: Int64
    /// After each yellow.
    public var allRed: Int64
    /// Green of walkers' signals, at most `leastGreen`; 0: they have none.
    public var walk: Int64

    /// Times in microseconds.
    public init(
      leastGreen: Int64, mostGreen: Int64, passage: Int64, yellow: Int64, allRed: Int64, walk: Int64
    ) {
      self.leastGreen = leastGreen
      self.mostGreen = mostGreen
      self.passage = passage
      self.yellow = yellow
      self.allRed = allRed
      self.walk = walk
    }
  }

  /// Unique in the map.
  public var id: String
  /// Of all stages.
  public var timing: Timing
  /// In the order in which they follow each other; the first one is green at the start.
  public var stages: [Stage]
  /// Of all stages.
  public var detectors: [Detector]

  /// A controller of a map's signals.
  public init(id: String, timing: Timing, stages: [Stage], detectors: [Detector]) {
    self.id = id
    self.timing = timing
    self.stages = stages
    self.detectors = detectors
  }
}

/// A traffic-actuated controller by the ids of its signals and lanes.
public struct SignalControllerDraft: Sendable {
  /// A stage by ids.
  public struct Stage: Sendable {
    /// Signals of vehicles.
    public var signals: [String]
    /// Signals of walkers.
    public var walkSignals: [String]
    /// Lanes with a detector before their stop line.
    public var lanes: [String]

    /// A stage of some signals.
    public init(signals: [String], walkSignals: [String] = [], lanes: [String]) {
      self.signals = signals
      self.walkSignals = walkSignals
      self.lanes = lanes
    }
  }

  /// Unique in the map.
  public var id: String
  /// Of all stages.
  public var timing: SignalController.Timing
  /// In the order in which they follow each other.
  public var stages: [Stage]
  /// Length of the detectors, metres: they end at the stop line.
  public var detectorLength: Double

  /// A controller of signals that are added to the same map.
  public init(
    _ id: String, timing: SignalController.Timing, stages: [Stage], detectorLength: Double
  ) {
    self.id = id
    self.timing = timing
    self.stages = stages
    self.detectorLength = detectorLength
  }
}
