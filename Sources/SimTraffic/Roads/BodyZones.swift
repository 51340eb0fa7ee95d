import SimGeometry
import SimMap
import SimWorld

/// Where the bodies of long vehicles reach over other lanes than those that they follow.
///
/// A lorry or a bus whose axles keep to its lane cuts the inside of a tight bend with its middle
/// and swings out with its ends, over the lane beside, the oncoming one, or the mouth of one
/// across. `ConflictZone` knows of centrelines only, which is enough for cars. Here the boxes of
/// the longest vehicle are laid along each bent lane that long vehicles follow, and compared with
/// what drives on the lanes about: the strip that a car covers, and the boxes of long vehicles.
struct BodyZones {
  /// Sizes of a policy's vehicles, metres.
  struct Fleet {
    /// Longer vehicles count as long: cars and vans follow their centrelines well enough.
    static let longFrom = 6.5

    /// Greatest width of the others.
    var width = 0.0
    var longest = 0.0
    var shortestLong = Double.infinity
    var longWidth = 0.0

    mutating func add(length: Double, width: Double) {
      if length > Fleet.longFrom {
        longest = max(longest, length)
        shortestLong = min(shortestLong, length)
        longWidth = max(longWidth, width)
      } else {
        self.width = max(self.width, width)
      }
    }

    var hasLong: Bool { longest > 0 }
  }

  /// A stretch of a lane where a vehicle is in the way of those on another lane.
  ///
  /// A vehicle is in it from when its front passes `start` until its rear passes `end`. For a long
  /// one that may be over before the whole of it is in: then `end` is less than `start`.
  struct Zone {
    var other: Int32
    /// Holds for long vehicles on this lane, else for the others.
    var isLong: Bool
    /// Holds towards long vehicles on the other lane, else towards the others.
    var isOtherLong: Bool
    var start: Double
    var end: Double
    var otherStart: Double
    var otherEnd: Double

    /// It is for the same lane and the same sizes, and overlaps or nearly so.
    fileprivate func touches(_ zone: Zone) -> Bool {
      guard other == zone.other, isLong == zone.isLong, isOtherLong == zone.isOtherLong else {
        return false
      }
      let middle = 0.5 * (start + end)
      let reach = 0.5 * ((end - start).magnitude + (zone.end - zone.start).magnitude) + 4
      return (middle - 0.5 * (zone.start + zone.end)).magnitude < reach
    }
  }

  /// Distance between the places that are looked at, metres.
  static let spacing = 1.0
  /// Room that is kept between bodies, metres, and between those that go side by side: two lorries
  /// fit beside each other round a circle of 30 m.
  static let room = 0.4
  static let roomAlong = 0.2

  /// Zones of each lane.
  private var zones: [Int: [Zone]] = [:]
  /// Of those the places of which bodies on a stretch have a part.
  private var placesOfStretch: [Stretch: [Int]] = [:]

  /// A lane with those before and after it on a way; -1: none.
  private struct Stretch: Hashable {
    var before: Int
    var lane: Int
    var after: Int
  }

  private struct Sample {
    /// Arc length of its centre on the lane.
    var s: Double
    var box: OrientedBox
    var isBent: Bool
  }

  private let map: LaneGraph
  private let fleet: Fleet

  /// A vehicle's way.
  struct Way {
    var route: SimMap.Route
    var isLong: Bool
  }

  /// - Parameters:
  ///   - ways: of all vehicles.
  ///   - fleet: of all vehicles.
  init(_ map: LaneGraph, _ ways: [Way], _ fleet: Fleet) {
    self.map = map
    self.fleet = fleet
    guard fleet.hasLong else { return }
    var hasShort = [Bool](repeating: false, count: map.lanes.count)
    var stretches: [Stretch] = []
    var known: Set<Stretch> = []
    for way in ways {
      let lanes = way.route.lanes
      guard way.isLong else {
        for lane in lanes { hasShort[lane] = true }
        continue
      }
      for k in lanes.indices {
        let before = k > 0 && isLinked(lanes[k - 1], lanes[k]) ? lanes[k - 1] : -1
        let after = k + 1 < lanes.count && isLinked(lanes[k], lanes[k + 1]) ? lanes[k + 1] : -1
        let stretch = Stretch(before: before, lane: lanes[k], after: after)
        if known.insert(stretch).inserted { stretches.append(stretch) }
      }
    }
    addZones(stretches, hasShort)
  }

