import SimCore
import SimHarness
import SimStack
import SimViewer

/// Writes pictures and films of a session, without a display.
struct Exporter {
  private var session: Session
  private let options: ExportOptions

  init(_ session: Session, _ options: ExportOptions) {
    self.session = session
    self.options = options
  }

  /// Writes what the name asks for, whole or not at all.
  mutating func write(to target: String) throws {
    switch ExportOptions.kind(of: target) {
    case .png, nil:
      session.draw()
      try OutputFile.write(PNGEncoder.encode(session.renderer.canvas), to: target)
      Console.output("\(target): tick \(session.state.moment(of: session.show).tick)\n")
    case .frames: try writeFrames(to: target)
    case .gif: try writeGIF(to: target)
    case .mp4: try writeMP4(to: target)
    }
  }

  private mutating func picture(at moment: Double) -> Canvas {
    session.state.position = moment
    session.draw()
    return session.renderer.canvas
  }

  private mutating func writeFrames(to folder: String) throws {
    let moments = try options.moments(of: session.show, fps: 10)
    try OutputFile.makeFolder(String(folder.dropLast()))
    for (number, moment) in moments.enumerated() {
      let digits = String(number)
      let name = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
      try OutputFile.write(
        PNGEncoder.encode(picture(at: moment)), to: folder + "frame-\(name).png")
    }
    Console.output("\(folder): \(moments.count) pictures\n")
  }

  private mutating func writeGIF(to target: String) throws {
    let fps = options.fps ?? 10
    let moments = try options.moments(of: session.show, fps: fps)
    // A palette for all pictures, made of some of them.
    let samples = stride(from: 0, to: moments.count, by: max(1, moments.count / 6)).map {
      moments[$0]
    }
    var encoder = GIFEncoder(samples: samples.map { picture(at: $0) })
    for (number, moment) in moments.enumerated() {
      // Hundredths that add up to the time, whatever the rate.
      let end = (number + 1) * 100 / fps
      encoder.add(picture(at: moment), hundredths: end - number * 100 / fps)
    }
    let bytes = encoder.finished()
    try OutputFile.write(bytes, to: target)
    Console.output("\(target): \(moments.count) pictures, \(bytes.count) bytes\n")
  }

  private mutating func writeMP4(to target: String) throws {
    let fps = options.fps ?? 30
    let moments = try options.moments(of: session.show, fps: fps)
    let film = try VideoPipe(
      to: target, width: session.state.width, height: session.state.height, fps: fps)
    for moment in moments { try film.add(picture(at: moment)) }
    try film.finish()
    Console.output("\(target): \(moments.count) pictures\n")
  }
}
