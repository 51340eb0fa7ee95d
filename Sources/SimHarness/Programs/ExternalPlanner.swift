import SimCore
import SimStack

/// A planner that is a program beside this one, in Python or any other language.
///
/// The program gets the map once an episode and the scene each tick, as lines of JSON, and answers
/// with a plan (`PlannerProtocol`). What it does wrong, and when it takes too long or ends, is an
/// outcome of the episode; the next one gets a new program. Its memory is its own: a copy of this
/// planner is no snapshot of it.
struct ExternalPlanner: Planner {
  static let entry = CatalogEntry<DrivingSetup, any Planner>(schema) {
    (values, setup) throws(StageFailure) in try ExternalPlanner(values, setup)
  }

  static let schema = ModuleSchema(
    "external",
    "A program beside this one that answers each scene with a plan; see assets/python.",
    parameters: [
      ParameterSchema(
        "command", .command(default: ""),
        "Program and arguments, e.g. [python3, my_planner.py]; relative to where simrun runs."),
      ParameterSchema(
        "timeout", .number(default: 10, in: 0.01...3600, dimension: .time),
        "Longest time for a plan, by the clock on the wall."),
      ParameterSchema(
        "start_timeout", .number(default: 60, in: 0.01...3600, dimension: .time),
        "Longest time to start, and to get ready for an episode."),
      ParameterSchema(
        "restart", .choice(default: "failure", among: ["failure", "episode"]),
        "When a new program is started: after it has failed, or for each episode."),
      ParameterSchema(
        "stderr", .choice(default: "keep", among: ["keep", "show"]),
        "Its standard error: kept for messages about failures, or shown as well."),
    ])

  private let session: PlannerSession

  init(_ parameters: ParameterValues, _ setup: DrivingSetup) throws(StageFailure) {
    let command = CommandWords.split(parameters.text("command"))
    guard !command.isEmpty else {
      throw StageFailure(
        .plan, "planner 'external' needs a command, e.g. {external: {command: [python3, my.py]}}")
    }
    do {
      session = try PlannerSession(
        command, setup, timeout: parameters.number("timeout"),
        startTimeout: parameters.number("start_timeout"),
        isForOneEpisode: parameters.text("restart") == "episode",
        showsErrors: parameters.text("stderr") == "show")
    } catch {
      throw StageFailure(.plan, error.reason)
    }
  }

  /// Only if the program wants forecasts.
  var readsForecast: Bool { session.wantsForecasts }

  /// What the program answers.
  mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    do {
      return try session.plan(scene, forecast, in: context)
    } catch {
      throw StageFailure(.plan, error.reason)
    }
  }
}
