/// Finds the things of a list by a hash of each, to keep each thing once: numbers in slots, each in
/// the first free one from its hash on.
///
/// The list itself is somebody else's; this knows how many things are in it, and their hashes.
package struct HashSlots: Sendable {
  private struct Slot {
    var key: UInt32
    /// -1: nothing is here.
    var number: Int32
  }

  /// A power of two of them, at most half of them taken.
  private var slots: [Slot] = []
  /// Number of things.
  package private(set) var count = 0

  package init() {}

  /// The number of a thing, or `count` as it was before if there was none like it: then it is to be
  /// added to the list.
  ///
  /// - Parameters:
  ///   - hash: of the thing, all bits well mixed; see `mixed`.
  ///   - isSame: whether the thing with a number is like it.
  package mutating func place(_ hash: UInt64, isSame: (Int) -> Bool) -> Int {
    if 2 * count >= slots.count { grow() }
    // (The upper half: products mix upwards.)
    let key = UInt32(truncatingIfNeeded: hash >> 32)
    let mask = slots.count - 1
    var slot = Int(key) & mask
    while slots[slot].number >= 0 {
      if slots[slot].key == key, isSame(Int(slots[slot].number)) { return Int(slots[slot].number) }
      slot = (slot + 1) & mask
    }
    slots[slot] = Slot(key: key, number: Int32(count))
    count += 1
    return count - 1
  }

  /// A hash with a word taken in.
  package static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    // (An odd number without a pattern: 2^64 over the golden ratio.)
    let product = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    return product ^ product >> 29
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](
      repeating: Slot(key: 0, number: -1), count: old.isEmpty ? 64 : 2 * old.count)
    let mask = slots.count - 1
    for taken in old where taken.number >= 0 {
      var slot = Int(taken.key) & mask
      while slots[slot].number >= 0 { slot = (slot + 1) & mask }
      slots[slot] = taken
    }
  }
}
