/// The characters of an XML text: encoding, white space, names.
enum XMLText {
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
  }

  /// A byte that may begin a name. Every character beyond ASCII may.
  @inline(__always)
  static func beginsName(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
      || byte >= 0x80
  }

  /// A byte that may stand in a name.
  @inline(__always)
  static func continuesName(_ byte: UInt8) -> Bool {
    beginsName(byte) || byte &- 0x30 < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  /// The text as checked UTF-8: no other encoding, no control characters, not too long.
  ///
  /// Texts that declare Latin-1 are converted.
  static func utf8(_ data: [UInt8], limits: XMLLimits) throws(XMLFault) -> [UInt8] {
    if data.count > limits.bytes {
      throw XMLFault(
        0, "the file has \(data.count) bytes, more than the \(limits.bytes) that are read")
    }
    if data.starts(with: [0xFE, 0xFF]) || data.starts(with: [0xFF, 0xFE]) {
      throw XMLFault(0, "the file is UTF-16", hint: "save it as UTF-8")
    }
    let encoding = declaredEncoding(data)
    var bytes = data
    switch encoding.name.lowercased() {
    case "utf-8", "utf8", "us-ascii", "ascii": break
    case "iso-8859-1", "latin1", "latin-1":
      bytes = []
      bytes.reserveCapacity(data.count + data.count / 16)
      for byte in data {
        if byte < 0x80 {
          bytes.append(byte)
        } else {
          bytes.append(0xC0 | byte >> 6)
          bytes.append(0x80 | byte & 0x3F)
        }
      }
    default:
      throw XMLFault(
        encoding.offset, "unknown encoding '\(encoding.name)'", hint: "save the file as UTF-8")
    }
    let bad = bytes.withUnsafeBufferPointer(firstFault)
    if bad < bytes.count {
      let hex = String(bytes[bad], radix: 16, uppercase: true)
      if bytes[bad] < 0x20 {
        throw XMLFault(bad, "control character 0x\(hex), which no XML file may hold")
      }
      throw XMLFault(bad, "byte 0x\(hex) is not UTF-8", hint: "save the file as UTF-8")
    }
    return bytes
  }

  /// The encoding named in the XML declaration; UTF-8 without one.
  private static func declaredEncoding(_ data: [UInt8]) -> (name: String, offset: Int) {
    let head = Array(data.prefix(256))
    let start = head.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    guard head[start...].starts(with: Array("<?xml".utf8)) else { return ("utf-8", 0) }
    let key = Array("encoding".utf8)
    var at = start
    while at + key.count < head.count, head[at] != UInt8(ascii: ">") {
      if head[at...].starts(with: key) {
        at += key.count
        while at < head.count, isSpace(head[at]) || head[at] == UInt8(ascii: "=") { at += 1 }
        guard at < head.count else { break }
        let quote = head[at]
        let value = head[(at + 1)...].prefix { $0 != quote }
        return (String(decoding: value, as: UTF8.self), at + 1)
      }
      at += 1
    }
    return ("utf-8", 0)
  }

  /// Offset of the first byte that is no UTF-8 or no character of XML; the count if there is none.
  private static func firstFault(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var at = 0
    let count = text.count
    while at < count {
      let byte = text[at]
      if byte < 0x80 {
        if byte < 0x20, !isSpace(byte) { return at }
        at += 1
        continue
      }
      // Length, and the range of the second byte that shuts out overlong forms and surrogates.
      let length: Int
      var second: ClosedRange<UInt8> = 0x80...0xBF
      switch byte {
      case 0xC2...0xDF: length = 2
      case 0xE0:
        length = 3
        second = 0xA0...0xBF
      case 0xED:
        length = 3
        second = 0x80...0x9F
      case 0xE1...0xEF: length = 3
      case 0xF0:
        length = 4
        second = 0x90...0xBF
      case 0xF1...0xF3: length = 4
      case 0xF4:
        length = 4
        second = 0x80...0x8F
      default: return at
      }
      guard at + length <= count, second.contains(text[at + 1]) else { return at }
      for index in at + 2..<at + length where text[index] & 0xC0 != 0x80 { return at }
      at += length
    }
    return count
  }
}
