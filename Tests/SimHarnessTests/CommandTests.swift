import Foundation
import Testing

/// The commands as users run them: exit codes, and what goes where.
@Suite struct CommandTests {
  private func scenarios() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      HarnessWorlds.following(name: "a", extra: "expect: {score: {min: 0.1}}"), to: "a.yaml")
    return folder
  }

  /// Command lines that cannot run, whatever is in the folder.
  static let wrong: [String] = [
    "batch", "batch /nowhere", "batch --jobs 0 .", "batch --shard 3/2 .",
    "batch --profile nuplan .", "batch --timeout 3 .", "batch --tag (a .", "batch --seeds 3..1 .",
    "batch --set x .", "frobnicate", "run", "run /nowhere.yaml", "catalog plan", "dump /nowhere",
    "rescore /nowhere --profile strict", "bench ring2", "bench --agents 0", "list /nowhere",
    "validate /nowhere", "show /nowhere", "compare /nowhere /nowhere", "compare /nowhere",
    "gate --baseline /nowhere /nowhere", "gate /nowhere",
    "gate --baseline /nowhere /nowhere --tolerance score=-1",
    "traffic rink", "traffic --lanes 0", "traffic --set stile=mixed", "traffic --cycles 100",
    "traffic crowd --crowds 75", "traffic crowd --set style=mixed",
    "traffic crowd --seeds 3..1", "traffic crowd --seconds 0",
  ]

  @Test(arguments: wrong)
  func whatCannotRunEndsWith2(line: String) throws {
    let run = try Program.run("simrun", line.split(separator: " ").map(String.init))
    #expect(run.status == 2)
    #expect(!run.errors.isEmpty && run.output.isEmpty)
  }

  @Test(arguments: [
    "--help", "help batch", "version", "--version", "catalog", "catalog --format json",
  ])
  func whatOnlyTellsEndsWith0(line: String) throws {
    let run = try Program.run("simrun", line.split(separator: " ").map(String.init))
    #expect(run.status == 0)
    #expect(run.errors.isEmpty && !run.output.isEmpty)
  }

  @Test func aBatchEndsWithItsVerdict() throws {
    let folder = try scenarios()
    let arguments = ["batch", folder.path, "--out", folder.path + "/out", "--format", "json"]
    let well = try Program.run("simrun", arguments)
    #expect(well.status == 0)
    #expect(well.output == (try folder.text("out/summary.json")))
    let unmet = try Program.run("simrun", arguments + ["--set", "expect.score.min=1.5"])
    #expect(unmet.status == 1)
    try folder.write("version: 1\nname: b\nmap: {template: nowhere}\n", to: "b.yaml")
    let broken = try Program.run("simrun", arguments)
    #expect(broken.status == 2)
    #expect(broken.errors.contains("b.yaml:3:"))
    #expect(try folder.text("out/summary.json").contains("\"scenario\": \"a\""))
  }

  /// Nothing run is no success: a misspelt name would leave a check green for ever.
  @Test func nothingToRunEndsWith2() throws {
    let folder = try scenarios()
    let out = folder.path + "/out"
    for (option, text) in [("--filter", "cutin*"), ("--tag", "folowing")] {
      for command in [["batch", "--out", out], ["list"], ["run"]]
      where command[0] != "run" || option == "--filter" {
        let path = command[0] == "run" ? folder.path + "/a.yaml" : folder.path
        let run = try Program.run("simrun", command + [path, option, text])
        #expect(run.status == 2, "\(command)")
        #expect(run.errors.contains("\(option): error: '\(text)' picks none of 1 episodes"))
      }
    }
    #expect(!(try folder.files().contains("out")))
    let nothing = try TemporaryFolder()
    let empty = try Program.run("simrun", ["batch", nothing.path, "--out", out])
    #expect(empty.status == 2 && empty.errors.contains("there is nothing to run"))
    // Files that hold nothing to run are listed all the same.
    try nothing.write("text", to: "notes.txt")
    let skipped = try Program.run("simrun", ["batch", nothing.path, "--out", out])
    #expect(skipped.status == 2 && skipped.errors.contains("no file holds anything to run"))
    #expect(try folder.text("out/summary.json").contains("notes.txt"))
  }

  /// One scenario that cannot be built does not hide those after it.
  @Test func showGoesOnAfterAScenarioThatCannotBeBuilt() throws {
    let folder = try scenarios()
    try folder.write(
      HarnessWorlds.following(name: "Z").replacing(
        "lane: main.1, s: 90", with: "lane: main.3, s: 90"),
      to: "Z.yaml")
    let show = try Program.run("simrun", ["show", folder.path])
    #expect(show.status == 2)
    #expect(show.errors.contains("main.3"))
    #expect(show.output.contains("ego 'ego': (50.0, 0.0), 15.0 m/s"))
  }

  @Test func runExplainsAndComparesWithARecording() throws {
    let folder = try scenarios()
    let file = folder.path + "/a.yaml"
    let run = try Program.run(
      "simrun", ["run", file, "--explain", "--record", folder.path + "/rec"])
    #expect(run.status == 0)
    #expect(run.output.contains("no_ego_at_fault_collisions"))
    let recording = folder.path + "/rec/a.episode"
    let same = try Program.run("simrun", ["run", file, "--against", recording])
    #expect(same.status == 0)
    #expect(same.output.contains("the same bits as the recording in all 31 ticks"))
    let other = try Program.run(
      "simrun", ["run", file, "--against", recording, "--set", "ego.speed=16"])
    #expect(other.status == 1)
    #expect(other.output.contains("differs from the recording at tick 0: "))
    #expect(other.output.contains(" of 'ego' is 15.0 and 16.0"))
    let none = try Program.run("simrun", ["run", file, "--against", file])
    #expect(none.status == 2)
    #expect(none.errors.contains("not an episode recording"))
  }

  @Test func listShowAndValidateSpeakOfTheSameEpisodes() throws {
    let folder = try scenarios()
    try folder.write(
      HarnessWorlds.following(name: "b", extra: "sweep: {seed: 0..2}"), to: "sub/b.yaml")
    let list = try Program.run("simrun", ["list", folder.path])
    #expect(list.status == 0)
    #expect(list.output.contains("b[seed=2]") && list.output.contains("sub/b.yaml"))
    #expect(list.output.hasSuffix("4 episodes\n"))
    let valid = try Program.run("simrun", ["validate", folder.path])
    #expect(valid.status == 0)
    #expect(valid.output == "2 files, 4 episodes: 2 valid, 0 with errors (0 in all), 0 skipped\n")
    let image = folder.path + "/map.png"
    let show = try Program.run("simrun", ["show", folder.path, "--image", image])
    #expect(show.status == 0)
    #expect(show.output.contains("ego 'ego': (50.0, 0.0), 15.0 m/s"))
    #expect(try folder.bytes("map.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    try folder.write("version: 1\nname: c\nspeed: 3\n", to: "c.yaml")
    let broken = try Program.run("simrun", ["validate", folder.path])
    #expect(broken.status == 2)
    #expect(broken.output.contains("c.yaml:3:1: error: "))
  }

  @Test func theBenchmarksMeasureWhatBatchesRun() throws {
    let run = try Program.run(
      "simrun",
      [
        "bench", "ring1", "episode", "--agents", "6", "--steps", "20", "--repetitions", "1",
        "--format", "json",
      ])
    #expect(run.status == 0)
    let rows = run.output.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(rows.map { $0["load"] as? String } == ["ring1", "episode"])
    for row in rows {
      for key in ["n", "steps", "agent_steps_s", "vmean", "startup_s", "peak_mib", "ms_tick"] {
        #expect((row[key] as? Double ?? 0) > 0, "\(key)")
      }
      #expect((row["hash"] as? String)?.count == 16)
    }
  }
}
