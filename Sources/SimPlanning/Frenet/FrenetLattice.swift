import SimCore
import SimGeometry
import SimModels
import SimStack
import SimWorld

/// The lattice: lateral quintics over the way to several offsets, and along each of them quartics
/// in time to several speeds and quintics behind whoever is ahead; what nobody could drive is left
/// out.
struct FrenetLattice: Sendable {
  /// Constants.
  struct Parameters: Hashable, Sendable {
    /// Metres, beside the path.
    var offsets: [Double]
    var minGap: Double
    var headway: Double
    /// m/s^2.
    var acceleration: Double
    var deceleration: Double
    var emergency: Double
    /// What the tracker is late by, s.
    var lag: Double
    /// s.
    var step = 0.1
    /// Steps that are scored, and of a whole plan.
    var steps = 40
    var extendedSteps = 80
    /// Most candidates.
    var capacity = 48
  }

  /// One plan of the lattice.
  struct Candidate: Hashable, Sendable {
    var lateral: Int
    var motion: PolynomialMotion
    /// Werling's cost: jerk along the way, and how far from the path it ends.
    var cost: Double
  }

  /// What the lattice is spread over.
  struct Situation {
    var path: CandidatePath
    /// Arc length of the ego's centre, metres, its speed and acceleration along the path.
    var start: PolynomialMotion.State
    /// Lateral offset and its derivatives by arc length.
    var aside: PolynomialMotion.State
    var speeds: [Double]
    var spacing: Double
    /// Arc lengths at which the front must stop, ascending.
    var stops: [Double]
    var vehicle: VehicleParameters

    /// Highest speed at an arc length, m/s.
    func limit(at s: Double) -> Double {
      let position = min(max(s / spacing, 0), Double(speeds.count - 1))
      let k = min(Int(position), speeds.count - 2)
      return speeds[k] + (speeds[k + 1] - speeds[k]) * (position - Double(k))
    }
  }

  let parameters: Parameters
  private(set) var candidates: [Candidate] = []
  private(set) var laterals: [PolynomialMotion] = []
  private var blocked: [FrenetObstacles.Blocked] = []
  private var bounds: [Int] = []
  private var relaxed: [Candidate] = []

  /// Shares of the limit that are aimed at.
  private static let shares = [1.0, 0.85, 0.7, 0.5, 0.25, 0]
  /// Least durations of a change of speed, s.
  private static let durations = [2.0, 4.0]
  /// Times at which one may be at one's distance behind a leader, s.
  private static let followTimes = [3.0, 5.0, 8.0]
  /// A stop takes this much of the time that the way takes at the present speed.
  private static let stopShares = [1.6, 2.0, 2.4]
  /// Over the limit by this much is no matter, m/s.
  private static let tolerance = 0.3
  /// A lateral change takes this long, s, and at least so many metres.
  private static let lateral = (time: 3.0, length: 10.0)
  /// An offset with fewer plans than this gets those too that are tight.
  private static let fewest = 2
  private static let mostRelaxed = 6
  /// What braking may be left for later against what it takes now: jerk-optimal plans begin softly.
  private static let delay = 1.4
  /// Share of the comfortable deceleration that is planned with.
  private static let comfort = 0.55
  /// From the front to a stop line, metres.
  private static let stopMargin = 1.2
  /// Weight of the square of the last offset against that of the jerk.
  private static let offsetWeight = 0.5

  init(_ parameters: Parameters) { self.parameters = parameters }

  /// Spreads the lattice.
  mutating func spread(_ here: Situation, among obstacles: FrenetObstacles) {
    candidates.removeAll(keepingCapacity: true)
    relaxed.removeAll(keepingCapacity: true)
    laterals.removeAll(keepingCapacity: true)
    let speed = max(here.start.speed, 0)
    for (index, offset) in parameters.offsets.enumerated() {
      let length = max(speed * Self.lateral.time, Self.lateral.length)
      let lateral = PolynomialMotion.reaching(
        position: offset, speed: 0, from: here.aside, in: length)
      laterals.append(lateral)
      let first = here.start.position
      obstacles.findBlocked(here.vehicle, into: &blocked, bounds: &bounds) { s in
        s <= first ? here.aside.position : lateral.state(at: s - first).position
      }
      relaxed.removeAll(keepingCapacity: true)
      let before = candidates.count
      keepSpeeds(here, index, obstacles)
      follow(here, index, obstacles)
      if let stop = here.stops.first(where: { $0 > first }) {
        stand(
          here, index, at: stop - here.vehicle.length / 2 - Self.stopMargin, obstacles)
      }
      // Where nothing fits, what comes closest to it, and braking: the scorer is to decide whether
      // that is worse than another offset.
      if candidates.count < before + Self.fewest {
        candidates += relaxed.prefix(Self.mostRelaxed)
        brake(here, index)
      }
    }
    if candidates.count > parameters.capacity {
      candidates.removeLast(candidates.count - parameters.capacity)
    }
  }

