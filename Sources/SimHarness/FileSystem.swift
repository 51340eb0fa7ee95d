import Glibc
import SimCore

/// The few things that the harness asks of the file system.
enum FileSystem {
  enum Kind { case file, folder }

  /// Length of a file, bytes; nil if there is none.
  static func size(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// What a path names; nil if there is nothing.
  static func kind(of path: String) -> Kind? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
  }

  /// Names in a folder in no order; none if it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// All bytes of a file.
  static func read(_ path: String) throws(InputError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be opened", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("cannot be read", path)
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  /// Makes a folder and those above it, unless they are there.
  static func makeFolder(_ path: String) throws(InputError) {
    if kind(of: path) == .folder { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeFolder(String(path[..<slash]))
    }
    guard mkdir(path, 0o777) == 0 || (errno == EEXIST && kind(of: path) == .folder) else {
      throw failure("the folder cannot be made", path)
    }
  }

  /// Writes a file so that at any instant the path names either the old file or the whole new one.
  ///
  /// - Parameter isDurable: also after a power cut; it takes some milliseconds.
  static func writeAtomically(
    _ bytes: [UInt8], to path: String, isDurable: Bool = true
  ) throws(InputError) {
    let temporary = "\(path).\(getpid()).tmp"
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
