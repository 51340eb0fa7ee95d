/// One word or punctuation mark of a Swift source, without comments and the text of strings.
struct Token {
  /// The word, or one character; `""` for a string literal.
  var text: String
  /// The line it stands on, from 1.
  var line: Int
  /// Whether white space, a comment or a line's start precedes it.
  var isAfterSpace: Bool
  /// The number of blanks at the start of its line.
  var indentation: Int
}

/// Takes a Swift source apart. It knows comments, strings with interpolations, raw strings and
/// strings of several lines; of the rest only words and characters.
struct Tokenizer {
  private let bytes: [UInt8]
  private var i = 0
  private var line = 1
  private var indentation = 0
  private var isAfterSpace = true
  private(set) var tokens: [Token] = []

  /// The tokens of a source.
  static func tokens(of text: String) -> [Token] {
    var tokenizer = Tokenizer(bytes: Array(text.utf8))
    tokenizer.indentation = tokenizer.blanks(at: 0)
    tokenizer.run(untilClosingParenthesis: false)
    return tokenizer.tokens
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func byte(_ offset: Int = 0) -> UInt8 { i + offset < bytes.count ? bytes[i + offset] : 0 }

  private func isNext(_ text: StaticString) -> Bool {
    (0..<text.utf8CodeUnitCount).allSatisfy { byte($0) == text.utf8Start[$0] }
  }

  private func blanks(at start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
    return end - start
  }

  private mutating func skip(_ count: Int = 1) {
    for _ in 0..<count {
      if byte() == UInt8(ascii: "\n") {
        line += 1
        indentation = blanks(at: i + 1)
      }
      i += 1
    }
  }

  private mutating func add(_ text: String) {
    tokens.append(
      Token(text: text, line: line, isAfterSpace: isAfterSpace, indentation: indentation))
    isAfterSpace = false
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  /// Reads to the end, or past the parenthesis that closes an interpolation.
  private mutating func run(untilClosingParenthesis: Bool) {
    var depth = 0
    while i < bytes.count {
      if isNext("//") {
        while i < bytes.count, byte() != UInt8(ascii: "\n") { i += 1 }
        isAfterSpace = true
      } else if isNext("/*") {
        skipBlockComment()
      } else if byte() == UInt8(ascii: "\"") || (byte() == UInt8(ascii: "#") && startsRawString()) {
        readString()
      } else if Self.isWord(byte()) {
        readWord()
      } else if byte() <= 32 {
        skip()
        isAfterSpace = true
      } else {
        if byte() == UInt8(ascii: "(") { depth += 1 }
        if byte() == UInt8(ascii: ")") {
          if depth == 0, untilClosingParenthesis {
            skip()
            return
          }
          depth -= 1
        }
        add(String(UnicodeScalar(byte())))
        skip()
      }
    }
  }

  private mutating func readWord() {
    let start = i
    let isNumber = byte() >= UInt8(ascii: "0") && byte() <= UInt8(ascii: "9")
    while Self.isWord(byte())
      || (isNumber && byte() == UInt8(ascii: ".") && Self.isWord(byte(1)))
    {
      i += 1
    }
    add(String(decoding: bytes[start..<i], as: UTF8.self))
  }

  private mutating func skipBlockComment() {
    var depth = 0
    repeat {
      if isNext("/*") {
        depth += 1
        skip(2)
      } else if isNext("*/") {
        depth -= 1
        skip(2)
      } else {
        skip()
      }
    } while depth > 0 && i < bytes.count
    isAfterSpace = true
  }

  private func startsRawString() -> Bool {
    var end = i
    while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
    return end < bytes.count && bytes[end] == UInt8(ascii: "\"")
  }

  private mutating func readString() {
    var hashes = 0
    while byte() == UInt8(ascii: "#") {
      hashes += 1
      i += 1
    }
    let isLong = isNext("\"\"\"")
    add("\"\"")
    skip(isLong ? 3 : 1)
    while i < bytes.count {
      if byte() == UInt8(ascii: "\\"), isFollowedByHashes(hashes) {
        skip(1 + hashes)
        if byte() == UInt8(ascii: "(") {
          skip()
          run(untilClosingParenthesis: true)
        } else {
          skip()
        }
      } else if isLong ? isNext("\"\"\"") : byte() == UInt8(ascii: "\"") {
        let quotes = isLong ? 3 : 1
        i += quotes - 1
        let closes = isFollowedByHashes(hashes)
        i += 1
        if closes {
          i += hashes
          break
        }
      } else {
        skip()
      }
    }
    isAfterSpace = false
  }

  /// Whether that many `#` follow the current character.
  private func isFollowedByHashes(_ count: Int) -> Bool {
    (0..<count).allSatisfy { byte(1 + $0) == UInt8(ascii: "#") }
  }
}
