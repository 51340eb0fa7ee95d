/// Reads the JSON header of a safetensors file: an object of tensor entries and one of texts.
///
/// The grammar is flat (nothing nests deeper than a list in an entry in the header), so this needs
/// no recursion, and a hostile header cannot exhaust the stack.
struct SafetensorsHeader {
  /// One tensor as the header describes it.
  struct Entry {
    var name: String
    var type: String
    var shape: [Int]
    var begin: Int, end: Int
    /// Where the entry stands in the file, for errors.
    var place: Int
  }

  /// What is wrong and at which byte of the file.
  struct Defect: Error {
    var message: String
    var place: Int
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int
  var entries: [Entry] = []
  var metadata: [(key: String, value: String)] = []

  /// Parses the header in a slice of the file; places count from the file's first byte.
  init(_ bytes: ArraySlice<UInt8>) throws(Defect) {
    self.bytes = bytes
    position = bytes.startIndex
    var names: Set<String> = []
    try expect("{")
    if try !skip("}") {
      repeat {
        let place = position
        let name = try string()
        guard names.insert(name).inserted else {
          throw Defect(message: "a second entry '\(name)'", place: place)
        }
        try expect(":")
        if name == "__metadata__" {
          try readMetadata()
        } else {
          entries.append(try entry(name, place))
        }
      } while try skip(",")
      try expect("}")
    }
    // Writers fill up with spaces so that the data are aligned.
    skipSpace()
    guard position == bytes.endIndex else { throw fault("text after the header's end") }
  }

  private mutating func readMetadata() throws(Defect) {
    try expect("{")
    if try skip("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      metadata.append((key, try string()))
    } while try skip(",")
    try expect("}")
  }

  private mutating func entry(_ name: String, _ place: Int) throws(Defect) -> Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try expect("{")
    repeat {
      let key = try string()
      try expect(":")
      switch key {
      case "dtype" where type == nil: type = try string()
      case "shape" where shape == nil: shape = try numbers()
      case "data_offsets" where offsets == nil: offsets = try numbers()
      default: throw fault("key '\(key)' in the entry of '\(name)'")
      }
    } while try skip(",")
    try expect("}")
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw Defect(
        message: "the entry of '\(name)' lacks dtype, shape or two data_offsets", place: place)
    }
    return Entry(
      name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1], place: place)
  }

  // MARK: Tokens

  private func fault(_ message: String) -> Defect { Defect(message: message, place: position) }

  private mutating func skipSpace() {
    while position < bytes.endIndex, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) {
      position += 1
    }
  }

  /// Whether the next token is this character; passes it if so.
  private mutating func skip(_ character: Unicode.Scalar) throws(Defect) -> Bool {
    skipSpace()
    guard position < bytes.endIndex else { throw fault("the header ends too early") }
    guard bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Defect) {
    if try !skip(character) { throw fault("'\(character)' should stand here") }
  }

  private mutating func numbers() throws(Defect) -> [Int] {
    var list: [Int] = []
    try expect("[")
    if try skip("]") { return list }
    repeat {
      skipSpace()
      var value = 0
      let start = position
      while position < bytes.endIndex, (0x30...0x39).contains(bytes[position]) {
        let (tens, large) = value.multipliedReportingOverflow(by: 10)
        let (sum, larger) = tens.addingReportingOverflow(Int(bytes[position] - 0x30))
        if large || larger { throw fault("a number beyond 64 bits") }
        value = sum
        position += 1
      }
      guard position > start else { throw fault("a whole number should stand here") }
      list.append(value)
    } while try skip(",")
    try expect("]")
    return list
  }

  private mutating func string() throws(Defect) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard position < bytes.endIndex else { throw fault("a text without end") }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault("a text that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw fault("a control character in a text")
      default: text.append(byte)
      }
    }
  }

  private mutating func escape() throws(Defect) -> [UInt8] {
    guard position < bytes.endIndex else { throw fault("a text without end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "u"):
      let high = try codeUnit()
      if let scalar = Unicode.Scalar(UInt32(high)) { return Array(String(scalar).utf8) }
      // The first half of a pair.
      guard position + 1 < bytes.endIndex, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw fault("half a character") }
      position += 2
      let low = try codeUnit()
      guard (0xD800..<0xDC00).contains(high), (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(
          0x10000 + (UInt32(high - 0xD800) << 10) + UInt32(low - 0xDC00))
      else { throw fault("half a character") }
      return Array(String(scalar).utf8)
    default: throw fault("an escape that JSON does not have")
    }
  }

  private mutating func codeUnit() throws(Defect) -> UInt16 {
    guard bytes.endIndex - position >= 4,
      let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
      bytes[position] != UInt8(ascii: "+"), bytes[position] != UInt8(ascii: "-")
    else { throw fault("four hexadecimal digits should stand here") }
    position += 4
    return unit
  }
}
