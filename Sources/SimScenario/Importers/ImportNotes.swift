import SimCore

/// What an importer ignored or repaired in one file, one note per kind of thing.
///
/// A file may hold thousands of states with the same oddity; a reader wants to know which oddity,
/// how often, where first, and a few examples.
struct ImportNotes {
  private struct Group {
    var what: String
    var hint: String?
    var first: Diagnostic
    var examples: [String]
    /// Only to recognise repetitions.
    var subjects: Set<String>
    var count: Int
  }

  private var groups: [Group] = []
  /// Place in `groups` by `what`. Only looked up.
  private var places: [String: Int] = [:]

  /// How many examples a note names.
  private static let shownExamples = 5

  /// Notes that something was done to one element.
  ///
  /// - Parameters:
  ///   - what: what was done and why, the same for all such elements.
  ///   - subject: which element, e.g. `obstacle 12`; repeated subjects count once.
  ///   - place: makes the place of the first one.
  mutating func add(
    _ what: String, _ subject: String, hint: String? = nil, at place: () -> Diagnostic
  ) {
    if let index = places[what] {
      guard groups[index].subjects.insert(subject).inserted else { return }
      groups[index].count += 1
      if groups[index].examples.count < Self.shownExamples {
        groups[index].examples.append(subject)
      }
      return
    }
    places[what] = groups.count
    groups.append(
      Group(
        what: what, hint: hint, first: place(), examples: [subject], subjects: [subject], count: 1))
  }

  /// One warning per kind, in order of first place.
  func diagnostics() -> [Diagnostic] {
    let ordered = groups.enumerated().sorted {
      ($0.element.first.location, $0.offset) < ($1.element.first.location, $1.offset)
    }
    return ordered.map { _, group in
      var note = group.first
      note.severity = .warning
      note.hint = group.hint
      // Sentences are set apart by semicolons.
      let separator = group.examples.contains { $0.contains(": ") } ? "; " : ", "
      let isLong = group.count > Self.shownExamples
      let shown = isLong ? group.examples.dropLast() : group.examples[...]
      var list = shown.joined(separator: separator)
      if isLong { list += " and \(group.count - shown.count) more" }
      note.message = list.isEmpty ? group.what : "\(group.what): \(list)"
      return note
    }
  }
}
