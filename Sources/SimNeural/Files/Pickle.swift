/// A pickle taken apart without running anything: numbers, texts, containers, and calls of named
/// objects as data.
///
/// Only the instructions of `PickleReader.step` are known; all others end in a fault. Values lie
/// in one list and refer to each other by place, so neither depth nor cycles matter.
struct Pickle {
  /// A value's place.
  typealias Reference = Int

  enum Value {
    case none
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case tuple([Reference])
    case list([Reference])
    case dictionary([(key: Reference, value: Reference)])
    /// An object by its module and name.
    case global(String)
    /// What a global was called with.
    case call(global: String, arguments: Reference)
    /// Data outside the pickle.
    case persistent(Reference)
  }

  var values: [Value] = []
  /// The byte after the instruction that made each value, for errors.
  var places: [Int] = []
  var root: Reference = 0

  /// The entries of a dictionary, or of a call that made one.
  func entries(_ reference: Reference) -> [(key: Reference, value: Reference)]? {
    if case .dictionary(let entries) = values[reference] { return entries }
    return nil
  }

  /// A text.
  func text(_ reference: Reference) -> String? {
    if case .text(let text) = values[reference] { return text }
    return nil
  }

  /// A whole number.
  func integer(_ reference: Reference) -> Int? {
    if case .integer(let value) = values[reference] { return value }
    return nil
  }

  /// The members of a tuple or list.
  func members(_ reference: Reference) -> [Reference]? {
    switch values[reference] {
    case .tuple(let members), .list(let members): return members
    default: return nil
    }
  }
}

