public import SimGeometry
public import SimMap

/// Progress of a drive along the road segments of another drive (nuPlan's expert), in metres of
/// the arc length of their baselines.
public struct RouteProgress: Sendable {
  /// One segment of the route, and the lane whose centreline measures progress on it.
  public struct Stage: Hashable, Sendable {
    /// Index of the road segment.
    public var segment: Int
    /// Index of the lane.
    public var baseline: Int
  }

  /// The route in the order driven; empty if the drive never was in a lane.
  public let stages: [Stage]
  private let map: LaneGraph

  /// The route that a drive took, from the lanes that it was in.
  ///
  /// - Parameter known: lanes that the drive is known to have taken: where it was on one of them,
  ///   the others that lie over it (in a junction there are many) do not count.
  public init(along driven: LaneSets, on map: LaneGraph, preferring known: [Int] = []) {
    self.map = map
    var stages: [Stage] = []
    var last: ArraySlice<Int> = []
    for tick in 0..<driven.count {
      var lanes = driven[tick]
      if lanes.count > 1 {
        let preferred = lanes.filter(known.contains)
        if !preferred.isEmpty { lanes = preferred[...] }
      }
      // A tick that still has a lane of the set before is no new entry.
      if lanes.isEmpty || last.contains(where: lanes.contains) { continue }
      last = lanes
      guard let lane = lanes.first else { continue }
      let segment = map.lanes[lane].segment
      if segment != stages.last?.segment {
        stages.append(Stage(segment: segment, baseline: lane))
      }
    }
    self.stages = stages
  }

  /// Progress since the tick before, metres; the first entry is 0. All 0 if there is no route.
  ///
  /// Within a segment it is the difference of projected arc lengths; on entering a later one, what
  /// was left of the old baseline, plus the segments skipped, plus the way into the new one. The
  /// route is never walked backwards, and outside of it there is no progress.
  public func perTick(_ positions: [Vector2]) -> [Double] {
    var progress = [Double](repeating: 0, count: positions.count)
    guard let start = positions.first, !stages.isEmpty else { return progress }
    var stage = 0
    var reached = arcLength(start, stage)
    for tick in positions.indices.dropFirst() {
      let position = positions[tick]
      if holds(position, stage) {
        let now = arcLength(position, stage)
        progress[tick] = now - reached
        reached = now
        continue
      }
      guard let next = (stage + 1..<stages.count).first(where: { holds(position, $0) }) else {
        continue
      }
      var skipped = 0.0
      for between in stage + 1..<next {
        skipped +=
          arcLength(line(between + 1).start, between) - arcLength(line(between - 1).end, between)
      }
      let now = arcLength(position, next)
      let remaining = line(stage).length - reached
      progress[tick] = remaining + (now - arcLength(line(stage).end, next)) + skipped
      reached = now
      stage = next
    }
    return progress
  }

  private func line(_ stage: Int) -> Polyline { map.lanes[stages[stage].baseline].centreline }

  private func arcLength(_ position: Vector2, _ stage: Int) -> Double {
    line(stage).project(position).s
  }

  private func holds(_ position: Vector2, _ stage: Int) -> Bool {
    map.segments[stages[stage].segment].polygon.contains(position)
  }
}
