import SimCore

/// Collects what is wrong with one input while it is taken apart, so that everything is said at
/// once.
///
/// It is shared by reference among the decoders of one load and never leaves it.
final class DiagnosticSink {
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var errorCount = 0
  private var sources: [SourceText]
  /// What was said already: the cells of a sweep share most of their errors.
  private var said: Set<Diagnostic> = []

  /// More errors than these are only counted: nobody reads them, and a hostile file has millions.
  static let shownErrors = 50

  init(_ source: SourceText? = nil) {
    sources = source.map { [$0] } ?? []
  }

  /// A further text whose lines messages may show.
  func add(_ source: SourceText) {
    sources.append(source)
  }

  func error(at location: SourceLocation, _ message: String, hint: String? = nil) {
    add(Diagnostic(.error, at: location, message, hint: hint))
  }

  func warning(at location: SourceLocation, _ message: String, hint: String? = nil) {
    add(Diagnostic(.warning, at: location, message, hint: hint))
  }

  /// Takes over what another reader threw.
  func add(_ error: InputError) {
    for diagnostic in error.diagnostics { add(diagnostic) }
  }

  /// Takes over what another reader found.
  func add(_ diagnostic: Diagnostic) {
    guard said.insert(diagnostic).inserted else { return }
    if diagnostic.severity == .error { errorCount += 1 }
    guard errorCount <= DiagnosticSink.shownErrors else { return }
    diagnostics.append(diagnostic)
  }

  /// Everything found, in order of place and with its line.
  func sorted() -> [Diagnostic] {
    let ordered = diagnostics.enumerated().sorted {
      ($0.element.location, $0.offset) < ($1.element.location, $1.offset)
    }
    var result: [Diagnostic] = []
    for (_, diagnostic) in ordered {
      var shown = diagnostic
      if shown.sourceLine == nil, let source = source(of: shown.location) {
        shown.sourceLine = source.line(shown.location.line)
      }
      result.append(shown)
    }
    let hidden = errorCount - DiagnosticSink.shownErrors
    if hidden > 0, let last = result.last {
      result.append(
        Diagnostic(at: .wholeFile(last.location.file), "and \(hidden) more errors"))
    }
    return result
  }

  /// Throws if there was an error; the warnings come along.
  func throwIfFailed() throws(InputError) {
    if errorCount > 0 { throw InputError(sorted()) }
  }

  private func source(of location: SourceLocation) -> SourceText? {
    sources.first { $0.file == location.file }
  }
}
