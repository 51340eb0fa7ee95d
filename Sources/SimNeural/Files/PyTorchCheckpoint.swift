public import SimCore

/// The tensors of a file that PyTorch (or Lightning) wrote with `torch.save`: a ZIP archive with a
/// pickle of the structure and a member of raw elements per storage.
///
/// Nothing in the file is run: the pickle's instructions only build lists and dictionaries here,
/// and the objects it may name are those that tensors are made of.
public struct PyTorchCheckpoint: Sendable {
  /// The tensors of the state dictionary as float32, under their names, in the file's order.
  public private(set) var weights = WeightTable()

  /// Objects that make dictionaries.
  private static let dictionaries: Set<String> = [
    "collections.OrderedDict", "lightning_fabric.utilities.data.AttributeDict",
    "pytorch_lightning.utilities.parsing.AttributeDict",
    "lightning.fabric.utilities.data.AttributeDict",
  ]

  private static let storages: [String: TensorElement] = [
    "torch.DoubleStorage": .float64, "torch.FloatStorage": .float32,
    "torch.HalfStorage": .float16, "torch.BFloat16Storage": .bfloat16,
    "torch.LongStorage": .int64, "torch.IntStorage": .int32, "torch.ShortStorage": .int16,
    "torch.CharStorage": .int8, "torch.ByteStorage": .uint8, "torch.BoolStorage": .bool,
  ]

  private static let rebuild = "torch._utils._rebuild_tensor_v2"
  private static let rebuildParameter = "torch._utils._rebuild_parameter"

  /// Takes a file's bytes apart.
  ///
  /// The tensors are those of the dictionary `state_dict` in the outermost one (as Lightning writes
  /// it), or of the outermost one itself; other entries are left out.
  ///
  /// - Parameter file: the name for errors.
  /// - Throws: `InputError` with the byte at which the file is not what it should be, or names
  ///   an object or an instruction that tensors do not need.
  public init(bytes: [UInt8], file: String) throws(InputError) {
    do {
      try self.init(archive: try ZipArchive(bytes))
    } catch {
      throw InputError(at: .wholeFile(file), "\(error.message) (byte \(error.place))")
    }
  }

  private init(archive: ZipArchive) throws(FileFault) {
    guard let root = archive.members.first(where: { $0.name.hasSuffix("/data.pkl") }) else {
      throw FileFault(message: "no data.pkl in the archive: not a PyTorch file", place: 0)
    }
    let folder = root.name.dropLast("data.pkl".count)
    var storages: [String: ArraySlice<UInt8>] = [:]
    for member in archive.members where member.name.hasPrefix(folder + "data/") {
      storages[String(member.name.dropFirst(folder.count + 5))] = member.data
    }
    if let order = archive.members.first(where: { $0.name == folder + "byteorder" }),
      !order.data.elementsEqual("little".utf8)
    {
      throw FileFault(
        message: "elements in another byte order than little-endian", place: order.data.startIndex)
    }
    let pickle = try PickleReader.read(root.data, dictionaries: Self.dictionaries) {
      Self.dictionaries.contains($0) || Self.storages[$0] != nil || $0 == Self.rebuild
        || $0 == Self.rebuildParameter || $0 == "torch.Size"
    }
    guard var entries = pickle.entries(pickle.root) else {
      throw FileFault(message: "no dictionary of tensors", place: root.data.startIndex)
    }
    let inner = entries.first { pickle.text($0.key) == "state_dict" }
    if let inner, let state = pickle.entries(inner.value) { entries = state }
    // Tensors may share a storage, but not all of them all of it many times.
    let most = archive.members.reduce(1024) { $0 + $1.data.count }
    var elements = 0
    for entry in entries {
      guard let name = pickle.text(entry.key),
        let tensor = try Self.tensor(pickle, entry.value, storages)
      else { continue }
      elements += tensor.values.count
      guard elements <= most else {
        throw FileFault(
          message: "more elements than the file holds", place: pickle.places[entry.value])
      }
      guard weights[name] == nil else {
        throw FileFault(
          message: "a second tensor '\(name)'", place: pickle.places[entry.value])
      }
      weights[name] = tensor
    }
    guard weights.count > 0 else {
      throw FileFault(message: "no tensors in the file", place: root.data.startIndex)
    }
  }

  /// A value as a tensor; nil if it is none.
  private static func tensor(
    _ pickle: Pickle, _ reference: Pickle.Reference, _ storages: [String: ArraySlice<UInt8>]
  ) throws(FileFault) -> Tensor? {
    guard case .call(let global, let argumentsPlace) = pickle.values[reference],
      let arguments = pickle.members(argumentsPlace), let first = arguments.first
    else { return nil }
    func fault(_ message: String) -> FileFault {
      FileFault(message: message, place: pickle.places[reference])
    }
    if global == rebuildParameter {
      // A parameter wraps a tensor, never another parameter.
      guard case .call(rebuild, _) = pickle.values[first] else {
        throw fault("a parameter that is no tensor")
      }
      return try tensor(pickle, first, storages)
    }
    guard global == rebuild else { return nil }
    guard arguments.count >= 4, case .persistent(let identity) = pickle.values[first],
      let parts = pickle.members(identity), parts.count >= 5,
      case .global(let kind) = pickle.values[parts[1]], let type = Self.storages[kind],
      let key = pickle.text(parts[2]), let data = storages[key],
      let offset = pickle.integer(arguments[1]), let size = pickle.members(arguments[2]),
      let steps = pickle.members(arguments[3]), size.count == steps.count
    else { throw fault("a tensor without a storage, a size or strides") }
    let shape = size.compactMap { pickle.integer($0) }
    let strides = steps.compactMap { pickle.integer($0) }
    let available = data.count / type.size
    var count = 1
    var last = offset
    for (length, stride) in zip(shape, strides) {
      guard length >= 0, stride >= 0 else { throw fault("an impossible size of a tensor") }
      let (product, large) = count.multipliedReportingOverflow(by: length)
      let (reach, far) = max(0, length - 1).multipliedReportingOverflow(by: stride)
      let (end, farther) = last.addingReportingOverflow(reach)
      guard !large, !far, !farther else { throw fault("an impossible size of a tensor") }
      count = product
      last = end
    }
    guard shape.count == size.count, strides.count == steps.count, offset >= 0,
      count == 0 || last < available
    else { throw fault("a tensor that reaches beyond its storage") }
    // As many elements as the stretch of storage is long, so that repeated or left-out ones, which
    // weights do not need, cannot claim any time or memory. Strides that repeat just as many as
    // they leave out pass (size 2 x 2, strides 0 and 3): they read what they say, within the
    // stretch.
    guard count == 0 || last - offset + 1 == count else {
      throw fault("a tensor that is not dense")
    }
    var elements: [Float] = []
    if count > 0 {
      // The offset is bounded only if there is an element behind it.
      let begin = data.startIndex + offset * type.size
      elements = type.floats(data[begin..<begin + count * type.size])
    }
    var values: [Float] = []
    values.reserveCapacity(count)
    var index = [Int](repeating: 0, count: shape.count)
    for _ in 0..<count {
      var place = 0
      for (i, stride) in zip(index, strides) { place += i * stride }
      values.append(elements[place])
      for dimension in shape.indices.reversed() {
        index[dimension] += 1
        if index[dimension] < shape[dimension] { break }
        index[dimension] = 0
      }
    }
    return Tensor(shape, values)
  }
}
