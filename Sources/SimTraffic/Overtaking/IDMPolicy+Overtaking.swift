import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

// Passing over the oncoming lane. A driver keeps to its path and moves beside it; to those who come
// towards it, it is an obstacle.
//
// It goes if the oncoming lane is free for as long as it needs: for the time until it is back (from
// its own law of acceleration) nobody who is seen comes to where it comes back, with 2 s to spare,
// and who may come from beyond what it sees could still brake softly. These are the parts of the
// passing sight distance of road design: the way of who passes, the way of who comes towards it in
// the same time, and a clearance (AASHTO, A Policy on Geometric Design of Highways and Streets).
extension IDMPolicy {
  enum PassingRoom {
    /// To the side of who is passed, and what will do, metres; of bicycles as the law wants.
    static let beside = (wanted: 0.8, least: 0.4)
    /// From the edges of the road, metres.
    static let edge = 0.2
    /// Behind the rear when it goes back: metres, and seconds at the speed of who is passed.
    static let behind = (metres: 4.0, seconds: 0.8)
    /// To who comes towards it: to begin, and to go on, seconds; and metres.
    static let oncoming = (begin: 2.0, goOn: 0.7, metres: 5.0)
    /// How hard somebody who is not seen yet may have to brake, m/s^2, and when, seconds.
    static let unseen = (braking: 2.0, reaction: 1.0)
    /// How hard one brakes so as to wait where there is room to pull out, m/s^2.
    static let holding = 4.0
    /// How far one sees on an open road, metres.
    static let sight = 700.0
    /// Who is together longer than this is not passed, metres.
    static let longest = 60.0
    /// Slower is slow: as a share of the desired speed, and by m/s.
    static let slow = (share: 0.75, less: 2.0)
    /// From the ends of stretches, metres.
    static let end = 10.0
  }

  /// Finds out where one may pass, if anybody does.
  mutating func prepareOvertaking(_ view: WorldView) {
    let lookers = rows.indices.filter { c in
      drivers[c].overtaking != .never && view.agents.classes[rows[c]].isVehicle
    }
    guard !lookers.isEmpty else { return }
    overtaking.opposite = tables.entries.map { opposite(of: Int($0.lane)) }
    guard overtaking.opposite.contains(where: { $0 != Car.none }) else { return }
    overtaking.stretches = tables.routes.map { stretches(of: $0) }
    overtaking.widths = map.lanes.map { $0.polygon.area / max($0.length, 0.01) }
    overtaking.states = cars.map { _ in Passing() }
    overtaking.lookers = lookers.map { Int32($0) }
    overtaking.active.reserveCapacity(lookers.count)
    overtaking.bodies.reserveCapacity(64)
  }

  /// The oncoming lane beside one, if it may be used to pass.
  private func opposite(of lane: Int) -> Int32 {
    let here = map.lanes[lane]
    guard let beside = here.left, !beside.isSameDirection, !here.isConnector,
      here.leftMarking == .dashed || here.leftMarking == .none,
      map.lanes[beside.lane].kind.isDrivable, !map.lanes[beside.lane].isConnector
    else { return Car.none }
    return Int32(beside.lane)
  }

