import SimCore
import Testing

/// Parameters of a module: defaults, overrides, and what counts as equal.
@Suite struct ParameterValuesTests {
  private let schema = ModuleSchema(
    "idm", "Intelligent driver model.",
    parameters: [
      ParameterSchema("headway", .number(default: 1.5, in: 0.1...5, dimension: .time), "Time gap."),
      ParameterSchema("lanes", .integer(default: 3, in: 1...8), "Lanes looked at."),
      ParameterSchema("reverse", .flag(default: false), "May reverse."),
      ParameterSchema("style", .choice(default: "calm", among: ["calm", "assertive"]), "Style."),
      ParameterSchema("label", .text(default: ""), "Shown in the report."),
    ])

  @Test func defaultsAreComplete() {
    let values = ParameterValues(schema)
    #expect(values.number("headway") == 1.5)
    #expect(values.integer("lanes") == 3)
    #expect(values.flag("reverse") == false)
    #expect(values.text("style") == "calm")
    #expect(values.text("label") == "")
    #expect(values.entries.map(\.name) == ["headway", "lanes", "reverse", "style", "label"])
  }

  @Test func overridesReplaceSingleValuesAndKeepTheOrder() {
    let values = ParameterValues(
      schema, overriding: ["style": .text("assertive"), "headway": .number(0.8)])
    #expect(values.number("headway") == 0.8)
    #expect(values.text("style") == "assertive")
    #expect(values.integer("lanes") == 3)
    #expect(values.entries.map(\.name) == ["headway", "lanes", "reverse", "style", "label"])
  }

  @Test func valuesAreReplacedInOneCopyOnly() {
    let values = ParameterValues(schema)
    var changed = values
    changed.set("headway", .number(0.7))
    changed.set("label", .text("first"))
    changed.set("label", .text("second"))
    changed.set("lanes", .integer(-7))
    changed.set("reverse", .flag(true))
    #expect(values == ParameterValues(schema))
    #expect(changed.number("headway") == 0.7)
    #expect(changed.integer("lanes") == -7)
    #expect(changed.flag("reverse"))
    #expect(changed.text("style") == "calm")
    #expect(changed.text("label") == "second")
    #expect(ParameterValues(entries: changed.entries) == changed)
  }

  @Test func valuesMadeFromEachOtherTellWhetherOnlyOneDiffers() {
    let values = ParameterValues(schema)
    let slow = values.with("headway", .number(2))
    let slower = values.with("headway", .number(3))
    let wide = values.with("lanes", .integer(5))
    let slowAndWide = slow.with("lanes", .integer(5))
    #expect(slow.differs(from: slower, onlyIn: "headway"))
    #expect(slow.differs(from: values, onlyIn: "headway"))
    #expect(values.differs(from: slow, onlyIn: "headway"))
    #expect(values.differs(from: values, onlyIn: "headway"))
    #expect(slowAndWide.differs(from: wide, onlyIn: "headway"))
    #expect(!slow.differs(from: slower, onlyIn: "lanes"))
    #expect(!slowAndWide.differs(from: slow, onlyIn: "headway"))
    #expect(!slow.differs(from: slowAndWide, onlyIn: "headway"))
    #expect(!wide.differs(from: values.with("lanes", .integer(6)), onlyIn: "headway"))
    // Equal, but not made from each other: that is not looked for.
    #expect(!values.differs(from: ParameterValues(schema), onlyIn: "headway"))
  }

  @Test func equalityIsByNamesAndValues() {
    let plain = ParameterValues(schema)
    let restated = ParameterValues(schema, overriding: ["headway": .number(1.5)])
    let changed = ParameterValues(schema, overriding: ["headway": .number(1.6)])
    #expect(plain == restated)
    #expect(plain.hashValue == restated.hashValue)
    #expect(plain != changed)
    #expect(ModuleChoice(schema) == ModuleChoice(name: "idm", parameters: restated))
    #expect(ModuleChoice(schema) != ModuleChoice(name: "mobil", parameters: restated))
  }

  @Test func valuesMadeFromOthersDifferInOne() {
    let common = ParameterValues(schema, overriding: ["label": .text("crowd")])
    var values = common.with("headway", .number(2)).with("headway", .number(0.9))
    #expect(values.number("headway") == 0.9)
    #expect(values.text("label") == "crowd")
    #expect(common.number("headway") == 1.5)
    let written = ParameterValues(
      schema, overriding: ["label": .text("crowd"), "headway": .number(0.9)])
    #expect(values == written)
    #expect(values.hashValue == written.hashValue)
    #expect(values != common)
    values.set("headway", .number(1.5))
    #expect(values.number("headway") == 1.5)
    #expect(values == common)
  }

  @Test func catalogFindsModulesByKindAndName() {
    let catalog = CatalogSchema(modules: [.planner: [schema]])
    #expect(catalog.module(.planner, "idm") == schema)
    #expect(catalog.module(.planner, "idn") == nil)
    #expect(catalog.module(.policy, "idm") == nil)
  }
}
