import SimCore

extension AgentTable {
  /// The order of rows: ascending bytes (UTF-8) of the ids, whatever the locale.
  public static func ids(_ a: String, precede b: String) -> Bool {
    a.precedesByBytes(b)
  }

  /// The stream of random numbers of an agent: the stable hash of its declared id.
  public static func stream(of id: String) -> UInt64 { StableHash.of(id) }

  /// The row of an id; nil if there is none. By bisection: rows are in order of ids.
  public func row(of id: String) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) >> 1
      if AgentTable.ids(ids[middle], precede: id) { low = middle + 1 } else { high = middle }
    }
    return low < count && ids[low] == id ? low : nil
  }
}
