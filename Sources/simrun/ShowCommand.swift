import ArgumentParser
import SimCore
import SimEpisode
import SimGeometry
import SimHarness
import SimMap
import SimMetrics
import SimScenario
import SimStack
import SimViewer
import SimWorld

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Says what a scenario holds, and draws its map.")

  @Argument(help: "Files and folders.")
  var paths: [String]

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: ArgumentHelp("Draw the first episode's map and agents.", valueName: "map.png"))
  var image: String?

  @Option(
    help: ArgumentHelp(
      "Run the first episode of each file and draw a moment of each on one sheet.",
      valueName: "sheet.png"))
  var sheet: String?

  @Option(help: ArgumentHelp("Width of the image, pixels."))
  var width = 1600

  @Option(help: ArgumentHelp("Only episodes of these names.", valueName: "expr"))
  var filter: String?

  func validate() throws {
    guard (64...8192).contains(width) else {
      throw ValidationError("--width is between 64 and 8192 pixels")
    }
  }

  func run() throws {
    var request = try scenario.request(paths)
    request.filter = try filter.map { try Selection($0, name: "--filter") }
    let set = try ScenarioSet(request, catalogs: .shipped)
    for file in set.broken { Console.error(file.error.description) }
    for note in set.notes { Console.error(note.description) }
    var isDrawn = image == nil
    var isWell = set.broken.isEmpty
    var seen: Set<String> = []
    var tiles: [ContactSheet.Tile] = []
    for entry in set.entries {
      // The episodes of one file differ in parameters only: the first stands for them.
      guard seen.insert(entry.file.path).inserted else { continue }
      let scenario: Scenario
      do throws(InputError) {
        scenario = try entry.ticket.build()
      } catch {
        Console.error(error.description)
        isWell = false
        continue
      }
      if sheet != nil {
        if let tile = tile(scenario) { tiles.append(tile) }
        continue
      }
      Console.output(ScenarioText.description(scenario))
      let names = set.entries.filter { $0.file.path == entry.file.path }.map(\.ticket.name)
      Console.output(ScenarioText.expansion(names))
      if let image, !isDrawn {
        try draw(scenario, to: image)
        isDrawn = true
      }
    }
    if let sheet, !tiles.isEmpty {
      let picture = try ContactSheet.compose(tiles, file: sheet)
      try OutputFile.write(PNGEncoder.encode(picture), to: sheet)
      Console.output("\(tiles.count) pictures: \(sheet)\n")
    }
    for (path, reason) in set.skipped { Console.output("\(path): skipped, \(reason)\n") }
    if !isWell || (!isDrawn && sheet == nil) { throw ExitStatus.couldNotRun.code }
  }

  /// Share of an episode at which it is drawn on a sheet: most have come to the point by then.
  private static let moment = 0.4

  /// A moment of a scenario's episode; nil if it could not begin.
  private func tile(_ scenario: Scenario) -> ContactSheet.Tile? {
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .all)
    guard let record = executor.run(scenario).recording?.episode.record,
      let show = try? Exhibit(record, file: scenario.path)
    else { return nil }
    let tick = min(show.lastTick, Int(ShowCommand.moment * Double(scenario.ticks)))
    let name = scenario.name.prefix { $0 != "[" }
    return ContactSheet.Tile(show, tick: tick, caption: String(name))
  }

  private func draw(_ scenario: Scenario, to path: String) throws {
    let egos = Set(scenario.egos.map(\.id))
    let table = World(scenario).view.agents
    let agents = table.ids.indices.filter { table.present[$0] != 0 }.map { row in
      DrawnAgent(
        box: table.box(row), agentClass: table.classes[row], isEgo: egos.contains(table.ids[row]),
        label: table.ids[row])
    }
    let ways = scenario.agents.filter { egos.contains($0.spec.id) }
      .compactMap { $0.route.map { MapImage.Way($0) } }
    let canvas = MapImage.render(
      scenario.map, agents: agents, ways: ways,
      signals: World(scenario).view.signals,
      options: MapImage.Options(
        width: width, height: height(of: scenario.map.bounds), caption: scenario.name))
    try OutputFile.write(PNGEncoder.encode(canvas), to: path)
  }

  /// A long straight road needs no tall picture.
  private func height(of bounds: BoundingBox) -> Int {
    let share = (bounds.height + 20) / max(bounds.width + 20, 1)
    return Int(Double(width) * min(max(share, 0.2), 0.625))
  }
}
