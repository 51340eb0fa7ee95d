/// A file that may break a rule, with the reason why.
struct Allowance: Sendable {
  var rule: String
  var path: String
  var reason: String

  init(_ rule: String, _ path: String, _ reason: String) {
    self.rule = rule
    self.path = path
    self.reason = reason
  }

  static let all = [
    Allowance(
      "hashed iteration", "Sources/SimCore/ModuleSchema.swift",
      "a precondition over all overrides, whatever their order"),
    Allowance(
      "wall clock", "Sources/SimHarness/Programs/Deadline.swift",
      "a planning program that does not answer is given up"),
    Allowance(
      "wall clock", "Sources/SimHarness/Stopwatch.swift",
      "wall times are reported beside results, and workers that hang are given up"),
  ]
}
