import SimGeometry

/// Writes lines of JSON into a buffer that is used again and again.
///
/// Numbers are the shortest decimals that read back to the same bits.
struct LineWriter {
  /// What has been written.
  private(set) var bytes: [UInt8] = []

  /// Forgets what was written, but not the room for it.
  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  /// Appends punctuation, or a key with its colon.
  @inline(__always)
  mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func number(_ value: Int) {
    var text = value.description
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  /// A number, or `null` for what is none.
  mutating func number(_ value: Double) {
    guard value.isFinite else { return raw("null") }
    var text = value.description
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  mutating func number(_ value: Int?) {
    if let value { number(value) } else { raw("null") }
  }

  mutating func number(_ value: Double?) {
    if let value { number(value) } else { raw("null") }
  }

  mutating func flag(_ value: Bool) { if value { raw("true") } else { raw("false") } }

  mutating func text(_ value: String) {
    raw("\"")
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""): raw("\\\"")
      case UInt8(ascii: "\\"): raw("\\\\")
      case 0..<0x20:
        raw("\\u00")
        bytes.append(LineWriter.digits[Int(byte >> 4)])
        bytes.append(LineWriter.digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    raw("\"")
  }

  private static let digits = Array("0123456789abcdef".utf8)

  /// A list; `body` writes an element.
  mutating func list<Element>(
    _ elements: some Sequence<Element>, _ body: (inout LineWriter, Element) -> Void
  ) {
    raw("[")
    var isFirst = true
    for element in elements {
      if !isFirst { raw(",") }
      isFirst = false
      body(&self, element)
    }
    raw("]")
  }

  /// A list of whole numbers.
  mutating func numbers(_ values: [Int]) { list(values) { $0.number($1) } }

  /// A list of numbers.
  mutating func numbers(_ values: [Double]) { list(values) { $0.number($1) } }

  /// `[x, y]`.
  mutating func point(_ point: Vector2) {
    raw("[")
    number(point.x)
    raw(",")
    number(point.y)
    raw("]")
  }

  /// `[[x, y], …]`.
  mutating func points(_ points: [Vector2]) { list(points) { $0.point($1) } }
}
