import SimCore

/// Writes a log in the MCAP format (version 0): a header, messages in uncompressed chunks with
/// checksums and indices, and a summary by which readers find their way.
///
/// The layout is that of the format's published specification; integers are little-endian, texts
/// and blocks have their length in 32 bits before them.
struct MCAPWriter {
  private enum Operation: UInt8 {
    case header = 1
    case footer, schema, channel, message, chunk, messageIndex, chunkIndex
    case statistics = 0x0B
    case summaryOffset = 0x0E
    case dataEnd = 0x0F
  }

  private struct Channel {
    var record: ByteWriter
    var count: UInt64 = 0
    /// Time and place of each message of the chunk that is being filled.
    var index: [(time: UInt64, offset: UInt64)] = []
  }

  private static let magic: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]
  /// A chunk is closed when it is this long, bytes.
  private static let chunkBytes = 1 << 20

  private var file = ByteWriter()
  private var schemas: [ByteWriter] = []
  private var channels: [Channel] = []
  private var chunk = ByteWriter()
  private var chunkTimes: ClosedRange<UInt64>?
  private var chunkIndices: [ByteWriter] = []
  private var times: ClosedRange<UInt64>?
  private var messages: UInt64 = 0

  /// - Parameter library: the program that writes.
  init(library: String) {
    file.appendRaw(MCAPWriter.magic)
    var header = ByteWriter()
    header.appendText("")
    header.appendText(library)
    file.appendRecord(Operation.header.rawValue, header)
  }

  /// A new channel of messages in JSON.
  ///
  /// - Parameters:
  ///   - topic: its name.
  ///   - schema: name of the messages' type.
  ///   - definition: JSON schema of the type.
  /// - Returns: its number.
  mutating func addChannel(_ topic: String, schema: String, definition: String) -> Int {
    var type = ByteWriter()
    type.append16(schemas.count + 1)
    type.appendText(schema)
    type.appendText("jsonschema")
    type.appendText(definition)
    schemas.append(type)
    var channel = ByteWriter()
    channel.append16(channels.count)
    channel.append16(schemas.count)
    channel.appendText(topic)
    channel.appendText("json")
    channel.append(UInt32(0))
    channels.append(Channel(record: channel))
    file.appendRecord(Operation.schema.rawValue, type)
    file.appendRecord(Operation.channel.rawValue, channel)
    return channels.count - 1
  }

  /// Writes a message; times must not decrease.
  ///
  /// - Parameter time: nanoseconds.
  mutating func add(_ json: String, to channel: Int, time: UInt64) {
    var message = ByteWriter()
    message.append16(channel)
    message.append(UInt32(truncatingIfNeeded: channels[channel].count))
    message.append(time)
    message.append(time)
    message.appendRaw(json.utf8)
    channels[channel].index.append((time, UInt64(chunk.bytes.count)))
    channels[channel].count += 1
    chunk.appendRecord(Operation.message.rawValue, message)
    chunkTimes = min(chunkTimes?.lowerBound ?? time, time)...max(chunkTimes?.upperBound ?? time, time)
    times = min(times?.lowerBound ?? time, time)...max(times?.upperBound ?? time, time)
    messages += 1
    if chunk.bytes.count >= MCAPWriter.chunkBytes { closeChunk() }
  }

  private mutating func closeChunk() {
    guard let span = chunkTimes else { return }
    let start = UInt64(file.bytes.count)
    let size = UInt64(chunk.bytes.count)
    var record = ByteWriter()
    record.append(span.lowerBound)
    record.append(span.upperBound)
    record.append(size)
    record.append(CRC32.of(chunk.bytes))
    record.appendText("")
    record.append(size)
    record.appendRaw(chunk.bytes)
    file.appendRecord(Operation.chunk.rawValue, record)
    let length = UInt64(file.bytes.count) - start

    let indexStart = UInt64(file.bytes.count)
    var places = ByteWriter()
    for number in channels.indices where !channels[number].index.isEmpty {
      places.append16(number)
      places.append(UInt64(file.bytes.count))
      var index = ByteWriter()
      index.append16(number)
      index.append(UInt32(16 * channels[number].index.count))
      for entry in channels[number].index {
        index.append(entry.time)
        index.append(entry.offset)
      }
      file.appendRecord(Operation.messageIndex.rawValue, index)
      channels[number].index = []
    }
    var index = ByteWriter()
    index.append(span.lowerBound)
    index.append(span.upperBound)
    index.append(start)
    index.append(length)
    index.append(UInt32(places.bytes.count))
    index.appendRaw(places.bytes)
    index.append(UInt64(file.bytes.count) - indexStart)
    index.appendText("")
    index.append(size)
    index.append(size)
    chunkIndices.append(index)
    chunk = ByteWriter()
    chunkTimes = nil
  }

  /// Ends the log.
  ///
  /// - Returns: the file's bytes.
  mutating func finish() -> [UInt8] {
    closeChunk()
    var end = ByteWriter()
    end.append(CRC32.of(file.bytes))
    file.appendRecord(Operation.dataEnd.rawValue, end)

    let start = file.bytes.count
    var groups: [(operation: Operation, start: Int, length: Int)] = []
    func addGroup(_ operation: Operation, _ records: [ByteWriter], to file: inout ByteWriter) {
      if records.isEmpty { return }
      let start = file.bytes.count
      for record in records { file.appendRecord(operation.rawValue, record) }
      groups.append((operation, start, file.bytes.count - start))
    }
    addGroup(.schema, schemas, to: &file)
    addGroup(.channel, channels.map(\.record), to: &file)
    addGroup(.statistics, [statistics], to: &file)
    addGroup(.chunkIndex, chunkIndices, to: &file)
    let offsetStart = file.bytes.count
    for group in groups {
      var offset = ByteWriter()
      offset.append(group.operation.rawValue)
      offset.append(UInt64(group.start))
      offset.append(UInt64(group.length))
      file.appendRecord(Operation.summaryOffset.rawValue, offset)
    }
    // The checksum goes up to the footer's own two places.
    file.append(Operation.footer.rawValue)
    file.append(UInt64(20))
    file.append(UInt64(start))
    file.append(UInt64(offsetStart))
    file.append(CRC32.of(file.bytes[start...]))
    file.appendRaw(MCAPWriter.magic)
    return file.bytes
  }

  private var statistics: ByteWriter {
    var record = ByteWriter()
    record.append(messages)
    record.append16(schemas.count)
    record.append(UInt32(channels.count))
    record.append(UInt32(0))
    record.append(UInt32(0))
    record.append(UInt32(chunkIndices.count))
    record.append(times?.lowerBound ?? 0)
    record.append(times?.upperBound ?? 0)
    record.append(UInt32(10 * channels.count))
    for (number, channel) in channels.enumerated() {
      record.append16(number)
      record.append(channel.count)
    }
    return record
  }
}

extension ByteWriter {
  /// A record of MCAP: what it is, its length in 64 bits, its content.
  fileprivate mutating func appendRecord(_ operation: UInt8, _ content: ByteWriter) {
    append(operation)
    append(UInt64(content.bytes.count))
    appendRaw(content.bytes)
  }

  fileprivate mutating func append16(_ value: Int) {
    append(UInt8(truncatingIfNeeded: value))
    append(UInt8(truncatingIfNeeded: value >> 8))
  }

  fileprivate mutating func appendText(_ text: String) {
    append(UInt32(text.utf8.count))
    appendRaw(text.utf8)
  }
}
