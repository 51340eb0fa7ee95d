public import SimCore
public import SimEpisode
import SimMap
import SimStack

/// Recordings in formats that other programs read: `simrun export`.
public enum EpisodeExport {
  /// A format to write.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// A table with a row for each agent and tick.
    case csv
    /// A scenario in CommonRoad XML 2020a.
    case commonroad
    /// A log in MCAP with messages that Foxglove draws.
    case mcap

    /// The file name's ending, without the dot.
    public var fileExtension: String {
      switch self {
      case .csv: "csv"
      case .commonroad: "xml"
      case .mcap: "mcap"
      }
    }
  }

  /// The bytes of a file. Equal recordings give equal bytes.
  ///
  /// - Parameters:
  ///   - includesEgos: CommonRoad: the egos' drives are obstacles too.
  ///   - file: name of the recording, for errors.
  /// - Throws: the format cannot hold it.
  public static func bytes(
    _ recording: Recording, as format: Format, includesEgos: Bool = false, file: String
  ) throws(InputError) -> [UInt8] {
    switch format {
    case .csv: return Array(CSVExport.text(recording.episode.record).utf8)
    case .commonroad:
      guard !recording.episode.record.header.map.lanes.isEmpty else {
        throw InputError(
          at: .wholeFile(file), "its map has no lane, which a CommonRoad scenario needs")
      }
      return Array(CommonRoadExport.text(recording, includesEgos: includesEgos).utf8)
    case .mcap: return SceneLog.bytes(recording)
    }
  }

  /// Where a recording's export goes unless said otherwise: beside it, under its name.
  public static func path(of recording: String, as format: Format) -> String {
    let ending = "." + Recording.fileExtension
    let stem = recording.hasSuffix(ending) ? String(recording.dropLast(ending.count)) : recording
    return stem + "." + format.fileExtension
  }
}

extension Double {
  /// Digits, as few as a micrometre or a microradian needs; with an exponent only beyond what
  /// `fixed` writes without one.
  var plain: String {
    var text = fixed(6)
    guard text.contains("."), !text.contains("e") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }
}
