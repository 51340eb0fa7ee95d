import SimCore
import Testing

@testable import SimEpisode

@Suite struct ColumnCodecTests {
  private func roundTrip(_ column: [Double]) throws -> (bytes: Int, isSame: Bool) {
    var writer = ByteWriter()
    writer.appendColumn(column)
    var reader = ByteReader(writer.bytes)
    let copy: [Double] = try reader.column(column.count)
    return (
      writer.bytes.count,
      reader.isAtEnd && copy.map(\.bitPattern) == column.map(\.bitPattern)
    )
  }

  @Test func anyBitsComeBack() throws {
    let columns: [[Double]] = [
      [], [1], [1, 2], [0, -0.0, 0], [.nan, 1, -.infinity, .infinity],
      [.leastNonzeroMagnitude, -.greatestFiniteMagnitude, 3],
      (0..<257).map { ExactMath.sin(Double($0)) * 1e3 },
      (0..<100).map { Double(bitPattern: 0x9e37_79b9_7f4a_7c15 &* UInt64($0 + 1)) },
    ]
    for column in columns { #expect(try roundTrip(column).isSame, "\(column)") }
  }

  /// A constant column of 1000 values is a mode and one value: 9 bytes. At constant speed the
  /// second difference of a position is rounding noise: 1 byte and a half-byte of length each,
  /// but for the few values at which the exponent changes.
  @Test func smoothColumnsAreShort() throws {
    #expect(try roundTrip([Double](repeating: 4.2, count: 1000)).bytes == 9)
    let uniform = (0..<1000).map { 100 + 1.37 * Double($0) }
    #expect(try roundTrip(uniform).bytes < 1000 * 2)
  }

  /// Whatever parts a column comes in, also empty ones, its bytes are those of the whole: for a
  /// constant column, dense and sparse differences, any bits, and a column that is constant but
  /// for its last part.
  @Test func partsGiveTheBytesOfTheWhole() {
    let columns: [[UInt64]] = [
      [], [7], [UInt64](repeating: 9, count: 40),
      (0..<64).map { (100 + 1.37 * Double($0)).bitPattern },
      (0..<64).map { $0 < 50 ? 3 : 4 },
      [UInt64](repeating: 1, count: 63) + [2],
      (0..<64).map { 0x9e37_79b9_7f4a_7c15 &* UInt64($0 + 1) },
      [0.0, -0.0, .nan, -.infinity, 1, Double(bitPattern: 0x7ff8_0000_0000_beef)]
        .map(\.bitPattern),
    ]
    for column in columns {
      var whole = ByteWriter()
      ColumnCodec.encode(column, into: &whole)
      for size in 1...7 {
        var writer = ByteWriter()
        ColumnCodec.encode(column.count, into: &writer) { take in
          column.withUnsafeBufferPointer { column in
            for start in stride(from: 0, to: column.count, by: size) {
              let end = min(start + size, column.count)
              guard take(UnsafeBufferPointer(rebasing: column[start..<start])),
                take(UnsafeBufferPointer(rebasing: column[start..<end]))
              else { return }
            }
          }
        }
        #expect(writer.bytes == whole.bytes, "\(column) by \(size)")
      }
    }
  }

  @Test func impossibleColumnsAreDefects() {
    let cases: [[UInt8]] = [
      [], [7], [4, 1, 2], [0, 0x99], [1, 0x08, 1, 2], [3],
    ]
    for bytes in cases {
      var reader = ByteReader(bytes)
      #expect(throws: FormatDefect.self) { try ColumnCodec.decode(2, from: &reader) }
    }
  }
}