  /// To standstill, more or less hard.
  private mutating func brake(_ here: Situation, _ lateral: Int) {
    let speed = max(here.start.speed, 0)
    for share in [0.4, 0.7, 1.0] {
      let motion = PolynomialMotion.reaching(
        speed: 0, from: PolynomialMotion.State(here.start.position, speed: speed),
        in: max(1.5 * speed / (share * parameters.emergency), 0.3))
      // Over a stop line only if nothing else is left.
      if share == 1 || isBefore(motion, here) { candidates.append(candidate(lateral, motion)) }
    }
  }

  /// Velocity keeping.
  private mutating func keepSpeeds(
    _ here: Situation, _ lateral: Int, _ obstacles: FrenetObstacles
  ) {
    let speed = max(here.start.speed, 0)
    for share in Self.shares {
      for least in Self.durations {
        // The limit where the motion ends, which depends on how long it takes.
        var target = share * here.limit(at: here.start.position)
        var duration = least
        for _ in 0..<2 {
          let change = target - speed
          let bound = change > 0 ? parameters.acceleration : 0.8 * parameters.deceleration
          duration = max(least, 1.5 * change.magnitude / bound)
          let end = here.start.position + 0.5 * (speed + target) * duration
          target = share * here.limit(at: end)
        }
        let motion = PolynomialMotion.reaching(
          speed: target,
          from: PolynomialMotion.State(
            here.start.position, speed: speed, acceleration: here.start.acceleration),
          in: duration)
        add(motion, here, lateral, obstacles)
      }
    }
  }

  /// To one's distance behind whoever is ahead.
  private mutating func follow(
    _ here: Situation, _ lateral: Int, _ obstacles: FrenetObstacles
  ) {
    for time in Self.followTimes {
      let entry = Int((time / parameters.step).rounded()) / FrenetObstacles.stride
      guard let leader = leader(at: min(entry, obstacles.entries - 1), beyond: here.start.position)
      else { continue }
      if leader.speed < 0.5 {
        if time == Self.followTimes[0] {
          stand(here, lateral, at: leader.low - parameters.minGap, obstacles)
        }
        continue
      }
      let place =
        leader.low - parameters.minGap - parameters.headway * leader.speed
        - parameters.lag * max(here.start.speed - leader.speed, 0)
      guard place > here.start.position else { continue }
      add(
        PolynomialMotion.reaching(
          position: place, speed: leader.speed, from: now(here), in: time),
        here, lateral, obstacles)
    }
  }

  /// To a stop with the centre at an arc length.
  private mutating func stand(
    _ here: Situation, _ lateral: Int, at place: Double, _ obstacles: FrenetObstacles
  ) {
    let speed = max(here.start.speed, 0)
    // (The tracker is late.)
    let place = place - parameters.lag * speed
    let way = place - here.start.position
    guard way > 0.3 else { return }
    for share in Self.stopShares {
      let time = share * way / max(speed, (0.6 * way).squareRoot(), 0.3)
      if time > 16 { continue }
      add(
        PolynomialMotion.reaching(position: place, speed: 0, from: now(here), in: time), here,
        lateral, obstacles)
    }
  }

  private func now(_ here: Situation) -> PolynomialMotion.State {
    PolynomialMotion.State(
      here.start.position, speed: max(here.start.speed, 0),
      acceleration: here.start.acceleration)
  }

  /// The nearest thing in the way at an entry that the ego is not beyond.
  private func leader(at entry: Int, beyond s: Double) -> FrenetObstacles.Blocked? {
    var nearest: FrenetObstacles.Blocked?
    for one in blocked[(entry == 0 ? 0 : bounds[entry - 1])..<bounds[entry]]
    where one.low > s - 1 && one.low < nearest?.low ?? .infinity {
      nearest = one
    }
    return nearest
  }

  /// A motion that ends at rest ends before the next stop line.
  private func isBefore(_ motion: PolynomialMotion, _ here: Situation) -> Bool {
    let end = motion.state(at: motion.duration).position + here.vehicle.length / 2
    let stop = here.stops.first { $0 > here.start.position } ?? .infinity
    return end + 0.5 * parameters.lag * max(here.start.speed, 0) < stop
  }

  private func candidate(_ lateral: Int, _ motion: PolynomialMotion) -> Candidate {
    let offset = parameters.offsets[lateral]
    return Candidate(
      lateral: lateral, motion: motion,
      cost: motion.jerkCost + Self.offsetWeight * offset * offset)
  }

