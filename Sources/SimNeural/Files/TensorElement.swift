/// The element types that files of tensors hold.
public enum TensorElement: String, CaseIterable, Hashable, Sendable {
  /// IEEE-754 numbers of 64 bits.
  case float64 = "F64"
  /// IEEE-754 numbers of 32 bits.
  case float32 = "F32"
  /// IEEE-754 numbers of 16 bits.
  case float16 = "F16"
  /// The upper 16 bits of numbers of 32.
  case bfloat16 = "BF16"
  /// Signed whole numbers of 64 bits.
  case int64 = "I64"
  /// Signed whole numbers of 32 bits.
  case int32 = "I32"
  /// Signed whole numbers of 16 bits.
  case int16 = "I16"
  /// Signed whole numbers of 8 bits.
  case int8 = "I8"
  /// Unsigned whole numbers of 8 bits.
  case uint8 = "U8"
  /// 0 or 1 in a byte.
  case bool = "BOOL"

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Little-endian elements as doubles; whole numbers beyond 2^53 are rounded.
  func doubles(_ bytes: ArraySlice<UInt8>) -> [Double] {
    bytes.withUnsafeBytes { raw in
      (0..<raw.count / size).map { i in
        func load<T: FixedWidthInteger>(_ type: T.Type) -> T {
          T(littleEndian: raw.loadUnaligned(fromByteOffset: i * size, as: type))
        }
        switch self {
        case .float64: return Double(bitPattern: load(UInt64.self))
        case .float32: return Double(Float(bitPattern: load(UInt32.self)))
        case .float16: return Self.half(load(UInt16.self))
        case .bfloat16: return Double(Float(bitPattern: UInt32(load(UInt16.self)) << 16))
        case .int64: return Double(load(Int64.self))
        case .int32: return Double(load(Int32.self))
        case .int16: return Double(load(Int16.self))
        case .int8: return Double(load(Int8.self))
        case .uint8: return Double(load(UInt8.self))
        case .bool: return load(UInt8.self) == 0 ? 0 : 1
        }
      }
    }
  }

  /// Little-endian elements as float32, those of wider types rounded.
  func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    guard self == .float32 else { return doubles(bytes).map { Float($0) } }
    return bytes.withUnsafeBytes { raw in
      (0..<raw.count / 4).map { i in
        let word = raw.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: word))
      }
    }
  }

  /// A number of 16 bits: sign, five bits of exponent, ten of fraction.
  private static func half(_ bits: UInt16) -> Double {
    let exponent = Int(bits >> 10 & 31)
    let fraction = Double(bits & 0x3FF) / 1024
    let magnitude: Double
    switch exponent {
    case 0: magnitude = fraction * 0x1p-14
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    default: magnitude = Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
    }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }
}
