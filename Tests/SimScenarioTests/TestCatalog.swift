import SimCore
import SimScenario

/// A catalog that stands in for the modules of the other rooms.
enum TestCatalog {
  static let schema = CatalogSchema(modules: [
    .perception: [
      ModuleSchema(
        "ideal", "sees everything",
        parameters: [
          ParameterSchema(
            "range", .number(default: 100, in: 1...1000, dimension: .length), "how far it sees")
        ])
    ],
    .predictor: [ModuleSchema("constant-velocity", "straight on")],
    .planner: [
      ModuleSchema(
        "idm", "follows the route",
        parameters: [
          ParameterSchema(
            "headway", .number(default: 1.5, in: 0...10, dimension: .time), "desired headway"),
          ParameterSchema("candidates", .integer(default: 3, in: 1...20), "number of candidates"),
          ParameterSchema("reverses", .flag(default: false), "may reverse"),
        ]),
      ModuleSchema("pdm-closed", "scores candidates"),
    ],
    .controller: [ModuleSchema("lqr", "tracks the plan")],
    .policy: [
      ModuleSchema(
        "idm", "follows its leader",
        parameters: [
          ParameterSchema(
            "style",
            .choice(default: "normal", among: ["timid", "normal", "assertive"]), "driving style"),
          ParameterSchema(
            "desired_speed", .number(default: 30, in: 0...100, dimension: .speed),
            "speed on a free road"),
        ]),
      ModuleSchema("constant_speed", "keeps its speed"),
    ],
    .metric: [
      ModuleSchema("no_ego_at_fault_collisions", "nobody was hit"),
      ModuleSchema("ego_progress_along_expert_route", "got on"),
    ],
  ])

  static let options = LoadOptions(catalog: schema)

  /// The options with a catalog that has the policy of recordings.
  static var withReplay: LoadOptions {
    var options = options
    options.catalog.modules[.policy]?.append(ModuleSchema("replay", "as recorded"))
    return options
  }
}

extension ScenarioLoader {
  /// The episodes of a scenario's text, as file `test.yaml`.
  func load(_ text: String, options: LoadOptions = TestCatalog.options) throws(InputError)
    -> LoadResult
  {
    try load(
      Array(text.utf8), file: "test.yaml", relativePath: "test.yaml", options: options)
  }

  /// The first episode of a scenario's text.
  func scenario(_ text: String, options: LoadOptions = TestCatalog.options) throws -> Scenario {
    try load(text, options: options).tickets[0].build()
  }
}

/// What an action throws, as users see it; empty if it throws nothing.
func message(_ action: () throws -> Void) -> String {
  do {
    try action()
    return ""
  } catch let error as InputError {
    return error.description
  } catch {
    return "not an input error: \(error)"
  }
}
