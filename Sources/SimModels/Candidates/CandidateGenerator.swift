import SimCore
import SimGeometry
public import SimWorld

/// Makes candidate plans: several paths, each followed at several desired speeds by the Intelligent
/// Driver Model behind whatever is foreseen to be in the way (the proposals of PDM-Closed,
/// Dauner et al. 2023).
///
/// Candidate `policies * path + policy`; path 0 is the centreline.
public struct CandidateGenerator: Sendable {
  /// Constants.
  public let parameters: Parameters
  /// The first is the centreline.
  public let paths: [CandidatePath]
  /// Speeds per path.
  public let policies: Int
  /// Candidates in all.
  public var count: Int { paths.count * policies }
  /// Steps of a whole plan and the state now.
  public let samples: Int

  /// Rear-axle poses of the plans; those after `parameters.steps` are there once extended.
  public private(set) var poses: CandidatePoses
  /// Arc length on its path of each candidate at each step, metres: entry
  /// `candidate * samples + step`.
  public private(set) var progress: [Double]
  /// m/s.
  public private(set) var speeds: [Double]
  /// Of the step before, m/s^2; one a candidate.
  private var accelerations: [Double]
  /// Whom each candidate follows into each step.
  public private(set) var leaders: [Leader]
  /// Arc length on each path now.
  public private(set) var starts: [Double]

  /// What the candidates heed; to be set before `generate`.
  public var rules = Rules(speeds: [10])

  private var corridors: [CandidateCorridor]
  /// How far the corridors reach, metres.
  private var reach = 0.0
  private var cursors: [Int]
  /// Obstacles in the corridor at the step that is looked at, and where on the path.
  private var inWay: [(obstacle: Int, progress: Double)] = []
  /// For each path and obstacle that does not move: NaN as long as not looked at, infinite: not in
  /// the corridor, else its arc length.
  private var fixedProgress: [Double] = []
  /// For each path and barrier its arc length; infinite: not in the corridor.
  private var barrierProgress: [Double] = []
  /// The stops on each path.
  private var stopsByPath: [Double] = []
  private var vehicle = VehicleParameters.pacifica

  /// Candidates along some paths, the first of them the centreline.
  public init(paths: [CandidatePath], _ parameters: Parameters) {
    precondition(!paths.isEmpty && !parameters.speedFractions.isEmpty, "something to follow")
    self.parameters = parameters
    self.paths = paths
    policies = parameters.speedFractions.count
    samples = parameters.extendedSteps + 1
    let count = paths.count * parameters.speedFractions.count
    poses = CandidatePoses(candidates: count, samples: samples)
    progress = [Double](repeating: 0, count: count * samples)
    speeds = progress
    accelerations = [Double](repeating: 0, count: count)
    leaders = [Leader](repeating: Leader(), count: count * samples)
    starts = [Double](repeating: 0, count: paths.count)
    corridors = paths.map { CandidateCorridor(reserving: $0.line.count) }
    cursors = [Int](repeating: 0, count: count)
  }

  /// Makes all candidates, `parameters.steps` long.
  ///
  /// - Parameters:
  ///   - starts: arc length on each path from where to go.
  ///   - speed: now, m/s.
  ///   - acceleration: now, m/s^2; not used with compat.
  public mutating func generate(
    from starts: [Double], speed: Double, acceleration: Double = 0, vehicle: VehicleParameters,
    among obstacles: ObstacleForecast
  ) {
    precondition(starts.count == paths.count, "a start on each path")
    self.vehicle = vehicle
    for path in paths.indices { self.starts[path] = starts[path] }
    let fixed = obstacles.count * paths.count
    fixedProgress.removeAll(keepingCapacity: true)
    fixedProgress.append(contentsOf: repeatElement(.nan, count: fixed))
    barrierProgress.removeAll(keepingCapacity: true)
    stopsByPath.removeAll(keepingCapacity: true)
    let top =
      (rules.spacing.isFinite ? max(rules.speeds.max() ?? 0, speed) : rules.speeds[0])
      * (parameters.speedFractions.max() ?? 1)
    reach = top.magnitude * Double(parameters.extendedSteps) * parameters.step
    for path in paths.indices {
      corridors[path].set(
        paths[path], from: starts[path], to: starts[path] + reach,
        halfWidth: vehicle.width / 2, compat: parameters.compat)
      for barrier in rules.barriers {
        let isInWay = !barrier.isIgnored && corridors[path].touches(barrier.area)
        barrierProgress.append(isInWay ? paths[path].project(barrier.area.centroid) : .infinity)
      }
      for stop in rules.stops {
        stopsByPath.append(paths[0].place(stop, on: paths[path], near: 0))
      }
      for policy in 0..<policies {
        let candidate = path * policies + policy
        let first = candidate * samples
        progress[first] = starts[path]
        speeds[first] = speed
        accelerations[candidate] = acceleration
        leaders[first] = Leader()
        poses[candidate, 0] = paths[path].pose(at: starts[path], cursor: &cursors[candidate])
      }
      for step in 1...parameters.steps {
        advance(path, policies: 0..<policies, to: step, obstacles)
      }
    }
  }

