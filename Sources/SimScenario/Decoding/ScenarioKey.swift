/// One key that a scenario file may hold: written once, next to its decoder, and read by the
/// decoder (which refuses every other key), by `simrun catalog` and by the docs.
public struct ScenarioKey: Hashable, Sendable {
  /// Whether it must be given, and what holds if it is not.
  public enum Presence: Hashable, Sendable {
    /// Its absence is an error.
    case required
    /// Without it nothing is asked for.
    case optional
    /// What holds without it, in words.
    case standard(String)
  }

  /// The key as people write it, unique in its section.
  public var name: String
  /// What stands there, e.g. `speed` or `list of lanes`.
  public var form: String
  /// Whether it must be given, and what holds without it.
  public var presence: Presence
  /// One line that says what it means.
  public var summary: String

  /// A key with the line that documents say about it.
  public init(_ name: String, _ form: String, _ presence: Presence, _ summary: String) {
    self.name = name
    self.form = form
    self.presence = presence
    self.summary = summary
  }
}

/// The keys of one kind of mapping in a scenario file.
public struct ScenarioSection: Hashable, Sendable {
  /// Where it stands, e.g. `agents[]`; empty for the file itself.
  public var path: String
  /// What messages call it, e.g. `an agent`.
  public var noun: String
  /// One line that says what it is.
  public var summary: String
  /// What may stand there, in the order in which documents list it.
  public var keys: [ScenarioKey]
  /// Keys that a later version will know: they are refused with a message that says so.
  public var planned: [String]

  /// A section with its keys, and with those that are refused as not yet known.
  public init(
    path: String, noun: String, summary: String, keys: [ScenarioKey], planned: [String] = []
  ) {
    self.path = path
    self.noun = noun
    self.summary = summary
    self.keys = keys
    self.planned = planned
  }
}
