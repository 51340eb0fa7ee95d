import SimGeometry
import SimMap
import SimWorld

/// What drivers need to know of the ways they go, laid out flat: one route per path that an agent
/// runs on, each a range in every list.
struct RouteTables: Sendable {
  /// A way over the map. All ranges are indices into the lists below.
  struct Route: Sendable {
    var entries: Range<Int32>
    var stops: Range<Int32>
    var groups: Range<Int32>
    var caps: Range<Int32>
    var turns: Range<Int32>
    /// Index of its path.
    var path: Int32
    /// Index of an allowance that none of its caps goes below.
    var lowest: Int32
    var length: Double
    var isRing: Bool
    /// Somewhere it goes over to the lane beside it.
    var changesLanes: Bool
  }

  /// A lane of the route.
  struct Entry: Sendable {
    var lane: Int32
    private var marks: UInt8
    /// Arc lengths of the path between which the route is on this lane.
    var start: Double
    var end: Double
    /// Arc length of the path at which the lane's own arc length is 0.
    var origin: Double
    /// Pieces of the path table that cover it with some margin.
    var firstPiece: Int32
    var lastPiece: Int32

    /// The route comes to this lane from the one beside it.
    var isLaneChange: Bool { marks & 1 != 0 }
    /// Other lanes leave the end of this lane than the route's next one.
    var isFork: Bool { marks & 2 != 0 }
    /// Other lanes lead to the start of this lane than the route's last one.
    var isJoin: Bool { marks & 4 != 0 }
    /// Other lanes overlap it.
    var isOverlapped: Bool { marks & 8 != 0 }

    init(
      lane: Int32, start: Double, end: Double, origin: Double, firstPiece: Int32,
      lastPiece: Int32, isLaneChange: Bool, isFork: Bool, isJoin: Bool, isOverlapped: Bool
    ) {
      self.lane = lane
      self.start = start
      self.end = end
      self.origin = origin
      self.firstPiece = firstPiece
      self.lastPiece = lastPiece
      marks =
        (isLaneChange ? 1 : 0) | (isFork ? 2 : 0) | (isJoin ? 4 : 0) | (isOverlapped ? 8 : 0)
    }
  }

  /// A place to halt at: while a signal forbids to go on, or for a moment at a stop sign.
  struct Stop: Sendable {
    /// Stands for a stop sign.
    static let sign: Int32 = -1

    /// Index of the signal, or `sign`.
    var signal: Int32
    /// Arc length of the path.
    var place: Double
  }

  /// Who gives way by the map's rules.
  enum Rule: UInt8, Sendable { case none, yield, priority }

  /// A conflict as it lies on its lanes, not on a route: all routes that lead through a junction,
  /// or one of the same shape, in the same way share a list of them.
  struct Zone: Equatable, Sendable {
    // (64 bytes: a line of a cache.)
    /// Number of the other lane less that of the own one.
    var laneStep: Int32
    /// The own lane, among the entries of the group.
    var entry: UInt32
    var rule: Rule
    var tie: Rule
    var sizes: UInt8
    var marks: UInt8
    /// Arc lengths of the own lane.
    var start: Double
    var end: Double
    var join: Double
    /// Arc lengths of the other lane.
    var otherStart: Double
    var otherEnd: Double
    var otherJoin: Double
  }

  /// A zone in which the route conflicts with another lane.
  struct Conflict: Sendable {
    var lane: Int32
    var rule: Rule
    /// Who gives way of two that come at the same time and have equal rights.
    var tie: Rule
    /// For which sizes it holds, see `holds`.
    var sizes: UInt8
    private(set) var marks: UInt8
    /// Arc lengths of the path.
    var start: Double
    var end: Double
    /// Arc lengths of the other lane.
    var otherStart: Double
    var otherEnd: Double
    /// Arc lengths at which the two ways become one, for merging.
    var join: Double
    var otherJoin: Double
    var group: Int32
    /// The entry to whose lane it belongs.
    var entry: Int32

    var isMerging: Bool { marks & 1 != 0 }
    /// The other lane leads the same way there.
    var runsAlong: Bool { marks & 2 != 0 }
    /// It is one of bicycles who go before those who turn across it from the lane beside.
    var precedesTurning: Bool { marks & 4 != 0 }
    /// It is one of somebody who turns so.
    var turnsAcrossBicycles: Bool { marks & 8 != 0 }

    init(
      lane: Int32, isMerging: Bool, rule: Rule, tie: Rule, sizes: UInt8, start: Double,
      end: Double, otherStart: Double, otherEnd: Double, runsAlong: Bool, join: Double,
      otherJoin: Double, entry: Int32, turning: Rule = .none
    ) {
      self.lane = lane
      self.rule = rule
      self.tie = tie
      self.sizes = sizes
      marks =
        (isMerging ? 1 : 0) | (runsAlong ? 2 : 0)
        | (turning == .priority ? 4 : turning == .yield ? 8 : 0)
      self.start = start
      self.end = end
      self.otherStart = otherStart
      self.otherEnd = otherEnd
      self.join = join
      self.otherJoin = otherJoin
      group = 0
      self.entry = entry
    }

