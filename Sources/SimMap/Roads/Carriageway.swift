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

    func line(along course: SampledLine) -> Polyline? {
      guard let endOffset, endOffset != offset else { return course.offset(offset) }
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
    let lines = edges.map { oriented($0.line(along: course)) }
    for k in 1...laneCount {
      let middle = Edge(
        0.5 * (edges[k - 1].offset + edges[k].offset),
        to: 0.5 * (end(k - 1) + end(k)), .none)
      guard let right = lines[k - 1], let left = lines[k],
        let centreline = oriented(middle.line(along: course))
      else { continue }
      drafts.take(
        LaneDraft(
          laneID(k), kind: kind,
          shape: .complete(LaneLines(centreline: centreline, left: left, right: right)),
          leftMarking: edges[k].marking, rightMarking: edges[k - 1].marking,
          speedLimit: speedLimit,
          left: k < laneCount ? .init(laneID(k + 1)) : nil,
          right: k > 1 ? .init(laneID(k - 1)) : nil,
          stopLine: stopLine, signal: signal, segment: road))
    }
  }

  private func laneID(_ k: Int) -> String {
    k == 1 ? String(joining: road, ".1") : "\(road).\(k)"
  }

  private func end(_ k: Int) -> Double { edges[k].endOffset ?? edges[k].offset }

  private func oriented(_ line: Polyline?) -> Polyline? { isReversed ? line?.reversed : line }
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
