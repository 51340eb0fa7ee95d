import SimCore
import Testing

/// Things that are kept once.
@Suite struct HashSlotsTests {
  /// Numbers come in the order of first sight, also of things of one hash, and after the slots have
  /// been made more again and again.
  @Test func thingsAreNumberedInTheOrderOfFirstSight() {
    for share: UInt64 in [1, 7, 1_000] {
      var list: [UInt64] = []
      var slots = HashSlots()
      for lap in 0..<2 {
        for thing: UInt64 in 0..<1_000 {
          // (Of `share` things each has the same hash.)
          let number = slots.place(HashSlots.mixed(1, thing / share)) { [list] in
            list[$0] == thing
          }
          #expect(number == Int(thing))
          #expect((number == list.count) == (lap == 0))
          if number == list.count { list.append(thing) }
        }
      }
      #expect(slots.count == 1_000)
    }
  }
}
