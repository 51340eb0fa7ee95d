import SimCore
import SimScenario
import SimWorld

// An event that has its agent change lanes in front of somebody once the time gap between them is
// below a bound is meant to come about: a driver who can choose lanes, and would draw away, drops
// back for it.
extension EventDirector {
  /// A gap that an agent brings about.
  struct SoughtGap: Sendable {
    var event: Int
    /// The agent, who is ahead, and the one before whom it is to go.
    var row: Int
    var other: Int
    /// Seconds.
    var bound: Double
  }

  /// How a gap is brought about.
  private enum Seeking {
    /// Slower than the other by this, m/s.
    static let closing = 1.5
    /// Softly, m/s^2.
    static let braking = 2.0
    /// From gaps that are at most longer by this, seconds.
    static let reach = 3.0
    /// Before somebody slower it is not done, m/s.
    static let least = 5.0
  }

  /// The gaps of a plan: those of events that begin with a lane change or a cut-in of one of the
  /// two whom the gap is between.
  static func soughtGaps(of scenario: Scenario) -> [SoughtGap] {
    var gaps: [SoughtGap] = []
    for (number, event) in scenario.events.events.enumerated() {
      for (a, b, bound) in gapBounds(of: event.trigger) {
        for action in event.steps.first ?? [] where action.after == 0 {
          guard let row = action.agent, row == a || row == b,
            scenario.agents[row].spec.motion == .path,
            case .policy(let policy) = scenario.agents[row].driver, policy.knowsLanes
          else { continue }
          switch action.verb {
          case .changeLane, .cutIn:
            gaps.append(
              SoughtGap(event: number, row: row, other: row == a ? b : a, bound: bound))
          default: break
          }
        }
      }
    }
    return gaps
  }

  /// Bounds from above on time gaps that a condition needs.
  private static func gapBounds(of trigger: EventTrigger) -> [(Int, Int, Double)] {
    switch trigger {
    case .all(let parts): parts.flatMap { gapBounds(of: $0) }
    case .condition(.timeGap(let a, let b, let bound)): bound.below.map { [(a, b, $0)] } ?? []
    case .any, .condition: []
    }
  }

  /// Has those drop back who are ahead of the one before whom they are to go.
  func seekGaps(_ view: WorldView, _ commands: inout CommandBuffer) {
    for gap in sought {
      guard case .waiting = states[gap.event].phase, along[gap.row] < 0, isThere(gap.row, view),
        isThere(gap.other, view)
      else { continue }
      let pace = view.agents.speed[gap.other]
      let speed = view.agents.speed[gap.row]
      let ahead = lead(of: gap.row, over: gap.other, view).gap
      // The gap closes by itself, or is too wide for anybody to think of it.
      guard pace > Seeking.least, ahead > 0, speed > pace - 0.5 * Seeking.closing,
        ahead / pace > gap.bound, ahead / pace < gap.bound + Seeking.reach
      else { continue }
      let wish = max(pace - Seeking.closing - speed, -Seeking.braking)
      commands.acceleration[gap.row] = min(commands.acceleration[gap.row], wish)
    }
  }
}
