/// A program with its arguments as one text, and taken apart again.
///
/// Words are divided by spaces; one with a space in it stands between quotes, `'my planner.py'`
/// or `"my planner.py"`. Nothing else has a meaning: there is no shell.
public enum CommandWords {
  /// The words of a text; a quote that is not closed reaches to the end.
  public static func split(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isOpen = false
    var quote: Character?
    for letter in text {
      if let open = quote {
        if letter == open { quote = nil } else { word.append(letter) }
      } else if letter == "'" || letter == "\"" {
        quote = letter
        isOpen = true
      } else if letter.isWhitespace {
        if isOpen { words.append(word) }
        word = ""
        isOpen = false
      } else {
        word.append(letter)
        isOpen = true
      }
    }
    if isOpen { words.append(word) }
    return words
  }

  /// One text of which `split` makes the same words.
  public static func join(_ words: [String]) -> String {
    words.map { word in
      let isPlain = !word.isEmpty && !word.contains { $0.isWhitespace || $0 == "'" || $0 == "\"" }
      if isPlain { return word }
      // What cannot stand between quotes of one kind stands between those of the other.
      return word.split(separator: "'", omittingEmptySubsequences: false)
        .map { "'\($0)'" }.joined(separator: "\"'\"")
    }.joined(separator: " ")
  }
}
