/// A planning program did not do what it was asked for.
struct ProgramFailure: Error {
  /// In the words of a result.
  var reason: String
  /// The program can be asked again: it has said in order that it cannot.
  var isInOrder = false

  init(_ reason: String, isInOrder: Bool = false) {
    self.reason = reason
    self.isInOrder = isInOrder
  }
}
