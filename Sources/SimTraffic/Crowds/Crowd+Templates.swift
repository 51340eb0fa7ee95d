import SimCore

extension Crowd {
  /// Every shipped map template, with its default parameters and with tight ones; dense.
  ///
  /// On closed maps vehicles go round; on open ones new ones come in at the borders for those that
  /// leave at the other ends.
  public static let templates: [Crowd] =
    [
      Crowd("straight", 12, inflow: 900),
      Crowd("straight", 12, inflow: 1_200, ["lane_width": .number(2.8), "length": .number(300)]),
      Crowd("two_way", 20, inflow: 800),
      Crowd("two_way", 12, inflow: 1_000, ["lane_width": .number(2.8), "length": .number(200)]),
      Crowd("curve", 8, inflow: 700, ["two_way": .flag(true)]),
      Crowd("curve", 8, inflow: 600, ["two_way": .flag(true), "radius": .number(12)]),
      Crowd("s_curve", 8, inflow: 700, ["two_way": .flag(true)]),
      Crowd("s_curve", 8, inflow: 600, ["two_way": .flag(true), "radius": .number(14)]),
      Crowd("highway", 24, inflow: 900, ["on_ramp": .flag(true), "off_ramp": .flag(true)]),
      Crowd(
        "highway", 24, inflow: 1_200,
        [
          "on_ramp": .flag(true), "off_ramp": .flag(true), "lane_width": .number(3),
          "acceleration_length": .number(60), "taper": .number(25),
        ]),
      Crowd("lane_drop", 12, inflow: 700),
      Crowd("lane_drop", 12, inflow: 900, ["taper": .number(20), "narrow_width": .number(2.8)]),
      Crowd("t_junction", 12, inflow: 400),
      Crowd("t_junction", 12, inflow: 500, ["corner_radius": .number(4)]),
      Crowd("four_way", 16, inflow: 400),
      Crowd(
        "four_way", 16, inflow: 300, ["corner_radius": .number(4), "control": .text("priority")]),
      Crowd("four_way", 16, inflow: 300, ["control": .text("all_way_stop")]),
      Crowd("four_way", 16, inflow: 300, ["control": .text("uncontrolled")]),
      Crowd("four_way", 16, inflow: 300, ["control": .text("stop"), "lanes": .integer(2)]),
      Crowd("roundabout", 16, inflow: 300),
      Crowd("roundabout", 12, inflow: 250, ["radius": .number(15), "entry_radius": .number(8)]),
      Crowd("roundabout", 24, inflow: 250, ["lanes": .integer(2), "radius": .number(30)]),
      Crowd("parking_lot", 6, inflow: 100),
      Crowd("parking_lot", 6, inflow: 100, ["aisle_width": .number(5)]),
      Crowd("ring", 40),
      Crowd("ring", 30, ["circumference": .number(300), "lanes": .integer(2)]),
    ]
    + ["signals", "priority", "stop", "uncontrolled", "all_way_stop"].flatMap { control in
      [
        Crowd(
          "urban_grid", 60, ["control": .text(control), "borders": .text("closed")]),
        Crowd(
          "urban_grid", 40,
          [
            "control": .text(control), "borders": .text("closed"), "block": .number(80),
            "corner_radius": .number(4),
          ]),
        Crowd(
          "urban_grid", 100,
          ["control": .text(control), "borders": .text("closed"), "lanes": .integer(2)]),
      ]
    }

  /// Closed towns with people on their walks and crosswalks, with one lane each way and with two.
  public static let towns: [Crowd] =
    ["signals", "priority", "stop", "uncontrolled", "all_way_stop"].flatMap { control in
      [(1, 30), (2, 50)].map { lanes, vehicles in
        Crowd(
          "urban_grid", vehicles, walkers: 100,
          [
            "control": .text(control), "borders": .text("closed"), "lanes": .integer(lanes),
            "crosswalks": .flag(true), "sidewalks": .flag(true),
          ])
      }
    }

  /// Maps with lanes for bicycles, and many who ride there: narrow ones and such on which they pass
  /// each other, all kinds of control, and a town with walkers.
  public static let cycling: [Crowd] =
    [
      Crowd("straight", 12, inflow: 600, bicycles: 10, ["bicycle_lane": .number(1.5)]),
      Crowd("straight", 12, inflow: 600, bicycles: 14, ["bicycle_lane": .number(2.2)]),
      Crowd("two_way", 12, inflow: 500, bicycles: 20, ["bicycle_lane": .number(3)]),
    ]
    + ["priority", "stop", "signals", "uncontrolled", "all_way_stop"].flatMap { control in
      [
        Crowd(
          "t_junction", 10, inflow: 240, bicycles: 8,
          ["control": .text(control), "bicycle_lane": .number(1.5)]),
        Crowd(
          "four_way", 12, inflow: 240, bicycles: 12,
          ["control": .text(control), "bicycle_lane": .number(2)]),
        Crowd(
          "four_way", 12, inflow: 200, bicycles: 12,
          [
            "control": .text(control), "bicycle_lane": .number(1), "lanes": .integer(2),
            "corner_radius": .number(4),
          ]),
        Crowd(
          "urban_grid", 40, bicycles: 40,
          [
            "control": .text(control), "borders": .text("closed"), "bicycle_lane": .number(1.85),
          ]),
      ]
    }
    + [
      Crowd(
        "urban_grid", 30, walkers: 60, bicycles: 30,
        [
          "borders": .text("closed"), "crosswalks": .flag(true), "sidewalks": .flag(true),
          "bicycle_lane": .number(2),
        ])
    ]

  /// All of them: those without walkers first, those with bicycles last. Their numbers are their
  /// places here.
  public static let all = templates + towns + cycling

  private init(
    _ template: String, _ vehicles: Int, inflow: Double = 0, walkers: Int = 0, bicycles: Int = 0,
    _ settings: KeyValuePairs<String, ParameterValues.Value> = [:]
  ) {
    self.init(
      template: template, settings: settings.map { ($0.key, $0.value) }, vehicles: vehicles,
      inflow: inflow, seconds: 120, seed: 1,
      walkers: walkers, bicycles: bicycles)
  }
}
