import SimCore
import SimEpisode
import SimScenario
import SimStack
import SimWorld
import Synchronization

/// The drives that progress is measured against where there is no expert: a roll-out of the `idm`
/// planner on the same route in the same traffic.
///
/// Kept by the hash of the scenario without its egos' modules, so that variants of one scenario
/// (planner parameters, deficits) share one roll-out. A class because workers share it; what it
/// returns does not depend on what is kept.
final class ReferenceDrives: Sendable {
  /// Most scenarios whose drives are kept; the oldest goes first.
  private static let capacity = 64
  /// The same where they hold what everybody did.
  private static let fullCapacity = 8

  private struct Kept {
    var drives: [UInt64: Drives] = [:]
    var order: [UInt64] = []
  }

  /// What came of a roll-out.
  struct Drives: Sendable {
    /// Of each ego; nil if there is none.
    var egos: [[EgoState]?]
    /// Of everybody, where that is asked for.
    var history: AgentHistory?
  }

  /// What everybody did is asked for, also where an expert makes the egos' drives unnecessary.
  private let keepsHistory: Bool
  private let catalogs: ModuleCatalogs
  private let stack: DrivingStack?
  private let kept = Mutex(Kept())

  init(_ catalogs: ModuleCatalogs, keepsHistory: Bool = false) {
    self.keepsHistory = keepsHistory
    self.catalogs = catalogs
    let choices: [(ModuleKind, ModuleChoice?)] = [
      (.perception, catalogs.standardChoice(.perception)),
      (.predictor, catalogs.standardChoice(.predictor)),
      (.planner, catalogs.standardChoice(.planner, named: "idm")),
      (.controller, catalogs.standardChoice(.controller)),
    ]
    var modules: [ModuleKind: ModuleChoice] = [:]
    for (kind, choice) in choices { modules[kind] = choice }
    stack = modules.count == choices.count ? DrivingStack(modules: modules) : nil
  }

  /// The episode itself is its own reference roll-out: no expert, the reference's modules, and
  /// nothing that ends it early.
  func isOwnReference(_ scenario: Scenario) -> Bool {
    guard let stack, scenario.endOn.isEmpty else { return false }
    return scenario.egos.allSatisfy { ego in
      guard ego.expert == nil,
        let agent = scenario.agents.first(where: { $0.spec.id == ego.id }),
        case .stack(let own) = agent.driver
      else { return false }
      return own == stack
    }
  }

  /// The reference drive of each ego; nil where an expert makes it unnecessary, or where the
  /// reference planner itself fails.
  func drives(for scenario: Scenario) -> Drives {
    guard let stack, keepsHistory || scenario.egos.contains(where: { $0.expert == nil }) else {
      return Drives(egos: scenario.egos.map { _ in nil })
    }
    let reference = scenario.drivenBy(stack)
    let key = reference.contentHash
    if let known = kept.withLock({ $0.drives[key] }) { return known }
    let drives = rollOut(reference)
    kept.withLock { kept in
      guard kept.drives.updateValue(drives, forKey: key) == nil else { return }
      kept.order.append(key)
      if kept.order.count > (keepsHistory ? Self.fullCapacity : Self.capacity) {
        kept.drives[kept.order.removeFirst()] = nil
      }
    }
    return drives
  }

  private func rollOut(_ scenario: Scenario) -> Drives {
    let none = Drives(egos: scenario.egos.map { _ in nil })
    guard let modules = try? EpisodeAssembly(catalogs: catalogs).modules(for: scenario) else {
      return none
    }
    var runner = EpisodeRunner(
      scenario, header: EpisodeHeader(of: scenario, references: none.egos), modules: modules,
      detail: .states)
    let episode = runner.run()
    guard episode.outcome == .completed else { return none }
    return Drives(
      egos: episode.record.egos.map { $0.map(\.state) },
      history: keepsHistory ? episode.record.history : nil)
  }
}

extension Scenario {
  /// This scenario with all egos driven by one stack, over its full duration.
  fileprivate func drivenBy(_ stack: DrivingStack) -> Scenario {
    var scenario = self
    scenario.endOn = []
    scenario.expectations = []
    scenario.profile = nil
    let ids = Set(egos.map(\.id))
    for row in scenario.agents.indices where ids.contains(scenario.agents[row].spec.id) {
      scenario.agents[row].driver = .stack(stack)
    }
    return scenario
  }
}

extension Episode {
  /// Measures progress of each ego against its own drive.
  mutating func useOwnDrivesAsReference() {
    for ego in record.header.egos.indices {
      record.header.egos[ego].reference = record.egos[ego].map(\.state)
      record.header.egos[ego].referenceKind = .referenceRollout
    }
  }
}
