import SimCore
import Testing

@testable import SimNeural

/// PyTorch's files: tensors come out, and nothing else is understood.
@Suite struct PyTorchCheckpointTests {
  /// What Python's pickler writes (protocol 2, as `torch.save` does) for
  /// {epoch: 3, global_step: 70000, lr: 0.5, state_dict: OrderedDict with metadata,
  /// callbacks: {x: [1, None, True]}}, where the state dictionary holds a.weight [2, 3], b (three
  /// of four halves, from the second) and c, the transpose of a.weight in the same storage.
  private static let pickle: [UInt8] = bytes(
    "80027d710028580500000065706f636871014b03580b000000676c6f62616c5f7374657071024a7011010058"
      + "020000006c727103473fe0000000000000580a00000073746174655f64696374710463636f6c6c656374696f"
      + "6e730a4f726465726564446963740a710529527106285808000000612e776569676874710763746f7263682e"
      + "5f7574696c730a5f72656275696c645f74656e736f725f76320a71082828580700000073746f726167657109"
      + "63746f7263680a466c6f617453746f726167650a710a580100000030710b5803000000637075710c4b067471"
      + "0d514b004b024b0386710e4b034b0186710f8968052952711074711152711258010000006271136808282868"
      + "0963746f7263680a48616c6653746f726167650a71145801000000317115680c4b04747116514b014b038571"
      + "174b018571188968052952711974711a52711b580100000063711c680828286809680a680b680c4b0674711d"
      + "514b004b034b0286711e4b014b0386711f89680529527120747121527122757d712358090000005f6d657461"
      + "6461746171244b017362580900000063616c6c6261636b7371257d712658010000007871275d7128284b014e"
      + "886573752e")

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0..<$0 + 2]), radix: 16)
    }
  }

  private static func little(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A ZIP archive of stored members, each of them `times` in the directory.
  static func archive(
    _ members: [(name: String, data: [UInt8])], method: Int = 0, times: Int = 1
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let name = Array(member.name.utf8)
      let sizes =
        little(Int(CRC32.of(member.data)), 4) + little(member.data.count, 4)
        + little(member.data.count, 4)
      directory +=
        little(0x0201_4B50, 4) + little(0, 6) + little(method, 2) + little(0, 4) + sizes
        + little(name.count, 2) + little(0, 12) + little(bytes.count, 4) + name
      // PyTorch pads with an extra field so that elements are aligned.
      bytes +=
        little(0x0403_4B50, 4) + little(0, 4) + little(method, 2) + little(0, 4) + sizes
        + little(name.count, 2) + little(5, 2) + name + [0x46, 0x42, 1, 0, 0x5A] + member.data
    }
    let start = bytes.count
    directory = (0..<times).flatMap { _ in directory }
    let count = times * members.count
    return bytes + directory + little(0x0605_4B50, 4) + little(0, 4)
      + little(count, 2) + little(count, 2) + little(directory.count, 4)
      + little(start, 4) + little(0, 2)
  }

  private static func members(_ pickle: [UInt8]) -> [(name: String, data: [UInt8])] {
    let floats = (0..<6).flatMap { little(Int(Float($0).bitPattern), 4) }
    // Halves 9, 1, 2, -0.5.
    let halves: [UInt8] = [0x80, 0x48, 0x00, 0x3C, 0x00, 0x40, 0x00, 0xB8]
    return [
      ("net/data.pkl", pickle), ("net/byteorder", Array("little".utf8)), ("net/data/0", floats),
      ("net/data/1", halves), ("net/version", Array("3\n".utf8)),
    ]
  }

  private func message(_ bytes: [UInt8]) -> String {
    do {
      _ = try PyTorchCheckpoint(bytes: bytes, file: "net.ckpt")
      return "no error"
    } catch {
      return error.description
    }
  }

  private func message(pickle: [UInt8]) -> String {
    message(Self.archive(Self.members(pickle)))
  }

  @Test func tensorsComeOut() throws {
    let file = Self.archive(Self.members(Self.pickle))
    let weights = try PyTorchCheckpoint(bytes: file, file: "net.ckpt").weights
    #expect(weights.names == ["a.weight", "b", "c"])
    #expect(weights["a.weight"] == Tensor([2, 3], [0, 1, 2, 3, 4, 5]))
    #expect(weights["b"] == Tensor([3], [1, 2, -0.5]))
    #expect(weights["c"] == Tensor([3, 2], [0, 3, 1, 4, 2, 5]))
  }

  /// A pickle that would run a command if it were run: its name is refused.
  @Test func nothingIsRun() {
    let attack = Array("cos\nsystem\n(X".utf8) + [4, 0, 0, 0] + Array("truetR.".utf8)
    #expect(
      message(pickle: attack)
        == "net.ckpt: error: the object 'os.system', which is no part of a tensor (byte 58)")
    let newer = [0x80, 4, 0x8C, 8] + Array("builtins".utf8) + [0x8C, 4] + Array("eval".utf8)
    #expect(message(pickle: newer + [0x93, 0x2E]).contains("the object 'builtins.eval'"))
    // INST, an old way to call, is no instruction here.
    #expect(
      message(pickle: Array("(ios\nsystem\n.".utf8)).contains("an instruction 0x69"))
  }

  @Test func brokenFilesAreNamed() {
    let members = Self.members(Self.pickle)
    #expect(message([1, 2, 3]) == "net.ckpt: error: not a ZIP archive (byte 0)")
    #expect(
      message(Self.archive(members, method: 8)).contains("member 'net/data.pkl' is compressed"))
    #expect(message(Self.archive([members[2]])).contains("no data.pkl in the archive"))
    #expect(
      message(Self.archive([members[0], members[2]]))
        .contains("a tensor without a storage, a size or strides"))
    var short = members
    short[2].data.removeLast(4)
    #expect(message(Self.archive(short)).contains("reaches beyond its storage"))
    var big = members
    big[1].data = Array("big".utf8)
    #expect(message(Self.archive(big)).contains("another byte order"))
    var bytes = Self.archive(members)
    bytes[60] ^= 1
    #expect(message(bytes).contains("does not match its checksum"))
    #expect(message(pickle: Array("}.".utf8)).contains("no tensors in the file"))
    #expect(message(pickle: Array("K\u{1}.".utf8)).contains("no dictionary of tensors"))
    #expect(message(pickle: Array("a".utf8)).contains("nothing left to take"))
    #expect(message(pickle: Array("h\u{7}.".utf8)).contains("never written"))
  }

  /// A member that the directory lists many times would be read as often.
  @Test func membersLieBesideEachOther() {
    let member = (name: "net/data/0", data: [UInt8](repeating: 7, count: 1000))
    #expect(message(Self.archive([member])).contains("no data.pkl in the archive"))
    #expect(
      message(Self.archive([member], times: 3)).contains("members larger than the archive"))
  }

  /// A tensor covers a stretch of its storage of as many elements as it has.
  @Test func elementsMayNotRepeatAtWill() throws {
    for (shape, strides) in [([6], [0]), ([2], [2]), ([2, 2], [1, 1])] {
      #expect(
        message(pickle: Self.pickle(offset: 0, shape: shape, strides: strides))
          .contains("a tensor that is not dense"))
    }
    // Elements 0 and 3 twice, 1 and 2 never.
    let odd = Self.archive(Self.members(Self.pickle(offset: 0, shape: [2, 2], strides: [0, 3])))
    #expect(
      try PyTorchCheckpoint(bytes: odd, file: "net.ckpt").weights["a"]
        == Tensor([2, 2], [0, 3, 0, 3]))
  }

  /// A list that holds itself, and one a hundred thousand deep.
  @Test func cyclesAndDepthDoNotMatter() {
    #expect(message(pickle: Array("]q\u{0}h\u{0}a.".utf8)).contains("no dictionary of tensors"))
    let deep = [UInt8](repeating: 0x5D, count: 100_000) + [UInt8](repeating: 0x61, count: 99_999)
    #expect(message(pickle: deep + [0x2E]).contains("no dictionary of tensors"))
  }

  /// {a: a tensor of six floats' storage}, with whole numbers of eight bytes (LONG1).
  private static func pickle(offset: Int, shape: [Int], strides: [Int]) -> [UInt8] {
    func text(_ text: String) -> [UInt8] { [0x58] + little(text.utf8.count, 4) + text.utf8 }
    func long(_ value: Int) -> [UInt8] { [0x8A, 8] + little(value, 8) }
    func tuple(_ values: [Int]) -> [UInt8] { [0x28] + values.flatMap(long) + [0x74] }
    return Array("}".utf8) + text("a") + Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8)
      + text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text("0") + text("cpu")
      + long(6) + Array("tQ".utf8) + long(offset) + tuple(shape) + tuple(strides)
      + Array("tRs.".utf8)
  }

  /// Sizes and offsets at the ends of the whole numbers.
  @Test func hugeNumbersNeverTrap() throws {
    #expect(message(pickle: Self.pickle(offset: 1, shape: [5], strides: [1])) == "no error")
    for length in [Int.min, -1, .max] {
      #expect(
        message(pickle: Self.pickle(offset: 0, shape: [length, 2], strides: [1, 1]))
          .contains("an impossible size of a tensor"))
    }
    #expect(
      message(pickle: Self.pickle(offset: .max, shape: [1], strides: [1]))
        .contains("a tensor that reaches beyond its storage"))
    // An empty tensor takes nothing, wherever it begins.
    let empty = Self.pickle(offset: .max, shape: [0], strides: [1])
    let file = Self.archive(Self.members(empty))
    #expect(
      try PyTorchCheckpoint(bytes: file, file: "net.ckpt").weights["a"] == Tensor([0], []))
  }

  @Test func damageNeverTraps() {
    let pickle = Self.pickle
    for length in pickle.indices {
      #expect(message(pickle: Array(pickle[..<length])) != "no error")
    }
    for place in pickle.indices {
      for value: UInt8 in [0, 0x28, 0x2E, 0x51, 0x52, 0x74, 0x75, 0xFF] {
        var damaged = pickle
        damaged[place] = value
        _ = message(pickle: damaged)
      }
    }
    let file = Self.archive(Self.members(pickle))
    for place in file.indices {
      for value: UInt8 in [0, 0x7F, 0xFF] {
        var damaged = file
        damaged[place] = value
        _ = message(damaged)
      }
      _ = message(Array(file[..<place]))
    }
  }
}
