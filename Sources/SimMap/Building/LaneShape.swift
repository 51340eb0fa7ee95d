import SimCore
import SimGeometry

/// How a lane's lines follow from its draft.
enum LaneShape {
  /// Derives the lines; reports what is wrong and returns nil if nothing usable is there.
  static func lines(
    of draft: LaneDraft, reportingTo assembly: inout LaneGraphAssembly
  ) -> LaneLines? {
    guard var (left, right) = bounds(of: draft, reportingTo: &assembly) else { return nil }
    var middle: Polyline?
    if let given = draft.centreline {
      guard given.allSatisfy(\.isFinite) else {
        assembly.report(.nonFinite, .lane, draft.id, "a centreline point is not finite")
        return nil
      }
      middle = Polyline(given)
      if middle == nil {
        assembly.report(.tooFewPoints, .lane, draft.id, "the centreline has no length")
        return nil
      }
    }
    // Left bound then right bound reversed runs clockwise.
    if outline(left, right).signedArea > 0 && !cross(left, right) {
      assembly.report(
        .swappedBounds, .lane, draft.id, "its left bound lies to the right of its right bound")
      guard assembly.builder.tolerated.contains(.swappedBounds) else { return nil }
      swap(&left, &right)
    }
    guard let middle = middle ?? mean(of: left, right) else {
      assembly.report(.badWidth, .lane, draft.id, "its bounds run against each other")
      return nil
    }
    return LaneLines(centreline: middle, left: left, right: right)
  }

  /// Left bound followed by the right bound reversed.
  static func outline(_ left: Polyline, _ right: Polyline) -> Polygon {
    let (left, right) = (left.vertices, right.vertices)
    var points = [Vector2](copies: left.count + right.count, of: .zero)
    points.withUnsafeMutableBufferPointer { points in
      for i in left.indices { points[i] = left[i] }
      for i in right.indices { points[left.count + i] = right[right.count - 1 - i] }
    }
    return Polygon(points)
  }

  private static func bounds(
    of draft: LaneDraft, reportingTo assembly: inout LaneGraphAssembly
  ) -> (left: Polyline, right: Polyline)? {
    switch draft.shape {
    case .complete(let lines): return (lines.left, lines.right)
    case .bounds(let left, let right):
      for (points, side) in [(left, "left"), (right, "right")] {
        guard points.allSatisfy(\.isFinite) else {
          assembly.report(.nonFinite, .lane, draft.id, "a point of its \(side) bound is not finite")
          return nil
        }
      }
      for (points, side) in [(left, "left"), (right, "right")] where Polyline(points) == nil {
        assembly.report(
          .tooFewPoints, .lane, draft.id, "its \(side) bound has fewer than two distinct points")
        return nil
      }
      guard let left = Polyline(left), let right = Polyline(right) else { return nil }
      return (left, right)
    case .centred(let points, let widths):
      guard points.allSatisfy(\.isFinite), widths.allSatisfy(\.isFinite) else {
        assembly.report(.nonFinite, .lane, draft.id, "a centreline point or a width is not finite")
        return nil
      }
      guard let middle = Polyline(points) else {
        assembly.report(
          .tooFewPoints, .lane, draft.id, "its centreline has fewer than two distinct points")
        return nil
      }
      guard widths.count == points.count else {
        assembly.report(
          .badWidth, .lane, draft.id, "\(widths.count) widths for \(points.count) points")
        return nil
      }
      if let bad = widths.first(where: { $0 <= 0 }) {
        assembly.report(.badWidth, .lane, draft.id, "width \(bad) m is not positive")
        return nil
      }
      var sides: ([Vector2], [Vector2]) = ([], [])
      var i = 0
      for (point, width) in zip(points, widths) {
        // The polyline leaves out repeated points.
        guard i < middle.vertices.count, middle.vertices[i] == point else { continue }
        // Mitred at the bends: the offset along the bisector keeps the width of both sides.
        let before = middle.directions[max(i - 1, 0)].left
        let after = middle.directions[min(i, middle.segmentCount - 1)].left
        let bisector = (before + after) / max(1 + before.dot(after), 0.5)
        sides.0.append(point + bisector * (0.5 * width))
        sides.1.append(point - bisector * (0.5 * width))
        i += 1
      }
      guard let left = Polyline(sides.0), let right = Polyline(sides.1) else { return nil }
      return (left, right)
    }
  }

  /// The line half-way between the bounds: means of paired vertices, or, if their numbers differ,
  /// of points at the same share of both lengths, taken at the vertices of both.
  static func mean(of left: Polyline, _ right: Polyline) -> Polyline? {
    if left.vertices.count == right.vertices.count {
      return Polyline(zip(left.vertices, right.vertices).map { ($0 + $1) * 0.5 })
    }
    var shares = left.arcLengths.map { $0 / left.length }
    shares += right.arcLengths.map { $0 / right.length }
    shares.sort()
    var points: [Vector2] = []
    var last = -1.0
    for share in shares where share - last > 1e-6 {
      points.append(
        (left.point(at: share * left.length) + right.point(at: share * right.length)) * 0.5)
      last = share
    }
    // The last share may be a hair below 1.
    points.append((left.end + right.end) * 0.5)
    return Polyline(points)
  }

  /// Whether the bounds cross or touch elsewhere than at a common first or last point.
  static func cross(_ left: Polyline, _ right: Polyline) -> Bool {
    guard left.boundingBox.intersects(right.boundingBox) else { return false }
    let startsMeet = left.start == right.start
    let endsMeet = left.end == right.end
    for i in 0..<left.segmentCount {
      let a = left.segment(i)
      for j in 0..<right.segmentCount {
        let b = right.segment(j)
        guard a.intersects(b) else { continue }
        if startsMeet && i == 0 && j == 0 { continue }
        if endsMeet && i == left.segmentCount - 1 && j == right.segmentCount - 1 { continue }
        return true
      }
    }
    return false
  }
}
