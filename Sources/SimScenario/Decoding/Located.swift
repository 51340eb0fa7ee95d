import SimCore

/// A decoded value with the place it was read from, for errors that only a later stage can find.
struct Located<Value: Sendable>: Sendable {
  var value: Value
  var location: SourceLocation

  init(_ value: Value, at location: SourceLocation) {
    self.value = value
    self.location = location
  }
}

extension Located: Equatable where Value: Equatable {}
