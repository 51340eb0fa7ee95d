import Foundation
import SimCore
import SimTraffic
import TestSupport
import Testing

/// Dense mixed traffic by itself on every map template: nobody collides, leaves the road, stands
/// for long without a red signal, or speeds up and brakes beyond what its class can.
///
/// A deadlock is a vehicle that stands (slower than 0.2 m/s) for a minute in one place. The time
/// does not count for which the signal at the end of its lane is yellow or red, or that at the end
/// of the next lane, if the queue there reaches back to the junction that it must keep clear: every
/// queue gets on by a vehicle at each green and at each turn of its head, so a minute means that
/// somebody does not get a turn, or that nobody does.
///
/// 90 s of each; ten minutes with 20 seeds each if `PROVINGGROUND_LONG` is set, which holds but
/// for walkers: they touch each other now and then.
///
///     PROVINGGROUND_LONG=1 swift test -c release -Xswiftc -enable-testing --filter CrowdTests
///
/// `simrun traffic crowd` counts the same of any of them, for any seeds and time.
@Suite struct CrowdTests {
  @Test(arguments: Crowd.templates) func trafficKeepsTheLaw(_ crowd: Crowd) throws {
    try Self.checkSeeds(crowd)
  }

  /// With many cyclists on lanes of their own.
  @Test(arguments: Crowd.cycling) func cyclistsGetThrough(_ crowd: Crowd) throws {
    try Self.checkSeeds(crowd, forgiving: [.bump])
  }

  /// Among people who walk about, whom nobody touches, who get to where they are on their own feet,
  /// and do not wait for a minute but for a signal. The long form asks for more: that they do not
  /// touch each other; it does not pass yet.
  @Test(arguments: Crowd.towns) func walkersGetAcross(_ crowd: Crowd) throws {
    try Self.checkSeeds(crowd, forgiving: [.bump])
  }

  /// Room behind a junction goes to who has waited for it longest: nobody stands for a minute.
  @Test func roomGoesToWhoHasWaitedForIt() throws {
    let name = "urban_grid control=stop borders=closed n=60"
    try Self.checkOne(32, name, seed: 5, seconds: 500)
  }

  /// A leader far ahead keeps nobody from being let in: nobody stands for a minute.
  @Test func whoIsFarAheadIsNotInTheWay() throws {
    try Self.checkOne(41, Self.town("signals"), seed: 11, seconds: 600)
  }

  /// Who is let in at the line still stops before the crosswalk, not on it: nobody is touched.
  @Test func nobodyStopsOnTheCrosswalkWhenLetInAtTheLine() throws {
    try Self.checkOne(43, Self.town("priority"), seed: 1, seconds: 450)
  }

  /// A driver who was kept from going while walkers let it go has its turn again soon, and longer:
  /// nobody stands for a minute.
  @Test func whoMissesItsTurnHasAnotherSoon() throws {
    try Self.checkOne(47, Self.town("uncontrolled"), seed: 16, seconds: 300)
  }

  /// A cyclist who has waited beside another one comes back to the kerb behind it though their ways
  /// part at once: nobody touches anybody.
  @Test func whoGoesStraightOnDoesNotCutOffWhoTurnsBesideIt() throws {
    let name = """
      urban_grid borders=closed crosswalks=true sidewalks=true bicycle_lane=2.0 n=30 walkers=60 \
      bicycles=30
      """
    try Self.checkOne(74, name, seed: 6, seconds: 500)
  }

  /// The map of a town of one lane each way, by the control of its junctions.
  private static func town(_ control: String) -> String {
    """
    urban_grid control=\(control) borders=closed lanes=1 crosswalks=true sidewalks=true n=30 \
    walkers=100
    """
  }

  /// Runs a crowd by its number, of which the map and who is on it are as expected.
  private static func checkOne(
    _ number: Int, _ name: String, seed: UInt64, seconds: Double
  ) throws {
    var crowd = Crowd.all[number]
    #expect(crowd.mapName == name)
    crowd.seed = seed
    crowd.seconds = seconds
    try Self.check(crowd, forgiving: [.bump])
  }

  private static func checkSeeds(
    _ crowd: Crowd, forgiving: Set<CrowdRun.Incident.Kind> = []
  ) throws {
    for seed in 1...(longRunsAreWanted ? 20 : 1) {
      var crowd = crowd
      crowd.seconds = longRunsAreWanted ? 600 : AllocationCounter.isOptimized ? 90 : 10
      if longRunsAreWanted { crowd.seed = UInt64(seed) }
      try Self.check(crowd, forgiving: longRunsAreWanted ? [] : forgiving)
    }
  }

  static func check(_ crowd: Crowd, forgiving: Set<CrowdRun.Incident.Kind> = []) throws {
    var run = try CrowdRun(crowd)
    try run.run()
    let faults = run.incidents.filter { $0.kind != .harshBraking && !forgiving.contains($0.kind) }
    for fault in faults.prefix(3) {
      Issue.record("\(crowd): \(fault.kind) of \(fault.who) at tick \(fault.tick)")
    }
    #expect(run.travelled > 0)
  }
}

/// Ten minutes with 20 seeds take a while: only on demand.
private let longRunsAreWanted = ProcessInfo.processInfo.environment["PROVINGGROUND_LONG"] != nil
