import Foundation
import SimCore
import SimGeometry
import TestSupport
import Testing

@testable import SimNeural

/// A case of the official code: its scene, weights and results.
struct HPNetFixture: Sendable, CustomTestStringConvertible {
  let name: String
  let configuration: HPNetConfiguration
  let weights: WeightTable
  let inputs: Safetensors
  let outputs: Safetensors

  var testDescription: String { name }
  var isArgoverse: Bool { configuration.variant == .argoverse }

  static func url(_ file: String) -> URL {
    SharedData.url("fixtures/hpnet/\(file).safetensors")
  }

  static func exists(_ file: String) -> Bool {
    FileManager.default.fileExists(atPath: url(file).path)
  }

  static func read(_ file: String) throws -> Safetensors {
    try Safetensors(bytes: Array(Data(contentsOf: url(file))), file: file)
  }

  /// Names of all cases: every file `*_outputs`.
  static let names: [String] = {
    let suffix = "_outputs.safetensors"
    let folder = SharedData.url("fixtures/hpnet").path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
  }()

  /// Names of the cases that have a further file.
  static func names(with kind: String) -> [String] {
    names.filter { exists("\($0)_\(kind)") }
  }

  init(_ name: String) throws {
    self.name = name
    outputs = try Self.read(name + "_outputs")
    configuration = try Self.configuration(outputs)
    // A full case may share the scene of the small one.
    let scene = Self.exists(name + "_inputs") ? name : name.replacing("_full", with: "_small")
    inputs = try Self.read(scene + "_inputs")
    weights =
      Self.exists(name + "_weights")
      ? try Self.read(name + "_weights").weights : Self.formula(configuration)
  }

  private static func configuration(_ file: Safetensors) throws -> HPNetConfiguration {
    var configuration = try HPNetConfiguration(texts: file, file: "outputs")
    configuration.official = true
    let count = configuration.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
    #expect(String(count) == file.text("num_parameters"))
    return configuration
  }

  /// The weights that the fixture's README gives by a formula.
  static func formula(_ configuration: HPNetConfiguration) -> WeightTable {
    var table = WeightTable()
    for parameter in configuration.parameters {
      var seed: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in parameter.name.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01b3 }
      let isDecoder = ["propose", "refine"].contains {
        parameter.name.hasPrefix("Backbone.traj_\($0).mlp.3.")
      }
      let values = (0..<parameter.shape.reduce(1, *)).map { i -> Float in
        var z = seed &+ UInt64(i + 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        let r = 2 * (Double(z >> 40) * 0x1p-24) - 1
        let value: Double
        switch parameter.kind {
        case .linearWeight: value = (3 / Double(parameter.shape[1])).squareRoot() * r
        case .bias, .normShift: value = 0.25 * r
        case .normScale: value = 1 + 0.25 * r
        case .modeTable: value = r
        }
        return Float(isDecoder ? 8 * value : value)
      }
      table[parameter.name] = Tensor(parameter.shape, values)
    }
    return table
  }

  // MARK: The scene

