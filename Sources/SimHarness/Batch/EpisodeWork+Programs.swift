import SimCore
import SimScenario
import SimStack
import SimWorld

// Modules that are programs of their own: their parameters name a command.
extension EpisodeWork {
  /// The commands of the modules that drive, in the order of the agents.
  func commands(_ scenario: Scenario) -> [[String]] {
    var commands: [[String]] = []
    let foreign = catalogs.filter { entry in
      entry.parameters.contains { if case .command = $0.kind { true } else { false } }
    }
    guard !foreign.isEmpty else { return [] }
    for row in scenario.agents.indices where scenario.agents[row].spec.motion == .driven {
      guard case .stack(let stack) = scenario.agents[row].driver,
        let choice = stack.modules[.planner],
        let schema = foreign.first(where: { $0.name == choice.name })
      else { continue }
      for parameter in schema.parameters {
        guard case .command = parameter.kind else { continue }
        commands.append(CommandWords.split(choice.parameters.text(parameter.name)))
      }
    }
    return commands
  }

  private var catalogs: [ModuleSchema] { executor.catalogs.planners.map(\.schema) }

  /// Largest file of a command that counts, bytes.
  private static let largestFile = 16 << 20

  /// What the files hold that commands name: a program that was changed is another one.
  static func combine(_ commands: [[String]], into hasher: inout StableHasher) {
    for word in commands.joined() where InputFile.kind(of: word) == .file {
      guard let bytes = try? InputFile.read(word, limit: largestFile) else { continue }
      hasher.combine(StableHash.of(bytes: bytes))
    }
  }
}
