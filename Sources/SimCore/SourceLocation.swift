/// A place in an input text: file, line and column, both counted from 1.
public struct SourceLocation: Hashable, Sendable {
  /// The file's path as the user gave it, or a name such as `--set` for text from elsewhere.
  public var file: String
  /// Line, from 1; 0 means that the whole file is meant.
  public var line: Int
  /// Column in characters, from 1; 0 means that the whole line is meant.
  public var column: Int

  /// A place in a file.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// A file as a whole, for errors that have no line (cannot be read, too large).
  public static func wholeFile(_ file: String) -> SourceLocation {
    SourceLocation(file: file, line: 0, column: 0)
  }
}

extension SourceLocation: CustomStringConvertible {
  /// `file:line:column`, without the parts that are 0.
  public var description: String {
    if line == 0 { return file }
    return column == 0 ? "\(file):\(line)" : "\(file):\(line):\(column)"
  }
}

extension SourceLocation: Comparable {
  /// Order of reading: by file, then line, then column.
  public static func < (a: SourceLocation, b: SourceLocation) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }
}
