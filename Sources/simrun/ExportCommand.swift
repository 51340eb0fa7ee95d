public import ArgumentParser
import SimCore
public import SimHarness

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a recorded episode in a format that other programs read.",
    discussion: """
      csv: a table (RFC 4180) with a row for each agent and tick.
      commonroad: a scenario in CommonRoad XML 2020a: lanelets, signs and lights, obstacles with \
      their trajectories, and each ego as a planning problem; the egos' own drives are left out, as \
      in CommonRoad's recorded scenarios, unless --include-egos asks for them.
      mcap: a log for Foxglove and other readers of MCAP, with boxes, map, plan, frames, the ego's \
      state and events.
      """)

  @Argument(help: ArgumentHelp("A recording.", valueName: "episode"))
  var episode: String

  @Option(help: "Format: csv, commonroad or mcap.")
  var to: EpisodeExport.Format

  @Option(
    help: ArgumentHelp(
      "File to write; beside the recording, with the format's ending, if none is named.",
      valueName: "file"))
  var out: String?

  @Flag(help: "With --to commonroad: the egos' drives are obstacles too.")
  var includeEgos = false

  func validate() throws {
    if includeEgos, to != .commonroad {
      throw ValidationError("--include-egos needs --to commonroad: the others have them anyway")
    }
  }

  func run() throws {
    let bytes = try EpisodeExport.bytes(
      try OutputFile.recording(episode), as: to, includesEgos: includeEgos, file: episode)
    let file = out ?? EpisodeExport.path(of: episode, as: to)
    try OutputFile.write(bytes, to: file)
    Console.output(file + "\n")
  }
}

extension EpisodeExport.Format: ExpressibleByArgument {}
