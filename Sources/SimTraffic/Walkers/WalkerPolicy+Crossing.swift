import SimCore
import SimGeometry
import SimMap
import SimWorld

// When walkers cross, and what they do on the road.
extension WalkerPolicy {
  /// What a walker is going to do in a tick.
  struct Plan {
    /// Speed that it wants, m/s.
    var want: Double
    /// Arc length of its path before which it stops; infinite: nowhere.
    var stop = Double.infinity
    /// It runs from something.
    var isHurried = false
  }

  /// A walker waits this far from the road's edge, metres: the tails of long vehicles that turn
  /// swing over it by a third of a metre.
  static let kerbRoom = 0.7
  /// Nobody walks up nearer than this to the edge, metres, over which a long vehicle is going to
  /// turn within this time, s: its front corner swings 0.7 m over the edge, and its driver does not
  /// set out while somebody stands where its side will be; who is nearer steps back. And how far
  /// before the place where it waits one looks for such, metres.
  private static let beforeLong = (room: 1.7, time: 2.0, looks: 3.0)
  /// From here on it looks whether it can cross, metres before that.
  private static let lookingFrom = 1.5
  /// For this long it waits for what stands across its way, s.
  private static let patience = 45.0
  /// Who has stood at a crosswalk for this long, s, does not wait for those any more who come later
  /// than that, s, and can stop: they have to let it go (Highway Capacity Manual 2010, chapter 19:
  /// the critical gap is that where drivers do not yield).
  private static let impatience = (after: 10.0, sooner: 6.0)
  /// What it reaches within this time is the first lane, s.
  private static let firstLane = 2.0
  /// Time between a walker's leaving a lane and somebody's coming there, on the road, s.
  private static let margin = 0.5

  /// Whether and how a walker goes over the next crossing of its way, or on over the one that it is
  /// on.
  mutating func goAcross(_ i: Int, s: Double, _ view: WorldView, _ plan: inout Plan) {
    let crossings = tables.ways[i].crossings
    while walkers[i].crossing < crossings.upperBound,
      s > tables.crossings[Int(walkers[i].crossing)].end
    {
      walkers[i].crossing += 1
      walkers[i].isGoing = false
      walkers[i].seen = 0
      walkers[i].waited = 0
    }
    walkers[i].isTooNear = false
    guard walkers[i].crossing < crossings.upperBound else { return }
    let crossing = tables.crossings[Int(walkers[i].crossing)]
    if s >= crossing.start {
      goOn(i, s: s, crossing, view, &plan)
      return
    }
    let kerb = crossing.start - WalkerPolicy.kerbRoom
    if walkers[i].jaywalk == .blind {
      walkers[i].isGoing = true
    } else if kerb - s < WalkerPolicy.lookingFrom && plan.want > 0 {
      let canGo = mayCross(i, s: s, crossing, view)
      walkers[i].seen = canGo ? min(walkers[i].seen + 1, 1_000_000) : 0
      walkers[i].isGoing = canGo && walkers[i].seen >= walkers[i].looks
    } else {
      walkers[i].isGoing = false
    }
    if walkers[i].isGoing { return }
    let isSweptOver =
      kerb - s < WalkerPolicy.beforeLong.looks
      && crossing.bands.contains {
        gates.arrivalLong[Int(tables.bands[Int($0)].gate)] < WalkerPolicy.beforeLong.time
      }
    let wait = isSweptOver ? crossing.start - WalkerPolicy.beforeLong.room : kerb
    walkers[i].isTooNear = isSweptOver && s > wait
    plan.stop = min(plan.stop, max(wait, s))
    if view.agents.speed[walkers[i].row] < 0.1 { walkers[i].waited &+= 1 }
  }

  /// A walker at the kerb may go.
  private func mayCross(
    _ i: Int, s: Double, _ crossing: WalkTables.Crossing, _ view: WorldView
  ) -> Bool {
    let walker = walkers[i]
    let speed = walker.desired
    let isBySignal = crossing.signal >= 0 && walker.jaywalk == .no
    if isBySignal {
      guard view.signals[Int(crossing.signal)] == .green else { return false }
      let clearance = (crossing.end - crossing.start) / WalkerPolicy.clearanceSpeed
      let left = view.leastGreen(ofSignal: Int(crossing.signal)) + clearance
      guard (crossing.end - s) / speed <= left else { return false }
    }
    let startUp = walker.jaywalk == .no ? walker.startUp : 0
    // Nobody walks up to what stands across the way, unless it seems to stay.
    let walksRound = walker.waited > Int32(view.clock.ticks(WalkerPolicy.patience))
    let isImpatient =
      crossing.isMarked
      && walker.waited > Int32(view.clock.ticks(WalkerPolicy.impatience.after))
    for k in crossing.bands {
      let band = tables.bands[Int(k)]
      if gates.isBlocked[Int(band.gate)] && !walksRound { return false }
      let through = (band.end - s) / speed
      if isBySignal {
        // It has the right of way; but not before whoever cannot stop.
        if gates.arrivalForced[Int(band.gate)] < through + WalkerPolicy.margin { return false }
        continue
      }
      if gates.isOwed[Int(band.gate)] { return false }
      let arrival =
        crossing.isMarked
        ? gates.arrivalUnyielding[Int(band.gate)] : gates.arrival[Int(band.gate)]
      var gap = walker.gapFactor * (through + startUp)
      if isImpatient {
        // Of the lanes beyond the first only those count who cannot stop and meet it there.
        let reaching = (band.start - s) / speed
        if reaching > WalkerPolicy.firstLane {
          let forced = gates.arrivalForced[Int(band.gate)]
          if forced > reaching - 1 && forced < through + WalkerPolicy.margin { return false }
          continue
        }
        gap = min(gap, WalkerPolicy.impatience.sooner)
      }
      if arrival < gap { return false }
    }
    return true
  }

