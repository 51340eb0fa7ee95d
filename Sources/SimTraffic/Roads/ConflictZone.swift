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
  /// Distance between the places that are looked at, metres.
  static let spacing = 1.0

  /// The zone of two lanes; nil if cars fit past each other everywhere.
  init?(_ lane: Lane, _ other: Lane) {
    guard let mine = ConflictZone.stretch(of: lane.centreline, near: other.centreline),
      let theirs = ConflictZone.stretch(of: other.centreline, near: lane.centreline)
    else { return nil }
    start = mine.lowerBound
    end = mine.upperBound
    otherStart = theirs.lowerBound
    otherEnd = theirs.upperBound
    let slack = 2 * ConflictZone.spacing
    let share = lane.successors.contains { other.successors.contains($0) }
    let endsTogether =
      end >= lane.length - slack && otherEnd >= other.length - slack
      && ConflictZone.agree(lane.centreline.directions.last, other.centreline.directions.last)
    let startsTogether =
      start <= slack && otherStart <= slack
      && ConflictZone.agree(lane.centreline.directions.first, other.centreline.directions.first)
    let part = lane.predecessors.contains { other.predecessors.contains($0) }
    if share || endsTogether {
      kind = .merging
    } else if part || startsTogether {
      kind = .parting
    } else {
      kind = .crossing
    }
  }

  private static func agree(_ a: Vector2?, _ b: Vector2?) -> Bool {
    guard let a, let b else { return false }
    return a.dot(b) > 0.7
  }

  /// The stretch of a line from the first to the last place that is near another line.
  private static func stretch(of line: Polyline, near other: Polyline) -> ClosedRange<Double>? {
    line.withView { line in
      other.withView { other in
        var first = Double.infinity
        var last = -Double.infinity
        let pieces = max(1, (line.length / spacing).rounded(.up))
        var cursor: Int32 = 0
        var k = 0.0
        while k <= pieces {
          let s = line.length * (k / pieces)
          let distance = other.project(line.advance(cursor: &cursor, s: s).point).distance
          if distance < clearance {
            first = min(first, s)
            last = s
            k += 1
          } else {
            // Nothing can be near before the distance has shrunk to the clearance.
            let steps = ((distance - clearance) * pieces / line.length).rounded(.down)
            k += max(1, steps)
          }
        }
        return first <= last ? first...last : nil
      }
    }
  }
}
