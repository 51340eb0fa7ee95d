/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw (Parallel random
/// numbers: as easy as 1, 2, 3, 2011), checked against the known answers of Random123.
@frozen @usableFromInline
enum Philox4x32 {
  @usableFromInline
  typealias Block = (UInt32, UInt32, UInt32, UInt32)

  /// The 128 bits of a counter under a key.
  @inlinable
  static func block(counter: Block, key: (UInt32, UInt32)) -> Block {
    var (a, b, c, d) = counter
    var (k0, k1) = key
    for _ in 0..<10 {
      let first = UInt64(a) &* 0xd251_1f53
      let second = UInt64(c) &* 0xcd9e_8d57
      (a, b, c, d) = (
        UInt32(truncatingIfNeeded: second &>> 32) ^ b ^ k0, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first &>> 32) ^ d ^ k1, UInt32(truncatingIfNeeded: first)
      )
      k0 &+= 0x9e37_79b9
      k1 &+= 0xbb67_ae85
    }
    return (a, b, c, d)
  }
}
