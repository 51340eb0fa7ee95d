import SimCore
import SimGeometry
import SimMap

/// What of a map decides how fast one goes and for whom one waits, looked up once.
struct ForecastRules: Sendable {
  /// Distance between the places at which speeds are known, metres.
  static let spacing = 2.0
  /// Lateral acceleration that drivers allow themselves in bends, m/s^2.
  private static let lateral = 2.5
  /// Over so many metres to either side a bend is measured, and straighter ones are none, 1/m.
  private static let span = 2.0, straight = 1e-3

  /// First entry of each lane in `caps`, and the end of them all.
  private var offsets: [Int] = [0]
  /// Speed by the lane's limit and its bends every `spacing` metres, m/s; infinite: none.
  private var caps: [Double] = []
  /// By lane the lanes that it gives way to.
  private(set) var yieldsTo: [[Int]]
  /// By lane how much it turns, radians, left positive; 0 outside of junctions.
  private(set) var turns: [Double] = []

  init(_ map: LaneGraph) {
    yieldsTo = Array(repeating: [], count: map.lanes.count)
    for rule in map.priorities { yieldsTo[rule.yielding].append(rule.priority) }
    for lane in map.lanes {
      let line = lane.centreline
      let limit = lane.speedLimit ?? .infinity
      if lane.kind.isDrivable {
        for k in 0...Int(line.length / Self.spacing) {
          let s = Double(k) * Self.spacing
          let (from, to) = (max(s - Self.span, 0), min(s + Self.span, line.length))
          let turn = ExactMath.wrapAngle(
            line.smoothHeading(at: to) - line.smoothHeading(at: from))
          let curvature = turn.magnitude / max(to - from, 0.1)
          let bend =
            curvature > Self.straight ? (Self.lateral / curvature).squareRoot() : .infinity
          caps.append(min(limit, bend))
        }
      }
      offsets.append(caps.count)
      turns.append(lane.isConnector ? LaneFollowingPredictor.turn(line) : 0)
    }
  }

  /// The speed that a lane allows at a place of it, m/s; infinite: any.
  func cap(_ lane: Int, at s: Double) -> Double {
    let (first, end) = (offsets[lane], offsets[lane + 1])
    guard first < end else { return .infinity }
    return caps[min(first + max(0, Int(s / Self.spacing)), end - 1)]
  }
}
