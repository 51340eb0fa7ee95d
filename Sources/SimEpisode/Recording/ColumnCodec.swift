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
    guard let first = column.first else { return }
    if column.allSatisfy({ $0 == first }) {
      writer.append(constantMode)
      writer.append(first)
      return
    }
    let order = bestOrder(column)
    writer.append(UInt8(order))
    var predictor = Predictor(order: order)
    let residuals = column.map { predictor.residual(of: $0) }
    for pair in stride(from: 0, to: residuals.count, by: 2) {
      let low = length(residuals[pair])
      let high = pair + 1 < residuals.count ? length(residuals[pair + 1]) : 0
      writer.append(UInt8(low | high << 4))
    }
    for residual in residuals {
      var rest = residual
      for _ in 0..<length(residual) {
        writer.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
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

  private static func bestOrder(_ column: [UInt64]) -> Int {
    var best = (order: 0, bytes: Int.max)
    for order in orders {
      var predictor = Predictor(order: order)
      let bytes = column.reduce(0) { $0 + length(predictor.residual(of: $1)) }
      if bytes < best.bytes { best = (order, bytes) }
    }
    return best.order
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
      let difference = Int64(bitPattern: value &- prediction)
      remember(value)
      return UInt64(bitPattern: (difference << 1) ^ (difference >> 63))
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
