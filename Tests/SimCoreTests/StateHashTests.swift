import SimCore
import Testing

/// The per-tick hash: XXH64 of little-endian words, seeded with the previous tick's hash.
@Suite struct StateHashTests {
  /// A hash of whole numbers as doubles, 0, 1, ..., n - 1.
  private func hash(count: Int, after previous: UInt64 = 0) -> StateHash {
    var hash = StateHash(after: previous)
    for i in 0..<count { hash.combine(Double(i)) }
    return hash
  }

  @Test func emptyTickHasTheHashOfNoBytes() {
    #expect(StateHash().value == 0xef46_db37_51d8_e999)
    #expect(StateHash().description == "ef46db3751d8e999")
    #expect(StateHash.text(0xab) == "00000000000000ab")
  }

  @Test(arguments: 0...13)
  func isTheHashOfTheLittleEndianBytes(count: Int) {
    let bytes = (0..<count).flatMap { i in
      (0..<8).map { UInt8(truncatingIfNeeded: Double(i).bitPattern >> (8 * UInt64($0))) }
    }
    #expect(hash(count: count).value == StableHash.of(bytes: bytes))
  }

  @Test(arguments: 0...9, 0...9)
  func bulkIsTheSameAsOneByOne(before: Int, inBulk: Int) {
    let values = (0..<before + inBulk + 2).map(Double.init)
    var bulk = StateHash()
    for x in values[..<before] { bulk.combine(x) }
    values.withUnsafeBufferPointer {
      bulk.combine(buffer: UnsafeBufferPointer(rebasing: $0[before..<before + inBulk]))
    }
    for x in values[(before + inBulk)...] { bulk.combine(x) }
    #expect(bulk.value == hash(count: values.count).value)
  }

  @Test(arguments: 0...5, 0...9)
  func bulkOfIntegersIsTheSameAsOneByOne(before: Int, inBulk: Int) {
    let rows = (0..<inBulk).map { Int32(1000 - 333 * $0) }
    let flags = (0..<inBulk).map { UInt8(250 + $0 % 5) }
    var bulk = hash(count: before)
    rows.withUnsafeBufferPointer { bulk.combine(buffer: $0) }
    flags.withUnsafeBufferPointer { bulk.combine(buffer: $0) }
    bulk.combine(number: inBulk) { UInt64($0) }
    var single = hash(count: before)
    for row in rows { single.combine(Int64(row)) }
    for flag in flags { single.combine(UInt64(flag)) }
    for index in 0..<inBulk { single.combine(UInt64(index)) }
    #expect(bulk.value == single.value)
  }

  @Test func zerosOfBothSignsAreEqualAndAllElseDiffers() {
    func hash(_ combine: (inout StateHash) -> Void) -> UInt64 {
      var hash = StateHash()
      combine(&hash)
      return hash.value
    }
    #expect(hash { $0.combine(-0.0) } == hash { $0.combine(0.0) })
    let negativeZeroInBulk = hash { hash in
      [-0.0].withUnsafeBufferPointer { hash.combine(buffer: $0) }
    }
    #expect(negativeZeroInBulk == hash { $0.combine(0.0) })
    let different = [
      hash { $0.combine(1.0) }, hash { $0.combine(1.0.nextUp) }, hash { $0.combine(-1.0) },
      hash { $0.combine(Double.nan) }, hash { $0.combine(true) }, hash { $0.combine(0.0) },
      hash {
        $0.combine(0.0)
        $0.combine(0.0)
      },
      hash {
        $0.combine(1.0)
        $0.combine(2.0)
      },
      hash {
        $0.combine(2.0)
        $0.combine(1.0)
      },
    ]
    #expect(Set(different).count == different.count)
  }

  /// Small integers too, wherever they begin among the words.
  @Test(arguments: 0..<6) func smallIntegersInBulkAreThoseOneByOne(before: Int) {
    var single = StateHash()
    var bulk = StateHash()
    for word in 0..<before {
      single.combine(word)
      bulk.combine(word)
    }
    let bytes = (0..<11).map { UInt8($0 * 23) }
    let numbers = (0..<9).map { Int32($0) * 200_000_000 - 1_000_000_000 }
    for byte in bytes { single.combine(UInt64(byte)) }
    for number in numbers { single.combine(Int64(number)) }
    bytes.withUnsafeBufferPointer { bulk.combine(buffer: $0) }
    numbers.withUnsafeBufferPointer { bulk.combine(buffer: $0) }
    #expect(single.value == bulk.value)
  }

  @Test func ticksAreChained() {
    let first = hash(count: 3).value
    #expect(hash(count: 3, after: first).value != first)
    #expect(hash(count: 3, after: first).value != hash(count: 3, after: first ^ 1).value)
  }

  @Test func everyInputBitFlipsAboutHalfOfTheOutput() {
    var flips = 0
    let samples = 50
    for i in 0..<samples {
      for bit in 0..<64 {
        let word = UInt64(i) &* 0x9e37_79b9_7f4a_7c15
        var a = StateHash()
        var b = StateHash()
        a.combine(word)
        b.combine(word ^ 1 << UInt64(bit))
        let changed = (a.value ^ b.value).nonzeroBitCount
        #expect((8...56).contains(changed), "word \(i), bit \(bit)")
        flips += changed
      }
    }
    // 3,200 trials of 64 bits: the mean of 32 has a standard error of 0.07.
    #expect(abs(Double(flips) / Double(64 * samples) - 32) < 0.4)
  }
}
