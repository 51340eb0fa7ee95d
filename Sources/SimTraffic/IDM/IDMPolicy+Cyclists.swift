import SimCore
import SimGeometry
import SimMap
import SimWorld

/// Where in its lane a driver or rider keeps.
enum LaneKeeping: String, Sendable, CaseIterable {
  case centre, right, left
}

extension Driver {
  /// From the middle of a bicycle to the edge of the lane that it keeps to, metres.
  private static let edgeRoom = 0.8
  /// Desired speeds of cyclists who keep to the edge or have a lane of their own, if they are not
  /// given, m/s.
  private static let cycling = (mean: AgentClass.cyclingSpeed, deviation: 0.8)
  private static let speedPurpose = RandomPurpose("idm.speed")

  /// Finds what a driver does by itself: its place in the lane, and its own speed.
  ///
  /// - Parameters:
  ///   - laneWidth: metres.
  ///   - bicycles: what it has to know of the lane for bicycles that it starts on, if it does.
  mutating func settle(
    _ agentClass: AgentClass, _ stream: UInt64, laneWidth: Double, bicycles: BicycleLaneUse? = nil,
    _ random: CounterRandom
  ) {
    let room = max(0, 0.5 * laneWidth - Driver.edgeRoom)
    switch manner.keep {
    case .centre: break
    case .right: manner.sideOffset = -room
    case .left: manner.sideOffset = room
    }
    var deviation = manner.speedDeviation
    if manner.keep == .centre, let bicycles { manner.sideOffset = bicycles.keeping }
    let ownsWay = manner.keep != .centre || bicycles != nil
    if agentClass == .bicycle && ownsWay && speeds.own == .infinity {
      speeds.own = Driver.cycling.mean
      if deviation == 0 { deviation = Driver.cycling.deviation }
    }
    let own = speeds.own
    guard deviation > 0, own < .infinity else { return }
    let drawn = random.normal(
      Driver.speedPurpose, mean: own, deviation: deviation, stream: stream, tick: 0)
    let most = 2.5 * deviation
    speeds.own = min(max(drawn, own - most, 0.3 * own), own + most)
  }
}

// Passing cyclists who keep to the edge of the lane.
extension IDMPolicy {
  /// Room that is left to a bicycle that is passed within the lane, metres (StVO, section 5: 1.5 m
  /// in towns).
  static let bicycleRoom = 1.5
  /// From where on a driver moves over for a bicycle, metres.
  private static let bicycleReach = 30.0

  /// What a cyclist has to know of the lane on which its route begins; nil: it is none of its own.
  func bicycleLane(_ route: SimMap.Route) -> BicycleLaneUse? {
    let lane = route.lanes[0]
    guard map.lanes[lane].kind == .bicycle else { return nil }
    return BicycleLaneUse(width: map.width(ofLane: lane), map.drivingSide)
  }

  mutating func prepareCyclists() {
    hasBicycles = cars.contains { $0.isBicycle }
    guard hasBicycles else { return }
    laneWidths = map.lanes.indices.map { map.width(ofLane: $0) }
    guard map.lanes.contains(where: { $0.kind == .bicycle }) else { return }
    passingOffsets = map.lanes.indices.map { lane in
      guard map.lanes[lane].kind == .bicycle else { return .infinity }
      return BicycleLaneUse(width: laneWidths[lane], map.drivingSide).passing ?? .infinity
    }
  }

  /// Moves those over who can pass a bicycle within their lane, until they have passed it.
  mutating func passCyclists(_ dt: Double) {
    if !hasBicycles { return }
    if !passingOffsets.isEmpty { passOnBicycleLanes(dt) }
    for c in rows.indices where cars[c].isBicycle && cars[c].isPresent {
      let lane = cars[c].lane
      guard lane != Car.none else { continue }
      // (Others do not come there.)
      if !passingOffsets.isEmpty, map.lanes[Int(lane)].kind == .bicycle { continue }
      let side = cars[c].offset + cars[c].halfWidth + IDMPolicy.bicycleRoom + 0.02
      let half = 0.5 * laneWidths[Int(lane)]
      var other = cars[c].behind
      while other != Car.none,
        cars[c].laneS - cars[Int(other)].laneS < IDMPolicy.bicycleReach
      {
        moveOver(Int(other), side, half)
        other = cars[Int(other)].behind
      }
      other = cars[c].ahead
      while other != Car.none,
        cars[Int(other)].laneS - cars[Int(other)].halfLength - cars[c].laneS
          < cars[c].halfLength + 2
      {
        moveOver(Int(other), side, half)
        other = cars[Int(other)].ahead
      }
    }
  }

  /// Calls a function with all who are near a cyclist on its lane, on those that lead to it and on
  /// from it, and on those that have just parted from it: who, and how far ahead its middle is, metres.
  private func forEachNear(
    _ c: Int, on lane: Int, _ body: (_ other: Int, _ ahead: Double) -> Void
  ) {
    let s = cars[c].laneS
    let reach = CyclistPassing.reach
    func goBack(from first: Int32, zero: Double) {
      var other = first
      while other != Car.none, zero + cars[Int(other)].laneS > -reach {
        body(Int(other), zero + cars[Int(other)].laneS)
        other = cars[Int(other)].behind
      }
    }
    func goOn(from first: Int32, zero: Double) {
      var other = first
      while other != Car.none, zero + cars[Int(other)].laneS < reach {
        body(Int(other), zero + cars[Int(other)].laneS)
        other = cars[Int(other)].ahead
      }
    }
    goBack(from: cars[c].behind, zero: -s)
    goOn(from: cars[c].ahead, zero: -s)
    for last in map.lanes[lane].predecessors {
      goBack(from: lanes[last].last, zero: -s - laneLengths[last])
      // Where ways part they are side by side for a while.
      guard s < CyclistPassing.parting else { continue }
      for other in map.lanes[last].successors where other != lane {
        goOn(from: lanes[other].first, zero: -s)
      }
    }
    for next in map.lanes[lane].successors {
      goOn(from: lanes[next].first, zero: laneLengths[lane] - s)
    }
  }

