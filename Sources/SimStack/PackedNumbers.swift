/// 64-bit numbers that change smoothly, kept without loss in little memory, quick to pack and to
/// read again: what a forecast's columns are kept as while an episode runs.
///
/// Each number is foretold by the line through the two before it (as integers, modulo 2^64; both
/// are 0 before the first). Stored is what differs, signs folded in, in 0...8 bytes, and half a
/// byte of its length. (Recordings look for the best of several ways, which takes longer.)
package struct PackedNumbers: Sendable {
  /// Numbers held.
  package let count: Int
  /// Lengths, two a byte; then differences; then 8 bytes so that each can be read as a word.
  private let bytes: [UInt8]

  /// Bytes of memory, without the array's head.
  package var size: Int { bytes.count }

  /// Packs some numbers. - Parameter scratch: memory to work in; grows to what is needed.
  package init(_ numbers: UnsafeBufferPointer<UInt64>, scratch: inout [UInt8]) {
    count = numbers.count
    let lengths = (count + 1) / 2
    let most = lengths + 8 * count + 8
    if scratch.count < most { scratch = [UInt8](repeating: 0, count: most) }
    bytes = scratch.withUnsafeMutableBytes { room in
      var end = lengths
      var last: UInt64 = 0
      var step: UInt64 = 0
      var pair: UInt8 = 0
      for index in 0..<numbers.count {
        let value = numbers[index]
        let change = value &- last
        let folded = PackedNumbers.folded(change &- step)
        let length = (71 - folded.leadingZeroBitCount) >> 3
        room.storeBytes(of: folded.littleEndian, toByteOffset: end, as: UInt64.self)
        end += length
        if index & 1 == 0 {
          pair = UInt8(truncatingIfNeeded: length)
        } else {
          room[index >> 1] = pair | UInt8(truncatingIfNeeded: length << 4)
        }
        last = value
        step = change
      }
      if numbers.count & 1 == 1 { room[lengths - 1] = pair }
      room.storeBytes(of: 0, toByteOffset: end, as: UInt64.self)
      return [UInt8](UnsafeRawBufferPointer(rebasing: room[..<(end + 8)]))
    }
  }

  /// Writes all numbers, bit for bit, to every `stride`-th place of some memory.
  package func read(into room: UnsafeMutablePointer<UInt64>, stride: Int = 1) {
    bytes.withUnsafeBytes { bytes in
      var next = (count + 1) / 2
      var last: UInt64 = 0
      var step: UInt64 = 0
      for index in 0..<count {
        let length = Int(bytes[index >> 1] >> UInt8(4 * (index & 1))) & 0xF
        let word = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: next, as: UInt64.self))
        // (A shift by all 64 bits leaves 0.)
        let folded = word & ~(UInt64.max << UInt64(8 * length))
        next += length
        step &+= (folded >> 1) ^ (0 &- (folded & 1))
        last &+= step
        room[index * stride] = last
      }
    }
  }

  /// A difference as a number that is small for small ones of either sign.
  @inline(__always)
  private static func folded(_ difference: UInt64) -> UInt64 {
    let signed = Int64(bitPattern: difference)
    return UInt64(bitPattern: (signed << 1) ^ (signed >> 63))
  }
}

extension PackedNumbers: Equatable {
  /// Equal numbers, bit for bit: they are packed in one way only.
  package static func == (a: PackedNumbers, b: PackedNumbers) -> Bool {
    a.count == b.count && a.bytes == b.bytes
  }
}
