import SimGeometry
import SimStack
import SimWorld

/// Who is next on a lane, before and behind a place on it.
struct LaneGaps {
  /// Somebody on the lane.
  struct Other {
    var track: Int
    /// From bumper to bumper, metres.
    var gap: Double
    /// Along the lane, m/s.
    var speed: Double
  }

  var leader: Other?
  var follower: Other?
  /// Somebody is beside the place: there is no gap.
  var isBlocked = false
  /// Somebody on foot is on the lane ahead, or close to it.
  var hasWalker = false

  /// What reaches so far into the strip of the ego's width counts as on the lane, metres.
  private static let margin = 0.2
  /// Walkers this close to the lane may step onto it, metres.
  private static let walkerReach = 5.0

  /// - Parameters:
  ///   - s: arc length of the ego's centre on the lane's line, metres.
  ///   - reach: how far ahead and behind others are looked for, metres.
  init(along line: Polyline, at s: Double, _ scene: Scene, reach: Double) {
    let half = scene.vehicle.length / 2
    let here = scene.ego.centre(scene.vehicle).position
    let square = (reach + 30) * (reach + 30)
    for (index, track) in scene.tracks.enumerated()
    where (track.box.centre - here).lengthSquared < square {
      let place = line.project(track.box.centre, near: s, window: reach + 30)
      let direction = line.directions[Int(place.segment)]
      let aside = place.distance - track.box.halfExtent(along: direction.left)
      let ahead = place.s - s
      if track.agentClass == .pedestrian, ahead > -10, ahead < reach,
        aside < scene.vehicle.width / 2 + Self.walkerReach
      {
        hasWalker = true
      }
      guard aside < scene.vehicle.width / 2 + Self.margin else { continue }
      let gap = ahead.magnitude - half - track.box.halfExtent(along: direction)
      let speed =
        track.agentClass.isObject ? 0 : track.speed * track.box.direction.dot(direction)
      if gap < 0 {
        isBlocked = true
      } else if ahead > 0 {
        if gap < leader?.gap ?? reach { leader = Other(track: index, gap: gap, speed: speed) }
      } else if gap < follower?.gap ?? reach {
        follower = Other(track: index, gap: gap, speed: speed)
      }
    }
  }
}
