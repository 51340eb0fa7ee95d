import Glibc

/// Files that come with the program, such as trained weights.
package enum AssetFile {
  /// Names the folder that holds them, where it is not found by itself.
  package static let variable = "PROVINGGROUND_ASSETS"

  /// Where a file lies: in the folder that the variable names; without it, in `share/provingground`
  /// beside the folder of the program, in `assets` in that folder or in one above it (a build lies
  /// some folders below its package), or in `assets` where the program runs.
  ///
  /// - Throws: it is in none of them.
  package static func path(of name: String) throws(InputError) -> String {
    let folders = folders
    for folder in folders {
      let path = folder + "/" + name
      if InputFile.kind(of: path) == .file { return path }
    }
    throw InputError(
      at: .wholeFile(name), "this file, which comes with the program, is not found",
      hint: "set \(variable) to the folder that holds it; looked in "
        + folders.joined(separator: ", "))
  }

  private static var folders: [String] {
    if let named = getenv(variable) { return [String(cString: named)] }
    var folders: [String] = []
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    if count > 0 {
      let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
      var folder = PathText.folder(String(decoding: bytes, as: UTF8.self))
      folders.append(folder + "../share/provingground")
      for _ in 0..<6 where folder.utf8.count > 1 {
        folders.append(folder + "assets")
        folder = PathText.folder(String(folder.dropLast()))
      }
    }
    return folders + ["assets"]
  }
}
