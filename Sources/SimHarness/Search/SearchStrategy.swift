import SimCore

/// Decides which points of a parameter space to try next; points are shares of the ranges of its
/// axes, in [0, 1].
///
/// It begins with the corners (where there are few), the middle and a Latin hypercube, and goes on
/// in rounds of a fixed size, so that what is tried depends on the seed and on what was found, and
/// not on how many workers try it. One point of each round is the one farthest from all so far
/// among some drawn at random: so no region is overlooked for long.
///
/// - Boundary: the others lie half-way between a failing point and the passing one nearest to it,
///   the widest pairs first; if there is one pair only, at its quarters.
/// - Worst: the others are normal steps from the worst points so far, shorter when nothing worse
///   was found, and longer when something was (an evolution strategy with the one-fifth rule,
///   Rechenberg 1973).
struct SearchStrategy {
  /// A point that was tried.
  struct Trial: Sendable {
    var point: [Double]
    var passes: Bool
    /// What is looked for the least of; nil: it has no value there.
    var measure: Double?
  }

  /// A failing point and the passing one nearest to it.
  struct Pair: Sendable {
    var fail: Int
    var pass: Int
    /// In shares, the largest of all axes.
    var distance: Double
  }

  /// Points of a round.
  static let roundSize = 4
  private static let purpose = RandomPurpose("search")

  let dimensions: Int
  let goal: SearchGoal
  /// Pairs nearer than this are as good as met, in shares of the ranges.
  let tolerance: Double
  private let random: CounterRandom
  private(set) var trials: [Trial] = []
  /// Of the normal steps.
  private var stride = 0.2
  private var round = 0

  init(dimensions: Int, goal: SearchGoal, tolerance: Double, seed: UInt64) {
    self.dimensions = dimensions
    self.goal = goal
    self.tolerance = tolerance
    random = CounterRandom(seed: seed)
  }

  mutating func add(_ trials: [Trial]) {
    let before = worst(count: 1).first.flatMap { self.trials[$0].measure } ?? .infinity
    self.trials += trials
    let after = worst(count: 1).first.flatMap { self.trials[$0].measure } ?? .infinity
    if goal == .worst && round > 0 {
      stride = after < before ? min(stride * 1.5, 0.5) : max(stride * 0.82, tolerance)
    }
    round += 1
  }

  // MARK: - What to try

  /// The points to begin with.
  func firstPoints(budget: Int) -> [[Double]] {
    var points: [[Double]] = [[Double](repeating: 0.5, count: dimensions)]
    let corners = dimensions < 10 ? 1 << dimensions : Int.max
    if corners <= budget / 2 {
      for corner in 0..<corners {
        points.append((0..<dimensions).map { corner >> $0 & 1 == 1 ? 1 : 0 })
      }
    }
    let more = dimensions == 1 ? 0 : max(0, budget / 3 - points.count)
    return Array((points + latinHypercube(more)).prefix(budget))
  }

  /// The points of the next round, at most `roundSize`; none: the boundary is found.
  func nextPoints(budget: Int) -> [[Double]] {
    var points: [[Double]] = []
    switch goal {
    case .boundary:
      let pairs = self.pairs().filter { $0.distance > tolerance }
      // In one dimension there is nothing between neighbours that the pairs do not show.
      let isFound = pairs.isEmpty && !self.pairs().isEmpty
      if isFound && (dimensions == 1 || round > 3) { return [] }
      let places = SearchStrategy.roundSize - 1
      // One pair alone is cut into quarters.
      let cuts = pairs.count == 1 ? places : 1
      for pair in pairs.prefix(places) {
        let (a, b) = (trials[pair.fail].point, trials[pair.pass].point)
        for cut in 1...cuts {
          let share = Double(cut) / Double(cuts + 1)
          points.append(zip(a, b).map { $0 + share * ($1 - $0) })
        }
      }
    case .worst:
      let parents = worst(count: 2)
      for k in 0..<SearchStrategy.roundSize - 1 where !parents.isEmpty {
        // Two from the worst, one from the next.
        points.append(step(from: trials[parents[k < 2 ? 0 : parents.count - 1]].point, k))
      }
    }
    // Where nothing failed, or nothing passed, all that is left is to look elsewhere.
    let elsewhere = points.isEmpty ? SearchStrategy.roundSize : 1
    for _ in 0..<elsewhere {
      guard let point = loneliest(besides: points) else { break }
      points.append(point)
    }
    return Array(points.prefix(budget))
  }

