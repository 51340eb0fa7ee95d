/// XXH64 (xxHash specification, version 0.1.1) over a stream of 64-bit words, each taken as its
/// eight little-endian bytes.
///
/// Words go in turn through four lanes, 32 bytes at a time; up to three wait for their lanes.
@frozen @usableFromInline
struct WordStream: Sendable {
  @usableFromInline var lane0: UInt64
  @usableFromInline var lane1: UInt64
  @usableFromInline var lane2: UInt64
  @usableFromInline var lane3: UInt64
  @usableFromInline var waiting0: UInt64 = 0
  @usableFromInline var waiting1: UInt64 = 0
  @usableFromInline var waiting2: UInt64 = 0
  @usableFromInline var count: UInt64 = 0
  @usableFromInline let seed: UInt64

  @inlinable @inline(__always)
  static var prime1: UInt64 { 0x9e37_79b1_85eb_ca87 }
  @inlinable @inline(__always)
  static var prime2: UInt64 { 0xc2b2_ae3d_27d4_eb4f }
  @inlinable @inline(__always)
  static var prime3: UInt64 { 0x1656_67b1_9e37_79f9 }
  @inlinable @inline(__always)
  static var prime4: UInt64 { 0x85eb_ca77_c2b2_ae63 }
  @inlinable @inline(__always)
  static var prime5: UInt64 { 0x27d4_eb2f_1656_67c5 }

  @inlinable
  init(seed: UInt64) {
    self.seed = seed
    lane0 = seed &+ Self.prime1 &+ Self.prime2
    lane1 = seed &+ Self.prime2
    lane2 = seed
    lane3 = seed &- Self.prime1
  }

  @inlinable @inline(__always)
  mutating func append(_ word: UInt64) {
    switch count & 3 {
    case 0: waiting0 = word
    case 1: waiting1 = word
    case 2: waiting2 = word
    default:
      lane0 = Self.round(lane0, waiting0)
      lane1 = Self.round(lane1, waiting1)
      lane2 = Self.round(lane2, waiting2)
      lane3 = Self.round(lane3, word)
    }
    count &+= 1
  }

  /// Appends numbers, -0 as +0: the same as one by one, faster.
  @inlinable
  mutating func append(_ numbers: UnsafeBufferPointer<Double>) {
    append(number: numbers.count) { (numbers[$0] + 0).bitPattern }
  }

  /// Appends so many words: the same as one by one, faster.
  ///
  /// - Parameter word: the word of an index from 0 on.
  @inlinable @inline(__always)
  mutating func append(number: Int, _ word: (Int) -> UInt64) {
    var next = 0
    while next < number, count & 3 != 0 {
      append(word(next))
      next &+= 1
    }
    var (a, b, c, d) = (lane0, lane1, lane2, lane3)
    let start = next
    while number &- next >= 4 {
      a = Self.round(a, word(next))
      b = Self.round(b, word(next &+ 1))
      c = Self.round(c, word(next &+ 2))
      d = Self.round(d, word(next &+ 3))
      next &+= 4
    }
    count &+= UInt64(truncatingIfNeeded: next &- start)
    (lane0, lane1, lane2, lane3) = (a, b, c, d)
    while next < number {
      append(word(next))
      next &+= 1
    }
  }

  /// The hash of the words so far.
  @inlinable
  var value: UInt64 { Self.avalanche(digestOfWords(totalBytes: count &* 8)) }

  /// The hash before the last mixing, so that a tail of less than a word can follow.
  @inlinable
  func digestOfWords(totalBytes: UInt64) -> UInt64 {
    var hash = seed &+ Self.prime5
    if count >= 4 {
      hash =
        Self.rotated(lane0, 1) &+ Self.rotated(lane1, 7) &+ Self.rotated(lane2, 12)
        &+ Self.rotated(lane3, 18)
      hash = Self.merged(hash, lane0)
      hash = Self.merged(hash, lane1)
      hash = Self.merged(hash, lane2)
      hash = Self.merged(hash, lane3)
    }
    hash &+= totalBytes
    let left = count & 3
    if left > 0 { hash = Self.mixingWord(waiting0, into: hash) }
    if left > 1 { hash = Self.mixingWord(waiting1, into: hash) }
    if left > 2 { hash = Self.mixingWord(waiting2, into: hash) }
    return hash
  }

  @inlinable @inline(__always)
  static func rotated(_ x: UInt64, _ bits: UInt64) -> UInt64 {
    x &<< bits | x &>> (64 &- bits)
  }

  @inlinable @inline(__always)
  static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotated(lane &+ word &* prime2, 31) &* prime1
  }

  @inlinable @inline(__always)
  static func merged(_ hash: UInt64, _ lane: UInt64) -> UInt64 {
    (hash ^ round(0, lane)) &* prime1 &+ prime4
  }

  @inlinable @inline(__always)
  static func mixingWord(_ word: UInt64, into hash: UInt64) -> UInt64 {
    rotated(hash ^ round(0, word), 27) &* prime1 &+ prime4
  }

  @usableFromInline
  static func mixingHalfWord(_ word: UInt64, into hash: UInt64) -> UInt64 {
    rotated(hash ^ word &* prime1, 23) &* prime2 &+ prime3
  }

  @usableFromInline
  static func mixingByte(_ byte: UInt64, into hash: UInt64) -> UInt64 {
    rotated(hash ^ byte &* prime5, 11) &* prime1
  }

  @inlinable @inline(__always)
  static func avalanche(_ hash: UInt64) -> UInt64 {
    var hash = hash
    hash = (hash ^ hash &>> 33) &* prime2
    hash = (hash ^ hash &>> 29) &* prime3
    return hash ^ hash &>> 32
  }
}
