extension TidyRule {
  /// Dictionaries and sets have no order: what goes through them in tick code must be sorted.
  ///
  /// It goes by names. A name counts as hashed if its file declares it as a dictionary or set, or
  /// if a type of its room, or a public one of any room, has a property or function of that name
  /// and the file declares no other thing of that name.
  static let hashedIteration = TidyRule("hashed iteration") { files in
    let swift = files.filter { $0.isSource && $0.isSwift }
    let declarations = swift.map(Declarations.init)
    return swift.indices.filter { swift[$0].isTickCode }.flatMap { index in
      let file = swift[index]
      var names = declarations[index].hashed
      for other in swift.indices where other != index {
        names.formUnion(
          swift[other].target == file.target
            ? declarations[other].hashedMembers : declarations[other].publicHashedMembers)
      }
      names.subtract(declarations[index].others.subtracting(declarations[index].hashed))
      return iterations(in: file, over: names).map {
        Fault(path: file.path, line: $0.line, message: $0.message)
      }
    }
  }

  /// The names that a file declares.
  private struct Declarations {
    var hashed: Set<String> = []
    var hashedMembers: Set<String> = []
    var publicHashedMembers: Set<String> = []
    var others: Set<String> = []

    init(_ file: SourceFile) {
      for i in file.tokens.indices {
        let word = file.token(i)
        if word == "let" || word == "var" {
          let name = file.token(i + 1)
          note(name, isHashed: Self.isHashed(file, at: i + 2), at: i, in: file)
        } else if word == "func" {
          let name = file.token(i + 1)
          note(name, isHashed: Self.returnsHashed(file, from: i + 2), at: i, in: file)
        } else if word == ":", file.token(i - 2) != "let", file.token(i - 2) != "var",
          Self.isHashedType(file, at: i + 1)
        {
          hashed.insert(file.token(i - 1))  // a parameter
        }
      }
    }

    private mutating func note(_ name: String, isHashed: Bool, at i: Int, in file: SourceFile) {
      guard isHashed else {
        others.insert(name)
        return
      }
      hashed.insert(name)
      let line = file.tokens[i].line
      guard file.tokens[i].indentation <= 2 else { return }
      hashedMembers.insert(name)
      let words = file.tokens[max(0, i - 4)..<i].filter { $0.line == line }.map(\.text)
      if words.contains("public") { publicHashedMembers.insert(name) }
    }

    /// Whether `: Type` or `= value` at an index is that of a dictionary or set.
    private static func isHashed(_ file: SourceFile, at i: Int) -> Bool {
      if file.token(i) == ":" { return isHashedType(file, at: i + 1) }
      guard file.token(i) == "=" else { return false }
      if file.token(i + 1) == "[", file.token(i + 2) == ":" { return true }
      if isHashedType(file, at: i + 1) {
        // `Set(…)`, `Set<…>(…)`, `[K: V]()`, not a literal such as `[Kind.a: 1]`.
        return file.token(i + 1) != "[" || file.token(endOfBrackets(file, from: i + 1)) == "("
      }
      return false
    }

    private static func isHashedType(_ file: SourceFile, at i: Int) -> Bool {
      var i = i
      while ["inout", "borrowing", "consuming"].contains(file.token(i)) { i += 1 }
      if file.token(i) == "Set" || file.token(i) == "Dictionary" { return true }
      guard file.token(i) == "[", file.token(i + 1).first?.isUppercase == true else { return false }
      var depth = 0
      for j in i..<endOfBrackets(file, from: i) {
        if ["[", "(", "<"].contains(file.token(j)) { depth += 1 }
        if ["]", ")", ">"].contains(file.token(j)) { depth -= 1 }
        if file.token(j) == ":", depth == 1 { return true }
      }
      return false
    }

    /// The index after the bracket that closes the one at `start`.
    private static func endOfBrackets(_ file: SourceFile, from start: Int) -> Int {
      var depth = 0
      var i = start
      repeat {
        if ["[", "("].contains(file.token(i)) { depth += 1 }
        if ["]", ")"].contains(file.token(i)) { depth -= 1 }
        i += 1
      } while depth > 0 && i < file.tokens.count
      return i
    }

    /// Whether a function whose generic clause or parameters start here returns a hashed type.
    private static func returnsHashed(_ file: SourceFile, from start: Int) -> Bool {
      guard
        let open = file.tokens[min(start, file.tokens.count)...].prefix(40).firstIndex(where: {
          $0.text == "("
        })
      else { return false }
      var i = endOfBrackets(file, from: open)
      for _ in 0..<12 {
        if file.token(i) == "{" { return false }
        if file.token(i) == "-", file.token(i + 1) == ">" { return isHashedType(file, at: i + 2) }
        i += 1
      }
      return false
    }
  }

  private static let orderedUses: Set<String> = [
    "map", "forEach", "filter", "reduce", "flatMap", "compactMap", "keys", "values", "first",
    "min", "max", "enumerated", "joined", "popFirst", "randomElement", "prefix", "dropFirst",
    "lazy", "mapValues", "makeIterator", "elementsEqual", "startIndex",
  ]

  /// The places where a file goes through one of the names without sorting.
  private static func iterations(
    in file: SourceFile, over names: Set<String>
  ) -> [(line: Int, message: String)] {
    var faults: [(line: Int, message: String)] = []
    for i in file.tokens.indices where names.contains(file.token(i)) {
      let name = file.token(i)
      // `[name` and `(name:` are labels and lookups of other things.
      if file.token(i + 1) == ":" || file.token(i - 1) == "func" { continue }
      if ["let", "var"].contains(file.token(i - 1)) { continue }
      // A call goes on behind its arguments.
      var after = i + 1
      if file.token(after) == "(" {
        var depth = 0
        repeat {
          if file.token(after) == "(" { depth += 1 }
          if file.token(after) == ")" { depth -= 1 }
          after += 1
        } while depth > 0 && after < file.tokens.count
      }
      let isUse = file.token(after) == "." && orderedUses.contains(file.token(after + 1))
      let isLoop = isLoopSource(file, from: i, to: after)
      let isCopy =
        file.token(i - 1) == "(" && ["Array", "ContiguousArray"].contains(file.token(i - 2))
        && file.token(after) == ")"
      guard isUse || isLoop || isCopy, !isSorted(file, from: after) else { continue }
      faults.append(
        (
          file.tokens[i].line,
          "goes through '\(name)', which has no order: sort it, or use an array"
        ))
    }
    return faults
  }

  /// Whether the expression is what a `for` goes through: `in a.b.name {`.
  private static func isLoopSource(_ file: SourceFile, from i: Int, to after: Int) -> Bool {
    guard file.token(after) == "{" || file.token(after) == "where" else { return false }
    var start = i
    while file.token(start - 1) == "." { start -= 2 }
    guard file.token(start - 1) == "in" else { return false }
    return file.tokens[max(0, start - 20)..<start].contains { $0.text == "for" }
  }

  /// Whether `.sorted` follows in the same statement.
  private static func isSorted(_ file: SourceFile, from start: Int) -> Bool {
    var line = file.tokens[min(start, file.tokens.count - 1)].line
    for i in start..<min(start + 60, file.tokens.count) {
      if file.tokens[i].line != line {
        // A statement goes on in lines that start with a point or close a bracket.
        guard [".", "}", ")"].contains(file.token(i)) else { return false }
        line = file.tokens[i].line
      }
      if file.token(i) == "sorted" || file.token(i) == "sort" { return true }
    }
    return false
  }
}
