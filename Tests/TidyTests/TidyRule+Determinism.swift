import SimCore

extension TidyRule {
  /// Functions of the C library (and of Foundation) whose last bit differs between machines.
  private static let libraryMath: Set<String> = {
    let names = [
      "sin", "cos", "tan", "sincos", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh",
      "asinh", "acosh", "atanh", "exp", "exp2", "exp10", "expm1", "log", "log2", "log10", "log1p",
      "pow", "hypot", "cbrt", "erf", "erfc", "tgamma", "lgamma", "fmod", "remainder",
    ]
    return Set(names + names.flatMap { [$0 + "f", $0 + "l"] })
  }()

  static let foreignMath = TidyRule("library math", where: \.isSwiftSource) { file in
    if file.path.hasPrefix("Sources/SimCore/ExactMath") { return [] }
    return file.tokens.indices.compactMap { i in
      let word = file.token(i)
      guard libraryMath.contains(word), file.token(i + 1) == "(" else { return nil }
      if file.token(i - 1) == "func" { return nil }
      if file.token(i - 1) == "." {
        let owner = file.token(i - 2)
        guard ["Foundation", "Glibc", "Darwin", "Musl", "Double", "Float", "simd"].contains(owner)
        else { return nil }
        return (file.tokens[i].line, "\(owner).\(word) is not exact: use ExactMath")
      }
      return (file.tokens[i].line, "\(word)() of the C library is not exact: use ExactMath.\(word)")
    }
  }

  /// Sources of time and chance.
  private static let clocks: [String: String] = [
    "Date": "wall clock", "DispatchTime": "wall clock", "DispatchWallTime": "wall clock",
    "ContinuousClock": "wall clock", "SuspendingClock": "wall clock",
    "clock_gettime": "wall clock", "gettimeofday": "wall clock", "systemUptime": "wall clock",
    "CFAbsoluteTimeGetCurrent": "wall clock", "mach_absolute_time": "wall clock",
    "SystemRandomNumberGenerator": "system randomness", "UUID": "system randomness",
    "arc4random": "system randomness", "drand48": "system randomness",
    "getentropy": "system randomness", "getrandom": "system randomness",
  ]

  static let wallClocks = TidyRule("wall clock", where: \.isSwiftSource) { file in
    file.tokens.indices.compactMap { i in
      let word = file.token(i)
      if let what = clocks[word] {
        return (file.tokens[i].line, "\(word) (\(what)) never enters a result")
      }
      let isCallOfNothing = file.token(i + 1) == "(" && file.token(i + 2) == ")"
      let isRandom =
        (["shuffled", "shuffle", "randomElement"].contains(word) && isCallOfNothing)
        || (word == "random" && file.token(i - 1) == "." && file.token(i + 1) == "("
          && (isCallOfNothing || (file.token(i + 2) == "in" && !hasGenerator(file, after: i))))
      if isRandom { return (file.tokens[i].line, "\(word)() is not reproducible: CounterRandom") }
      return nil
    }
  }

  private static func hasGenerator(_ file: SourceFile, after start: Int) -> Bool {
    file.tokens[start...].prefix(30).prefix { $0.line == file.tokens[start].line }
      .contains { $0.text == "using" }
  }

  static let hashValues = TidyRule("hash value", where: \.isTickCode) { file in
    file.tokens.indices.compactMap { i in
      let isHasher = file.token(i) == "Hasher" && file.token(i + 1) == "("
      guard file.token(i) == "hashValue" || isHasher else { return nil }
      return (
        file.tokens[i].line,
        "\(file.token(i)) differs from run to run: use StableHash or StableHasher"
      )
    }
  }

  static let vectorSums = TidyRule("vector sum", where: \.isSwiftSource) { file in
    guard file.tokens.contains(where: { $0.text.hasPrefix("SIMD") }) else { return [] }
    return file.tokens.indices.compactMap { i in
      guard file.token(i) == "sum", file.token(i - 1) == ".", file.token(i + 1) == "(",
        file.token(i + 2) == ")"
      else { return nil }
      return (file.tokens[i].line, ".sum() adds in an order of its own: add lane by lane")
    }
  }

  static let contraction = TidyRule("contraction", where: \.isCSource) { file in
    let hasPragma = file.lines.contains { line in
      line.split(whereSeparator: \.isWhitespace).starts(
        with: ["#pragma", "STDC", "FP_CONTRACT", "OFF"])
    }
    return hasPragma ? [] : [(1, "needs #pragma STDC FP_CONTRACT OFF before its first function")]
  }

  /// Two purposes of one name, or of names whose hashes meet, would draw the same numbers.
  static let randomPurposes = TidyRule("random purpose") { files in
    var known: [RandomPurpose: String] = [:]
    var faults: [Fault] = []
    for file in files where file.isSource && file.isSwift {
      for (index, line) in file.lines.enumerated() {
        let code = line.drop { $0 == " " }
        guard !code.hasPrefix("//") else { continue }
        for part in code.components(after: "RandomPurpose(\"") {
          let name = String(part.prefix { $0 != "\"" })
          let place = "\(file.path):\(index + 1)"
          if let other = known[RandomPurpose(name)] {
            faults.append(
              Fault(
                path: file.path, line: index + 1,
                message: "purpose '\(name)' draws the same numbers as the one at \(other)"))
          } else {
            known[RandomPurpose(name)] = place
          }
        }
      }
    }
    return faults
  }
}

extension Substring {
  /// What follows each occurrence of a text.
  fileprivate func components(after text: String) -> [Substring] {
    ranges(of: text).map { self[$0.upperBound...] }
  }
}
