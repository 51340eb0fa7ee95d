import SimCore
import SimMetrics
import SimScenario

// What a batch and its worker processes say to each other. Every message is a frame: its length
// as u32, one byte that tells its kind, and the rest.

/// To a worker.
enum WorkerCommand {
  /// The first message: all that stays the same over a batch.
  case setUp(WorkerSetup)
  /// Run one episode: the place-th of a file.
  case run(path: String, relativePath: String, place: Int)

  var payload: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .setUp(let setup):
      writer.append(UInt8(0))
      writer.append(setup)
    case .run(let path, let relativePath, let place):
      writer.append(UInt8(1))
      writer.append(path)
      writer.append(relativePath)
      writer.appendCount(place)
    }
    return writer.bytes
  }

  init(_ payload: [UInt8]) throws(FormatDefect) {
    var reader = ByteReader(payload)
    switch try reader.byte() {
    case 0: self = .setUp(try reader.workerSetup())
    case 1:
      let path = try reader.text()
      let relativePath = try reader.text()
      self = .run(path: path, relativePath: relativePath, place: try reader.count())
    case let other: throw FormatDefect("an unknown command \(other)")
    }
  }
}

/// From a worker.
enum WorkerReply {
  /// It is set up and waits.
  case ready
  /// The scenario is built and begins: what its results will be if nothing comes after this.
  case started(EpisodeWork.Finished)
  case finished(EpisodeWork.Finished)

  var payload: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .ready: writer.append(UInt8(0))
    case .started(let planned):
      writer.append(UInt8(1))
      writer.append(planned)
    case .finished(let finished):
      writer.append(UInt8(2))
      writer.append(finished)
    }
    return writer.bytes
  }

  init(_ payload: [UInt8]) throws(FormatDefect) {
    var reader = ByteReader(payload)
    switch try reader.byte() {
    case 0: self = .ready
    case 1: self = .started(try reader.finished())
    case 2: self = .finished(try reader.finished())
    case let other: throw FormatDefect("an unknown reply \(other)")
    }
  }
}

/// What a worker needs to know of the batch.
struct WorkerSetup {
  var modules: [ModuleKind: String]
  var settings: [(path: String, value: String)]
  var seeds: [UInt64]?
  var traffic: LoadOptions.Traffic
  var egoFrom: LoadOptions.EgoFrom
  var profile: MetricProfile
  var overridesProfiles: Bool
  var record: RecordMode
  var recordsChoices: Bool
  /// Folder of recordings; nil: none are written.
  var recordings: String?

  init(_ request: BatchRequest, recordings: String?) {
    modules = request.modules
    settings = request.settings
    seeds = request.seeds
    traffic = request.traffic
    egoFrom = request.egoFrom
    profile = request.profile
    overridesProfiles = request.overridesProfiles
    record = request.record
    recordsChoices = request.recordsChoices
    self.recordings = recordings
  }

  /// The request as far as loading and running one episode goes.
  var request: BatchRequest {
    var request = BatchRequest(paths: [])
    request.modules = modules
    request.settings = settings
    request.seeds = seeds
    request.traffic = traffic
    request.egoFrom = egoFrom
    request.profile = profile
    request.overridesProfiles = overridesProfiles
    request.record = record
    request.recordsChoices = recordsChoices
    return request
  }
}

extension ByteWriter {
  fileprivate mutating func append(_ setup: WorkerSetup) {
    for kind in ModuleKind.allCases { appendOptional(setup.modules[kind]) { $0.append($1) } }
    appendList(setup.settings) { writer, setting in
      writer.append(setting.path)
      writer.append(setting.value)
    }
    appendOptional(setup.seeds) { $0.appendList($1) { $0.append($1) } }
    append(setup.traffic.rawValue)
    switch setup.egoFrom {
    case .planningProblem: append(UInt8(0))
    case .all: append(UInt8(1))
    case .id(let id):
      append(UInt8(2))
      append(id)
    }
    append(setup.profile.name)
    append(setup.profile.measuresAll)
    append(setup.overridesProfiles)
    append(setup.record.rawValue)
    append(setup.recordsChoices)
    appendOptional(setup.recordings) { $0.append($1) }
  }
}

extension ByteReader {
  fileprivate mutating func workerSetup() throws(FormatDefect) -> WorkerSetup {
    var request = BatchRequest(paths: [])
    for kind in ModuleKind.allCases {
      request.modules[kind] = try optional { reader throws(FormatDefect) in try reader.text() }
    }
    request.settings = try list {
      reader throws(FormatDefect) -> (path: String, value: String) in
      let path = try reader.text()
      return (path, try reader.text())
    }
    request.seeds = try optional { reader throws(FormatDefect) in
      try reader.list { reader throws(FormatDefect) in try reader.uint64() }
    }
    guard let traffic = LoadOptions.Traffic(rawValue: try text()) else {
      throw FormatDefect("an unknown kind of traffic")
    }
    request.traffic = traffic
    switch try byte() {
    case 0: request.egoFrom = .planningProblem
    case 1: request.egoFrom = .all
    case 2: request.egoFrom = .id(try text())
    case let other: throw FormatDefect("an unknown kind of ego \(other)")
    }
    guard var profile = MetricProfile.named(try text()) else {
      throw FormatDefect("an unknown profile")
    }
    profile.measuresAll = try bool()
    request.overridesProfiles = try bool()
    guard let record = RecordMode(rawValue: try text()) else {
      throw FormatDefect("an unknown record mode")
    }
    request.profile = profile
    request.record = record
    request.recordsChoices = try bool()
    return WorkerSetup(
      request,
      recordings: try optional { reader throws(FormatDefect) in try reader.text() })
  }
}

/// Takes frames out of a stream that comes in pieces.
struct FrameBuffer {
  private var bytes: [UInt8] = []

  mutating func append(_ piece: some Sequence<UInt8>) { bytes.append(contentsOf: piece) }

  /// The next whole frame's payload; nil until there is one.
  mutating func next() -> [UInt8]? {
    guard bytes.count >= 4 else { return nil }
    var reader = ByteReader(bytes)
    guard let length = try? reader.uint32(), let payload = try? reader.raw(Int(length)) else {
      return nil
    }
    let frame = Array(payload)
    bytes.removeFirst(4 + frame.count)
    return frame
  }

  /// A frame as it is sent.
  static func frame(_ payload: [UInt8]) -> [UInt8] {
    var writer = ByteWriter(reserving: payload.count + 4)
    writer.append(UInt32(payload.count))
    writer.appendRaw(payload)
    return writer.bytes
  }
}
