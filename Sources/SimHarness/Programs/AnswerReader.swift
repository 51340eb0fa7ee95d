import Glibc
import SimGeometry
import SimStack

/// Why a line is no answer; the text goes on after "the program answered".
struct AnswerDefect: Error {
  var text: String

  init(_ text: String) { self.text = text }
}

/// What a planning program says.
struct PlannerAnswer {
  /// The kinds of answer.
  enum Kind: String { case hello, ready, plan, error }

  var kind: Kind
  /// Of `hello`: the version of the protocol that it speaks.
  var version: Int?
  /// Of `hello`: it wants forecasts.
  var wantsForecasts = false
  /// Of `plan`: the tick that it is for.
  var tick: Int?
  /// Of `plan`: rows of numbers, one after the other.
  var numbers: [Double]?
  /// Of `plan`: numbers a row, 5 or 6.
  var columns = 0
  /// Of `error`: what happened.
  var message: String?
}

/// Reads one line of JSON of known form. What it does not know it passes over; nothing that a
/// program writes can do more than make it give up.
struct AnswerReader {
  /// Most points of a plan.
  static let mostPoints = 10_000
  private static let deepest = 32
  private static let longestText = 2_000

  /// The line; a 0 stands behind it.
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  /// - Parameter bytes: of the line, with a 0 behind them.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    precondition(bytes.last == 0, "a 0 ends the text")
    self.bytes = bytes
  }

  /// The answer of the whole line.
  mutating func answer() throws(AnswerDefect) -> PlannerAnswer {
    do {
      return try object()
    } catch {
      // What it was, if it is no more than a print that went astray.
      if !error.text.isEmpty { throw error }
      throw AnswerDefect("what is no JSON: '\(start)'")
    }
  }

  /// The beginning of the line, for messages.
  private var start: String {
    String(decoding: bytes.prefix(60).prefix { $0 != 0 }, as: UTF8.self).printable
  }

  /// It is no JSON.
  private static let nonsense = AnswerDefect("")

  private mutating func object() throws(AnswerDefect) -> PlannerAnswer {
    var answer = PlannerAnswer(kind: .error)
    var type: String?
    try expect("{")
    if !accepts("}") {
      repeat {
        let key = try text()
        try expect(":")
        switch key {
        case "type": type = try text()
        case "protocol": answer.version = try whole("the version of the protocol")
        case "forecasts": answer.wantsForecasts = try flag()
        case "tick": answer.tick = try whole("the tick")
        case "message": answer.message = try text()
        case "trajectory": try trajectory(&answer)
        default: try passOver()
        }
      } while accepts(",")
      try expect("}")
    }
    skipSpace()
    guard place == bytes.count - 1 else { throw AnswerReader.nonsense }
    guard let type else { throw AnswerDefect("without a type: '\(start)'") }
    guard let kind = PlannerAnswer.Kind(rawValue: type) else {
      throw AnswerDefect("with an unknown type '\(type.printable)'")
    }
    answer.kind = kind
    return answer
  }

  /// Rows of 5 or 6 numbers.
  private mutating func trajectory(_ answer: inout PlannerAnswer) throws(AnswerDefect) {
    var numbers: [Double] = []
    numbers.reserveCapacity(6 * 128)
    var rows = 0
    skipSpace()
    guard accepts("[") else { throw AnswerDefect("a trajectory that is no list") }
    if !accepts("]") {
      repeat {
        guard rows < AnswerReader.mostPoints else {
          throw AnswerDefect("a plan of more than \(AnswerReader.mostPoints) points")
        }
        guard accepts("[") else { throw AnswerDefect("point \(rows) that is no list of numbers") }
        var count = 0
        if !accepts("]") {
          repeat {
            numbers.append(try number(rows))
            count += 1
          } while count < 7 && accepts(",")
          guard accepts("]") || count > 6 else {
            throw AnswerDefect("point \(rows) that is no list of numbers")
          }
        }
        guard count == 5 || count == 6, rows == 0 || count == answer.columns else {
          throw AnswerDefect(
            "point \(rows) with \(count > 6 ? "more than 6" : "\(count)") numbers"
              + (rows > 0 && count != answer.columns && (5...6).contains(count)
                ? ", others have \(answer.columns)" : ", not 5 or 6"))
        }
        answer.columns = count
        rows += 1
      } while accepts(",")
      guard accepts("]") else { throw AnswerReader.nonsense }
    }
    answer.numbers = numbers
  }

  /// A number of a point.
  private mutating func number(_ row: Int) throws(AnswerDefect) -> Double {
    skipSpace()
    guard let (value, _) = plainNumber() else {
      let word = String(
        decoding: bytes[place...].prefix(12).prefix { $0 != 0 && $0 != UInt8(ascii: ",")
          && $0 != UInt8(ascii: "]")
        }, as: UTF8.self)
      throw AnswerDefect("point \(row) with '\(word.printable)', which is no number")
    }
    guard value.isFinite else { throw AnswerDefect("point \(row) with a number that is infinite") }
    return value
  }

  /// A number as JSON writes it; nil if there is none.
  private mutating func plainNumber() -> (value: Double, isWhole: Bool)? {
    let first = place
    var next = place
    var isWhole = true
    if bytes[next] == UInt8(ascii: "-") { next += 1 }
    func digits() -> Int {
      var count = 0
      while bytes[next + count] &- UInt8(ascii: "0") < 10 { count += 1 }
      return count
    }
    let leading = digits()
    guard leading > 0 else { return nil }
    next += leading
    if bytes[next] == UInt8(ascii: ".") {
      isWhole = false
      next += 1
      let count = digits()
      guard count > 0 else { return nil }
      next += count
    }
    if bytes[next] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      next += 1
      if bytes[next] == UInt8(ascii: "-") || bytes[next] == UInt8(ascii: "+") { next += 1 }
      let count = digits()
      guard count > 0 else { return nil }
      next += count
    }
    guard let base = bytes.baseAddress else { return nil }
    // Correctly rounded; it stops where the digits do, at the latest at the 0 behind the line.
    let value = (base + first).withMemoryRebound(to: CChar.self, capacity: next - first + 1) {
      strtod($0, nil)
    }
    place = next
    return (value, isWhole)
  }

  private mutating func whole(_ what: String) throws(AnswerDefect) -> Int {
    skipSpace()
    guard let (value, isWhole) = plainNumber(), isWhole, let number = Int(exactly: value) else {
      throw AnswerDefect("\(what) as something that is no whole number")
    }
    return number
  }

  private mutating func flag() throws(AnswerDefect) -> Bool {
    if accepts(word: "true") { return true }
    if accepts(word: "false") { return false }
    throw AnswerDefect("something else than true or false")
  }

  private mutating func text() throws(AnswerDefect) -> String {
    try expect("\"")
    var letters: [UInt8] = []
    while true {
      let byte = bytes[place]
      guard byte != 0 else { throw AnswerReader.nonsense }
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: letters, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &letters)
      default: if letters.count < AnswerReader.longestText { letters.append(byte) }
      }
    }
  }

  private mutating func escape(into letters: inout [UInt8]) throws(AnswerDefect) {
    let byte = bytes[place]
    guard byte != 0 else { throw AnswerReader.nonsense }
    place += 1
    switch byte {
    case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "b"),
      UInt8(ascii: "f"):
      letters.append(UInt8(ascii: " "))
    case UInt8(ascii: "u"):
      var value: UInt32 = 0
      for _ in 0..<4 {
        guard let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else {
          throw AnswerReader.nonsense
        }
        value = value << 4 | UInt32(digit)
        place += 1
      }
      // (Halves of a pair become what stands for the unreadable.)
      letters.append(contentsOf: String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
    default: letters.append(byte)
    }
  }

  /// Passes over a value of any kind.
  private mutating func passOver() throws(AnswerDefect) {
    var depth = 0
    repeat {
      skipSpace()
      switch bytes[place] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        place += 1
      case UInt8(ascii: "\""): _ = try text()
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw AnswerReader.nonsense }
        place += 1
      default:
        let known = ["true", "false", "null", "NaN", "Infinity", "-Infinity"]
        guard known.contains(where: { accepts(word: $0) }) || plainNumber() != nil else {
          throw AnswerReader.nonsense
        }
      }
      guard (0...AnswerReader.deepest).contains(depth) else { throw AnswerReader.nonsense }
    } while depth > 0
  }

  // MARK: - Letters

  @inline(__always)
  private mutating func skipSpace() {
    while bytes[place] == 0x20 || bytes[place] == 0x09 || bytes[place] == 0x0D { place += 1 }
  }

  /// Takes a letter if it is the next but for spaces.
  @inline(__always)
  private mutating func accepts(_ letter: Unicode.Scalar) -> Bool {
    skipSpace()
    guard bytes[place] == UInt8(ascii: letter) else { return false }
    place += 1
    return true
  }

  private mutating func accepts(word: String) -> Bool {
    skipSpace()
    guard bytes[place...].starts(with: word.utf8) else { return false }
    place += word.utf8.count
    return true
  }

  private mutating func expect(_ letter: Unicode.Scalar) throws(AnswerDefect) {
    guard accepts(letter) else { throw AnswerReader.nonsense }
  }
}

extension String {
  /// Without line breaks and other controls, for a line of a message.
  var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }
}