  /// Takes a motion, if it can and may be driven.
  private mutating func add(
    _ motion: PolynomialMotion, _ here: Situation, _ lateral: Int, _ obstacles: FrenetObstacles
  ) {
    guard isDrivable(motion, here) else { return }
    switch clearance(of: motion, here, obstacles) {
    case .free: candidates.append(candidate(lateral, motion))
    case .tight: relaxed.append(candidate(lateral, motion))
    case .hit: break
    }
  }

  /// Never backwards, within accelerations, limits and stops.
  private func isDrivable(_ motion: PolynomialMotion, _ here: Situation) -> Bool {
    let p = parameters
    let front = here.vehicle.length / 2
    let stop = here.stops.first { $0 > here.start.position } ?? .infinity
    let before = max(here.start.acceleration, 0)
    let nearest = stop - here.start.position - front
    let braking = braking(
      from: here.start.speed, behind: 0, within: nearest - 0.5 * p.lag * here.start.speed)
    for k in stride(from: 2, through: p.steps + 10, by: 2) {
      let time = Double(k) * p.step
      let state = motion.state(at: time)
      let allowed = max(
        here.limit(at: state.position) + Self.tolerance, here.start.speed - 0.8 * time)
      guard state.speed > -0.05, state.speed <= allowed,
        state.acceleration <= max(1.3 * p.acceleration, before + 0.1),
        state.acceleration >= -p.emergency
      else { return false }
      if stop < .infinity {
        let room = stop - state.position - front - 0.5 * p.lag * state.speed
        // Before the stop (who is closer stays where it is), and so that stopping is possible.
        guard stop - state.position - front > min(Self.stopMargin, nearest) - 0.05,
          state.speed < 0.3 || state.speed * state.speed <= 2 * braking * max(room, 0.1)
        else { return false }
      }
    }
    return true
  }

  /// Steady braking that a plan may leave for later, m/s^2: comfortable, or not much harder than
  /// it takes now.
  private func braking(from speed: Double, behind lead: Double, within room: Double) -> Double {
    let needed = max(speed * speed - lead * lead, 0) / (2 * max(room, 0.1))
    return min(
      max(Self.comfort * parameters.deceleration, Self.delay * needed), parameters.emergency)
  }

  private enum Clearance { case free, tight, hit }

  /// Whether it runs into nobody, and keeps what it takes not to do so later.
  private func clearance(
    of motion: PolynomialMotion, _ here: Situation, _ obstacles: FrenetObstacles
  ) -> Clearance {
    let p = parameters
    var isTight = false
    let last = min(obstacles.entries - 1, (p.steps + 10) / FrenetObstacles.stride)
    for entry in 0...last where bounds[entry] > (entry == 0 ? 0 : bounds[entry - 1]) {
      let time = Double(entry * FrenetObstacles.stride) * p.step
      let state = motion.state(at: time)
      for one in blocked[(entry == 0 ? 0 : bounds[entry - 1])..<bounds[entry]] {
        if state.position > one.high { continue }
        // (What it touches now cannot be helped.)
        if state.position >= one.low {
          if entry > 0 { return .hit }
          continue
        }
        let lead = max(one.speed, 0)
        let closing = max(state.speed - lead, 0)
        let gap = one.low - state.position
        let room = max(gap - p.lag * closing - 0.5 * p.minGap, 0.1)
        let now = one.low - here.start.position
        let braking = braking(
          from: here.start.speed, behind: lead,
          within: now - p.lag * max(here.start.speed - lead, 0) - 0.5 * p.minGap)
        if closing > 0, state.speed * state.speed - lead * lead > 2 * braking * room {
          isTight = true
        }
        let wanted = p.minGap + 0.75 * p.headway * state.speed
        if entry * FrenetObstacles.stride >= p.steps / 2, gap < wanted,
          state.speed > lead - 0.5
        {
          isTight = true
        }
      }
    }
    return isTight ? .tight : .free
  }

  /// Writes the rear-axle poses of a candidate.
  func sample(
    _ index: Int, of candidate: Candidate, _ here: Situation, into poses: inout CandidatePoses
  ) {
    var cursor = 0
    var way = 0.0
    for k in 0...parameters.steps {
      let state = candidate.motion.state(at: Double(k) * parameters.step)
      way = max(way, state.position - here.start.position)
      poses[index, k] = pose(here, candidate.lateral, after: way, cursor: &cursor)
    }
  }

  /// The rear axle on a lateral motion, a way along the path after now, metres.
  func pose(
    _ here: Situation, _ lateral: Int, after way: Double, cursor: inout Int
  ) -> Pose2 {
    let base = here.path.pose(at: here.start.position + way, cursor: &cursor)
    let aside = laterals[lateral].state(at: way)
    return Pose2(
      base.position + base.direction.left * aside.position,
      heading: ExactMath.wrapAngle(base.heading + ExactMath.atan(aside.speed)))
  }
}
