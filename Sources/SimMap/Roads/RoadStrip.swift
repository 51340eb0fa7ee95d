import SimGeometry

/// A stretch of road along a course: lanes with it, and perhaps lanes against it on their left.
///
/// Offsets are measured from the course; right-hand traffic.
struct RoadStrip {
  var forward: Carriageway?
  var backward: Carriageway?

  /// A road of lanes of one width.
  ///
  /// - Parameters:
  ///   - forward: road id and number of lanes along the course; 0 lanes: none.
  ///   - backward: road id and number of lanes against it.
  ///   - divider: offset of the line between the directions (or of the left edge of a one-way
  ///     road), metres.
  ///   - centre: marking of that line on a two-way road.
  ///   - bicycleLane: width of a lane for bicycles on the right of each direction, metres; 0: none.
  init(
    forward: (road: String, lanes: Int), backward: (road: String, lanes: Int) = ("", 0),
    divider: Double = 0, width: Double, speedLimit: Double?, centre: LaneMarking = .solid,
    bicycleLane: Double = 0
  ) {
    let isTwoWay = forward.lanes > 0 && backward.lanes > 0
    if forward.lanes > 0 {
      self.forward = Carriageway(
        road: forward.road,
        edges: Carriageway.edges(
          leftmost: divider, count: forward.lanes, width: width,
          median: isTwoWay ? centre : .solid),
        speedLimit: speedLimit)
    }
    if backward.lanes > 0 {
      let edges = Carriageway.edges(
        leftmost: -divider, count: backward.lanes, width: width,
        median: isTwoWay ? centre : .solid)
      self.backward = Carriageway(
        road: backward.road,
        edges: edges.map { Carriageway.Edge(-$0.offset, $0.marking) }, isReversed: true,
        speedLimit: speedLimit)
    }
    self.forward?.bicycleLane = bicycleLane
    self.backward?.bicycleLane = bicycleLane
  }

  /// A road of one direction with its lanes centred on the course.
  init(oneWay road: String, lanes: Int, width: Double, speedLimit: Double?) {
    self.init(
      forward: (road, lanes), divider: 0.5 * Double(lanes) * width, width: width,
      speedLimit: speedLimit)
  }

  /// The lane drafts, forward ones first; the innermost lanes of both directions are neighbours.
  func drafts(along course: SampledLine) -> [LaneDraft] {
    var drafts: [LaneDraft] = []
    addDrafts(along: course, to: &drafts)
    return drafts
  }

  /// Appends the lane drafts.
  func addDrafts(along course: SampledLine, to drafts: inout [LaneDraft]) {
    let first = drafts.count
    var lines = ParallelLines()
    forward?.addDrafts(along: course, &lines, to: &drafts)
    let inner = drafts.count - 1
    guard let backward else { return }
    backward.addDrafts(along: course, &lines, to: &drafts)
    let last = drafts.count - 1
    guard inner >= first, last > inner else { return }
    drafts[inner].left = .init(drafts[last].id, isSameDirection: false)
    drafts[last].left = .init(drafts[inner].id, isSameDirection: false)
  }

  /// The whole road's surface with a verge of the given widths beyond its outer lanes; lanes for
  /// bicycles are no part of it.
  func surface(
    along course: SampledLine, verge: (left: Double, right: Double) = (0, 0),
    kind: DrivableArea.Kind = .road
  ) -> DrivableArea? {
    let rightmost = forward?.edges.first ?? backward?.edges.last
    let leftmost = backward?.edges.first ?? forward?.edges.last
    guard var right = rightmost, var left = leftmost else { return nil }
    right.offset -= verge.right
    right.endOffset? -= verge.right
    left.offset += verge.left
    left.endOffset? += verge.left
    var lines = ParallelLines()
    guard let leftLine = lines.line(left, along: course),
      let rightLine = lines.line(right, along: course)
    else { return nil }
    return DrivableArea(kind: kind, polygon: LaneShape.outline(leftLine, rightLine))
  }
}

extension LaneGraphBuilder {
  /// Adds the lanes and the surface of a stretch of road.
  mutating func add(
    _ strip: RoadStrip, along course: SampledLine, verge: (left: Double, right: Double) = (0, 0)
  ) {
    addLanes { strip.addDrafts(along: course, to: &$0) }
    if let surface = strip.surface(along: course, verge: verge) { add(surface) }
  }
}
