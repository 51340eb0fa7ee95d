import SimCore
import SimEpisode
import SimMetrics
import SimStack
import SimViewer

extension Findings {
  /// What a recording's metrics found.
  init(_ recording: Recording, profile: MetricProfile) {
    self.init()
    let record = recording.episode.record
    outcome = recording.episode.outcome.rawValue
    guard !record.header.egos.isEmpty, record.ticks > 0 else { return }
    let score = MetricCatalog.score(record, profile: profile)
    final = Standing(score)
    strips = Findings.strips(record, score, profile)
    marks = Findings.marks(recording.episode, score)
    worstTick = Findings.worstTick(record, score)
  }

  private static func strips(
    _ record: EpisodeRecord, _ score: EpisodeScore, _ profile: MetricProfile
  ) -> [Strip] {
    let row = record.header.egos[0].agent
    let history = record.history
    func column(_ values: [Double], scale: Double = 1) -> [Double] {
      (0..<record.ticks).map { tick in
        let slot = history.slot(tick, row)
        return history.present[slot] == 0 ? .nan : values[slot] * scale
      }
    }
    let bounds = profile.comfortBounds
    var strips = [
      Strip(name: "speed", unit: "m/s", values: column(history.speed)),
      Strip(
        name: "acceleration", unit: "m/s2", values: column(history.acceleration),
        lower: bounds.leastLongitudinalAcceleration,
        upper: bounds.greatestLongitudinalAcceleration,
        broken: broken(score, "ego_is_comfortable")),
    ]
    if let result = score.result("time_to_collision_within_bound"), !result.series.isEmpty {
      // Beyond some seconds nothing is near.
      let values = result.series.map { $0 < 10 ? $0 : .nan }
      strips.append(
        Strip(
          name: "time to collision", unit: "s", values: values, lower: 0.95,
          broken: broken(score, result.name)))
    }
    strips.append(
      Strip(name: "steering", unit: "deg", values: column(history.steering, scale: 180 / .pi)))
    for factor in score.factors {
      guard let result = score.result(factor.metric), !result.series.isEmpty,
        result.name != "time_to_collision_within_bound",
        // A line that never moves says nothing.
        result.series.contains(where: { $0.isFinite && $0 != result.series[0] }),
        // Two metrics may look at the same.
        !strips.contains(where: { $0.values == result.series })
      else { continue }
      strips.append(
        Strip(
          name: result.name.replacing("_", with: " "), unit: unit(result.unit),
          values: result.series, broken: broken(score, result.name)))
    }
    return strips
  }

  private static func broken(_ score: EpisodeScore, _ name: String) -> [ClosedRange<Int>] {
    (score.result(name)?.violations ?? []).map {
      $0.firstTick...max($0.firstTick, $0.lastTick)
    }
  }

  private static func unit(_ dimension: Dimension) -> String {
    switch dimension {
    case .length: "m"
    case .time: "s"
    case .speed: "m/s"
    case .acceleration: "m/s2"
    default: ""
    }
  }

  /// All that is worth jumping to, by tick; within a tick in the order found.
  private static func marks(_ episode: Episode, _ score: EpisodeScore) -> [Mark] {
    let record = episode.record
    let factors = Set(score.factors.map(\.metric))
    var marks: [Mark] = []
    for result in score.results where factors.contains(result.name) {
      for violation in result.violations {
        marks.append(
          Mark(tick: violation.firstTick, kind: kind(of: result.name), text: violation.reason))
      }
    }
    marks += overruns(record)
    for result in score.results {
      for event in result.events where !isTold(event, of: result, score, factors) {
        marks.append(mark(event, record))
      }
    }
    for event in record.events {
      if event.kind == "planner_failed" {
        // (The reason tells which stage it was, and begins with the tick.)
        let reason = episode.reason.isEmpty ? event.kind : "failed at \(episode.reason)"
        marks.append(Mark(tick: event.tick, kind: .planner, text: reason))
      } else {
        marks.append(mark(event, record))
      }
    }
    // By tick, and in the order found within one; what several tell in the same words is one mark.
    var known: Set<Mark> = []
    return marks.enumerated()
      .sorted { ($0.element.tick, $0.offset) < ($1.element.tick, $1.offset) }
      .map(\.element).filter { known.insert($0).inserted }
  }

