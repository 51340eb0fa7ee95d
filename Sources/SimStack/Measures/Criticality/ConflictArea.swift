public import SimGeometry

/// Where the ways of an ego and of another one lie over each other: the common area of the strips
/// that their bodies sweep, as a true polygon (in convex pieces).
public struct ConflictArea: Sendable {
  /// Row of the other one.
  public let agent: Int
  /// `crossing` or `merging`.
  public let kind: EncounterKind
  /// Its convex pieces, which do not overlap.
  public let pieces: [Polygon]
  /// Around all pieces.
  let bounds: BoundingBox
  /// Along the ego's driven way, metres.
  let own: ClosedRange<Double>
  /// Along the other's.
  let others: ClosedRange<Double>

  /// Square metres.
  public var area: Double { pieces.reduce(0) { $0 + $1.area } }

  /// Whether a box is in it.
  public func isMet(by box: OrientedBox) -> Bool {
    bounds.intersects(box.boundingBox) && pieces.contains { $0.overlaps(box) }
  }

  /// How far beyond the meeting of two ways their corridors are looked at, metres.
  private static let margin = 4.0
  /// Ways that are nearer than this to each other have joined, metres.
  private static let joined = 0.3
  /// Longest part of a way that counts as one area, metres.
  private static let longest = 60.0
  /// Cosines of the angles that part crossing from merging, and from oncoming (30 degrees).
  private static let parallel = 0.866_025_403_784_438_6

  /// A stretch of the other's way that lies over the ego's.
  private struct Run {
    var first: Double
    var last: Double
    /// Where the two ways have become one; where they are nearest if they never do.
    var joint: Double
    var least = Double.infinity
    /// On the ego's way.
    var own: ClosedRange<Double>
    var isFromStart: Bool
    /// Cosine of the angle between the ways, at the end.
    var cosine = 1.0
  }

  /// All areas of a pair, in the order in which the other one comes to them.
  static func between(_ own: DrivenPath, _ other: DrivenPath, agent: Int) -> [ConflictArea] {
    let reach = 0.5 * (own.width + other.width)
    guard own.bounds.expanded(by: reach).intersects(other.bounds) else { return [] }
    return runs(own, other, reach: reach).compactMap { ConflictArea($0, own, other, agent) }
  }

  private static func runs(_ own: DrivenPath, _ other: DrivenPath, reach: Double) -> [Run] {
    var runs: [Run] = []
    var current: Run?
    var cursor: Int32 = 0
    var s = 0.0
    while s <= other.line.length {
      let place = other.line.advance(cursor: &cursor, s: s)
      // As far as the box around the ego's way nothing can be met.
      let apart = own.bounds.distance(to: place.point)
      if apart > reach {
        if let run = current { runs.append(run) }
        current = nil
        // (On a grid of whole metres, so that what is found does not hang on the frame.)
        s += max(1, (apart - reach).rounded(.down))
        continue
      }
      let found = own.line.project(place.point)
      guard found.distance < reach else {
        if let run = current { runs.append(run) }
        current = nil
        s += max(1, (found.distance - reach).rounded(.down))
        continue
      }
      var run =
        current
        ?? Run(
          first: s, last: s, joint: s, own: found.s...found.s, isFromStart: s == 0)
      run.last = s
      run.own = min(run.own.lowerBound, found.s)...max(run.own.upperBound, found.s)
      if found.distance < run.least, run.least > joined {
        run.least = found.distance
        run.joint = s
      }
      run.cosine = own.line.directions[Int(found.segment)].dot(place.direction)
      current = run
      s += 1
    }
    if let run = current { runs.append(run) }
    return runs
  }

  private init?(_ run: Run, _ own: DrivenPath, _ other: DrivenPath, _ agent: Int) {
    let kind: EncounterKind
    var last = run.last
    if run.cosine > ConflictArea.parallel {
      // Who was on the ego's way from the start does not merge into it.
      if run.isFromStart { return nil }
      kind = .merging
      last = run.joint
    } else if run.cosine < -ConflictArea.parallel {
      return nil
    } else {
      kind = .crossing
    }
    if last - run.first > ConflictArea.longest { return nil }
    let margin = ConflictArea.margin
    let upper =
      kind == .merging ? own.line.project(other.line.point(at: last)).s : run.own.upperBound
    guard
      let mine = own.corridor(from: run.own.lowerBound - margin, to: upper + margin),
      let theirs = other.corridor(
        from: run.first - margin, to: kind == .merging ? last : last + margin)
    else { return nil }
    let pieces = mine.intersectionPieces(with: theirs)
    guard !pieces.isEmpty else { return nil }
    let corners = mine.intersectionCorners(with: theirs)
    func extent(_ line: Polyline, near s: Double) -> ClosedRange<Double> {
      var low = Double.infinity
      var high = -Double.infinity
      for corner in corners {
        let place = line.project(corner, near: s, window: ConflictArea.longest).s
        low = min(low, place)
        high = max(high, place)
      }
      return min(low, high)...max(low, high)
    }
    self.agent = agent
    self.kind = kind
    self.pieces = pieces
    bounds = pieces.reduce(BoundingBox.empty) { $0.union($1.boundingBox) }
    self.own = extent(own.line, near: 0.5 * (run.own.lowerBound + run.own.upperBound))
    others = extent(other.line, near: 0.5 * (run.first + last))
  }

  /// An area given by its outline, e.g. what two lanes have in common.
  public init(agent: Int, kind: EncounterKind, pieces: [Polygon]) {
    self.agent = agent
    self.kind = kind
    self.pieces = pieces
    bounds = pieces.reduce(BoundingBox.empty) { $0.union($1.boundingBox) }
    own = 0...0
    others = 0...0
  }
}
