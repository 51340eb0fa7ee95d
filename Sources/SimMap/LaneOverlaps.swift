import SimGeometry
import Synchronization

/// Which lanes lie across each other: conflicts that traffic must watch beside its own way.
///
/// Two lanes, each drivable or a connector for bicycles, are listed with each other if their
/// polygons have more than `leastArea` in common and they are not consecutive, not beside each
/// other and not of one segment. So crossing and merging connectors are, and so are those that part
/// from one lane.
public struct LaneOverlaps: Sendable {
  /// Common area above which lanes overlap, square metres: more than what rounding and badly
  /// digitised bounds of adjacent lanes share.
  public static let leastArea = 0.05

  @usableFromInline let offsets: [Int32]
  @usableFromInline let others: [Int32]

  /// The lanes that overlap one, ascending.
  @inlinable
  public func lanes(overlapping lane: Int) -> ArraySlice<Int32> {
    others[Int(offsets[lane])..<Int(offsets[lane + 1])]
  }

  /// Where the lanes that overlap one stand in the list of all pairs, each of which is there both
  /// ways round: for what belongs to pairs.
  @inlinable
  public func places(overlapping lane: Int) -> Range<Int> {
    Int(offsets[lane])..<Int(offsets[lane + 1])
  }

  /// The other lane of the pair at a place.
  @inlinable
  public func other(at place: Int) -> Int { Int(others[place]) }

  /// Calls a function with the list of all pairs as buffers: where the pairs of each lane begin
  /// (one more than there are lanes), and the other lane of each.
  @inlinable
  public func withBuffers<R>(
    _ body: (_ starts: UnsafeBufferPointer<Int32>, _ others: UnsafeBufferPointer<Int32>) -> R
  ) -> R {
    offsets.withUnsafeBufferPointer { starts in
      others.withUnsafeBufferPointer { others in body(starts, others) }
    }
  }

  /// Number of pairs, counted both ways round.
  @inlinable public var pairCount: Int { others.count }

  /// The place of two lanes; nil if they do not overlap.
  @inlinable
  public func place(_ lane: Int, _ other: Int) -> Int? {
    places(overlapping: lane).first { others[$0] == other }
  }

  /// Whether two lanes overlap.
  public func contains(_ lane: Int, _ other: Int) -> Bool {
    lanes(overlapping: lane).contains(Int32(other))
  }

  init(of map: LaneGraph) {
    var pairs: [(Int, Int)] = []
    var near: [Int32] = []
    for (i, lane) in map.lanes.enumerated() where LaneOverlaps.isMet(lane) {
      near.removeAll(keepingCapacity: true)
      map.laneIndex.query(lane.lines.boundingBox, into: &near)
      for j in near.map(Int.init) where j > i {
        let other = map.lanes[j]
        guard LaneOverlaps.isMet(other), LaneOverlaps.mayConflict(lane, other) else { continue }
        let common = lane.lines.passingPolygon.intersectionArea(with: other.lines.passingPolygon)
        guard common > LaneOverlaps.leastArea else { continue }
        pairs.append((i, j))
      }
    }
    self.init(pairs, lanes: map.lanes.count)
  }

  /// The table of some pairs of lanes, in any order.
  init(_ pairs: [(Int, Int)], lanes: Int) {
    // Counting sort: first how many each lane has, then each into its place.
    var offsets = [Int32](repeating: 0, count: lanes + 1)
    var others = [Int32](repeating: 0, count: 2 * pairs.count)
    offsets.withUnsafeMutableBufferPointer { offsets in
      for (a, b) in pairs {
        offsets[a + 1] += 1
        offsets[b + 1] += 1
      }
      for lane in 0..<lanes { offsets[lane + 1] += offsets[lane] }
    }
    var next = offsets
    others.withUnsafeMutableBufferPointer { others in
      next.withUnsafeMutableBufferPointer { next in
        for (a, b) in pairs {
          others[Int(next[a])] = Int32(b)
          others[Int(next[b])] = Int32(a)
          next[a] += 1
          next[b] += 1
        }
      }
      for lane in 0..<lanes {
        // (Pairs in ascending order leave nothing to sort.)
        let own = Int(offsets[lane])..<Int(offsets[lane + 1])
        if own.dropFirst().contains(where: { others[$0 - 1] > others[$0] }) { others[own].sort() }
      }
    }
    self.offsets = offsets
    self.others = others
  }

  /// Vehicles meet on it: a lane of motor vehicles, or one for bicycles through a junction.
  private static func isMet(_ lane: Lane) -> Bool {
    lane.kind.isDrivable || (lane.kind == .bicycle && lane.isConnector)
  }

  /// Lanes that belong together by links or side by side do not count as overlapping.
  private static func mayConflict(_ a: Lane, _ b: Lane) -> Bool {
    a.segment != b.segment && a.left?.lane != b.index && a.right?.lane != b.index
      && b.left?.lane != a.index && b.right?.lane != a.index && !a.successors.contains(b.index)
      && !a.predecessors.contains(b.index)
  }
}

extension LaneGraph {
  /// Which lanes lie across each other; computed at the first call and kept. Take it once, not in
  /// a loop: each call takes a lock.
  public var overlaps: LaneOverlaps {
    overlapCache.withLock { cached in
      if let cached { return cached }
      let computed = LaneOverlaps(of: self)
      cached = computed
      return computed
    }
  }

  /// The lanes that overlap one (see `LaneOverlaps`), ascending; allocates and takes a lock.
  public func overlappingLanes(of lane: Int) -> [Int] {
    overlaps.lanes(overlapping: lane).map(Int.init)
  }
}
