import SimGeometry

/// The bends of a lane: stretches with what their curvature does to speed.
struct LaneBends: Hashable, Sendable {
  struct Bend: Hashable, Sendable {
    /// Arc lengths, metres.
    var start: Double
    var end: Double
    /// 1 / sqrt(curvature): the speed there is this times the root of the lateral acceleration.
    var ease: Double
  }

  /// Apart from each other, ascending.
  private(set) var bends: [Bend] = []

  /// Heading changes are taken over this distance either way, metres, so that the noise of a
  /// surveyed line is no bend.
  static let window = 3.0
  /// Flatter bends do not count, 1/m: 1 m/s^2 at 32 m/s.
  static let flattest = 1e-3
  /// Neighbouring stretches are joined if their `ease` differs by less than this share.
  static let likeness = 0.15

  init(_ line: Polyline) {
    let n = line.vertices.count
    guard n > 2 else { return }
    let s = line.arcLengths
    var behind = 0
    var ahead = 0
    for i in 1..<(n - 1) {
      while s[behind + 1] <= s[i] - LaneBends.window { behind += 1 }
      while ahead < n - 2 && s[ahead + 1] < s[i] + LaneBends.window { ahead += 1 }
      let turn = (line.segmentHeadings[ahead] - line.segmentHeadings[behind]).magnitude
      let from = max(s[i] - LaneBends.window, 0)
      let to = min(s[i] + LaneBends.window, line.length)
      let curvature = turn / max(to - from, 0.1)
      guard curvature > LaneBends.flattest else { continue }
      add(
        Bend(
          start: max(0.5 * (s[i - 1] + s[i]), s[i] - LaneBends.window),
          end: min(0.5 * (s[i] + s[i + 1]), s[i] + LaneBends.window),
          ease: 1 / curvature.squareRoot()))
    }
  }

  private mutating func add(_ bend: Bend) {
    if let last = bends.last, bend.start - last.end < 0.5,
      (last.ease - bend.ease).magnitude < LaneBends.likeness * min(last.ease, bend.ease)
    {
      bends[bends.count - 1].end = bend.end
      bends[bends.count - 1].ease = min(last.ease, bend.ease)
    } else {
      bends.append(bend)
    }
  }
}
