import SimCore

/// Lossless coding of a column of 64-bit values that change smoothly: the bits of a physical
/// quantity over the ticks.
///
/// The bits are taken as integers, in which a smooth series of doubles is smooth too. The column
/// is predicted by extrapolating through its last 0, 1, 2 or 3 values (a polynomial one degree
/// lower), or from what else is known of it; what differs is stored, in the shortest way:
///
///     mode      1 byte: 0...3 order of the prediction, 5 a prediction from elsewhere, plus 16 if
///               only the differences that are not 0 are stored; or 4 for a constant column
///     constant  8 bytes                                            (mode 4)
///     lengths   4 bits a value, 0...8                              (modes 0...3, 5)
///     residuals that many bytes a value, little-endian, zigzag     (modes 0...3, 5)
///     count     of differences, then for each the number of values without one before it and its
///               residual, all of variable length                   (modes 16...19, 21)
///
/// Version 1 of the recording format had modes 0...4 only.
enum ColumnCodec {
  /// What a value should be, from the values before it: only those below the index may be read.
  typealias Prediction = (_ column: UnsafeBufferPointer<UInt64>, _ index: Int) -> UInt64

  private static let constantMode: UInt8 = 4
  private static let givenMode: UInt8 = 5
  private static let sparseFlag: UInt8 = 16
  private static let orders = 0...3

  /// A column, part by part: calls a function with each part in turn, until that returns false.
  /// Each time the same.
  typealias Parts = (_ take: (UnsafeBufferPointer<UInt64>) -> Bool) -> Void

  /// Appends a column. Its length is not stored.
  ///
  /// - Parameter given: a prediction from elsewhere, which the reader must have too.
  static func encode(
    _ column: [UInt64], given: Prediction? = nil, into writer: inout ByteWriter
  ) {
    column.withUnsafeBufferPointer { column in
      encode(column.count, given, into: &writer) { take in _ = take(column) }
    }
  }

  /// Appends a column of `count` values that need not all be in memory at once: its parts are
  /// looked at as often as it takes. The bytes are those of the whole column.
  static func encode(_ count: Int, into writer: inout ByteWriter, parts: Parts) {
    encode(count, nil, into: &writer, parts: parts)
  }

  /// (What is `given` looks back at the whole column: it is then in one part.)
  private static func encode(
    _ count: Int, _ given: Prediction?, into writer: inout ByteWriter, parts: Parts
  ) {
    guard count > 0 else { return }
    if let value = constant(parts) {
      writer.append(constantMode)
      writer.append(value)
      return
    }
    var orders = Orders()
    parts { part in
      orders.add(part)
      return true
    }
    var best = orders.best(count)
    if let given {
      var cost = Cost()
      parts { column in
        for index in column.indices {
          cost.add(Predictor.zigzag(column[index] &- given(column, index)))
        }
        return true
      }
      if cost.least(count) <= best.cost.least(count) { best = (givenMode, cost) }
    }
    if best.cost.sparse < best.cost.dense(count) {
      writeSparse(parts, best.mode, given, best.cost.differences, into: &writer)
    } else {
      writeDense(parts, count, best.mode, given, best.cost.bytes, into: &writer)
    }
  }

  /// The value of all of a column; nil if they differ or there is none.
  private static func constant(_ parts: Parts) -> UInt64? {
    var first: UInt64?
    var isConstant = true
    parts { part in
      guard let value = first ?? part.first else { return true }
      first = value
      isConstant = part.allSatisfy { $0 == value }
      return isConstant
    }
    return isConstant ? first : nil
  }

  /// Calls a function with the residual of each value of a part in turn.
  @inline(__always)
  private static func residuals(
    _ part: UnsafeBufferPointer<UInt64>, _ predictor: inout Predictor, _ given: Prediction?,
    _ use: (Int, UInt64) -> Void
  ) {
    if let given {
      for index in part.indices {
        use(index, Predictor.zigzag(part[index] &- given(part, index)))
      }
    } else {
      var local = predictor
      for index in part.indices { use(index, local.residual(of: part[index])) }
      predictor = local
    }
  }

  private static func writeDense(
    _ parts: Parts, _ count: Int, _ mode: UInt8, _ given: Prediction?, _ bytes: Int,
    into writer: inout ByteWriter
  ) {
    writer.append(mode)
    let lengths = (count + 1) / 2
    var predictor = Predictor(order: Int(mode))
    let given = mode == givenMode ? given : nil
    writer.append(count: lengths + bytes) { room in
      var start = 0
      var end = lengths
      parts { part in
        let first = start
        var next = end
        residuals(part, &predictor, given) { index, residual in
          var residual = residual
          let length = length(residual)
          let place = first + index
          room[place >> 1] |= UInt8(length << (4 * (place & 1)))
          for _ in 0..<length {
            room[next] = UInt8(truncatingIfNeeded: residual)
            residual >>= 8
            next += 1
          }
        }
        start += part.count
        end = next
        return true
      }
    }
  }

  private static func writeSparse(
    _ parts: Parts, _ mode: UInt8, _ given: Prediction?, _ differences: Int,
    into writer: inout ByteWriter
  ) {
    writer.append(mode | sparseFlag)
    writer.appendCount(differences)
    var predictor = Predictor(order: Int(mode))
    let given = mode == givenMode ? given : nil
    var start = 0
    var next = 0
    parts { part in
      let first = start
      residuals(part, &predictor, given) { index, residual in
        guard residual != 0 else { return }
        writer.appendCount(first + index - next)
        writer.appendVariable(residual)
        next = first + index + 1
      }
      start += part.count
      return true
    }
  }

