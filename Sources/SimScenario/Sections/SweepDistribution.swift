import SimCore

/// A distribution from which a sweep draws the values of a key:
/// `{uniform: [26, 32 m/s], count: 5}`.
///
/// Values are drawn before anything runs, each from the seed, the key's path and its own number
/// alone: another key, or a larger count, shifts none of them. They are rounded to a thousandth of
/// the distribution's width, so that names stay short.
struct SweepDistribution {
  /// Its kinds; where two numbers are given as a list, the order is that of the words here.
  enum Law {
    case uniform(low: Double, high: Double)
    case logUniform(low: Double, high: Double)
    case normal(mean: Double, deviation: Double)
    /// The logarithm is normal.
    case lognormal(median: Double, sigma: Double)
    case triangular(low: Double, mode: Double, high: Double)
    case exponential(mean: Double)
  }

  var law: Law
  /// As written behind the numbers, with a blank before it; empty: none.
  var unit: String
  /// Nil: drawn together with the others that name none.
  var count: Int?
  var seed: UInt64
  /// Values beyond are drawn anew.
  var bounds: ClosedRange<Double>

  private static let purpose = RandomPurpose("scenario.sweep")
  /// Draws that may miss the bounds, or hit a value that is there already, one after the other.
  private static let attempts = 1000

  /// Where nearly all values lie: the whole of a bounded law, three deviations of another.
  var range: ClosedRange<Double> {
    let (low, high): (Double, Double) =
      switch law {
      case .uniform(let low, let high), .logUniform(let low, let high): (low, high)
      case .triangular(let low, _, let high): (low, high)
      case .normal(let mean, let deviation): (mean - 3 * deviation, mean + 3 * deviation)
      case .lognormal(let median, let sigma):
        (median * ExactMath.exp(-3 * sigma), median * ExactMath.exp(3 * sigma))
      case .exponential(let mean): (0, 5 * mean)
      }
    let inside = max(low, bounds.lowerBound)
    return inside...max(inside, min(high, bounds.upperBound))
  }

  /// The texts of some draws, none of them twice; nil if there are not so many.
  ///
  /// - Parameter path: of the key.
  func texts(_ count: Int, path: String) -> [String]? {
    var seen: Set<String> = []
    var texts: [String] = []
    for sample in 0..<count {
      let text = text(sample, path) { seen.insert($0).inserted }
      guard let text else { return nil }
      texts.append(text)
    }
    return texts
  }

  /// The text of one draw, values beyond the bounds left out.
  ///
  /// - Parameters:
  ///   - sample: its number.
  ///   - isNew: whether a value will do.
  func text(_ sample: Int, _ path: String, _ isNew: (String) -> Bool = { _ in true }) -> String? {
    let random = CounterRandom(seed: seed)
    let stream = StableHash.of(path)
    for attempt in 0..<SweepDistribution.attempts {
      let value = draw(random, stream, sample, attempt)
      let text = rounded(value) + unit
      if bounds.contains(value), isNew(text) { return text }
    }
    return nil
  }

  private func draw(
    _ random: CounterRandom, _ stream: UInt64, _ sample: Int, _ attempt: Int
  ) -> Double {
    let purpose = SweepDistribution.purpose
    // In [0, 1).
    let share = random.uniform(purpose, stream: stream, tick: sample, index: attempt)
    func normal() -> Double { random.normal(purpose, stream: stream, tick: sample, index: attempt) }
    switch law {
    case .uniform(let low, let high): return low + share * (high - low)
    case .logUniform(let low, let high):
      return low * ExactMath.exp(share * ExactMath.log(high / low))
    case .normal(let mean, let deviation): return mean + deviation * normal()
    case .lognormal(let median, let sigma): return median * ExactMath.exp(sigma * normal())
    case .triangular(let low, let mode, let high):
      let fold = (mode - low) / (high - low)
      return share < fold
        ? low + (share * (high - low) * (mode - low)).squareRoot()
        : high - ((1 - share) * (high - low) * (high - mode)).squareRoot()
    case .exponential(let mean): return -mean * ExactMath.log(1 - share)
    }
  }

  /// To a thousandth of the width.
  func rounded(_ value: Double) -> String {
    SweepDistribution.rounded(value, width: range.upperBound - range.lowerBound)
  }

  /// A number to a thousandth of some width, without trailing zeros.
  static func rounded(_ value: Double, width: Double) -> String {
    var decimals = 0
    var step = 1.0
    while decimals < 12 && step > width / 1000 {
      step /= 10
      decimals += 1
    }
    var text = value.fixed(decimals)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
  }
}

// MARK: - Reading

extension SweepDistribution {
  /// Each law with its numbers, in their order.
  static let laws: [(name: String, words: [String])] = [
    ("uniform", ["low", "high"]), ("log_uniform", ["low", "high"]), ("normal", ["mean", "sd"]),
    ("lognormal", ["median", "sigma"]), ("triangular", ["low", "mode", "high"]),
    ("exponential", ["mean"]),
  ]
  static let names = laws.map(\.name)
  /// As the documentation has them.
  static let forms = laws.map { "`\($0.name): [\($0.words.joined(separator: ", "))]`" }
    .joined(separator: ", ")

