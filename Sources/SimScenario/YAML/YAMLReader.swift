public import SimCore

/// Reads YAML into a `ParameterTree` that remembers where everything stood.
///
/// One document of YAML as libyaml knows it (1.1's syntax, which is 1.2's but for corner cases);
/// scalars stay as written, so that what a number is does not depend on YAML's version. Aliases
/// and merge keys (`<<`) are resolved; tags (`!!float`) are refused. Nothing in a file can crash or
/// stall it: see `YAMLLimits`.
public enum YAMLReader {
  /// The tree of a text, or every error found in it.
  ///
  /// - Parameters:
  ///   - bytes: the text in UTF-8, with or without byte order mark.
  ///   - file: what messages call it.
  public static func read(
    _ bytes: [UInt8], file: String, limits: YAMLLimits = .standard
  ) throws(InputError) -> ParameterTree {
    let source = SourceText(file: file, bytes: bytes)
    let sink = DiagnosticSink(source)
    let tree = read(source, limits: limits, into: sink)
    try sink.throwIfFailed()
    guard let tree else { preconditionFailure("a text without errors has a tree") }
    return tree
  }

  /// The tree of a text as far as it can be read; nil, with an error in the sink, if it cannot.
  ///
  /// A tree may come along with errors (a key given twice, say), so that a decoder can look for
  /// more.
  static func read(
    _ source: SourceText, limits: YAMLLimits = .standard, into sink: DiagnosticSink
  ) -> ParameterTree? {
    guard source.bytes.count <= limits.bytes else {
      sink.error(
        at: .wholeFile(source.file),
        "the file has \(source.bytes.count) bytes; at most \(limits.bytes) are read",
        hint: "is this a scenario?")
      return nil
    }
    guard isUTF8(source, sink) else { return nil }
    let start = source.bytes.starts(with: SourceText.byteOrderMark) ? 3 : 0
    guard source.bytes.count > start else {
      reportEmpty(source, sink)
      return nil
    }
    return source.bytes.withUnsafeBufferPointer { bytes in
      var builder = YAMLTreeBuilder(
        UnsafeBufferPointer(rebasing: bytes[start...]), source: source, limits: limits, sink: sink)
      defer { builder.close() }
      return builder.document()
    }
  }

  /// Reports a text without a value.
  static func reportEmpty(_ source: SourceText, _ sink: DiagnosticSink) {
    sink.error(
      at: source.location(line: 0, column: 0), "there is nothing in it",
      hint: "a scenario begins with 'version: 1'")
  }

  /// Reports a text that is not UTF-8.
  private static func isUTF8(_ source: SourceText, _ sink: DiagnosticSink) -> Bool {
    let bytes = source.bytes
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      sink.error(
        at: .wholeFile(source.file), "the file is UTF-16, not UTF-8", hint: "save it as UTF-8")
      return false
    }
    guard let offset = firstInvalidByte(bytes) else { return true }
    let hexadecimal = String(bytes[offset], radix: 16, uppercase: true)
    sink.error(
      at: source.location(ofByte: offset),
      "the byte 0x\(hexadecimal.count == 1 ? "0" : "")\(hexadecimal) is not UTF-8 text",
      hint: bytes.contains(0) ? "this looks like a binary file" : "save the file as UTF-8")
    return false
  }

  /// Where the bytes stop being UTF-8; nil if they do not.
  private static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
    if bytes.allSatisfy({ $0 < 0x80 }) { return nil }
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let scalar): offset += scalar.count
      case .emptyInput: return nil
      case .error: return offset
      }
    }
  }
}