  /// A column of `count` values.
  static func decode(
    _ count: Int, given: Prediction? = nil, from reader: inout ByteReader
  ) throws(FormatDefect) -> [UInt64] {
    guard count > 0 else { return [] }
    let mode = try reader.byte()
    if mode == constantMode {
      return [UInt64](repeating: try reader.uint64(), count: count)
    }
    let isSparse = mode & sparseFlag != 0
    let prediction = mode & ~sparseFlag
    guard orders.contains(Int(prediction)) || (prediction == givenMode && given != nil) else {
      throw FormatDefect("a column of unknown mode \(mode)")
    }
    let residuals =
      isSparse ? try sparseResiduals(count, &reader) : try denseResiduals(count, &reader)
    guard prediction == givenMode, let given else {
      var predictor = Predictor(order: Int(prediction))
      return residuals.map { predictor.value(of: $0) }
    }
    return [UInt64](unsafeUninitializedCapacity: count) { column, written in
      for index in 0..<count {
        let difference = Predictor.difference(residuals[index])
        column.initializeElement(
          at: index, to: given(UnsafeBufferPointer(column), index) &+ difference)
      }
      written = count
    }
  }

  private static func denseResiduals(
    _ count: Int, _ reader: inout ByteReader
  ) throws(FormatDefect) -> [UInt64] {
    let lengths = try reader.raw((count + 1) / 2)
    var residuals: [UInt64] = []
    residuals.reserveCapacity(count)
    for index in 0..<count {
      let pair = lengths[lengths.startIndex + index / 2]
      let length = Int(index % 2 == 0 ? pair & 0xF : pair >> 4)
      guard length <= 8 else { throw FormatDefect("a value of \(length) bytes") }
      var residual: UInt64 = 0
      for (place, byte) in try reader.raw(length).enumerated() {
        residual |= UInt64(byte) << UInt64(8 * place)
      }
      residuals.append(residual)
    }
    return residuals
  }

  private static func sparseResiduals(
    _ count: Int, _ reader: inout ByteReader
  ) throws(FormatDefect) -> [UInt64] {
    var residuals = [UInt64](repeating: 0, count: count)
    var next = 0
    for _ in 0..<(try reader.count(atMost: count)) {
      let gap = try reader.count(atMost: count)
      guard gap < count - next else { throw FormatDefect("a difference behind a column's end") }
      residuals[next + gap] = try reader.variable()
      next += gap + 1
    }
    return residuals
  }

  /// What residuals take.
  private struct Cost {
    /// Bytes of all residuals.
    var bytes = 0
    /// Residuals that are not 0.
    var differences = 0

    @inline(__always)
    mutating func add(_ residual: UInt64) {
      bytes += ColumnCodec.length(residual)
      differences += residual == 0 ? 0 : 1
    }

    func dense(_ count: Int) -> Int { (count + 1) / 2 + bytes }
    /// A byte for each gap, and numbers of variable length are an eighth longer.
    var sparse: Int { bytes + bytes / 8 + 2 * differences + 1 }
    func least(_ count: Int) -> Int { min(dense(count), sparse) }
  }

  /// What each order of prediction would leave of a column.
  private struct Orders {
    private var costs = (Cost(), Cost(), Cost(), Cost())
    private var last: (UInt64, UInt64, UInt64) = (0, 0, 0)

    /// The next values.
    mutating func add(_ part: UnsafeBufferPointer<UInt64>) {
      var costs = self.costs
      var last = self.last
      for value in part {
        let step = last.0 &- last.1
        costs.0.add(Predictor.zigzag(value))
        costs.1.add(Predictor.zigzag(value &- last.0))
        costs.2.add(Predictor.zigzag(value &- last.0 &- step))
        costs.3.add(Predictor.zigzag(value &- 3 &* step &- last.2))
        last = (value, last.0, last.1)
      }
      self.costs = costs
      self.last = last
    }

    /// The order that leaves the least, the lowest of them.
    func best(_ count: Int) -> (mode: UInt8, cost: Cost) {
      var best: (mode: UInt8, cost: Cost) = (0, costs.0)
      for (order, cost) in [(UInt8(1), costs.1), (2, costs.2), (3, costs.3)]
      where cost.least(count) < best.cost.least(count) {
        best = (order, cost)
      }
      return best
    }
  }

  /// Bytes that a residual takes.
  @inline(__always)
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

    /// The difference that a residual stands for.
    static func difference(_ residual: UInt64) -> UInt64 {
      (residual >> 1) ^ (0 &- (residual & 1))
    }

    /// The value that has a residual.
    mutating func value(of residual: UInt64) -> UInt64 {
      let value = prediction &+ Predictor.difference(residual)
      remember(value)
      return value
    }
  }
}

extension ByteWriter {
  /// Appends a column of doubles, bit for bit.
  mutating func appendColumn(
    _ values: some Sequence<Double>, given: ColumnCodec.Prediction? = nil
  ) {
    ColumnCodec.encode(values.map(\.bitPattern), given: given, into: &self)
  }

  /// Appends a column of integers.
  mutating func appendColumn(_ values: some Sequence<Int64>) {
    ColumnCodec.encode(values.map { UInt64(bitPattern: $0) }, into: &self)
  }
}

extension ByteReader {
  mutating func column(
    _ count: Int, given: ColumnCodec.Prediction? = nil
  ) throws(FormatDefect) -> [Double] {
    try ColumnCodec.decode(count, given: given, from: &self).map { Double(bitPattern: $0) }
  }

  mutating func integerColumn(_ count: Int) throws(FormatDefect) -> [Int64] {
    try ColumnCodec.decode(count, from: &self).map { Int64(bitPattern: $0) }
  }
}
