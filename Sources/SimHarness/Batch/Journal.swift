import Dispatch
import Glibc
import SimCore
import SimScenario

/// The memory of a batch: an append-only file of finished episodes, from which a batch that was
/// killed at any instant goes on.
///
///     magic   8 bytes
///     entry   length u32, CRC-32 of the payload u32, payload     (as many as there are)
///
/// A torn entry at the end, as a kill leaves it, is cut off when the file is opened again.
struct Journal: ~Copyable {
  static let name = "journal"
  static let magic: [UInt8] = Array("PGJRNL1\n".utf8)
  /// Longest time for which a power cut may take finished episodes, seconds; a killed process
  /// loses none.
  private static let syncInterval = 0.25

  private let path: String
  private let descriptor: Int32
  private var sinceSync = Stopwatch()
  /// Where the disk is waited for: no worker has to.
  private let syncs = DispatchQueue(label: "journal")

  /// Opens a journal.
  ///
  /// - Parameters:
  ///   - path: its file.
  ///   - resumes: keep what is there; else begin anew.
  ///   - known: gets the episodes that were kept.
  init(
    _ path: String, resumes: Bool, known: inout [UInt64: EpisodeWork.Finished]
  ) throws(InputError) {
    var kept = 0
    if resumes, InputFile.kind(of: path) == .file {
      kept = Journal.read(try InputFile.read(path, limit: .max), into: &known)
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileSystem.failure("cannot be written", path) }
    guard ftruncate(descriptor, kept) == 0, lseek(descriptor, 0, SEEK_END) >= 0,
      kept > 0 || FileSystem.write(Journal.magic, to: descriptor)
    else {
      let problem = FileSystem.failure("cannot be written", path)
      close(descriptor)
      throw problem
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    let descriptor = descriptor
    syncs.async {
      fsync(descriptor)
      close(descriptor)
    }
  }

  /// The entry of a finished episode; nil for one that is not to be remembered.
  static func entry(_ finished: EpisodeWork.Finished) -> [UInt8]? {
    guard finished.key != nil else { return nil }
    var payload = ByteWriter()
    payload.append(finished)
    var entry = ByteWriter(reserving: payload.bytes.count + 8)
    entry.append(UInt32(payload.bytes.count))
    entry.append(CRC32.of(payload.bytes))
    entry.appendRaw(payload.bytes)
    return entry.bytes
  }

  /// Adds an entry.
  mutating func append(_ entry: [UInt8]) throws(InputError) {
    guard FileSystem.write(entry, to: descriptor) else {
      throw FileSystem.failure("cannot be written", path)
    }
    guard sinceSync.seconds > Journal.syncInterval else { return }
    sinceSync = Stopwatch()
    let descriptor = descriptor
    syncs.async { fsync(descriptor) }
  }

  /// Reads entries up to the first one that is not whole.
  ///
  /// - Returns: the length of what is whole; 0 if this is no journal.
  private static func read(
    _ bytes: [UInt8], into known: inout [UInt64: EpisodeWork.Finished]
  ) -> Int {
    guard bytes.starts(with: magic) else { return 0 }
    var reader = ByteReader(bytes[magic.count...])
    var whole = magic.count
    while !reader.isAtEnd {
      guard let length = try? reader.uint32(), let sum = try? reader.uint32(),
        let payload = try? reader.raw(Int(length)), CRC32.of(payload) == sum
      else { break }
      var entry = ByteReader(payload)
      guard let finished = try? entry.finished(), let key = finished.key else { break }
      known[key] = finished
      whole = reader.position
    }
    return whole
  }
}

extension ByteWriter {
  mutating func append(_ finished: EpisodeWork.Finished) {
    appendOptional(finished.key) { $0.append($1) }
    appendList(finished.results) { $0.append($1) }
    appendOptional(finished.recording) { writer, recording in
      writer.append(recording.name)
      writer.appendCount(recording.bytes)
    }
    appendOptional(finished.error) { writer, error in
      writer.appendList(error.diagnostics) { $0.append($1) }
    }
  }

  private mutating func append(_ diagnostic: Diagnostic) {
    append(diagnostic.severity.rawValue)
    append(diagnostic.location.file)
    appendCount(diagnostic.location.line)
    appendCount(diagnostic.location.column)
    append(diagnostic.message)
    appendOptional(diagnostic.hint) { $0.append($1) }
    appendOptional(diagnostic.sourceLine) { $0.append($1) }
  }
}

extension ByteReader {
  mutating func finished() throws(FormatDefect) -> EpisodeWork.Finished {
    let key = try optional { reader throws(FormatDefect) in try reader.uint64() }
    let results = try list { reader throws(FormatDefect) in try reader.episodeResult() }
    let recording = try optional {
      reader throws(FormatDefect) -> EpisodeWork.StoredRecording in
      let name = try reader.text()
      return EpisodeWork.StoredRecording(name: name, bytes: try reader.count())
    }
    let error = try optional { reader throws(FormatDefect) in
      InputError(try reader.list { reader throws(FormatDefect) in try reader.diagnostic() })
    }
    return EpisodeWork.Finished(key: key, results: results, recording: recording, error: error)
  }

  private mutating func diagnostic() throws(FormatDefect) -> Diagnostic {
    guard let severity = Diagnostic.Severity(rawValue: try text()) else {
      throw FormatDefect("an unknown severity")
    }
    let file = try text()
    let line = try count()
    let location = SourceLocation(file: file, line: line, column: try count())
    let message = try text()
    let hint = try optional { reader throws(FormatDefect) in try reader.text() }
    let sourceLine = try optional { reader throws(FormatDefect) in try reader.text() }
    return Diagnostic(severity, at: location, message, hint: hint, sourceLine: sourceLine)
  }
}
