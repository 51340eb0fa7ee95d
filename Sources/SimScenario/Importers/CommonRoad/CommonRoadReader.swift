import SimCore
import SimGeometry

/// Takes a CommonRoad document apart into a `CommonRoadFile`.
///
/// It reads on after an error, so that everything wrong with a file is said at once; what it
/// ignores or repairs becomes notes.
struct CommonRoadReader {
  let xml: XMLDocument
  let words: CommonRoadVocabulary
  var file = CommonRoadFile()
  var notes = ImportNotes()
  private(set) var errors: [Diagnostic] = []
  private(set) var errorCount = 0

  /// More errors than these are only counted.
  private static let shownErrors = 50

  init(_ xml: XMLDocument) {
    self.xml = xml
    words = CommonRoadVocabulary(of: xml)
  }

  // MARK: - Reporting

  mutating func error(at node: XMLNode, _ message: String, hint: String? = nil) {
    errorCount += 1
    if errorCount <= Self.shownErrors {
      errors.append(xml.diagnostic(at: node, message, hint: hint))
    }
  }

  mutating func error(atAttribute index: Int, _ message: String, hint: String? = nil) {
    errorCount += 1
    if errorCount <= Self.shownErrors {
      errors.append(xml.diagnostic(atAttribute: index, message, hint: hint))
    }
  }

  mutating func note(
    _ what: String, _ subject: String, at node: XMLNode, hint: String? = nil
  ) {
    notes.add(what, subject, hint: hint) { xml.diagnostic(.warning, at: node, what) }
  }

  /// Throws if there was an error, with all of them in order of place.
  func throwIfFailed() throws(InputError) {
    guard errorCount > 0 else { return }
    var all = errors.enumerated().sorted {
      ($0.element.location, $0.offset) < ($1.element.location, $1.offset)
    }.map(\.element)
    if errorCount > Self.shownErrors {
      all.append(
        Diagnostic(
          at: .wholeFile(xml.file), "and \(errorCount - Self.shownErrors) more errors"))
    }
    throw InputError(all)
  }

  // MARK: - Elements

  /// The element as messages call it: `<lanelet id="3">`.
  func shown(_ node: XMLNode) -> String {
    let name = xml.nameText(of: node)
    if let id = xml.attributeText(of: node, words[.id]) { return "<\(name) id=\"\(id)\">" }
    return "<\(name)>"
  }

  /// `1 point`, `3 points`.
  func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  func word(_ node: XMLNode) -> CommonRoadWord? { words.word(xml.name(of: node)) }

  func child(_ node: XMLNode, _ word: CommonRoadWord) -> XMLNode? {
    xml.child(of: node, words[word])
  }

  /// A child that must be there.
  mutating func required(_ node: XMLNode, _ word: CommonRoadWord) -> XMLNode? {
    if let found = child(node, word) { return found }
    error(at: node, "\(shown(node)) has no <\(word)>")
    return nil
  }

  /// Notes an element that means nothing to this reader.
  mutating func ignore(_ node: XMLNode) {
    let name = xml.nameText(of: node)
    note("<\(name)> ignored", "", at: node)
  }

  // MARK: - Attributes

  /// The `id` of an element.
  mutating func id(of node: XMLNode) -> Int? { integer(of: node, .id) }

  /// The `ref` of an element.
  mutating func reference(_ node: XMLNode) -> CommonRoadFile.Reference? {
    integer(of: node, .ref).map { CommonRoadFile.Reference(id: $0, node: node) }
  }

  private mutating func integer(of node: XMLNode, _ word: CommonRoadWord) -> Int? {
    guard let index = xml.attribute(of: node, words[word]) else {
      error(at: node, "<\(xml.nameText(of: node))> has no attribute '\(word)'")
      return nil
    }
    let text = xml.string(xml.attributes[index].value)
    guard let value = Int(text) else {
      error(atAttribute: index, "'\(text.prefix(40))' is no id", hint: "ids are whole numbers")
      return nil
    }
    return value
  }

  // MARK: - Numbers

  /// Beyond this no quantity makes sense, and sums and products could overflow.
  private static let greatestNumber = 1e12

  /// More steps than any recording has.
  private static let mostSteps = 1e9

