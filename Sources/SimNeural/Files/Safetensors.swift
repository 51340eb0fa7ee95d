public import SimCore

/// The contents of a safetensors file: named tensors of several element types, and texts.
///
/// The layout (github.com/huggingface/safetensors): eight bytes with the header's length, little
/// endian; the header, JSON; then the tensors' elements, without gaps and without overlap.
public struct Safetensors: Sendable {
  /// One tensor of a file.
  public struct Entry: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The type of its elements.
    public var type: TensorElement
    /// Its dimensions, slowest first.
    public var shape: [Int]
    /// The little-endian bytes of its elements.
    public var data: ArraySlice<UInt8>

    /// The elements as float32, those of wider types rounded.
    public var floats: [Float] { type.floats(data) }

    /// The elements as doubles.
    public var doubles: [Double] { type.doubles(data) }

    /// The elements as a float32 tensor.
    public var tensor: Tensor { Tensor(shape, floats) }
  }

  /// The tensors, by name in ascending order.
  public private(set) var entries: [Entry] = []
  /// Texts about the tensors, by key in ascending order.
  public private(set) var metadata: [(key: String, value: String)] = []

  /// Nothing yet.
  public init() {}

  /// Longest header that is read, in bytes.
  public static let headerLimit = 100_000_000

  /// Takes a file's bytes apart.
  ///
  /// - Parameter file: the name for errors.
  /// - Throws: `InputError` with the byte at which the file is not what it should be.
  public init(bytes: [UInt8], file: String) throws(InputError) {
    func fail(_ message: String, at byte: Int) -> InputError {
      InputError(at: .wholeFile(file), "\(message) (byte \(byte))")
    }
    guard bytes.count >= 8 else {
      throw fail("not a safetensors file: shorter than its 8 bytes of length", at: bytes.count)
    }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
    guard length <= UInt64(min(bytes.count - 8, Self.headerLimit)) else {
      throw fail("a header of \(length) bytes in a file of \(bytes.count)", at: 0)
    }
    let start = 8 + Int(length)
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(bytes[8..<start])
    } catch {
      throw fail("bad safetensors header: \(error.message)", at: error.place)
    }
    let room = bytes.count - start
    for entry in header.entries {
      guard let type = TensorElement(rawValue: entry.type) else {
        throw fail("tensor '\(entry.name)' has elements of type '\(entry.type)'", at: entry.place)
      }
      var size = type.size
      for dimension in entry.shape {
        let (product, large) = size.multipliedReportingOverflow(by: dimension)
        guard !large else {
          throw fail("tensor '\(entry.name)' has an impossible shape", at: entry.place)
        }
        size = product
      }
      guard entry.begin <= entry.end, entry.end <= room, entry.end - entry.begin == size else {
        throw fail(
          "tensor '\(entry.name)' claims bytes \(entry.begin) to \(entry.end) of \(room) for "
            + "\(size) bytes of elements", at: entry.place)
      }
      entries.append(
        Entry(
          name: entry.name, type: type, shape: entry.shape,
          data: bytes[start + entry.begin..<start + entry.end]))
    }
    var end = start
    for entry in entries.sorted(by: {
      ($0.data.startIndex, $0.data.endIndex) < ($1.data.startIndex, $1.data.endIndex)
    }) {
      guard entry.data.startIndex == end else {
        throw fail("a gap or an overlap before tensor '\(entry.name)'", at: end)
      }
      end = entry.data.endIndex
    }
    guard end == bytes.count else { throw fail("data that belong to no tensor", at: end) }
    entries.sort { $0.name < $1.name }
    metadata = header.metadata.sorted { ($0.key, $0.value) < ($1.key, $1.value) }
  }

  /// The tensor of a name.
  public subscript(name: String) -> Entry? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].name == name ? entries[low] : nil
  }

  /// The text of a key.
  public func text(_ key: String) -> String? { metadata.first { $0.key == key }?.value }

  /// Float32 tensors and texts, ready to be written.
  public init(_ table: WeightTable, metadata: [(key: String, value: String)] = []) {
    for (name, tensor) in zip(table.names, table.tensors) {
      var data: [UInt8] = []
      data.reserveCapacity(4 * tensor.values.count)
      for value in tensor.values {
        let bits = value.bitPattern
        for shift in stride(from: 0, to: 32, by: 8) {
          data.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift)))
        }
      }
      entries.append(Entry(name: name, type: .float32, shape: tensor.shape, data: data[...]))
    }
    entries.sort { $0.name < $1.name }
    self.metadata = metadata.sorted { ($0.key, $0.value) < ($1.key, $1.value) }
  }

  /// All tensors of floating-point type as float32, in order of name.
  public var weights: WeightTable {
    var table = WeightTable()
    for entry in entries {
      switch entry.type {
      case .float64, .float32, .float16, .bfloat16: table[entry.name] = entry.tensor
      default: continue
      }
    }
    return table
  }

  /// The bytes of a file: the same contents give the same bytes.
  public var bytes: [UInt8] {
    var items: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.map { Self.quoted($0.key) + ":" + Self.quoted($0.value) }
      items.append("\"__metadata__\":{" + Self.list(texts) + "}")
    }
    var end = 0
    for entry in entries {
      let begin = end
      end += entry.data.count
      items.append(
        Self.quoted(entry.name) + ":{\"dtype\":\"\(entry.type.rawValue)\",\"shape\":["
          + Self.list(entry.shape.map { String($0) }) + "],\"data_offsets\":[\(begin),\(end)]}")
    }
    var header = Array(("{" + Self.list(items) + "}").utf8)
    // The elements start at a multiple of eight.
    while header.count % 8 != 0 { header.append(0x20) }
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    bytes += header
    for entry in entries { bytes += entry.data }
    return bytes
  }

  private static func list(_ items: [String]) -> String {
    var text = ""
    for (index, item) in items.enumerated() { text += index == 0 ? item : "," + item }
    return text
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
