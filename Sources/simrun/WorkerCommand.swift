import ArgumentParser
import SimHarness

/// The inside of `batch --isolate`; nobody types it.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

  func run() throws { try WorkerMain.run(catalogs: .shipped) }
}