  private func isLinked(_ lane: Int, _ next: Int) -> Bool {
    map.lanes[lane].successors.contains(next)
  }

  /// All zones of a lane.
  func zones(of lane: Int) -> [Zone] { zones[lane] ?? [] }

  /// The zones of a lane of those who come to it from one lane and go on to another one: who comes
  /// round a circle does not swing out as one does who has just turned into it.
  ///
  /// - Parameters:
  ///   - before: nil: it starts there, or comes from the lane beside.
  ///   - after: the same at its end.
  func zones(of lane: Int, after before: Int?, before after: Int?) -> [Zone] {
    guard let all = zones[lane] else { return [] }
    let linked = (
      before.flatMap { isLinked($0, lane) ? $0 : nil } ?? -1,
      after.flatMap { isLinked(lane, $0) ? $0 : nil } ?? -1
    )
    let stretch = Stretch(before: linked.0, lane: lane, after: linked.1)
    guard let places = placesOfStretch[stretch] else { return all }
    return all.indices.filter { !all[$0].isLong || places.contains($0) }.map { all[$0] }
  }

  private mutating func addZones(_ stretches: [Stretch], _ hasShort: [Bool]) {
    // The middle of a short body reaches farther out of a bend than that of a long one.
    let lengths =
      fleet.longest - fleet.shortestLong > 1
      ? [fleet.longest, fleet.shortestLong] : [fleet.longest]
    let samples = stretches.map { stretch in lengths.map { bodies(stretch, length: $0) } }
    var stretchesOfLane: [Int: [Int]] = [:]
    for (i, stretch) in stretches.enumerated() {
      stretchesOfLane[stretch.lane, default: []].append(i)
      placesOfStretch[stretch] = []
    }
    var strips: [Int: [Sample]] = [:]
    var found: [Int32] = []
    for (i, stretch) in stretches.enumerated() {
      // A straight lane may have a bend at either end.
      for bent in samples[i].flatMap({ $0.split(whereSeparator: { !$0.isBent }) }) {
        found.removeAll(keepingCapacity: true)
        for body in bent {
          // Far enough for another one that swings out towards it.
          map.lanes(meeting: body.box.expanded(by: 0.8), .all, into: &found)
        }
        found.sort()
        for (k, lane) in found.enumerated() where k == 0 || lane != found[k - 1] {
          let other = Int(lane)
          if belongTogether(stretch.lane, other) { continue }
          if hasShort[other] {
            if strips[other] == nil { strips[other] = strip(other) }
            let straight = Stretch(before: -1, lane: other, after: -1)
            compare(stretch, bent, straight, strips[other] ?? [], isOtherLong: false)
          }
          for k in stretchesOfLane[other] ?? [] {
            for others in samples[k] {
              compare(stretch, bent, stretches[k], others, isOtherLong: true)
            }
          }
        }
      }
    }
  }

  /// Lanes on which one drives behind the other, or that part from one lane.
  private func belongTogether(_ a: Int, _ b: Int) -> Bool {
    if a == b || follows(a, b) || follows(b, a) { return true }
    return map.lanes[a].predecessors.contains(where: map.lanes[b].predecessors.contains)
  }

  /// A lane comes next after another one or after the next.
  private func follows(_ lane: Int, _ first: Int) -> Bool {
    map.lanes[first].successors.contains {
      $0 == lane || map.lanes[$0].successors.contains(lane)
    }
  }

  private mutating func compare(
    _ stretch: Stretch, _ bodies: ArraySlice<Sample>, _ other: Stretch, _ others: [Sample],
    isOtherLong: Bool
  ) {
    var mine = (first: Double.infinity, last: -Double.infinity)
    var theirs = mine
    let size = bodies.first.map { $0.box.radius } ?? 0
    let reach = size + (others.first.map { $0.box.radius } ?? 0)
    for body in bodies {
      for it in others where (it.box.centre - body.box.centre).lengthSquared < reach * reach {
        guard meet(body.box, it.box) else { continue }
        mine = (min(mine.first, body.s), max(mine.last, body.s))
        theirs = (min(theirs.first, it.s), max(theirs.last, it.s))
      }
    }
    guard mine.first <= mine.last else { return }
    // From places of centres to those of bumpers. The shortest of the long ones decides, so that
    // none gets too near.
    let half = 0.5 * (fleet.shortestLong - BodyZones.spacing)
    let otherHalf = isOtherLong ? half : -0.5 * BodyZones.spacing
    add(
      Zone(
        other: Int32(other.lane), isLong: true, isOtherLong: isOtherLong,
        start: mine.first + half, end: mine.last - half, otherStart: theirs.first + otherHalf,
        otherEnd: theirs.last - otherHalf),
      to: stretch)
    add(
      Zone(
        other: Int32(stretch.lane), isLong: isOtherLong, isOtherLong: true,
        start: theirs.first + otherHalf, end: theirs.last - otherHalf,
        otherStart: mine.first + half, otherEnd: mine.last - half),
      to: other)
  }

