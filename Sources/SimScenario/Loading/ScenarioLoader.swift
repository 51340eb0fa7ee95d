public import SimCore

/// Turns files into episodes: YAML scenarios by itself, other formats through importers.
public struct ScenarioLoader: Sendable {
  /// Readers of other formats; the first that knows a file reads it.
  public var importers: [Importer]

  /// A loader that knows some foreign formats; unless told otherwise, all of the catalog.
  public init(importers: [Importer] = ImporterCatalog.importers) {
    self.importers = importers
  }

  /// The episodes of one file, or every error found in it.
  ///
  /// What kind of file it is is told by its content. A YAML scenario is checked here as far as
  /// that goes without its map; what only the map can tell (a lane that is not there, cars inside
  /// each other) is found when a ticket is built.
  ///
  /// - Parameters:
  ///   - file: path to read, and the name in messages.
  ///   - relativePath: relative to the PATH given on the command line, for results.
  public func load(
    file: String, relativePath: String, options: LoadOptions
  ) throws(InputError) -> LoadResult {
    // A scenario may not be as large as a recording: do not read what will be refused.
    let prefix = try InputFile.read(file, first: Importer.prefixLength)
    let isImported = importers.contains { $0.canRead(prefix) }
    let limit = isImported ? InputFile.largest : YAMLLimits.standard.bytes
    return try load(
      try InputFile.read(file, limit: limit), file: file, relativePath: relativePath,
      options: options)
  }

  /// The episodes of a file whose bytes are at hand.
  public func load(
    _ bytes: [UInt8], file: String, relativePath: String, options: LoadOptions
  ) throws(InputError) -> LoadResult {
    let prefix = Array(bytes.prefix(Importer.prefixLength))
    if let importer = importers.first(where: { $0.canRead(prefix) }) {
      return try importer.load(
        bytes,
        ImportFile(name: PathText.stem(file), path: relativePath, displayPath: file) {
          () throws(InputError) in try InputFile.read(file)
        }, options)
    }
    if ScenarioLoader.isXML(prefix) {
      let known = importers.map(\.name).joined(separator: ", ")
      throw InputError(
        at: .wholeFile(file), "this XML is of no kind that can be read", hint: "known: \(known)")
    }
    return try YAMLScenario.load(
      SourceText(file: file, bytes: bytes), relativePath: relativePath, options: options,
      loader: self)
  }

  /// The text begins with a tag; no scenario in YAML does.
  private static func isXML(_ prefix: [UInt8]) -> Bool {
    let text = prefix.starts(with: SourceText.byteOrderMark) ? prefix.dropFirst(3) : prefix[...]
    return text.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "<")
  }
}
