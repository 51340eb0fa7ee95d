import CSDL2
import SimCore
import SimGeometry
import SimHarness
import SimViewer

/// The window: it shows the renderer's pictures as they are, and hands on what a person does.
final class ViewerWindow {
  private var window = csdl_window()

  private init(_ title: String, _ width: Int, _ height: Int) throws(InputError) {
    guard csdl_open(&window, title, Int32(width), Int32(height)) == 0 else {
      let reason = String(cString: csdl_error())
      csdl_close(&window)
      throw InputError(
        at: .wholeFile("simview"), "no window can be opened: \(reason)",
        hint: "--export writes pictures without a display")
    }
  }

  deinit { csdl_close(&window) }

  /// Opens a window and stays until a person, or the script, ends it.
  static func show(_ session: inout Session, script: Script?) throws {
    let window = try ViewerWindow(
      session.state.title(session.show, nil), session.state.width, session.state.height)
    if let script {
      if try session.run(script, window: window) { return }
    }
    try window.live(&session)
  }

  /// Shows a picture.
  func present(_ picture: Canvas) throws(InputError) {
    let isShown = picture.pixels.withUnsafeBufferPointer {
      csdl_show(
        &window, $0.baseAddress, Int32(picture.width), Int32(picture.height), nil) == 0
    }
    if !isShown { throw failure() }
  }

  /// Shows a picture, and reads back what the window then shows.
  func presentAndRead(_ picture: Canvas) throws(InputError) -> Canvas {
    var bytes = [UInt8](repeating: 0, count: picture.pixels.count)
    let isShown = picture.pixels.withUnsafeBufferPointer { pixels in
      bytes.withUnsafeMutableBufferPointer { bytes in
        csdl_show(
          &window, pixels.baseAddress, Int32(picture.width), Int32(picture.height),
          bytes.baseAddress) == 0
      }
    }
    if !isShown { throw failure() }
    return Canvas(width: picture.width, height: picture.height, rgba: bytes)
  }

  private func failure() -> InputError {
    InputError(
      at: .wholeFile("simview"), "the window cannot be drawn: \(String(cString: csdl_error()))")
  }

  /// The loop: what happened, then time, then a picture if anything changed.
  private func live(_ session: inout Session) throws {
    startScoring(session)
    var shown: ViewerState?
    var title = ""
    var before = csdl_milliseconds()
    while true {
      var event = csdl_poll()
      while Int(event.kind) != CSDL_NONE {
        if Int(event.kind) == CSDL_QUIT { return }
        if let known = ViewerEvent(event) {
          switch session.state.handle(known, of: session.show) {
          case .quit?: return
          case .save?:
            session.draw()
            session.state.note = try save(session)
          case .branch(let tick, let choice)?:
            session.branch(from: tick, with: choice)
            startScoring(session)
            shown = nil
          case nil: break
          }
        }
        event = csdl_poll()
      }
      var (width, height): (Int32, Int32) = (0, 0)
      csdl_size(&window, &width, &height)
      if width > 0, Int(width) != session.state.width || Int(height) != session.state.height {
        _ = session.state.handle(.resize(Int(width), Int(height)), of: session.show)
      }
      let now = csdl_milliseconds()
      session.state.advance(Double(now - before) / 1000, of: session.show)
      before = now
      if session.state != shown {
        session.draw(isHurried: session.state.isPlaying)
        try present(session.renderer.canvas)
        shown = session.state
        let text = session.state.title(session.show, session.standing)
        if text != title { csdl_set_title(&window, text) }
        title = text
        // What is left of the frame's time goes into what the next ones may need.
        while csdl_milliseconds() - now < 8, session.prepare() {}
        // (The clock is read once: between two readings it may pass the bound.)
        let spent = csdl_milliseconds() - now
        if spent < 12 { csdl_wait(Int32(12 - spent)) }
      } else {
        csdl_wait(session.state.isPlaying ? 5 : 50)
        // What was covered has to be shown again.
        try present(session.renderer.canvas)
      }
    }
  }

  private func startScoring(_ session: Session) {
    let scores = session.scores
    Task.detached(priority: .background) { scores.findAll() }
  }

  /// Saves what the window shows under the first name that is free.
  ///
  /// - Returns: a line to the person: where it is, or why it could not be written.
  private func save(_ session: Session) throws(InputError) -> String {
    let picture = try presentAndRead(session.renderer.canvas)
    var number = 1
    while InputFile.kind(of: "simview-\(number).png") != nil { number += 1 }
    do throws(InputError) {
      try OutputFile.write(PNGEncoder.encode(picture), to: "simview-\(number).png")
      return "saved as simview-\(number).png"
    } catch {
      return error.description.split(separator: "\n").first.map(String.init) ?? "not saved"
    }
  }
}

extension ViewerEvent {
  /// What SDL reports in the viewer's terms; nil: nothing that the viewer knows.
  fileprivate init?(_ event: csdl_event) {
    let place = Vector2(event.x, event.y)
    var modifiers: Modifiers = []
    if event.shift != 0 { modifiers.insert(.shift) }
    if event.control != 0 { modifiers.insert(.control) }
    switch Int(event.kind) {
    case CSDL_KEY:
      guard let key = ViewerEvent.key(event.key) else { return nil }
      self = .key(key, modifiers)
    case CSDL_TEXT:
      guard let scalar = UInt8(exactly: event.key) else { return nil }
      self = .key(.character(Character(Unicode.Scalar(scalar))), modifiers)
    case CSDL_PRESS: self = .press(place)
    case CSDL_MOVE: self = .move(place)
    case CSDL_RELEASE: self = .release(place)
    case CSDL_WHEEL: self = .wheel(place, event.amount)
    default: return nil
    }
  }

  private static func key(_ code: Int32) -> Key? {
    switch Int(code) {
    case CSDL_LEFT: .left
    case CSDL_RIGHT: .right
    case CSDL_UP: .up
    case CSDL_DOWN: .down
    case CSDL_HOME: .home
    case CSDL_END: .end
    case CSDL_TAB: .tab
    case CSDL_ESCAPE: .escape
    case CSDL_ENTER: .enter
    default: nil
    }
  }
}
