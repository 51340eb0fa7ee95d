public import SimCore
import SimScenario

/// The scored outcomes that runs are held to: the file of `simrun gate`.
///
/// YAML with one line an episode, in the order of the batch, so that an update is a diff that can
/// be reviewed:
///
///     version: 1
///     profile: strict
///     tolerances: {score: 0, score_mean: 0}
///     score_mean: 0.96
///     metrics: [no_ego_at_fault_collisions, …]
///     episodes:
///       - {scenario: "a[s=1]", ego: "ego", verdict: pass, score: 1, values: [1, …], hash: "0f…"}
public struct Baseline: Sendable {
  /// One drive of the baseline.
  public struct Entry: Sendable {
    /// Unique name after expansion.
    public var scenario: String
    /// The ego's declared id.
    public var ego: String
    /// What came of it.
    public var verdict: EpisodeResult.Verdict
    /// In [0, 1]; nil if it had none.
    public var score: Double?
    /// Values by the index of their metric; nil where a metric has none.
    public var values: [Double?]
    /// State hash of the last tick, in hexadecimal digits.
    public var hash: String

    var key: RunResults.Row.Key { RunResults.Row.Key(scenario: scenario, ego: ego) }
  }

  /// How much may be lost by the name of what is lost.
  public struct Tolerance: Hashable, Sendable {
    /// `score`, `score_mean`, or a metric.
    public var name: String
    /// At least 0, in the metric's unit.
    public var value: Double

    /// A tolerance by name.
    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Version of the file's form.
  static let version = 1
  /// What a file may at most hold: a million episodes are no baseline.
  private static let limits = YAMLLimits(bytes: 64 << 20, depth: 8, nodes: 8_000_000)

  /// Metric profile of the scores.
  public var profile: String
  /// In the order of the file; those of the score and its mean are 0 unless they are here.
  public var tolerances: [Tolerance]
  /// Mean score of the batch; nil if nothing had a score.
  public var meanScore: Double?
  /// Names of the metrics that `values` are of.
  public var metrics: [String]
  /// In the order of the batch.
  public var entries: [Entry]

  /// The baseline that a run makes.
  ///
  /// - Throws: something of the run could not run, which nothing is to be held to.
  public init(recording run: RunResults, tolerances: [Tolerance]) throws(InputError) {
    if let broken = run.rows.first(where: { $0.verdict == .error }) {
      throw InputError(
        at: .wholeFile(run.folder), "'\(broken.key.label)' could not run: \(broken.why)",
        hint: "a baseline is made of a run without errors")
    }
    profile = run.profile
    self.tolerances = tolerances
    meanScore = run.meanScore
    metrics = run.metrics.map(\.name)
    entries = run.rows.map { row in
      Entry(
        scenario: row.scenario, ego: row.ego, verdict: row.verdict, score: row.score,
        values: row.values, hash: row.hash)
    }
  }

  /// The tolerance of a name; nil if none is given.
  func tolerance(_ name: String) -> Double? { tolerances.first { $0.name == name }?.value }

  /// Sets tolerances, those of the same names anew.
  public mutating func set(_ changed: [Tolerance]) {
    for tolerance in changed {
      if let index = tolerances.firstIndex(where: { $0.name == tolerance.name }) {
        tolerances[index] = tolerance
      } else {
        tolerances.append(tolerance)
      }
    }
  }

  // MARK: - The file

  /// The file's text.
  public var text: String {
    var text = "# What 'simrun gate' holds a run to; written by 'simrun gate --update'.\n"
    text += "version: \(Baseline.version)\n"
    text += "profile: \(JSONText.text(.text(profile)))\n"
    let pairs = tolerances.map { ($0.name, JSONText.Value.number($0.value)) }
    text += "tolerances: \(JSONText.text(.object(pairs)))\n"
    text += "score_mean: \(JSONText.text(.number(meanScore)))\n"
    text += "metrics: \(JSONText.text(.array(metrics.map { .text($0) })))\n"
    text += "episodes:\n"
    for entry in entries { text += "  - \(Baseline.line(entry))\n" }
    return text
  }

  private static func line(_ entry: Entry) -> String {
    JSONText.text(
      .object([
        ("scenario", .text(entry.scenario)), ("ego", .text(entry.ego)),
        ("verdict", .text(entry.verdict.rawValue)), ("score", .number(entry.score)),
        ("values", .array(entry.values.map { .number($0) })), ("hash", .text(entry.hash)),
      ]))
  }

  /// Lines that an update takes out (`- `) and puts in (`+ `), episode by episode; of a new
  /// baseline all are new.
  public func difference(from old: Baseline?) -> [String] {
    let before = Dictionary(
      (old?.entries ?? []).map { ($0.key, Baseline.line($0)) }, uniquingKeysWith: { $1 })
    let kept = Set(entries.map(\.key))
    var lines: [String] = []
    for entry in entries {
      let line = Baseline.line(entry)
      let known = before[entry.key]
      if known == line { continue }
      if let known { lines.append("- " + known) }
      lines.append("+ " + line)
    }
    for entry in old?.entries ?? [] where !kept.contains(entry.key) {
      lines.append("- " + Baseline.line(entry))
    }
    return lines
  }

  /// Whether there is a file of that name, to be replaced.
  public static func isThere(_ path: String) -> Bool { InputFile.kind(of: path) == .file }

  /// Writes the file whole.
  ///
  /// - Throws: it cannot be written.
  public func write(to path: String) throws(InputError) {
    try FileSystem.writeAtomically(Array(text.utf8), to: path)
  }

  /// The baseline in a file.
  ///
  /// - Throws: it cannot be read, or everything that is wrong in it.
  public init(file path: String) throws(InputError) {
    let bytes = try InputFile.read(path, limit: Baseline.limits.bytes)
    let tree = try YAMLReader.read(bytes, file: path, limits: Baseline.limits)
    var reader = BaselineReader()
    let version = reader.number(tree["version"], "'version'", at: tree.location) ?? 1
    if version != Double(Baseline.version) {
      reader.problem(
        tree["version"] ?? tree, "a baseline of version \(version.fixed(0)) cannot be read",
        hint: "write it anew with 'simrun gate --update'")
    }
    profile = reader.text(tree["profile"], "'profile'", at: tree.location) ?? ""
    tolerances = reader.tolerances(tree["tolerances"])
    meanScore = tree["score_mean"].flatMap { reader.optionalNumber($0, "'score_mean'") }
    metrics = reader.items(tree["metrics"], "'metrics'", at: tree.location)
      .compactMap { reader.text($0, "a metric", at: $0.location) }
    entries = []
    var seen: Set<RunResults.Row.Key> = []
    for item in reader.items(tree["episodes"], "'episodes'", at: tree.location) {
      guard let entry = reader.entry(item, metrics: metrics.count) else { continue }
      if !seen.insert(entry.key).inserted {
        reader.problem(item, "'\(entry.key.label)' is here twice", hint: "remove one of them")
      }
      entries.append(entry)
    }
    try reader.throwIfFailed(bytes)
  }
}
