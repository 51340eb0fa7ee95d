import SimCore
import SimEpisode
import SimHarness
import SimScenario
import SimStack
import SimViewer

/// A sheet with the worst moment of each of the worst episodes of a batch.
struct WorstSheet {
  private struct Entry {
    var file: String
    var name: String
    /// Of the first ego, which the picture shows.
    var score: Double
  }

  private let worst: [Entry]
  /// So many recordings are of episodes without an ego: there is no telling how bad they are.
  private let unscored: Int
  private let opening: OpeningOptions

  /// Reads and scores the recordings of a batch's folder.
  init(_ folder: String, export: ExportOptions, opening: OpeningOptions) throws {
    self.opening = opening
    let path = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let inside = path + "/episodes"
    let place = InputFile.kind(of: inside) == .folder ? inside : path
    let names = (InputFile.names(in: place) ?? [])
      .filter { $0.hasSuffix("." + Recording.fileExtension) }.sorted()
    guard !names.isEmpty else {
      throw InputError(
        at: .wholeFile(folder), "there are no recordings in it",
        hint: "run the batch with --record all")
    }
    var entries: [Entry] = []
    for name in names {
      let file = place + "/" + name
      let recording = try OutputFile.recording(file)
      guard let score = recording.results(opening.profile(of: recording)).first?.score else {
        continue
      }
      entries.append(
        Entry(file: file, name: recording.episode.record.header.scenario, score: score))
    }
    guard !entries.isEmpty else {
      throw InputError(
        at: .wholeFile(folder), "none of its \(names.count) recordings has an ego that is scored")
    }
    unscored = names.count - entries.count
    entries.sort { ($0.score, $0.name, $0.file) < ($1.score, $1.name, $1.file) }
    worst = Array(entries.prefix(export.worst ?? 20))
  }

  func write(to target: String) throws {
    guard ExportOptions.kind(of: target) == .png else {
      throw InputError(at: .wholeFile(target), "a sheet is a picture: the name ends with .png")
    }
    var tiles: [ContactSheet.Tile] = []
    for entry in worst {
      let show = try opening.open(entry.file).show
      tiles.append(
        ContactSheet.Tile(
          show, tick: show.findings.worstTick ?? 0,
          caption: "\(entry.score.fixed(2)) \(entry.name)", width: 320, height: 180))
    }
    let sheet = try ContactSheet.compose(tiles, columns: 5, file: target)
    try OutputFile.write(PNGEncoder.encode(sheet), to: target)
    let others = unscored == 0 ? "" : ", \(unscored) without a score left out"
    Console.output("\(target): \(tiles.count) episodes\(others)\n")
  }
}
