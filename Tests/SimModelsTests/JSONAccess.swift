import Foundation
import TestSupport

/// A JSON value: reads fixtures without declaring a type for each.
indirect enum JSON: Sendable {
  case none
  case number(Double)
  case text(String)
  case list([JSON])
  case object([String: JSON])

  /// A file below `shared`.
  init(file: String) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: SharedData.url(file)))
  }

  subscript(key: String) -> JSON {
    if case .object(let object) = self { return object[key] ?? .none }
    return .none
  }

  subscript(index: Int) -> JSON { list[index] }

  var list: [JSON] {
    if case .list(let list) = self { return list }
    return []
  }
  var isNull: Bool {
    if case .none = self { return true }
    return false
  }
  var text: String {
    if case .text(let text) = self { return text }
    return ""
  }
  /// NaN, which fails every comparison, where there is no number.
  var number: Double {
    switch self {
    case .number(let number): number
    case .text("inf"): .infinity
    case .text("-inf"): -.infinity
    default: .nan
    }
  }
  /// A number that is whole.
  var integer: Int { Int(exactly: number) ?? Int.min }
  var numbers: [Double] { list.map(\.number) }
}

// Not JSONSerialization: on Linux its numbers may be off by the last bit.
extension JSON: Decodable {
  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let list = try? value.decode([JSON].self) {
      self = .list(list)
    } else if let object = try? value.decode([String: JSON].self) {
      self = .object(object)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else {
      self = .none
    }
  }
}
