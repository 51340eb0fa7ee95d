import SimCore

extension XMLDocument {
  /// Where an element begins.
  func location(of node: XMLNode) -> SourceLocation {
    Self.location(Int(elements[Int(node.index)].offset), file: file, bytes: bytes)
  }

  /// A diagnostic that points at an element.
  func diagnostic(
    _ severity: Diagnostic.Severity = .error, at node: XMLNode, _ message: String,
    hint: String? = nil
  ) -> Diagnostic {
    let fault = XMLFault(Int(elements[Int(node.index)].offset), message, hint: hint)
    return Self.diagnostic(severity, fault, file: file, bytes: bytes)
  }

  /// A diagnostic that points at an attribute.
  func diagnostic(
    _ severity: Diagnostic.Severity = .error, atAttribute index: Int, _ message: String,
    hint: String? = nil
  ) -> Diagnostic {
    let fault = XMLFault(Int(attributes[index].offset), message, hint: hint)
    return Self.diagnostic(severity, fault, file: file, bytes: bytes)
  }

  /// A line longer than this is not shown with a diagnostic: a whole file may be one line.
  private static let longestShownLine = 2000

  /// A diagnostic from a fault in a text.
  static func diagnostic(
    _ severity: Diagnostic.Severity, _ fault: XMLFault, file: String, bytes: [UInt8]
  ) -> Diagnostic {
    let range = lineRange(fault.offset, bytes)
    return Diagnostic(
      severity, at: location(fault.offset, file: file, bytes: bytes), fault.message,
      hint: fault.hint,
      sourceLine: range.count > longestShownLine
        ? nil : String(decoding: bytes[range], as: UTF8.self))
  }

  private static func location(_ offset: Int, file: String, bytes: [UInt8]) -> SourceLocation {
    let offset = Swift.min(offset, bytes.count)
    var line = 1
    for byte in bytes[..<offset] where byte == UInt8(ascii: "\n") { line += 1 }
    let start = lineRange(offset, bytes).lowerBound
    let column = String(decoding: bytes[start..<Swift.max(start, offset)], as: UTF8.self).count + 1
    return SourceLocation(file: file, line: line, column: column)
  }

  /// The bytes of the line around an offset, without line end and byte order mark.
  private static func lineRange(_ offset: Int, _ bytes: [UInt8]) -> Range<Int> {
    let offset = Swift.min(offset, bytes.count)
    var start = offset
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    var end = offset
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    if start == 0, bytes.starts(with: XMLText.byteOrderMark) {
      start = Swift.min(XMLText.byteOrderMark.count, end)
    }
    return start..<end
  }
}
