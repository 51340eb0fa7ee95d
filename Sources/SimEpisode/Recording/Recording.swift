public import SimScenario

/// One stored episode: all that is needed to score, show and replay it without its scenario file
/// and without any module.
///
/// A file is laid out as follows; numbers are little-endian, see `ByteWriter`.
///
///     magic      8 bytes: 89 'P' 'G' 'E' 0D 0A 1A 0A (catches damage by text-mode transfer)
///     version    u32
///     sections   u32: how many follow
///     section    tag (4 ASCII bytes), length u64, CRC-32 of tag, length and payload, payload
///
/// Sections of unknown tag are skipped, so that a later program may add some without a new version.
/// Reading is bit-exact: a re-scored recording gives the bits that the episode gave.
public struct Recording: Sendable {
  /// Where an episode came from and what was asked of it.
  public struct Origin: Hashable, Sendable {
    /// Version of the program that ran it.
    public var program: String
    /// Path of the scenario, relative to the PATH given.
    public var path: String
    /// Those of the scenario, in the order of the file.
    public var tags: [String]
    /// `as-written`, `replay` or `reactive`.
    public var traffic: String
    /// Metric profile that it was scored by.
    public var profile: String
    /// Those of the scenario, so that a re-scored recording is checked too.
    public var expectations: [Expectation]

    /// The origin of an episode.
    public init(
      program: String, path: String, tags: [String] = [], traffic: String, profile: String,
      expectations: [Expectation] = []
    ) {
      self.program = program
      self.path = path
      self.tags = tags
      self.traffic = traffic
      self.profile = profile
      self.expectations = expectations
    }
  }

  /// Version of the format that this program writes, and the newest that it reads.
  /// Version 1 stored maps, motion and perceived tracks in full; it is still read.
  public static let version: UInt32 = 2

  /// The file name's ending, without the dot.
  public static let fileExtension = "episode"

  /// Where the episode came from and what was asked of it.
  public var origin: Origin
  /// What happened.
  public var episode: Episode

  /// The recording of an episode.
  public init(origin: Origin, episode: Episode) {
    self.origin = origin
    self.episode = episode
  }

  /// Marks of the sections, in file order.
  enum Tag: String, CaseIterable {
    case head = "HEAD"
    case map = "MAPG"
    case egos = "EGOS"
    case goals = "GOAL"
    case history = "HIST"
    case drives = "DRIV"
    case plans = "PLAN"
    case forecasts = "FCST"
    case tracks = "TRCK"
    case indicators = "INDI"
    case trackLights = "TLIT"
    case choices = "CHOI"
    case attention = "ATTN"
    case signals = "SIGN"
    case events = "EVNT"
    case hashes = "HASH"

    /// Episodes recorded for their score alone have no plans, forecasts and tracks, those of
    /// earlier programs no goals, those in which nobody shows a light no lights, and those that
    /// nobody watched neither choices nor attention.
    var isOptional: Bool {
      switch self {
      case .plans, .forecasts, .tracks, .goals, .indicators, .trackLights, .choices, .attention:
        true
      case .head, .map, .egos, .history, .drives, .signals, .events, .hashes: false
      }
    }
  }

  static let magic: [UInt8] = [0x89, 0x50, 0x47, 0x45, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Bounds on what a file may claim, so that a damaged one cannot exhaust memory.
  enum Limit {
    static let ticks = 1 << 20
    /// Agents times ticks.
    static let entries = 1 << 25
    /// Egos times ticks.
    static let egoTicks = 1 << 22
    /// Points of all plans, of all forecasts, of all proposals, or stretches of all attention, of
    /// one ego.
    static let points = 1 << 24
    /// Largest coordinate and length of a box, metres, and heading, radians: what fits an integer.
    /// (Scenarios may be absurd within it.)
    static let magnitude = 1e18
    /// Longest step of a clock or a forecast, microseconds: an hour.
    static let step: Int64 = 3_600_000_000
    /// Greatest time before or after the start, microseconds: sums of some stay integers.
    static let time: Int64 = 1 << 60
  }
}
