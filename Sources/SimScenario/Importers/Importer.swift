public import SimCore
public import SimMap

/// A reader of one foreign file format: what the format is called, how its files are known, and
/// how one becomes episodes.
public struct Importer: Sendable {
  /// The format's name in listings and messages, e.g. `CommonRoad`.
  public var name: String
  /// Endings of its files in lower case, without the dot. Several formats may share one.
  public var extensions: [String]
  /// Whether a file that begins with these bytes is of this format.
  public var canRead: @Sendable (_ prefix: [UInt8]) -> Bool
  /// Reads one file: its episodes, why there are none, and what was ignored or repaired.
  ///
  /// It throws every error found in the file at once.
  public var load:
    @Sendable (_ data: [UInt8], _ file: ImportFile, _ options: LoadOptions) throws(InputError)
      -> LoadResult

  /// Reads the map alone, for scenarios that say `map: {file: …}`, with what was ignored or
  /// repaired; nil: the format has no maps.
  public var loadMap:
    (
      @Sendable (_ data: [UInt8], _ file: ImportFile) throws(InputError)
        -> (map: LaneGraph, notes: [Diagnostic])
    )?

  /// How many bytes of a file's beginning `canRead` is given (all of a shorter file).
  public static let prefixLength = 4096

  /// A reader of a format; without `loadMap` it has no maps.
  public init(
    name: String, extensions: [String],
    canRead: @escaping @Sendable (_ prefix: [UInt8]) -> Bool,
    load:
      @escaping @Sendable (_ data: [UInt8], _ file: ImportFile, _ options: LoadOptions)
      throws(InputError) -> LoadResult,
    loadMap: (
      @Sendable (_ data: [UInt8], _ file: ImportFile) throws(InputError)
        -> (map: LaneGraph, notes: [Diagnostic])
    )? = nil
  ) {
    self.name = name
    self.extensions = extensions
    self.canRead = canRead
    self.load = load
    self.loadMap = loadMap
  }
}

/// A file to import, under the names that users see.
public struct ImportFile: Sendable {
  /// What episodes are called after: the file's name without folder and ending. Ids inside files
  /// are not to be relied upon, so they are never used as a name.
  public var name: String
  /// Relative to the PATH given on the command line: what results say.
  public var path: String
  /// The path as the user gave it: what messages say.
  public var displayPath: String
  /// Reads the whole file again, so that a ticket need not hold its bytes.
  public var read: @Sendable () throws(InputError) -> [UInt8]

  /// A file under its names, with a way to its bytes.
  public init(
    name: String, path: String, displayPath: String,
    read: @escaping @Sendable () throws(InputError) -> [UInt8]
  ) {
    self.name = name
    self.path = path
    self.displayPath = displayPath
    self.read = read
  }
}