  /// One point in each of n slices of every axis.
  private func latinHypercube(_ n: Int) -> [[Double]] {
    let orders = (0..<dimensions).map { axis in
      (0..<n).sorted {
        let a = draw(axis, $0, index: 0)
        let b = draw(axis, $1, index: 0)
        return a == b ? $0 < $1 : a < b
      }
    }
    return (0..<n).map { k in
      (0..<dimensions).map { (Double(orders[$0][k]) + draw($0, k, index: 1)) / Double(n) }
    }
  }

  private func step(from point: [Double], _ k: Int) -> [Double] {
    point.enumerated().map { axis, x in
      let normal = random.normal(
        SearchStrategy.purpose, stream: UInt64(axis), tick: 1_000_000 + round, index: k)
      let moved = x + stride * normal
      // Thrown back at the ends, so that they are not tried again and again.
      let folded = moved < 0 ? -moved : moved > 1 ? 2 - moved : moved
      return min(max(folded, 0), 1)
    }
  }

  /// Of some points drawn at random the one farthest from all others; nil if none is far from any.
  private func loneliest(besides points: [[Double]]) -> [Double]? {
    let others = trials.map(\.point) + points
    var best: (point: [Double], distance: Double)?
    for k in 0..<128 {
      let point = (0..<dimensions).map { axis in
        random.uniform(
          SearchStrategy.purpose, stream: UInt64(axis), tick: 2_000_000 + round,
          index: 128 * points.count + k)
      }
      let distance = others.map { SearchStrategy.distance($0, point) }.min() ?? 1
      if distance > best?.distance ?? 0 { best = (point, distance) }
    }
    guard let best, best.distance > tolerance / 2 else { return nil }
    return best.point
  }

  private func draw(_ axis: Int, _ k: Int, index: Int) -> Double {
    random.uniform(SearchStrategy.purpose, stream: UInt64(axis), tick: k, index: index)
  }

  // MARK: - What was found

  /// The largest difference of any axis.
  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// Every failing point with the passing one nearest to it, the widest pairs first.
  func pairs() -> [Pair] {
    let passing = trials.indices.filter { trials[$0].passes }
    let failing = trials.indices.filter { !trials[$0].passes }
    var pairs: [Pair] = []
    for fail in failing {
      var best: Pair?
      for pass in passing {
        let distance = SearchStrategy.distance(trials[fail].point, trials[pass].point)
        if distance < best?.distance ?? .infinity {
          best = Pair(fail: fail, pass: pass, distance: distance)
        }
      }
      // Between the two lies nobody else: only such a pair is next to the boundary.
      if let best, !isSplit(best) { pairs.append(best) }
    }
    return pairs.sorted { ($1.distance, $0.fail) < ($0.distance, $1.fail) }
  }

  /// Another failing point is nearer to the passing one than this one is.
  private func isSplit(_ pair: Pair) -> Bool {
    trials.indices.contains { other in
      other != pair.fail && !trials[other].passes
        && SearchStrategy.distance(trials[other].point, trials[pair.pass].point) < pair.distance
        && SearchStrategy.distance(trials[other].point, trials[pair.fail].point) < pair.distance
    }
  }

  /// The points of the least measures, the first found first.
  func worst(count: Int) -> [Int] {
    let valued = trials.indices.filter { trials[$0].measure != nil }
    let ranked = valued.sorted {
      let (a, b) = (trials[$0].measure ?? 0, trials[$1].measure ?? 0)
      return a == b ? $0 < $1 : a < b
    }
    return Array(ranked.prefix(count))
  }
}

/// What a search looks for.
public enum SearchGoal: String, Hashable, Sendable, CaseIterable {
  /// Where passing turns into failing.
  case boundary
  /// The least measure.
  case worst
}
