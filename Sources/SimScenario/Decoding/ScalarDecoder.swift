import SimCore

/// Reads single values; whatever is wrong with one goes into the sink, and the result is nil.
///
/// `what` is what messages call the value, e.g. `'speed'`.
struct ScalarDecoder {
  let sink: DiagnosticSink

  init(_ sink: DiagnosticSink) {
    self.sink = sink
  }

  /// A number with or without unit, in SI units.
  func quantity(
    _ tree: ParameterTree, _ what: String, _ dimension: Dimension, in range: ClosedRange<Double>
  ) -> Double? {
    guard let text = numberText(tree, what, dimension.phrase, dimension.example) else { return nil }
    guard let value = parse(text, tree, what, dimension) else { return nil }
    guard range.contains(value) else {
      sink.error(
        at: tree.location,
        "\(what) must be \(bounds(range) { NumberText.shown($0, dimension) }), not \(text)")
      return nil
    }
    return value
  }

  private func parse(
    _ text: String, _ tree: ParameterTree, _ what: String, _ dimension: Dimension
  ) -> Double? {
    if let plain = NumberText.plain(text) { return plain }
    let quantity: Quantity
    do throws(Quantity.ParseError) {
      quantity = try Quantity.parse(text, expecting: dimension)
    } catch {
      var place = tree.location
      place.column += error.offset
      sink.error(
        at: place, "\(what) must be \(dimension.phrase): \(error.message)",
        hint: error.hint ?? "write it like '\(dimension.example)'")
      return nil
    }
    // A share in percent is a number without dimension, but nobody means 5 % by a speed.
    let isPercent = quantity.dimension == .none && text.utf8.last == UInt8(ascii: "%")
    guard quantity.dimension == dimension || quantity.dimension == .none && !isPercent else {
      let found = isPercent ? "a share" : quantity.dimension.phrase
      sink.error(
        at: tree.location, "\(what) must be \(dimension.phrase); '\(text)' is \(found)",
        hint: "write it like '\(dimension.example)'")
      return nil
    }
    return quantity.value
  }

  func integer(_ tree: ParameterTree, _ what: String, in range: ClosedRange<Int>) -> Int? {
    guard let text = numberText(tree, what, "a whole number", "3") else { return nil }
    guard let value = NumberText.integer(text) else {
      sink.error(
        at: tree.location, "\(what) must be a whole number, not '\(text)'",
        hint: "write digits only, without leading zeros")
      return nil
    }
    guard range.contains(value) else {
      let shown = bounds(Double(range.lowerBound)...Double(range.upperBound)) {
        NumberText.shown($0)
      }
      sink.error(at: tree.location, "\(what) must be \(shown), not \(text)")
      return nil
    }
    return value
  }

  /// A seed: a whole number from 0 to 2^64 - 1.
  func seed(_ tree: ParameterTree, _ what: String) -> UInt64? {
    guard let text = numberText(tree, what, "a whole number", "3") else { return nil }
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = UInt64(text) else {
      sink.error(
        at: tree.location,
        "\(what) must be a whole number between 0 and \(UInt64.max), not '\(text)'")
      return nil
    }
    return value
  }

  func flag(_ tree: ParameterTree, _ what: String) -> Bool? {
    if case .scalar(let text, quoted: false) = tree.value {
      if text == "true" { return true }
      if text == "false" { return false }
    }
    sink.error(
      at: tree.location, "\(what) must be true or false, not \(tree.kindName)")
    return nil
  }

  /// Any text; `12` is the text "12".
  func text(_ tree: ParameterTree, _ what: String) -> Located<String>? {
    guard case .scalar(let text, _) = tree.value, !text.isEmpty else {
      sink.error(at: tree.location, "\(what) must be a text, not \(tree.kindName)")
      return nil
    }
    return Located(text, at: tree.location)
  }

  /// A program with its arguments, as one text.
  func command(_ tree: ParameterTree, _ what: String) -> String? {
    guard case .sequence(let items) = tree.value else { return text(tree, what)?.value }
    var words: [String] = []
    for item in items {
      guard let word = text(item, "a word of \(what)") else { return nil }
      words.append(word.value)
    }
    if words.isEmpty { sink.error(at: tree.location, "\(what) must name a program") }
    return words.isEmpty ? nil : CommandWords.join(words)
  }

  /// One of a few words.
  func choice(_ tree: ParameterTree, _ what: String, among words: [String]) -> String? {
    guard case .scalar(let text, _) = tree.value, words.contains(text) else {
      var hint = "one of: " + words.joined(separator: ", ")
      if case .scalar(let text, _) = tree.value,
        let near = nearestSpelling(of: text, among: words)
      {
        hint = "did you mean '\(near)'?"
      }
      sink.error(
        at: tree.location, "\(what) cannot be \(tree.kindName)", hint: hint)
      return nil
    }
    return text
  }

  /// One of the words of an enumeration.
  func word<Word: RawRepresentable & CaseIterable>(
    _ tree: ParameterTree, _ what: String, of type: Word.Type
  ) -> Word? where Word.RawValue == String {
    choice(tree, what, among: Word.allCases.map(\.rawValue)).flatMap { Word(rawValue: $0) }
  }

  /// Two or more numbers `[x, y]` in metres.
  func numbers(
    _ tree: ParameterTree, _ what: String, count: Int, _ dimension: Dimension,
    in range: ClosedRange<Double>
  ) -> [Double]? {
    guard case .sequence(let items) = tree.value, items.count == count else {
      sink.error(
        at: tree.location, "\(what) must be a list of \(count) numbers, not \(tree.sizedKindName)",
        hint: "write it like [\((1...count).map { "\($0)0" }.joined(separator: ", "))]")
      return nil
    }
    let values = items.compactMap { quantity($0, what, dimension, in: range) }
    return values.count == count ? values : nil
  }

  // MARK: - Words

  private func numberText(
    _ tree: ParameterTree, _ what: String, _ phrase: String, _ example: String
  ) -> String? {
    guard case .scalar(let text, let quoted) = tree.value else {
      sink.error(
        at: tree.location, "\(what) must be \(phrase), not \(tree.kindName)",
        hint: "write it like '\(example)'")
      return nil
    }
    guard !quoted else {
      sink.error(
        at: tree.location, "\(what) must be \(phrase), not the quoted text '\(text)'",
        hint: "remove the quotes")
      return nil
    }
    return text
  }

  private func bounds(_ range: ClosedRange<Double>, _ show: (Double) -> String) -> String {
    switch (range.lowerBound.isFinite, range.upperBound.isFinite) {
    case (true, true): "between \(show(range.lowerBound)) and \(show(range.upperBound))"
    case (true, false): "at least \(show(range.lowerBound))"
    case (false, true): "at most \(show(range.upperBound))"
    case (false, false): "finite"
    }
  }
}

extension ParameterTree {
  /// What stands here, with the length of a list.
  var sizedKindName: String {
    if case .sequence(let items) = value { "one of \(items.count)" } else { kindName }
  }
}