    /// A zone where a route has it.
    @inline(__always)
    init(_ zone: Zone, lane: Int32, origin: Double, group: Int32, entry: Int32) {
      self.lane = lane
      rule = zone.rule
      tie = zone.tie
      sizes = zone.sizes
      marks = zone.marks
      start = origin + zone.start
      end = origin + zone.end
      otherStart = zone.otherStart
      otherEnd = zone.otherEnd
      join = origin + zone.join
      otherJoin = zone.otherJoin
      self.group = group
      self.entry = entry
    }

    /// All sizes of vehicles.
    static let allSizes: UInt8 = 0b1111

    /// The bit of `sizes` for two vehicles, each long or not.
    @inline(__always)
    static func size(isLong: Bool, isOtherLong: Bool) -> UInt8 {
      1 << ((isLong ? 2 : 0) + (isOtherLong ? 1 : 0))
    }

    /// It counts for a vehicle of this size and one of that size on the other lane.
    @inline(__always)
    func holds(isLong: Bool, isOtherLong: Bool) -> Bool {
      sizes & Conflict.size(isLong: isLong, isOtherLong: isOtherLong) != 0
    }

    /// Nobody may come to stand in it: ways cross there, or bodies do, whoever has the higher right
    /// (StVO, section 11, paragraph 1). Who goes round a roundabout does not wait for those who
    /// only reach over its lane.
    func mustBeKeptClear(isOnCircle: Bool) -> Bool {
      !isMerging
        && (holds(isLong: false, isOtherLong: false)
          || ((rule != .priority || !isOnCircle) && !runsAlong))
    }

    /// Way to where two merging ways are one, from the way to the zone.
    func joinWay(fromZone way: Double) -> Double { way + join - start }
    /// Way to the end of the zone, from the way to the zone.
    func endWay(_ way: Double) -> Double { way + end - start }
  }

  /// Conflicts so near each other that a car cannot wait between them: what every tick reads of
  /// them, and what differs from route to route; the rest is in `GroupShape`.
  struct Group: Sendable {
    /// Arc length of the path at which a car waits.
    var hold: Double
    /// End of the last zone.
    var end: Double
    /// The zones' parts: a zone of a long vehicle may end before it starts.
    let low: Double
    let high: Double
    /// End of the first ways across, which must not be blocked; -infinity: none.
    var crossingEnd: Double
    /// First of the entries that hold its zones.
    let firstEntry: Int32
    private var marks: Int32

    init(
      hold: Double, end: Double, low: Double, high: Double, crossingEnd: Double,
      firstEntry: Int32, shape: Int32
    ) {
      self.hold = hold
      self.end = end
      self.low = low
      self.high = high
      self.crossingEnd = crossingEnd
      self.firstEntry = firstEntry
      marks = shape << 1
    }

    /// Index of its shape.
    var shape: Int { Int(marks >> 1) }

    /// `hold` is before a crosswalk at the mouth of the junction: who has been let in and sees that
    /// it has to wait all the same waits there, if it still can.
    var holdsBeforeCrosswalk: Bool {
      get { marks & 1 != 0 }
      set { marks = marks & ~1 | (newValue ? 1 : 0) }
    }
  }

  /// What of a group is the same on all routes that lead through a junction, or one of the same
  /// shape, in the same way: they share it.
  struct GroupShape: Equatable, Sendable {
    /// How many entries hold its zones.
    var entryCount: Int32
    /// Its conflicts: indices of zones.
    var zones: Range<Int32>
    /// All its zones are on the lanes of a circle.
    var isOnCircle: Bool
    /// The lowest limit and the tightest bend between its zones.
    var slowest: Allowance
    /// The last place where it gives way to those with whom it merges.
    var lastYield = Place(entry: 0, way: -.infinity)

    /// Behind that place there should be room for another vehicle, metres: who fills up a
    /// roundabout from its entries stops it.
    static let yieldRoom = 6.0
  }

  /// A place on one of the lanes of a group.
  struct Place: Equatable, Sendable {
    /// The lane, among the entries of the group.
    var entry: Int32
    /// Arc length of the lane.
    var way: Double
  }

  /// Speed allowed from here to the next cap.
  struct Cap: Sendable {
    var start: Double
    /// Index of what it allows.
    var allowance: Int32
    /// The next cap of the route, round a ring, that may allow less to some driver; -1: there is
    /// none.
    var lower: Int32 = -1
  }

  /// What caps allow: thousands of them a few different speeds.
  struct Allowance: Equatable, Sendable {
    /// Of the lane, m/s; infinite without one.
    var limit: Double
    /// See `LaneBends.Bend.ease`; infinite on the straight.
    var ease: Double

