/// What this program and a planning program beside it say to each other, as tables.
///
/// The page `assets/python/PROTOCOL.md` is made from them; tests hold it to them, and them to
/// what is really sent.
enum PlannerProtocol {
  /// Rises with each change that an older program would not understand.
  static let version = 1

  /// A key of an object, or a column of a row.
  struct Field: Hashable, Sendable {
    /// As it is written.
    var name: String
    /// What kind of value it has, with its unit.
    var form: String
    /// What it says.
    var meaning: String

    init(_ name: String, _ form: String, _ meaning: String) {
      self.name = name
      self.form = form
      self.meaning = meaning
    }
  }

  /// A message, or an object within one.
  struct Table: Hashable, Sendable {
    /// Where it stands: `episode` for a message, `episode.map.lanes[]` for what is in one.
    var path: String
    /// Who says it, and when.
    var summary: String
    /// Its keys (columns) in the order in which they are written.
    var fields: [Field]
    /// It is a list of values in the order of `fields`, not an object.
    var isRow = false
  }

  /// What a planning program gets.
  static let told: [Table] = [
    Table(
      path: "hello", summary: "The first line. Answered by `hello`.",
      fields: [
        Field("type", "text", "`hello`"),
        Field("protocol", "whole number", "version of the protocol: \(version)"),
        Field("program", "text", "who asks"),
      ]),
    Table(
      path: "episode",
      summary: "A new episode begins, the one before is over. Answered by `ready`.",
      fields: [
        Field("type", "text", "`episode`"),
        Field(
          "seed", "whole number below 2^53", "for random numbers: the same for the same episode"),
        Field("step", "s", "length of a tick"),
        Field("ticks", "whole number", "ticks of the episode"),
        Field("vehicle", "object", "the vehicle to drive"),
        Field("map", "object", "the road; all indices count from 0"),
        Field("route", "object", "the way to drive"),
      ]),
    Table(
      path: "episode.vehicle", summary: "Body and chassis.",
      fields: [
        Field("length", "m", "of the box"), Field("width", "m", "of the box"),
        Field("wheelbase", "m", "between the axles"),
        Field("rear_axle_to_centre", "m", "from the rear axle to the centre of the box"),
        Field("max_steering", "rad", "largest tyre angle either way"),
      ]),
    Table(
      path: "episode.map", summary: "The whole map.",
      fields: [
        Field("name", "text", "its name"),
        Field("driving_side", "`right` or `left`", "the side that traffic keeps to"),
        Field("lanes", "list of objects", "all lanes, connectors and walks among them"),
        Field("segments", "list of lists of lanes", "parallel lanes, from left to right"),
        Field("junctions", "list of polygons", "where roads cross or merge"),
        Field("areas", "list of objects", "everything drivable"),
        Field("stop_lines", "list of objects", "where traffic waits"),
        Field("signals", "list of objects", "traffic lights, in the order of `plan.signals`"),
        Field("crosswalks", "list of polygons", "marked crossings"),
        Field("priorities", "list of `[lane, lane]`", "the first gives way to the second"),
      ]),
    Table(
      path: "episode.map.lanes[]", summary: "A lane; all lines run in driving direction.",
      fields: [
        Field("id", "text", "its name, as in scenario files"),
        Field(
          "kind", "text",
          "driving, ramp, bus, bicycle, sidewalk, crosswalk, shoulder, parking, restricted"),
        Field("centreline", "list of `[x, y]`", "its middle line"),
        Field("left_bound", "list of `[x, y]`", "its left edge"),
        Field("right_bound", "list of `[x, y]`", "its right edge"),
        Field("speed_limit", "m/s or null", "null: there is none"),
        Field("predecessors", "list of lanes", "lead into its start"),
        Field("successors", "list of lanes", "go on from its end"),
        Field("left", "lane or null", "beside its left bound"),
        Field("left_is_same_direction", "true or false", "that lane runs the same way"),
        Field("right", "lane or null", "beside its right bound"),
        Field("right_is_same_direction", "true or false", "that lane runs the same way"),
        Field("may_change_left", "true or false", "the line on its left may be crossed"),
        Field("may_change_right", "true or false", "the line on its right may be crossed"),
        Field("segment", "segment", "that it is part of"),
        Field("junction", "junction or null", "in which it lies"),
        Field("is_connector", "true or false", "it leads through a junction"),
        Field("stop_line", "stop line or null", "at which its traffic halts"),
        Field("signal", "signal or null", "that releases it"),
      ]),
    Table(
      path: "episode.map.areas[]", summary: "An area.",
      fields: [
        Field("kind", "road, junction, generic or parking", "what it is"),
        Field("polygon", "list of `[x, y]`", "its outline"),
      ]),
    Table(
      path: "episode.map.stop_lines[]", summary: "A stop line.",
      fields: [
        Field("rule", "stop, yield, signal or unspecified", "why one stops there"),
        Field("from", "`[x, y]`", "its left end"), Field("to", "`[x, y]`", "its right end"),
      ]),
    Table(
      path: "episode.map.signals[]", summary: "A traffic light.",
      fields: [
        Field("id", "text", "its name"), Field("lanes", "list of lanes", "that it releases"),
      ]),
    Table(
      path: "episode.route", summary: "The way to drive.",
      fields: [
        Field("lanes", "list of lanes", "in driving order; neighbours where a lane is changed"),
        Field("lane_starts", "list of m", "where on the centreline each of them begins"),
        Field(
          "centreline", "list of `[x, y]`",
          "the line to follow, from the start of the first lane to the end of the last"),
        Field("start", "m", "where on it the vehicle begins"),
        Field("goal", "m or null", "where on it the goal is; null: there is none"),
        Field("is_closed", "true or false", "its end is its start: one lap of a ring"),
      ]),
    Table(
      path: "plan", summary: "A tick: a plan is asked for. Answered by `plan`.",
      fields: [
        Field("type", "text", "`plan`"), Field("tick", "whole number", "since the start"),
        Field("time", "s", "since the start"), Field("ego", "object", "the vehicle to drive"),
        Field("tracks", "list of rows", "everything else that is perceived, by ascending id"),
        Field(
          "signals", "list of texts",
          "what each signal of the map shows: unknown, green, yellow, red, red_yellow, inactive"),
        Field("forecast", "object or null", "null unless the program wants forecasts"),
      ]),
    Table(
      path: "plan.ego", summary: "The vehicle's own state, of its **rear axle**.",
      fields: [
        Field("x", "m", ""), Field("y", "m", ""), Field("heading", "rad", ""),
        Field("speed", "m/s", "along the heading; negative: backwards"),
        Field("lateral_speed", "m/s", "to the left"),
        Field("acceleration", "m/s^2", "along the heading"),
        Field("lateral_acceleration", "m/s^2", "to the left"),
        Field("steering", "rad", "tyre angle, positive to the left"),
        Field("steering_rate", "rad/s", ""), Field("yaw_rate", "rad/s", ""),
        Field("yaw_acceleration", "rad/s^2", ""),
      ]),
    Table(
      path: "plan.tracks[]", summary: "A row about something perceived, of its **box centre**.",
      fields: [
        Field("id", "whole number", "stays with the same thing"),
        Field(
          "kind", "text",
          "car, truck, bus, motorcycle, bicycle, pedestrian, cone, barrier, construction_sign, "
            + "object"
        ),
        Field("x", "m", ""), Field("y", "m", ""), Field("heading", "rad", ""),
        Field("length", "m", ""), Field("width", "m", ""),
        Field("speed", "m/s", "along its heading; negative: backwards"),
        Field("acceleration", "m/s^2", "along its heading"),
        Field("lights", "whole number", "sum of 1 (left indicator), 2 (right), 4 (brake lights)"),
      ], isRow: true),
    Table(
      path: "plan.forecast", summary: "What the predictor of the scenario foresees.",
      fields: [
        Field("step", "s", "between points; the first one is one step from now"),
        Field("tracks", "list of ids", "ascending"),
        Field("probabilities", "list of lists", "`[track][mode]`"),
        Field("points", "list of lists", "`[track][mode][step]`, each `[x, y, heading]`"),
      ]),
  ]

