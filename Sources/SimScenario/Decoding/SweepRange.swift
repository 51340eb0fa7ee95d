import SimCore

/// A range of values in a sweep: `0..4`, `10..20 step 2.5`, `30..50 step 5 km/h`, both ends
/// included.
///
/// It is worked out in whole multiples of the last decimal place written, so that `0..1 step 0.1`
/// gives 0.3 and not 0.30000000000000004.
struct SweepRange {
  /// Its values as one would write them.
  var texts: [String]

  /// Nil if the text is no range at all; a failure says what is wrong with one.
  static func parse(_ text: String) -> Result<SweepRange, Problem>? {
    // Other texts with dots, such as the path of a file, are no ranges.
    guard let dots = text.firstRange(of: ".."), let start = text.first,
      start.isNumber || start == "-" || start == "+"
    else { return nil }
    let first = text[..<dots.lowerBound].trimmed
    var rest = text[dots.upperBound...].trimmed
    let last = takeNumber(&rest)
    var step = "1"
    if rest.hasPrefix("step") {
      rest = rest.dropFirst(4).trimmed
      step = String(takeNumber(&rest))
    }
    guard let a = Decimal(first), let b = Decimal(last), let c = Decimal(Substring(step)) else {
      return .failure(Problem("'\(text)' is not a range like 0..4 or 10..20 step 2.5 km/h"))
    }
    let places = max(a.places, b.places, c.places)
    guard let low = a.scaled(to: places), let high = b.scaled(to: places),
      let stride = c.scaled(to: places)
    else { return .failure(Problem("the numbers of '\(text)' have too many digits")) }
    guard stride > 0 else { return .failure(Problem("the step of '\(text)' must be above 0")) }
    guard low <= high else { return .failure(Problem("the range '\(text)' runs backwards")) }
    let (width, overflow) = high.subtractingReportingOverflow(low)
    guard !overflow, width / stride < ScenarioLimits.cells else {
      return .failure(
        Problem("the range '\(text)' has more than \(ScenarioLimits.cells) values"))
    }
    let unit = rest.isEmpty ? "" : " " + rest
    let count = width / stride + 1
    return .success(
      SweepRange(
        texts: (0..<count).map { Decimal.text(low + $0 * stride, places: places) + unit }))
  }

  /// What is wrong with a range.
  struct Problem: Error {
    var message: String

    init(_ message: String) {
      self.message = message
    }
  }

  /// Cuts the number off the front.
  private static func takeNumber(_ text: inout Substring) -> Substring {
    let number = text.prefix { "+-.0123456789".contains($0) }
    text = text.dropFirst(number.count).trimmed
    return number
  }

  /// A decimal number without exponent, exactly.
  private struct Decimal {
    var digits: Int
    var places: Int

    init?(_ text: Substring) {
      var body = text
      let isNegative = body.first == "-"
      if isNegative { body = body.dropFirst() }
      let parts = body.split(separator: ".", omittingEmptySubsequences: false)
      guard (1...2).contains(parts.count), let whole = parts.first, !whole.isEmpty,
        parts.allSatisfy({ $0.allSatisfy { ("0"..."9").contains($0) } }),
        parts.count == 1 || !parts[1].isEmpty, let value = Int(parts.joined())
      else { return nil }
      digits = isNegative ? -value : value
      places = parts.count == 2 ? parts[1].count : 0
    }

    func scaled(to places: Int) -> Int? {
      var value = digits
      for _ in self.places..<places {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        value = product
      }
      return value
    }

    /// Without trailing zeros behind the point.
    static func text(_ value: Int, places: Int) -> String {
      var digits = String(value.magnitude)
      while digits.count <= places { digits = "0" + digits }
      var fraction = digits.suffix(places)
      while fraction.last == "0" { fraction.removeLast() }
      let whole = digits.prefix(digits.count - places)
      return (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
  }
}

extension StringProtocol {
  /// Without spaces at its ends.
  fileprivate var trimmed: Substring {
    var text = Substring(self)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}
