import SimCore
import SimEpisode
import SimHarness
import SimScenario
import SimStack
import SimViewer

/// A sheet with a moment of one scenario of each folder below a path: of the first of its files,
/// where a collision was nearest.
struct FamilySheet {
  private let request: BatchRequest

  init(_ request: BatchRequest) { self.request = request }

  func write(to target: String) throws {
    let set = try ScenarioSet(request, catalogs: .shipped)
    if let broken = set.broken.first { throw broken.error }
    var families: Set<Substring> = []
    var tiles: [ContactSheet.Tile] = []
    for entry in set.entries {
      let parts = entry.file.relativePath.split(separator: "/")
      let family = parts.count > 1 ? parts[0] : ""
      guard families.insert(family).inserted else { continue }
      let scenario = try entry.ticket.build()
      let executor = EpisodeExecutor(
        catalogs: .shipped, profile: request.profile,
        overridesProfiles: request.overridesProfiles, record: .all, traffic: request.traffic,
        isWatched: true)
      guard let recording = executor.run(scenario).recording else { continue }
      let show = try Exhibit(
        recording.episode.record, findings: Findings(recording, profile: request.profile),
        file: entry.file.path)
      let name = scenario.name.prefix { $0 != "[" }
      tiles.append(
        ContactSheet.Tile(
          show, tick: show.findings.worstTick ?? 0,
          caption: family.isEmpty ? String(name) : "\(family): \(name)", width: 300, height: 170))
    }
    guard !tiles.isEmpty else {
      throw InputError(at: .wholeFile(request.paths.first ?? ""), "there is nothing to show")
    }
    let sheet = try ContactSheet.compose(tiles, columns: 5, file: target)
    try OutputFile.write(PNGEncoder.encode(sheet), to: target)
    Console.output("\(target): \(tiles.count) pictures\n")
  }
}
