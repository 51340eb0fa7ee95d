import Foundation
import SimCore
import SimEpisode
import SimHarness
import SimStack
import Testing

/// `simview` as a program: what it exports, and what it says of files that it cannot show.
@Suite struct SimviewCommandTests {
  let folder: TemporaryFolder
  let scenario: String

  init() throws {
    folder = try TemporaryFolder()
    scenario = folder.path + "/follow.yaml"
    try HarnessWorlds.following(name: "follow").write(
      toFile: scenario, atomically: true, encoding: .utf8)
  }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: folder.path + "/" + name)))
  }

  func export(_ name: String, _ path: String? = nil, _ more: [String] = []) throws -> Program.Run {
    try Program.run(
      "simview",
      [path ?? scenario, "--export", folder.path + "/" + name, "--size", "160x120"] + more)
  }

  @Test func picturesOfScenarioAndRecordingAreTheSame() throws {
    #expect(try export("a.png", nil, ["--tick", "12"]).status == 0)
    let run = try Program.run(
      "simrun", ["run", scenario, "--record", folder.path + "/rec"])
    #expect(run.status == 0)
    let recording = folder.path + "/rec/follow.episode"
    let again = try export("b.png", recording, ["--tick", "12"])
    #expect(again.status == 0 && again.output.contains("tick 12"), "\(again)")
    #expect(try bytes("a.png") == bytes("b.png"))
    #expect(try export("c.png", recording, ["--tick", "worst"]).status == 0)
    #expect(try bytes("c.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    // The keys of a person lead to the same picture.
    let keys = ["--script", "home shift+right right right tab escape"]
    #expect(try export("d.png", recording, keys).status == 0)
    #expect(try bytes("a.png") == bytes("d.png"))
  }

  @Test func films() throws {
    #expect(try export("a.gif", nil, ["--to", "5"]).status == 0)
    #expect(try export("b.gif", nil, ["--to", "5"]).status == 0)
    #expect(try bytes("a.gif") == bytes("b.gif"))
    #expect(try bytes("a.gif").starts(with: Array("GIF89a".utf8)))
    #expect(try export("frames/", nil, ["--from", "3", "--to", "5"]).status == 0)
    let frames = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/frames")
    #expect(frames.sorted() == ["frame-00000.png", "frame-00001.png", "frame-00002.png"])
  }

  /// The program was built where SDL's headers are; without them there is no window to test.
  static func hasWindow() throws -> Bool {
    let folder = try TemporaryFolder()
    let path = folder.path + "/follow.yaml"
    try HarnessWorlds.following(name: "follow").write(
      toFile: path, atomically: true, encoding: .utf8)
    let program = try Program(
      "simview", [path, "--script", "quit"], environment: ["SDL_VIDEODRIVER": "dummy"])
    try program.start()
    return try !program.finish().errors.contains("built without SDL")
  }

  @Test(.enabled("simview has a window") { try SimviewCommandTests.hasWindow() })
  func windowAndExportHaveTheSamePixels() throws {
    let keys = "tick:9 tab o +"
    #expect(try export("export.png", nil, ["--script", keys]).status == 0)
    let window = try Program(
      "simview",
      [
        scenario, "--size", "160x120", "--script",
        "\(keys) save:\(folder.path)/window.png quit",
      ], environment: ["SDL_VIDEODRIVER": "dummy"])
    try window.start()
    let run = try window.finish()
    #expect(run.status == 0, "\(run.errors)")
    #expect(try bytes("export.png") == bytes("window.png"))
  }

  /// A branch goes on from what is shown, not from the first run: up to the second branch it is the
  /// first one.
  @Test func branchesOfBranches() throws {
    let planners = ModuleCatalogs.shipped.planners.map(\.schema.name).filter { $0 != "external" }
    func pick(_ name: String) throws -> String {
      let place = try #require(planners.firstIndex(of: name))
      return "enter " + String(repeating: "down ", count: place) + "enter g"
    }
    let place = folder.path
    let script =
      "tick:12 save:\(place)/first.png tick:3 \(try pick("constant-velocity")) tick:12 "
      + "save:\(place)/one.png tick:20 \(try pick("blind")) tick:12 save:\(place)/two.png "
      + "tick:29 save:\(place)/late.png"
    let look = ["--layers", "map,agents", "--zoom", "8", "--at", "70,0"]
    let run = try export("end.png", nil, look + ["--script", script])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try bytes("one.png") == bytes("two.png"))
    #expect(try bytes("one.png") != bytes("first.png"))
  }

  /// What was weighed is drawn of a scenario that is run here, and of a recording that was asked to
  /// keep it; nothing else is different.
  @Test func choicesAreRecordedOnDemand() throws {
    let options = ["--planner", "pdm-closed"]
    let layers = ["--tick", "12", "--layers", "map,proposals"]
    #expect(try export("live.png", nil, options + layers).status == 0)
    func record(_ name: String, _ more: [String]) throws -> String {
      let run = try Program.run(
        "simrun", ["run", scenario, "--record", folder.path + "/" + name] + options + more)
      #expect(run.status == 0, "\(run.errors)")
      return folder.path + "/\(name)/follow.episode"
    }
    let plain = try record("plain", [])
    let told = try record("told", ["--record-choices"])
    #expect(try export("plain.png", plain, layers).status == 0)
    #expect(try export("told.png", told, layers).status == 0)
    #expect(try bytes("told.png") == bytes("live.png"))
    #expect(try bytes("plain.png") != bytes("live.png"))
    let (a, b) = (try OutputFile.recording(plain), try OutputFile.recording(told))
    #expect(a.episode.record.hashes == b.episode.record.hashes)
    #expect(b.episode.record.egos[0][0].choice?.proposals.count == 15)
    // Workers of a batch do the same.
    let batch = try Program.run(
      "simrun",
      ["batch", scenario, "--record", "all", "--record-choices", "--isolate"] + options
        + ["--out", folder.path + "/out"])
    #expect(batch.status == 0, "\(batch.errors)")
    #expect(try bytes("out/episodes/follow.episode") == bytes("told/follow.episode"))
    let silent = try Program.run("simrun", ["run", scenario, "--record-choices"])
    #expect(silent.status == 2 && silent.errors.contains("--record"))
  }

  @Test func filmsWithoutFFmpeg() throws {
    let program = try Program(
      "simview", [scenario, "--export", folder.path + "/a.mp4", "--size", "160x120"],
      environment: ["PATH": folder.path])
    try program.start()
    let run = try program.finish()
    #expect(run.status == 2)
    #expect(run.errors.contains("need ffmpeg"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/a.mp4"))
  }

  /// A film that fails leaves the older one of its name as it was, and nothing beside it.
  @Test func failingFFmpegKeepsTheOlderFilm() throws {
    let tool = folder.path + "/bin/ffmpeg"
    try FileManager.default.createDirectory(
      atPath: folder.path + "/bin", withIntermediateDirectories: true)
    // It writes half a film to its last argument, which is `file:` and a name.
    let lines = [
      "#!/bin/sh", "for last; do :; done", "echo half > \"${last#file:}\"", "/bin/cat > /dev/null",
      "exit 1", "",
    ]
    try lines.joined(separator: "\n").write(toFile: tool, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
    try FileManager.default.createDirectory(
      atPath: folder.path + "/films", withIntermediateDirectories: true)
    let film = folder.path + "/films/a.mp4"
    try "older".write(toFile: film, atomically: true, encoding: .utf8)
    let program = try Program(
      "simview", [scenario, "--export", film, "--size", "160x120", "--to", "3"],
      environment: ["PATH": folder.path + "/bin"])
    try program.start()
    let run = try program.finish()
    #expect(run.status == 2 && run.errors.contains("ffmpeg failed"), "\(run.errors)")
    #expect(try String(contentsOfFile: film, encoding: .utf8) == "older")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/films")
    #expect(left == ["a.mp4"])
  }

  @Test func brokenRecordingsAndArguments() throws {
    _ = try Program.run("simrun", ["run", scenario, "--record", folder.path + "/rec"])
    let whole = try bytes("rec/follow.episode")
    var newer = whole
    newer[8] = 99
    var damaged = whole
    damaged[whole.count / 2] ^= 255
    let cases: [(String, [UInt8], String)] = [
      ("short", Array(whole.prefix(1000)), "too early"), ("newer", newer, "format version 99"),
      ("damaged", damaged, "checksum"), ("empty", [], "not an episode recording"),
    ]
    for (name, bytes, message) in cases {
      let path = folder.path + "/\(name).episode"
      try Data(bytes).write(to: URL(filePath: path))
      let run = try export("no.png", path)
      #expect(run.status == 2, "\(name)")
      #expect(run.errors.contains("\(name).episode: error: "), "\(run.errors)")
      #expect(run.errors.contains(message), "\(run.errors)")
    }
    let wrong = [
      ["--tick", "9999"], ["--tick", "soon"], ["--layers", "maps"], ["--size", "9x9"],
      ["--script", "jump"], ["--zoom", "0"], ["--at", "1e30,0"],
      ["--at", "0,0", "--camera", "all"],
      ["--script", "size:-1e30,100"], ["--script", "wheel:1,1,1e30"], ["--select", "nobody"],
      ["--worst", "3"], ["--from", "3"], ["--speed", "2"],
    ]
    for arguments in wrong {
      let run = try export("no.png", nil, arguments)
      #expect(run.status == 2, "\(arguments)")
      #expect(run.errors.contains(arguments[0]), "\(run.errors)")
    }
    #expect(try export("no.bmp").status == 2)
    let recorded = folder.path + "/rec/follow.episode"
    for arguments in [
      ["--planner", "idm"], ["--seed", "2"], ["--set", "duration=3"], ["--times"],
    ] {
      let run = try export("no.png", recorded, arguments)
      #expect(run.status == 2 && run.errors.contains(arguments[0]), "\(run.errors)")
    }
    // The far end of what may be asked for.
    #expect(try export("far.png", nil, ["--at", "1e7,-1e7", "--zoom", "80"]).status == 0)
    let far = ["--script", "click:1e6,-1e6 drag:-1e6,1e6,1e6,-1e6 wheel:1e6,1e6,1e6"]
    #expect(try export("far.png", nil, far).status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/no.png"))
  }

  @Test func sheets() throws {
    let batch = try Program.run(
      "simrun", ["batch", scenario, "--out", folder.path + "/out", "--record", "all"])
    #expect(batch.status == 0)
    let worst = try export("worst.png", folder.path + "/out", ["--worst", "3"])
    #expect(worst.status == 0 && worst.output.contains("1 episodes"), "\(worst)")
    // An episode that nobody is scored in is not among the worst, and no reason to fail.
    let recorded = folder.path + "/out/episodes/follow.episode"
    var unscored = try OutputFile.recording(recorded)
    unscored.episode.record.header.egos = []
    unscored.episode.record.egos = []
    let other = folder.path + "/out/episodes/nobody.episode"
    try Data(unscored.encoded()).write(to: URL(filePath: other))
    let both = try export("both.png", folder.path + "/out", ["--worst", "3"])
    #expect(both.status == 0 && both.output.contains("1 episodes, 1 without a score"), "\(both)")
    #expect(try bytes("both.png") == bytes("worst.png"))
    try FileManager.default.removeItem(atPath: recorded)
    let nobody = try export("nobody.png", folder.path + "/out", ["--worst", "3"])
    #expect(nobody.status == 2 && nobody.errors.contains("none of its 1 recordings"), "\(nobody)")
    let none = try export("worst.png", folder.path + "/rec", ["--worst", "3"])
    #expect(none.status == 2)
    let script = try export("worst.png", folder.path + "/out", ["--worst", "3", "--script", "o"])
    #expect(script.status == 2 && script.errors.contains("--script"))
    let window = try Program.run("simview", [folder.path])
    #expect(window.status == 2 && window.errors.contains("sheet"))
  }
}
