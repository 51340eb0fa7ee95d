import SimGeometry

/// A sidewalk or a crosswalk as a lane: walked either way, whatever its direction.
enum WalkStrip {
  /// Clear width of a sidewalk, metres: the regular one of RASt 06, which two pairs pass.
  static let width = 2.5
  /// From the kerb to the middle of a sidewalk, metres.
  static let middle = 0.5 * width

  /// The id of the sidewalk on the right of a road.
  static func id(beside road: String) -> String { "\(road)_walk" }

  /// The draft of a walk along some points, with the road on its left.
  static func sidewalk(
    _ id: String, along points: [Vector2], after last: [String] = [], before next: [String] = []
  ) -> LaneDraft {
    LaneDraft(
      id, kind: .sidewalk,
      shape: .centred(points, widths: [Double](repeating: width, count: points.count)),
      leftMarking: .curb, rightMarking: .none, predecessors: last, successors: next, segment: id)
  }

  /// The draft of a crosswalk between the middles of two sidewalks.
  static func crosswalk(
    _ id: String, from start: Vector2, to end: Vector2, width: Double, after last: [String] = [],
    before next: [String] = []
  ) -> LaneDraft {
    LaneDraft(
      id, kind: .crosswalk, shape: .centred([start, end], widths: [width, width]),
      leftMarking: .none, rightMarking: .none, predecessors: last, successors: next, segment: id)
  }
}
