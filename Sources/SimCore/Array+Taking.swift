extension Array {
  /// Appends an element that is handed over: what `append` makes, without the copy (a retain and a
  /// release of each part) that it makes of a large value that was put together in place.
  @inlinable @inline(never)
  package mutating func take(_ element: consuming Element) {
    append(element)
  }
}
