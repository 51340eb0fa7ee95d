import SimCore
public import SimEpisode
public import SimMetrics
import SimScenario
import SimStack

extension Recording {
  /// The results of all egos, scored by a profile: of an episode that has just run and of one that
  /// was read from its file, with the same bits.
  public func results(_ profile: MetricProfile) -> [EpisodeResult] {
    let header = episode.record.header
    return header.egos.indices.map { ego in
      let modules = header.egos[ego].modules
      var result = EpisodeResult(
        scenario: header.scenario, path: origin.path, tags: origin.tags, seed: header.seed,
        ego: header.ids[header.egos[ego].agent], planner: modules[.planner]?.name ?? "",
        predictor: modules[.predictor]?.name ?? "", perception: modules[.perception]?.name ?? "",
        traffic: origin.traffic, profile: profile.name, outcome: episode.outcome)
      result.fill(
        in: episode, ego: ego, profile: profile,
        score: MetricCatalog.score(episode.record, ego: ego, profile: profile))
      result.check(origin.expectations)
      return result
    }
  }
}

extension EpisodeResult {
  /// Fills in what an episode and its score say.
  fileprivate mutating func fill(
    in episode: Episode, ego: Int, profile: MetricProfile, score: EpisodeScore
  ) {
    let record = episode.record
    outcome = episode.outcome
    reason = episode.reason
    self.profile = score.profile
    self.score = episode.outcome == .plannerFailed ? 0 : score.score
    progressReference = score.progressReference
    ticks = record.ticks
    hash = record.hashes.last ?? 0
    explanation = score.explanation
    details = score.details
    zeroedBy =
      score.factors.first { $0.role == .multiplier && $0.value == 0 }?.metric
      ?? (outcome == .plannerFailed ? outcome.rawValue : nil)
    metrics = score.results.map { result in
      Metric(
        name: result.name, role: profile.formula.role(of: result.name), value: result.value,
        statistics: result.statistics.map { Statistic(name: $0.name, value: $0.value) },
        violations: result.violations.map { violation in
          Violation(
            firstTick: violation.firstTick, lastTick: violation.lastTick,
            agent: violation.agent.map { record.header.ids[$0] }, extremum: violation.extremum,
            reason: violation.reason)
        })
    }
    events = EpisodeResult.events(record, ego: ego, score.results)
  }

  /// The same episode as the results of one that failed without a record.
  func failed(reason: String) -> EpisodeResult {
    var result = self
    result.outcome = .plannerFailed
    result.reason = reason
    result.score = 0
    result.zeroedBy = EpisodeOutcome.plannerFailed.rawValue
    result.explanation = "score 0: planner_failed: \(reason)"
    result.unmet = []
    return result
  }

  /// What happened to an ego, by tick, then in the order of the record and the metrics; the same
  /// event is listed once.
  private static func events(
    _ record: EpisodeRecord, ego: Int, _ results: [MetricResult]
  ) -> [Event] {
    let row = record.header.egos[ego].agent
    let others = Set(record.header.egos.map(\.agent)).subtracting([row])
    var events: [Event] = []
    // Recorded events name the ego that they are about; metrics' name the other one.
    for event in record.events where !others.contains(event.agent ?? -1) {
      let agent = event.agent == row ? nil : event.agent
      events.append(Event(event, agent: agent, record))
    }
    for event in results.flatMap(\.events) {
      let listed = Event(event, agent: event.agent == row ? nil : event.agent, record)
      if !events.contains(listed) { events.append(listed) }
    }
    return events.enumerated()
      .sorted { ($0.element.tick, $0.offset) < ($1.element.tick, $1.offset) }
      .map(\.element)
  }

  /// Checks the expectations of a scenario; what does not hold goes into `unmet`.
  mutating func check(_ expectations: [Expectation]) {
    self.expectations = expectations.count
    unmet = expectations.compactMap { expectation in
      if expectation.key == "outcome" {
        guard let word = expectation.word, word != outcome.rawValue else { return nil }
        return "outcome is \(outcome.rawValue), expected \(word)"
      }
      guard let value = value(named: expectation.key) else {
        return "\(expectation.key) has no value, expected \(expectation.bounds)"
      }
      let isMet =
        value >= expectation.minimum ?? -.infinity && value <= expectation.maximum ?? .infinity
      return isMet ? nil : "\(expectation.key) is \(value), expected \(expectation.bounds)"
    }
  }
}

extension EpisodeResult.Event {
  fileprivate init(_ event: EpisodeEvent, agent: Int?, _ record: EpisodeRecord) {
    self.init(
      tick: event.tick, kind: event.kind, agent: agent.map { record.header.ids[$0] },
      value: event.value)
  }
}

extension Expectation {
  /// The bound in words, e.g. `at least 0.6`.
  var bounds: String {
    switch (minimum, maximum) {
    case (let low?, let high?) where low == high: "\(low)"
    case (let low?, let high?): "\(low) to \(high)"
    case (let low?, nil): "at least \(low)"
    case (nil, let high?): "at most \(high)"
    case (nil, nil): word ?? "anything"
    }
  }
}
