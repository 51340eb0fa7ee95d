import Foundation
import TestSupport

/// A value of a fixture's JSON file; infinities are written as strings there.
public struct FixtureJSON: @unchecked Sendable {
  // JSONSerialization's values are immutable Foundation objects, shared read-only.
  let raw: Any?

  init(_ raw: Any?) {
    self.raw = raw is NSNull ? nil : raw
  }

  /// Reads a file below the shared folder, e.g. `fixtures/nuplan/episodes.json`.
  public static func load(_ path: String) throws -> FixtureJSON {
    let data = try Data(contentsOf: SharedData.url(path))
    return FixtureJSON(try JSONSerialization.jsonObject(with: data))
  }

  public subscript(key: String) -> FixtureJSON {
    FixtureJSON((raw as? [String: Any])?[key])
  }

  public subscript(index: Int) -> FixtureJSON {
    guard let list = raw as? [Any], list.indices.contains(index) else { return FixtureJSON(nil) }
    return FixtureJSON(list[index])
  }

  /// Nothing stands here, or null.
  public var isNull: Bool { raw == nil }

  /// The elements of a list; empty if this is none.
  public var list: [FixtureJSON] { (raw as? [Any] ?? []).map { FixtureJSON($0) } }

  /// The keys of an object in ascending order; empty if this is none.
  public var keys: [String] { (raw as? [String: Any] ?? [:]).keys.sorted() }

  /// A number; `inf`, `-inf` and `nan` may be strings. nil if this is none.
  public var number: Double? {
    if let value = raw as? NSNumber { return value.doubleValue }
    switch raw as? String {
    case "inf": return .infinity
    case "-inf": return -.infinity
    case "nan": return .nan
    default: return nil
    }
  }

  public var integer: Int? { (raw as? NSNumber)?.intValue }
  public var flag: Bool? { (raw as? NSNumber)?.boolValue }
  public var text: String? { raw as? String }

  /// The numbers of a list; what is no number is NaN.
  public var numbers: [Double] { list.map { $0.number ?? .nan } }
  public var integers: [Int] { list.compactMap(\.integer) }
  public var texts: [String] { list.compactMap(\.text) }
  public var flags: [Bool] { list.compactMap(\.flag) }
}
