import SimCore

/// A group of conflicts while its route is being laid out.
struct GroupDraft {
  /// A place of the route: an arc length of the path, and what that is on its lane.
  struct Mark {
    var place: Double
    /// The entry whose lane it is.
    var entry: Int32
    /// Arc length of the lane.
    var way: Double
  }

  let hold: Double
  private(set) var end: Double
  private(set) var low: Double
  private(set) var high: Double
  private(set) var lastYield: Mark?
  var crossingEnd = -Double.infinity
  var entries: Range<Int32>
  var zones: Range<Int32> = 0..<0
  var isOnCircle = false
  var slowest = RouteTables.Allowance.all

  /// A group of the conflict between two places.
  init(_ start: Double, _ end: Double, _ entry: Int32) {
    hold = start
    self.end = end
    low = min(start, end)
    high = max(start, end)
    entries = entry..<entry + 1
  }

  /// Adds the conflict between two places.
  mutating func take(_ start: Double, _ end: Double, _ entry: Int32) {
    self.end = max(self.end, end)
    low = min(low, start, end)
    high = max(high, start, end)
    entries = min(entries.lowerBound, entry)..<max(entries.upperBound, entry + 1)
  }

  /// Gives way to those with whom it merges at a place.
  mutating func giveWay(_ join: Mark) {
    if let last = lastYield, last.place >= join.place { return }
    lastYield = join
  }
}

/// Shapes of groups, each kept once.
///
/// A place is kept as it is on its lane. Where a route has it follows by the very sum with which it
/// was laid out, so that who reads it finds the same bits.
struct GroupShapes {
  private(set) var shapes: [RouteTables.GroupShape] = []
  private var slots = HashSlots()

  /// The group of a draft, with its shape among those of all.
  mutating func add(_ draft: GroupDraft) -> RouteTables.Group {
    let first = draft.entries.lowerBound
    var shape = RouteTables.GroupShape(
      entryCount: draft.entries.upperBound - first, zones: draft.zones,
      isOnCircle: draft.isOnCircle, slowest: draft.slowest)
    if let mark = draft.lastYield {
      shape.lastYield = RouteTables.Place(entry: mark.entry - first, way: mark.way)
    }
    // Those with the same list of zones are mostly the same.
    let hash = HashSlots.mixed(
      UInt64(truncatingIfNeeded: draft.zones.lowerBound), UInt64(shape.entryCount))
    let number = slots.place(hash) { [shapes] in shapes[$0] == shape }
    if number == shapes.count { shapes.append(shape) }
    return RouteTables.Group(
      hold: draft.hold, end: draft.end, low: draft.low, high: draft.high,
      crossingEnd: draft.crossingEnd, firstEntry: first, shape: Int32(number))
  }
}

/// What caps allow, each kept once.
struct Allowances {
  private(set) var list: [RouteTables.Allowance] = []
  private var slots = HashSlots()

  /// Where one is in the list, to which it is added if it is not there yet.
  mutating func place(of allowance: RouteTables.Allowance) -> Int32 {
    let hash = HashSlots.mixed(
      HashSlots.mixed(1, allowance.limit.bitPattern), allowance.ease.bitPattern)
    let number = slots.place(hash) { [list] in list[$0] == allowance }
    if number == list.count { list.append(allowance) }
    return Int32(number)
  }

  /// Some driver may go slower under a cap than under another one.
  func isLower(_ cap: RouteTables.Cap, than other: RouteTables.Cap) -> Bool {
    list[Int(cap.allowance)].isLower(than: list[Int(other.allowance)])
  }
}
