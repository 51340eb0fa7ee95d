import SimCore

/// CommonRoad XML, versions 2018b and 2020a: maps with recorded or simulated traffic and planning
/// problems.
enum CommonRoadImporter {
  static let importer = Importer(
    name: "CommonRoad", extensions: ["xml"], canRead: canRead,
    load: { (data, file, options) throws(InputError) in try load(data, file, options) },
    loadMap: { (data, file) throws(InputError) in
      var reader = CommonRoadReader(try XMLDocument(parsing: data, file: file.displayPath))
      try reader.read()
      reader.checkExtent()
      try reader.throwIfFailed()
      reader.moveToLocalFrame()
      let map = try reader.map(named: file.name)
      try reader.throwIfFailed()
      return (map, reader.notes.diagnostics())
    })

  private static let cache = RecordingCache()

  /// Its root element, the first tag that is neither declaration nor comment, is `commonRoad`, or
  /// so near to it that the reader shall say what is wrong with it.
  static func canRead(_ prefix: [UInt8]) -> Bool {
    var at = prefix.starts(with: XMLText.byteOrderMark) ? XMLText.byteOrderMark.count : 0
    func starts(_ mark: String) -> Bool { prefix[at...].starts(with: Array(mark.utf8)) }
    func skip(past mark: String) {
      while at < prefix.count, !starts(mark) { at += 1 }
      at = min(prefix.count, at + mark.utf8.count)
    }
    while at < prefix.count {
      if XMLText.isSpace(prefix[at]) {
        at += 1
      } else if starts("<!--") {
        skip(past: "-->")
      } else if starts("<?") {
        skip(past: "?>")
      } else if starts("<!") {
        // What a document type declares may hold tags of its own.
        while at < prefix.count, !starts(">"), !starts("[") { at += 1 }
        if starts("[") { skip(past: "]") }
        skip(past: ">")
      } else if starts("<") {
        let name = prefix[(at + 1)...].prefix { XMLText.continuesName($0) }
        let root = String(decoding: name, as: UTF8.self)
        return nearestSpelling(of: root, among: ["commonRoad"]) != nil
      } else {
        return false
      }
    }
    return false
  }

  private static func load(
    _ data: [UInt8], _ file: ImportFile, _ options: LoadOptions
  ) throws(InputError) -> LoadResult {
    let digest = RecordingCache.digest(data)
    let recording = try parse(data, file)
    cache.keep(recording, file.displayPath, digest: digest)
    let episodes = RecordingEpisodes(file: file, options: options) {
      () throws(InputError) in
      if let kept = cache.recording(file.displayPath, digest: digest) { return kept }
      let data = try file.read()
      guard RecordingCache.digest(data) == digest else {
        throw InputError(
          at: .wholeFile(file.displayPath), "the file has changed since it was listed")
      }
      let recording = try parse(data, file)
      cache.keep(recording, file.displayPath, digest: digest)
      return recording
    }
    return try episodes.load(recording)
  }

  /// Reads a whole file.
  static func parse(_ data: [UInt8], _ file: ImportFile) throws(InputError) -> ImportedRecording {
    var reader = CommonRoadReader(try XMLDocument(parsing: data, file: file.displayPath))
    try reader.read()
    reader.checkExtent()
    try reader.throwIfFailed()
    reader.moveToLocalFrame()
    let map = try reader.map(named: file.name)
    let agents = reader.agents()
    var problems = reader.problems(map)
    reader.separateStarts(&problems, agents)
    try reader.throwIfFailed()
    return ImportedRecording(
      map: map, summary: reader.summary, tags: reader.file.tags, agents: agents,
      problems: problems, notes: reader.notes.diagnostics())
  }
}

extension CommonRoadReader {
  /// One line about the file: its id and where it comes from.
  var summary: String {
    let source = xml.attributeText(of: xml.root, words[.source]) ?? ""
    return file.benchmarkID + (source.isEmpty ? "" : ", from \(source)")
  }
}
