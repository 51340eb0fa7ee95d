import SimCore

/// A range of angles from one counter-clockwise to another, which may run through the back.
struct AngleInterval: Hashable, Sendable {
  /// Where it begins, rad.
  var lower: Double
  /// How far it runs counter-clockwise, in 0...2 pi.
  var width: Double

  /// The range from one angle to another: `3...-3` is the short way through pi. An end that lies
  /// 2 pi or more after the start makes the whole circle.
  init(from lower: Double, to upper: Double) {
    self.lower = lower
    var width = upper - lower
    if width < 0 { width -= (width / (2 * .pi)).rounded(.down) * 2 * .pi }
    self.width = min(width, 2 * .pi)
  }

  /// Whether an angle lies in the range, whatever its number of turns.
  func contains(_ angle: Double) -> Bool {
    var offset = angle - lower
    offset -= (offset / (2 * .pi)).rounded(.down) * 2 * .pi
    return offset <= width
  }
}
