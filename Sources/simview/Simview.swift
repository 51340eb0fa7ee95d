import ArgumentParser
import SimCore
import SimHarness
import SimScenario
import SimViewer

/// `simview`: shows episodes in a window, or writes pictures of them.
@main
struct Simview: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simview",
    abstract: "Shows an episode in a window, or exports pictures and films of it.",
    discussion: """
      PATH is a recording (.episode) or a scenario, which is run first. Of a folder there are \
      sheets of pictures: a batch's worst episodes (--worst 20 --export sheet.png), or one \
      scenario of each folder below (--export sheet.png). In the window '?' lists the keys and \
      'y' the layers. Enter runs the scenario again, as it first was up to the tick shown and then \
      with another choice: every branch is one from the first run, not from another branch.

      Exit codes: 0 all went well; 2 something could not be read, drawn or written.
      """,
    version: ProgramVersion.current)

  @Argument(help: ArgumentHelp("Recording, scenario or folder of a batch.", valueName: "path"))
  var path: String

  @OptionGroup var opening: OpeningOptions

  @OptionGroup var look: LookOptions

  @OptionGroup var export: ExportOptions

  @Option(
    help: ArgumentHelp(
      "Keys and clicks before anything is shown or exported, by words: space, left, shift+right, "
        + "tab, tick:40, click:300,200, drag:300,200,400,250, wheel:300,200,2, wait:30, "
        + "save:a.png, quit, or a character.", valueName: "words"))
  var script: String?

  @Flag(help: "Measure the time that frames take, and print a table.")
  var bench = false

  func validate() throws {
    if let script { _ = try Script(script) }
    _ = try look.state()
    if bench, export.target != nil || script != nil {
      throw ValidationError("--bench measures frames: without --export and --script")
    }
  }

  func run() throws {
    if InputFile.kind(of: path) == .folder {
      try exportSheet()
      return
    }
    if export.worst != nil { throw ValidationError("--worst is for the folder of a batch") }
    let opened = try opening.open(path)
    var state = try look.state()
    try look.place(&state, opened.show)
    try export.place(&state, opened.show)
    state.choices = opened.choices
    if bench {
      FrameBench(opened.show, state).run()
    } else if let target = export.target {
      var session = Session(opened, state)
      if let script { try session.run(try Script(script), window: nil) }
      var exporter = Exporter(session, export)
      try exporter.write(to: target)
    } else {
      var session = Session(opened, state)
      try ViewerWindow.show(&session, script: try script.map { try Script($0) })
    }
  }

  /// Of a folder there is a sheet of pictures: of a batch's worst episodes, or of scenarios.
  private func exportSheet() throws {
    guard let target = export.target, ExportOptions.kind(of: target) == .png else {
      throw InputError(
        at: .wholeFile(path), "of a folder a sheet of pictures can be made, not a window",
        hint: "--export sheet.png, with --worst 20 for the worst episodes of a batch")
    }
    let others = [
      bench ? "--bench" : nil, script.map { _ in "--script" }, opening.ghost.map { _ in "--ghost" },
      export.tick.map { _ in "--tick" },
    ]
    if let option = others.compactMap(\.self).first {
      throw ValidationError("\(option) is for one episode, not for a folder")
    }
    if export.worst != nil {
      try WorstSheet(path, export: export, opening: opening).write(to: target)
    } else {
      try FamilySheet(try opening.request(path)).write(to: target)
    }
  }

  /// Parses, runs, and ends with an exit code of the project's own: whatever goes wrong is 2.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as InputError {
      Console.error(error.description)
      exit(withError: ExitCode(ExitStatus.couldNotRun.rawValue))
    } catch {
      let code = exitCode(for: error)
      guard code == .validationFailure else { exit(withError: error) }
      Console.error(fullMessage(for: error))
      exit(withError: ExitCode(ExitStatus.couldNotRun.rawValue))
    }
  }
}
