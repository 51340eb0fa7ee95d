import SimGeometry
import SimViewer
import Testing

@Suite struct ViewerStateTests {
  let show: Exhibit
  init() throws { show = try SmallEpisode.show() }

  func press(
    _ state: inout ViewerState, _ keys: ViewerEvent.Key...,
    with modifiers: ViewerEvent.Modifiers = []
  ) {
    for key in keys { _ = state.handle(.key(key, modifiers), of: show) }
  }

  @Test func timePasses() {
    var state = ViewerState()
    state.advance(1, of: show)
    #expect(state.position == 0, "nothing moves before play")
    press(&state, .character(" "))
    state.advance(0.25, of: show)
    // A quarter of a second is two and a half ticks of 0.1 s.
    #expect(state.position == 2.5)
    press(&state, .up)
    state.advance(0.25, of: show)
    #expect(state.position == 7.5, "twice as fast")
    press(&state, .down, .down)
    #expect(state.rate == 0.5)
    state.advance(100, of: show)
    #expect(state.position == 30 && !state.isPlaying, "it stops at the end")
    press(&state, .character(" "))
    #expect(state.position == 0 && state.isPlaying, "play at the end starts anew")
    press(&state, .character("l"))
    state.advance(6.2, of: show)
    // 3.1 s are 31 ticks: once around the 30.
    #expect(abs(state.position - 1) < 1e-9 && state.isPlaying)
  }

  @Test func steps() {
    var state = ViewerState()
    press(&state, .right, .right)
    #expect(state.position == 2)
    press(&state, .right, with: .shift)
    #expect(state.position == 12)
    press(&state, .left)
    #expect(state.position == 11)
    press(&state, .right, with: .control)
    #expect(state.position == 30)
    press(&state, .home)
    #expect(state.position == 0)
    press(&state, .left)
    #expect(state.position == 0)
    press(&state, .end)
    #expect(state.position == 30)
    // Steps stop the film.
    press(&state, .character(" "), .left)
    #expect(!state.isPlaying)
  }

  @Test func marks() {
    var state = ViewerState()
    press(&state, .character("."))
    #expect(state.position == 8 && state.note == "too hard")
    press(&state, .character("."), .character("."))
    #expect(state.position == 25)
    press(&state, .character("."))
    #expect(state.position == 25 && state.note == "no later event")
    press(&state, .character(","))
    #expect(state.position == 12)
    press(&state, .character("j"))
    #expect(state.position == 25)
  }

  @Test func selection() {
    var state = ViewerState()
    press(&state, .tab, .tab)
    #expect(state.selected == 1)
    press(&state, .tab, with: .shift)
    #expect(state.selected == 0)
    press(&state, .tab, with: .shift)
    #expect(state.selected == 3)
    // The walker is gone after tick 20: the next one is the first.
    state.position = 25
    press(&state, .tab)
    #expect(state.selected == 0)
    press(&state, .escape)
    #expect(state.selected == nil)
    // A click on the ego, and one beside everybody.
    state.position = 0
    state.camera.scale = 8
    let ego = state.view(of: show).pixel(Vector2(-40, -1.75))
    _ = state.handle(.press(ego), of: show)
    _ = state.handle(.release(ego), of: show)
    #expect(state.selected == 0)
    let nobody = state.view(of: show).pixel(Vector2(-40, 20))
    _ = state.handle(.press(nobody), of: show)
    _ = state.handle(.release(nobody), of: show)
    #expect(state.selected == nil)
  }

  @Test func draggingTheMap() {
    var state = ViewerState()
    let under = state.view(of: show).place(Vector2(640, 400))
    _ = state.handle(.press(Vector2(640, 400)), of: show)
    _ = state.handle(.move(Vector2(700, 380)), of: show)
    _ = state.handle(.move(Vector2(740, 350)), of: show)
    _ = state.handle(.release(Vector2(740, 350)), of: show)
    #expect(state.camera.mode == .fixed)
    // What was under the mouse still is (within the pixel that views are moved by).
    #expect(state.view(of: show).place(Vector2(740, 350)).distance(to: under) < 1.5 / 8)
    #expect(state.selected == nil, "a drag is no click")
    press(&state, .character("c"))
    #expect(state.camera.mode == .follow)
  }

