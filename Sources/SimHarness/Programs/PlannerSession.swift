import SimCore
import SimGeometry
import SimStack
import SimWorld
import Synchronization

/// One episode with a planning program. When it is over the program goes back to those that wait,
/// unless it has failed.
final class PlannerSession: Sendable {
  private struct State {
    var program: PlannerProgram?
    var line = LineWriter()
    var hasBegun = false
  }

  /// The program wants forecasts.
  let wantsForecasts: Bool
  private let setup: DrivingSetup
  private let timeout: Double
  private let startTimeout: Double
  private let isForOneEpisode: Bool
  private let state: Mutex<State>

  /// Finds a program that waits, or starts one.
  init(
    _ command: [String], _ setup: DrivingSetup, timeout: Double, startTimeout: Double,
    isForOneEpisode: Bool, showsErrors: Bool
  ) throws(ProgramFailure) {
    self.setup = setup
    self.timeout = timeout
    self.startTimeout = startTimeout
    self.isForOneEpisode = isForOneEpisode
    let kept = isForOneEpisode ? nil : ProgramPool.shared.take(command)
    let ready: ReadyProgram
    if let kept {
      ready = kept
    } else {
      let program = try PlannerProgram(command, showsErrors: showsErrors)
      do {
        ready = try PlannerSession.greet(program, seconds: startTimeout)
      } catch {
        program.end()
        throw error
      }
    }
    wantsForecasts = ready.wantsForecasts
    state = Mutex(State(program: ready.program))
  }

  deinit {
    state.withLock { state in
      guard let program = state.program else { return }
      if isForOneEpisode {
        PlannerProgram.end([program])
      } else {
        ProgramPool.shared.give(
          ReadyProgram(program: program, wantsForecasts: wantsForecasts))
      }
    }
  }

  /// Says hello, once in a program's life.
  private static func greet(_ program: PlannerProgram, seconds: Double)
    throws(ProgramFailure) -> ReadyProgram
  {
    var line = LineWriter()
    line.hello()
    let answer = try ask(program, line, seconds: seconds)
    guard answer.kind == .hello, let version = answer.version else {
      throw ProgramFailure("the program answered \(answer.kind.rawValue) to hello")
    }
    guard version == PlannerProtocol.version else {
      throw ProgramFailure(
        "the program speaks version \(version) of the protocol, this one version "
          + "\(PlannerProtocol.version)")
    }
    return ReadyProgram(program: program, wantsForecasts: answer.wantsForecasts)
  }

  private static func ask(
    _ program: PlannerProgram, _ line: LineWriter, seconds: Double
  ) throws(ProgramFailure) -> PlannerAnswer {
    let answer = try program.ask(line.bytes, seconds: seconds)
    if answer.kind == .error {
      let message = answer.message?.printable ?? ""
      throw ProgramFailure(
        "the program failed: " + (message.isEmpty ? "it does not say why" : message),
        isInOrder: true)
    }
    return answer
  }

  /// Asks for the plan of a scene; the first time the program gets to know the episode before.
  func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(ProgramFailure) -> Trajectory
  {
    try state.withLock { (state) throws(ProgramFailure) -> Trajectory in
      guard let program = state.program else { throw ProgramFailure("the program has failed") }
      do throws(ProgramFailure) {
        if !state.hasBegun { try begin(program, context, &state) }
        state.line.clear()
        state.line.plan(scene, wantsForecasts ? forecast : nil, time: context.seconds)
        let answer = try PlannerSession.ask(program, state.line, seconds: timeout)
        guard answer.kind == .plan else {
          throw ProgramFailure("the program answered \(answer.kind.rawValue), not a plan")
        }
        guard answer.tick == scene.tick else {
          throw ProgramFailure(
            "the program answered a plan for tick \(answer.tick.map { "\($0)" } ?? "none"), "
              + "not for \(scene.tick)")
        }
        return try PlannerSession.trajectory(answer, scene)
      } catch {
        if !error.isInOrder {
          program.end()
          state.program = nil
        }
        throw error
      }
    }
  }

  private func begin(_ program: PlannerProgram, _ context: TickContext, _ state: inout State)
    throws(ProgramFailure)
  {
    // Whole numbers up to 2^53 are the same in every language.
    let seed = context.random.bits(.plannerProgram, stream: context.stream, tick: 0) >> 11
    state.line.clear()
    state.line.episode(setup, seed: Int(seed))
    let answer = try PlannerSession.ask(program, state.line, seconds: startTimeout)
    guard answer.kind == .ready else {
      throw ProgramFailure("the program answered \(answer.kind.rawValue), not that it is ready")
    }
    state.hasBegun = true
  }

  /// The plan of an answer.
  private static func trajectory(_ answer: PlannerAnswer, _ scene: Scene)
    throws(ProgramFailure) -> Trajectory
  {
    guard let numbers = answer.numbers else {
      throw ProgramFailure("the program answered a plan without a trajectory")
    }
    let now = scene.ego.timeMicroseconds
    let columns = max(answer.columns, 1)
    var points: [Trajectory.Point] = []
    points.reserveCapacity(numbers.count / columns + 1)
    for first in stride(from: 0, to: numbers.count, by: columns) {
      let microseconds = (numbers[first] * 1_000_000).rounded()
      guard microseconds >= 0, microseconds <= Double(Trajectory.longestMicroseconds) else {
        throw ProgramFailure(
          "the program answered point \(first / columns) at \(numbers[first]) s from now")
      }
      if points.isEmpty, microseconds > 0 {
        // It begins where the vehicle is.
        points.append(
          Trajectory.Point(
            timeMicroseconds: now, pose: scene.ego.pose, speed: scene.ego.velocity.x,
            acceleration: scene.ego.acceleration.x))
      }
      points.append(
        Trajectory.Point(
          timeMicroseconds: now + Int64(microseconds),
          pose: Pose2(x: numbers[first + 1], y: numbers[first + 2], heading: numbers[first + 3]),
          speed: numbers[first + 4], acceleration: columns > 5 ? numbers[first + 5] : 0))
    }
    let plan = Trajectory(points: points)
    if let defect = plan.defect { throw ProgramFailure("the program's plan is wrong: \(defect)") }
    return plan
  }
}

extension RandomPurpose {
  /// The number from which a planning program may draw its own.
  fileprivate static let plannerProgram = RandomPurpose("planner.program")
}
