import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld

/// What lies ahead of every road user of a frame on the way that it most likely takes, and how far
/// all of them would get if they drove by the intelligent driver model.
struct ForecastTraffic {
  /// What lies ahead of one; distances are from its front, metres.
  struct Ahead {
    /// Where it is in its lane; nil: in none, and nothing is known of what is ahead.
    var start: LaneFollowingPredictor.Start?
    /// Who drives before it, -1: nobody near, and the gap between their bumpers.
    var leader = -1, gap = Double.infinity
    /// The first signal.
    var signal: (distance: Double, colour: SignalColour)?
    /// The first line at which one has to stop or to give way.
    var line: (distance: Double, isStop: Bool)?
    /// The first lane that gives way, and when the first of those with priority gets to its
    /// place, s.
    var conflict: (distance: Double, arrival: Double)?
    /// The next lane through a junction and how it turns, radians, left positive.
    var turn: (distance: Double, angle: Double)?
    /// Speeds that the way allows, braking softly for what comes, every `ForecastRules.spacing`
    /// metres from its middle on; those of all are in one list.
    fileprivate var allowed = 0..<0
    /// The law's acceleration now, m/s^2.
    fileprivate(set) var acceleration = 0.0
  }

  /// How far ahead one looks: a length, and a time at the present speed; at most so far, metres.
  private static let reach = (length: 40.0, time: 5.0, most: 400.0)
  private static let mostLanes = 64
  /// Braking for bends and limits ahead, m/s^2.
  private static let ease = 1.5
  /// Without a limit nobody is taken to go slower than so, m/s.
  private static let fallbackSpeed = 10.0
  /// Standard drivers: as the policy `idm`'s.
  private static let law = IDM(
    desiredSpeed: 1, minGap: 2, headway: 1, acceleration: 1.5, deceleration: 2)
  private static let emergency = 8.0
  /// Who can stop at a yellow signal with this deceleration does, m/s^2.
  private static let yellow = 3.0
  /// What the law does not explain of an acceleration is kept for a while: time constant, s, and
  /// at most so much, m/s^2.
  private static let habit = (time: 2.0, most: 2.0)

  let tracks: [Track]
  private(set) var ahead: [Ahead] = []
  private var allowed: [Double] = []
  /// Ways by road user and step, metres.
  private(set) var ways: [Double] = []
  private let steps: Int
  private let step: Double

  private struct Occupant {
    var lane: Int, s: Double, track: Int
  }

  /// - Parameters:
  ///   - rule: whose steps are taken.
  init(
    _ tracks: [Track], _ rules: ForecastRules, on map: LaneGraph, signals: [SignalColour],
    _ rule: LaneFollowingPredictor
  ) {
    self.tracks = tracks
    steps = rule.steps
    step = Double(rule.stepMicroseconds) / 1_000_000
    ahead = tracks.map { track in
      // Walkers cross lanes, they are not in them.
      track.agentClass == .pedestrian
        ? Ahead() : Ahead(start: LaneFollowingPredictor.start(of: track, on: map))
    }
    var occupants: [Occupant] = []
    for (index, one) in ahead.enumerated() {
      guard let start = one.start else { continue }
      occupants.append(Occupant(lane: start.lane, s: start.frenet.s, track: index))
    }
    occupants.sort {
      ($0.lane, $0.s, $0.track) < ($1.lane, $1.s, $1.track)
    }
    var visits: [Occupant] = []
    for index in tracks.indices {
      look(index, rules, map, signals, occupants, &visits)
    }
    visits.sort { ($0.lane, $0.s, $0.track) < ($1.lane, $1.s, $1.track) }
    for index in tracks.indices {
      guard let lane = conflicts[index] else { continue }
      var soonest = Double.infinity
      for other in rules.yieldsTo[lane] {
        var place = Self.first(of: other, in: visits)
        while place < visits.count, visits[place].lane == other {
          if visits[place].track != index { soonest = min(soonest, visits[place].s) }
          place += 1
        }
      }
      ahead[index].conflict?.arrival = soonest
    }
    drive(rule)
  }

  /// By road user the first lane on its way that gives way.
  private var conflicts: [Int?] = []