  @Test func zoomKeepsThePlaceUnderTheMouse() {
    var state = ViewerState()
    press(&state, .character("c"))
    let under = state.view(of: show).place(Vector2(300, 200))
    _ = state.handle(.wheel(Vector2(300, 200), 2), of: show)
    #expect(state.camera.scale == 8 * 1.25 * 1.25)
    #expect(state.view(of: show).place(Vector2(300, 200)).distance(to: under) < 1.5 / 8)
    _ = state.handle(.wheel(Vector2(300, 200), -400), of: show)
    #expect(Camera.scales.contains(state.camera.scale))
    _ = state.handle(.wheel(Vector2(300, 200), 1e30), of: show)
    #expect(Camera.scales.contains(state.camera.scale))
    press(&state, .character("z"))
    #expect(state.camera.mode == .fixed && !state.camera.isHeadingUp)
    press(&state, .character("o"))
    #expect(state.camera.isHeadingUp)
  }

  /// The slider lies 8 px from the edges at the bottom of 1280 x 720 pixels, 52.8 px high; its bar
  /// from column 60.8 on.
  @Test func sliderDrag() {
    var state = ViewerState()
    _ = state.handle(.press(Vector2(61, 672)), of: show)
    #expect(state.position < 0.1)
    _ = state.handle(.move(Vector2(5000, 672)), of: show)
    #expect(state.position == 30)
    _ = state.handle(.move(Vector2(-5, 672)), of: show)
    #expect(state.position == 0)
    _ = state.handle(.move(Vector2(620, 300)), of: show)
    #expect(state.position > 10 && state.position < 20)
    _ = state.handle(.release(Vector2(620, 300)), of: show)
    #expect(state.position == state.position.rounded(), "it comes to rest on a tick")
    // The button plays.
    _ = state.handle(.press(Vector2(30, 685)), of: show)
    _ = state.handle(.release(Vector2(30, 685)), of: show)
    #expect(state.isPlaying)
    #expect(state.camera.mode == .follow)
  }

  @Test func layersAndMenus() {
    var state = ViewerState()
    press(&state, .character("p"))
    #expect(!state.layers["plan"] && state.note == "plan hidden")
    press(&state, .character("y"))
    #expect(state.layers["layer-list"])
    // Without a scenario there is nothing to branch.
    press(&state, .enter)
    #expect(state.menu == nil && !state.note.isEmpty)
    state.choices = ["idm", "frenet", "another seed"]
    state.position = 7
    press(&state, .enter, .down, .down, .down, .up)
    #expect(state.menu?.place == 1)
    #expect(state.handle(.key(.enter, []), of: show) == .branch(tick: 7, choice: "frenet"))
    #expect(state.menu == nil)
    press(&state, .enter, .escape)
    #expect(state.menu == nil)
    #expect(state.handle(.key(.character("Q"), []), of: show) == .quit)
    #expect(state.handle(.key(.character("x"), []), of: show) == .save)
  }

  @Test func measuring() {
    var state = ViewerState()
    state.camera = Camera(mode: .fixed, scale: 10, centre: .zero)
    press(&state, .character("w"))
    _ = state.handle(.press(Vector2(640, 360)), of: show)
    _ = state.handle(.move(Vector2(670, 320)), of: show)
    _ = state.handle(.release(Vector2(670, 320)), of: show)
    #expect(state.camera == Camera(mode: .fixed, scale: 10, centre: .zero), "the map stays")
    #expect(state.measures)
    press(&state, .escape)
    #expect(!state.measures)
  }

  @Test func titleAndSize() {
    var state = ViewerState()
    state.position = 5
    #expect(state.title(show, nil) == "small[seed=1], tick 5/30 - simview")
    #expect(
      state.title(show, show.findings.final) == "small[seed=1], tick 5/30, score 0.000 - simview")
    _ = state.handle(.resize(3, 100_000), of: show)
    #expect(state.width == 64 && state.height == Canvas.maximumSide)
  }
}
