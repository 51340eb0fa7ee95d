/// Lists of zones, each kept once: in a town thousands of ways lead through junctions of a few
/// shapes.
struct ZoneLists {
  private(set) var zones: [RouteTables.Zone] = []
  /// The first list of each key, and for each list the next one of the same key; -1: none.
  private var heads: [UInt64: Int32] = [:]
  private var lists: [(range: Range<Int32>, next: Int32)] = []

  /// Where a list is, which is added if there is none like it.
  mutating func place(of list: [RouteTables.Zone]) -> Range<Int32> {
    let key = key(of: list)
    let head = heads[key] ?? -1
    var number = head
    while number >= 0 {
      let known = lists[Int(number)]
      number = known.next
      if holds(list, at: known.range) { return known.range }
    }
    let start = Int32(zones.count)
    zones.append(contentsOf: list)
    let range = start..<Int32(zones.count)
    heads[key] = Int32(lists.count)
    lists.append((range, head))
    return range
  }

  private func holds(_ list: [RouteTables.Zone], at range: Range<Int32>) -> Bool {
    guard list.count == range.count else { return false }
    let first = Int(range.lowerBound)
    return zones.withUnsafeBufferPointer { zones in
      list.withUnsafeBufferPointer { list in
        for index in list.indices where list[index] != zones[first &+ index] { return false }
        return true
      }
    }
  }

  private func key(of list: [RouteTables.Zone]) -> UInt64 {
    var key: UInt64 = 0
    func mix(_ word: UInt64) {
      // (An odd number without a pattern: 2^64 over the golden ratio.)
      key = (key ^ word) &* 0x9E37_79B9_7F4A_7C15
      key ^= key >> 29
    }
    for zone in list {
      mix(UInt64(truncatingIfNeeded: zone.laneStep) << 16 | UInt64(zone.entry))
      mix(zone.start.bitPattern)
      mix(zone.otherStart.bitPattern)
    }
    return key
  }
}
