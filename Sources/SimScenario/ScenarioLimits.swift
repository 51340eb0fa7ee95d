/// What a scenario may at most ask for. The bounds keep a typing error (`duration: 20000`) from
/// running for hours, and a sweep from filling the memory.
public enum ScenarioLimits {
  /// Length of a tick, seconds.
  public static let step = 0.001...1.0
  /// Length of an episode, seconds.
  public static let duration = 0.001...3600.0
  /// Steps of an episode.
  public static let ticks = 100_000
  /// Agents of an episode, egos, fleets and flows included.
  public static let agents = 20_000
  /// Vehicles that a flow brings in an hour.
  public static let flowRate = 100_000.0
  /// Time for which flows run before tick 0, seconds.
  public static let warmUp = 3600.0
  /// Egos of an episode.
  public static let egos = 64
  /// Episodes that a sweep (with its seeds) makes of one file.
  public static let cells = 10_000
  /// Events of an episode.
  public static let events = 200
  /// Actions of all events of an episode.
  public static let eventActions = 1_000
  /// Points of a speed profile.
  public static let profilePoints = 200
  /// Coordinates and arc lengths, metres either way.
  public static let coordinate = 1_000_000.0
  /// Speeds, m/s.
  public static let speed = 0.0...150.0
  /// Length of an agent, metres.
  public static let length = 0.05...60.0
  /// Width of an agent, metres.
  public static let width = 0.05...20.0
  /// Roads of a map drawn in the scenario.
  public static let roads = 200
  /// Pieces of one road's course.
  public static let roadPieces = 100
  /// Length of one road, metres.
  public static let roadLength = 20_000.0
  /// Length of an id or name, bytes.
  public static let nameBytes = 200
}
