/// What a YAML text may at most hold. The bounds are far above any sensible scenario and keep a
/// hostile or broken file from costing more than a moment.
public struct YAMLLimits: Hashable, Sendable {
  /// Size of the file, bytes.
  public var bytes: Int
  /// Mappings and lists inside each other, aliases included.
  public var depth: Int
  /// Values in all, each counted as often as aliases repeat it.
  public var nodes: Int
  /// Length of one scalar, bytes.
  public var scalarBytes: Int

  /// Limits as in `standard` unless told otherwise.
  public init(
    bytes: Int = 4 << 20, depth: Int = 64, nodes: Int = 200_000, scalarBytes: Int = 64 << 10
  ) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
    self.scalarBytes = scalarBytes
  }

  /// 4 MiB, 64 levels, 200,000 values, 64 KiB a scalar.
  public static let standard = YAMLLimits()
}
