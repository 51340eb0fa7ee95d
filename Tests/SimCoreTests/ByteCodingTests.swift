import SimCore
import Testing

@Suite struct ByteCodingTests {
  @Test func whatIsWrittenIsRead() throws {
    var writer = ByteWriter()
    writer.append(UInt8(7))
    writer.append(UInt32(0x0102_0304))
    writer.append(UInt64.max)
    writer.append(-0.0)
    writer.append(Double(nan: 5, signaling: false))
    writer.append("Straße")
    writer.appendList([-1, 63, -64, 300] as [Int64]) { $0.appendVariable($1) }
    writer.appendOptional(nil as Int?) { $0.appendCount($1) }
    writer.appendOptional(400 as Int?) { $0.appendCount($1) }
    #expect(Array(writer.bytes[1...4]) == [4, 3, 2, 1])

    var reader = ByteReader(writer.bytes)
    #expect(try reader.byte() == 7)
    #expect(try reader.uint32() == 0x0102_0304)
    #expect(try reader.uint64() == .max)
    #expect(try reader.double().sign == .minus)
    #expect(try reader.double().bitPattern == Double(nan: 5, signaling: false).bitPattern)
    #expect(try reader.text() == "Straße")
    #expect(
      try reader.list { r throws(FormatDefect) in try r.signedVariable() } == [-1, 63, -64, 300])
    #expect(try reader.optional { r throws(FormatDefect) in try r.count() } == nil)
    #expect(try reader.optional { r throws(FormatDefect) in try r.count() } == 400)
    #expect(reader.isAtEnd)
    #expect(throws: FormatDefect.self) { try reader.byte() }
  }

  @Test(arguments: [Int64.min, .max, 0, -1, 1, 127, 128, -128, 1 << 62])
  func signedNumbersOfVariableLength(value: Int64) throws {
    var writer = ByteWriter()
    writer.appendVariable(value)
    var reader = ByteReader(writer.bytes)
    #expect(try reader.signedVariable() == value)
    #expect(reader.isAtEnd)
  }

  @Test func impossibleDataAreDefects() {
    // 10 continuation bytes hold 70 bits; a length of 5 with 1 byte left; a flag of 2; bad UTF-8.
    let cases: [(bytes: [UInt8], read: (inout ByteReader) throws -> Void)] = [
      ([UInt8](repeating: 0xFF, count: 11), { _ = try $0.variable() }),
      ([5, 0x41], { _ = try $0.text() }),
      ([2], { _ = try $0.bool() }),
      ([1, 0xFF], { _ = try $0.text() }),
      ([9], { _ = try $0.count(atMost: 8) }),
      ([0x80], { _ = try $0.variable() }),
      ([1, 2, 3], { _ = try $0.uint32() }),
    ]
    for (bytes, read) in cases {
      var reader = ByteReader(bytes)
      #expect(throws: FormatDefect.self) { try read(&reader) }
    }
  }

  @Test func checksumHasItsPublishedCheckValue() {
    // The check value of CRC-32/ISO-HDLC is that of the ASCII digits 1 to 9.
    #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.of([]) == 0)
    // Known to every reader of empty PNG images: the chunk IEND.
    #expect(CRC32.of(Array("IEND".utf8)) == 0xAE42_6082)
    // In whatever pieces bytes come, and of whatever kind they are.
    let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 * $0 * 7) }
    for cut in 0...100 {
      var pieces = CRC32()
      pieces.combine(bytes[..<cut])
      pieces.combine(bytes[cut...].lazy.map { $0 })
      #expect(pieces.value == CRC32.of(bytes))
    }
  }
}