  /// Continues one candidate to a whole plan.
  public mutating func extend(_ candidate: Int, among obstacles: ObstacleForecast) {
    let path = candidate / policies
    let policy = candidate % policies
    guard parameters.extendedSteps > parameters.steps else { return }
    for step in (parameters.steps + 1)...parameters.extendedSteps {
      advance(path, policies: policy..<(policy + 1), to: step, obstacles)
    }
  }

  /// Whether whoever is in the way is looked for anew at a step.
  private func looks(at step: Int) -> Bool {
    step % 2 == 0 || (step == 1 && !parameters.compat)
  }

  private mutating func advance(
    _ path: Int, policies range: Range<Int>, to step: Int, _ obstacles: ObstacleForecast
  ) {
    if looks(at: step) {
      findInWay(path, at: step, obstacles)
      var record = Leader()
      for policy in range {
        let candidate = path * policies + policy
        if !parameters.compat { record = Leader() }
        look(candidate, path, at: step, obstacles, &record)
        leaders[candidate * samples + step] = record
      }
    } else {
      for policy in range {
        let k = (path * policies + policy) * samples + step
        leaders[k] = leaders[k - 1]
        if !parameters.compat, leaders[k].obstacle >= 0 {
          // It has moved on since.
          leaders[k].progress += max(leaders[k].speed, 0) * parameters.step
        }
      }
    }
    // (A local one: reading it in place would count references for each pose.)
    let line = paths[path]
    let centreline = paths[0]
    for policy in range {
      let candidate = path * policies + policy
      let k = candidate * samples + step
      let moved =
        parameters.compat
        ? officialStep(k, policy)
        : self.step(
          k, policy, line, centreline, near: cursors[candidate], after: accelerations[candidate])
      progress[k] = moved.progress
      speeds[k] = moved.speed
      accelerations[candidate] = (moved.speed - speeds[k - 1]) / parameters.step
      poses[candidate, step] = line.pose(at: moved.progress, cursor: &cursors[candidate])
    }
  }

  /// The official planner's step: the model limited to [-b, a], the speed not held at 0.
  private func officialStep(_ k: Int, _ policy: Int) -> (progress: Double, speed: Double) {
    let p = parameters
    let s = progress[k - 1]
    let v = speeds[k - 1]
    let leader = leaders[k]
    let desiredGap =
      p.minGap + v * p.headway
      + v * (v - leader.speed) / (2 * (p.acceleration * p.deceleration).squareRoot())
    let gap = max(leader.progress - s - leader.rear, p.minGap)
    let ratio = desiredGap / gap
    let desired = p.speedFractions[policy] * rules.speeds[0]
    let raw = p.acceleration * (1 - Self.tenthPower(v / desired) - ratio * ratio)
    let a = min(max(raw, -p.deceleration), p.acceleration)
    return (s + p.step * v, v + p.step * a)
  }

  /// One step: braking as hard as it takes, slower ahead of slow stretches, never backwards.
  ///
  /// - Parameter before: acceleration of the step before, m/s^2.
  private func step(
    _ k: Int, _ policy: Int, _ line: CandidatePath, _ centreline: CandidatePath,
    near segment: Int, after before: Double
  ) -> (progress: Double, speed: Double) {
    let p = parameters
    let pace = rules.pace
    let most = pace.acceleration ?? p.acceleration
    let s = progress[k - 1]
    let v = max(speeds[k - 1], 0)
    let leader = leaders[k]
    let lead = max(leader.speed, 0)
    let room = max(leader.progress - s - leader.rear - p.lag * max(v - lead, 0), 0.01)
    let dynamic =
      v * (pace.headway ?? p.headway)
      + v * (v - lead) / (2 * (most * p.deceleration).squareRoot())
    let ratio = (p.minGap + max(dynamic, 0)) / max(room, 0.5 * p.minGap)
    let fraction = p.speedFractions[policy]
    let onCentreline = line.place(s, on: centreline, near: segment)
    let desired = max(fraction * min(rules.speed(at: onCentreline), pace.speedLimit), 0.1)
    // Too fast for the limit alone it only brakes comfortably.
    let free = max(most * (1 - Self.tenthPower(v / desired)), -p.deceleration)
    let raw = free - most * ratio * ratio
    let needed = Self.margin * neededBraking(v, behind: leader, within: room)
    let hardest = min(max(needed, p.gentle), max(p.emergency, p.deceleration))
    // (Where a leader brakes, the model waits until it is slow.)
    let asked = needed > p.gentle ? min(raw, -needed) : raw
    var a = min(max(asked, -hardest), most)
    let next = s + p.step * v
    let ahead = onCentreline + next - s
    let bound = max(fraction * rules.speed(at: ahead), v - p.deceleration * p.step, 0)
    a = min(a, (bound - v) / p.step)
    // The harder it takes, the less it waits.
    let haste = max(1 + needed - p.deceleration, 1)
    let change = (pace.jerk ?? p.jerk) * p.step
    a = min(max(a, before - change * haste * haste), before + change)
    return (next, max(v + a * p.step, 0))
  }

