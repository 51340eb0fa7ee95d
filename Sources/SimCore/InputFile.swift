import Glibc

/// Reading files whole, with a bound, and without trusting them to be files.
package enum InputFile {
  /// Largest file that is read at all; formats may ask for less.
  package static let largest = 256 << 20

  /// All bytes of a regular file.
  package static func read(_ path: String, limit: Int = largest) throws(InputError) -> [UInt8] {
    try read(path, limit: limit, first: .max)
  }

  /// The first bytes of a regular file, or all if it is shorter.
  package static func read(_ path: String, first count: Int) throws(InputError) -> [UInt8] {
    try read(path, limit: .max, first: count)
  }

  private static func read(
    _ path: String, limit: Int, first wanted: Int
  ) throws(InputError) -> [UInt8] {
    let place = SourceLocation.wholeFile(path)
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw InputError(at: place, "cannot be opened: \(reason())") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw InputError(at: place, "cannot be read: \(reason())")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw InputError(
        at: place, status.st_mode & S_IFMT == S_IFDIR ? "is a folder" : "is not a regular file")
    }
    guard status.st_size <= limit else {
      throw InputError(
        at: place, "the file has \(status.st_size) bytes; at most \(limit) are read")
    }
    var bytes: [UInt8] = []
    // One byte more than expected tells whether the file has grown meanwhile.
    var room = min(Int(status.st_size) + 1, wanted)
    while true {
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: room))
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: start), room)
      }
      bytes.removeLast(room - max(0, count))
      if count < 0 {
        if errno == EINTR { continue }
        throw InputError(at: place, "cannot be read: \(reason())")
      }
      if count == 0 || bytes.count >= wanted { return bytes }
      guard bytes.count <= limit else {
        throw InputError(at: place, "the file grows; at most \(limit) bytes are read")
      }
      room = 1 << 16
    }
  }

  /// Kind of thing a path names; nil if there is nothing.
  package static func kind(of path: String) -> Kind? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .folder
    default: .other
    }
  }

  package enum Kind { case file, folder, other }

  /// Names in a folder, in ascending byte order, without `.` and `..`; nil if it cannot be read.
  package static func names(in folder: String) -> [String]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// What the system says about the last call.
  private static func reason() -> String { String(cString: strerror(errno)) }
}

/// Parts of a path.
package enum PathText {
  /// The last part.
  package static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Everything before the last part, with its slash; empty if there is nothing.
  package static func folder(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The last part without its ending.
  package static func stem(_ path: String) -> String {
    let name = lastComponent(path)
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// The ending in lower case, without its dot; empty if there is none.
  package static func ending(_ path: String) -> String {
    let name = lastComponent(path)
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }
}
