/// How large an XML file may be before it is refused: hostile or broken files must cost neither
/// memory nor time nor the stack.
struct XMLLimits: Sendable {
  /// Bytes of a file.
  var bytes = 64 << 20
  /// Elements inside each other.
  var depth = 64
  /// Elements of a file.
  var elements = 2_000_000
  /// Attributes of one element.
  var attributes = 64
  /// Different names of elements and attributes.
  var names = 4096
}

/// What is wrong with an XML text, and where.
struct XMLFault: Error {
  /// Byte offset in the text.
  var offset: Int
  var message: String
  var hint: String?

  init(_ offset: Int, _ message: String, hint: String? = nil) {
    self.offset = offset
    self.message = message
    self.hint = hint
  }
}
