import SimCore
import SimEpisode
import SimHarness
import SimStack
import SimViewer

/// An open episode with the viewer's state and its renderer: the same for window and files.
struct Session {
  private(set) var opened: OpenedEpisode
  var state: ViewerState
  private(set) var renderer: FrameRenderer
  private(set) var scores: ScoreClock
  private var branches: UInt64 = 0
  /// Seconds that one frame of a script's `wait` takes.
  static let frame = 1.0 / 60

  init(_ opened: OpenedEpisode, _ state: ViewerState) {
    self.opened = opened
    self.state = state
    renderer = FrameRenderer(opened.show)
    scores = ScoreClock(opened.recording.episode.record, profile: opened.profile)
  }

  var show: Exhibit { opened.show }

  /// The score panel or the head-up display is shown.
  private var showsScore: Bool { state.layers["score"] || state.layers["hud"] }

  /// Draws the state's picture.
  ///
  /// - Parameter isHurried: a score that is not known yet is not waited for.
  mutating func draw(isHurried: Bool = false) {
    let tick = state.moment(of: show).tick
    let standing =
      !showsScore ? nil : isHurried ? scores.latest(at: tick) : scores.standing(at: tick)
    renderer.draw(show, state, standing: standing)
  }

  /// Draws something that one of the next pictures may need.
  ///
  /// - Returns: false if there was nothing to draw.
  mutating func prepare() -> Bool { renderer.prepare(show, state) }

  /// The score at the state's moment, if it is known.
  var standing: Findings.Standing? { scores.latest(at: state.moment(of: show).tick) }

  /// Runs the episode that is shown again, with another choice from a tick on; what was shown
  /// becomes the ghost.
  mutating func branch(from tick: Int, with choice: String) {
    guard let shown = opened.branching else { return }
    do {
      branches += 1
      let branching = try shown.branched(from: tick, with: choice, number: branches)
      let recording = try branching.run()
      let findings = Findings(recording, profile: opened.profile)
      var show = try Exhibit(
        recording.episode.record, findings: findings, ghost: opened.show.record,
        file: "the branch")
      show.branches = branching.shown
      opened = OpenedEpisode(
        show: show, recording: recording, profile: opened.profile, branching: branching)
      renderer = FrameRenderer(show)
      scores = ScoreClock(recording.episode.record, profile: opened.profile)
      state.go(to: tick, of: show)
      state.layers["ghost"] = true
      let score = findings.final.map { $0.score.fixed(3) } ?? "-"
      state.note = "from tick \(tick) with \(choice): score \(score); what was shown is the ghost"
    } catch {
      state.note = "\(error)".split(separator: "\n").first.map(String.init) ?? "it failed"
    }
  }

  /// Does what a script says; a picture is saved as the window shows it, if there is one.
  ///
  /// - Returns: whether the script ends the program.
  @discardableResult
  mutating func run(_ script: Script, window: ViewerWindow?) throws -> Bool {
    for step in script.steps {
      switch step {
      case .event(let event):
        switch state.handle(event, of: show) {
        case .branch(let tick, let choice)?: branch(from: tick, with: choice)
        case .quit?: return true
        case .save?, nil: break
        }
      case .tick(let tick): state.go(to: tick, of: show)
      case .worst: state.go(to: show.findings.worstTick ?? 0, of: show)
      case .wait(let frames):
        for _ in 0..<frames {
          state.advance(Session.frame, of: show)
          guard let window else { continue }
          draw()
          try window.present(renderer.canvas)
        }
      case .save(let path):
        draw()
        let picture =
          try window.map { try $0.presentAndRead(renderer.canvas) } ?? renderer.canvas
        try OutputFile.write(PNGEncoder.encode(picture), to: path)
      case .quit: return true
      }
    }
    return false
  }
}
