import SimCore
import SimGeometry
import SimWorld

/// Goes through the pairs of an episode, tick by tick.
struct SurrogateSearch {
  let agents: SurroundingAgents
  let motion: EgoMotion
  let step: Double
  let ticks: Int
  var paths: LanePaths
  var found: SurrogateSafety

  private let evasion: Evasion
  private let rule = SafeDistance()
  private let egoRadius: Double
  /// Rows within reach, all ticks in one array; those of a tick lie between two offsets.
  private var near: [Int32] = []
  private var offsets: [Int] = [0]
  private var ownPath: DrivenPath?
  /// By row.
  private var driven: [DrivenPath?]
  private var areas: [[ConflictArea]]
  /// Kinds of encounter that a row has been in, as bits.
  private var kinds: [UInt8]
  private var dangers: [DangerWatch]

  /// Since when RSS calls a pair dangerous, and what made it so.
  private struct DangerWatch {
    var since: Int?
    var wasNearAhead = false
    var isSideways = false
  }

  /// The ego in a tick, in the frame of the line that it drives along.
  private struct Own {
    var box: OrientedBox
    var speed: Double
    var velocity: Vector2
    var acceleration: Double
    var path: Polyline
    var s: Double
    var d: Double
    /// Half of its extent along the line and across it.
    var along: Double
    var across: Double
    /// Of the velocity along the line and to its left.
    var speedAlong: Double
    var speedLeft: Double
  }

  /// Another one in that frame.
  private struct Other {
    var row: Int
    var box: OrientedBox
    var speed: Double
    var velocity: Vector2
    var acceleration: Double
    var isAhead: Bool
    /// Between the two along the line and across it; negative where they overlap.
    var gap: Double
    var lateralGap: Double
    var isToTheLeft: Bool
    /// Of the angle between its heading and the line.
    var cosine: Double
    var speedAlong: Double
    var speedLeft: Double
    var stands: Bool
  }

  init(_ agents: SurroundingAgents, _ motion: EgoMotion, paths: LanePaths, step: Double) {
    self.agents = agents
    self.motion = motion
    self.paths = paths
    self.step = step
    ticks = min(motion.count, agents.history.ticks)
    found = SurrogateSafety(ticks: motion.count)
    var evasion = Evasion()
    let vehicle = motion.vehicle
    evasion.mostCurvature = ExactMath.tan(vehicle.maxSteering) / vehicle.wheelbase
    self.evasion = evasion
    egoRadius = 0.5 * Vector2(vehicle.length, vehicle.width).length
    let rows = agents.history.agents
    driven = [DrivenPath?](repeating: nil, count: rows)
    areas = [[ConflictArea]](repeating: [], count: rows)
    kinds = [UInt8](repeating: 0, count: rows)
    dangers = [DangerWatch](repeating: DangerWatch(), count: rows)
  }

  mutating func run(_ lanes: LaneSets) {
    findNear()
    findAreas()
    measureStays()
    for tick in 0..<ticks where offsets[tick] < offsets[tick + 1] {
      let own = own(tick, lanes)
      for index in offsets[tick]..<offsets[tick + 1] { look(tick, Int(near[index]), own) }
    }
    for (kind, _) in EncounterKind.allCases.enumerated() {
      found.encounterAgents[kind] = kinds.count { $0 & (1 << kind) != 0 }
    }
  }

  private mutating func findNear() {
    let history = agents.history
    near.reserveCapacity(ticks * 16)
    offsets.reserveCapacity(ticks + 1)
    let square = SurrogateSafety.range * SurrogateSafety.range
    let ego = agents.ego
    history.x.withUnsafeBufferPointer { x in
      history.y.withUnsafeBufferPointer { y in
        for tick in 0..<ticks {
          let centre = motion.boxes[tick].centre
          let base = history.slot(tick, 0)
          for row in 0..<history.agents {
            let dx = x[base + row] - centre.x
            let dy = y[base + row] - centre.y
            if dx * dx + dy * dy > square || row == ego || history.present[base + row] == 0 {
              continue
            }
            near.append(Int32(truncatingIfNeeded: row))
          }
          offsets.append(near.count)
        }
      }
    }
  }

