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

  /// Frames of a second of film at sixty a second from the middle of the episode on, for cameras
  /// that need more and more to be drawn anew. What a frame prepares for the next ones is counted
  /// too; a window does it where time is left.
  func run() {
    var table = "\(show.record.header.scenario): \(show.record.header.ids.count) agents, "
    table += "\(state.width)x\(state.height)\n"
    table += row("camera", "median ms", "95 % ms", "worst ms", "hash")
    for (name, change) in FrameBench.cameras {
      var state = state
      change(&state, show)
      state.position = Double(show.lastTick) / 2
      state.isPlaying = true
      var renderer = FrameRenderer(show)
      renderer.draw(show, state, standing: show.findings.final)
      var times: [Double] = []
      for _ in 0..<60 {
        state.advance(1.0 / 60, of: show)
        let watch = Stopwatch()
        renderer.draw(show, state, standing: show.findings.final)
        renderer.prepare(show, state)
        times.append(watch.seconds * 1000)
      }
      times.sort()
      table += row(
        name, times[30].fixed(2), times[56].fixed(2), times[59].fixed(2),
        StateHash.text(renderer.canvas.hash))
    }
    Console.output(table)
  }

  private func row(_ cells: String...) -> String {
    cells.enumerated().map { index, cell in
      cell + String(repeating: " ", count: max(1, (index == 0 ? 24 : 12) - cell.count))
    }.joined() + "\n"
  }

  private static let cameras: [(String, @Sendable (inout ViewerState, Exhibit) -> Void)] = [
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