  /// The steady braking that keeps a candidate half of the gap at standstill behind a leader,
  /// m/s^2.
  private func neededBraking(
    _ v: Double, behind leader: Leader, within room: Double
  ) -> Double {
    let lead = max(leader.speed, 0)
    let room = max(room - 0.5 * parameters.minGap, 0.1)
    let closing = v > lead ? (v * v - lead * lead) / (2 * room) : 0
    // Who brakes stands somewhere ahead in the end.
    guard leader.braking > 0 else { return closing }
    return max(closing, v * v / (2 * (room + lead * lead / (2 * leader.braking))))
  }

  /// Braking is planned harder than it takes by this much.
  private static let margin = 1.15

  private static func tenthPower(_ ratio: Double) -> Double {
    let square = ratio * ratio
    let fourth = square * square
    return fourth * fourth * square
  }

  /// The obstacles in the corridor of a path at a step.
  private mutating func findInWay(_ path: Int, at step: Int, _ obstacles: ObstacleForecast) {
    inWay.removeAll(keepingCapacity: true)
    let entry = obstacles.entry(at: step)
    let start = starts[path]
    let line = paths[path]
    let corridor = corridors[path]
    for obstacle in 0..<obstacles.count where !obstacles.obstacles[obstacle].isIgnored {
      let isFixed = obstacles.obstacles[obstacle].isFixed
      let slot = path * obstacles.count + obstacle
      var at = isFixed ? fixedProgress[slot] : .nan
      if at.isNaN {
        let box = obstacles.box(obstacle, entry: entry)
        at = .infinity
        if corridor.touches(box, radius: obstacles.obstacles[obstacle].radius) {
          at =
            parameters.compat
            ? line.project(box.centre)
            : line.project(box.centre, from: start - 30, to: start + reach + 30)
        }
        if isFixed { fixedProgress[slot] = at }
      }
      if at < .infinity { inWay.append((obstacle, at)) }
    }
  }

  /// Fills in the record of whom a candidate follows into a step.
  private func look(
    _ candidate: Int, _ path: Int, at step: Int, _ obstacles: ObstacleForecast,
    _ record: inout Leader
  ) {
    let k = candidate * samples + step
    let here = progress[k - 1]
    let pose = poses[candidate, step - 1]
    let direction = pose.direction
    let box = OrientedBox(
      centre: pose.position + direction * vehicle.rearAxleToCentre, heading: pose.heading,
      direction: direction, length: vehicle.length, width: vehicle.width)
    let radius = box.radius
    let entry = obstacles.entry(at: step)
    var nearest = Double.infinity
    var found = -1
    for (obstacle, at) in inWay where at > here {
      let other = obstacles.box(obstacle, entry: entry)
      // No box is nearer than the circles around them.
      let apart =
        (other.centre - box.centre).length - radius - obstacles.obstacles[obstacle].radius - 1e-9
      if apart >= nearest { continue }
      let distance = box.distance(to: other)
      if distance < nearest {
        nearest = distance
        found = obstacle
      }
    }
    for index in rules.barriers.indices {
      let at = barrierProgress[path * rules.barriers.count + index]
      guard at < .infinity, at > here else { continue }
      let distance = Polygon(box).distance(to: rules.barriers[index].area)
      if distance < nearest {
        nearest = distance
        found = -2 - index
      }
    }
    if !parameters.compat, let gap = gapToStop(path, here), gap < nearest {
      record.progress = here + gap
      record.speed = 0
      record.rear = 0
      record.obstacle = -1
      return
    }
    record.obstacle = found
    if found == -1 {
      record.progress = paths[path].length
      record.rear = vehicle.length / 2
      return
    }
    record.progress = here + nearest
    guard found >= 0 else { return }
    if parameters.compat {
      let along = obstacles.box(found, entry: entry).direction.dot(direction)
      record.speed = obstacles.obstacles[found].speed.magnitude * along
    } else {
      let now = obstacles.velocity(found, entry: entry, step: parameters.step)
      record.speed = now.dot(direction)
      // (What is foreseen comes in steps of its own; over half a second they do not show.)
      let later = min(entry + 5, obstacles.entries - 2)
      if later > entry, record.speed > 0 {
        let then = obstacles.velocity(found, entry: later, step: parameters.step)
        let change = record.speed - then.dot(direction)
        record.braking =
          max(change, 0) / (parameters.step * Double((later - entry) * obstacles.stepsPerEntry))
      }
    }
  }

  /// From the front to the next stop, metres; nil if there is none ahead.
  private func gapToStop(_ path: Int, _ here: Double) -> Double? {
    let front = here + vehicle.length / 2
    let first = path * rules.stops.count
    for stop in stopsByPath[first..<(first + rules.stops.count)] where stop >= front - 1 {
      return max(stop - front, 0)
    }
    return nil
  }
}
