import SimCore
import SimMap
import SimMetrics
import SimScenario
import SimStack

/// What `simrun catalog` lists: modules with their parameters, metrics, map templates, the keys of
/// scenario files, and importers.
public struct CatalogText {
  private let catalogs: ModuleCatalogs

  /// The text of some catalogs.
  public init(_ catalogs: ModuleCatalogs) {
    self.catalogs = catalogs
  }

  /// The sections by the words that pick them.
  private static let moduleKinds: [ModuleKind] = [
    .planner, .predictor, .perception, .controller, .policy,
  ]

  /// All words that pick a section.
  public static var sectionNames: [String] {
    moduleKinds.map(\.rawValue) + ["metric", "template", "key", "importer"]
  }

  /// The catalog for people.
  ///
  /// - Parameter sections: which parts; all if empty.
  public func human(_ sections: [String]) -> String {
    func isShown(_ name: String) -> Bool { sections.isEmpty || sections.contains(name) }
    var text = ""
    for kind in CatalogText.moduleKinds where isShown(kind.rawValue) {
      text += "\(kind.rawValue)\n"
      for (index, schema) in (catalogs.schema.modules[kind] ?? []).enumerated() {
        text += module(schema, isStandard: index == 0 && kind != .policy)
      }
    }
    if isShown("metric") { text += metrics }
    if isShown("template") {
      text += "template\n"
      for template in MapTemplateCatalog.all {
        text += module(template.schema, isStandard: false)
        text += "      lanes: \(template.laneIDs)\n"
      }
    }
    if isShown("key") { text += keys }
    if isShown("importer") {
      text += "importer\n"
      for importer in catalogs.importers {
        let endings = importer.extensions.map { "." + $0 }.joined(separator: " ")
        text += "  \(importer.name) (\(endings))\n"
      }
    }
    return text
  }

  private func module(_ schema: ModuleSchema, isStandard: Bool) -> String {
    var text = "  \(schema.name)\(isStandard ? " (default)" : ""): \(schema.summary)\n"
    var table = TextTable([
      ("      parameter", .left), ("default", .left), ("allowed", .left), ("", .left),
    ])
    for parameter in schema.parameters {
      let (standard, allowed) = parameter.kind.shown
      table.add(["      " + parameter.name, standard, allowed, parameter.summary])
    }
    if !schema.parameters.isEmpty { text += table.text }
    for partner in schema.partners {
      let exception = partner.unless.map { ", unless \($0) is set" } ?? ""
      text += "      goes with the \(partner.kind.rawValue) \(partner.name)\(exception)\n"
    }
    return text
  }

  private var metrics: String {
    var text = "metric (multipliers and weights of each profile)\n"
    for profile in MetricProfile.all {
      text += "  profile \(profile.name): \(profile.summary)\n"
    }
    var header: [(String, TextTable.Alignment)] = [("  metric", .left)]
    header += MetricProfile.all.map { ($0.name, .left) }
    var table = TextTable(header + [("", .left)])
    for entry in MetricCatalog.entries {
      let roles = MetricProfile.all.map { profile in
        let role = entry.role(in: profile)
        return role.weight.map { "weight \($0.fixed(0))" } ?? role.name
      }
      table.add(["  " + entry.schema.name] + roles + [entry.schema.summary])
    }
    return text + table.text
  }

  private var keys: String {
    var text = "key\n"
    for section in ScenarioKeys.sections {
      text += "  \(section.path.isEmpty ? "the file" : section.path): \(section.summary)\n"
      var table = TextTable([
        ("      key", .left), ("value", .left), ("without it", .left), ("", .left),
      ])
      for key in section.keys {
        let presence =
          switch key.presence {
          case .required: "required"
          case .optional: ""
          case .standard(let text): text
          }
        table.add(["      " + key.name, key.form, presence, key.summary])
      }
      text += table.text
    }
    return text
  }

  /// The catalog for programs: modules by kind with their parameters, metrics with their roles.
  public func json(_ sections: [String]) -> String {
    func isShown(_ name: String) -> Bool { sections.isEmpty || sections.contains(name) }
    var parts: [(String, JSONText.Value)] = []
    for kind in CatalogText.moduleKinds where isShown(kind.rawValue) {
      parts.append(
        (kind.rawValue, .array((catalogs.schema.modules[kind] ?? []).map { .object(value($0)) })))
    }
    if isShown("metric") {
      parts.append(
        (
          "metric",
          .array(
            MetricCatalog.entries.map { entry in
              .object(
                value(entry.schema)
                  + MetricProfile.all.map { profile in
                    let role = entry.role(in: profile)
                    return (profile.name, role.weight.map { .number($0) } ?? .text(role.name))
                  })
            })
        ))
    }
    if isShown("template") {
      parts.append(
        ("template", .array(MapTemplateCatalog.all.map { .object(value($0.schema)) })))
    }
    if isShown("importer") {
      parts.append(("importer", .array(catalogs.importers.map { .text($0.name) })))
    }
    var text = JSONText()
    text.raw("{")
    for (index, part) in parts.enumerated() {
      text.raw(index == 0 ? "\n  " : ",\n  ")
      text.value(.text(part.0))
      text.raw(": ")
      text.value(part.1)
    }
    text.raw("\n}\n")
    return text.text
  }

  private func value(_ schema: ModuleSchema) -> [(String, JSONText.Value)] {
    [
      ("name", .text(schema.name)), ("summary", .text(schema.summary)),
      (
        "parameters",
        .array(
          schema.parameters.map { parameter in
            let (standard, allowed) = parameter.kind.shown
            return .object([
              ("name", .text(parameter.name)), ("default", .text(standard)),
              ("allowed", .text(allowed)), ("summary", .text(parameter.summary)),
            ])
          })
      ),
    ]
  }
}
