public import SimCore

/// The documentation of the scenario format: every key of every kind of mapping.
///
/// The decoders read the same sections and refuse every key that is not in them, so the table is
/// complete by construction.
public enum ScenarioKeys {
  /// In the order in which a reader wants to meet them.
  public static let sections: [ScenarioSection] = [
    .scenario, .map, .road, .roadPiece, .connection, .ego, .vehicle, .every, .goal, .agent, .fleet,
    .flow, .bounds, .event, .condition, .between, .eventPlace, .eventSpeed, .stands, .signalState,
    .action,
  ]

  /// The whole format as a page of Markdown.
  ///
  /// - Parameter templates: the map templates with their parameters.
  public static func markdown(templates: [ModuleSchema]) -> String {
    var lines = [preamble]
    for section in sections {
      lines += ["", "## " + (section.path.isEmpty ? "The file" : "`\(section.path)`"), ""]
      lines += [section.summary, "", "| key | value | without it | meaning |", "|---|---|---|---|"]
      lines += section.keys.map { key in
        let presence =
          switch key.presence {
          case .required: "**required**"
          case .optional: ""
          case .standard(let text): text
          }
        return "| `\(key.name)` | \(key.form) | \(presence) | \(key.summary) |"
      }
      if !section.planned.isEmpty {
        let names = section.planned.map { "`\($0)`" }.joined(separator: ", ")
        lines += ["", "Planned, and refused until then: \(names)."]
      }
    }
    lines += ["", "## Map templates"]
    for template in templates {
      lines += ["", "### `\(template.name)`", "", template.summary + ".", ""]
      lines += ["| parameter | default | allowed | meaning |", "|---|---|---|---|"]
      lines += template.parameters.map { parameter in
        let (standard, allowed) = parameter.kind.shown
        return "| `\(parameter.name)` | \(standard) | \(allowed) | \(parameter.summary) |"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let preamble = """
    # Scenario files, version 1

    A scenario is one YAML document. This page is made from the tables that the reader itself uses;
    a test keeps it up to date.

    - Quantities are SI numbers, or carry a unit: `28`, `50 km/h`, `60 deg`, `1.5 s`. Units:
      \(Quantity.unitNames.map { "`\($0)`" }.joined(separator: " ")).
    - Numbers are decimal (`3`, `-0.5`, `1e3`); quoted ones are text; hexadecimal, octal, infinite
      and NaN are refused, and so are `yes` and `no` for `true` and `false`.
    - Positions and `s` are those of the box centre; x points along the road, y to its left,
      angles are counter-clockwise.
    - A module is a name, or a name with parameters: `idm` or `{idm: {headway: 1.2 s}}`;
      `simrun catalog` lists them.
    - A path (in `sweep` and in `--set`) leads to a value over keys, ids of list items and names
      of modules: `agents.cutter.speed`, `ego.planner.idm.headway`.
    - A sweep gives each path a list (`[26, 28]`), a range (`0..4`, `10..20 step 2.5 km/h`) or a
      distribution to draw from (`{normal: [28, 2 m/s], count: 5}`); all combinations are run, the
      last path varying fastest. Distributions: \(SweepDistribution.forms); `min` and `max` cut
      them off, `seed` draws other values. Those without `count` are drawn together, as often as
      `samples` of the sweep says. `simrun search` looks for the boundary between these ends.
    - `expect` bounds results by name: `score`, `outcome` (`completed`, `terminated`,
      `planner_failed`), every metric and what metrics count (`collisions_at_fault`). A number is
      to be met exactly, `{min: 0.6, max: 1}` holds both ends.
    - Anchors, aliases and merge keys (`<<`) work; tags (`!!float`) and several documents do not.

    Bounds: \(YAMLLimits.standard.bytes >> 20) MiB a file, \(YAMLLimits.standard.depth) levels,
    \(YAMLLimits.standard.nodes) values (aliases counted as often as used),
    \(YAMLLimits.standard.scalarBytes >> 10) KiB a text;
    \(NumberText.shown(ScenarioLimits.duration.upperBound)) s and \(ScenarioLimits.ticks) ticks an
    episode, \(ScenarioLimits.agents) agents, \(ScenarioLimits.egos) egos,
    \(ScenarioLimits.cells) combinations of a sweep; \(ScenarioLimits.events) events with
    \(ScenarioLimits.eventActions) actions; \(ScenarioLimits.roads) roads drawn in a
    scenario, each of \(ScenarioLimits.roadPieces) pieces and
    \(NumberText.shown(ScenarioLimits.roadLength)) m.
    """
}

extension ParameterSchema.Kind {
  /// Default and allowed values as one would write them.
  public var shown: (standard: String, allowed: String) {
    switch self {
    case .number(let value, let range, let dimension):
      (
        NumberText.shown(value, dimension),
        NumberText.shown(range.lowerBound) + " to " + NumberText.shown(range.upperBound, dimension)
      )
    case .integer(let value, let range):
      ("\(value)", "\(range.lowerBound) to \(range.upperBound)")
    case .flag(let value): ("\(value)", "true, false")
    case .choice(let value, let words): (value, words.joined(separator: ", "))
    case .text(let value): (value.isEmpty ? "none" : value, "text")
    case .command(let value): (value.isEmpty ? "none" : value, "list of texts, or one text")
    }
  }
}
