import ArgumentParser
import SimCore
import SimStack
import SimViewer

/// What is written instead of showing a window.
struct ExportOptions: ParsableArguments {
  @Option(
    name: .customLong("export"),
    help: ArgumentHelp(
      "Write a picture (.png), a folder of pictures (ends with a slash), or a film (.gif, .mp4).",
      valueName: "file"))
  var target: String?

  @Option(help: ArgumentHelp("Tick of the picture: a number, last, or worst.", valueName: "n"))
  var tick: String?

  @Option(help: ArgumentHelp("First tick of a film.", valueName: "n"))
  var from: Int?

  @Option(help: ArgumentHelp("Last tick of a film.", valueName: "n"))
  var to: Int?

  @Option(help: "Pictures a second of a film; GIF 10 and MP4 30 unless given.")
  var fps: Int?

  @Option(help: "Seconds of the episode in a second of a film; 1 unless given.")
  var speed: Double?

  @Option(help: ArgumentHelp("A sheet of the worst episodes of a batch's folder.", valueName: "n"))
  var worst: Int?

  func validate() throws {
    if let tick, tick != "worst", tick != "last", Int(tick) == nil {
      throw ValidationError("--tick is a number, last or worst")
    }
    if let fps, !(1...100).contains(fps) {
      throw ValidationError("--fps is between 1 and 100")
    }
    if let speed, !(0.001...1000).contains(speed) {
      throw ValidationError("--speed is between 0.001 and 1000")
    }
    if let worst, !(1...500).contains(worst) {
      throw ValidationError("--worst is between 1 and 500")
    }
    if let target, ExportOptions.kind(of: target) == nil {
      throw ValidationError("--export '\(target)': the name ends with .png, .gif, .mp4 or a slash")
    }
    let isFilm = target.flatMap(ExportOptions.kind).map { $0 != .png } ?? false
    if let option = filmOptions.first, !isFilm {
      throw ValidationError("\(option) is for a film: --export film.gif, film.mp4 or frames/")
    }
    if tick != nil, isFilm {
      throw ValidationError("--tick is for one picture: a film has --from and --to")
    }
    if worst != nil, target == nil { throw ValidationError("--worst needs --export sheet.png") }
  }

  /// Those given that only a film heeds.
  private var filmOptions: [String] {
    [
      from.map { _ in "--from" }, to.map { _ in "--to" }, fps.map { _ in "--fps" },
      speed.map { _ in "--speed" },
    ].compactMap(\.self)
  }

  /// What a name asks for.
  enum Kind { case png, frames, gif, mp4 }

  static func kind(of target: String) -> Kind? {
    let name = target.lowercased()
    if name.hasSuffix("/") { return .frames }
    if name.hasSuffix(".png") { return .png }
    if name.hasSuffix(".gif") { return .gif }
    return name.hasSuffix(".mp4") ? .mp4 : nil
  }

  /// Goes to the tick asked for.
  func place(_ state: inout ViewerState, _ show: Exhibit) throws {
    switch tick {
    case nil: break
    case "worst"?: state.go(to: show.findings.worstTick ?? 0, of: show)
    case "last"?: state.go(to: show.lastTick, of: show)
    case let number?:
      guard let tick = Int(number), (0...show.lastTick).contains(tick) else {
        throw ValidationError("--tick \(number): the episode has ticks 0 to \(show.lastTick)")
      }
      state.go(to: tick, of: show)
    }
  }

  /// Moments of a film, in ticks since the start.
  func moments(of show: Exhibit, fps standard: Int) throws -> [Double] {
    let first = Double(from ?? 0)
    let last = Double(min(to ?? show.lastTick, show.lastTick))
    guard first >= 0, first <= last else {
      throw ValidationError("--from and --to: the episode has ticks 0 to \(show.lastTick)")
    }
    let step = (speed ?? 1) / (Double(fps ?? standard) * show.record.header.clock.step)
    var moments: [Double] = []
    while Double(moments.count) * step <= last - first + 1e-9 {
      moments.append(first + Double(moments.count) * step)
      guard moments.count <= 100_000 else {
        throw ValidationError("more than 100000 pictures: choose a higher --speed or a lower --fps")
      }
    }
    return moments
  }
}
