import Foundation
import SimCore
import SimEpisode
import SimHarness
import SimMetrics
import SimScenario
import SimStack
import SimWorld
import TestSupport
import Testing

/// What the library asks of planners: the sets `common`, `interactive` and `hard`, what `idm` and
/// the planner that sees nothing make of them.
@Suite struct YardstickTests {
  static let sets = ["common", "interactive", "hard"]

  static func tickets(planner: String? = nil) throws -> [EpisodeTicket] {
    var options = LoadOptions(catalog: ModuleCatalogs.shipped.schema)
    if let planner { options.modules[.planner] = planner }
    return try Library.files().flatMap { path -> [EpisodeTicket] in
      let file = Library.root.appending(path: path).path
      // Parameters of the file's own planner have no meaning for another one.
      let text = try String(contentsOfFile: file, encoding: .utf8)
      if planner != nil, text.contains("ego.planner.") { return [] }
      return try ScenarioLoader().load(file: file, relativePath: path, options: options).tickets
    }
  }

  @Test func everyScenarioIsInOneSet() throws {
    var counts: [String: Int] = [:]
    for ticket in try Self.tickets() {
      let sets = ticket.tags.filter { Self.sets.contains($0) }
      #expect(sets.count == 1, "\(ticket.path) is in \(sets)")
      counts[sets.first ?? "", default: 0] += 1
    }
    for set in Self.sets { #expect(counts[set, default: 0] >= 20, "\(set)") }
  }

  @Test func thereAreOneHundredAndFiftyFilesOfTwentyFamilies() throws {
    let files = try Library.files()
    #expect(files.count >= 150)
    #expect(Set(files.map { $0.prefix { $0 != "/" } }).count >= 20)
  }

  @Test func everyScenarioSaysWhatHappensAndWhatIsExpected() throws {
    for ticket in try Self.tickets() {
      let scenario = try ticket.build()
      #expect(!scenario.summary.isEmpty, "\(ticket.path)")
      #expect(!scenario.summary.contains("\n"), "\(ticket.path)")
      #expect(!scenario.expectations.isEmpty, "\(ticket.path)")
    }
  }

  /// At least 95 % of the interactive and the hard episodes end in a collision, off the road or
  /// through a red light if nobody looks, and their expectations say so.
  @Test func whoIsBlindFails() throws {
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .none)
    var count = 0
    var failed = 0
    var passed: [String] = []
    for ticket in try Self.tickets(planner: "blind")
    where !ticket.tags.contains("common") {
      let scenario = try ticket.build()
      for result in executor.run(scenario).results {
        count += 1
        let causes = ["no_ego_at_fault_collisions", "drivable_area_compliance", "traffic_light_compliance"]
        let isWrecked = causes.contains { (result.value(named: $0) ?? 1) < 1 }
        if isWrecked && result.verdict == .fail { failed += 1 } else { passed.append(ticket.name) }
      }
    }
    print("blind fails \(failed) of \(count) interactive and hard episodes; not \(passed)")
    #expect(count >= 50)
    #expect(Double(failed) >= 0.95 * Double(count))
  }
}
