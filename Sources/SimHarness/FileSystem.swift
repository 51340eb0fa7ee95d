import Glibc
import SimCore
import SimScenario

/// What the harness does to the file system; `InputFile` reads it.
enum FileSystem {
  /// Length of a file, bytes; nil if there is none.
  static func size(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Makes a folder and those above it, unless they are there.
  static func makeFolder(_ path: String) throws(InputError) {
    if InputFile.kind(of: path) == .folder { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeFolder(String(path[..<slash]))
    }
    guard mkdir(path, 0o777) == 0 || (errno == EEXIST && InputFile.kind(of: path) == .folder) else {
      throw failure("the folder cannot be made", path)
    }
  }

  /// Writes a file so that at any instant the path names either the old file or the whole new one.
  ///
  /// - Parameter isDurable: also after a power cut; it takes some milliseconds.
  static func writeAtomically(
    _ bytes: [UInt8], to path: String, isDurable: Bool = true
  ) throws(InputError) {
    let temporary = temporary(for: path)
    do {
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw failure("cannot be written", path) }
      defer { close(descriptor) }
      guard write(bytes, to: descriptor), !isDurable || fsync(descriptor) == 0 else {
        throw failure("cannot be written", path)
      }
    }
    try replace(path, with: temporary)
  }

  /// Where a file is written before it gets its name: beside it, named after this process.
  static func temporary(for path: String) -> String { "\(path).\(getpid()).tmp" }

  /// The name that a temporary file was to get; nil for names that are none of ours.
  static func target(ofTemporary name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[parts.count - 1] == "tmp",
      let process = Int32(parts[parts.count - 2]), process > 0
    else { return nil }
    return parts.dropLast(2).joined(separator: ".")
  }

  /// Brings what was written of a file to the disk.
  static func sync(_ path: String) throws(InputError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be written", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("cannot be written", path) }
  }

  /// Brings the names in a folder to the disk. File systems that cannot do that have no need to.
  static func syncFolder(_ path: String) throws(InputError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be read", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw failure("cannot be written", path)
    }
  }

  /// Gives a finished file its name.
  static func replace(_ path: String, with temporary: String) throws(InputError) {
    guard rename(temporary, path) == 0 else {
      let problem = failure("cannot be written", path)
      unlink(temporary)
      throw problem
    }
  }

  static func remove(_ path: String) { unlink(path) }

  /// Writes all bytes; false if the system refuses.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), bytes.count - offset)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      offset += count
    }
    return true
  }

  static func failure(_ what: String, _ path: String) -> InputError {
    InputError(at: .wholeFile(path), "\(what): \(String(cString: strerror(errno)))")
  }
}
