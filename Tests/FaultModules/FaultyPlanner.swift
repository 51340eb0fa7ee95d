import Glibc
public import SimCore
import SimGeometry
public import SimHarness
public import SimStack
import SimWorld

/// A planner that drives straight on, until it fails in the way that its parameter names.
///
/// It is in no shipped catalog: tests add it to catalogs of their own, in this process or in the
/// worker program beside it.
public struct FaultyPlanner: Planner {
  /// Ways to fail.
  public enum Fault: String, CaseIterable, Sendable {
    case none, throwing, nan, short, backwards, trap, hang, exit, initialise
    /// Once, for `seconds`; then it goes on.
    case slow
  }

  public static let schema = ModuleSchema(
    "faulty", "Drives straight on, then fails.",
    parameters: [
      ParameterSchema(
        "fault", .choice(default: Fault.none.rawValue, among: Fault.allCases.map(\.rawValue)),
        "how it fails"),
      ParameterSchema("at", .integer(default: 5, in: 0...1000), "tick at which it fails"),
      ParameterSchema(
        "seconds", .number(default: 0, in: 0...10, dimension: .time), "how long it is slow"),
    ])

  private let fault: Fault
  private let tick: Int
  private let seconds: Double

  public init(_ values: ParameterValues) throws(StageFailure) {
    fault = Fault(rawValue: values.text("fault")) ?? .none
    tick = values.integer("at")
    seconds = values.number("seconds")
    if fault == .initialise { throw StageFailure(.plan, "no weights") }
  }

  public mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    var plan = straightOn(scene, context)
    guard context.tick >= tick else { return plan }
    switch fault {
    case .none, .initialise: break
    case .throwing: throw StageFailure(.plan, "no way through")
    case .nan: plan.points[1].speed = .nan
    case .short: plan.points.removeLast(plan.points.count - 1)
    case .backwards: plan.points.reverse()
    case .trap:
      let empty: [Int] = []
      // Out of bounds, as a module's bug would have it.
      plan.points[0].speed = Double(empty[context.tick])
    case .hang: while true { sleep(1) }
    case .exit: _exit(3)
    case .slow: if context.tick == tick { usleep(UInt32(seconds * 1e6)) }
    }
    return plan
  }

  private func straightOn(_ scene: Scene, _ context: TickContext) -> Trajectory {
    let speed = scene.ego.speed
    return Trajectory(
      points: (0...20).map { index in
        let seconds = 0.2 * Double(index)
        return Trajectory.Point(
          timeMicroseconds: context.clock.microseconds(context.tick) + Int64(index) * 200_000,
          pose: scene.ego.pose.advanced(by: speed * seconds), speed: speed)
      })
  }
}

extension ModuleCatalogs {
  /// The shipped modules and the faulty planner.
  public static var withFaults: ModuleCatalogs {
    var catalogs = ModuleCatalogs.shipped
    catalogs.planners.append(
      CatalogEntry(FaultyPlanner.schema) { (values, _) throws(StageFailure) in
        try FaultyPlanner(values)
      })
    return catalogs
  }
}
