import Synchronization

/// The recordings that were parsed last, so that the episodes of one file, which a batch takes up
/// one after the other, parse it once. Bounded: what is dropped is parsed again when it is needed.
final class RecordingCache: Sendable {
  private struct Entry {
    var path: String
    var digest: UInt64
    var recording: ImportedRecording
  }

  private let entries = Mutex<[Entry]>([])
  private let capacity: Int

  /// - Parameter capacity: recordings kept; as many as there are likely to be workers.
  init(capacity: Int = 4) {
    self.capacity = capacity
  }

  func recording(_ path: String, digest: UInt64) -> ImportedRecording? {
    entries.withLock { entries in
      guard let index = entries.firstIndex(where: { $0.path == path && $0.digest == digest })
      else { return nil }
      let entry = entries.remove(at: index)
      entries.append(entry)
      return entry.recording
    }
  }

  func keep(_ recording: ImportedRecording, _ path: String, digest: UInt64) {
    entries.withLock { entries in
      entries.removeAll { $0.path == path }
      entries.append(Entry(path: path, digest: digest, recording: recording))
      if entries.count > capacity { entries.removeFirst() }
    }
  }

  /// FNV-1a over the bytes: tells whether a file is still the one that was read before.
  static func digest(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }
}
