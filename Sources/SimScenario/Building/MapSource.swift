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
    case .roads(let tree):
      sink.error(at: tree.location, "inline roads are not there yet")
      return nil
    case .file(let path):
      sink.error(at: path.location, "maps from files are not there yet")
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
