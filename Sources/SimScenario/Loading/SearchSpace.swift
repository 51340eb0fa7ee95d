public import SimCore

/// The numbers of a scenario file that its sweep varies, as ranges in which any value may be tried.
public struct SearchSpace: Sendable {
  /// One key.
  public struct Axis: Hashable, Sendable {
    /// The key's path in the file, e.g. `agents.cutter.speed`.
    public var path: String
    /// Least value, in `unit`.
    public var low: Double
    /// Greatest value, in `unit`; above `low`.
    public var high: Double
    /// As written behind its values, with a blank before it; empty: none.
    public var unit: String

    /// The value at a share of the range, 0 at its low end: to a thousandth of the range.
    public func text(at share: Double) -> String {
      let value = low + min(max(share, 0), 1) * (high - low)
      return SweepDistribution.rounded(value, width: high - low) + unit
    }
  }

  /// In the order of the file, at least one.
  public private(set) var axes: [Axis] = []

  /// Reads the space of a scenario file.
  ///
  /// Ranges and lists of numbers are searched between their ends, distributions where nearly all of
  /// their values lie. `seed` is no axis: a point is tried with all its seeds.
  ///
  /// - Parameters:
  ///   - options: paths that they set are fixed, and no axes.
  /// - Throws: what is wrong with the file or its sweep; axes that are not of numbers.
  public init(file: String, options: LoadOptions) throws(InputError) {
    let bytes = try InputFile.read(file, limit: YAMLLimits.standard.bytes)
    let source = SourceText(file: file, bytes: bytes)
    let sink = DiagnosticSink(source)
    guard var tree = YAMLReader.read(source, into: sink) else {
      try sink.throwIfFailed()
      preconditionFailure("a text without errors has a tree")
    }
    let fixed = CommandLineEdits(options, sink).apply(to: &tree)
    guard case .mapping(let entries) = tree["sweep"]?.value else {
      sink.error(
        at: tree.location, "this scenario has no sweep to search",
        hint: "add one, e.g. sweep: {agents.cutter.speed: 20..30}")
      try sink.throwIfFailed()
      return
    }
    for entry in entries
    where !fixed.contains(entry.key) && entry.key != "seed" && entry.key != "samples" {
      if let axis = SearchSpace.axis(entry, sink) { axes.append(axis) }
    }
    if axes.isEmpty, sink.errorCount == 0 {
      sink.error(at: tree["sweep"]?.location ?? tree.location, "the sweep has no numbers to search")
    }
    try sink.throwIfFailed()
  }

  private static func axis(_ entry: ParameterTree.Entry, _ sink: DiagnosticSink) -> Axis? {
    if case .mapping = entry.value.value {
      guard let law = SweepDistribution(entry.value, sink) else { return nil }
      let range = law.range
      return Axis(path: entry.key, low: range.lowerBound, high: range.upperBound, unit: law.unit)
    }
    guard let swept = SweepReader(sink).axis(entry) else { return nil }
    var reader = NumberReader(sink: sink)
    var numbers: [Double] = []
    for value in swept.values {
      guard case .scalar(let text, quoted: false) = value.trees[0].value,
        NumberReader.split(text) != nil
      else {
        sink.error(
          at: entry.keyLocation, "'\(entry.key)' is not swept over numbers and cannot be searched",
          hint: "fix it with --set \(entry.key)=\(value.texts[0])")
        return nil
      }
      guard let number = reader.number(value.trees[0], "a value of '\(entry.key)'") else {
        return nil
      }
      numbers.append(number)
    }
    guard let low = numbers.min(), let high = numbers.max(), low < high else {
      sink.error(
        at: entry.keyLocation, "'\(entry.key)' has one value only: there is nothing to search",
        hint: "give it a range")
      return nil
    }
    return Axis(path: entry.key, low: low, high: high, unit: reader.unit ?? "")
  }
}
