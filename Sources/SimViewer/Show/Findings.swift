/// What was found in an episode, ready to be shown: series, marks and scores. Whoever opens an
/// episode fills it in; all of it may be empty.
public struct Findings: Sendable {
  /// A number over the ticks.
  public struct Strip: Sendable {
    /// What it is, e.g. `speed`.
    public var name: String
    /// Its unit, e.g. `m/s`.
    public var unit: String
    /// One entry a tick; NaN where it has no value.
    public var values: [Double]
    /// What it should not fall below; nil: nothing.
    public var lower: Double?
    /// What it should not exceed; nil: nothing.
    public var upper: Double?
    /// Ticks in which a bound of its metric was broken, both ends included.
    public var broken: [ClosedRange<Int>]

    /// A strip; without bounds unless they are given.
    public init(
      name: String, unit: String, values: [Double], lower: Double? = nil, upper: Double? = nil,
      broken: [ClosedRange<Int>] = []
    ) {
      self.name = name
      self.unit = unit
      self.values = values
      self.lower = lower
      self.upper = upper
      self.broken = broken
    }
  }

  /// Something to jump to.
  public struct Mark: Hashable, Sendable {
    /// What sort of thing it is: decides its colour and letter.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// Two touched, or the ego left the road.
      case collision
      /// A red light or stop sign was passed.
      case signal
      /// A bound of comfort was broken.
      case comfort
      /// The planner failed or was late.
      case planner
      /// Any other bound was broken.
      case bound
      /// An event of the scenario, or a goal.
      case event
    }

    /// When it happened.
    public var tick: Int
    /// What sort of thing it is.
    public var kind: Kind
    /// One line.
    public var text: String

    /// Something that happened at a tick.
    public init(tick: Int, kind: Kind, text: String) {
      self.tick = tick
      self.kind = kind
      self.text = text
    }
  }

  /// A score with its factors, e.g. of the drive up to a tick.
  public struct Standing: Sendable {
    /// One factor.
    public struct Factor: Sendable {
      /// The metric's name.
      public var name: String
      /// In [0, 1]; nil: it has no value and does not count.
      public var value: Double?
      /// The score is multiplied by it; else it enters the weighted mean.
      public var isGate: Bool

      /// One metric's part in a score.
      public init(name: String, value: Double?, isGate: Bool) {
        self.name = name
        self.value = value
        self.isGate = isGate
      }
    }

    /// The tick at which the drive ended or would end; nil: its own last one.
    public var tick: Int?
    /// In [0, 1].
    public var score: Double
    /// The factor that made it 0; nil: none did.
    public var zeroedBy: String?
    /// One line.
    public var text: String
    /// In the order of results.
    public var factors: [Factor]

    /// A score with what made it.
    public init(score: Double, zeroedBy: String?, text: String, factors: [Factor]) {
      self.score = score
      self.zeroedBy = zeroedBy
      self.text = text
      self.factors = factors
    }
  }

  /// In the order in which they are shown.
  public var strips: [Strip] = []
  /// By tick.
  public var marks: [Mark] = []
  /// Of the whole drive; nil if it is not scored.
  public var final: Standing?
  /// How the episode ended, e.g. `completed`.
  public var outcome = ""
  /// The tick at which the worst happened.
  public var worstTick: Int?

  /// Nothing found yet.
  public init() {}
}
