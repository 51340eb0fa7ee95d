/// Writes JSON in one fixed form: keys in the order in which they are written, doubles as the
/// shortest decimal that reads back to the same bits, `null` for what is not finite.
struct JSONText {
  /// UTF-8: a batch writes megabytes of it while nothing else is left to do.
  private var bytes: [UInt8] = []

  /// All that was written.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// One value of a small tree, for rows that are built by hand.
  indirect enum Value {
    case null
    case text(String)
    case integer(Int)
    case unsigned(UInt64)
    case number(Double?)
    case flag(Bool)
    case array([Value])
    case object([(String, Value)])
  }

  /// Appends raw punctuation or white space.
  mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Appends a value on one line.
  mutating func value(_ value: Value) {
    switch value {
    case .null: raw("null")
    case .text(let string): self.string(string)
    case .integer(let number): raw(String(number))
    case .unsigned(let number): raw(String(number))
    case .number(let number): self.number(number)
    case .flag(let flag): raw(flag ? "true" : "false")
    case .array(let values):
      raw("[")
      for (index, element) in values.enumerated() {
        if index > 0 { raw(", ") }
        self.value(element)
      }
      raw("]")
    case .object(let entries):
      raw("{")
      for (index, entry) in entries.enumerated() {
        if index > 0 { raw(", ") }
        string(entry.0)
        raw(": ")
        self.value(entry.1)
      }
      raw("}")
    }
  }

  private mutating func number(_ number: Double?) {
    guard let number, number.isFinite else {
      raw("null")
      return
    }
    // Swift's description is the shortest that round-trips; whole numbers lose their ".0".
    let digits = number.description
    raw(digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits)
  }

  private mutating func string(_ string: String) {
    raw("\"")
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): raw("\\\"")
      case UInt8(ascii: "\\"): raw("\\\\")
      case UInt8(ascii: "\n"): raw("\\n")
      case UInt8(ascii: "\r"): raw("\\r")
      case UInt8(ascii: "\t"): raw("\\t")
      case ..<0x20:
        let digits = String(byte, radix: 16)
        raw("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: bytes.append(byte)
      }
    }
    raw("\"")
  }

  /// One value as text.
  static func text(_ value: Value) -> String {
    var json = JSONText()
    json.value(value)
    return json.text
  }
}