/// Reads the instructions of a pickle.
struct PickleReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private var pickle = Pickle()
  private var stack: [Pickle.Reference] = []
  private var marks: [Int] = []
  private var memo: [Int: Pickle.Reference] = [:]
  /// Names of objects that may occur.
  private let allowed: (String) -> Bool
  /// Those of them that make dictionaries.
  private let dictionaries: Set<String>

  /// Reads a pickle; places of faults are indices of the slice.
  static func read(
    _ bytes: ArraySlice<UInt8>, dictionaries: Set<String>, allowed: @escaping (String) -> Bool
  ) throws(FileFault) -> Pickle {
    var reader = PickleReader(
      bytes: bytes, position: bytes.startIndex, allowed: allowed, dictionaries: dictionaries)
    while try reader.step() {}
    return reader.pickle
  }

  private init(
    bytes: ArraySlice<UInt8>, position: Int, allowed: @escaping (String) -> Bool,
    dictionaries: Set<String>
  ) {
    self.bytes = bytes
    self.position = position
    self.allowed = allowed
    self.dictionaries = dictionaries
  }

  private func fault(_ message: String) -> FileFault {
    FileFault(message: message, place: position)
  }

  // MARK: Bytes

  private mutating func take(_ count: Int) throws(FileFault) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - position else {
      throw fault("the pickle ends too early")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  private mutating func word(_ size: Int) throws(FileFault) -> UInt64 {
    var value: UInt64 = 0
    for (i, byte) in try take(size).enumerated() { value |= UInt64(byte) << UInt64(8 * i) }
    return value
  }

  private mutating func text(_ count: Int) throws(FileFault) -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw fault("a text that is not UTF-8")
    }
    return text
  }

  private mutating func line() throws(FileFault) -> String {
    guard let end = bytes[position...].firstIndex(of: 0x0A) else {
      throw fault("a line without end")
    }
    let text = try text(end - position)
    position += 1
    return text
  }

  // MARK: Stack

  private mutating func push(_ value: Pickle.Value) {
    pickle.values.append(value)
    pickle.places.append(position)
    stack.append(pickle.values.count - 1)
  }

  private mutating func pop() throws(FileFault) -> Pickle.Reference {
    guard stack.count > (marks.last ?? 0) else { throw fault("nothing left to take") }
    return stack.removeLast()
  }

  private mutating func popToMark() throws(FileFault) -> [Pickle.Reference] {
    guard let mark = marks.popLast() else { throw fault("no mark to go back to") }
    let members = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return members
  }

  private func top() throws(FileFault) -> Pickle.Reference {
    guard let top = stack.last, stack.count > (marks.last ?? 0) else {
      throw fault("nothing to work on")
    }
    return top
  }

  // MARK: Instructions

  /// Obeys one instruction; false after the last.
  private mutating func step() throws(FileFault) -> Bool {
    let code = try take(1).first ?? 0
    switch code {
    case 0x80:  // PROTO
      guard (2...5).contains(try word(1)) else { throw fault("an unknown version of pickle") }
    case 0x95: _ = try word(8)  // FRAME
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "."):
      pickle.root = try pop()
      return false
    case UInt8(ascii: "N"): push(.none)
    case 0x88: push(.flag(true))
    case 0x89: push(.flag(false))
    case UInt8(ascii: "K"): push(.integer(Int(try word(1))))
    case UInt8(ascii: "M"): push(.integer(Int(try word(2))))
    case UInt8(ascii: "J"):
      push(.integer(Int(Int32(truncatingIfNeeded: try word(4)))))
    case 0x8A: try long()
    case UInt8(ascii: "G"):
      push(.number(Double(bitPattern: try word(8).byteSwapped)))
    case UInt8(ascii: "X"): push(.text(try text(Int(try word(4)))))
    case 0x8C: push(.text(try text(Int(try word(1)))))
    case UInt8(ascii: "q"): memo[Int(try word(1))] = try top()
    case UInt8(ascii: "r"): memo[Int(try word(4))] = try top()
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "h"): try recall(Int(try word(1)))
    case UInt8(ascii: "j"): try recall(Int(try word(4)))
    default: try container(code)
    }
    return true
  }

  private mutating func recall(_ key: Int) throws(FileFault) {
    guard let reference = memo[key] else { throw fault("a memory that was never written") }
    stack.append(reference)
  }

  /// A whole number of up to eight bytes.
  private mutating func long() throws(FileFault) {
    let count = Int(try word(1))
    guard count <= 8 else { throw fault("a whole number of \(count) bytes") }
    let value = try word(count)
    let unused = UInt64(64 - 8 * count)
    push(.integer(count == 0 ? 0 : Int(Int64(bitPattern: value << unused) >> Int64(unused))))
  }

  private mutating func container(_ code: UInt8) throws(FileFault) {
    switch code {
    case UInt8(ascii: "}"): push(.dictionary([]))
    case UInt8(ascii: "]"): push(.list([]))
    case UInt8(ascii: ")"): push(.tuple([]))
    case UInt8(ascii: "t"): push(.tuple(try popToMark()))
    case 0x85, 0x86, 0x87:
      var members: [Pickle.Reference] = []
      for _ in 0...(code - 0x85) { members.insert(try pop(), at: 0) }
      push(.tuple(members))
    case UInt8(ascii: "a"): try append([try pop()])
    case UInt8(ascii: "e"): try append(try popToMark())
    case UInt8(ascii: "s"):
      let value = try pop()
      try set([try pop(), value])
    case UInt8(ascii: "u"): try set(try popToMark())
    default: try object(code)
    }
  }

  private mutating func append(_ members: [Pickle.Reference]) throws(FileFault) {
    let target = try top()
    guard case .list(var list) = pickle.values[target] else {
      throw fault("members for something that is no list")
    }
    // The list is not held twice while it grows.
    pickle.values[target] = .none
    list += members
    pickle.values[target] = .list(list)
  }

  private mutating func set(_ items: [Pickle.Reference]) throws(FileFault) {
    let target = try top()
    guard case .dictionary(var entries) = pickle.values[target], items.count % 2 == 0 else {
      throw fault("entries for something that is no dictionary")
    }
    pickle.values[target] = .none
    for i in stride(from: 0, to: items.count, by: 2) { entries.append((items[i], items[i + 1])) }
    pickle.values[target] = .dictionary(entries)
  }

  private mutating func object(_ code: UInt8) throws(FileFault) {
    switch code {
    case UInt8(ascii: "c"): try global(try line() + "." + (try line()))
    case 0x93:
      let name = try pop()
      let module = try pop()
      guard let module = pickle.text(module), let name = pickle.text(name) else {
        throw fault("an object without a name")
      }
      try global(module + "." + name)
    case UInt8(ascii: "Q"): push(.persistent(try pop()))
    case UInt8(ascii: "R"), 0x81:
      let arguments = try pop()
      let callee = try pop()
      guard case .global(let name) = pickle.values[callee], pickle.members(arguments) != nil else {
        throw fault("a call of something that is no object")
      }
      push(
        dictionaries.contains(name)
          ? .dictionary([]) : .call(global: name, arguments: arguments))
    case UInt8(ascii: "b"):
      // Attributes of an object: of no use to tensors.
      _ = try pop()
      _ = try top()
    default:
      let digits = String(code, radix: 16)
      throw fault("an instruction 0x\(digits) that files of tensors do not need")
    }
  }

  private mutating func global(_ name: String) throws(FileFault) {
    guard allowed(name) else { throw fault("the object '\(name)', which is no part of a tensor") }
    push(.global(name))
  }
}
