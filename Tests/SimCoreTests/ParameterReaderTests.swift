import SimCore
import Testing

/// Values are the same whether they are read in the order of the schema or in any other.
@Suite struct ParameterReaderTests {
  private static let schema = ModuleSchema(
    "law", "A law.",
    parameters: [
      ParameterSchema("gap", .number(default: 2, in: 0...9, dimension: .length), "Gap."),
      ParameterSchema("centre", .flag(default: true), "Centres."),
      ParameterSchema("style", .choice(default: "calm", among: ["calm", "hasty"]), "Style."),
      ParameterSchema("time", .number(default: 1.5, in: 0...9, dimension: .time), "Headway."),
    ])

  @Test func anyOrderGivesTheSame() {
    let values = ParameterValues(Self.schema, overriding: ["time": .number(1)])
      .with("centre", .flag(false))
    var reader = ParameterReader(values)
    let gap = reader.number("gap")
    let centres = reader.flag("centre")
    let style = reader.text("style")
    let time = reader.number("time")
    #expect(gap == 2 && !centres && style == "calm" && time == 1)
    // Back to the start, one twice, and one backwards.
    let gapAgain = reader.number("gap")
    let timeAgain = [reader.number("time"), reader.number("time")]
    let centresAgain = reader.flag("centre")
    #expect(gapAgain == 2 && timeAgain == [1, 1] && !centresAgain)
  }
}
