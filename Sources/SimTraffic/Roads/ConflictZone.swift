import SimGeometry
import SimMap

/// Where two lanes that overlap are too near each other for two cars at a time.
struct ConflictZone: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// The ways cross, or run into each other and apart.
    case crossing
    /// Both end in the same place: one after the other.
    case merging
    /// Both start in the same place: who is ahead shows by itself.
    case parting
  }

  var kind: Kind
  /// Arc lengths of this lane between which the zone lies, metres.
  var start: Double
  var end: Double
  /// The same on the other lane.
  var otherStart: Double
  var otherEnd: Double

  /// Centrelines nearer than this are in each other's way, metres: the width of a lorry (2.55 m).
  static let clearance = 2.6
  /// The same of a bicycle and a lorry, and of two bicycles, where each rides in the middle of its
  /// lane.
  static let clearanceOfBicycles = (one: 1.7, two: 0.9)
  /// Distance between the places that are looked at, metres.
  static let spacing = 1.0

  /// The zone of two lanes of a map; nil if cars fit past each other everywhere.
  init?(_ map: LaneGraph, _ lane: Int, _ other: Int) {
    let line = map.lanes[lane].centreline
    let otherLine = map.lanes[other].centreline
    let bicycles = [lane, other].filter { map.lanes[$0].kind == .bicycle }
    let clearance = ConflictZone.clearance(map, bicycles)
    guard let mine = ConflictZone.stretch(of: line, near: otherLine, clearance),
      let theirs = ConflictZone.stretch(of: otherLine, near: line, clearance)
    else { return nil }
    start = mine.lowerBound
    end = mine.upperBound
    otherStart = theirs.lowerBound
    otherEnd = theirs.upperBound
    let slack = 2 * ConflictZone.spacing
    let endsTogether =
      end >= line.length - slack && otherEnd >= otherLine.length - slack
      && ConflictZone.agree(line.directions.last, otherLine.directions.last)
    let startsTogether =
      start <= slack && otherStart <= slack
      && ConflictZone.agree(line.directions.first, otherLine.directions.first)
    if endsTogether
      || map.lanes[lane].successors.contains(where: map.lanes[other].successors.contains)
    {
      kind = .merging
    } else if bicycles.count == 1 {
      // They begin side by side, not behind each other.
      kind = .crossing
    } else if startsTogether
      || map.lanes[lane].predecessors.contains(where: map.lanes[other].predecessors.contains)
    {
      kind = .parting
    } else {
      kind = .crossing
    }
  }

  /// - Parameter bicycles: those of two lanes that are for bicycles.
  private static func clearance(_ map: LaneGraph, _ bicycles: [Int]) -> Double {
    guard !bicycles.isEmpty else { return clearance }
    let least = bicycles.count == 1 ? clearanceOfBicycles.one : clearanceOfBicycles.two
    return bicycles.reduce(least) { sum, lane in
      return sum + BicycleLaneUse(width: map.width(ofLane: lane), map.drivingSide).keeping.magnitude
    }
  }

  private static func agree(_ a: Vector2?, _ b: Vector2?) -> Bool {
    guard let a, let b else { return false }
    return a.dot(b) > 0.7
  }

  /// The stretch of a line from the first to the last place that is near another line.
  private static func stretch(
    of line: Polyline, near other: Polyline, _ clearance: Double
  ) -> ClosedRange<Double>? {
    line.withView { line in
      other.vertices.withUnsafeBufferPointer { vertices in
        var first = Double.infinity
        var last = -Double.infinity
        let pieces = max(1, (line.length / spacing).rounded(.up))
        let step = line.length / pieces
        var cursor: Int32 = 0
        var nearest = -1
        var k = 0.0
        while k <= pieces {
          let s = line.length * (k / pieces)
          let square = squareOfDistance(
            from: line.advance(cursor: &cursor, s: s).point, to: vertices, near: &nearest)
          if square < clearance * clearance {
            first = min(first, s)
            last = s
            k += 1
          } else {
            // Nothing can be near before the distance has shrunk to the clearance.
            k += max(1, ((square.squareRoot() - clearance) / step).rounded(.down))
          }
        }
        return first <= last ? first...last : nil
      }
    }
  }

  /// Square of the distance from a point to a line of vertices.
  ///
  /// - Parameter nearest: the side nearest to the last point, which was not far from this one, or
  ///   -1 to look at all sides; updated.
  private static func squareOfDistance(
    from p: Vector2, to vertices: UnsafeBufferPointer<Vector2>, near nearest: inout Int
  ) -> Double {
    let count = vertices.count - 1
    var low = nearest < 0 ? 0 : max(nearest - 1, 0)
    var high = nearest < 0 ? count - 1 : min(nearest + 1, count - 1)
    var best = Double.infinity
    func look(_ i: Int) {
      let side = vertices[i + 1] - vertices[i]
      let offset = p - vertices[i]
      let share = min(max(offset.dot(side) / side.lengthSquared, 0), 1)
      let square = (offset - side * share).lengthSquared
      if square < best {
        best = square
        nearest = i
      }
    }
    for i in low...high { look(i) }
    // Go on to where it does not get any nearer.
    while nearest == low && low > 0 {
      low -= 1
      look(low)
    }
    while nearest == high && high < count - 1 {
      high += 1
      look(high)
    }
    return best
  }
}

extension ConflictZone {
  /// A crossing where only bodies meet.
  init(_ body: BodyZones.Zone) {
    kind = .crossing
    (start, end) = (body.start, body.end)
    (otherStart, otherEnd) = (body.otherStart, body.otherEnd)
  }

  /// Takes in where bodies meet.
  mutating func widen(_ body: BodyZones.Zone) {
    start = min(start, body.start)
    end = max(end, body.end)
    otherStart = min(otherStart, body.otherStart)
    otherEnd = max(otherEnd, body.otherEnd)
  }

  /// The same zone as the other lane sees it.
  var reversed: ConflictZone {
    var zone = self
    (zone.start, zone.end) = (otherStart, otherEnd)
    (zone.otherStart, zone.otherEnd) = (start, end)
    return zone
  }
}
