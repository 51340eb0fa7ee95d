public import SimCore

/// An expression that picks episodes: words joined by `and`, `or`, `not` and parentheses, e.g.
/// `highway and not (truck or bus)`.
public struct Selection: Sendable {
  indirect enum Node: Sendable {
    case word(String)
    case not(Node)
    case and(Node, Node)
    case or(Node, Node)
  }

  let node: Node
  /// As it was written.
  let text: String
  /// What it is called in messages.
  let name: String
  /// All words in it, in order of reading.
  public let words: [String]

  /// Reads an expression.
  ///
  /// - Parameters:
  ///   - text: the expression.
  ///   - name: what it is called in messages, e.g. `--tag`.
  public init(_ text: String, name: String) throws(InputError) {
    var reader = Reader(text, name)
    node = try reader.expression()
    self.text = text
    self.name = name
    words = reader.words
  }

  /// Whether something fits, given which words are true of it.
  public func matches(_ holds: (String) -> Bool) -> Bool { Selection.value(node, holds) }

  private static func value(_ node: Node, _ holds: (String) -> Bool) -> Bool {
    switch node {
    case .word(let word): holds(word)
    case .not(let a): !value(a, holds)
    case .and(let a, let b): value(a, holds) && value(b, holds)
    case .or(let a, let b): value(a, holds) || value(b, holds)
    }
  }

  /// Precedence: `not`, then `and`, then `or`.
  private struct Reader {
    private let text: String
    private let name: String
    private var tokens: [(text: String, column: Int)] = []
    private var next = 0
    private var depth = 0
    var words: [String] = []

    init(_ text: String, _ name: String) {
      self.text = text
      self.name = name
      var token = ""
      var start = 0
      for (index, character) in text.enumerated() {
        let isParenthesis = character == "(" || character == ")"
        if character.isWhitespace || isParenthesis {
          if !token.isEmpty { tokens.append((token, start)) }
          token = ""
          if isParenthesis { tokens.append((String(character), index + 1)) }
        } else {
          if token.isEmpty { start = index + 1 }
          token.append(character)
        }
      }
      if !token.isEmpty { tokens.append((token, start)) }
    }

    mutating func expression() throws(InputError) -> Node {
      let node = try either()
      if next < tokens.count { throw error("'\(tokens[next].text)' does not belong here") }
      return node
    }

    private mutating func either() throws(InputError) -> Node {
      var node = try both()
      while take("or") { node = .or(node, try both()) }
      return node
    }

    private mutating func both() throws(InputError) -> Node {
      var node = try negation()
      while take("and") { node = .and(node, try negation()) }
      return node
    }

    private mutating func negation() throws(InputError) -> Node {
      depth += 1
      defer { depth -= 1 }
      guard depth < 100 else { throw error("nested too deeply") }
      if take("not") { return .not(try negation()) }
      if take("(") {
        let node = try either()
        guard take(")") else { throw error("a ')' is missing") }
        return node
      }
      guard next < tokens.count, !["and", "or", ")"].contains(tokens[next].text) else {
        throw error("a word is missing")
      }
      defer { next += 1 }
      words.append(tokens[next].text)
      return .word(tokens[next].text)
    }

    private mutating func take(_ word: String) -> Bool {
      guard next < tokens.count, tokens[next].text == word else { return false }
      next += 1
      return true
    }

    private func error(_ message: String) -> InputError {
      let column = next < tokens.count ? tokens[next].column : text.count + 1
      return InputError([
        Diagnostic(
          at: SourceLocation(file: name, line: 1, column: column), message,
          hint: "words joined by and, or, not and parentheses", sourceLine: text)
      ])
    }
  }
}
