import SimCore
import Testing

@testable import SimNeural

/// Files of weights: what is written is read again, and what is broken ends in an error with the
/// file and the byte.
@Suite struct WeightFileTests {
  private static let table: WeightTable = {
    var table = WeightTable()
    table["b"] = Tensor([2, 3], [1, -2, 0.5, .pi, .leastNonzeroMagnitude, -0.0])
    table["a \"quoted\"\n\u{1F697}"] = Tensor([1], [7])
    table["empty"] = Tensor([0, 4], [])
    table["scalar"] = Tensor([], [3])
    return table
  }()

  private func read(_ bytes: [UInt8]) throws(InputError) -> Safetensors {
    try Safetensors(bytes: bytes, file: "weights.safetensors")
  }

  private func message(_ bytes: [UInt8]) -> String {
    do {
      _ = try read(bytes)
      return "no error"
    } catch {
      return error.description
    }
  }

  /// A file of a header and some data.
  private func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
    let text = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let file = Safetensors(Self.table, metadata: [("key", "a\\b"), ("format", "pt")])
    let bytes = file.bytes
    let again = try read(bytes)
    #expect(again.bytes == bytes)
    #expect(again.text("key") == "a\\b")
    #expect(again.text("none") == nil)
    for name in Self.table.names {
      let bits = again[name]?.tensor.values.map(\.bitPattern)
      #expect(bits == Self.table[name]?.values.map(\.bitPattern))
      #expect(again[name]?.shape == Self.table[name]?.shape)
    }
    #expect(again["nobody"] == nil)
  }

  @Test func numbersOfOtherTypesAreConverted() throws {
    // Half 1.5, smallest half, -infinity; bfloat16 -2; 300 in 16 bits; a double.
    let header =
      #"{"h":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},"#
      + #""g":{"dtype":"BF16","shape":[1],"data_offsets":[6,8]},"#
      + #""i":{"dtype":"I16","shape":[1],"data_offsets":[8,10]},"#
      + #""d":{"dtype":"F64","shape":[1],"data_offsets":[10,18]}}  "#
    let data: [UInt8] = [0x00, 0x3E, 0x01, 0x00, 0x00, 0xFC, 0x00, 0xC0, 0x2C, 0x01]
    let double = (0..<8).map { UInt8(truncatingIfNeeded: (0.1).bitPattern >> UInt64(8 * $0)) }
    let tensors = try read(file(header, data: data + double))
    #expect(tensors["h"]?.floats == [1.5, 0x1p-24, -.infinity])
    #expect(tensors["g"]?.floats == [-2])
    #expect(tensors["i"]?.floats == [300])
    #expect(tensors["d"]?.doubles == [0.1])
  }

  @Test func brokenHeadersAreNamed() {
    #expect(
      message([1, 2, 3])
        == "weights.safetensors: error: not a safetensors file: shorter than its 8 bytes of length "
        + "(byte 3)")
    #expect(
      message([255, 255, 255, 255, 255, 255, 255, 255, 0])
        == "weights.safetensors: error: a header of 18446744073709551615 bytes in a file of 9 "
        + "(byte 0)")
    #expect(
      message(file("{\"a\":1}"))
        == "weights.safetensors: error: bad safetensors header: '{' should stand here (byte 13)")
    #expect(message(file("{}x")).contains("text after the header's end (byte 10)"))
    #expect(message(file("{\"a")).contains("a text without end (byte 11)"))
    let entry = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    #expect(message(file(entry)).contains("claims bytes 0 to 8 of 0 for 8 bytes"))
    #expect(message(file(entry, data: [UInt8](repeating: 0, count: 8))) == "no error")
    #expect(
      message(file(entry, data: [UInt8](repeating: 0, count: 9)))
        .contains("data that belong to no tensor"))
    let huge = #"{"a":{"dtype":"F32","shape":[9999999999,9999999999],"data_offsets":[0,8]}}"#
    #expect(message(file(huge)).contains("an impossible shape"))
    let beyond = #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#
    #expect(message(file(beyond)).contains("a number beyond 64 bits"))
    let type = #"{"a":{"dtype":"F8","shape":[],"data_offsets":[0,1]}}"#
    #expect(message(file(type, data: [0])).contains("elements of type 'F8'"))
    let twice =
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
      + #""a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#
    #expect(message(file(twice, data: [0, 0])).contains("a second entry 'a'"))
    let overlap =
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
      + #""b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
    #expect(message(file(overlap, data: [0])).contains("a gap or an overlap before tensor 'b'"))
    // As deep as one likes: the grammar knows no such value.
    let deep = "{\"a\":" + String(repeating: "[", count: 100_000)
    #expect(message(file(deep)).contains("'{' should stand here"))
  }

  /// Whatever one byte becomes, and wherever the file ends: a value or an error, never a trap.
  @Test func damageNeverTraps() {
    let bytes = Safetensors(Self.table, metadata: [("k", "v")]).bytes
    for length in bytes.indices { #expect(message(Array(bytes[..<length])) != "no error") }
    for place in bytes.indices {
      for value: UInt8 in [0, 0x22, 0x2C, 0x39, 0x5D, 0x7D, 0xFF] {
        var damaged = bytes
        damaged[place] = value
        _ = message(damaged)
      }
    }
  }

  @Test func wrongWeightsAreNamed() throws {
    var configuration = HPNetConfiguration(.interaction)
    configuration.width = 8
    configuration.heads = 2
    configuration.layers = 1
    var weights = configuration.initialWeights(seed: 1)
    #expect(throws: Never.self) { try configuration.check(weights, file: "w") }
    weights["Backbone.traj_refine.mlp.0.bias"] = Tensor([9], filledWith: 0)
    weights["Backbone.traj_refine.mlp.1.bias"] = Tensor([8], filledWith: .nan)
    weights["more"] = Tensor([1], [1])
    do {
      try configuration.check(weights, file: "w.safetensors")
      Issue.record("no error")
    } catch {
      #expect(
        error.description == """
          w.safetensors: error: tensor 'Backbone.traj_refine.mlp.0.bias' has the shape [9], not [8]
          w.safetensors: error: tensor 'Backbone.traj_refine.mlp.1.bias' holds numbers that are not \
          finite
          w.safetensors: error: no parameter is called 'more'
          """)
    }
  }

  @Test func configurationsAreReadAgain() throws {
    for configuration in [
      .clean(), HPNetConfiguration(.argoverse), HPNetConfiguration(.interaction),
    ] {
      let file = Safetensors(WeightTable(), metadata: configuration.texts)
      let again = try HPNetConfiguration(texts: file, file: "w")
      #expect(again == configuration)
    }
    var texts = HPNetConfiguration.clean().texts
    texts.removeAll { $0.key == "num_modes" || $0.key == "num_hops" }
    texts.append(("num_hops", "-3"))
    texts.removeAll { $0.key == "angles" }
    texts.append(("angles", "degrees"))
    do {
      _ = try HPNetConfiguration(
        texts: Safetensors(WeightTable(), metadata: texts), file: "w.safetensors")
      Issue.record("no error")
    } catch {
      #expect(
        error.description == """
          w.safetensors: error: the metadata lack 'num_modes'
          w.safetensors: error: 'num_hops' is '-3', not 1 to 64
          w.safetensors: error: 'angles' is 'degrees', not one of ["radians", "sines", "cartesian"]
          """)
    }
  }

  @Test func schedulesRiseAndFall() {
    let schedule = LearningRateSchedule(peak: 3e-4)
    #expect((schedule.rate(epoch: 0) - 7.5e-5).magnitude < 1e-18)
    #expect(schedule.rate(epoch: 3) == 3e-4)
    // Epoch 4: 0.5 (1 + cos(pi / 61)) = 0.999337045
    #expect((schedule.rate(epoch: 4) / 3e-4 - 0.999337045).magnitude < 1e-9)
    #expect(schedule.rate(epoch: 63) > 0 && schedule.rate(epoch: 63) < 3e-7)
  }
}