  /// The finite number in an element.
  mutating func number(_ node: XMLNode) -> Double? {
    switch xml.number(xml.elements[Int(node.index)].text) {
    case .value(let value):
      if value.magnitude <= Self.greatestNumber { return value }
      error(at: node, "<\(xml.nameText(of: node))> is \(xml.text(of: node)), which is absurd")
    case .notFinite:
      error(at: node, "<\(xml.nameText(of: node))> is \(xml.text(of: node)), not a finite number")
    case .malformed:
      let text = xml.text(of: node)
      error(
        at: node,
        text.isEmpty
          ? "<\(xml.nameText(of: node))> is empty; a number must stand there"
          : "'\(text.prefix(40))' in <\(xml.nameText(of: node))> is no number")
    }
    return nil
  }

  /// A finite number greater than 0.
  mutating func positive(_ node: XMLNode) -> Double? {
    guard let value = number(node) else { return nil }
    if value > 0 { return value }
    error(at: node, "<\(xml.nameText(of: node))> is \(value); it must be greater than 0")
    return nil
  }

  /// A whole number, which may be written as `3.0`.
  mutating func steps(_ node: XMLNode) -> Int? {
    guard let value = number(node) else { return nil }
    guard value == value.rounded() else {
      error(
        at: node, "<\(xml.nameText(of: node))> is \(value); times are whole numbers of steps")
      return nil
    }
    guard value.magnitude < Self.mostSteps else {
      error(at: node, "<\(xml.nameText(of: node))> is \(xml.text(of: node)) steps, which is absurd")
      return nil
    }
    return Int(value)
  }

  /// A number that is stated exactly or as an interval.
  struct Interval {
    var lower: Double
    var upper: Double
    var isExact: Bool
  }

  /// What stands in an element as `exact`, or as `intervalStart` and `intervalEnd`.
  mutating func interval(_ node: XMLNode) -> Interval? {
    if let exact = child(node, .exact) {
      return number(exact).map { Interval(lower: $0, upper: $0, isExact: true) }
    }
    guard let start = child(node, .intervalStart), let end = child(node, .intervalEnd) else {
      error(
        at: node, "<\(xml.nameText(of: node))> has neither <exact> nor an interval",
        hint: "write <exact>…</exact>, or <intervalStart> and <intervalEnd>")
      return nil
    }
    let lower = number(start)
    let upper = number(end)
    guard let lower, let upper else { return nil }
    return Interval(lower: lower, upper: upper, isExact: false)
  }

  /// An interval whose end does not lie before its start.
  mutating func ordered(_ node: XMLNode) -> Interval? {
    guard let interval = interval(node) else { return nil }
    if interval.lower <= interval.upper { return interval }
    error(
      at: node,
      "the interval of <\(xml.nameText(of: node))> ends at \(interval.upper), "
        + "before it starts at \(interval.lower)")
    return nil
  }

  /// First and last step of a time.
  mutating func stepRange(_ node: XMLNode) -> ClosedRange<Int>? {
    guard let interval = ordered(node) else { return nil }
    // A window holds whole steps: the first not before its start to the last not after its end.
    let lower = interval.lower.rounded(.up)
    let upper = interval.upper.rounded(.down)
    guard upper < Self.mostSteps else {
      error(
        at: node, "<\(xml.nameText(of: node))> goes on to step \(interval.upper), which is absurd")
      return nil
    }
    guard lower <= upper, lower >= 0 else {
      error(at: node, "<\(xml.nameText(of: node))> holds no step from 0 on")
      return nil
    }
    return Int(lower)...Int(upper)
  }

  /// A point from its `x` and `y`.
  mutating func point(_ node: XMLNode) -> Vector2? {
    var x: Double?
    var y: Double?
    var failed = false
    for child in xml.children(of: node) {
      switch word(child) {
      case .x:
        x = number(child)
        failed = failed || x == nil
      case .y:
        y = number(child)
        failed = failed || y == nil
      case .z: note("heights ignored", "", at: child)
      default: ignore(child)
      }
    }
    if let x, let y { return Vector2(x, y) }
    if !failed { error(at: node, "<\(xml.nameText(of: node))> has no <\(x == nil ? "x" : "y")>") }
    return nil
  }
}
