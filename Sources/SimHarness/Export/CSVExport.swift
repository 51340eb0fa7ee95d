import SimCore
import SimStack
import SimWorld

/// An episode as a table (RFC 4180): a header, then one row for each agent that is there in each
/// tick, by tick and then in the order of the recording. Numbers are the shortest that read back to
/// the same bits.
enum CSVExport {
  /// The columns, in order; metres, radians, seconds; places are of box centres.
  static let columns = [
    "tick", "time_s", "agent", "class", "is_ego", "x_m", "y_m", "heading_rad", "speed_mps",
    "acceleration_mps2", "steering_rad", "length_m", "width_m", "indicator", "brake_light",
    "asked_acceleration_mps2", "asked_steering_rate_radps",
  ]

  static func text(_ record: EpisodeRecord) -> String {
    let (header, history) = (record.header, record.history)
    var isEgo = [Bool](repeating: false, count: history.agents)
    for ego in header.egos { isEgo[ego.agent] = true }
    let ids = header.ids.map(quoted)
    var text = columns.joined(separator: ",") + "\r\n"
    for tick in 0..<record.ticks {
      let time = number(header.clock.seconds(tick))
      for row in 0..<history.agents where history.present[history.slot(tick, row)] != 0 {
        let slot = history.slot(tick, row)
        let lights = record.lights(tick, row)
        text += "\(tick),\(time),\(ids[row]),\(header.classes[row].name),\(isEgo[row] ? 1 : 0)"
        for value in [
          history.x[slot], history.y[slot], history.heading[slot], history.speed[slot],
          history.acceleration[slot], history.steering[slot], header.lengths[row],
          header.widths[row],
        ] {
          text += "," + number(value)
        }
        text += "," + indicator(lights) + (lights.contains(.brake) ? ",1," : ",0,")
        text += number(history.commandAcceleration[slot])
        text += "," + number(history.commandSteeringRate[slot]) + "\r\n"
      }
    }
    return text
  }

  private static func indicator(_ lights: VehicleLights) -> String {
    switch (lights.contains(.left), lights.contains(.right)) {
    case (true, true): "both"
    case (true, false): "left"
    case (false, true): "right"
    case (false, false): ""
    }
  }

  private static func number(_ value: Double) -> String {
    let digits = value.description
    return digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }

  /// A field, in quotes if it has to be.
  static func quoted(_ field: String) -> String {
    let special: Set<Unicode.Scalar> = [",", "\"", "\n", "\r"]
    return field.unicodeScalars.contains { special.contains($0) }
      ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }
}
