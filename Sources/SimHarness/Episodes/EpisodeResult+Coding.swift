import SimCore
import SimEpisode
import SimStack

// How results travel from a worker process and rest in the journal: bit for bit.

extension ByteWriter {
  mutating func append(_ result: EpisodeResult) {
    append(result.scenario)
    append(result.path)
    appendList(result.tags) { $0.append($1) }
    append(result.seed)
    append(result.ego)
    append(result.planner)
    append(result.predictor)
    append(result.perception)
    append(result.traffic)
    append(result.profile)
    append(result.outcome.rawValue)
    append(result.reason)
    appendOptional(result.score) { $0.append($1) }
    appendList(result.metrics) { $0.append($1) }
    append(result.progressReference.rawValue)
    appendList(result.events) { writer, event in
      writer.appendVariable(Int64(event.tick))
      writer.append(event.kind)
      writer.appendOptional(event.agent) { $0.append($1) }
      writer.append(event.value)
    }
    appendCount(result.ticks)
    append(result.hash)
    append(result.explanation)
    appendList(result.details) { $0.append($1) }
    appendOptional(result.zeroedBy) { $0.append($1) }
    appendList(result.unmet) { $0.append($1) }
    appendCount(result.expectations)
    append(result.wallSeconds)
  }

  private mutating func append(_ metric: EpisodeResult.Metric) {
    append(metric.name)
    switch metric.role {
    case .multiplier: append(UInt8(0))
    case .statistic: append(UInt8(1))
    case .weighted(let weight):
      append(UInt8(2))
      append(weight)
    }
    appendOptional(metric.value) { $0.append($1) }
    appendList(metric.statistics) { writer, statistic in
      writer.append(statistic.name)
      writer.append(statistic.value)
    }
    appendList(metric.violations) { writer, violation in
      writer.appendVariable(Int64(violation.firstTick))
      writer.appendVariable(Int64(violation.lastTick))
      writer.appendOptional(violation.agent) { $0.append($1) }
      writer.append(violation.extremum)
      writer.append(violation.reason)
    }
  }
}

extension ByteReader {
  mutating func episodeResult() throws(FormatDefect) -> EpisodeResult {
    let scenario = try text()
    let path = try text()
    let tags = try texts()
    let seed = try uint64()
    let ego = try text()
    let planner = try text()
    let predictor = try text()
    let perception = try text()
    let traffic = try text()
    let profile = try text()
    guard let outcome = EpisodeOutcome(rawValue: try text()) else {
      throw FormatDefect("an unknown outcome")
    }
    let reason = try text()
    let score = try optional { reader throws(FormatDefect) in try reader.double() }
    var result = EpisodeResult(
      scenario: scenario, path: path, tags: tags, seed: seed, ego: ego, planner: planner,
      predictor: predictor, perception: perception, traffic: traffic, profile: profile,
      outcome: outcome, reason: reason, score: score)
    result.metrics = try list { reader throws(FormatDefect) in try reader.metric() }
    guard let reference = ProgressReference(rawValue: try text()) else {
      throw FormatDefect("an unknown kind of progress reference")
    }
    result.progressReference = reference
    result.events = try list { reader throws(FormatDefect) -> EpisodeResult.Event in
      let tick = Int(try reader.signedVariable())
      let kind = try reader.text()
      let agent = try reader.optional { reader throws(FormatDefect) in try reader.text() }
      return EpisodeResult.Event(
        tick: tick, kind: kind, agent: agent, value: try reader.double())
    }
    result.ticks = try count()
    result.hash = try uint64()
    result.explanation = try text()
    result.details = try texts()
    result.zeroedBy = try optional { reader throws(FormatDefect) in try reader.text() }
    result.unmet = try texts()
    result.expectations = try count()
    result.wallSeconds = try double()
    return result
  }

  private mutating func metric() throws(FormatDefect) -> EpisodeResult.Metric {
    let name = try text()
    let role: MetricRole
    switch try byte() {
    case 0: role = .multiplier
    case 1: role = .statistic
    case 2: role = .weighted(try double())
    case let other: throw FormatDefect("a metric of unknown role \(other)")
    }
    let value = try optional { reader throws(FormatDefect) in try reader.double() }
    let statistics = try list { reader throws(FormatDefect) -> EpisodeResult.Statistic in
      let name = try reader.text()
      return EpisodeResult.Statistic(name: name, value: try reader.double())
    }
    let violations = try list { reader throws(FormatDefect) -> EpisodeResult.Violation in
      let firstTick = Int(try reader.signedVariable())
      let lastTick = Int(try reader.signedVariable())
      let agent = try reader.optional { reader throws(FormatDefect) in try reader.text() }
      let extremum = try reader.double()
      return EpisodeResult.Violation(
        firstTick: firstTick, lastTick: lastTick, agent: agent, extremum: extremum,
        reason: try reader.text())
    }
    return EpisodeResult.Metric(
      name: name, role: role, value: value, statistics: statistics, violations: violations)
  }

  mutating func texts() throws(FormatDefect) -> [String] {
    try list { reader throws(FormatDefect) in try reader.text() }
  }
}
