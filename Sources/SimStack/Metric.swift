public import SimCore

/// How a metric enters a profile's score.
public enum MetricRole: Hashable, Sendable {
  /// The score is multiplied by its value.
  case multiplier
  /// It enters the weighted mean with this weight.
  case weighted(Double)
  /// It is reported and not scored.
  case statistic
}

/// One stretch of time in which a metric's bound was broken.
public struct MetricViolation: Hashable, Sendable {
  /// First tick, included.
  public var firstTick: Int
  /// Last tick, included.
  public var lastTick: Int
  /// Row of the other agent; nil if none is involved.
  public var agent: Int?
  /// The worst value in it, in the metric's unit.
  public var extremum: Double
  /// What happened, e.g. `active_front collision with lead`.
  public var reason: String

  /// A violation from one tick to another, both included.
  public init(firstTick: Int, lastTick: Int, agent: Int? = nil, extremum: Double, reason: String) {
    self.firstTick = firstTick
    self.lastTick = lastTick
    self.agent = agent
    self.extremum = extremum
    self.reason = reason
  }
}

/// What a metric found in one ego's drive.
public struct MetricResult: Equatable, Sendable {
  /// The metric's name in its catalog.
  public var name: String
  /// In [0, 1] for scored metrics; nil if it has no value here (too few samples, no reference).
  public var value: Double?
  /// Unit of `series` and of the violations' extrema.
  public var unit: Dimension
  /// One number per tick (NaN where undefined); empty if the metric has no series.
  public var series: [Double]
  /// Further numbers by name, in a fixed order.
  public var statistics: [(name: String, value: Double)]
  /// In order of time.
  public var violations: [MetricViolation]
  /// What is worth jumping to, in order of time.
  public var events: [EpisodeEvent]

  /// A result; without series, statistics, violations and events unless they are given.
  public init(
    name: String, value: Double?, unit: Dimension = .none, series: [Double] = [],
    statistics: [(name: String, value: Double)] = [], violations: [MetricViolation] = [],
    events: [EpisodeEvent] = []
  ) {
    self.name = name
    self.value = value
    self.unit = unit
    self.series = series
    self.statistics = statistics
    self.violations = violations
    self.events = events
  }

  public static func == (a: MetricResult, b: MetricResult) -> Bool {
    a.name == b.name && a.value == b.value && a.unit == b.unit && a.series == b.series
      && a.statistics.elementsEqual(b.statistics) { $0.name == $1.name && $0.value == $1.value }
      && a.violations == b.violations && a.events == b.events
  }
}
