import SimCore
public import SimGeometry

/// A smooth course through the plane: a start pose and elements of linear curvature, each starting
/// where the one before ends, in place and heading.
///
/// Lines and arcs are evaluated in closed form, clothoids by Gauss-Legendre quadrature with five
/// nodes on panels that turn by at most 0.15 rad: the error stays below 1e-14 of the length.
public struct ReferenceLine: Hashable, Sendable {
  /// In driving order; none: the course is a point.
  public let elements: [PlanViewElement]
  /// Arc length at which each element starts, and the whole length, metres.
  public let starts: [Double]
  /// Pose at the start of each element, and at the end; headings are not wrapped.
  public let poses: [Pose2]

  /// The course of some elements from a pose.
  ///
  /// - Precondition: every element is valid.
  public init(from start: Pose2, _ elements: [PlanViewElement]) {
    precondition(elements.allSatisfy(\.isValid), "every element has a length")
    var starts = [0.0]
    var poses = [start]
    var s = 0.0
    var pose = start
    for element in elements {
      pose = element.advance(pose, from: 0, to: element.length)
      s += element.length
      starts.append(s)
      poses.append(pose)
    }
    self.elements = elements
    self.starts = starts
    self.poses = poses
  }

  /// The course of some elements that ends in a pose.
  ///
  /// - Precondition: every element is valid.
  public init(endingAt end: Pose2, _ elements: [PlanViewElement]) {
    let reversed = elements.reversed().map {
      PlanViewElement(
        length: $0.length, startCurvature: -$0.endCurvature, endCurvature: -$0.startCurvature)
    }
    let backwards = ReferenceLine(
      from: Pose2(end.position, heading: end.heading + .pi), reversed)
    let start = backwards.poses[backwards.poses.count - 1]
    self.init(from: Pose2(start.position, heading: start.heading - .pi), elements)
  }

  /// Whole length, metres.
  public var length: Double { starts[starts.count - 1] }
  /// Pose at the end.
  public var end: Pose2 { poses[poses.count - 1] }
  /// Greatest curvature without sign, 1/m.
  public var greatestCurvature: Double { elements.map(\.greatestCurvature).max() ?? 0 }

  /// The pose at an arc length, clamped to the ends.
  public func pose(at s: Double) -> Pose2 {
    let i = element(at: s)
    guard elements.indices.contains(i) else { return end }
    return elements[i].advance(
      poses[i], from: 0, to: min(max(s - starts[i], 0), elements[i].length))
  }

  /// Curvature at an arc length, 1/m, left positive.
  public func curvature(at s: Double) -> Double {
    let i = element(at: s)
    guard elements.indices.contains(i) else { return 0 }
    return elements[i].curvature(at: min(max(s - starts[i], 0), elements[i].length))
  }

  private func element(at s: Double) -> Int {
    var i = 0
    while i + 1 < elements.count && s >= starts[i + 1] { i += 1 }
    return i
  }

  /// Arc lengths to sample at, so that lines beside it are true.
  ///
  /// Straight elements give their ends only. In curves, chords of lines up to `reach` beside the
  /// course stay within 5 mm of the arc, and steps within 1 m; beyond a radius of 1 km within 1 mm
  /// instead of 1 m.
  ///
  /// - Parameters:
  ///   - reach: greatest offset that will be drawn, metres.
  ///   - extra: arc lengths that must be among the samples; those outside are left out.
  public func stations(reach: Double, extra: [Double] = []) -> [Double] {
    var result = [0.0]
    for (i, element) in elements.enumerated() {
      let step = element.greatestStep(reach: reach)
      let pieces = step < element.length ? Int((element.length / step).rounded(.up)) : 1
      for k in 1..<max(pieces, 1) {
        result.append(starts[i] + element.length * Double(k) / Double(pieces))
      }
      result.append(starts[i + 1])
    }
    if extra.isEmpty { return result }
    var merged: [Double] = []
    for s in (result + extra.filter { $0 > 0 && $0 < length }).sorted()
    where s - (merged.last ?? -1) > 1e-6 {
      merged.append(s)
    }
    // The end stays even if an extra one lies a hair before it.
    merged[merged.count - 1] = length
    return merged
  }

