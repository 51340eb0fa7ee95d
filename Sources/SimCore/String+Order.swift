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

extension [String] {
  /// The places of the texts in the order of their bytes; of equal ones the first place first.
  package var orderByBytes: [Int] {
    // Eight bytes as one number tell most of them apart.
    let heads = map { text -> UInt64 in
      var head: UInt64 = 0
      for byte in text.utf8.prefix(8) { head = head << 8 | UInt64(byte) }
      return head << UInt64(8 * Swift.max(0, 8 - text.utf8.count))
    }
    return indices.sorted { a, b in
      if heads[a] != heads[b] { return heads[a] < heads[b] }
      if self[a].precedesByBytes(self[b]) { return true }
      return a < b && !self[b].precedesByBytes(self[a])
    }
  }
}
