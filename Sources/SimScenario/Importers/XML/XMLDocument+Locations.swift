import SimCore

extension XMLDocument {
  /// Where an element begins.
  func location(of node: XMLNode) -> SourceLocation {
    lines.location(Int(elements[Int(node.index)].offset), in: bytes, file: file)
  }

  /// A diagnostic that points at an element.
  func diagnostic(
    _ severity: Diagnostic.Severity = .error, at node: XMLNode, _ message: String,
    hint: String? = nil
  ) -> Diagnostic {
    let fault = XMLFault(Int(elements[Int(node.index)].offset), message, hint: hint)
    return lines.diagnostic(severity, fault, in: bytes, file: file)
  }

  /// A diagnostic that points at an attribute.
  func diagnostic(
    _ severity: Diagnostic.Severity = .error, atAttribute index: Int, _ message: String,
    hint: String? = nil
  ) -> Diagnostic {
    let fault = XMLFault(Int(attributes[index].offset), message, hint: hint)
    return lines.diagnostic(severity, fault, in: bytes, file: file)
  }
}

/// Finds lines and columns in a text from sums over its blocks, so that thousands of places cost
/// little even in a large file or one that is a single line.
struct XMLLines: Sendable {
  private static let block = 4096
  /// A line longer than this is not shown with a diagnostic, and its columns count bytes.
  private static let longestShownLine = 2000
  private static let newline = UInt8(ascii: "\n")

  /// Line ends before each block, and the place behind the last of them.
  private var blocks: [(lineEnds: Int32, lineStart: Int32)] = []

  init(of bytes: [UInt8]) {
    blocks.reserveCapacity(bytes.count / Self.block + 1)
    bytes.withUnsafeBufferPointer { text in
      var lineEnds: Int32 = 0
      var lineStart = text.starts(with: XMLText.byteOrderMark) ? XMLText.byteOrderMark.count : 0
      var start = 0
      repeat {
        blocks.append((lineEnds, Int32(lineStart)))
        let end = min(start + Self.block, text.count)
        for index in start..<end where text[index] == Self.newline {
          lineEnds += 1
          lineStart = index + 1
        }
        start = end
      } while start < text.count
    }
  }

  /// Line, from 1, and the place where it begins.
  private func line(at offset: Int, in bytes: [UInt8]) -> (number: Int, start: Int) {
    let block = min(offset / Self.block, blocks.count - 1)
    var number = Int(blocks[block].lineEnds) + 1
    var start = Int(blocks[block].lineStart)
    for index in block * Self.block..<max(offset, block * Self.block)
    where bytes[index] == Self.newline {
      number += 1
      start = index + 1
    }
    return (number, start)
  }

  /// Line and column of an offset.
  func location(_ offset: Int, in bytes: [UInt8], file: String) -> SourceLocation {
    let offset = min(offset, bytes.count)
    let (number, start) = line(at: offset, in: bytes)
    let before = bytes[start..<max(start, offset)]
    let column =
      before.count > Self.longestShownLine
      ? before.count : String(decoding: before, as: UTF8.self).count
    return SourceLocation(file: file, line: number, column: column + 1)
  }

  /// A diagnostic from a fault in a text, with its line.
  func diagnostic(
    _ severity: Diagnostic.Severity, _ fault: XMLFault, in bytes: [UInt8], file: String
  ) -> Diagnostic {
    let offset = min(fault.offset, bytes.count)
    let start = line(at: offset, in: bytes).start
    var end = max(start, offset)
    while end < bytes.count, end - start <= Self.longestShownLine, bytes[end] != Self.newline {
      end += 1
    }
    var shown: String?
    if end - start <= Self.longestShownLine {
      if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      shown = String(decoding: bytes[start..<end], as: UTF8.self)
    }
    return Diagnostic(
      severity, at: location(fault.offset, in: bytes, file: file), fault.message,
      hint: fault.hint, sourceLine: shown)
  }
}