  /// Reads `{uniform: [26, 32 m/s], count: 5}`; nil, with an error in the sink, if it is wrong.
  init?(_ tree: ParameterTree, _ sink: DiagnosticSink) {
    guard case .mapping(let entries) = tree.value else { return nil }
    let options = ["count", "seed", "min", "max"]
    let errorsBefore = sink.errorCount
    for entry in entries where !(SweepDistribution.names + options).contains(entry.key) {
      sink.error(
        at: entry.keyLocation, "unknown key '\(entry.key)' in a distribution",
        hint: nearestSpelling(of: entry.key, among: SweepDistribution.names + options).map {
          "did you mean '\($0)'?"
        }
          ?? "one of \(SweepDistribution.names.joined(separator: ", ")); \(options.joined(separator: ", "))"
      )
    }
    let laws = entries.filter { SweepDistribution.names.contains($0.key) }
    guard sink.errorCount == errorsBefore else { return nil }
    guard laws.count == 1 else {
      sink.error(
        at: laws.dropFirst().first?.keyLocation ?? tree.location,
        laws.isEmpty ? "a distribution is missing" : "one distribution is enough",
        hint: "one of: " + SweepDistribution.names.joined(separator: ", "))
      return nil
    }
    var reader = NumberReader(sink: sink)
    guard let law = SweepDistribution.law(laws[0], &reader, sink) else { return nil }
    self.law = law
    let scalar = ScalarDecoder(sink)
    count = tree["count"].flatMap { scalar.integer($0, "'count'", in: 1...ScenarioLimits.cells) }
    seed = tree["seed"].flatMap { scalar.seed($0, "'seed'") } ?? 0
    let low = tree["min"].flatMap { reader.number($0, "'min'") } ?? -.infinity
    let high = tree["max"].flatMap { reader.number($0, "'max'") } ?? .infinity
    unit = reader.unit ?? ""
    bounds = low...max(low, high)
    if low > high, let place = tree["max"]?.location {
      sink.error(at: place, "'max' is below 'min'")
    }
    guard sink.errorCount == errorsBefore else { return nil }
  }

  private static func law(
    _ entry: ParameterTree.Entry, _ reader: inout NumberReader, _ sink: DiagnosticSink
  ) -> Law? {
    let words = laws.first { $0.name == entry.key }?.words ?? []
    guard let n = reader.numbers(entry, words) else { return nil }
    func check(_ holds: Bool, _ message: String) -> Bool {
      if !holds { sink.error(at: entry.value.location, message) }
      return holds
    }
    switch entry.key {
    case "uniform":
      return check(n[0] < n[1], "'uniform' runs from low to high")
        ? .uniform(low: n[0], high: n[1]) : nil
    case "log_uniform":
      return check(n[0] > 0 && n[0] < n[1], "'log_uniform' runs from low to high, above 0")
        ? .logUniform(low: n[0], high: n[1]) : nil
    case "normal":
      return check(n[1] > 0, "the deviation must be above 0")
        ? .normal(mean: n[0], deviation: n[1]) : nil
    case "lognormal":
      return check(
        n[0] > 0 && n[1] > 0 && n[1] <= 3, "median and sigma must be above 0, sigma at most 3")
        ? .lognormal(median: n[0], sigma: n[1]) : nil
    case "triangular":
      return check(
        n[0] <= n[1] && n[1] <= n[2] && n[0] < n[2], "'triangular' runs from low over mode to high")
        ? .triangular(low: n[0], mode: n[1], high: n[2]) : nil
    default:
      return check(n[0] > 0, "the mean must be above 0") ? .exponential(mean: n[0]) : nil
    }
  }
}

/// Reads numbers that share a unit, which may be written behind any of them.
struct NumberReader {
  let sink: DiagnosticSink
  /// With a blank before it; nil: none was written yet.
  var unit: String?

  init(sink: DiagnosticSink) { self.sink = sink }

  /// Numbers as a list in a given order, by their words, or, if there is only one, by itself.
  mutating func numbers(_ entry: ParameterTree.Entry, _ words: [String]) -> [Double]? {
    let form =
      words.count == 1 ? "a number" : "[\(words.joined(separator: ", "))]"
    var items: [ParameterTree] = []
    switch entry.value.value {
    case .sequence(let list): items = list
    case .mapping(let given):
      for other in given where !words.contains(other.key) {
        sink.error(at: other.keyLocation, "'\(entry.key)' has no '\(other.key)'", hint: form)
        return nil
      }
      items = words.compactMap { word in given.first { $0.key == word }?.value }
    case .scalar: items = [entry.value]
    case .null: break
    }
    guard items.count == words.count else {
      sink.error(at: entry.keyLocation, "'\(entry.key)' takes \(form)")
      return nil
    }
    var numbers: [Double] = []
    for item in items {
      // The spread of a lognormal has no unit.
      guard let number = number(item, "a number of '\(entry.key)'") else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// One number, whose unit must be that of the others.
  mutating func number(_ tree: ParameterTree, _ what: String) -> Double? {
    guard case .scalar(let text, quoted: false) = tree.value,
      let (value, unit) = NumberReader.split(text)
    else {
      sink.error(at: tree.location, "\(what) must be a number, not \(tree.kindName)")
      return nil
    }
    if !unit.isEmpty {
      if let known = self.unit, known != unit {
        sink.error(at: tree.location, "\(what) is in\(unit), another one in\(known)")
        return nil
      }
      self.unit = unit
    }
    return value
  }

  /// A text as a number and the unit behind it, with a blank before it.
  static func split(_ text: String) -> (value: Double, unit: String)? {
    let digits = text.prefix { "+-.0123456789".contains($0) }
    guard let value = NumberText.plain(String(digits)), value.isFinite else { return nil }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    return (value, unit.isEmpty ? "" : " " + unit)
  }
}
