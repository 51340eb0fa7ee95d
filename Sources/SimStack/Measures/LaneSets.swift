/// A set of lanes for each tick (often the same one for a long time), in one flat store.
public struct LaneSets: Sendable {
  /// Where the lanes of each tick stand in `lanes`.
  private var ranges: [Range<Int32>] = []
  private var lanes: [Int] = []

  /// No ticks yet.
  public init(reservingTicks ticks: Int = 0) {
    ranges.reserveCapacity(ticks)
  }

  /// Number of ticks.
  public var count: Int { ranges.count }

  /// Indices of the lanes at a tick, in the order in which they were found.
  public subscript(tick: Int) -> ArraySlice<Int> {
    let range = ranges[tick]
    return lanes[Int(range.lowerBound)..<Int(range.upperBound)]
  }

  /// The first lane at a tick; nil if there is none.
  public func first(_ tick: Int) -> Int? {
    ranges[tick].isEmpty ? nil : lanes[Int(ranges[tick].lowerBound)]
  }

  /// There is no lane at a tick.
  public func isEmpty(_ tick: Int) -> Bool { ranges[tick].isEmpty }

  /// The ticks have the same set, shared in the store (a quick test: false may still be equal).
  func sharesStore(_ a: Int, _ b: Int) -> Bool { ranges[a] == ranges[b] }

  /// Adds a tick with the lanes of the last one, which there must be.
  mutating func appendAgain() { ranges.append(ranges[ranges.count - 1]) }

  /// Adds a tick.
  mutating func append(_ set: some Collection<Int>) {
    if let last = ranges.last,
      lanes[Int(last.lowerBound)..<Int(last.upperBound)]
        .elementsEqual(set)
    {
      ranges.append(last)
      return
    }
    ranges.append(store(set))
  }

  /// Replaces the set of a tick.
  mutating func replace(_ tick: Int, by set: [Int]) { ranges[tick] = store(set) }

  /// Replaces the set of a tick by that of another one.
  mutating func replace(_ tick: Int, byThatOf other: Int) { ranges[tick] = ranges[other] }

  private mutating func store(_ set: some Collection<Int>) -> Range<Int32> {
    let start = Int32(lanes.count)
    lanes.append(contentsOf: set)
    return start..<Int32(lanes.count)
  }
}