  /// Points with their headings at ascending arc lengths, in one pass.
  public func sample(_ stations: [Double]) -> SampledLine {
    var points: [Vector2] = []
    var headings: [Double] = []
    points.reserveCapacity(stations.count)
    headings.reserveCapacity(stations.count)
    var i = 0
    var local = 0.0
    var pose = poses[0]
    for s in stations {
      while i + 1 < elements.count && s >= starts[i + 1] {
        i += 1
        local = 0
        pose = poses[i]
      }
      let next = min(max(s - starts[i], 0), elements[i].length)
      if next > local {
        pose =
          next == elements[i].length
          ? poses[i + 1] : elements[i].advance(pose, from: local, to: next)
        local = next
      }
      points.append(pose.position)
      headings.append(pose.heading)
    }
    return SampledLine(stations: stations, points: points, headings: headings)
  }
}

extension PlanViewElement {
  /// Curvature at a distance from its start.
  func curvature(at s: Double) -> Double {
    startCurvature + (endCurvature - startCurvature) * (s / length)
  }

  /// The pose at distance `last` from its start, given the one at distance `first`.
  func advance(_ pose: Pose2, from first: Double, to last: Double) -> Pose2 {
    let extent = last - first
    if extent == 0 { return pose }
    if startCurvature == 0 && endCurvature == 0 {
      return Pose2(pose.position + pose.direction * extent, heading: pose.heading)
    }
    let a = curvature(at: first)
    let b = curvature(at: last)
    let turn = 0.5 * (a + b) * extent
    let heading = pose.heading + turn
    if startCurvature == endCurvature {
      // Chord of the circle, along the mean heading.
      let chord = 2 * ExactMath.sin(0.5 * turn) / a
      let (sin, cos) = ExactMath.sinCos(pose.heading + 0.5 * turn)
      return Pose2(pose.position + Vector2(cos, sin) * chord, heading: heading)
    }
    let panels = max(1, (max(a.magnitude, b.magnitude) * extent / 0.15).rounded(.up))
    let width = extent / panels
    let rate = (b - a) / extent
    var sum = Vector2.zero
    for panel in 0..<Int(panels) {
      for (node, weight) in zip(GaussLegendre.nodes, GaussLegendre.weights) {
        let t = (Double(panel) + 0.5 + 0.5 * node) * width
        let (sin, cos) = ExactMath.sinCos(pose.heading + t * (a + 0.5 * rate * t))
        sum += Vector2(cos, sin) * weight
      }
    }
    return Pose2(pose.position + sum * (0.5 * width), heading: heading)
  }

  /// Greatest step that keeps the promise of `ReferenceLine.stations`.
  func greatestStep(reach: Double) -> Double {
    let curvature = greatestCurvature
    if curvature == 0 { return .infinity }
    // A chord over step h leaves a line of curvature k at offset d by k h^2 (1 + k d) / 8.
    let tolerance = curvature > 0.001 ? 0.005 : 0.001
    let step = (8 * tolerance / (curvature * (1 + curvature * reach))).squareRoot()
    return curvature > 0.001 ? min(step, 1) : step
  }
}

/// Nodes and weights of the five-point rule on [-1, 1] (Abramowitz and Stegun, table 25.4).
private enum GaussLegendre {
  static let nodes = [
    -0.906179845938663992797626878299393, -0.538469310105683091036314420700209, 0,
    0.538469310105683091036314420700209, 0.906179845938663992797626878299393,
  ]
  static let weights = [
    0.236926885056189087514264040719917, 0.478628670499366468041291514835638,
    0.568888888888888888888888888888889, 0.478628670499366468041291514835638,
    0.236926885056189087514264040719917,
  ]
}