  /// Where one may pass on a route.
  private func stretches(of route: RouteTables.Route) -> [Overtaking.Stretch] {
    // What must not be in it.
    var barred: [Range<Double>] = []
    for group in route.groups {
      let it = tables.groups[Int(group)]
      barred.append(min(it.hold, it.low) - 15..<max(it.end, it.high) + 1)
    }
    for stop in route.stops {
      let place = tables.stops[Int(stop)].place
      barred.append(place - 15..<place + 1)
    }
    for number in route.entries {
      let entry = tables.entries[Int(number)]
      let line = map.lanes[Int(entry.lane)].centreline
      for crosswalk in map.crosswalks {
        let place = line.project(crosswalk.path.point(at: 0.5 * crosswalk.path.length))
        guard place.distance < 0.5 * crosswalk.path.length else { continue }
        barred.append(entry.origin + place.s - 20..<entry.origin + place.s + 8)
      }
    }
    barred.sort { $0.lowerBound < $1.lowerBound }
    var found: [Overtaking.Stretch] = []
    var number = route.entries.lowerBound
    while number < route.entries.upperBound {
      guard overtaking.opposite[Int(number)] != Car.none else {
        number += 1
        continue
      }
      var start = tables.entries[Int(number)].start
      while number + 1 < route.entries.upperBound, overtaking.opposite[Int(number + 1)] != Car.none,
        !tables.entries[Int(number + 1)].isLaneChange
      {
        number += 1
      }
      let end = tables.entries[Int(number)].end
      for bar in barred where bar.upperBound > start && bar.lowerBound < end {
        if bar.lowerBound > start { found.append(.init(start: start, end: bar.lowerBound)) }
        start = max(start, bar.upperBound)
      }
      if start < end { found.append(.init(start: start, end: end)) }
      number += 1
    }
    return found
  }

  /// Looks whether to pass, and whether who passes still can.
  mutating func considerPassing(_ view: WorldView) {
    for index in overtaking.active.indices { goOn(Int(overtaking.active[index]), view) }
    overtaking.active.removeAll { overtaking.states[Int($0)].phase == .none }
    let period = max(1, view.clock.ticks(IDMPolicy.lookPeriod))
    for looker in overtaking.lookers {
      let c = Int(looker)
      guard overtaking.states[c].phase == .none,
        (view.tick + Int(view.agents.streams[rows[c]] % UInt64(period))) % period == 0
      else { continue }
      lookToPass(c, view)
    }
  }

  // MARK: - Beginning

  private mutating func lookToPass(_ c: Int, _ view: WorldView) {
    let me = cars[c]
    var state = overtaking.states[c]
    defer { overtaking.states[c] = state }
    state.holdAt = .infinity
    guard me.isPresent, me.gap < 120, changes.isOff || !changes.states[c].isActive,
      let stretch = stretch(of: c)
    else {
      state.waited = 0
      state.intends = false
      return
    }
    let desired = wantedSpeed(c)
    let isStanding = me.leadSpeed.magnitude < Car.standing
    let isSlow =
      drivers[c].overtaking == .slow && me.leadSpeed >= 0
      && me.leadSpeed < min(PassingRoom.slow.share * desired, desired - PassingRoom.slow.less)
    state.waited = isStanding ? state.waited + 1 : 0
    findBodies(of: c, back: 0, reach: 200, view)
    // Beyond somebody who is just passing there may be one that stands: it has to wait for its turn
    // where it can pull out, and once it follows nobody but that one it would be too late for that.
    if let next = overtaking.bodies.first(where: { !$0.isPassing }),
      next.rear > me.gap + 2, next.rear < me.gap + 60, next.speed.magnitude < Car.standing,
      let target = target(c, next)
    {
      state.holdAt = holdPlace(c, behind: next, at: target)
    }
    guard isStanding || isSlow, let group = platoon(c), (group.rear - me.gap).magnitude < 2,
      let target = target(c, group)
    else {
      state.intends = false
      return
    }
    // Who has just halted may drive on in a moment.
    guard isSlow && !isStanding || group.isFixed || state.waited > 2 else { return }
    let aside = target - me.offset
    let wayOut = LaneChange.wayPerMetre * aside
    if isStanding { state.holdAt = holdPlace(c, behind: group, at: target) }
    let closing = max(me.speed - group.speed, 0)
    guard
      group.rear < max(1.5 * wayOut, closing * drivers[c].changeDuration + 15)
        || (isStanding && me.speed < 1)
    else { return }
    var profile = LaneChange()
    profile.begin(offset: -aside, rate: decisions[c].lateralRate, full: drivers[c].changeDuration)
    profile.offset = -aside
    let clearFrom = group.left + me.halfWidth + 0.3
    guard
      let plan = predict(
        c, group, profile, from: target, clearFrom: clearFrom, desired: desired),
      me.front + plan.way < stretch.end - PassingRoom.end, !somebodyPasses(c),
      isFree(
        c, plan, at: target, margin: PassingRoom.oncoming.begin, stretch: stretch, isBegun: false,
        view) == nil
    else {
      state.intends = isStanding
      if !isStanding { return }
      return
    }
    if !state.intends {
      state.intends = true
      state.intendsSince = view.tick
    }
    let shown = view.clock.seconds(view.tick - state.intendsSince)
    guard shown > drivers[c].indicatesAhead - 0.5 * view.clock.step else { return }
    state.phase = .out
    state.intends = false
    state.profile = profile
    state.target = target
    state.clearFrom = clearFrom
    state.leftTime = plan.time
    state.leftWay = plan.way
    state.rearAt = me.front + group.rear
    state.fallsBack = false
    state.waited = 0
    state.holdAt = .infinity
    cars[c].isPassing = true
    overtaking.active.append(Int32(c))
    overtaking.begun += 1
  }

