import Foundation
import SimCore
import TestSupport
import Testing

/// Dense mixed traffic by itself on every map template: nobody collides, leaves the road, stands
/// for long without a red signal, or speeds up and brakes beyond what its class can.
///
/// 90 s of each; ten minutes with 20 seeds each if `PROVINGGROUND_LONG` is set. That long form does
/// not pass yet: nobody collides, but on the crowded roundabout with two lanes, and rarely on
/// crowded grids, somebody stands for more than a minute.
///
///     PROVINGGROUND_LONG=1 swift test -c release -Xswiftc -enable-testing --filter CrowdTests
@Suite struct CrowdTests {
  @Test(arguments: Crowd.templates) func trafficKeepsTheLaw(_ crowd: Crowd) throws {
    for seed in 1...(longRunsAreWanted ? 20 : 1) {
      var crowd = crowd
      crowd.seconds = longRunsAreWanted ? 600 : AllocationCounter.isOptimized ? 90 : 10
      if longRunsAreWanted { crowd.seed = UInt64(seed) }
      try Self.check(crowd)
    }
  }

  static func check(_ crowd: Crowd) throws {
    var run = try CrowdRun(crowd)
    try run.run()
    let faults = run.incidents.filter { $0.kind != .harshBraking }
    for fault in faults.prefix(3) {
      Issue.record("\(crowd): \(fault.kind) of \(fault.who) at tick \(fault.tick)")
    }
    #expect(run.travelled > 0)
  }
}

/// Ten minutes with 20 seeds take a while: only on demand.
private let longRunsAreWanted = ProcessInfo.processInfo.environment["PROVINGGROUND_LONG"] != nil
