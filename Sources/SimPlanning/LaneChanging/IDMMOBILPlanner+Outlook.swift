import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld

/// What driving on a lane would be like.
struct LaneOutlook {
  var gaps: LaneGaps
  /// The ego's acceleration on it, m/s^2.
  var own: Double
  /// Of the one behind: its acceleration without the ego and with it, m/s^2.
  var follower: (before: Double, after: Double)?
}

// What MOBIL asks about: accelerations by the model before and after a change.
extension IDMMOBILPlanner {
  /// The view along a way from a place on its line, metres.
  func outlook(along way: LaneWay, at s: Double, _ scene: Scene) -> LaneOutlook {
    let speed = max(scene.ego.velocity.x, 0)
    let limit =
      setup.map.lanes[way.route.lanes[way.route.laneIndex(at: s)]].speedLimit
      ?? max(values.fallbackSpeed, speed)
    let gaps = LaneGaps(along: way.line, at: s, scene, reach: Self.reach)
    let own = acceleration(of: speed, desired: limit, behind: gaps.leader)
    guard let follower = gaps.follower else { return LaneOutlook(gaps: gaps, own: own) }
    let theirs = max(follower.speed, 0)
    let length = scene.vehicle.length
    // Without the ego it would follow whom the ego follows.
    let leader = gaps.leader.map {
      LaneGaps.Other(track: $0.track, gap: $0.gap + length + follower.gap, speed: $0.speed)
    }
    let ego = LaneGaps.Other(track: -1, gap: follower.gap, speed: speed)
    let desired = max(limit, theirs)
    return LaneOutlook(
      gaps: gaps, own: own,
      follower: (
        acceleration(of: theirs, desired: desired, behind: leader),
        acceleration(of: theirs, desired: desired, behind: ego)
      ))
  }

  /// Others are looked for this far, metres.
  private static let reach = 150.0

  private func acceleration(
    of speed: Double, desired: Double, behind leader: LaneGaps.Other?
  ) -> Double {
    var law = law
    law.desiredSpeed = max(desired, 0.1)
    return law.acceleration(
      speed: speed, gap: leader?.gap ?? .infinity, leadSpeed: leader?.speed ?? speed,
      emergency: values.hardest)
  }

  /// Whether nobody has to brake harder than is safe; the nearer the last place for the change, the
  /// harder that may be. The ego itself may where it would have to brake as hard without a change.
  func isSafe(_ own: LaneOutlook, _ new: LaneOutlook, urgency: Double?) -> Bool {
    var mobil = values.mobil
    if let urgency {
      mobil.safeDeceleration += (values.urgentDeceleration - mobil.safeDeceleration) * urgency
    }
    return mobil.isSafe(
      MOBIL.Outlook(
        own: own.own, ownAfter: new.own < own.own ? new.own : 0,
        newFollower: new.follower?.before ?? 0, newFollowerAfter: new.follower?.after ?? 0))
  }

  /// All that MOBIL weighs.
  func mobilOutlook(
    _ own: LaneOutlook, _ new: LaneOutlook, _ scene: Scene
  ) -> MOBIL.Outlook {
    MOBIL.Outlook(
      own: own.own, ownAfter: new.own, newFollower: new.follower?.before ?? 0,
      newFollowerAfter: new.follower?.after ?? 0, oldFollower: own.follower?.after ?? 0,
      oldFollowerAfter: own.follower?.before ?? 0)
  }
}

/// Whether a plan keeps clear of all who are there, as long as they go straight on; who brakes is
/// taken to go on braking.
struct PlanClearance {
  private let scene: Scene

  /// Kept to the sides and to the ends of others, metres.
  private static let aside = 0.2
  private static let ahead = 1.0
  /// The ego's box is moved on straight by these times too, s: no collision may be that near.
  private static let lookAheads = [0, 0.5, 1.0]

  init(_ scene: Scene) { self.scene = scene }

  /// How far somebody gets in a time, metres: on at its speed, or to standstill if it brakes.
  private static func way(_ speed: Double, _ acceleration: Double, _ time: Double) -> Double {
    guard speed > 0, acceleration < 0 else { return speed * time }
    let braked = min(time, -speed / acceleration)
    return braked * (speed + 0.5 * acceleration * braked)
  }

  /// - Parameter horizon: how much of the plan is looked at, s.
  func isClear(_ plan: Trajectory, for horizon: Double) -> Bool {
    let vehicle = scene.vehicle
    let now = scene.ego.timeMicroseconds
    let here = scene.ego.centre(vehicle).position
    let reach = 60 + 2 * horizon * max(scene.ego.speed, 10)
    for track in scene.tracks {
      var other = track.box
      guard (other.centre - here).lengthSquared < reach * reach else { continue }
      // Who is behind is asked for by how hard it has to brake.
      let isBehind = (other.centre - here).dot(scene.ego.pose.direction) < -vehicle.length / 2
      if isBehind { continue }
      other.halfWidth += Self.aside
      other.halfLength += Self.ahead
      let speed = track.agentClass.isObject ? 0 : track.speed
      for point in plan.points {
        let time = Double(point.timeMicroseconds - now) / 1_000_000
        if time > horizon { break }
        for ahead in Self.lookAheads {
          let centre = point.pose.advanced(
            by: vehicle.rearAxleToCentre + ahead * max(point.speed, 0))
          let box = OrientedBox(pose: centre, length: vehicle.length, width: vehicle.width)
          other.centre =
            track.box.centre
            + track.box.direction * Self.way(speed, track.acceleration, time + ahead)
          if (other.centre - box.centre).length > box.radius + other.radius { continue }
          if box.overlaps(other) { return false }
        }
      }
    }
    return true
  }
}
