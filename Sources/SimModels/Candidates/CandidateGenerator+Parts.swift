public import SimGeometry

// What a generator is told, and what it says of a candidate.
extension CandidateGenerator {
  /// Constants; the defaults are the official planner's.
  public struct Parameters: Hashable, Sendable {
    /// Desired speeds as shares of the limit.
    public var speedFractions = [0.2, 0.4, 0.6, 0.8, 1.0]
    /// Gap at standstill, metres.
    public var minGap = 1.0
    /// s.
    public var headway = 1.5
    /// Greatest acceleration, m/s^2.
    public var acceleration = 1.5
    /// Comfortable deceleration, m/s^2.
    public var deceleration = 3.0
    /// Braking that is always at hand, m/s^2: harder only where more is needed to stay behind a
    /// leader. Not used with compat.
    public var gentle = 2.0
    /// How fast acceleration changes where comfortable braking suffices, m/s^3; not used with
    /// compat.
    public var jerk = 2.5
    /// Hardest braking where the comfortable one does not suffice, m/s^2; not used with compat.
    public var emergency = 6.0
    /// How late the tracker follows a plan, s: gaps are taken for shorter by what is closed in that
    /// time. (A leader that brakes is foreseen to go on; without this the ego rolls into it at
    /// walking pace.) Not used with compat.
    public var lag = 0.7
    /// Time between steps, s.
    public var step = 0.1
    /// Steps that are scored.
    public var steps = 40
    /// Steps of a whole plan.
    public var extendedSteps = 80
    /// To the letter, with what the official planner does at the first step, with what an earlier
    /// policy leaves in the record of the leader, with corridors of vertices only.
    public var compat = false

    /// The defaults.
    public init() {}
  }

  /// An area that must not be entered, at all times.
  public struct Barrier: Sendable {
    /// World frame.
    public var area: Polygon
    /// It is left alone: the ego is inside.
    public var isIgnored: Bool

    /// An area.
    public init(area: Polygon, isIgnored: Bool) {
      self.area = area
      self.isIgnored = isIgnored
    }
  }

  /// What the candidates have to heed beside obstacles.
  public struct Rules: Sendable {
    /// Desired speed of the fastest policy over arc length: one value every `spacing` metres.
    public var speeds: [Double]
    /// Metres; infinite: the first value holds everywhere.
    public var spacing: Double
    /// Arc lengths of the centreline at which to stop, ascending.
    public var stops: [Double] = []
    /// Areas not to be entered.
    public var barriers: [Barrier] = []
    /// Not used with compat.
    public var pace = Pace()

    /// Desired speeds, with nothing else to heed.
    public init(speeds: [Double], spacing: Double = .infinity) {
      self.speeds = speeds
      self.spacing = spacing
    }

    /// Desired speed at an arc length, m/s.
    public func speed(at s: Double) -> Double {
      guard spacing.isFinite, speeds.count > 1 else { return speeds[0] }
      let position = min(max(s / spacing, 0), Double(speeds.count - 1))
      let k = min(Int(position), speeds.count - 2)
      return speeds[k] + (speeds[k + 1] - speeds[k]) * (position - Double(k))
    }
  }

  /// How an appointment at the goal changes the way of driving.
  public struct Pace: Hashable, Sendable {
    /// No faster than this, m/s: who would be too early.
    public var speedLimit = Double.infinity
    /// Greatest acceleration of who is late, m/s^2; nil: as always.
    public var acceleration: Double?
    /// Change of the acceleration of who is late, m/s^3; nil: as always.
    public var jerk: Double?
    /// Time headway of who is late, s; nil: as always.
    public var headway: Double?

    /// No appointment.
    public init() {}
  }

  /// Whom a candidate follows at a step.
  public struct Leader: Hashable, Sendable {
    /// Arc length up to which there is room, metres.
    public var progress = 0.0
    /// Along the candidate's heading, m/s.
    public var speed = 0.0
    /// How hard it is foreseen to brake, m/s^2, not negative; 0 with compat.
    public var braking = 0.0
    /// To be kept free before `progress`, metres.
    public var rear = 0.0
    /// Place of the obstacle in the forecast; -1: none; -2 and below: barrier 0 and on.
    public var obstacle = -1

    /// The defaults.
    public init() {}
  }
}
