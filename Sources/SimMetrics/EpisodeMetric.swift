public import SimCore
public import SimStack

/// A measure of one ego's drive: a pure function of the derived signals.
public protocol EpisodeMetric: Sendable {
  /// Name, and what it is with its source.
  static var schema: ModuleSchema { get }

  /// What it finds in a drive.
  static func evaluate(_ signals: DerivedSignals) -> MetricResult
}

extension EpisodeMetric {
  /// The name that results carry.
  static var name: String { schema.name }
}
