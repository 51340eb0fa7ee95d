import SimCore
import SimGeometry
import SimStack

// How is stored what modules weighed and attended to, in sections of their own that only episodes
// have that were watched: as plans and forecasts are, see `StackCoding`.

extension ByteWriter {
  mutating func appendChoices(_ choices: [PlanChoice?]) {
    let choices = appendPresence(choices) { a, b in
      a == b
        && zip(a.proposals, b.proposals).allSatisfy { a, b in
          a.score.sign == b.score.sign && sameBits(a.centres, b.centres)
        }
    }
    for choice in choices {
      appendVariable(choice.stepMicroseconds)
      appendOptional(choice.chosen) { $0.appendCount($1) }
      append(choice.isEmergency)
      appendCount(choice.proposals.count)
      for proposal in choice.proposals { appendCount(proposal.centres.count) }
    }
    let proposals = choices.flatMap(\.proposals)
    ColumnCodec.encode(proposals.map(\.score.bitPattern), into: &self)
    appendColumn(proposals, \.centres) { $0.x.bitPattern }
    appendColumn(proposals, \.centres) { $0.y.bitPattern }
  }

  mutating func appendAttention(_ lists: [[ForecastAttention]?]) {
    let lists = appendPresence(lists) { a, b in
      a == b
        && zip(a, b).allSatisfy { a, b in
          zip(a.agents, b.agents).allSatisfy { $0.weight.sign == $1.weight.sign }
            && zip(a.stretches, b.stretches).allSatisfy {
              $0.weight.sign == $1.weight.sign && $0.start.sign == $1.start.sign
                && $0.end.sign == $1.end.sign
            }
        }
    }
    for list in lists {
      appendList(list) { writer, attention in
        writer.appendVariable(Int64(attention.track))
        writer.appendList(attention.agents) { $0.appendVariable(Int64($1.track)) }
        writer.appendList(attention.stretches) { $0.appendCount($1.lane) }
      }
    }
    let all = lists.flatMap(\.self)
    appendColumn(all, \.agents) { UInt64($0.weight.bitPattern) }
    appendColumn(all, \.stretches) { UInt64($0.weight.bitPattern) }
    appendColumn(all, \.stretches) { $0.start.bitPattern }
    appendColumn(all, \.stretches) { $0.end.bitPattern }
  }
}

extension ByteReader {
  mutating func choices(_ ticks: Int) throws(FormatDefect) -> [PlanChoice?] {
    let presence = try presence(ticks)
    var choices: [PlanChoice] = []
    var counts: [[Int]] = []
    for _ in 0..<presence.new {
      let step = try signedVariable()
      guard step > 0 else { throw FormatDefect("proposals with steps of \(step) microseconds") }
      let chosen = try optional { reader throws(FormatDefect) in try reader.count() }
      let isEmergency = try bool()
      // (Each has a byte of its own to come.)
      let count = try count(atMost: remaining)
      guard (chosen ?? -1) < count else { throw FormatDefect("a choice that was not proposed") }
      counts.append(try self.counts(count))
      choices.append(
        PlanChoice(
          stepMicroseconds: step, proposals: [], chosen: chosen, isEmergency: isEmergency))
    }
    let scores: [Double] = try column(try sum(counts.map(\.count)))
    guard scores.allSatisfy({ (0...1).contains($0) }) else {
      throw FormatDefect("a score that is not in [0, 1]")
    }
    let total = try sum(counts.flatMap(\.self))
    let x: [Double] = try column(total)
    let y: [Double] = try column(total)
    let most = PlanChoice.farthest
    guard x.allSatisfy({ abs($0) <= most }), y.allSatisfy({ abs($0) <= most }) else {
      throw FormatDefect("a proposal of no possible place")
    }
    var proposal = 0
    var start = 0
    for index in choices.indices {
      choices[index].proposals = counts[index].map { count in
        defer {
          proposal += 1
          start += count
        }
        return PlanChoice.Proposal(
          centres: (start..<start + count).map { Vector2(x[$0], y[$0]) }, score: scores[proposal])
      }
    }
    return spread(choices, presence.marks)
  }

  /// - Parameter lanes: how many the map has.
  mutating func attention(_ ticks: Int, lanes: Int) throws(FormatDefect) -> [[ForecastAttention]?] {
    let presence = try presence(ticks)
    var lists: [[ForecastAttention]] = []
    for _ in 0..<presence.new {
      lists.append(
        try list { reader throws(FormatDefect) in
          let track = Int(try reader.signedVariable())
          let agents = try reader.list { reader throws(FormatDefect) in
            ForecastAttention.Agent(track: Int(try reader.signedVariable()), weight: 0)
          }
          let stretches = try reader.list { reader throws(FormatDefect) in
            let lane = try reader.count()
            guard lane < lanes else { throw FormatDefect("attention to lane \(lane) of \(lanes)") }
            return ForecastAttention.Stretch(lane: lane, start: 0, end: 0, weight: 0)
          }
          return ForecastAttention(track: track, agents: agents, stretches: stretches)
        })
    }
    let agents = try sum(lists.flatMap { $0.map(\.agents.count) })
    let stretches = try sum(lists.flatMap { $0.map(\.stretches.count) })
    let agentWeights = try weights(agents)
    let laneWeights = try weights(stretches)
    let starts: [Double] = try column(stretches)
    let ends: [Double] = try column(stretches)
    guard starts.allSatisfy({ $0.isFinite }), ends.allSatisfy({ $0.isFinite }) else {
      throw FormatDefect("attention to a stretch that is not finite")
    }
    var agent = 0
    var stretch = 0
    for list in lists.indices {
      for target in lists[list].indices {
        for k in lists[list][target].agents.indices {
          lists[list][target].agents[k].weight = agentWeights[agent]
          agent += 1
        }
        for k in lists[list][target].stretches.indices {
          lists[list][target].stretches[k].start = starts[stretch]
          lists[list][target].stretches[k].end = ends[stretch]
          lists[list][target].stretches[k].weight = laneWeights[stretch]
          stretch += 1
        }
      }
    }
    return spread(lists, presence.marks)
  }

  private mutating func weights(_ count: Int) throws(FormatDefect) -> [Float] {
    var weights: [Float] = []
    weights.reserveCapacity(count)
    for bits in try ColumnCodec.decode(count, from: &self) {
      guard let bits = UInt32(exactly: bits), (0...1).contains(Float(bitPattern: bits)) else {
        throw FormatDefect("a weight of attention that is not in [0, 1]")
      }
      weights.append(Float(bitPattern: bits))
    }
    return weights
  }
}
