import Testing

/// A habit of the project that a text search can check.
struct TidyRule: Sendable {
  /// A fault found, before it is known whether it is allowed.
  struct Fault: Sendable {
    var path: String
    var line: Int
    var message: String

    /// `path:line: message`, as editors understand it.
    var description: String { "\(path):\(line): \(message)" }
  }

  var name: String
  /// The faults in a set of files that belong together (for most rules file by file).
  var faults: @Sendable ([SourceFile]) -> [Fault]

  /// A rule about a set of files.
  init(_ name: String, over faults: @escaping @Sendable ([SourceFile]) -> [Fault]) {
    self.name = name
    self.faults = faults
  }

  /// A rule about each file by itself.
  ///
  /// - Parameters:
  ///   - applies: whether the rule has anything to say about a file.
  ///   - check: the lines that break it, each with a message.
  init(
    _ name: String, where applies: @escaping @Sendable (SourceFile) -> Bool,
    check: @escaping @Sendable (SourceFile) -> [(line: Int, message: String)]
  ) {
    self.name = name
    faults = { files in
      files.filter(applies).flatMap { file in
        check(file).map { Fault(path: file.path, line: $0.line, message: $0.message) }
      }
    }
  }

  /// The faults that no allowance covers.
  func faultsNotAllowed(in files: [SourceFile]) -> [Fault] {
    faults(files).filter { fault in
      !Allowance.all.contains { $0.rule == name && fault.path == $0.path }
    }
  }
}

extension TidyRule: CustomTestStringConvertible {
  var testDescription: String { name }
}
