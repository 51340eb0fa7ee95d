extension TidyRule {
  /// Public declarations say what they are (`///` on the line above them and their attributes).
  ///
  /// Requirements of public protocols and cases of public enums are public too. An enum on one line
  /// is documented as a whole. What every Swift programmer knows (`==`, `hash(into:)` …) may go
  /// without.
  static let documentation = TidyRule("documentation", where: \.isSwiftSource) { file in
    var scan = DeclarationScan(file)
    return scan.declarations().compactMap { declaration in
      guard !declaration.isWellKnown, !file.isDocumented(declaration.first) else { return nil }
      return (
        file.tokens[declaration.keyword].line,
        "public \(file.token(declaration.keyword)) '\(declaration.name)' has no doc comment"
      )
    }
  }
}

/// A public declaration by its tokens.
private struct PublicDeclaration {
  /// Index of its first token, attributes included.
  var first: Int
  /// Index of `func`, `var` …
  var keyword: Int
  var name: String
  var isWellKnown: Bool
}

/// Finds the public declarations of a source.
private struct DeclarationScan {
  private static let keywords: Set<String> = [
    "func", "var", "let", "init", "struct", "class", "enum", "protocol", "typealias", "subscript",
    "actor", "associatedtype", "case",
  ]
  private static let modifiers: Set<String> = [
    "static", "final", "mutating", "nonmutating", "nonisolated", "consuming", "borrowing",
    "indirect", "override", "convenience", "required", "lazy", "weak", "unowned", "dynamic",
    "prefix", "postfix", "infix", "private", "fileprivate", "internal", "package", "public",
  ]
  /// Members that protocols of the standard library ask for.
  private static let wellKnown: Set<String> = [
    "func ==", "func <", "func hash", "var description", "var debugDescription", "var startIndex",
    "var endIndex",
  ]

  private let file: SourceFile
  private var found: [PublicDeclaration] = []

  init(_ file: SourceFile) { self.file = file }

  /// Those that say `public`, and what is public with the protocol or enum that it stands in.
  mutating func declarations() -> [PublicDeclaration] {
    for i in file.tokens.indices where file.token(i) == "public" {
      guard let keyword = keyword(after: i) else { continue }
      add(keyword, from: i)
      let kind = file.token(keyword)
      if kind == "protocol" || kind == "enum" { addMembers(of: keyword) }
    }
    return found.sorted { $0.keyword < $1.keyword }
  }

  /// The keyword of the declaration that a modifier stands before; nil if there is none.
  private func keyword(after modifier: Int) -> Int? {
    var i = modifier
    while DeclarationScan.modifiers.contains(file.token(i)) || isOfType(i) {
      i += 1
      // `private(set)`, `nonisolated(unsafe)`.
      if file.token(i) == "(" { i += 3 }
    }
    return DeclarationScan.keywords.contains(file.token(i)) ? i : nil
  }

  /// `class` as a modifier of a member.
  private func isOfType(_ i: Int) -> Bool {
    file.token(i) == "class" && ["func", "var", "subscript"].contains(file.token(i + 1))
  }

  private mutating func add(_ keyword: Int, from modifier: Int) {
    var name = file.token(keyword + 1)
    if file.token(keyword) == "init" || file.token(keyword) == "subscript" {
      name = file.token(keyword)
    } else if !(name.first?.isLetter ?? false), name != "_", name != "`" {
      // An operator: all of its marks.
      var end = keyword + 2
      while file.token(end) != "(", file.token(end) != "", !file.tokens[end].isAfterSpace {
        name += file.token(end)
        end += 1
      }
    }
    found.append(
      PublicDeclaration(
        first: start(of: modifier), keyword: keyword, name: name,
        isWellKnown: DeclarationScan.wellKnown.contains("\(file.token(keyword)) \(name)")))
  }

  /// Cases at the top of an enum's body, or requirements of a protocol.
  private mutating func addMembers(of keyword: Int) {
    guard let open = file.tokens.indices.dropFirst(keyword).first(where: { file.token($0) == "{" })
    else { return }
    let isEnum = file.token(keyword) == "enum"
    var depth = 0
    for i in file.tokens.indices.dropFirst(open) {
      switch file.token(i) {
      case "{", "(", "[": depth += 1
      case "}", ")", "]":
        depth -= 1
        if depth == 0 { return }
      case "case" where isEnum && depth == 1 && file.tokens[i].line > file.tokens[keyword].line:
        add(i, from: firstModifier(before: i))
      case "func", "var", "init", "subscript", "associatedtype":
        if !isEnum && depth == 1 { add(i, from: firstModifier(before: i)) }
      default: break
      }
    }
  }

  private func firstModifier(before keyword: Int) -> Int {
    var i = keyword
    while DeclarationScan.modifiers.contains(file.token(i - 1)) { i -= 1 }
    return i
  }

  /// The first token of the attributes before a modifier.
  private func start(of modifier: Int) -> Int {
    var start = modifier
    while start > 0 {
      var i = start - 1
      if file.token(i) == ")" {
        while i > 0, file.token(i) != "(" { i -= 1 }
        i -= 1
      }
      guard i > 0, file.token(i - 1) == "@" else { break }
      start = i - 1
    }
    return start
  }
}

extension SourceFile {
  /// Whether a doc comment ends on the line above a token.
  fileprivate func isDocumented(_ index: Int) -> Bool {
    let above = tokens[index].line - 2
    guard lines.indices.contains(above) else { return false }
    return lines[above].drop { $0 == " " }.hasPrefix("///")
  }
}
