/// One thing that is wrong (or odd) in an input, with its place and, if there is one, a way out.
public struct Diagnostic: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Hashable, Sendable {
    /// The input cannot be used.
    case error
    /// The input was used, but something in it was ignored or repaired.
    case warning
  }

  /// Whether the input is of no use, or was used with a reservation.
  public var severity: Severity
  /// Where it is.
  public var location: SourceLocation
  /// What is wrong: one sentence without a full stop, e.g. `unknown key 'sped'`.
  public var message: String
  /// What to do, e.g. `did you mean 'speed'?`; nil if there is nothing useful to say.
  public var hint: String?
  /// The line of text that `location` points at, without its line end; nil if not known.
  public var sourceLine: String?

  /// Something wrong at a place; an error if nothing else is said.
  public init(
    _ severity: Severity = .error, at location: SourceLocation, _ message: String,
    hint: String? = nil, sourceLine: String? = nil
  ) {
    self.severity = severity
    self.location = location
    self.message = message
    self.hint = hint
    self.sourceLine = sourceLine
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: error: message`, the line, a caret under the column, and the hint.
  public var description: String {
    var text = "\(location): \(severity.rawValue): \(message)"
    if let sourceLine, location.line > 0 {
      // A long line is cut around the column, so that the caret stays on a terminal's first row.
      let characters = Array(sourceLine)
      let column = max(1, min(location.column, characters.count + 1))
      let start = column > 80 ? column - 40 : 0
      let shown = characters.dropFirst(start).prefix(100)
      text += "\n  " + String(shown.map { $0 == "\t" ? " " : $0 })
      text += "\n  " + String(repeating: " ", count: column - 1 - start) + "^"
    }
    if let hint { text += "\n  hint: \(hint)" }
    return text
  }
}

/// Input that cannot be used: every error found in it, in order of place.
public struct InputError: Error, Sendable {
  /// The errors (and warnings found on the way); at least one is an error.
  public var diagnostics: [Diagnostic]

  /// Input with these errors and warnings; at least one is to be an error.
  public init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  /// An input with one error.
  public init(at location: SourceLocation, _ message: String, hint: String? = nil) {
    self.init([Diagnostic(at: location, message, hint: hint)])
  }
}

extension InputError: CustomStringConvertible {
  /// All diagnostics, one after the other.
  public var description: String {
    diagnostics.map(\.description).joined(separator: "\n")
  }
}

/// The candidate that a misspelt word most likely meant, by edit distance; nil if none is near.
///
/// - Parameters:
///   - word: what was written.
///   - candidates: the words that would have been right; of equally near ones the one that begins
///     and ends most like the word wins, then the first.
public func nearestSpelling(of word: String, among candidates: [String]) -> String? {
  let limit = max(1, min(3, word.count / 2))
  let word = word.lowercased()
  var best: (distance: Int, unlike: Int, word: String)?
  for candidate in candidates {
    let lowered = candidate.lowercased()
    let distance = editDistance(word, lowered)
    // A word of which no letter is kept was not misspelt.
    guard distance <= limit, distance < max(word.count, lowered.count) else { continue }
    let unlike = -(commonPrefix(word, lowered) + commonSuffix(word, lowered))
    if let best, (best.distance, best.unlike) <= (distance, unlike) { continue }
    best = (distance, unlike, candidate)
  }
  return best?.word
}

/// Number of characters at the start that two words share.
private func commonPrefix(_ a: String, _ b: String) -> Int {
  zip(a, b).prefix { $0 == $1 }.count
}

/// Number of characters at the end that two words share.
private func commonSuffix(_ a: String, _ b: String) -> Int {
  zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.count
}

/// Edit distance with swaps of neighbours (optimal string alignment).
private func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      let change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      row[j] = min(change, last[j] + 1, row[j - 1] + 1)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], beforeLast[j - 2] + 1)
      }
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