    /// No limit and no bend.
    static let all = Allowance(limit: .infinity, ease: .infinity)

    /// Some driver may go slower under it than under another one.
    func isLower(than other: Allowance) -> Bool {
      // Without a limit each goes as fast as it likes.
      limit < other.limit || ease < other.ease || (limit == .infinity) != (other.limit == .infinity)
    }
  }

  /// A stretch on which one indicates, from some way before a turn on.
  struct Turn: Sendable {
    /// Arc lengths of the path.
    var start: Double
    var end: Double
    var toLeft: Bool
  }

  var routes: [Route] = []
  var entries: [Entry] = []
  var stops: [Stop] = []
  /// Shared by routes.
  var zones: [Zone] = []
  var groups: [Group] = []
  /// Shared by groups.
  var shapes: [GroupShape] = []
  var caps: [Cap] = []
  /// Shared by caps.
  var allowances: [Allowance] = []
  var turns: [Turn] = []

  /// The lists as buffers, for hot loops; valid inside `withView` only.
  struct View {
    let routes: UnsafeBufferPointer<Route>
    let entries: UnsafeBufferPointer<Entry>
    let stops: UnsafeBufferPointer<Stop>
    let zones: UnsafeBufferPointer<Zone>
    let groups: UnsafeBufferPointer<Group>
    let shapes: UnsafeBufferPointer<GroupShape>
    let caps: UnsafeBufferPointer<Cap>
    let allowances: UnsafeBufferPointer<Allowance>

    /// What a cap allows.
    @inline(__always)
    func allowance(of cap: Int) -> Allowance { allowances[Int(caps[cap].allowance)] }

    /// The entries that hold the zones of a group.
    @inline(__always)
    func entries(of group: Int) -> Range<Int> {
      let first = Int(groups[group].firstEntry)
      return first..<first &+ Int(shapes[groups[group].shape].entryCount)
    }

    /// Indices of the zones of a group.
    @inline(__always)
    func zoneNumbers(of group: Int) -> Range<Int> {
      let zones = shapes[groups[group].shape].zones
      return Int(zones.lowerBound)..<Int(zones.upperBound)
    }

    /// The lowest limit and the tightest bend between the zones of a group.
    @inline(__always)
    func slowest(of group: Int) -> Allowance { shapes[groups[group].shape].slowest }

    /// All zones of a group are on the lanes of a circle.
    @inline(__always)
    func isOnCircle(_ group: Int) -> Bool { shapes[groups[group].shape].isOnCircle }

    /// Up to here there should be room behind a group for those who give way in it, arc length of
    /// the path; -infinity: nobody does.
    @inline(__always)
    func yieldEnd(of group: Int) -> Double {
      let place = shapes[groups[group].shape].lastYield
      let origin = entries[Int(groups[group].firstEntry) &+ Int(place.entry)].origin
      return origin + place.way + GroupShape.yieldRoom
    }

    /// The other lane of a zone of a group.
    @inline(__always)
    func lane(of zone: Int, in group: Int) -> Int {
      let entry = Int(groups[group].firstEntry) &+ Int(zones[zone].entry)
      return Int(entries[entry].lane &+ zones[zone].laneStep)
    }

    /// A zone of a group, where the route has it.
    @inline(__always)
    func conflict(_ zone: Int, in group: Int) -> Conflict {
      let entry = Int(groups[group].firstEntry) &+ Int(zones[zone].entry)
      return Conflict(
        zones[zone], lane: entries[entry].lane &+ zones[zone].laneStep,
        origin: entries[entry].origin, group: Int32(truncatingIfNeeded: group),
        entry: Int32(truncatingIfNeeded: entry))
    }
  }

  /// Calls a function with the lists as buffers.
  func withView<R>(_ body: (View) -> R) -> R {
    routes.withUnsafeBufferPointer { routes in
      entries.withUnsafeBufferPointer { entries in
        stops.withUnsafeBufferPointer { stops in
          zones.withUnsafeBufferPointer { zones in
            groups.withUnsafeBufferPointer { groups in
              shapes.withUnsafeBufferPointer { shapes in
                caps.withUnsafeBufferPointer { caps in
                  allowances.withUnsafeBufferPointer { allowances in
                    body(
                      View(
                        routes: routes, entries: entries, stops: stops, zones: zones,
                        groups: groups, shapes: shapes, caps: caps, allowances: allowances))
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

/// Tables that nobody changes any more, held by reference: lending them out, several times a tick,
/// copies no list.
final class SharedRouteTables: Sendable {
  let tables: RouteTables

  init(_ tables: RouteTables) { self.tables = tables }

  /// Calls a function with the lists as buffers.
  @inline(__always)
  func withView<R>(_ body: (RouteTables.View) -> R) -> R { tables.withView(body) }
}