  /// Speed that clearance times are made for, m/s (MUTCD 2009, 4E.06: 3.5 ft/s).
  private static let clearanceSpeed = 1.067

  /// On the road: on over the lanes ahead, or a wait before the first that somebody comes to first.
  private func goOn(
    _ i: Int, s: Double, _ crossing: WalkTables.Crossing, _ view: WorldView, _ plan: inout Plan
  ) {
    let walker = walkers[i]
    if walker.jaywalk == .blind { return }
    let hasRight = crossing.isMarked && walker.jaywalk == .no
    let speed = max(view.agents.speed[walker.row], 0.5 * walker.desired)
    for k in crossing.bands {
      let band = tables.bands[Int(k)]
      if s >= band.start - 0.2 { continue }
      let arrival =
        hasRight ? gates.arrivalForced[Int(band.gate)] : gates.arrival[Int(band.gate)]
      guard arrival < (band.end - s) / speed + WalkerPolicy.margin else { continue }
      if (band.end - s) / walker.hurry + WalkerPolicy.margin <= arrival {
        plan.want = max(plan.want, walker.hurry)
        plan.isHurried = true
        continue
      }
      plan.stop = min(plan.stop, max(band.start - 0.3, s))
      return
    }
  }

  // MARK: - Reactions

  /// Beyond this nothing hits a walker within the time in which it reacts, metres.
  private static let threatRange = 60.0
  /// Room that a walker wants beside what passes, metres.
  private static let sideRoom = 0.45

  /// Runs or freezes if something is about to hit a walker that is on the road or stepping onto it.
  mutating func heedThreats(_ i: Int, s: Double, _ view: WorldView, _ plan: inout Plan) {
    let walker = walkers[i]
    guard walker.reaction != .none, walker.crossing < tables.ways[i].crossings.upperBound else {
      return
    }
    let crossing = tables.crossings[Int(walker.crossing)]
    guard s >= crossing.start || (walker.isGoing && s > crossing.start - 1) else { return }
    let agents = view.agents
    let place = Vector2(agents.x[walker.row], agents.y[walker.row])
    let along = direction(i, view)
    bodies.findVehicles(around: place, within: WalkerPolicy.threatRange)
    let speed = max(agents.speed[walker.row], 0.1)
    var freezes = false
    var runs = false
    for k in bodies.near {
      let row = bodies.vehicles[Int(k)]
      let theirs = agents.speed[row]
      guard theirs > GateWatch.standing else { continue }
      let ahead = Vector2(agents.directionX[row], agents.directionY[row])
      let arm = place - Vector2(agents.x[row], agents.y[row])
      let way = ahead.dot(arm) - 0.5 * agents.lengths[row]
      guard way > 0, way < theirs * walker.reactionTime else { continue }
      let braking = -agents.acceleration[row]
      if braking > 0.5 && theirs * theirs < 2 * braking * (way - 0.3) { continue }
      // Distances along the walker's way to where it comes into their way, and out of it.
      let across = ahead.cross(along)
      let beside = ahead.cross(arm)
      let half = 0.5 * agents.widths[row] + WalkerPolicy.sideRoom
      guard across.magnitude > 0.2 else { continue }
      let wayIn = (-(across < 0 ? -half : half) - beside) / across
      let wayOut = ((across < 0 ? -half : half) - beside) / across
      let passed = (way + agents.lengths[row]) / theirs
      guard wayOut > 0, wayIn < speed * (passed + 0.3) else { continue }
      if wayOut < speed * (way / theirs - 0.2) { continue }
      switch walker.reaction {
      case .hurry: runs = true
      case .freeze: freezes = true
      case .auto, .none:
        let canRun = wayOut < walker.hurry * (way / theirs - 0.2)
        let canStop = wayIn > speed * speed / 8
        if wayIn <= 0 || canRun || !canStop { runs = true } else { freezes = true }
      }
    }
    if freezes && !(runs && walker.reaction == .auto) {
      plan.want = 0
      plan.stop = s
    } else if runs {
      plan.want = max(plan.want, walker.hurry)
      plan.stop = .infinity
      plan.isHurried = true
    }
  }
}