  private static func first(of lane: Int, in list: [Occupant]) -> Int {
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if list[middle].lane < lane { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Goes along the way of one; `visits` gets the lanes on it with when it gets there (`s`: s).
  private mutating func look(
    _ index: Int, _ rules: ForecastRules, _ map: LaneGraph, _ signals: [SignalColour],
    _ occupants: [Occupant], _ visits: inout [Occupant]
  ) {
    conflicts.append(nil)
    let track = tracks[index]
    guard let start = ahead[index].start, !track.agentClass.isObject else { return }
    let half = track.box.halfLength
    let reach = min(
      Self.reach.length + Self.reach.time * max(track.speed, 0), Self.reach.most)
    let spacing = ForecastRules.spacing
    let first = allowed.count
    let count = Int(reach / spacing) + 1
    var lane = start.lane
    var before = -start.frenet.s
    for number in 0..<Self.mostLanes {
      let own = map.lanes[lane]
      let end = before + own.length
      while allowed.count - first < count {
        let s = Double(allowed.count - first) * spacing - before
        guard s < own.length else { break }
        let cap = rules.cap(lane, at: s)
        allowed.append(cap < .infinity ? cap : max(Self.fallbackSpeed, track.speed))
      }
      visits.append(
        Occupant(
          lane: lane, s: max(0, before - half) / max(track.speed, 1), track: index))
      if ahead[index].leader < 0 {
        var place = Self.first(of: lane, in: occupants)
        while place < occupants.count, occupants[place].lane == lane {
          let other = occupants[place]
          let distance = before + other.s
          if distance > 0, other.track != index {
            ahead[index].leader = other.track
            ahead[index].gap = distance - half - tracks[other.track].box.halfLength
            break
          }
          place += 1
        }
      }
      let isFirst = number == 0
      if ahead[index].signal == nil, let signal = own.signal, signals.indices.contains(signal),
        !(isFirst && own.isConnector)
      {
        // A connector's must not be entered, that of another lane not be left.
        let distance = (own.isConnector ? before : end) - half
        if distance > -half { ahead[index].signal = (distance, signals[signal]) }
      }
      if ahead[index].line == nil, !own.isConnector, let line = own.stopLine {
        let rule = map.stopLines[line].rule
        if rule == .stop || rule == .yield { ahead[index].line = (end - half, rule == .stop) }
      }
      if !isFirst, own.isConnector {
        if ahead[index].turn == nil { ahead[index].turn = (before - half, rules.turns[lane]) }
        if conflicts[index] == nil, !rules.yieldsTo[lane].isEmpty {
          conflicts[index] = lane
          ahead[index].conflict = (before - half, .infinity)
        }
      }
      before = end
      guard before < reach, own.length > 0,
        let next = LaneFollowingPredictor.successor(of: lane, track.lights, on: map)
      else { break }
      lane = next
    }
    if allowed.count == first { allowed.append(max(Self.fallbackSpeed, track.speed)) }
    for k in (first..<allowed.count - 1).reversed() {
      let next = allowed[k + 1]
      allowed[k] = min(allowed[k], (next * next + 2 * Self.ease * spacing).squareRoot())
    }
    ahead[index].allowed = first..<allowed.count
  }

  /// The speed that the way of one allows after some metres, m/s.
  func allowedSpeed(_ index: Int, after way: Double) -> Double {
    let range = ahead[index].allowed
    guard !range.isEmpty else { return max(Self.fallbackSpeed, tracks[index].speed) }
    let place = Int(min(max(0, way), Self.reach.most) / ForecastRules.spacing)
    return allowed[min(range.lowerBound + place, range.upperBound - 1)]
  }

  private func law(_ index: Int, speed: Double, after way: Double, gap: Double, leadSpeed: Double)
    -> Double
  {
    var law = Self.law
    law.desiredSpeed = max(allowedSpeed(index, after: way), 0.5)
    return law.acceleration(
      speed: speed, gap: gap, leadSpeed: leadSpeed, emergency: Self.emergency)
  }

  /// The law's acceleration of one on its way, with leader and a signal that forbids to go on.
  private func acceleration(
    _ index: Int, speed: Double, after way: Double, leaderWay: Double, leadSpeed: Double
  ) -> Double {
    let one = ahead[index]
    let gap = one.leader < 0 ? .infinity : one.gap - way + leaderWay
    var result = law(index, speed: speed, after: way, gap: gap, leadSpeed: leadSpeed)
    if let signal = one.signal, signal.distance - way > -0.5 {
      let own = max(tracks[index].speed, 0)
      let isForbidden =
        signal.colour.meansStop
        || (signal.colour == .yellow
          && own * own / (2 * max(signal.distance, 0.01)) < Self.yellow)
      if isForbidden {
        let halt = law(
          index, speed: speed, after: way, gap: signal.distance - way + 1, leadSpeed: 0)
        result = min(result, halt)
      }
    }
    return result
  }

  /// All drive on together.
  private mutating func drive(_ rule: LaneFollowingPredictor) {
    let count = tracks.count
    ways = [Double](repeating: 0, count: count * steps)
    var speeds = tracks.map { max($0.speed, 0) }
    var gone = [Double](repeating: 0, count: count)
    var habits = [Double](repeating: 0, count: count)
    for k in 0..<steps {
      let (speedsBefore, goneBefore) = (speeds, gone)
      let share = ExactMath.exp(-Double(k) * step / Self.habit.time)
      for index in 0..<count {
        if ahead[index].start == nil || tracks[index].agentClass.isObject {
          gone[index] = rule.way(tracks[index], after: Double(k + 1) * step)
          speeds[index] = k == 0 ? speeds[index] : (gone[index] - goneBefore[index]) / step
        } else {
          let leader = ahead[index].leader
          let a = acceleration(
            index, speed: speedsBefore[index], after: goneBefore[index],
            leaderWay: leader < 0 ? 0 : goneBefore[leader],
            leadSpeed: leader < 0 ? 0 : speedsBefore[leader])
          if k == 0 {
            ahead[index].acceleration = a
            let habit = tracks[index].acceleration - a
            habits[index] = min(max(habit, -Self.habit.most), Self.habit.most)
          }
          let speed = max(0, speedsBefore[index] + (a + habits[index] * share) * step)
          gone[index] += (speedsBefore[index] + speed) / 2 * step
          speeds[index] = speed
        }
        ways[index * steps + k] = gone[index]
      }
    }
  }

  /// Appends where one comes; who is in no lane goes as the rule says.
  func append(
    _ index: Int, _ rule: LaneFollowingPredictor, on map: LaneGraph,
    to points: inout [Forecast.Point]
  ) {
    guard let start = ahead[index].start, !tracks[index].agentClass.isObject else {
      rule.append(tracks[index], on: map, to: &points)
      return
    }
    rule.append(
      tracks[index], from: start, ways: ways[index * steps..<(index + 1) * steps], on: map,
      to: &points)
  }

  /// How far one would get that stops before what it may have to wait at ahead, metres by step;
  /// without any it brakes gently.
  func stopping(_ index: Int) -> [Double] {
    let one = ahead[index]
    let places = [one.signal?.distance, one.line?.distance, one.conflict?.distance]
    var halt = Double.infinity
    for place in places { if let place, place > -0.5 { halt = min(halt, place) } }
    var speed = max(tracks[index].speed, 0)
    var gone = 0.0
    var result: [Double] = []
    for k in 0..<steps {
      let leaderWay = one.leader < 0 || k == 0 ? 0 : ways[one.leader * steps + k - 1]
      let leadSpeed =
        one.leader < 0
        ? 0
        : k < 2
          ? max(tracks[one.leader].speed, 0)
          : (ways[one.leader * steps + k - 1] - ways[one.leader * steps + k - 2]) / step
      var a = acceleration(
        index, speed: speed, after: gone, leaderWay: leaderWay, leadSpeed: leadSpeed)
      a = min(
        a, halt < .infinity
          ? law(index, speed: speed, after: gone, gap: halt - gone + 1, leadSpeed: 0) : -Self.ease)
      let next = max(0, speed + a * step)
      gone += (speed + next) / 2 * step
      speed = next
      result.append(gone)
    }
    return result
  }
}
