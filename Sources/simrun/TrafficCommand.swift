public import ArgumentParser
import SimCore
public import SimHarness

struct TrafficCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "traffic",
    abstract: "Measures what background traffic does by itself: flow, lane changes, queues.",
    discussion: """
      ring: flow, speed and lane changes by density on a closed road (Edie's definitions).
      junction: how a queue goes off at a signal: headways by place in the queue, saturation flow \
      after the fourth vehicle, start-up lost time (Highway Capacity Manual).
      crowd: what goes wrong in dense mixed traffic on every map template, of 600 s and each seed: \
      vehicles that stand for a minute no signal being the reason, contacts, leaving the road, \
      acceleration beyond a class's limits, walkers who jump, wait for a minute or touch.
      """)

  @Argument(help: "ring, junction or crowd; the first two if none is named.")
  var measures: [Measure] = []

  /// What can be measured.
  enum Measure: String, ExpressibleByArgument, CaseIterable {
    case ring, junction, crowd
  }

  @Option(help: ArgumentHelp("Numbers of lanes of the ring.", valueName: "n,..."))
  var lanes = "1,3"

  @Option(help: ArgumentHelp("Vehicles per km and lane of the ring.", valueName: "x,..."))
  var densities: String?

  @Option(help: ArgumentHelp("Length of the ring, metres.", valueName: "m"))
  var length = 2000.0

  @Option(help: ArgumentHelp("Time before the ring is measured.", valueName: "s"))
  var settling = 300.0

  @Option(help: ArgumentHelp("Time for which it is measured.", valueName: "s"))
  var measured = 600.0

  @Option(
    help: """
      Who drives on the ring: standard, as the policy's defaults with lane changes by MOBIL; or \
      peer, as in the loads ring1 and ring of bench.
      """)
  var drivers: TrafficMeasures.Drivers = .standard

  @Option(
    help: ArgumentHelp(
      "How far headways on the ring depart from their mean, as a share of it.", valueName: "x"))
  var headwaySpread = 0.4

  @Option(help: ArgumentHelp("Green time of the junction, seconds.", valueName: "s"))
  var green = 40.0

  @Option(help: ArgumentHelp("Cycles of the junction that are measured.", valueName: "n"))
  var cycles = 30

  @Option(
    help: ArgumentHelp(
      "By number: 0..40 without walkers, 41..50 towns with them, 51..74 with lanes for bicycles.",
      valueName: "list"))
  var crowds = SeedList(0...UInt64(TrafficMeasures.crowds - 1))

  @Option(help: ArgumentHelp("Seeds of the crowds.", valueName: "list"))
  var seeds = SeedList(1...20)

  @Option(help: ArgumentHelp("Time for which each crowd runs.", valueName: "s"))
  var seconds = 600.0

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Parameter of the policy idm on the ring and at the junction, e.g. style=mixed; repeatable.",
      valueName: "name=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("Seed of what is drawn.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: "human, or json: one object a line.")
  var format: OutputFormat = .human

  func validate() throws {
    guard numbers(lanes)?.allSatisfy({ (1...6).contains($0) && $0 == $0.rounded() }) == true else {
      throw ValidationError("--lanes needs whole numbers from 1 to 6, e.g. 1,3")
    }
    if let densities, numbers(densities)?.allSatisfy({ $0 > 0 && $0 <= 180 }) != true {
      throw ValidationError("--densities needs numbers above 0 and up to 180, e.g. 10,20.5")
    }
    guard (500...20_000).contains(length) else {
      throw ValidationError("--length is between 500 and 20000 metres")
    }
    guard (0...36_000).contains(settling), (1...36_000).contains(measured) else {
      throw ValidationError("--settling and --measured are up to 36000 s, --measured at least 1")
    }
    guard (0...0.9).contains(headwaySpread) else {
      throw ValidationError("--headway-spread is between 0 and 0.9")
    }
    guard (10...120).contains(green), green == green.rounded() else {
      throw ValidationError("--green is a whole number of seconds between 10 and 120")
    }
    guard (1...100).contains(cycles), Double(cycles + 3) * 2 * (green + 5) <= 3600 else {
      throw ValidationError(
        "--cycles is at least 1, and all of them with three before take at most 3600 s")
    }
    guard crowds.seeds.allSatisfy({ $0 < UInt64(TrafficMeasures.crowds) }) else {
      throw ValidationError("--crowds has numbers up to \(TrafficMeasures.crowds - 1)")
    }
    guard (1...36_000).contains(seconds) else {
      throw ValidationError("--seconds is between 1 and 36000")
    }
    guard settings.isEmpty || !measures.contains(.crowd) else {
      throw ValidationError("--set is for ring and junction: who is in a crowd drives as it does")
    }
    _ = try parameters()
  }

  private func numbers(_ text: String) -> [Double]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let numbers = parts.compactMap { $0 }
    return numbers.count == parts.count ? numbers : nil
  }

  private func parameters() throws -> [(path: String, value: String)] {
    try settings.map { setting in
      guard let equals = setting.firstIndex(of: "="), equals > setting.startIndex else {
        throw ValidationError("--set needs name=value, not '\(setting)'")
      }
      return (
        path: String(setting[..<equals]), value: String(setting[setting.index(after: equals)...])
      )
    }
  }

  func run() throws {
    let traffic = try TrafficMeasures(
      .shipped, drivers: drivers, headwaySpread: headwaySpread, settings: try parameters(),
      seed: seed)
    if measures.isEmpty || measures.contains(.ring) { try measureRing(traffic) }
    if measures.contains(.crowd) { try countCrowds() }
    if measures.isEmpty || measures.contains(.junction) {
      let discharge = try traffic.discharge(green: green, cycles: cycles)
      Console.output(format == .json ? discharge.json + "\n" : discharge.table)
    }
  }

  private func countCrowds() throws {
    var counts: [CrowdCount] = []
    for crowd in crowds.seeds {
      let count = try TrafficMeasures.count(
        crowd: Int(crowd), seeds: seeds.seeds, seconds: seconds)
      counts.append(count)
      if format == .json { Console.output(count.json) }
    }
    if format == .human { Console.output(CrowdCount.table(counts)) }
  }

  private func measureRing(_ traffic: TrafficMeasures) throws {
    var points: [FlowDensityPoint] = []
    for lanes in numbers(lanes) ?? [] {
      for density in densities.flatMap(numbers) ?? TrafficMeasures.densities {
        let point = try traffic.flow(
          lanes: Int(lanes), density: density, length: length, settling: settling,
          measured: measured)
        points.append(point)
        if format == .json { Console.output(point.json + "\n") }
      }
    }
    if format == .human { Console.output(FlowDensityPoint.table(points)) }
  }
}

extension TrafficMeasures.Drivers: ExpressibleByArgument {}