  /// Arc length of its path at which a driver's front waits behind who stands, so that it can pull
  /// out to an offset.
  private func holdPlace(_ c: Int, behind body: Overtaking.Body, at target: Double) -> Double {
    let wayOut = LaneChange.wayPerMetre * (target - cars[c].offset)
    return cars[c].front + body.rear - 0.85 * wayOut - 2
  }

  private func stretch(of c: Int) -> Overtaking.Stretch? {
    let s = cars[c].s
    return overtaking.stretches[Int(cars[c].route)].first { s >= $0.start && s < $0.end }
  }

  private func wantedSpeed(_ c: Int) -> Double {
    let cap = tables.caps[Int(cars[c].cap)]
    return max(drivers[c].speed(under: tables.allowances[Int(cap.allowance)]), 0.1)
  }

  /// Those who are to be passed together: the first ahead, and who is so close before it that one
  /// could not come back between.
  private func platoon(_ c: Int) -> Overtaking.Body? {
    var group: Overtaking.Body?
    for body in overtaking.bodies {
      guard var last = group else {
        group = body
        continue
      }
      let room = 2 * cars[c].halfLength + IDMPolicy.behind(last.speed) + 3 + 0.5 * body.speed
      if body.rear - last.front > room { break }
      last.front = max(last.front, body.front)
      last.left = max(last.left, body.left)
      last.speed = max(last.speed, body.speed)
      last.isFixed = last.isFixed && body.isFixed
      last.isBicycle = last.isBicycle || body.isBicycle
      group = last
    }
    guard let group, group.front - group.rear < PassingRoom.longest else { return nil }
    return group
  }

  /// Room that is left behind when one goes back in front of somebody, metres.
  private static func behind(_ speed: Double) -> Double {
    PassingRoom.behind.metres + PassingRoom.behind.seconds * max(speed, 0)
  }

  /// Offset at which a driver gets past; nil if the road is not wide enough.
  private func target(_ c: Int, _ group: Overtaking.Body) -> Double? {
    let entry = Int(cars[c].entry)
    let lane = Int(tables.entries[entry].lane)
    let beside = overtaking.opposite[entry]
    guard beside != Car.none else { return nil }
    let edge = 0.5 * overtaking.widths[lane] + overtaking.widths[Int(beside)] - PassingRoom.edge
    let room = group.isBicycle ? IDMPolicy.bicycleRoom : PassingRoom.beside.wanted
    let wanted = group.left + room + cars[c].halfWidth
    let most = edge - cars[c].halfWidth
    guard group.left + PassingRoom.beside.least + cars[c].halfWidth <= most else { return nil }
    return min(wanted, most)
  }

  /// Somebody behind is passing already.
  private func somebodyPasses(_ c: Int) -> Bool {
    let me = cars[c]
    return overtaking.active.contains { other in
      let it = cars[Int(other)]
      return Int(other) != c && it.lane == me.lane && it.laneS < me.laneS + me.halfLength
        && it.laneS > me.laneS - 100
    }
  }

