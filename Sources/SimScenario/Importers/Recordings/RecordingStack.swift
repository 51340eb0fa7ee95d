import SimCore
import SimStack
import SimWorld

/// What the command line says about the egos and policies of a recording. A recording names no
/// modules, so the flags and the catalog's first of each kind decide; `--set ego.…` reaches the
/// keys that every driven agent has in a scenario file.
struct RecordingStack: Sendable {
  var stack: DrivingStack
  /// Chassis of all egos; nil: that of the format, or of the recorded vehicle.
  var vehicle: VehicleParameters?
  var replay: ModuleChoice
  /// Nil unless vehicles are to react.
  var idm: ModuleChoice?

  /// Checks the flags against the catalog.
  init(_ options: LoadOptions, file: String) throws(InputError) {
    let place = SourceLocation.wholeFile(file)
    let sink = DiagnosticSink()
    var tree = ParameterTree(
      .mapping([
        ParameterTree.Entry(
          key: "ego", keyLocation: place, value: ParameterTree(.mapping([]), at: place))
      ]), at: place)
    _ = CommandLineEdits(options, sink).apply(to: &tree)
    let decoder = ScenarioDecoder(options: options, sink: sink)
    var stack: DrivingStack?
    if let root = MappingDecoder(tree, .recording, sink), let ego = root.value("ego"),
      let keys = MappingDecoder(ego, .recordedEgo, sink)
    {
      stack = decoder.stack(keys)
      vehicle = keys.has("vehicle") ? decoder.vehicle(keys.value("vehicle"), for: .car) : nil
    }
    let policies = ModuleDecoder(options.catalog, sink)
    func policy(_ name: String) -> ModuleChoice? {
      policies.choice(ParameterTree(.scalar(name, quoted: false), at: place), .policy)
    }
    let replay = policy("replay")
    idm = options.traffic == .reactive ? policy("idm") : nil
    try sink.throwIfFailed()
    guard let stack, let replay else {
      throw InputError(at: place, "this program has no modules to drive a recording's ego")
    }
    self.stack = stack
    self.replay = replay
  }
}

extension ScenarioSection {
  /// What the command line can set in an imported recording.
  static let recording = ScenarioSection(
    path: "", noun: "an imported recording",
    summary: "Everything but the egos' modules is in the recording.",
    keys: [ScenarioKey("ego", "mapping", .optional, "modules and chassis of the egos")])

  static let recordedEgo = ScenarioSection(
    path: "ego", noun: "the ego of a recording",
    summary: "Its start and goal are in the recording.", keys: stackKeys)
}