  func input(_ name: String) throws -> [Double] { try #require(inputs[name], "\(name)").doubles }

  func output(_ name: String) throws -> [Double] {
    try #require(outputs[name], "\(name)").doubles
  }

  func scene() throws -> HPNetScene {
    HPNetScene(frames: try frames(), map: try map())
  }

  private func poses(_ kind: String, frames: Int? = nil) throws -> [Pose2] {
    let position = try input(kind + ".position")
    return try input(kind + ".heading").enumerated().map {
      Pose2(x: position[2 * $0.offset], y: position[2 * $0.offset + 1], heading: $0.element)
    }
  }

  func frames() throws -> [HPNetFrame] {
    let position = try #require(inputs["agent.position"])
    let (agents, total) = (position.shape[0], position.shape[1])
    let places = position.doubles
    let heading = try #require(inputs["agent.heading"])
    let headings = heading.doubles
    let visible = try input("agent.visible_mask")
    let history = configuration.historyFrames
    let lengths = try input("agent.length")
    let columns =
      isArgoverse
      ? []
      : [
        try input("agent.velocity_length"), try input("agent.velocity_theta"), lengths,
        try input("agent.width"), try input("agent.type"),
      ]
    return (0..<history).map { t in
      var frame = HPNetFrame(poses: [], visible: [], features: [])
      var misread: [Double] = []
      for n in 0..<agents {
        frame.poses.append(
          Pose2(
            x: places[2 * (n * total + t)], y: places[2 * (n * total + t) + 1],
            heading: headings[n * heading.shape[1] + t]))
        frame.visible.append(visible[n * total + t] == 1)
        frame.features +=
          isArgoverse
          ? [Float(lengths[n * history + t])]
          : columns.enumerated().map { Float($1[$0 < 2 ? n * history + t : n]) }
        misread.append(headings[n * history + t])
      }
      if configuration.official && !isArgoverse { frame.sourceHeadings = misread }
      return frame
    }
  }

  func targets() throws -> HPNetTargets {
    let position = try #require(inputs["agent.position"])
    let (agents, total) = (position.shape[0], position.shape[1])
    let places = position.doubles
    let visible = try input("agent.visible_mask")
    let scored = isArgoverse ? [] : try input("agent.category").map { $0 == 1 }
    return HPNetTargets(
      positions: (0..<total).map { t in
        (0..<agents).map { n in
          Vector2(places[2 * (n * total + t)], places[2 * (n * total + t) + 1])
        }
      },
      visible: (0..<total).map { t in (0..<agents).map { visible[$0 * total + t] == 1 } },
      scored: isArgoverse ? [Bool](repeating: true, count: agents) : scored)
  }

  private func map() throws -> HPNetMap {
    let piece = isArgoverse ? "centerline" : "polyline"
    var map = HPNetMap()
    map.lanes = try poses("lane")
    map.visible = try input("lane.visible_mask").map { $0 == 1 }
    let columns =
      isArgoverse
      ? try ["length", "is_intersection", "turn_direction", "traffic_control"].map {
        try input("lane." + $0)
      } : [try input("lane.length")]
    map.laneFeatures = map.lanes.indices.flatMap { lane in columns.map { Float($0[lane]) } }
    map.pieces = try poses(piece)
    map.pieceLengths = try input(piece + ".length").map { Float($0) }
    if !isArgoverse { map.pieceSides = try input("polyline.side").map { Float($0) } }
    let owners = try input(piece + "_to_lane_edge_index").map { Int($0) }
    map.laneOfPiece = Array(owners[(owners.count / 2)...])
    let neighbours = isArgoverse ? ["adjacent"] : ["left_neighbor", "right_neighbor"]
    map.relations = try (neighbours + ["predecessor", "successor"]).map { relation in
      let ends = try input(relation + "_edge_index").map { Int($0) }
      let count = ends.count / 2
      return HPNetMap.Relation(
        links: (0..<count).map { HPNetMap.Link(source: ends[$0], target: ends[count + $0]) },
        hops: !neighbours.contains(relation))
    }
    return map
  }

  /// Rows ordered by frame, agent(, mode) brought into the fixture's order: agent, frame(, mode).
  func official(_ tensor: Tensor, perMode: Bool = true) -> [Float] {
    let (frames, modes) = (configuration.historyFrames, perMode ? configuration.modes : 1)
    let agents = tensor.rows / (frames * modes)
    return (0..<agents).flatMap { n in
      (0..<frames).flatMap { t in
        (0..<modes).flatMap { k in tensor[row: (t * agents + n) * modes + k] }
      }
    }
  }
}

/// The largest difference of two lists; infinite if they are not equally long or hold NaN.
func largestDifference(_ a: [Float], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  var largest = 0.0
  for (x, y) in zip(a, b) {
    let difference = (Double(x) - y).magnitude
    guard difference.isFinite else { return .infinity }
    largest = max(largest, difference)
  }
  return largest
}

/// Keeps what a probe sees.
final class Observations {
  var values: [String: Tensor] = [:]
}
