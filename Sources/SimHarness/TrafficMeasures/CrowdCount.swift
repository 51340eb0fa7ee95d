public import SimCore
import SimTraffic

/// What went wrong in dense background traffic on one map, over some seeds: the counts of
/// `simrun traffic crowd`.
public struct CrowdCount: Sendable {
  /// One run.
  public struct Run: Sendable {
    /// Of what was drawn.
    public var seed: UInt64
    /// The longest time for which a vehicle stood, no signal being the reason, s.
    public var longestStand: Double
    /// The same of walkers.
    public var longestWait: Double
    /// Times that a vehicle stood for a minute.
    public var stands: Int
    /// Times that a walker did.
    public var waits: Int
    /// Vehicles that touched each other or a walker.
    public var contacts: Int
    /// Walkers that touched each other.
    public var touches: Int
    /// Times that a vehicle left the road.
    public var offRoad: Int
    /// Ticks in which somebody sped up or braked beyond what its class can.
    public var beyondLimits: Int
    /// Ticks in which a walker came farther than anybody can run.
    public var jumps: Int
    /// Of all vehicles together, km.
    public var travelled: Double

    init(_ run: CrowdRun) {
      func count(_ kinds: CrowdRun.Incident.Kind...) -> Int {
        run.incidents.count { kinds.contains($0.kind) }
      }
      let step = TickClock().step
      seed = run.crowd.seed
      longestStand = Double(run.longestStand) * step
      longestWait = Double(run.longestWait) * step
      stands = count(.standing)
      waits = count(.waiting)
      contacts = count(.collision, .contact)
      touches = count(.bump)
      offRoad = count(.offRoad)
      beyondLimits = count(.limits)
      jumps = count(.jump)
      travelled = run.travelled / 1000
    }
  }

  /// Place of the crowd in the list of all.
  public var number: Int
  /// Its map and who is on it.
  public var name: String
  /// By seed.
  public var runs: [Run]

  /// How many runs had somebody who stood for a minute.
  public var runsWithStand: Int { runs.count { $0.stands > 0 } }

  /// One JSON object per run, a line each.
  public var json: String {
    runs.map { run in
      JSONText.text(
        .object([
          ("measure", .text("crowd")), ("crowd", .integer(number)), ("name", .text(name)),
          ("seed", .integer(Int(run.seed))), ("longest_stand_s", .number(run.longestStand)),
          ("longest_wait_s", .number(run.longestWait)), ("stands", .integer(run.stands)),
          ("waits", .integer(run.waits)), ("contacts", .integer(run.contacts)),
          ("touches", .integer(run.touches)), ("off_road", .integer(run.offRoad)),
          ("beyond_limits", .integer(run.beyondLimits)), ("jumps", .integer(run.jumps)),
          ("travelled_km", .number(run.travelled)),
        ])) + "\n"
    }.joined()
  }

  /// All counts as a table, with a line for all together.
  public static func table(_ counts: [CrowdCount]) -> String {
    var table = TextTable([
      ("crowd", .right), ("runs", .right), ("with stand", .right), ("worst s", .right),
      ("contacts", .right), ("off road", .right), ("limits", .right), ("jumps", .right),
      ("waits", .right), ("touches", .right), ("km", .right), ("map", .left),
    ])
    func add(_ number: String, _ runs: [Run], _ name: String) {
      func sum(_ value: (Run) -> Int) -> String { String(runs.reduce(0) { $0 + value($1) }) }
      table.add([
        number, String(runs.count), String(runs.count { $0.stands > 0 }),
        (runs.map(\.longestStand).max() ?? 0).fixed(0), sum(\.contacts), sum(\.offRoad),
        sum(\.beyondLimits), sum(\.jumps), sum(\.waits), sum(\.touches),
        runs.reduce(0) { $0 + $1.travelled }.fixed(0), name,
      ])
    }
    for count in counts { add(String(count.number), count.runs, count.name) }
    add("all", counts.flatMap(\.runs), "")
    return table.text
  }
}

extension TrafficMeasures {
  /// How many crowds there are: dense traffic on each map template.
  public static let crowds = Crowd.all.count

  /// Runs a crowd once per seed.
  ///
  /// - Parameters:
  ///   - number: its place in the list of all crowds.
  ///   - seconds: for which each runs.
  /// - Throws: if its map cannot be built, or a policy fails.
  public static func count(
    crowd number: Int, seeds: [UInt64], seconds: Double
  ) throws(InputError) -> CrowdCount {
    var crowd = Crowd.all[number]
    crowd.seconds = seconds
    var runs: [CrowdCount.Run] = []
    for seed in seeds {
      crowd.seed = seed
      do {
        var run = try CrowdRun(crowd)
        try run.run()
        runs.append(CrowdCount.Run(run))
      } catch {
        throw InputError(at: .wholeFile(crowd.template), "seed \(seed): \(error)")
      }
    }
    return CrowdCount(number: number, name: crowd.mapName, runs: runs)
  }
}