  // MARK: - Passing

  /// Time and way until a driver is back in its lane, by its law: behind the one ahead until it is
  /// clear of it, then as fast as it likes; nil if it does not get past.
  private func predict(
    _ c: Int, _ group: Overtaking.Body, _ start: LaneChange, from target: Double,
    clearFrom: Double, desired: Double
  ) -> (time: Double, way: Double)? {
    let step = 0.25
    var profile = start
    var speed = cars[c].speed
    var way = 0.0
    var time = 0.0
    let end = group.front + 2 * cars[c].halfLength + IDMPolicy.behind(group.speed)
    while way - group.speed * time < end {
      let gap = group.rear + group.speed * time - way
      let isClear = target + profile.offset >= clearFrom || gap < -1
      if !isClear && gap < 0.3 { return nil }
      let acceleration = drivers[c].acceleration(
        speed: speed, gap: isClear ? .infinity : gap, leadSpeed: isClear ? 0 : group.speed,
        desiredSpeed: desired)
      let next = max(speed + acceleration * step, 0)
      let rate = profile.progress < 1 ? profile.advance(way: speed * step, dt: step) : 0
      profile.offset += rate * step
      way += 0.5 * (speed + next) * step
      speed = next
      time += step
      if time > 40 { return nil }
    }
    let aside = max(target, 0.5)
    let back = max(
      drivers[c].changeDuration * min(aside / LaneChange.fullWidth, 1).squareRoot(),
      LaneChange.wayPerMetre * aside / max(speed, 0.5))
    // The last of it is within its lane.
    return (time + 0.75 * back, way + 0.75 * back * speed)
  }

  /// Who comes towards a driver too soon; nil: nobody.
  private mutating func isFree(
    _ c: Int, _ plan: (time: Double, way: Double), at target: Double, margin: Double,
    stretch: Overtaking.Stretch, isBegun: Bool, _ view: WorldView
  ) -> Overtaking.Body? {
    let me = cars[c]
    let sight = min(stretch.end - me.front, PassingRoom.sight)
    findOncoming(to: c, at: target, reach: sight, view)
    let limit = max(wantedSpeed(c), me.speed)
    for body in overtaking.bodies {
      // Who stands may set off.
      let least = body.isFixed ? 0 : min(limit, 0.75 * plan.time)
      let speed = max(-body.speed, least)
      let need = speed < 0.1 ? 0 : speed * (plan.time + margin)
      if body.rear < plan.way + need + PassingRoom.oncoming.metres { return body }
    }
    guard !isBegun else { return nil }
    let unseen =
      limit * PassingRoom.unseen.reaction + limit * limit / (2 * PassingRoom.unseen.braking)
    guard plan.way + unseen > sight else { return nil }
    return Overtaking.Body(rear: sight, front: sight, speed: -limit, left: 0, isFixed: false)
  }

