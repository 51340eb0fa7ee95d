import Foundation
import SimCore
import SimHarness
import SimScenario
import TestSupport

/// The shipped scenarios, as the batch sees them.
enum Library {
  static let root = SharedData.packageRoot.appending(path: "Scenarios")

  /// Every episode of the library with its own seeds, in order of path and expansion.
  static func tickets() throws -> [EpisodeTicket] {
    try files().flatMap { try tickets(of: $0) }
  }

  /// Paths of the scenario files relative to `Scenarios`, ascending.
  static func files() throws -> [String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }

  static func tickets(of path: String) throws -> [EpisodeTicket] {
    let options = LoadOptions(catalog: ModuleCatalogs.shipped.schema)
    return try ScenarioLoader().load(
      file: root.appending(path: path).path, relativePath: path, options: options
    ).tickets
  }
}