  /// Two boxes, with their room about them, meet.
  private func meet(_ a: OrientedBox, _ b: OrientedBox) -> Bool {
    guard a.overlaps(b) else { return false }
    if a.direction.dot(b.direction) < 0.9 { return true }
    var (a, b) = (a, b)
    a.halfWidth += 0.5 * (BodyZones.roomAlong - BodyZones.room)
    b.halfWidth += 0.5 * (BodyZones.roomAlong - BodyZones.room)
    return a.overlaps(b)
  }

  /// Adds a zone, or widens the one that there is.
  private mutating func add(_ zone: Zone, to stretch: Stretch) {
    let lane = stretch.lane
    var list = zones[lane] ?? []
    let place: Int
    if let k = list.firstIndex(where: { $0.touches(zone) }) {
      list[k].start = min(list[k].start, zone.start)
      list[k].end = max(list[k].end, zone.end)
      list[k].otherStart = min(list[k].otherStart, zone.otherStart)
      list[k].otherEnd = max(list[k].otherEnd, zone.otherEnd)
      place = k
    } else {
      place = list.count
      list.append(zone)
    }
    zones[lane] = list
    if zone.isLong, placesOfStretch[stretch]?.contains(place) == false {
      placesOfStretch[stretch]?.append(place)
    }
  }

  /// A vehicle at places all along a lane, both axles on the way.
  private func bodies(_ stretch: Stretch, length vehicle: Double) -> [Sample] {
    let line = map.lanes[stretch.lane].centreline
    let before = stretch.before < 0 ? nil : map.lanes[stretch.before].centreline
    let after = stretch.after < 0 ? nil : map.lanes[stretch.after].centreline
    let halfBase = 0.5 * AgentTable.wheelbaseShare * vehicle
    let count = max(1, (line.length / BodyZones.spacing).rounded(.up))
    var samples: [Sample] = []
    samples.reserveCapacity(Int(count) + 1)
    for k in 0...Int(count) {
      let s = line.length * (Double(k) / count)
      let rear = axle(at: s - halfBase, line, before, after)
      let front = axle(at: s + halfBase, line, before, after)
      let base = front.place - rear.place
      let length = base.length
      guard length > 0 else { continue }
      let direction = base * (1 / length)
      let turned =
        rear.direction.dot(front.direction) < 0.9998
        || rear.direction.dot(direction) < 0.9998
      samples.append(
        Sample(
          s: s,
          box: OrientedBox(
            centre: (rear.place + front.place) * 0.5, heading: 0, direction: direction,
            length: vehicle + BodyZones.room, width: fleet.longWidth + BodyZones.room),
          isBent: turned))
    }
    return samples
  }

  /// Where an axle is on a lane or those before and after it; straight on beyond them.
  private func axle(
    at s: Double, _ line: Polyline, _ before: Polyline?, _ after: Polyline?
  ) -> (place: Vector2, direction: Vector2) {
    if s < 0, let before { return place(on: before, before.length + s) }
    if s > line.length, let after { return place(on: after, s - line.length) }
    return place(on: line, s)
  }

  private func place(on line: Polyline, _ s: Double) -> (place: Vector2, direction: Vector2) {
    let direction = line.direction(at: s)
    let within = min(max(s, 0), line.length)
    return (line.point(at: within) + direction * (s - within), direction)
  }

  /// The strip that a car covers on a lane, in pieces.
  private func strip(_ lane: Int) -> [Sample] {
    let line = map.lanes[lane].centreline
    let count = max(1, (line.length / BodyZones.spacing).rounded(.up))
    return (0...Int(count)).map { k in
      let s = line.length * (Double(k) / count)
      return Sample(
        s: s,
        box: OrientedBox(
          centre: line.point(at: s), heading: 0, direction: line.direction(at: s),
          length: BodyZones.spacing, width: fleet.width + BodyZones.room),
        isBent: false)
    }
  }
}
