public import SimCore
import SimEpisode
import SimScenario

/// `report.html`: a run as one page that needs no network, no server and no other file.
///
/// The page holds its results as JSON, which its script draws (`ReportScript`); nothing but that
/// data differs between two pages. Equal runs give equal bytes but for the wall time, which the
/// page shows.
public enum ReportPage {
  /// The file's name in the folder of results.
  public static let name = "report.html"

  /// Most episodes that the player has, the worst of those that left a recording.
  static let mostClips = 24
  /// Most bytes of all clips together, and of one; larger ones lose attention, forecasts and
  /// proposals, then go.
  private static let mostClipBytes = (all: 6 << 20, one: 1 << 20)

  /// The whole page of a run.
  ///
  /// - Parameters:
  ///   - folder: what a batch or a rescoring wrote.
  ///   - comparison: with another run as A and this one as B; nil: none.
  /// - Throws: there are no results. Recordings that cannot be read are only not there to play.
  public static func text(
    _ folder: RunFolder, comparison: RunComparison? = nil
  ) throws(InputError) -> String {
    text(try ReportRun(in: folder), in: folder, comparison: comparison)
  }

  /// The whole page of a run whose recordings are in a folder.
  static func text(
    _ run: ReportRun, in folder: RunFolder, comparison: RunComparison? = nil
  ) -> String {
    let clips = clips(of: run, in: folder)
    let data = ReportData.text(run, clips: clips, comparison: comparison)
    return page(title: "\(run.rows.count) episodes, \(run.profile)", data: data)
  }

  /// The page of some data, which hold no markup.
  static func page(title: String, data: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
    <title>\(MarkupText.escaped("simrun: \(title)"))</title>
    <style>
    \(ReportStyle.text)</style>
    </head>
    <body>
    <noscript><p>This page draws its results with a script; the same results are in
    summary.json and results.sqlite beside it.</p></noscript>
    <div id="page"></div>
    <script type="application/json" id="data">\(data)</script>
    <script>
    \(ReportScript.text)</script>
    </body>
    </html>

    """
  }

  /// Clips by index of their row; egos of one episode share one.
  private static func clips(of run: ReportRun, in folder: RunFolder) -> [Int: [UInt8]] {
    var clips: [Int: [UInt8]] = [:]
    var known: Set<String> = []
    var total = 0
    for index in run.worstFirst {
      let scenario = run.rows[index].scenario
      if known.count == mostClips { break }
      guard run.rows[index].ticks > 0, !known.contains(scenario) else { continue }
      let path = folder.recordings + "/" + EpisodeWork.fileName(scenario)
      guard InputFile.kind(of: path) == .file,
        let recording = try? OutputFile.recording(path)
      else { continue }
      let most = min(mostClipBytes.one, mostClipBytes.all - total)
      guard let bytes = ReportClip.bytes(recording.episode.record, atMost: most) else { continue }
      known.insert(scenario)
      total += bytes.count
      clips[index] = bytes
    }
    return clips
  }
}
