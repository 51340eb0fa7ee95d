import SimCore

/// Lossless coding of a column of 64-bit values that change smoothly: the bits of a physical
/// quantity over the ticks.
///
/// The bits are taken as integers, in which a smooth series of doubles is smooth too. The column
/// is predicted by extrapolating through its last 0, 1, 2 or 3 values (a polynomial one degree
/// lower), whichever leaves the least, and what differs is stored in as many bytes as it needs:
///
///     mode      1 byte: order of the prediction 0...3, or 4 for a constant column
///     constant  8 bytes                      (mode 4)
///     lengths   4 bits a value, 0...8        (modes 0...3)
///     residuals that many bytes a value, little-endian, zigzag
enum ColumnCodec {
  private static let constantMode: UInt8 = 4
  private static let orders = 0...3

  /// Appends a column. Its length is not stored.
  static func encode(_ column: [UInt64], into writer: inout ByteWriter) {
    column.withUnsafeBufferPointer { encode($0, into: &writer) }
  }

  private static func encode(
    _ column: UnsafeBufferPointer<UInt64>, into writer: inout ByteWriter
  ) {
    guard let first = column.first else { return }
    if column.allSatisfy({ $0 == first }) {
      writer.append(constantMode)
      writer.append(first)
      return
    }
    let (order, bytes) = bestOrder(column)
    writer.append(UInt8(order))
    let lengths = (column.count + 1) / 2
    writer.append(count: lengths + bytes) { room in
      var predictor = Predictor(order: order)
      var next = lengths
      for index in column.indices {
        var residual = predictor.residual(of: column[index])
        let length = length(residual)
        room[index >> 1] |= UInt8(length << (4 * (index & 1)))
        for _ in 0..<length {
          room[next] = UInt8(truncatingIfNeeded: residual)
          residual >>= 8
          next += 1
        }
      }
    }
  }

  /// A column of `count` values.
  static func decode(_ count: Int, from reader: inout ByteReader) throws(FormatDefect) -> [UInt64] {
    guard count > 0 else { return [] }
    let mode = try reader.byte()
    if mode == constantMode {
      return [UInt64](repeating: try reader.uint64(), count: count)
    }
    guard orders.contains(Int(mode)) else { throw FormatDefect("a column of unknown mode \(mode)") }
    let lengths = try reader.raw((count + 1) / 2)
    var predictor = Predictor(order: Int(mode))
    var column: [UInt64] = []
    column.reserveCapacity(count)
    for index in 0..<count {
      let pair = lengths[lengths.startIndex + index / 2]
      let length = Int(index % 2 == 0 ? pair & 0xF : pair >> 4)
      guard length <= 8 else { throw FormatDefect("a value of \(length) bytes") }
      var residual: UInt64 = 0
      for (place, byte) in try reader.raw(length).enumerated() {
        residual |= UInt64(byte) << UInt64(8 * place)
      }
      column.append(predictor.value(of: residual))
    }
    return column
  }

  /// The order that leaves the least, the lowest of them, and how many bytes its residuals take.
  private static func bestOrder(_ column: UnsafeBufferPointer<UInt64>) -> (order: Int, bytes: Int) {
    var bytes = (0, 0, 0, 0)
    var last: (UInt64, UInt64, UInt64) = (0, 0, 0)
    for value in column {
      let step = last.0 &- last.1
      bytes.0 += length(Predictor.zigzag(value))
      bytes.1 += length(Predictor.zigzag(value &- last.0))
      bytes.2 += length(Predictor.zigzag(value &- last.0 &- step))
      bytes.3 += length(Predictor.zigzag(value &- 3 &* step &- last.2))
      last = (value, last.0, last.1)
    }
    var best = (order: 0, bytes: bytes.0)
    for (order, bytes) in [(1, bytes.1), (2, bytes.2), (3, bytes.3)] where bytes < best.bytes {
      best = (order, bytes)
    }
    return best
  }

  /// Bytes that a residual takes.
  private static func length(_ residual: UInt64) -> Int {
    (64 - residual.leadingZeroBitCount + 7) / 8
  }

  /// Extrapolates a series of integers, all arithmetic modulo 2^64.
  private struct Predictor {
    let order: Int
    private var last: (UInt64, UInt64, UInt64) = (0, 0, 0)

    init(order: Int) { self.order = order }

    private var prediction: UInt64 {
      switch order {
      case 0: 0
      case 1: last.0
      case 2: 2 &* last.0 &- last.1
      default: 3 &* (last.0 &- last.1) &+ last.2
      }
    }

    private mutating func remember(_ value: UInt64) { last = (value, last.0, last.1) }

    /// What a value differs from its prediction by, small for near misses either way.
    mutating func residual(of value: UInt64) -> UInt64 {
      defer { remember(value) }
      return Predictor.zigzag(value &- prediction)
    }

    /// A difference as a number that is small for small ones of either sign.
    static func zigzag(_ difference: UInt64) -> UInt64 {
      let signed = Int64(bitPattern: difference)
      return UInt64(bitPattern: (signed << 1) ^ (signed >> 63))
    }

    /// The value that has a residual.
    mutating func value(of residual: UInt64) -> UInt64 {
      let value = prediction &+ ((residual >> 1) ^ (0 &- (residual & 1)))
      remember(value)
      return value
    }
  }
}

extension ByteWriter {
  /// Appends a column of doubles, bit for bit.
  mutating func appendColumn(_ values: some Sequence<Double>) {
    ColumnCodec.encode(values.map(\.bitPattern), into: &self)
  }

  /// Appends a column of integers.
  mutating func appendColumn(_ values: some Sequence<Int64>) {
    ColumnCodec.encode(values.map { UInt64(bitPattern: $0) }, into: &self)
  }
}

extension ByteReader {
  mutating func column(_ count: Int) throws(FormatDefect) -> [Double] {
    try ColumnCodec.decode(count, from: &self).map { Double(bitPattern: $0) }
  }

  mutating func integerColumn(_ count: Int) throws(FormatDefect) -> [Int64] {
    try ColumnCodec.decode(count, from: &self).map { Int64(bitPattern: $0) }
  }
}
