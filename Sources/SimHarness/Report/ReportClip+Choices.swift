import SimCore
import SimGeometry
import SimMap
import SimStack

// How modules chose: the planner's proposals with their scores, the predictor's attention. Only
// recordings of watched episodes have them.

extension ReportClip {
  /// Parts of a metre in which places of proposals are written: most of their second differences
  /// fit a byte, and nobody sees five centimetres.
  private static let proposalScale = 20.0
  /// Parts of the heaviest in which weights of stretches are written.
  private static let stretchScale: Float = 50
  /// Agents of less weight are not shown.
  private static let leastAgent: Float = 0.005
  /// Stretches with less of the heaviest one's weight are not shown.
  private static let leastStretch: Float = 0.02
  /// Attention is shown so often: of every tick it would be most of a clip, microseconds.
  private static let attentionSpacing: Int64 = 500_000

  // MARK: - Proposals

  /// Proposals as they are written.
  struct Weighed: Equatable {
    struct Proposal: Equatable {
      /// In hundredths.
      var score: Int
      /// In parts of a metre, from the origin.
      var x: [Int]
      var y: [Int]
    }

    var proposals: [Proposal]
    var chosen: Int?
    var isEmergency: Bool
  }

  /// Whether an ego's are there; each new set; in it each proposal by what differs from the one
  /// before: score, start, first step, then second differences.
  mutating func writeChoices(_ ego: Int, isWanted: Bool) {
    let choices = record.egos[ego].map { tick in tick.choice.map { weighed($0) } }
    guard told(choices.contains { $0 != nil }, isWanted: isWanted) else { return }
    var before = Weighed.Proposal(score: 0, x: [0, 0], y: [0, 0])
    series(choices, isSame: ==) { clip, choice in
      clip.number(choice.proposals.count)
      clip.number(choice.chosen ?? -1)
      clip.number(choice.isEmergency ? 1 : 0)
      for proposal in choice.proposals {
        clip.number(proposal.score - before.score)
        clip.number(proposal.x.count)
        clip.way(proposal.x, after: before.x)
        clip.way(proposal.y, after: before.y)
        before.score = proposal.score
        if proposal.x.count > 1 { (before.x, before.y) = (proposal.x, proposal.y) }
      }
    }
  }

  private func weighed(_ choice: PlanChoice) -> Weighed {
    let stride = max(1, Int(ReportClip.pointSpacing / max(choice.stepMicroseconds, 1)))
    return Weighed(
      proposals: choice.proposals.map { proposal in
        let places = Swift.stride(from: 0, to: proposal.centres.count, by: stride)
          .map { proposal.centres[$0] }
        return Weighed.Proposal(
          score: rounded(proposal.score),
          x: places.map { rounded($0.x - origin.x, ReportClip.proposalScale) },
          y: places.map { rounded($0.y - origin.y, ReportClip.proposalScale) })
      }, chosen: choice.chosen, isEmergency: choice.isEmergency)
  }

  /// Second differences that go on from the start and the first step of another way.
  private mutating func way(_ values: [Int], after other: [Int]) {
    var last = other[0]
    var slope = 0
    for (index, value) in values.enumerated() {
      number(value - last - slope)
      slope = index == 0 ? other[1] - other[0] : value - last
      last = value
    }
  }

  // MARK: - Attention

  /// What the forecast of one agent depended on, as it is written.
  struct Attended: Equatable {
    struct Part: Equatable {
      /// Of the agent in the clip, or of the stretch in its table.
      var place: Int
      /// In hundredths of all, or in parts of the heaviest stretch.
      var weight: Int
    }

    /// The agent's place in the clip.
    var agent: Int
    var agents: [Part]
    var stretches: [Part]
  }

  /// A stretch of a lane that something was attended to on.
  private struct Stretch: Hashable, Comparable {
    var lane: Int
    var start: Double
    var end: Double

    init(_ stretch: ForecastAttention.Stretch) {
      (lane, start, end) = (stretch.lane, stretch.start, stretch.end)
    }

