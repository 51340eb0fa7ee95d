/// A number with a unit, as people write it (`50 km/h`), held in SI units.
@frozen
public struct Quantity: Hashable, Sendable {
  /// The value in the SI unit of `dimension`; finite.
  public var value: Double
  /// What the value measures; it names the SI unit.
  public var dimension: Dimension

  /// A value in the SI unit of its dimension.
  @inlinable
  public init(_ value: Double, _ dimension: Dimension) {
    self.value = value
    self.dimension = dimension
  }

  /// Why a text is no quantity.
  public struct ParseError: Error, Hashable, Sendable {
    /// What is wrong: one sentence without a full stop, to be shown at the text's place.
    public var message: String
    /// What to do about it, if there is something useful to say.
    public var hint: String?
    /// Where in the text, in characters from 0.
    public var offset: Int

    /// A reason why a text is no quantity, and where.
    public init(_ message: String, hint: String? = nil, offset: Int = 0) {
      self.message = message
      self.hint = hint
      self.offset = offset
    }
  }

  /// Reads a decimal number with an optional unit: `3`, `-1.5e3`, `50 km/h`, `60deg`, `85 %`.
  ///
  /// A number without a unit has the dimension `none`; what it then means is up to the reader.
  ///
  /// - Parameter expected: dimension whose units are hinted at if the unit is not known.
  /// - Throws: `ParseError` if this is no finite number or the unit is not known.
  public static func parse(
    _ text: String, expecting expected: Dimension? = nil
  ) throws(ParseError) -> Quantity {
    let characters = Array(text)
    var start = 0
    while start < characters.count, characters[start].isWhitespace { start += 1 }
    guard start < characters.count else { throw ParseError("a number is missing") }
    let end = endOfNumber(characters, from: start)
    guard end > start else {
      throw notANumber(String(characters[start...]).trimmedOfSpaces, offset: start)
    }
    let digits = String(characters[start..<end])
    var unitStart = end
    while unitStart < characters.count, characters[unitStart].isWhitespace { unitStart += 1 }
    let unit = String(characters[unitStart...]).trimmedOfSpaces
    // A literal that starts or ends with a point needs a digit there for `Double`.
    guard let number = Double(digits.hasSuffix(".") ? digits + "0" : digits) else {
      throw ParseError("'\(digits)' is not a number", offset: start)
    }
    guard number.isFinite else {
      throw ParseError("\(digits) is too large for a number", offset: start)
    }
    if number == 0, digits.prefix(while: { $0 != "e" && $0 != "E" }).contains(where: isNonzero) {
      throw ParseError("\(digits) is too small for a number", offset: start)
    }
    guard !unit.isEmpty else { return Quantity(number, .none) }
    guard let known = unitsByName.first(where: { $0.name == unit }) else {
      if let first = unit.first, first.isNumber || "._+-,:".contains(first) {
        throw ParseError(
          "'\(text.trimmedOfSpaces)' is not a number", hint: "write numbers like 1200.5 or 1.2e3",
          offset: start)
      }
      throw ParseError(
        "unknown unit '\(unit)'", hint: unitHint(unit, expected), offset: unitStart)
    }
    let value = number * known.numerator / known.denominator
    guard value.isFinite else {
      throw ParseError("\(digits) \(unit) is too large for a number", offset: start)
    }
    return Quantity(value, known.dimension)
  }

  /// Every unit that can be written, in the order in which documents list them.
  public static var unitNames: [String] { unitsByName.map(\.name) }

  private static func isNonzero(_ character: Character) -> Bool {
    ("1"..."9").contains(character)
  }

  private static func isDigit(_ character: Character) -> Bool {
    ("0"..."9").contains(character)
  }

  /// The end of the longest decimal number at `start`; `start` if there is none.
  private static func endOfNumber(_ text: [Character], from start: Int) -> Int {
    var i = start
    if i < text.count, text[i] == "+" || text[i] == "-" { i += 1 }
    let first = i
    while i < text.count, isDigit(text[i]) { i += 1 }
    var digits = i - first
    if i < text.count, text[i] == "." {
      let point = i
      i += 1
      while i < text.count, isDigit(text[i]) { i += 1 }
      digits += i - point - 1
    }
    guard digits > 0 else { return start }
    // An exponent only if a digit follows.
    if i < text.count, text[i] == "e" || text[i] == "E" {
      var j = i + 1
      if j < text.count, text[j] == "+" || text[j] == "-" { j += 1 }
      let firstOfExponent = j
      while j < text.count, isDigit(text[j]) { j += 1 }
      if j > firstOfExponent { i = j }
    }
    return i
  }

  private static func notANumber(_ text: String, offset: Int) -> ParseError {
    let word = text.lowercased().drop { "+-.".contains($0) }
    if word == "nan" || word == "inf" || word == "infinity" {
      return ParseError("'\(text)' is not a finite number", offset: offset)
    }
    return ParseError("'\(text)' is not a number", offset: offset)
  }

  private static func unitHint(_ unit: String, _ expected: Dimension?) -> String {
    let names = unitsByName.filter { expected == nil || $0.dimension == expected }.map(\.name)
    if let near = nearestSpelling(of: unit, among: names) { return "did you mean '\(near)'?" }
    return "known units: " + names.joined(separator: ", ")
  }

  /// A unit: its value in SI units as a ratio, so that round numbers are rounded only once.
  private struct Unit {
    var name: String
    var numerator: Double
    var denominator: Double
    var dimension: Dimension

    init(_ name: String, _ dimension: Dimension, _ numerator: Double = 1, _ denominator: Double = 1)
    {
      self.name = name
      self.numerator = numerator
      self.denominator = denominator
      self.dimension = dimension
    }
  }

  private static let unitsByName: [Unit] = [
    Unit("m", .length), Unit("km", .length, 1000), Unit("cm", .length, 1, 100),
    Unit("mm", .length, 1, 1000),
    Unit("s", .time), Unit("ms", .time, 1, 1000), Unit("min", .time, 60), Unit("h", .time, 3600),
    Unit("m/s", .speed), Unit("km/h", .speed, 1000, 3600), Unit("kph", .speed, 1000, 3600),
    Unit("mph", .speed, 1397, 3125),
    Unit("m/s^2", .acceleration), Unit("m/s2", .acceleration), Unit("m/s²", .acceleration),
    Unit("g", .acceleration, 980_665, 100_000),
    Unit("m/s^3", .jerk), Unit("m/s3", .jerk), Unit("m/s³", .jerk),
    Unit("rad", .angle), Unit("deg", .angle, .pi, 180), Unit("°", .angle, .pi, 180),
    Unit("rad/s", .angularRate), Unit("deg/s", .angularRate, .pi, 180),
    Unit("rad/s^2", .angularAcceleration), Unit("rad/s2", .angularAcceleration),
    Unit("rad/s²", .angularAcceleration), Unit("deg/s^2", .angularAcceleration, .pi, 180),
    Unit("1/m", .curvature), Unit("1/km", .curvature, 1, 1000),
    Unit("Hz", .frequency), Unit("1/s", .frequency), Unit("1/min", .frequency, 1, 60),
    Unit("1/h", .frequency, 1, 3600), Unit("veh/h", .frequency, 1, 3600),
    Unit("%", .none, 1, 100),
  ]
}

extension String {
  /// Without white space at its ends.
  fileprivate var trimmedOfSpaces: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