  /// Conflict areas with all who ever come within reach.
  private mutating func findAreas() {
    guard let last = motion.boxes.last else { return }
    ownPath = DrivenPath(
      motion.boxes.map(\.centre), firstTick: 0, direction: last.direction,
      lastSpeed: motion.signedSpeed(motion.count - 1), length: motion.vehicle.length,
      width: motion.vehicle.width)
    guard let ownPath else { return }
    var isNear = [Bool](repeating: false, count: agents.history.agents)
    for row in near { isNear[Int(row)] = true }
    let history = agents.history
    var centres: [Vector2] = []
    for row in isNear.indices where isNear[row] && !agents.classes[row].isObject {
      centres.removeAll(keepingCapacity: true)
      guard let first = (0..<ticks).first(where: { history.present[history.slot($0, row)] != 0 })
      else { continue }
      var tick = first
      while tick < ticks, history.present[history.slot(tick, row)] != 0 {
        let slot = history.slot(tick, row)
        centres.append(Vector2(history.x[slot], history.y[slot]))
        tick += 1
      }
      let slot = history.slot(tick - 1, row)
      let path = DrivenPath(
        centres, firstTick: first, direction: agents.box(tick - 1, row).direction,
        lastSpeed: history.speed[slot], length: agents.lengths[row], width: agents.widths[row])
      guard let path else { continue }
      areas[row] = ConflictArea.between(ownPath, path, agent: row)
      if !areas[row].isEmpty { driven[row] = path }
    }
  }

  /// Post-encroachment as it happened.
  private mutating func measureStays() {
    for row in areas.indices {
      for area in areas[row] {
        guard
          let own = PostEncroachment.Stay(in: area, ticks: 0..<ticks, { motion.boxes[$0] }),
          let other = PostEncroachment.Stay(
            in: area, ticks: 0..<ticks,
            { tick in
              agents.history.present[agents.history.slot(tick, row)] == 0
                ? nil : agents.box(tick, row)
            }),
          let event = PostEncroachment(own, other, area: area, step: step)
        else { continue }
        found.postEncroachments.append(event)
      }
    }
  }

  private mutating func own(_ tick: Int, _ lanes: LaneSets) -> Own {
    let box = motion.boxes[tick]
    let speed = motion.signedSpeed(tick)
    let velocity = box.direction * speed
    var path = straight(box)
    if tick < lanes.count, let lane = paths.lane(lanes[tick]) {
      let ahead = paths.path(from: lane)
      let place = ahead.project(box.centre)
      // Who drives against a lane or across it does not follow it.
      if ahead.directions[Int(place.segment)].dot(box.direction) > EncounterKind.sameWay {
        path = ahead
      }
    }
    let place = path.project(box.centre)
    let along = path.directions[Int(place.segment)]
    return Own(
      box: box, speed: speed, velocity: velocity,
      acceleration: motion.states[tick].acceleration.x, path: path, s: place.s, d: place.d,
      along: box.halfExtent(along: along), across: box.halfExtent(along: along.left),
      speedAlong: velocity.dot(along), speedLeft: velocity.dot(along.left))
  }

  /// The line straight ahead of a box.
  private func straight(_ box: OrientedBox) -> Polyline {
    let reach = SurrogateSafety.range + 10
    return Polyline([box.centre - box.direction * 10, box.centre + box.direction * reach])
      ?? Polyline.unit
  }

  private mutating func look(_ tick: Int, _ row: Int, _ own: Own) {
    let slot = agents.history.slot(tick, row)
    let box = agents.box(tick, row)
    let speed = agents.speed(tick, row)
    let velocity = box.direction * speed
    let apart = (box.centre - own.box.centre).length - egoRadius - box.radius
    if apart < found.distance.values[tick] {
      found.distance.take(own.box.distance(to: box), tick, row)
    }
    lookAtContact(tick, row, own, box, velocity, apart)

    let place = own.path.project(
      box.centre, near: own.s, window: SurrogateSafety.range + 15)
    let along = own.path.directions[Int(place.segment)]
    let isBeyond = place.s >= own.path.length
    let reachAlong = box.halfExtent(along: along)
    let other = Other(
      row: row, box: box, speed: speed, velocity: velocity,
      acceleration: agents.history.acceleration[slot], isAhead: place.s > own.s && !isBeyond,
      gap: (place.s - own.s).magnitude - reachAlong - own.along,
      lateralGap: (place.d - own.d).magnitude - box.halfExtent(along: along.left) - own.across,
      isToTheLeft: place.d > own.d, cosine: box.direction.dot(along),
      speedAlong: velocity.dot(along), speedLeft: velocity.dot(along.left),
      stands: speed.magnitude <= FollowingMeasures.standstill)
    lookAlong(tick, own, other)
    lookAtSafeDistance(tick, own, other)
    lookAtAreas(tick, own, other)
  }

