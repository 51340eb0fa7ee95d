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
  /// Desired speeds of cyclists who keep to the edge, if they are not given, m/s: 15 km/h.
  private static let cycling = (mean: 4.2, deviation: 0.8)
  private static let speedPurpose = RandomPurpose("idm.speed")

  /// Finds what a driver does by itself: its place in the lane, and its own speed.
  ///
  /// - Parameter laneWidth: metres.
  mutating func settle(
    _ agentClass: AgentClass, _ stream: UInt64, laneWidth: Double, _ random: CounterRandom
  ) {
    let room = max(0, 0.5 * laneWidth - Driver.edgeRoom)
    switch manner.keep {
    case .centre: break
    case .right: manner.sideOffset = -room
    case .left: manner.sideOffset = room
    }
    var deviation = manner.speedDeviation
    if agentClass == .bicycle && manner.keep != .centre && speeds.own == .infinity {
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

  /// Width of the lane on which a route begins, metres.
  func laneWidth(_ route: SimMap.Route) -> Double {
    let lane = map.lanes[route.lanes[0]]
    let middle = lane.centreline.point(at: 0.5 * lane.length)
    return lane.leftBound.distance(to: middle) + lane.rightBound.distance(to: middle)
  }

  mutating func prepareCyclists() {
    hasBicycles = cars.contains { $0.isBicycle }
    if hasBicycles {
      laneWidths = map.lanes.map { lane in lane.polygon.area / max(lane.length, 0.01) }
    }
  }

  /// Moves those over who can pass a bicycle within their lane, until they have passed it.
  mutating func passCyclists() {
    if !hasBicycles { return }
    for c in rows.indices where cars[c].isBicycle && cars[c].isPresent {
      let lane = cars[c].lane
      guard lane != Car.none else { continue }
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

  /// - Parameters:
  ///   - side: offset beyond which its right side must be, metres.
  ///   - half: of the lane's width.
  private mutating func moveOver(_ c: Int, _ side: Double, _ half: Double) {
    guard rows.indices.contains(c), !cars[c].isBicycle, drivers[c].centres else { return }
    let target = side + cars[c].halfWidth
    guard target <= half - cars[c].halfWidth - 0.1, target > drivers[c].sideOffset else { return }
    if !changes.isOff && changes.hasBlends && changes.states[c].isActive { return }
    let most = min(0.5, 0.1 * cars[c].speed)
    // A little more than it takes, or it would take for ever.
    let rate = min(max(target + 0.15 - cars[c].offset, -most), most)
    cars[c].lateralRate = max(cars[c].lateralRate, rate)
  }
}