  /// What it answers.
  static let answered: [Table] = [
    Table(
      path: "hello", summary: "To `hello`.",
      fields: [
        Field("type", "text", "`hello`"),
        Field("protocol", "whole number", "version that the program speaks: \(version)"),
        Field("forecasts", "true or false", "it wants forecasts; may be left out"),
      ]),
    Table(
      path: "ready", summary: "To `episode`.", fields: [Field("type", "text", "`ready`")]),
    Table(
      path: "plan", summary: "To `plan`.",
      fields: [
        Field("type", "text", "`plan`"),
        Field("tick", "whole number", "that of the question"),
        Field("trajectory", "list of rows", "the way from now on, by ascending time"),
      ]),
    Table(
      path: "plan.trajectory[]",
      summary: "A row about a planned state, of the **rear axle**; 2 to 10,000 of them.",
      fields: [
        Field("time", "s", "from now; if the first is later than 0, the state now is put before"),
        Field("x", "m", ""), Field("y", "m", ""), Field("heading", "rad", ""),
        Field("speed", "m/s", "along the heading"),
        Field("acceleration", "m/s^2", "along the heading; may be left out in all rows"),
      ], isRow: true),
    Table(
      path: "error", summary: "To anything: the program cannot. The episode has failed.",
      fields: [
        Field("type", "text", "`error`"), Field("message", "text", "why, in one sentence"),
      ]),
  ]
}
