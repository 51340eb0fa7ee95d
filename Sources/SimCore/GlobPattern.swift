/// A pattern of names in which `*` stands for any text and `?` for one character.
public struct GlobPattern: Sendable {
  private let pattern: [Unicode.Scalar]

  /// The pattern that a text spells; every text is one, and nothing escapes `*` and `?`.
  public init(_ text: String) { pattern = Array(text.unicodeScalars) }

  /// Whether a whole text fits. Greedy with backtracking to the last star: linear for all sensible
  /// patterns.
  public func matches(_ text: String) -> Bool {
    let text = Array(text.unicodeScalars)
    var p = 0
    var t = 0
    var star: (pattern: Int, text: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        star = (p, t)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
        p += 1
        t += 1
      } else if let last = star {
        // The star takes one character more.
        star = (last.pattern, last.text + 1)
        p = last.pattern + 1
        t = last.text + 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