  /// Who passes looks whether it still can, and whether it has passed.
  private mutating func goOn(_ c: Int, _ view: WorldView) {
    let me = cars[c]
    var state = overtaking.states[c]
    defer { overtaking.states[c] = state }
    guard me.isPresent, let stretch = stretch(of: c) else {
      // It has left the world, or somebody else decides for it.
      state = Passing()
      cars[c].isPassing = false
      return
    }
    state.profile.offset = me.offset - state.target
    state.fallsBack = false
    state.meetGap = .infinity
    state.nextGap = .infinity
    if state.phase == .back {
      state.leftTime = max(state.leftTime - view.clock.step, 0)
      state.leftWay = max(state.leftWay - me.speed * view.clock.step, 0)
      if state.profile.progress >= 1 {
        state = Passing()
        cars[c].isPassing = false
      }
      return
    }
    findBodies(of: c, back: 20, reach: 100, view)
    // Who was behind it stays behind those that it passes.
    overtaking.bodies.removeAll {
      $0.front < -2 * me.halfLength - IDMPolicy.behind($0.speed)
        || $0.front + me.front < state.rearAt + 0.5
    }
    guard let group = platoon(c), group.rear < 60 else { return goBack(c, &state) }
    state.rearAt = me.front + group.rear
    if let next = overtaking.bodies.first(where: { $0.rear > group.front }) {
      state.nextGap = next.rear
      state.nextSpeed = next.speed
    }
    let desired = wantedSpeed(c)
    let plan = predict(
      c, group, state.profile, from: state.target, clearFrom: state.clearFrom, desired: desired)
    state.leftTime = plan?.time ?? state.leftTime
    state.leftWay = plan?.way ?? state.leftWay
    let met = isFree(
      c, (state.leftTime, state.leftWay), at: state.target, margin: PassingRoom.oncoming.goOn,
      stretch: stretch, isBegun: true, view)
    guard met != nil || plan == nil else { return }
    if group.rear > 0.5 {
      overtaking.givenUp += 1
      return goBack(c, &state)
    }
    // Beside somebody: back behind it, unless it is nearly passed or stands.
    if group.speed > 2, group.rear > -0.5 * (group.front - group.rear) - me.halfLength {
      state.fallsBack = true
    }
    // Who would only be a little late drives on: nowhere it is more in the way than here.
    guard let met else { return }
    let meetSpeed = max(-met.speed, 0)
    guard met.rear < state.leftWay + meetSpeed * state.leftTime else { return }
    state.meetGap = met.rear
    state.meetSpeed = meetSpeed
  }

  private func goBack(_ c: Int, _ state: inout Passing) {
    state.phase = .back
    state.target = drivers[c].sideOffset
    let offset = cars[c].offset - state.target
    state.profile.offset = offset
    state.profile.begin(
      offset: offset, rate: decisions[c].lateralRate, full: drivers[c].changeDuration)
    let back = max(
      state.profile.duration,
      LaneChange.wayPerMetre * offset.magnitude / max(cars[c].speed, 0.5))
    state.leftTime = 0.75 * back
    state.leftWay = 0.75 * back * cars[c].speed
  }

  /// Moves those who pass, once everything else is decided.
  mutating func pass(_ view: WorldView) {
    let dt = view.clock.step
    for looker in overtaking.lookers where cars[Int(looker)].isPresent {
      let c = Int(looker)
      let hold = overtaking.states[c].holdAt - cars[c].front
      guard hold < 100, overtaking.states[c].phase == .none, hold > -3 else { continue }
      var need = cars[c].speed * cars[c].speed / (2 * max(hold, 0.1))
      // To the very end: who only comes near it would creep on for ever.
      if hold < 0.5, cars[c].speed > 0 { need = max(need, 1) }
      if need > 0.8 * drivers[c].comfort || hold < 0.5 {
        let most = min(PassingRoom.holding, drivers[c].emergency)
        decisions[c].acceleration = min(decisions[c].acceleration, -min(need, most))
      }
    }
    for active in overtaking.active {
      let c = Int(active)
      let speed = cars[c].speed
      let state = overtaking.states[c]
      if state.nextGap < .infinity {
        let bound = drivers[c].acceleration(
          speed: speed, gap: max(state.nextGap, 0.1), leadSpeed: max(state.nextSpeed, 0),
          desiredSpeed: wantedSpeed(c))
        decisions[c].acceleration = min(decisions[c].acceleration, bound)
      }
      if state.fallsBack { decisions[c].acceleration = min(decisions[c].acceleration, -2.5) }
      if state.meetGap < .infinity {
        // Half of what is left is the other's to stop in.
        let way = state.meetGap - 2 - state.meetSpeed * state.meetSpeed / 8
        let need = speed * speed / (2 * max(way, 0.5))
        if need > 3 || way < 3 {
          decisions[c].acceleration = min(
            decisions[c].acceleration, -min(need, drivers[c].emergency))
        }
      }
      decisions[c].lateralRate = overtaking.states[c].profile.advance(
        way: decisions[c].way(from: speed, dt: dt), dt: dt)
    }
  }
}
