import SimCore
import SimGeometry
import SimMap
import SimWorld

/// What an importer makes of a file of recorded traffic: the map, who moved how, and what there is
/// to solve. Episodes are made from it, whatever the format was.
struct ImportedRecording: Sendable {
  var map: LaneGraph
  /// One line that says what it is.
  var summary: String
  var tags: [String]
  /// In file order.
  var agents: [RecordedAgent]
  /// Tasks of the file; those that start at the same time make one episode with several egos.
  var problems: [RecordedProblem]
  /// What was ignored or repaired.
  var notes: [Diagnostic]

  func problems(startingAt microseconds: Int64) -> [RecordedProblem] {
    problems.filter { $0.startMicroseconds == microseconds }
  }
}

/// An agent of a recording: what it is, and how it moved.
struct RecordedAgent: Sendable {
  var id: String
  var agentClass: AgentClass
  var length: Double
  var width: Double
  /// It never moves; its motion has one entry.
  var isStatic: Bool
  /// It stands parked, whatever its class.
  var isParked: Bool
  /// Its motion was derived from a set-based prediction.
  var isSetBased: Bool
  var motion: RecordedMotion
  /// Where it stands in the file.
  var location: SourceLocation

  /// It moved in traffic and was recorded doing so.
  var isRecordedMover: Bool { !isStatic && !isSetBased && !agentClass.isObject }
}

/// A planning problem: where an ego starts, and where it is to go by when.
struct RecordedProblem: Sendable {
  var id: String
  /// Time of the recording at which it starts, microseconds.
  var startMicroseconds: Int64
  /// Box centre at the start.
  var centre: Pose2
  /// m/s, along the heading turned by the slip angle.
  var speed: Double
  var acceleration: Double
  var yawRate: Double
  var slipAngle: Double
  var goals: [RecordedGoal]
  var location: SourceLocation
}

/// A goal with its window in times of the recording.
struct RecordedGoal: Sendable {
  var regions: [Goal.Region]?
  /// First and last time, microseconds.
  var window: ClosedRange<Int64>
  var speed: ClosedRange<Double>?
  var heading: (lower: Double, width: Double)?

  /// The goal in ticks of an episode that starts at a time of the recording; a window without a
  /// tick becomes the tick nearest to its middle.
  func goal(_ clock: TickClock, from start: Int64) -> Goal {
    let step = clock.stepMicroseconds
    let lower = max(window.lowerBound - start, 0)
    let upper = max(window.upperBound - start, 0)
    var first = (lower + step - 1) / step
    var last = upper / step
    if first > last {
      first = ((lower + upper) / 2 + step / 2) / step
      last = first
    }
    return Goal(regions: regions, ticks: Int(first)...Int(last), speed: speed, heading: heading)
  }
}