    static func < (a: Stretch, b: Stretch) -> Bool {
      (a.lane, a.start, a.end) < (b.lane, b.start, b.end)
    }
  }

  /// Whether an ego's is there; the stretches; twice a second what every forecast depended on.
  mutating func writeAttention(_ ego: Int, isWanted: Bool) {
    let samples = sampledAttention(ego)
    guard told(samples.contains { $0 != nil }, isWanted: isWanted) else { return }
    var known: Set<Stretch> = []
    for attention in samples.compactMap(\.self).flatMap(\.self) {
      for stretch in shown(attention.stretches) { known.insert(Stretch(stretch)) }
    }
    let stretches = known.sorted()
    number(stretches.count)
    for stretch in stretches { points(line(of: stretch)) }
    let table = Dictionary(uniqueKeysWithValues: stretches.enumerated().map { ($1, $0) })
    let own = record.header.egos[ego].agent
    let targets = samples.map { sample in sample.map { attended($0, own: own, table) } }
    series(targets, isSame: ==) { clip, targets in
      clip.number(targets.count)
      var last = 0
      for target in targets {
        clip.number(target.agent - last)
        last = target.agent
        clip.parts(target.agents)
        clip.parts(target.stretches)
      }
    }
  }

  /// What was attended to at each tick, with what is too soon after another replaced by that.
  private func sampledAttention(_ ego: Int) -> [[ForecastAttention]?] {
    let step = max(record.header.clock.stepMicroseconds, 1)
    let spacing = max(1, Int(ReportClip.attentionSpacing / step))
    var last: [ForecastAttention]?
    var next = 0
    return record.egos[ego].indices.map { tick in
      let attention = record.egos[ego][tick].attention
      if tick >= next || attention == nil || last == nil {
        last = attention
        next = tick + spacing
      }
      return last
    }
  }

  private func shown(_ stretches: [ForecastAttention.Stretch]) -> [ForecastAttention.Stretch] {
    let most = stretches.map(\.weight).max() ?? 0
    return stretches.filter {
      $0.weight > ReportClip.leastStretch * most && $0.end > $0.start
        && record.header.map.lanes.indices.contains($0.lane)
    }
  }

  private func line(of stretch: Stretch) -> [Vector2] {
    let centreline = record.header.map.lanes[stretch.lane].centreline
    let (start, end) = (max(stretch.start, 0), min(stretch.end, centreline.length))
    guard end > start else { return [] }
    return ReportShapes.thinned(
      (0...6).map { centreline.point(at: start + (end - start) * Double($0) / 6) })
  }

  private func attended(
    _ list: [ForecastAttention], own: Int, _ table: [Stretch: Int]
  ) -> [Attended] {
    func place(_ track: Int) -> Int? {
      let row = track == ForecastAttention.ego ? own : track
      return places.indices.contains(row) ? places[row] : nil
    }
    return list.compactMap { attention in
      guard let agent = place(attention.track) else { return nil }
      let agents = attention.agents.filter { $0.weight > ReportClip.leastAgent }
        .compactMap { other in
          place(other.track).map { place in
            Attended.Part(place: place, weight: max(1, rounded(Double(other.weight))))
          }
        }
      let most = attention.stretches.map(\.weight).max() ?? 1
      let stretches = shown(attention.stretches).map { stretch in
        Attended.Part(
          place: table[Stretch(stretch)] ?? 0,
          weight: max(1, Int((stretch.weight / most * ReportClip.stretchScale).rounded())))
      }
      return Attended(
        agent: agent, agents: agents.sorted { $0.place < $1.place },
        stretches: stretches.sorted { $0.place < $1.place })
    }.sorted { $0.agent < $1.agent }
  }

  private mutating func parts(_ parts: [Attended.Part]) {
    number(parts.count)
    var last = 0
    for part in parts {
      number(part.place - last)
      number(part.weight)
      last = part.place
    }
  }
}
