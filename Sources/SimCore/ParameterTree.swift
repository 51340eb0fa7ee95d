/// A tree of values read from a text (YAML, or a `--set` argument), each with its place.
///
/// It is the one form in which configuration travels: the scenario reader makes it, and decoders
/// of the scenario, of modules and of events take it apart, reporting errors with carets.
public struct ParameterTree: Hashable, Sendable {
  /// What stands at a node.
  public enum Value: Hashable, Sendable {
    /// A scalar as written. `quoted` scalars are text even if they look like a number.
    case scalar(String, quoted: Bool)
    /// A list, in the order written.
    case sequence([ParameterTree])
    /// Keys with their values, in the order written.
    case mapping([Entry])
    /// Nothing, `~` or `null`.
    case null
  }

  /// One key of a mapping with its value. Keys are unique within a mapping; order is kept.
  public struct Entry: Hashable, Sendable {
    /// The key as written, without quotes.
    public var key: String
    /// Where the key stands.
    public var keyLocation: SourceLocation
    /// What stands behind the colon.
    public var value: ParameterTree

    /// A key with its value.
    public init(key: String, keyLocation: SourceLocation, value: ParameterTree) {
      self.key = key
      self.keyLocation = keyLocation
      self.value = value
    }
  }

  /// What stands here.
  public var value: Value
  /// Where it begins in the text.
  public var location: SourceLocation

  /// A value with its place.
  public init(_ value: Value, at location: SourceLocation) {
    self.value = value
    self.location = location
  }

  /// The value of a key; nil if this is no mapping or has no such key.
  public subscript(key: String) -> ParameterTree? {
    guard case .mapping(let entries) = value else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// What kind of thing stands here, in the words of an error message.
  public var kindName: String {
    switch value {
    case .scalar(let text, _): text.isEmpty ? "an empty value" : "'\(text)'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .null: "nothing"
    }
  }
}