  private static func mark(_ event: EpisodeEvent, _ record: EpisodeRecord) -> Mark {
    let who = event.agent.map { " \(record.header.ids[$0])" } ?? ""
    let kind: Mark.Kind =
      switch event.kind {
      case "collision", "at_fault_collision", "off_road": .collision
      case "red_light", "missed_stop": .signal
      case "discomfort": .comfort
      case "low_time_to_collision", "speeding", "wrong_way", "failed_yield": .bound
      default: .event
      }
    return Mark(tick: event.tick, kind: kind, text: "\(event.kind)\(who)")
  }

  /// Of one thing that a violation and an event both tell, the violation's words are kept, which
  /// say more: a scored metric's own events, and collisions, of which two metrics tell.
  private static func isTold(
    _ event: EpisodeEvent, of result: MetricResult, _ score: EpisodeScore, _ factors: Set<String>
  ) -> Bool {
    var tellers = [result.name]
    if event.kind == "collision" { tellers.append("no_ego_at_fault_collisions") }
    return tellers.contains { teller in
      factors.contains(teller)
        && score.result(teller)?.violations.contains {
          $0.firstTick == event.tick && $0.agent == event.agent
        } == true
    }
  }

  /// Where the stack of an ego took longer than it may: the first tick of each time that it does.
  private static func overruns(_ record: EpisodeRecord) -> [Mark] {
    var marks: [Mark] = []
    for drive in record.egos {
      for (tick, entry) in drive.enumerated() {
        guard let time = entry.time, time.isOverrun,
          tick == 0 || drive[tick - 1].time?.isOverrun != true
        else { continue }
        let (spent, budget) = (time.spentMicroseconds, time.budgetMicroseconds)
        marks.append(
          Mark(
            tick: tick, kind: .planner,
            text: "the stack took \((Double(spent) / 1000).fixed(1)) ms, "
              + "it has \((Double(budget) / 1000).fixed(0)) ms"))
      }
    }
    return marks
  }

  private static func kind(of metric: String) -> Mark.Kind {
    switch metric {
    case "no_ego_at_fault_collisions", "drivable_area_compliance": .collision
    case "traffic_light_compliance", "stop_compliance": .signal
    case "ego_is_comfortable": .comfort
    default: .bound
    }
  }

  /// Where what took most of the score began; else where a collision was nearest.
  private static func worstTick(_ record: EpisodeRecord, _ score: EpisodeScore) -> Int? {
    if let failure = score.failure { return min(failure.tick, record.ticks - 1) }
    let lost = score.factors.filter { $0.violation != nil && ($0.value ?? 1) < 1 }
    let zeroing = lost.filter { $0.role == .multiplier && $0.value == 0 }
    let worst =
      zeroing.min { ($0.violation?.firstTick ?? .max) < ($1.violation?.firstTick ?? .max) }
      ?? lost.max { $0.loss < $1.loss }
    if let tick = worst?.violation?.firstTick { return min(tick, record.ticks - 1) }
    let series = score.result("time_to_collision_within_bound")?.series ?? []
    let nearest = series.indices.filter { series[$0].isFinite }.min { series[$0] < series[$1] }
    return nearest ?? (record.ticks - 1) / 2
  }
}

extension Findings.Standing {
  /// A score as it is shown.
  init(_ score: EpisodeScore) {
    let zero =
      score.failure != nil
      ? "planner_failed"
      : score.factors.first { $0.role == .multiplier && $0.value == 0 }?.metric
    self.init(
      score: score.score, zeroedBy: zero,
      text: score.details.first ?? "nothing lost",
      factors: score.factors.map {
        Findings.Standing.Factor(
          name: $0.metric, value: $0.value, isGate: $0.role == .multiplier)
      })
  }
}
