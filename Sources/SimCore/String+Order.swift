extension String {
  /// Whether this text comes before another one by the bytes of UTF-8: the order that depends on no
  /// language and no library.
  package func precedesByBytes(_ other: String) -> Bool {
    var (a, b) = (self, other)
    return a.withUTF8 { a in
      b.withUTF8 { b in
        for i in 0..<min(a.count, b.count) where a[i] != b[i] { return a[i] < b[i] }
        return a.count < b.count
      }
    }
  }
}
