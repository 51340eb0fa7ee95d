extension Array {
  /// An array of equal elements: what `init(repeating:count:)` makes, in half the time where the
  /// array is short, since that looks up the type of its storage each time.
  @inlinable @inline(__always)
  package init(copies count: Int, of element: Element) {
    self.init()
    reserveCapacity(count)
    append(contentsOf: repeatElement(element, count: count))
  }
}
