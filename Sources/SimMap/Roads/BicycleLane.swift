import SimCore

/// A lane for bicycles on the right of a road's own lanes, beyond a line that is not crossed
/// (StVO, sign 237 on the carriageway).
///
/// It is no drivable area of motor vehicles. At junctions it leads straight on and to the right;
/// who turns right beside it gives way to those who go straight on (StVO, section 9, paragraph 3).
public enum BicycleLane {
  /// Widths that are possible, metres: ERA 2010 has 1.85 m as the rule; 3 m is another lane.
  public static let widths = 1.0...3.0

  /// The id of the lane beside a road, or beside the connectors of a movement.
  static func id(beside road: String) -> String { "\(road)_bicycle" }
}

extension ParameterSchema {
  static let bicycleLane = ParameterSchema.length(
    "bicycle_lane", 0, 0...BicycleLane.widths.upperBound,
    "width of a lane for bicycles on the right of each direction, from 1 m; 0: there is none")
}

extension TemplateInput {
  /// Width of the lanes for bicycles, metres; 0: there are none.
  func bicycleLane() throws(MapBuildFailure) -> Double {
    let width = self["bicycle_lane"]
    if width > 0, width < BicycleLane.widths.lowerBound {
      throw MapBuildFailure(
        "a lane for bicycles is at least \(BicycleLane.widths.lowerBound) m wide, not \(width) m",
        parameter: "bicycle_lane")
    }
    return width
  }
}
