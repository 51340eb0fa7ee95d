import SimCore
import SimEpisode
import SimPrediction
import SimScenario
import SimStack

extension Bench {
  /// A town full of cars, of which the nearest are forecast.
  private static func forecasterText(seconds: Double, cars: Int) -> String {
    """
    version: 1
    name: forecaster
    map: {template: urban_grid, lanes: 2}
    duration: \(seconds)
    seed: 11
    ego: {lane: r2c1_r2c2.1, s: 20, speed: 8, planner: idm}
    fleet: {count: \(cars), lanes: "*", speed: [5, 12], spread: {desired_speed: [8, 12]}}
    """
  }

  /// Ticks before the clock starts: then the window of a network with ten frames of two ticks is
  /// full.
  private static let windowTicks = 20

  /// The tick of the predictor `hpnet`, on scenes that an episode really had.
  ///
  /// The episode runs first, with a predictor in it that only writes down what it is shown. Then a
  /// fresh `hpnet` forecasts scene after scene.
  ///
  /// - Parameter agents: so many nearest road users are forecast by the network.
  func forecaster(agents: Int, steps: Int?) throws(InputError) -> BenchRow {
    let seconds = Double((steps ?? 60) + Self.windowTicks) / 10
    let text = Array(Self.forecasterText(seconds: seconds, cars: 40 + 5 * agents).utf8)
    let seen = try ShownScenes.scenes(
      of: scenario == nil ? try ticket(text) : try fileTicket(), catalogs: catalogs)
    guard let entry = catalogs.predictors.first(where: { $0.schema.name == "hpnet" }),
      let setup = seen.setup, seen.scenes.count > Self.windowTicks
    else {
      throw InputError(
        at: .wholeFile(scenario ?? "forecaster"),
        "there is no ego with more than \(Self.windowTicks) ticks to forecast")
    }
    let parameters = ParameterValues(entry.schema, overriding: ["agents": .integer(agents)])
    let timed = min(steps ?? 60, seen.scenes.count - Self.windowTicks)
    var timing = Timing()
    var result: UInt64 = 0
    for _ in 0..<repetitions {
      do throws(StageFailure) {
        var predictor = try entry.make(parameters, setup)
        for shown in seen.scenes.prefix(Self.windowTicks) {
          _ = try predictor.predict(shown.scene, in: shown.context)
        }
        var forecasts: [Forecast] = []
        forecasts.reserveCapacity(timed)
        let watch = Stopwatch()
        let before = Machine.cpuSeconds
        for shown in seen.scenes.dropFirst(Self.windowTicks).prefix(timed) {
          forecasts.append(try predictor.predict(shown.scene, in: shown.context))
        }
        timing.wall.append(watch.seconds)
        timing.cpu.append(Machine.cpuSeconds - before)
        result = Self.hash(forecasts)
      } catch {
        throw InputError(at: .wholeFile(scenario ?? "forecaster"), "\(error)")
      }
    }
    // A recorded scene may have fewer about the ego than the network takes.
    let forecast = seen.scenes.dropFirst(Self.windowTicks).prefix(timed).map {
      HPNetPredictor.count(in: $0.scene, agents: agents)
    }
    let sum = forecast.reduce(0, +)
    return BenchRow(
      load: "forecaster", n: sum / timed, steps: timed,
      agentStepsPerSecond: Double(sum) / timing.best,
      agentStepsPerCPUSecond: Double(sum) / timing.bestCPU,
      millisecondsPerTick: timing.best / Double(timed) * 1000, hash: StateHash.text(result),
      spread: timing.spread)
  }

  private static func hash(_ forecasts: [Forecast]) -> UInt64 {
    var state = StateHash()
    for forecast in forecasts {
      for point in forecast.points {
        state.combine(point.x)
        state.combine(point.y)
      }
      for probability in forecast.probabilities { state.combine(probability) }
    }
    return state.value
  }
}
