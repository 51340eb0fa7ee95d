public import SimCore
import SimEpisode
import SimMetrics
import SimScenario
import SimStack
import SimTraffic
import SimWorld

/// The loads of `simrun bench`. All of them go through what a batch goes through: the episode
/// runner with its policies, records and hashes.
public struct Bench: Sendable {
  /// One load.
  public struct Load: Sendable {
    /// The word that picks it, e.g. `ring1`.
    public var name: String
    /// The word that picks it together with others; nil: there are no others.
    public var group: String?
    /// One line that says what runs.
    public var summary: String
    /// Numbers of agents that are measured unless others are asked for.
    public var sizes: [Int]
    /// The largest number of agents that there is room for, or that ends in good time.
    public var largest = Bench.largest
    /// The same where a file is measured in place of the load's own episode.
    public var largestOfFile: Int?
    /// Measures one number of agents over some steps (nil: as many as the peers run).
    let measure: @Sendable (Bench, _ n: Int, _ steps: Int?) throws(InputError) -> BenchRow
  }

  let catalogs: ModuleCatalogs
  /// How often each load is run (short ones several times as often); the fastest counts.
  let repetitions: Int
  /// File of the episode whose scoring load `metrics` measures, and what is seen in which load
  /// `forecaster` forecasts; nil: ones on urban grids.
  let scenario: String?

  /// A bench that runs every load a number of times.
  ///
  /// - Parameter scenario: file whose first episode loads `metrics` and `forecaster` take in place
  ///   of their own.
  public init(_ catalogs: ModuleCatalogs, repetitions: Int = 3, scenario: String? = nil) {
    self.catalogs = catalogs
    self.repetitions = repetitions
    self.scenario = scenario
  }

  /// The largest number of agents of any load.
  public static let largest = 100_000

  /// All loads, in the order in which they are run.
  public static let loads: [Load] = [
    Load(
      name: "ring1", summary: "IDM cars on three one-lane rings, as SUMO's load of that name",
      sizes: [50, 200, 1000, 10000]
    ) { (bench, n, steps) throws(InputError) in try bench.ring(.ring1, cars: n, steps: steps) },
    Load(
      name: "ring", summary: "the same cars on one three-lane ring, who may change lanes",
      sizes: [50, 200, 1000, 10000]
    ) { (bench, n, steps) throws(InputError) in try bench.ring(.ring, cars: n, steps: steps) },
    Load(
      name: "ringF", summary: "the same with 120 m a car and lane, so that cars do overtake",
      sizes: [50, 200, 1000, 10000]
    ) { (bench, n, steps) throws(InputError) in try bench.ring(.ringF, cars: n, steps: steps) },
    Load(
      name: "poses",
      summary: "ring with an ego in the place of a car: every pose handed to its stack each tick",
      sizes: [200, 1000]
    ) { (bench, n, steps) throws(InputError) in
      try bench.ring(.ring, cars: n, steps: steps, hasEgo: true)
    },
    Load(
      name: "grid", summary: "cars in a town of traffic lights, as SUMO's load of that name",
      sizes: [50, 200, 1000, 10000]
    ) { (bench, n, steps) throws(InputError) in try bench.grid(cars: n, steps: steps) },
    Load(
      name: "scenes",
      summary: "whole short scenes on an urban grid, from YAML text to score, nothing kept",
      sizes: [50], largest: 500
    ) { (bench, n, steps) throws(InputError) in try bench.scenes(agents: n, steps: steps) },
    Load(
      name: "episode", summary: "15 s on an urban grid with the idm planner, scored",
      sizes: [30], largest: 500
    ) { (bench, n, steps) throws(InputError) in try bench.episode(agents: n, steps: steps) },
    Load(
      name: "pdm", summary: "15 s of the pdm-closed planner with all agents within 50 m, scored",
      sizes: [50], largest: 80
    ) { (bench, n, steps) throws(InputError) in try bench.pdm(agents: n, steps: steps) },
    Load(
      name: "metrics",
      summary: "scoring of the record of that episode, with all surrogate safety measures",
      sizes: [30, 128], largest: 500, largestOfFile: largest
    ) {
      (bench, n, steps) throws(InputError) in try bench.metrics(agents: n, steps: steps)
    },
    Load(
      name: "forecaster",
      summary:
        "the predictor hpnet tick by tick, on what an ego in a town sees (or that of a file)",
      sizes: [32], largest: 190, largestOfFile: 512
    ) { (bench, n, steps) throws(InputError) in try bench.forecaster(agents: n, steps: steps) },
    Load(
      name: "hpnet", summary: "an HPNet of the released size on 80 lanes, fed frame by frame",
      sizes: [20], largest: 256
    ) { (bench, n, steps) throws(InputError) in try bench.hpnetStream(agents: n, steps: steps) },
    Load(
      name: "hpnet-window", summary: "the same over a whole window of 20 frames at once",
      sizes: [20], largest: 128
    ) { (bench, n, steps) throws(InputError) in try bench.hpnetWindow(agents: n, steps: steps) },
  ] + attentionLoads

  /// The loads that a word picks: one of that name, or those of that group.
  public static func loads(named word: String) -> [Load] {
    loads.filter { $0.name == word || $0.group == word }
  }

  /// The words that pick loads: names, and those of groups before the names of their loads.
  public static let words: [String] = {
    var words: [String] = []
    for load in loads {
      if let group = load.group, !words.contains(group) { words.append(group) }
      words.append(load.name)
    }
    return words
  }()

  /// The largest number of agents with which this bench measures a load.
  public func largest(of load: Load) -> Int {
    scenario == nil ? load.largest : load.largestOfFile ?? load.largest
  }

  /// Measures a load.
  public func run(_ load: Load, agents: Int, steps: Int?) throws(InputError) -> BenchRow {
    Machine.forgetPeak()
    return try load.measure(self, agents, steps)
  }

  /// Times of a number of repetitions.
  struct Timing {
    var wall: [Double] = []
    var cpu: [Double] = []

    var best: Double { wall.min() ?? 0 }
    var bestCPU: Double { cpu.min() ?? 0 }
    /// Half the range over the median.
    var spread: Double {
      let sorted = wall.sorted()
      guard let first = sorted.first, let last = sorted.last else { return 0 }
      return (last - first) / 2 / sorted[sorted.count / 2]
    }

    mutating func measure<R>(_ body: () throws(InputError) -> R) throws(InputError) -> R {
      try measure { (_: inout Aside) throws(InputError) in try body() }
    }

    mutating func measure<R>(
      _ body: (inout Aside) throws(InputError) -> R
    ) throws(InputError) -> R {
      var aside = Aside()
      let watch = Stopwatch()
      let before = Machine.cpuSeconds
      let result = try body(&aside)
      wall.append(watch.seconds - aside.wall)
      cpu.append(Machine.cpuSeconds - before - aside.cpu)
      return result
    }
  }

  /// Time that is spent within a measurement but is not part of it.
  struct Aside {
    var wall = 0.0
    var cpu = 0.0

    mutating func leaveOut(_ body: () -> Void) {
      let watch = Stopwatch()
      let before = Machine.cpuSeconds
      body()
      wall += watch.seconds
      cpu += Machine.cpuSeconds - before
    }
  }
}
