import SimCore

/// The bytes of an input, kept so that messages can show the line that they speak of.
struct SourceText: Sendable {
  /// As it appears in `SourceLocation.file`.
  let file: String
  let bytes: [UInt8]
  /// Where the text begins: line 1, column 1 unless it is part of another one.
  let firstLine: Int
  let firstColumn: Int

  init(file: String, bytes: [UInt8], firstLine: Int = 1, firstColumn: Int = 1) {
    self.file = file
    self.bytes = bytes
    self.firstLine = firstLine
    self.firstColumn = firstColumn
  }

  /// The place of a line and column counted from 0 within this text.
  func location(line: Int, column: Int) -> SourceLocation {
    SourceLocation(
      file: file, line: firstLine + line, column: column + (line == 0 ? firstColumn : 1))
  }

  /// A line without its end; nil if there is no such line.
  ///
  /// Lines end where YAML ends them: at LF, CR, CR LF, NEL, LS and PS.
  func line(_ number: Int) -> String? {
    guard number >= firstLine else { return nil }
    var current = firstLine
    var start = bytes.starts(with: SourceText.byteOrderMark) ? 3 : 0
    var index = start
    while index < bytes.count {
      let width = lineBreak(at: index)
      if width > 0 {
        if current == number { break }
        current += 1
        index += width
        start = index
      } else {
        index += 1
      }
    }
    guard current == number else { return nil }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// The place of a byte.
  func location(ofByte offset: Int) -> SourceLocation {
    var line = 0
    var column = 0
    var index = bytes.starts(with: SourceText.byteOrderMark) ? 3 : 0
    while index < min(offset, bytes.count) {
      let width = lineBreak(at: index)
      if width > 0 {
        line += 1
        column = 0
        index += width
      } else {
        // Continuation bytes of a character do not count.
        if bytes[index] & 0xC0 != 0x80 { column += 1 }
        index += 1
      }
    }
    return location(line: line, column: column)
  }

  /// The place behind the last character that is no white space.
  var endOfText: SourceLocation {
    let end = bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? 0
    return location(ofByte: end)
  }

  /// The mark of UTF-8 that some editors put first in a file.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Length of the line end that starts at a byte; 0 if none does.
  private func lineBreak(at index: Int) -> Int {
    switch bytes[index] {
    case 0x0A: 1
    case 0x0D: index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
    case 0xC2: index + 1 < bytes.count && bytes[index + 1] == 0x85 ? 2 : 0
    case 0xE2:
      index + 2 < bytes.count && bytes[index + 1] == 0x80
        && (bytes[index + 2] == 0xA8 || bytes[index + 2] == 0xA9) ? 3 : 0
    default: 0
    }
  }
}
