import SimCore
public import SimGeometry

/// A line with poses on it along which candidates run: poses over arc length, linear in between.
///
/// Unlike a `Polyline` it may hold a place twice, with two headings (where lanes are joined), and
/// its poses need not lie on the line itself: those of a towed rear axle lie beside it.
public struct CandidatePath: Sendable {
  /// Vertices of the line, metres.
  public let line: [Vector2]
  /// Arc length of the line at each vertex, metres.
  public let arcLengths: [Double]
  /// Pose at each vertex; headings are continuous.
  public let poses: [Pose2]
  /// Unit vector of each segment; zero where two vertices are one place.
  let directions: [Vector2]
  /// Boxes around runs of segments, which shorten searches.
  let runs: [BoundingBox]

  /// Segments in a run.
  static let runLength = 8
  /// Nothing is interpolated nearer to the start than this, metres (as the official planner).
  static let start = 1e-5

  /// A path through poses.
  ///
  /// - Parameters:
  ///   - line: the vertices, at least two.
  ///   - poses: one a vertex.
  /// - Returns: nil if there are too few vertices, one is not finite, or all are one place.
  public init?(line: [Vector2], poses: [Pose2]) {
    guard line.count >= 2, line.count == poses.count,
      line.allSatisfy({ $0.isFinite }),
      poses.allSatisfy({ $0.position.isFinite && $0.heading.isFinite })
    else { return nil }
    var arcLengths = [0.0]
    var directions: [Vector2] = []
    for i in 1..<line.count {
      let step = line[i] - line[i - 1]
      let length = step.length
      arcLengths.append(arcLengths[i - 1] + length)
      directions.append(length > 0 ? step / length : .zero)
    }
    guard let length = arcLengths.last, length > 0, length.isFinite else { return nil }
    var continuous = poses
    for i in 1..<poses.count {
      let last = continuous[i - 1].heading
      continuous[i].heading = last + ExactMath.wrapAngle(poses[i].heading - last)
    }
    self.line = line
    self.arcLengths = arcLengths
    self.poses = continuous
    self.directions = directions
    runs = stride(from: 0, to: directions.count, by: Self.runLength).map { first in
      BoundingBox(around: line[first...min(first + Self.runLength, directions.count)])
    }
  }

  /// A path whose poses are the vertices of its line.
  public init?(poses: [Pose2]) { self.init(line: poses.map(\.position), poses: poses) }

  /// Length, metres.
  public var length: Double { arcLengths[arcLengths.count - 1] }

  /// The path beside this one: each vertex moved along its own normal, left positive, metres.
  public func beside(by offset: Double) -> CandidatePath? {
    CandidatePath(
      poses: poses.map { pose in
        let normal = pose.direction.left
        return Pose2(pose.position + normal * offset, heading: pose.heading)
      })
  }

  /// The pose at an arc length (clamped); its heading is wrapped.
  ///
  /// - Parameter cursor: segment of the last answer for this follower, which only shortens the
  ///   search; updated.
  public func pose(at s: Double, cursor: inout Int) -> Pose2 {
    let place = min(max(s, Self.start), length)
    let i = segment(at: place, near: cursor)
    cursor = i
    let extent = arcLengths[i + 1] - arcLengths[i]
    let share = (place - arcLengths[i]) / extent
    let a = poses[i]
    let b = poses[i + 1]
    return Pose2(
      x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share,
      heading: ExactMath.wrapAngle(a.heading + (b.heading - a.heading) * share))
  }

  /// The point of the line at an arc length, clamped to its ends.
  public func point(at s: Double) -> Vector2 {
    let place = min(max(s, 0), length)
    let i = segment(at: max(place, .leastNonzeroMagnitude), near: 0)
    return line[i] + directions[i] * (place - arcLengths[i])
  }

  /// The segment that ends at or after an arc length and begins before it.
  ///
  /// - Precondition: the arc length is above 0 and at most `length`.
  func segment(at s: Double, near hint: Int) -> Int {
    arcLengths.withUnsafeBufferPointer { arcs in
      let last = arcs.count - 2
      var i = min(max(hint, 0), last)
      var steps = 0
      while steps < 8 {
        if s > arcs[i + 1], i < last {
          i += 1
        } else if s <= arcs[i], i > 0 {
          i -= 1
        } else {
          return i
        }
        steps += 1
      }
      var low = 0
      var high = last
      while low < high {
        let middle = (low + high) >> 1
        if arcs[middle + 1] < s { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  /// The arc length on a path beside this one, with as many vertices, that corresponds to one on
  /// this path; where there is no such correspondence, the same share of the length.
  ///
  /// - Parameter hint: a segment near it, which only shortens the search.
  func place(_ s: Double, on other: CandidatePath, near hint: Int) -> Double {
    guard other.line.count == line.count else { return s * other.length / length }
    let place = min(max(s, Self.start), length)
    let i = segment(at: place, near: hint)
    let share = (place - arcLengths[i]) / (arcLengths[i + 1] - arcLengths[i])
    let first = other.arcLengths[i]
    return first + (other.arcLengths[i + 1] - first) * share
  }

  /// Arc length of the nearest point of the line; of equally near ones the first.
  public func project(_ p: Vector2) -> Double { project(p, from: 0, to: length) }

  /// Arc length of the nearest point among the segments that reach into a stretch, metres.
  public func project(_ p: Vector2, from first: Double, to last: Double) -> Double {
    let low = segment(at: min(max(first, Self.start), length), near: 0)
    let high = segment(at: min(max(last, Self.start), length), near: low)
    return project(p, segments: low...max(high, low))
  }

  /// Arc length of the nearest point among some segments.
  func project(_ p: Vector2, segments: ClosedRange<Int>) -> Double {
    var best = Double.infinity
    var found = 0.0
    line.withUnsafeBufferPointer { line in
      directions.withUnsafeBufferPointer { directions in
        arcLengths.withUnsafeBufferPointer { arcs in
          runs.withUnsafeBufferPointer { runs in
            var run = segments.lowerBound / Self.runLength
            while run * Self.runLength <= segments.upperBound {
              defer { run += 1 }
              guard runs[run].square(ofDistanceFrom: p) < best else { continue }
              var i = max(run * Self.runLength, segments.lowerBound)
              let end = min((run + 1) * Self.runLength - 1, segments.upperBound)
              while i <= end {
                let offset = p - line[i]
                let length = arcs[i + 1] - arcs[i]
                let along = min(max(offset.dot(directions[i]), 0), length)
                let square = (offset - directions[i] * along).lengthSquared
                if square < best {
                  best = square
                  found = arcs[i] + along
                }
                i += 1
              }
            }
          }
        }
      }
    }
    return found
  }
}

extension BoundingBox {
  /// Square of the distance of a point from the box; 0 inside.
  @inlinable @inline(__always)
  func square(ofDistanceFrom p: Vector2) -> Double {
    let dx = Swift.max(Swift.max(min.x - p.x, p.x - max.x), 0)
    let dy = Swift.max(Swift.max(min.y - p.y, p.y - max.y), 0)
    return dx * dx + dy * dy
  }
}