  /// Contact of the moving bodies, and what evades it.
  private mutating func lookAtContact(
    _ tick: Int, _ row: Int, _ own: Own, _ box: OrientedBox, _ velocity: Vector2, _ apart: Double
  ) {
    let relative = velocity - own.velocity
    let offset = box.centre - own.box.centre
    // Closing in at full relative speed they would not touch.
    if apart > 0, apart > relative.length * SurrogateSafety.horizon { return }
    if apart > 0.1, relative.dot(offset) >= 0 { return }
    let rearAxle = motion.states[tick].pose.position
    if Bearing(of: box.centre, from: rearAxle, along: own.box.direction) == .behind { return }
    let contact = own.box.sweptTimeToContact(
      box, velocity: own.velocity, otherVelocity: velocity, horizon: SurrogateSafety.horizon)
    if contact == .infinity { return }
    found.timeToCollision2D.take(contact, tick, row)
    guard contact < SurrogateSafety.evasionHorizon else { return }
    found.predictedDeltaV.take(0.5 * relative.length, tick, row)
    let left = own.box.direction.left
    found.requiredLateral.take(
      ThreatMeasures.requiredLateralAcceleration(
        offset: offset.dot(left), lateralSpeed: velocity.dot(left),
        clearance: own.box.halfWidth + box.halfExtent(along: left), time: contact), tick, row)
    // Who stands has nothing to brake or to steer.
    guard own.speed > FollowingMeasures.standstill else { return }
    let pair = Evasion.Pair(
      box: own.box, speed: own.speed, other: box, otherVelocity: velocity)
    let times = evasion.times(pair, contact: contact)
    found.timeToBrake.take(times.brake, tick, row)
    found.timeToSteer.take(times.steer, tick, row)
    found.timeToKickDown.take(times.kickDown, tick, row)
    found.timeToReact.take(times.react, tick, row)
  }

  /// Following and oncoming: what is on the ego's way.
  private mutating func lookAlong(_ tick: Int, _ own: Own, _ other: Other) {
    let row = other.row
    guard other.lateralGap < 0 else {
      if other.gap < 0, other.lateralGap < EncounterKind.besideWithin,
        other.cosine.magnitude > EncounterKind.sameWay
      {
        note(.adjacent, row)
      }
      return
    }
    guard other.isAhead else { return }
    let closing = own.speedAlong - other.speedAlong
    if other.stands || other.cosine > EncounterKind.sameWay {
      note(.following, row)
      let speed = max(own.speedAlong, 0)
      found.timeHeadway.take(
        FollowingMeasures.timeHeadway(gap: other.gap, speed: speed), tick, row)
      found.timeToCollision1D.take(
        FollowingMeasures.timeToCollision(gap: other.gap, closingSpeed: closing), tick, row)
      // Who stands does not brake any more.
      let theirs = other.stands ? max(other.acceleration, 0) : other.acceleration
      found.timeToCollisionAccelerated.take(
        FollowingMeasures.timeToCollision(
          gap: other.gap, closingSpeed: closing,
          closingAcceleration: (own.speed > 0 ? own.acceleration : 0) - theirs), tick, row)
      found.decelerationFollowing.take(
        FollowingMeasures.decelerationToAvoidCrash(gap: other.gap, closingSpeed: closing),
        tick, row)
      found.modifiedDeceleration.take(
        FollowingMeasures.modifiedDecelerationToAvoidCrash(gap: other.gap, closingSpeed: closing),
        tick, row)
      found.requiredDeceleration.take(
        -FollowingMeasures.requiredAcceleration(
          gap: other.gap, speed: speed, leaderSpeed: max(other.speedAlong, 0),
          leaderAcceleration: theirs), tick, row)
    } else if other.cosine < -EncounterKind.sameWay {
      note(.oncoming, row)
      found.timeToCollision1D.take(
        FollowingMeasures.timeToCollision(gap: other.gap, closingSpeed: closing), tick, row)
    }
  }

