import SimCore
import SimHarness
import SimStack
import SimViewer

/// Measures how long frames take.
struct FrameBench {
  private let show: Exhibit
  private let state: ViewerState

  init(_ show: Exhibit, _ state: ViewerState) {
    self.show = show
    self.state = state
  }

  /// How often each frame is drawn: its time is the least, so that what else the machine does has
  /// no part in it.
  private static let rounds = 5
  /// Frames of a second.
  private static let frames = 60

  /// Frames of a second of film at sixty a second from the middle of the episode on, for cameras
  /// that need more and more to be drawn anew. What a frame prepares for the next ones is counted
  /// too; a window does it where time is left.
  func run() {
    var table = "\(show.record.header.scenario): \(show.record.header.ids.count) agents, "
    table += "\(state.width)x\(state.height)\n"
    table += row("camera", "median ms", "95 % ms", "worst ms", "hash")
    for (name, change) in FrameBench.cameras {
      var times = [Double](repeating: .infinity, count: FrameBench.frames)
      var hash: UInt64 = 0
      for _ in 0..<FrameBench.rounds { hash = film(change, &times) }
      times.sort()
      table += row(
        name, times[30].fixed(2), times[56].fixed(2), times[59].fixed(2), StateHash.text(hash))
    }
    Console.output(table)
  }

  /// Draws the film once.
  ///
  /// - Parameter times: the least time of each frame so far, milliseconds.
  /// - Returns: the hash of the last picture.
  private func film(_ change: Change, _ times: inout [Double]) -> UInt64 {
    var state = state
    change(&state, show)
    state.position = Double(show.lastTick) / 2
    state.isPlaying = true
    var renderer = FrameRenderer(show)
    renderer.draw(show, state, standing: show.findings.final)
    for frame in times.indices {
      state.advance(1.0 / Double(FrameBench.frames), of: show)
      let watch = Stopwatch()
      renderer.draw(show, state, standing: show.findings.final)
      renderer.prepare(show, state)
      times[frame] = min(times[frame], watch.seconds * 1000)
    }
    return renderer.canvas.hash
  }

  private func row(_ cells: String...) -> String {
    cells.enumerated().map { index, cell in
      cell + String(repeating: " ", count: max(1, (index == 0 ? 24 : 12) - cell.count))
    }.joined() + "\n"
  }

  private typealias Change = @Sendable (inout ViewerState, Exhibit) -> Void

  private static let cameras: [(String, Change)] = [
    (
      "fixed",
      { state, show in
        state.camera.centre = state.view(of: show).centre
        state.camera.mode = .fixed
      }
    ),
    ("whole map", { state, show in state.showAll(of: show) }),
    ("follow, north up", { state, _ in state.camera.mode = .follow }),
    (
      "follow, heading up",
      { state, _ in
        state.camera.mode = .follow
        state.camera.isHeadingUp = true
      }
    ),
    (
      "follow, all layers",
      { state, _ in
        state.camera.mode = .follow
        for layer in FrameLayer.all where layer.name != "help" { state.layers[layer.name] = true }
      }
    ),
  ]
}
