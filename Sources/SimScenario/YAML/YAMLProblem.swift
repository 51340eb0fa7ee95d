import CYAML
import SimCore

/// Why libyaml could not read on, put into words that help.
struct YAMLProblem {
  private let kind: yaml_error_type_t
  private let problem: String
  private let context: String?
  private let problemMark: yaml_mark_t
  private let contextMark: yaml_mark_t
  private let byteOffset: Int

  /// Reads the parser's error fields; the texts are static strings of libyaml, or null.
  init(_ parser: yaml_parser_t) {
    kind = parser.error
    problem = parser.problem.map { String(cString: $0) } ?? "the text is not YAML"
    context = parser.context.map { String(cString: $0) }
    problemMark = parser.problem_mark
    contextMark = parser.context_mark
    byteOffset = parser.problem_offset
  }

  /// Place, message and hint.
  func described(_ source: SourceText) -> (location: SourceLocation, message: String, hint: String?)
  {
    switch kind {
    case YAML_MEMORY_ERROR:
      return (.wholeFile(source.file), "out of memory", nil)
    case YAML_READER_ERROR:
      let start = source.bytes.starts(with: SourceText.byteOrderMark) ? 3 : 0
      return (
        source.location(ofByte: byteOffset + start), problem, "remove the character, or escape it"
      )
    default:
      break
    }
    // A file that ends inside something is reported where it ends; what it ends inside is said.
    let text = String(decoding: source.bytes, as: UTF8.self)
    let isAtEnd = Int(problemMark.index) >= text.unicodeScalars.count
    let location =
      isAtEnd
      ? source.endOfText
      : source.location(line: Int(problemMark.line), column: Int(problemMark.column))
    var message = problem
    if let context {
      message += " \(context)"
      if contextMark.line != problemMark.line || contextMark.column != problemMark.column {
        let start = source.location(
          line: Int(contextMark.line), column: Int(contextMark.column))
        message += " that starts at line \(start.line), column \(start.column)"
      }
    }
    let hint = isAtEnd ? "the text ends too early; is it complete?" : hint(at: location, in: source)
    return (location, message, hint)
  }

  private func hint(at location: SourceLocation, in source: SourceText) -> String? {
    let line = source.line(location.line) ?? ""
    let character = line.unicodeScalars.dropFirst(Int(problemMark.column)).first
    if character == "\t" || line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
      return "indent with spaces, not with tabs"
    }
    if character == "@" || character == "`" || character == "%" {
      return "a text that begins with '\(character.map(String.init) ?? "")' needs quotes"
    }
    if problem.contains("mapping values are not allowed") {
      return "is the line above indented rightly? a text that holds ': ' needs quotes"
    }
    if problem.contains("expected ',' or") { return "a comma or a closing bracket is missing" }
    if problem.contains("did not find expected key") {
      return "keys of one mapping start in the same column"
    }
    if problem.contains("could not find expected ':'") { return "write 'key: value'" }
    return nil
  }
}
