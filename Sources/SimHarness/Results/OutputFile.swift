public import SimCore
public import SimEpisode
import SimScenario

/// Recordings and other output as files.
public enum OutputFile {
  /// Reads a recording.
  public static func recording(_ path: String) throws(InputError) -> Recording {
    try Recording(decoding: try InputFile.read(path), file: path)
  }

  /// Writes any file so that its name never leads to half of it.
  public static func write(_ bytes: [UInt8], to path: String) throws(InputError) {
    try FileSystem.writeAtomically(bytes, to: path)
  }

  /// Makes a folder for recordings, and those above it.
  public static func makeFolder(_ path: String) throws(InputError) {
    try FileSystem.makeFolder(path)
  }
}
