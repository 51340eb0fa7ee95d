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
  /// Of the only random numbers there are; `--seeds` comes first.
  var seed: UInt64 = 0
  /// Length of the episodes in ticks; nil: what the recording and its goals ask for.
  var ticks: Int?
  var expectations: [Expectation] = []
  var profile: String?
  var endOn: [EndCondition] = []

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
    if let root = MappingDecoder(tree, .recording, sink) {
      if let ego = root.value("ego"), let keys = MappingDecoder(ego, .recordedEgo, sink) {
        stack = decoder.stack(keys)
        vehicle = keys.has("vehicle") ? decoder.vehicle(keys.value("vehicle"), for: .car) : nil
      }
      seed = root.value("seed").flatMap { decoder.scalar.seed($0, "'seed'") } ?? 0
      if root.has("duration") { ticks = max(1, decoder.clock.ticks(decoder.duration(root))) }
      expectations = decoder.expectations(root)
      profile = decoder.profile(root)
      endOn = decoder.endOn(root)
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
    summary: "Map, traffic and tasks are in the recording.",
    keys: [
      ScenarioKey("ego", "mapping", .optional, "modules and chassis of the egos"),
      ScenarioKey("duration", "time", .optional, "length of the episodes, whole ticks of 0.1 s"),
      ScenarioKey("seed", "whole number", .standard("0"), "seed of all random numbers"),
      ScenarioKey("expect", "mapping", .optional, "result: bound that it must keep"),
      ScenarioKey(
        "profile", "name", .standard("that of the command line"), "how the drive is scored"),
      ScenarioKey(
        "end_on", "word or list", .optional, "what ends it early: collision, goal, off_road"),
    ])

  static let recordedEgo = ScenarioSection(
    path: "ego", noun: "the ego of a recording",
    summary: "Its start and goal are in the recording.", keys: stackKeys)
}
