import SimCore
import SimMap

/// Makes the map that a scenario declares.
struct MapSource {
  private let declaration: MapDeclaration
  private let origin: ScenarioOrigin
  private let sink: DiagnosticSink

  init(_ declaration: MapDeclaration, _ origin: ScenarioOrigin, _ sink: DiagnosticSink) {
    self.declaration = declaration
    self.origin = origin
    self.sink = sink
  }

  /// Nil, with an error in the sink, if the map cannot be made.
  func map() -> LaneGraph? {
    switch declaration {
    case .template(let tree, let name, let values):
      return template(tree, name, values)
    case .roads(let roads):
      return network(roads)
    case .file(let path):
      return file(path)
    }
  }

  private func network(_ roads: RoadNetworkDeclaration) -> LaneGraph? {
    let outcome = roads.network.build()
    for finding in outcome.findings {
      let place = roads.location(of: finding)
      switch finding.severity {
      case .error: sink.error(at: place, finding.description)
      case .warning: sink.warning(at: place, finding.description)
      }
    }
    if outcome.map == nil, sink.errorCount == 0 {
      preconditionFailure("a map that cannot be built has a reason")
    }
    return outcome.map
  }

  private func file(_ path: Located<String>) -> LaneGraph? {
    let isAbsolute = path.value.hasPrefix("/")
    let name = isAbsolute ? path.value : PathText.folder(origin.source.file) + path.value
    let importers = origin.loader.importers.filter { $0.loadMap != nil }
    do throws(InputError) {
      let bytes = try InputFile.read(name)
      let prefix = Array(bytes.prefix(Importer.prefixLength))
      guard let importer = importers.first(where: { $0.canRead(prefix) }),
        let loadMap = importer.loadMap
      else {
        let known = importers.map(\.name).joined(separator: ", ")
        sink.error(
          at: path.location, "the file '\(name)' is no map that can be read",
          hint: "known: \(known.isEmpty ? "none" : known)")
        return nil
      }
      let file = ImportFile(name: PathText.stem(name), path: path.value, displayPath: name) {
        () throws(InputError) in try InputFile.read(name)
      }
      let (map, notes) = try loadMap(bytes, file)
      for note in notes { sink.add(note) }
      return map
    } catch {
      // A file that cannot be opened is the scenario's error; what is wrong inside is its own.
      for diagnostic in error.diagnostics {
        guard diagnostic.location.line == 0 else {
          sink.add(diagnostic)
          continue
        }
        sink.error(
          at: path.location, "the file '\(name)': \(diagnostic.message)", hint: diagnostic.hint)
      }
      return nil
    }
  }

  private func template(
    _ tree: ParameterTree, _ name: Located<String>, _ values: ParameterValues
  ) -> LaneGraph? {
    guard let template = MapTemplateCatalog.template(named: name.value) else {
      preconditionFailure("the decoder knows the templates")
    }
    do throws(MapBuildFailure) {
      return try template.make(values)
    } catch {
      // The parameter to blame, if the file gives it.
      let place = error.parameter.flatMap { tree[$0]?.location } ?? name.location
      sink.error(at: place, error.reason, hint: error.findings.first.map(\.description))
      return nil
    }
  }
}
