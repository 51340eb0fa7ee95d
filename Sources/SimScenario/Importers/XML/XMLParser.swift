/// Reads an XML 1.0 text in one pass into the tables of an `XMLDocument`.
///
/// It never recurses and never looks back, so its stack is constant and its time linear.
struct XMLParser {
  let text: UnsafeBufferPointer<UInt8>
  let limits: XMLLimits
  /// The byte to be read next.
  var at = 0
  var elements: [XMLDocument.Element] = []
  var attributes: [XMLDocument.Attribute] = []
  var composed: [[UInt8]] = []
  var names: XMLNameTable
  /// Elements that are open, outermost first, each with its last child so far (-1: none).
  var open: [(element: Int32, lastChild: Int32)] = []

  /// - Parameter text: checked UTF-8, see `XMLText.utf8`.
  init(_ text: UnsafeBufferPointer<UInt8>, limits: XMLLimits) {
    self.text = text
    self.limits = limits
    names = XMLNameTable(limit: limits.names)
    open.reserveCapacity(limits.depth)
    // Most elements take some 30 bytes with their text; too small a guess only costs a copy.
    elements.reserveCapacity(text.count / 32 + 1)
  }

  /// The names in the order of their numbers.
  func nameTexts() -> [String] {
    names.ranges.map {
      String(decoding: text[Int($0.start)..<Int($0.end)], as: UTF8.self)
    }
  }

  mutating func run() throws(XMLFault) {
    if text.starts(with: XMLText.byteOrderMark) { at = XMLText.byteOrderMark.count }
    while true {
      try readCharacters()
      if at >= text.count { break }
      // At a '<'.
      guard at + 1 < text.count else { throw truncated() }
      switch text[at + 1] {
      case UInt8(ascii: "/"): try readEndTag()
      case UInt8(ascii: "!"): try readBang()
      case UInt8(ascii: "?"): try skip(past: "?>", openedBy: "<?")
      default: try readStartTag()
      }
    }
    if !open.isEmpty { throw truncated() }
    if elements.isEmpty {
      throw XMLFault(
        0, text.isEmpty ? "the file is empty" : "no XML element in the file",
        hint: "is it an XML file?")
    }
  }

  /// The text ends where it must not.
  func truncated() -> XMLFault {
    let hint = "the file looks cut off; was it copied whole?"
    guard let innermost = open.last else {
      return XMLFault(text.count, "the file ends in the middle of markup", hint: hint)
    }
    let element = elements[Int(innermost.element)]
    var line = 1
    for byte in text[..<Int(element.offset)] where byte == UInt8(ascii: "\n") { line += 1 }
    return XMLFault(
      text.count, "the file ends inside <\(nameText(element.name))>, opened in line \(line)",
      hint: hint)
  }

  func nameText(_ name: Int32) -> String {
    let range = names.ranges[Int(name)]
    return String(decoding: text[Int(range.start)..<Int(range.end)], as: UTF8.self)
  }

  /// Whether the text goes on with these ASCII characters.
  func hasPrefix(_ prefix: StaticString, at offset: Int) -> Bool {
    let count = prefix.utf8CodeUnitCount
    guard offset + count <= text.count else { return false }
    for index in 0..<count where text[offset + index] != prefix.utf8Start[index] { return false }
    return true
  }

  /// Moves past the next occurrence of a closing mark.
  mutating func skip(
    past closing: StaticString, openedBy opening: StaticString
  ) throws(XMLFault) {
    let start = at
    at += opening.utf8CodeUnitCount
    let first = closing.utf8Start[0]
    while at < text.count {
      if text[at] == first, hasPrefix(closing, at: at) {
        at += closing.utf8CodeUnitCount
        return
      }
      at += 1
    }
    throw XMLFault(start, "'\(opening)' without '\(closing)'")
  }

  @inline(__always)
  mutating func skipSpaces() {
    while at < text.count, XMLText.isSpace(text[at]) { at += 1 }
  }

  /// Reads a name and returns its number.
  mutating func readName(_ what: StaticString) throws(XMLFault) -> Int32 {
    let start = at
    guard at < text.count else { throw truncated() }
    guard XMLText.beginsName(text[at]) else {
      throw XMLFault(at, "expected the name of \(what), not '\(character(at: at))'")
    }
    var hash: UInt32 = 2_166_136_261
    repeat {
      hash = (hash ^ UInt32(text[at])) &* 16_777_619
      at += 1
    } while at < text.count && XMLText.continuesName(text[at])
    guard let name = names.number(text, start, at, hash) else {
      throw XMLFault(start, "more than \(limits.names) different names in the file")
    }
    return name
  }

  /// The character at an offset, for messages.
  func character(at offset: Int) -> Character {
    String(decoding: text[offset..<min(offset + 8, text.count)], as: UTF8.self).first ?? " "
  }
}

/// The different names of a text, numbered in order of first occurrence.
struct XMLNameTable {
  private(set) var ranges: [(start: Int32, end: Int32)] = []
  private var hashes: [UInt32] = []
  /// Open addressing; -1 is a free slot. At least twice as many slots as names.
  private var slots: [Int32]
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
    slots = [Int32](repeating: -1, count: 256)
  }

  /// The number of the name at `start..<end`; nil if there are too many names.
  mutating func number(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ hash: UInt32
  ) -> Int32? {
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let name = Int(slots[slot])
      if hashes[name] == hash, equal(text, ranges[name], start, end) { return Int32(name) }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard ranges.count < limit else { return nil }
    let name = Int32(ranges.count)
    ranges.append((Int32(start), Int32(end)))
    hashes.append(hash)
    slots[slot] = name
    if ranges.count * 2 > slots.count { grow() }
    return name
  }

  private func equal(
    _ text: UnsafeBufferPointer<UInt8>, _ range: (start: Int32, end: Int32), _ start: Int,
    _ end: Int
  ) -> Bool {
    let known = Int(range.start)
    guard Int(range.end) - known == end - start else { return false }
    for index in 0..<end - start where text[known + index] != text[start + index] { return false }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (name, hash) in hashes.enumerated() {
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(name)
    }
  }
}
