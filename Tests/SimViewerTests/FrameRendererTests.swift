import SimCore
import SimGeometry
import SimStack
import Testing

@testable import SimViewer

@Suite struct FrameRendererTests {
  /// A picture as the viewer draws it; kept as a file where `ImageFile` keeps them.
  func picture(
    _ name: String, _ show: Exhibit, size: (Int, Int) = (320, 200), layers: String? = nil,
    _ change: (inout ViewerState) -> Void = { _ in }
  ) throws -> Canvas {
    var state = ViewerState(width: size.0, height: size.1)
    state.camera.scale = 5
    if let layers { state.layers = try #require(LayerSet(layers)) }
    change(&state)
    var renderer = FrameRenderer(show)
    renderer.draw(show, state)
    ImageFile.keep(renderer.canvas, "frame-" + name)
    return renderer.canvas
  }

  /// Pictures whose pixels are the same on every machine, in debug and release.
  @Test func pinnedPictures() throws {
    var show = try SmallEpisode.show()
    let start = try picture("start", show)
    #expect(start.hash == 13_327_686_277_320_474_793)
    let north = try picture("scene", show, layers: "-hud,-slider,-strips,-score,+truth,+labels") {
      $0.position = 10.5
    }
    #expect(north.hash == 12_795_336_474_221_959_595)
    let turned = try picture("heading-up", show, layers: "+lane-names,+unseen,-strips") {
      $0.position = 12
      $0.selected = 1
      $0.camera.isHeadingUp = true
      $0.camera.scale = 9
    }
    #expect(turned.hash == 5_531_899_852_705_004_387)
    let panels = try picture("panels", show, size: (640, 360), layers: "+layer-list,+help") {
      $0.position = 25
      $0.selected = 3
    }
    #expect(panels.hash == 7_305_853_617_318_331_544)
    show.ghost = try SmallEpisode.record()
    let ghost = try picture("ghost", show, layers: "map,ghost,agents") {
      $0.position = 4.25
      $0.showAll(of: show)
    }
    #expect(ghost.hash == 14_500_503_454_233_710_228)
  }

  /// A score of an earlier tick is not told as that of this one.
  @Test func aScoreThatLags() throws {
    let show = try SmallEpisode.show()
    var state = ViewerState(width: 320, height: 200)
    state.layers = try #require(LayerSet("hud"))
    state.position = 20
    var standing = Findings.Standing(score: 0.75, zeroedBy: nil, text: "", factors: [])
    var renderer = FrameRenderer(show)
    func picture(at tick: Int?) -> UInt64 {
      standing.tick = tick
      renderer.draw(show, state, standing: standing)
      return renderer.canvas.hash
    }
    let here = picture(at: nil)
    #expect(picture(at: 20) == here && picture(at: 19) != here)
  }

  /// What modules weighed and attended to, of an agent that is selected.
  @Test func watchedPicture() throws {
    let show = try SmallEpisode.show(isWatched: true)
    let one = try picture("watched", show, size: (480, 300), layers: "-strips,-score") {
      $0.position = 24
      $0.selected = 1
      $0.camera.scale = 7
    }
    #expect(one.hash == 10_258_334_510_838_186_321)
  }

  /// A film has the same bytes on every machine, in debug and release, and however often it is
  /// made; its pictures are those of the renderer.
  @Test func pinnedFilm() throws {
    let show = try SmallEpisode.show()
    func film() throws -> [UInt8] {
      let pictures = try stride(from: 0.0, through: 30, by: 7.5).map { position in
        try picture("film", show, layers: "-strips") { $0.position = position }
      }
      var encoder = GIFEncoder(samples: [pictures[0], pictures[3]])
      for picture in pictures { encoder.add(picture, hundredths: 20) }
      return encoder.finished()
    }
    let bytes = try film()
    #expect(StableHash.of(bytes: bytes) == 17_007_119_411_744_885_078)
    #expect(try film() == bytes)
  }

  /// What a renderer drew before leaves no trace in what it draws next.
  @Test func picturesDoNotDependOnThePast() throws {
    let show = try SmallEpisode.show()
    var state = ViewerState(width: 300, height: 220)
    var used = FrameRenderer(show)
    for position in stride(from: 0.0, through: 30, by: 2.3) {
      state.position = position
      state.camera.isHeadingUp = Int(position) % 3 == 1
      state.camera.scale = 3 + position
      used.draw(show, state)
      var fresh = FrameRenderer(show)
      fresh.draw(show, state)
      #expect(used.canvas.pixels == fresh.canvas.pixels)
    }
  }

  /// Every layer leaves ink of its own in one of two states, and none is missing in the list.
  @Test func everyLayerDraws() throws {
    var show = try SmallEpisode.show(isWatched: true)
    show.ghost = try SmallEpisode.record()
    for layer in FrameLayer.all {
      let pair = try [false, true].map { isOn in
        try picture("layer", show, size: (480, 300), layers: "none") { state in
          state.position = 10
          state.camera.scale = 8
          state.selected = 1
          state.choices = ["idm"]
          _ = state.handle(.key(.enter, []), of: show)
          _ = state.handle(.key(.character("w"), []), of: show)
          _ = state.handle(.press(Vector2(100, 100)), of: show)
          _ = state.handle(.move(Vector2(180, 120)), of: show)
          state.layers[layer.name] = isOn
        }
      }
      // (The map lies below everything; the menu takes the keys, so nothing is measured.)
      if layer.name == "measure" { continue }
      #expect(pair[0].pixels != pair[1].pixels, "\(layer.name)")
    }
    let keys = FrameLayer.all.map(\.key)
    #expect(Set(keys).count == keys.count)
    #expect(Set(FrameLayer.all.map(\.name)).count == keys.count)
    // Keys of layers are not keys of the viewer.
    #expect(keys.allSatisfy { !" lcoz+=-.,jxQ".contains($0) })
  }

  @Test func layersByName() throws {
    #expect(LayerSet("+labels,-hud")?["labels"] == true)
    #expect(LayerSet("+labels,-hud")?["hud"] == false)
    #expect(LayerSet("+labels,-hud")?["map"] == true)
    #expect(LayerSet("map, agents")?["hud"] == false)
    #expect(LayerSet("map, agents")?["agents"] == true)
    #expect(LayerSet("maps") == nil)
    #expect(LayerSet("none") == LayerSet())
  }

  /// Between two ticks agents are half-way, one that is gone stays away, and north stays up.
  @Test func momentsBetweenTicks() throws {
    let show = try SmallEpisode.show()
    let moment = Moment(10.5, last: show.lastTick)
    #expect(moment.tick == 10 && moment.share == 0.5)
    #expect(Moment(99, last: 30) == Moment(tick: 30))
    #expect(Moment(-1, last: 30) == Moment(tick: 0))
    // At 1 s the ego is at x = -30, a tick later at -30 + 1 - 0.01: the camera looks 0.2 of the
    // picture's height further, and the view lies on whole pixels.
    var state = ViewerState(width: 400, height: 200)
    state.layers["strips"] = false
    state.camera.scale = 10
    state.position = 10.5
    let view = state.view(of: show)
    #expect(abs(view.centre.x - (-30 + 0.495 + 4)) < 0.1)
    #expect(view.pixel(.zero).x == view.pixel(.zero).x.rounded())
    state.camera.isHeadingUp = true
    // The ego drives east: east is up.
    let up = state.view(of: show).direction(Vector2(1, 0))
    #expect(abs(up.x) < 1e-12 && abs(up.y + 1) < 1e-12)
  }

  /// The head-up display names the stack that drives at the tick that is shown.
  @Test func modulesAfterABranch() throws {
    var record = try SmallEpisode.record()
    func module(_ name: String) -> ModuleChoice {
      ModuleChoice(name: name, parameters: ParameterValues(entries: []))
    }
    record.header.egos[0].modules = [
      .planner: module("blind"), .predictor: module("lane-idm"), .perception: module("ideal"),
    ]
    var show = try Exhibit(record, file: "small")
    #expect(show.modules(at: 30) == "blind / lane-idm / ideal")
    show.branches = [
      Exhibit.Branch(tick: 10, planner: "frenet", seed: 1),
      Exhibit.Branch(tick: 20, planner: "frenet", seed: 7),
    ]
    #expect(show.modules(at: 9) == "blind / lane-idm / ideal")
    #expect(show.modules(at: 10) == "frenet / lane-idm / ideal")
    #expect(show.modules(at: 20) == "frenet / lane-idm / ideal, seed 7")
    let pictures = try [9.0, 10].map { position in
      try picture("branch", show, size: (480, 300), layers: "hud") { $0.position = position }
    }
    #expect(pictures[0].pixels != pictures[1].pixels)
    record.header.egos = []
    record.egos = []
    #expect(try Exhibit(record, file: "small").modules(at: 0) == nil)
  }

  /// A ghost of half the step is shown at the same time, not at the same tick.
  @Test func ghostsByTime() throws {
    var show = try SmallEpisode.show()
    let whole = try SmallEpisode.record()
    show.ghost = whole
    let layers = "ghost"
    let still = Camera(mode: .fixed, scale: 3, centre: .zero)
    let same = try picture("ghost-2", show, layers: layers) {
      $0.position = 2
      $0.camera = still
    }
    show.ghost?.header.clock = TickClock(stepMicroseconds: 50_000)
    let slow = try picture("ghost-1", show, layers: layers) {
      $0.position = 1
      $0.camera = still
    }
    show.ghost?.header.clock = TickClock()
    let other = try picture("ghost-1", show, layers: layers) {
      $0.position = 1
      $0.camera = still
    }
    #expect(slow.hash == same.hash && slow.hash != other.hash)
  }

  /// Of the ticks of one column the least and the greatest count, in order.
  @Test func extremesOfAColumn() {
    let strip = Findings.Strip(
      name: "a", unit: "", values: [1, 5, .nan, -2, 1, 3, 3, .nan, .infinity])
    #expect(strip.extremes(0..<5) == [1, 3])
    #expect(strip.extremes(3..<6) == [3, 5])
    #expect(strip.extremes(5..<7) == [5])
    #expect(strip.extremes(7..<9).isEmpty)
  }

  /// Names of episodes of one file begin alike.
  @Test func longNamesLoseTheirMiddle() {
    let name = "circulating_flow_each_exit[ego.goal.lane=arm3_out.1]"
    #expect(Canvas.shortened(name, to: 1000, size: 8) == name)
    let short = Canvas.shortened(name, to: 200, size: 8)
    #expect(short.hasPrefix("circulating_f") && short.hasSuffix("arm3_out.1]"), "\(short)")
    #expect(short.contains("..") && Canvas.textWidth(short, size: 8) <= 200)
    #expect(Canvas.textWidth(Canvas.shortened(name, to: 196, size: 8), size: 8) <= 196)
    #expect(Canvas.shortened(name, to: 0, size: 8) == "..")
  }

  @Test func nothingToShow() throws {
    var record = try SmallEpisode.record()
    record.history = AgentHistory(agents: 4)
    #expect(throws: InputError.self) { try Exhibit(record, file: "empty.episode") }
  }

  @Test func anySize() throws {
    let show = try SmallEpisode.show()
    for size in [(64, 64), (65, 900), (1500, 70)] {
      _ = try picture("size", show, size: size, layers: "all")
    }
  }
}
