import SimControl
public import SimCore
import SimMetrics
import SimPerception
import SimPlanning
import SimPrediction
public import SimScenario
public import SimStack
import SimTraffic
import SimWorld

/// Every plug-in this program knows: the one place where the rooms meet.
///
/// It is a value that is passed down, so that a test or another program can run with catalogs of
/// its own.
public struct ModuleCatalogs: Sendable {
  /// Perceivers; the first is the default, as in the next three.
  public var perceivers: [CatalogEntry<DrivingSetup, any Perceiver>]
  /// Predictors.
  public var predictors: [CatalogEntry<DrivingSetup, any Predictor>]
  /// Planners.
  public var planners: [CatalogEntry<DrivingSetup, any Planner>]
  /// Controllers.
  public var controllers: [CatalogEntry<DrivingSetup, any Controller>]
  /// Policies of background traffic; scenarios name theirs.
  public var policies: [CatalogEntry<TrafficSetup, any TrafficPolicy>]
  /// Readers of foreign formats; the first that knows a file reads it.
  public var importers: [Importer]

  /// The modules that come with the program.
  public static let shipped = ModuleCatalogs(
    perceivers: PerceptionCatalog.entries, predictors: PredictorCatalog.entries,
    planners: PlannerCatalog.entries + [ExternalPlanner.entry],
    controllers: ControllerCatalog.entries, policies: PolicyCatalog.entries,
    importers: ImporterCatalog.importers)

  /// Catalogs of one's own; names are unique in each.
  public init(
    perceivers: [CatalogEntry<DrivingSetup, any Perceiver>],
    predictors: [CatalogEntry<DrivingSetup, any Predictor>],
    planners: [CatalogEntry<DrivingSetup, any Planner>],
    controllers: [CatalogEntry<DrivingSetup, any Controller>],
    policies: [CatalogEntry<TrafficSetup, any TrafficPolicy>], importers: [Importer]
  ) {
    self.perceivers = perceivers
    self.predictors = predictors
    self.planners = planners
    self.controllers = controllers
    self.policies = policies
    self.importers = importers
  }

  /// What can be named and set, for the scenario reader and `simrun catalog`.
  public var schema: CatalogSchema {
    var modules: [ModuleKind: [ModuleSchema]] = [:]
    for kind in ModuleKind.allCases { modules[kind] = schemas(of: kind) }
    return CatalogSchema(modules: modules)
  }

  private func schemas(of kind: ModuleKind) -> [ModuleSchema] {
    switch kind {
    case .perception: perceivers.map(\.schema)
    case .predictor: predictors.map(\.schema)
    case .planner: planners.map(\.schema)
    case .controller: controllers.map(\.schema)
    case .policy: policies.map(\.schema)
    case .metric: MetricCatalog.schemas
    }
  }

  /// Looks at the files, such as weights, that the parameters of a scenario's egos name.
  ///
  /// - Returns: a hash of what each holds, on which results depend beside the scenario.
  /// - Throws: what is wrong with one: the episode cannot run.
  @discardableResult
  public func files(of scenario: Scenario) throws(InputError) -> [UInt64] {
    var hashes: [UInt64] = []
    for row in scenario.agents.indices where scenario.agents[row].spec.motion == .driven {
      guard case .stack(let stack) = scenario.agents[row].driver else { continue }
      let modules = stack.modules
      try add(modules[.perception], perceivers, to: &hashes)
      try add(modules[.predictor], predictors, to: &hashes)
      try add(modules[.planner], planners, to: &hashes)
      try add(modules[.controller], controllers, to: &hashes)
    }
    return hashes
  }

  private func add<Module>(
    _ choice: ModuleChoice?, _ entries: [CatalogEntry<DrivingSetup, Module>],
    to hashes: inout [UInt64]
  ) throws(InputError) {
    guard let choice,
      let files = entries.first(where: { $0.schema.name == choice.name })?.files
    else { return }
    hashes.append(try files(choice.parameters))
  }

  /// The first module of each kind is its default.
  func standardChoice(_ kind: ModuleKind, named name: String? = nil) -> ModuleChoice? {
    let schemas = schemas(of: kind)
    return (name == nil ? schemas.first : schemas.first { $0.name == name }).map(ModuleChoice.init)
  }
}
