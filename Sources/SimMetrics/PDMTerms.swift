import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// NAVSIM's terms over the drive as it was executed (its own are over 4 s of a plan).
struct PDMTerms {
  /// NC: 1, 0.5 or 0.
  var noCollision: Double
  /// DAC: all corners always inside, without tolerance.
  var drivableArea: Double
  /// DDC: 1, 0.5 or 0; junctions left out.
  var drivingDirection: Double
  /// TLC: never over a connector whose light is red.
  var trafficLight: Double
  /// EP: share of the reference's progress, 1 if that is at most 5 m; nil without a reference.
  var progress: Double?
  /// TTC: more than 0.9 s at all ticks.
  var timeToCollision: Double
  /// LK: see `LaneKeepingMetric`.
  var laneKeeping: Double
  /// C, HC: within all comfort bounds; nil if the drive is too short.
  var comfort: Double?

  /// Where terms of both of its scores first failed, in order of time.
  private(set) var failures: [MetricViolation] = []
  /// Where those failed that only the second score has: direction, red lights, lane keeping.
  private(set) var furtherFailures: [MetricViolation] = []

  /// How far NAVSIM looks ahead, seconds.
  static let lookAhead = 0.9
  /// Progress up to this counts in full, metres.
  static let leastProgress = 5.0

  init(_ signals: DerivedSignals) {
    let faults = signals.collisions.filter(\.isAtFault)
    noCollision = NoEgoAtFaultCollisionsMetric.score(
      vulnerable: signals.deltaV(of: faults, in: .vulnerable).count,
      vehicles: signals.deltaV(of: faults, in: .vehicles).count,
      objects: signals.deltaV(of: faults, in: .objects).count)
    drivableArea = signals.excursions.allSatisfy(\.isInside) ? 1 : 0
    var steps = DrivingDirection.progressPerTick(
      signals.motion.boxes.map(\.centre), in: signals.placement.driven, on: signals.map)
    for tick in steps.indices where signals.placement.isInJunction[tick] { steps[tick] = 0 }
    let sums = DrivingDirection.rollingSum(steps, step: signals.motion.meanStepMicroseconds)
    let back = -min(sums.min() ?? 0, 0)
    drivingDirection =
      back < DrivingDirectionComplianceMetric.tolerated
      ? 1 : back < DrivingDirectionComplianceMetric.limit ? 0.5 : 0
    let overRed = PDMTerms.tickOverRed(signals)
    trafficLight = overRed == nil ? 1 : 0
    progress = signals.progress.map { progress in
      progress.referenceTotal <= PDMTerms.leastProgress
        ? 1 : min(max(progress.total / progress.referenceTotal, 0), 1)
    }
    let isLate = signals.timeToCollision.values.contains { $0 <= PDMTerms.lookAhead }
    timeToCollision = isLate ? 0 : 1
    let lane = LaneKeepingMetric.evaluate(signals)
    laneKeeping = lane.value ?? 1
    let quantities = EgoIsComfortableMetric.quantities(
      signals.comfort, signals.profile.comfortBounds)
    if quantities.allSatisfy({ $0.signal != nil }) {
      let isBroken = quantities.contains { quantity in
        quantity.signal?.counted.contains { tick in
          quantity.isBroken(quantity.signal?.values[tick] ?? 0)
        } ?? false
      }
      comfort = isBroken ? 0 : 1
    }
    failures = PDMTerms.failures(signals, faults, quantities)
    if drivingDirection < 1,
      let tick = sums.firstIndex(where: { -$0 >= DrivingDirectionComplianceMetric.tolerated })
    {
      furtherFailures.append(
        MetricViolation(
          firstTick: tick, lastTick: tick, extremum: back,
          reason: "\(back.fixed(1)) m against the lane's direction within 1 s"))
    }
    if let overRed {
      furtherFailures.append(
        MetricViolation(
          firstTick: overRed.tick, lastTick: overRed.tick, extremum: 0,
          reason: "over '\(signals.map.lanes[overRed.lane].id)' at red"))
    }
    furtherFailures = (furtherFailures + lane.violations).inOrder
  }

  private static func failures(
    _ signals: DerivedSignals, _ faults: [Collision], _ quantities: [EgoIsComfortableMetric.Quantity]
  ) -> [MetricViolation] {
    func violation(_ tick: Int, _ agent: Int? = nil, _ extremum: Double, _ reason: String)
      -> MetricViolation
    {
      MetricViolation(
        firstTick: tick, lastTick: tick, agent: agent, extremum: extremum, reason: reason)
    }
    var failures = faults.map {
      violation($0.tick, $0.agent, $0.deltaV, "collides with \(signals.name($0.agent)) at fault")
    }
    if let tick = signals.excursions.firstIndex(where: { !$0.isInside }) {
      failures.append(violation(tick, nil, 0, "a corner leaves the drivable area"))
    }
    let times = signals.timeToCollision.values
    if let tick = times.firstIndex(where: { $0 <= lookAhead }) {
      let row = Int(signals.timeToCollision.agents[tick])
      let with = row < 0 ? "" : " with \(signals.name(row))"
      failures.append(
        violation(
          tick, row < 0 ? nil : row, times[tick],
          "\(times[tick].fixed(2)) s to a collision\(with)"))
    }
    for quantity in quantities {
      guard let signal = quantity.signal,
        let tick = signal.counted.first(where: { quantity.isBroken(signal.values[$0]) })
      else { continue }
      failures.append(
        violation(
          tick, nil, signal.values[tick],
          "\(quantity.words) of \(signal.values[tick].fixed(2)) \(quantity.unit.rawValue)"))
    }
    return failures.inOrder
  }

  /// When the ego's body is first over a connector whose light is red; nil: never.
  private static func tickOverRed(_ signals: DerivedSignals) -> (tick: Int, lane: Int)? {
    let map = signals.map
    guard !map.signals.isEmpty else { return nil }
    var under: [Int32] = []
    for tick in 0..<signals.ticks {
      under.removeAll(keepingCapacity: true)
      map.lanes(meeting: signals.motion.boxes[tick], into: &under)
      for lane in under.map(Int.init) where map.lanes[lane].isConnector {
        guard let signal = map.lanes[lane].signal else { continue }
        let entry = tick * map.signals.count + signal
        if signals.record.signals.indices.contains(entry),
          signals.record.signals[entry].meansStop
        {
          return (tick, lane)
        }
      }
    }
    return nil
  }

  /// A weighted mean without what has no value.
  static func mean(_ parts: [(weight: Double, value: Double?)]) -> Double {
    var sum = 0.0
    var weights = 0.0
    for (weight, value) in parts {
      guard let value else { continue }
      sum += weight * value
      weights += weight
    }
    return weights > 0 ? sum / weights : 0
  }

  /// Terms as statistics.
  func statistics(_ prefix: String) -> [(name: String, value: Double)] {
    [
      ("\(prefix)_no_collision", noCollision), ("\(prefix)_drivable_area", drivableArea),
      ("\(prefix)_driving_direction", drivingDirection), ("\(prefix)_traffic_light", trafficLight),
      ("\(prefix)_progress", progress ?? .nan), ("\(prefix)_time_to_collision", timeToCollision),
      ("\(prefix)_lane_keeping", laneKeeping), ("\(prefix)_comfort", comfort ?? .nan),
    ]
  }
}