  /// Moves cyclists over who pass others on a lane of their own that is wide enough for two, and
  /// lets nobody come too near to one beside it.
  private mutating func passOnBicycleLanes(_ dt: Double) {
    for c in rows.indices where ridesOnWideLane(c) {
      let lane = Int(cars[c].lane)
      if isBeforeFork(c) { continue }
      var passes = false
      let wish = wish(of: c) - CyclistPassing.slower
      forEachNear(c, on: lane) { other, ahead in
        guard rows.indices.contains(other), cars[other].isBicycle else { return }
        // (A bicycle or so behind it one comes back.)
        if ahead > -cars[other].halfLength - cars[c].halfLength - CyclistPassing.behind,
          self.wish(of: other) < wish
        {
          passes = true
        }
      }
      guard passes else { continue }
      let most = min(0.5, 0.1 * cars[c].speed)
      let side = passingOffsets[lane] - cars[c].offset
      decisions[c].lateralRate = min(max(0.5 * side, -most), most)
    }
    for c in rows.indices where ridesOnWideLane(c) && decisions[c].lateralRate != 0 {
      var isHeld = false
      var isBehind = false
      forEachNear(c, on: Int(cars[c].lane)) { other, ahead in
        guard bars(other, the: c, ahead) else { return }
        isHeld = true
        if ahead > 0 || (ahead == 0 && other < c) { isBehind = true }
      }
      if isHeld { heldAside.append(Int32(c)) }
      // Side by side with somebody where ways part: who is behind falls in.
      if isBehind, isBeforeFork(c) {
        decisions[c].acceleration = min(decisions[c].acceleration, -CyclistPassing.fallingBack)
      }
    }
    for c in heldAside { decisions[Int(c)].lateralRate = 0 }
    heldAside.removeAll(keepingCapacity: true)
    for c in rows.indices where ridesOnWideLane(c) && decisions[c].lateralRate != 0 {
      // Who comes to rest beside somebody does not swing round as its speed falls.
      let next = max(cars[c].speed + decisions[c].acceleration * dt, 0)
      decisions[c].lateralRate = min(max(decisions[c].lateralRate, -0.1 * next), 0.1 * next)
    }
  }

  /// Some turn off soon.
  private func isBeforeFork(_ c: Int) -> Bool {
    let lane = Int(cars[c].lane)
    return map.lanes[lane].successors.count > 1
      && laneLengths[lane] - cars[c].laneS < CyclistPassing.end
  }

  private func ridesOnWideLane(_ c: Int) -> Bool {
    cars[c].isBicycle && cars[c].isPresent && cars[c].lane != Car.none && drivers[c].centres
      && passingOffsets[Int(cars[c].lane)] < .infinity
  }

  /// Somebody keeps a cyclist from moving to the side where it is: beside it, coming from behind so
  /// soon that it would have to brake, or ahead and so near that the cyclist would have to brake
  /// hard.
  private func bars(_ other: Int, the c: Int, _ ahead: Double) -> Bool {
    let aside = cars[other].offset - cars[c].offset
    guard aside * decisions[c].lateralRate > 0,
      aside.magnitude < cars[other].halfWidth + cars[c].halfWidth + CyclistPassing.room
    else { return false }
    let gap = ahead.magnitude - cars[other].halfLength - cars[c].halfLength
    let closing = max((cars[other].speed - cars[c].speed) * (ahead < 0 ? 1 : -1), 0)
    let room = ahead < 0 ? CyclistPassing.timeBefore * closing : wayToFallIn(c, closing)
    return gap < CyclistPassing.gap + room
  }

  /// Way that a cyclist comes nearer to a slower one while it moves over behind it and then brakes
  /// comfortably, metres.
  ///
  /// - Parameter closing: by how much that one is slower, m/s.
  private func wayToFallIn(_ c: Int, _ closing: Double) -> Double {
    closing * (CyclistPassing.timeToFallIn + 0.5 * closing / drivers[c].comfort)
  }

  /// The speed that a driver wants where it is, m/s.
  private func wish(of c: Int) -> Double {
    drivers[c].speed(under: tables.allowances[Int(tables.caps[Int(cars[c].cap)].allowance)])
  }

  /// - Parameters:
  ///   - side: offset beyond which its right side must be, metres.
  ///   - half: of the lane's width.
  private mutating func moveOver(_ c: Int, _ side: Double, _ half: Double) {
    guard rows.indices.contains(c), !cars[c].isBicycle, drivers[c].centres else { return }
    let target = side + cars[c].halfWidth
    guard target <= half - cars[c].halfWidth - 0.1, target > drivers[c].sideOffset else { return }
    if hasBlends && changes.isActive(c) { return }
    let most = min(0.5, 0.1 * cars[c].speed)
    // A little more than it takes, or it would take for ever.
    let rate = min(max(target + 0.15 - cars[c].offset, -most), most)
    decisions[c].lateralRate = max(decisions[c].lateralRate, rate)
  }
}
