import SimCore

/// One measurement: the fields of the peers' rows where they apply.
public struct BenchRow: Sendable {
  /// Name of the load.
  public var load: String
  /// Agents.
  public var n: Int
  /// Steps of one repetition.
  public var steps: Int
  /// Agents times steps a wall second, of the fastest repetition.
  public var agentStepsPerSecond: Double?
  /// The same a second of this process's CPU time.
  public var agentStepsPerCPUSecond: Double?
  /// Wall time of a step, of the fastest repetition.
  public var millisecondsPerTick: Double?
  /// Wall time of an episode (load `metrics`: of its scoring), of the fastest repetition.
  public var millisecondsPerEpisode: Double?
  /// Episodes a wall second, from text to score, of the fastest repetition.
  public var scenesPerSecond: Double?
  /// Mean speed at the end, m/s.
  public var meanSpeed: Double?
  /// Lane changes per kilometre of road and hour.
  public var laneChanges: Double?
  /// Score of the episode, in [0, 1]; nil where none is scored.
  public var score: Double?
  /// State hash at the end, as results write it; the same on any machine.
  public var hash: String
  /// Half the range of the repetitions over their median.
  public var spread: Double
  /// Most memory that the process ever held, MiB.
  public var peakMiB = Machine.peakMiB
  /// Memory that a load's own work holds at once, MiB; nil where it is not measured.
  public var workMiB: Double?
  /// Start of the program to the end of its first tick, seconds.
  public var startupSeconds: Double?
  /// Load average of the last minute.
  public var load1 = Machine.loadAverage

  /// One JSON object.
  public var json: String {
    let fields: [(String, JSONText.Value)] = [
      ("sim", .text("provingground")), ("version", .text(ProgramVersion.current)),
      ("load", .text(load)), ("n", .integer(n)), ("steps", .integer(steps)),
    ]
    let numbers: [(String, Double?)] = [
      ("agent_steps_s", agentStepsPerSecond), ("cpu_agent_steps_s", agentStepsPerCPUSecond),
      ("ms_tick", millisecondsPerTick), ("ms_episode", millisecondsPerEpisode),
      ("scenes_s", scenesPerSecond), ("vmean", meanSpeed),
      ("lane_changes_km_h", laneChanges), ("score", score),
      ("startup_s", startupSeconds), ("work_mib", workMiB), ("spread", spread),
      ("peak_mib", peakMiB), ("load1", load1),
    ]
    return JSONText.text(
      .object(
        fields + numbers.compactMap { name, value in value.map { (name, .number($0)) } }
          + [("hash", .text(hash))]))
  }

  /// Rows as a table.
  public static func table(_ rows: [BenchRow]) -> String {
    var table = TextTable([
      ("load", .left), ("n", .right), ("steps", .right), ("Magent-steps/s", .right),
      ("ms/tick", .right), ("ms/episode", .right), ("scenes/s", .right), ("vmean", .right),
      ("changes/km/h", .right), ("spread", .right), ("peak MiB", .right), ("work MiB", .right),
      ("start-up ms", .right), ("hash", .left),
    ])
    func text(_ value: Double?, _ decimals: Int) -> String { value?.fixed(decimals) ?? "" }
    for row in rows {
      table.add([
        row.load, String(row.n), String(row.steps),
        text(row.agentStepsPerSecond.map { $0 / 1e6 }, 2), text(row.millisecondsPerTick, 4),
        text(row.millisecondsPerEpisode, 3), text(row.scenesPerSecond, 1),
        text(row.meanSpeed, 3), text(row.laneChanges, 0), text(row.spread, 3), text(row.peakMiB, 1),
        text(row.workMiB, 3), text(row.startupSeconds.map { $0 * 1000 }, 1), row.hash,
      ])
    }
    return table.text
  }
}
