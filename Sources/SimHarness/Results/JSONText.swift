/// Writes JSON in one fixed form: keys in the order in which they are written, doubles as the
/// shortest decimal that reads back to the same bits, `null` for what is not finite.
struct JSONText {
  private(set) var text = ""

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
  mutating func raw(_ text: String) { self.text += text }

  /// Appends a value on one line.
  mutating func value(_ value: Value) {
    switch value {
    case .null: text += "null"
    case .text(let string): self.string(string)
    case .integer(let number): text += String(number)
    case .unsigned(let number): text += String(number)
    case .number(let number): self.number(number)
    case .flag(let flag): text += flag ? "true" : "false"
    case .array(let values):
      text += "["
      for (index, element) in values.enumerated() {
        if index > 0 { text += ", " }
        self.value(element)
      }
      text += "]"
    case .object(let entries):
      text += "{"
      for (index, entry) in entries.enumerated() {
        if index > 0 { text += ", " }
        string(entry.0)
        text += ": "
        self.value(entry.1)
      }
      text += "}"
    }
  }

  private mutating func number(_ number: Double?) {
    guard let number, number.isFinite else {
      text += "null"
      return
    }
    // Swift's description is the shortest that round-trips; whole numbers lose their ".0".
    let digits = number.description
    text += digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }

  private mutating func string(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  /// One value as text.
  static func text(_ value: Value) -> String {
    var json = JSONText()
    json.value(value)
    return json.text
  }
}