  /// RSS: the distance is unsafe along the road and across it at once. From then on, after the
  /// response time, the ego must brake, or keep away sideways if that is how it became dangerous.
  private mutating func lookAtSafeDistance(_ tick: Int, _ own: Own, _ other: Other) {
    let row = other.row
    guard other.isAhead || other.gap < 0, own.speed > FollowingMeasures.standstill else {
      dangers[row] = DangerWatch()
      return
    }
    let isOncoming = other.cosine < -EncounterKind.sameWay && !other.stands
    let safeGap =
      isOncoming
      ? rule.oncoming(speed: own.speedAlong, otherSpeed: -other.speedAlong)
      : rule.sameDirection(rearSpeed: own.speedAlong, frontSpeed: max(other.speedAlong, 0))
    // Sideways speeds of the left one to the right and of the right one to the left.
    let sway = other.isToTheLeft ? -other.speedLeft : own.speedLeft * -1
    let counter = other.isToTheLeft ? own.speedLeft : other.speedLeft
    let safeSide = rule.lateral(speed: sway, otherSpeed: counter)
    let isNearAhead = other.gap < safeGap
    guard isNearAhead, other.lateralGap < safeSide else {
      dangers[row] = DangerWatch(since: nil, wasNearAhead: isNearAhead, isSideways: false)
      return
    }
    if dangers[row].since == nil {
      dangers[row].isSideways = dangers[row].wasNearAhead
      dangers[row].since = tick
    }
    found.isDangerous[tick] = true
    guard let since = dangers[row].since,
      Double(tick - since) * step >= rule.responseTime - 1e-9
    else { return }
    let closesSideways = other.isToTheLeft ? own.speedLeft > 0.1 : own.speedLeft < -0.1
    let least = isOncoming ? rule.leastBrakingOnOwnSide : rule.leastBraking
    let responds =
      dangers[row].isSideways ? !closesSideways : own.acceleration <= -least
    if !responds { found.unsafeGap.take(safeGap - other.gap, tick, row) }
  }

  /// Crossing and merging: what both will do in a conflict area ahead.
  private mutating func lookAtAreas(_ tick: Int, _ own: Own, _ other: Other) {
    let row = other.row
    guard !areas[row].isEmpty, let ownS = ownPath?.arcLength(tick),
      let otherS = driven[row]?.arcLength(tick)
    else { return }
    let half = own.box.halfLength
    let otherHalf = other.box.halfLength
    for area in areas[row] {
      let mine = CrossingMeasures.Passage(
        toEnter: area.own.lowerBound - ownS - half, toExit: area.own.upperBound - ownS + half,
        speed: own.speed, acceleration: own.acceleration)
      let theirs = CrossingMeasures.Passage(
        toEnter: area.others.lowerBound - otherS - otherHalf,
        toExit: area.others.upperBound - otherS + otherHalf, speed: other.speed,
        acceleration: other.acceleration)
      // Somebody has passed already.
      if mine.exit == 0 || theirs.exit == 0 { continue }
      note(area.kind, row)
      found.predictedPostEncroachment.take(
        CrossingMeasures.postEncroachmentTime(mine, theirs), tick, row)
      if theirs.enter < mine.enter {
        found.decelerationCrossing.take(
          CrossingMeasures.decelerationToAvoidCrash(
            distance: area.own.lowerBound - ownS - half, speed: own.speed,
            clearsAfter: theirs.exit), tick, row)
      }
    }
  }

  private mutating func note(_ kind: EncounterKind, _ row: Int) {
    found.encounterTicks[kind.index] += 1
    kinds[row] |= 1 << UInt8(kind.index)
  }
}

extension Polyline {
  /// A metre along +x.
  fileprivate static let unit: Polyline = {
    guard let line = Polyline([.zero, Vector2(1, 0)]) else { preconditionFailure("a metre") }
    return line
  }()
}
