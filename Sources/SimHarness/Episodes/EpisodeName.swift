/// Names of episodes after expansion: `name[key=value,…]`.
enum EpisodeName {
  /// The name without the cell of its seed: `cut_in[speed=26,seed=3]` is `cut_in[speed=26]`.
  static func withoutSeed(_ name: String) -> String {
    guard let open = name.firstIndex(of: "["), name.hasSuffix("]") else { return name }
    let cells = name[name.index(after: open)...].dropLast()
      .split(separator: ",", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("seed=") }
    let base = name[..<open]
    return cells.isEmpty ? String(base) : base + "[" + cells.joined(separator: ",") + "]"
  }
}
