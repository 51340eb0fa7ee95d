import Foundation
import SimCore
import TestSupport

/// The numbers of commonroad-crime: the files of `fixtures/criticality`, as they are written.
enum CriticalityFixtures {
  static func load<File: Decodable>(_ name: String, as type: File.Type) -> File? {
    let url = SharedData.url("fixtures/criticality/\(name).json")
    guard let data = try? Data(contentsOf: url) else { return nil }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(type, from: data)
    } catch {
      fatalError("\(name).json: \(error)")
    }
  }

  /// Names of the files that begin with a word, without their ending, sorted.
  static func names(_ prefix: String) -> [String] {
    let folder = SharedData.url("fixtures/criticality").path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.sorted()
      .map { String($0.dropLast(5)) }
  }

  /// A number; nil where the official code had none or failed.
  struct Value: Decodable, Sendable {
    var number: Double?

    init(_ number: Double) { self.number = number }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() { return }
      if let text = try? container.decode(String.self) {
        switch text {
        case "inf": number = .infinity
        case "-inf": number = -.infinity
        case "nan": number = .nan
        default: number = nil
        }
      } else {
        number = try container.decode(Double.self)
      }
    }
  }

  struct Crime: Decodable, Sendable {
    struct Frame: Decodable, Sendable {
      var ego: Ego
      var others: [String: Other]
    }
    struct Ego: Decodable, Sendable {
      var length: Double
      var width: Double
      var referencePath: [[Double]]
    }
    struct Other: Decodable, Sendable {
      var length: Double?
      var width: Double?
      var ticks: [Sample]
    }
    struct Sample: Decodable, Sendable {
      var t: Int
      var hw: Value?
      var ttc: Value?
      var wttc: Value?
      var dce: Value?
      var ttce: Value?
      var aLongReq: Value?
      var aLatReq: Value?
      var dst: Value?
      var btn: Value?
      var stn: Value?
      var deltaV: Value?
      var mid: Middle?
    }
    struct Middle: Decodable, Sendable {
      var ego: [Double]
      var other: [Double]
      var egoLaneOrientation: Double?
      var otherLaneOrientation: Double?
      var sameLanelet: Bool?
    }
    struct Drive: Decodable, Sendable {
      var ticks: [Reaction]
    }
    struct Reaction: Decodable, Sendable {
      var ttcStar: Value?
      var ttb: Value?
      var ttk: Value?
      var tts: Value?
      var ttr: Value?
      var ttrMaxOfThree: Value?
      var ttrDefinitionMaxOfTtbTtkTts: Value?
    }
    var scenario: String
    var dt: Double
    var egoId: Int
    var originalFrame: Frame
    var alignedFrame: Frame
    var egoOnly: Drive
    var egoConstantVelocity: [Drive]
  }

  struct Boxes: Decodable, Sendable {
    var dt: Double
    var sizesLengthWidth: [String: [Double]]
    var statesXYHeading: [String: [String: [Double]]]
    var pairs: [Row]
  }

  struct Synthetic: Decodable, Sendable {
    var columns: [String]
    var pairs: [Row]
  }

  /// A row of numbers and truth values (then 1 or 0).
  struct Row: Decodable, Sendable {
    var values: [Double]

    init(from decoder: any Decoder) throws {
      var row = try decoder.unkeyedContainer()
      values = []
      while !row.isAtEnd { values.append(try row.decode(NuPlanFixtures.Number.self).value) }
    }
  }
}
