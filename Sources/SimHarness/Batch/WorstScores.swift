import Synchronization

/// The lowest scores so far of the episodes of a batch that pass, so that the worst of them leave a
/// recording although nobody knows in advance which those are. Shared by workers.
final class WorstScores: Sendable {
  /// How many episodes that pass leave a recording besides those that do not.
  static let most = 12

  private let lowest = Mutex<[Double]>([])

  /// Whether an episode may be one of the worst in the end: it is one of the worst so far.
  func admits(_ score: Double) -> Bool {
    guard score < 1 else { return false }
    return lowest.withLock { lowest in
      if lowest.count == WorstScores.most, let last = lowest.last, score > last { return false }
      lowest.insert(score, at: lowest.firstIndex { $0 > score } ?? lowest.count)
      if lowest.count > WorstScores.most { lowest.removeLast() }
      return true
    }
  }

  /// Those of some finished episodes that may be among the worst of the batch and have no
  /// recording: what is not among the worst of some is not among those of all.
  static func unrecorded(_ finished: [EpisodeWork.Finished?]) -> [Int] {
    let scores = finished.map { $0?.lowestPassingScore ?? 1 }
    let worst = scores.indices.filter { scores[$0] < 1 }
      .sorted { (scores[$0], $0) < (scores[$1], $1) }.prefix(most)
    return worst.filter { finished[$0]?.recording == nil }
  }

  /// Names of the recordings to keep, whatever the order in which the episodes ended: of those that
  /// pass only the worst, the first ones of the batch among equals.
  static func kept(_ finished: [EpisodeWork.Finished], of request: BatchRequest) -> Set<String> {
    let recorded = finished.filter { $0.recording != nil }
    guard request.record == .failures else { return Set(recorded.compactMap(\.recording?.name)) }
    let passing = recorded.indices.filter { recorded[$0].lowestPassingScore != nil }
    let worst = passing.sorted { a, b in
      let (x, y) = (recorded[a].lowestPassingScore ?? 1, recorded[b].lowestPassingScore ?? 1)
      return x == y ? a < b : x < y
    }.prefix(request.keepsWorst ? most : 0)
    let failing = recorded.indices.filter { recorded[$0].lowestPassingScore == nil }
    return Set((failing + worst).compactMap { recorded[$0].recording?.name })
  }
}

extension EpisodeWork.Finished {
  /// The lowest score of its egos if they all pass, else nil.
  var lowestPassingScore: Double? { results.lowestPassingScore }
}

extension [EpisodeResult] {
  /// The lowest score if all pass, else nil.
  var lowestPassingScore: Double? {
    allSatisfy { $0.verdict == .pass } ? map { $0.score ?? 1 }.min() : nil
  }
}
