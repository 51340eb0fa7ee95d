import SimCore
import SimGeometry

/// The parallel lanes of one direction along a course, as lane drafts `road.1 … road.n`, numbered
/// from the right.
struct Carriageway {
  /// A lane boundary beside the course.
  struct Edge {
    /// Offset from the course, metres, left positive.
    var offset: Double
    /// Offset at the end of the course; nil: it stays.
    var endOffset: Double?
    var marking: LaneMarking

    init(_ offset: Double, to endOffset: Double? = nil, _ marking: LaneMarking) {
      self.offset = offset
      self.endOffset = endOffset
      self.marking = marking
    }

    /// It stays at one distance from the course.
    var isEven: Bool { endOffset == nil || endOffset == offset }

    /// - Parameter other: the line of another edge that is even along the course.
    func line(along course: SampledLine, like other: Polyline? = nil) -> Polyline? {
      guard let endOffset, !isEven else { return course.offset(offset, like: other) }
      let length = course.stations[course.stations.count - 1]
      return course.offset { offset + (endOffset - offset) * SmoothStep.value($0 / length) }
    }
  }

  var road: String
  /// Lane boundaries from right to left, one more than there are lanes (as the road's travellers
  /// see it: for a reversed carriageway too).
  var edges: [Edge]
  /// Traffic runs against the course; `edges` stay offsets from the course.
  var isReversed = false
  /// Width of a lane for bicycles beyond the right edge, metres; 0: there is none.
  var bicycleLane = 0.0
  var kind: LaneKind = .driving
  var speedLimit: Double?
  var stopLine: String?
  var signal: String?

  /// Even lanes from an edge towards the right.
  ///
  /// - Parameters:
  ///   - left: offset of the left edge, metres.
  ///   - count: number of lanes.
  ///   - width: width of each, metres.
  static func edges(
    leftmost left: Double, count: Int, width: Double, outer: LaneMarking = .solid,
    inner: LaneMarking = .dashed, median: LaneMarking = .solid
  ) -> [Edge] {
    (0...count).map { k in
      Edge(
        left - Double(count - k) * width, k == 0 ? outer : k == count ? median : inner)
    }
  }

  var laneCount: Int { edges.count - 1 }

  /// The drafts along a course; neighbours are linked, nothing else.
  func drafts(along course: SampledLine) -> [LaneDraft] {
    var drafts: [LaneDraft] = []
    drafts.reserveCapacity(laneCount)
    addDrafts(along: course, to: &drafts)
    return drafts
  }

  /// Appends the drafts along a course.
  func addDrafts(along course: SampledLine, to drafts: inout [LaneDraft]) {
    var lines = ParallelLines()
    addDrafts(along: course, &lines, to: &drafts)
  }

  /// Appends the drafts, with lines that may share something with those of another carriageway.
  func addDrafts(
    along course: SampledLine, _ lines: inout ParallelLines, to drafts: inout [LaneDraft]
  ) {
    var right = lines.line(edges[0], along: course, isReversed: isReversed)
    if bicycleLane > 0, let right {
      addBicycleLane(rightOf: right, along: course, &lines, to: &drafts)
    }
    for k in 1...laneCount {
      let left = lines.line(edges[k], along: course, isReversed: isReversed)
      let middle = Edge(
        0.5 * (edges[k - 1].offset + edges[k].offset),
        to: 0.5 * (end(k - 1) + end(k)), .none)
      defer { right = left }
      guard let right, let left,
        let centreline = lines.line(middle, along: course, isReversed: isReversed)
      else { continue }
      drafts.take(
        LaneDraft(
          laneID(k), kind: kind,
          shape: .complete(LaneLines(centreline: centreline, left: left, right: right)),
          leftMarking: edges[k].marking, rightMarking: edges[k - 1].marking,
          speedLimit: speedLimit,
          left: k < laneCount ? .init(laneID(k + 1)) : nil,
          right: k > 1
            ? .init(laneID(k - 1)) : bicycleLane > 0 ? .init(BicycleLane.id(beside: road)) : nil,
          stopLine: stopLine, signal: signal, segment: road))
    }
  }

  /// Appends the draft of the lane for bicycles. It is a segment of its own: who drives on the
  /// lanes beside does not change over to it.
  private func addBicycleLane(
    rightOf edge: Polyline, along course: SampledLine, _ lines: inout ParallelLines,
    to drafts: inout [LaneDraft]
  ) {
    func aside(_ distance: Double) -> Edge {
      let shift = isReversed ? distance : -distance
      return Edge(edges[0].offset + shift, to: end(0) + shift, .none)
    }
    guard let right = lines.line(aside(bicycleLane), along: course, isReversed: isReversed),
      let middle = lines.line(aside(0.5 * bicycleLane), along: course, isReversed: isReversed)
    else { return }
    let id = BicycleLane.id(beside: road)
    drafts.take(
      LaneDraft(
        id, kind: .bicycle,
        shape: .complete(LaneLines(centreline: middle, left: edge, right: right)),
        leftMarking: .solid, rightMarking: .solid, speedLimit: speedLimit,
        left: .init(laneID(1)), stopLine: stopLine, signal: signal, segment: id))
  }

  private func laneID(_ k: Int) -> String {
    k == 1 ? String(joining: road, ".1") : "\(road).\(k)"
  }

  private func end(_ k: Int) -> Double { edges[k].endOffset ?? edges[k].offset }
}

/// The lines of edges along one course. Beside a straight they differ by a displacement only, and
/// share all else.
struct ParallelLines {
  /// The first even one, along the course.
  private var model: Polyline?
  /// That one against the course.
  private var back: Polyline?

  init() {}

  /// The line of an edge; nil if it has no length.
  ///
  /// - Parameters:
  ///   - course: the same in every call.
  ///   - isReversed: the line runs against it.
  mutating func line(
    _ edge: Carriageway.Edge, along course: SampledLine, isReversed: Bool = false
  ) -> Polyline? {
    guard let line = edge.line(along: course, like: model) else { return nil }
    if model == nil, edge.isEven { model = line }
    guard isReversed else { return line }
    guard let model else { return line.reversed }
    let back = back ?? model.reversed
    self.back = back
    return line.reversed(like: (model, back))
  }
}

/// The polynomial 10 u^3 - 15 u^4 + 6 u^5: from 0 to 1 with no slope and no bend at either end.
enum SmoothStep {
  /// Its value; 0 below u = 0, 1 above u = 1.
  static func value(_ u: Double) -> Double {
    if u <= 0 { return 0 }
    if u >= 1 { return 1 }
    return u * u * u * (10 + u * (6 * u - 15))
  }
}
