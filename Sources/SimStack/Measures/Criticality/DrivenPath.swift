import SimGeometry

/// The way that somebody takes over an episode, and how far along it they are at each tick.
struct DrivenPath {
  /// Centre of the box; goes on straight beyond the last tick for who drives then.
  let line: Polyline
  /// Arc length of the centre by ticks since `firstTick`.
  let arcLengths: [Double]
  let firstTick: Int
  /// Around the line.
  let bounds: BoundingBox
  /// Of the body, metres.
  let length: Double
  let width: Double

  /// How far the way is thought to go on, metres.
  static let continuation = 30.0
  /// Who covers less does not go anywhere, metres.
  static let leastLength = 1.0
  private static let longestStep = 4.0
  private static let shortestStep = 0.5
  /// Cosine of the bend at which a point is kept (about 1 degree).
  private static let bend = 0.999_85

  /// nil if nothing was driven.
  ///
  /// - Parameters:
  ///   - firstTick: of `centres`.
  ///   - direction: of the heading at the last tick.
  ///   - lastSpeed: at the last tick, m/s.
  init?(
    _ centres: [Vector2], firstTick: Int, direction: Vector2, lastSpeed: Double, length: Double,
    width: Double
  ) {
    guard let first = centres.first, let last = centres.last else { return nil }
    var points = [first]
    var arcLengths = [0.0]
    arcLengths.reserveCapacity(centres.count)
    var kept = first
    var reached = 0.0
    var heading: Vector2?
    for (index, centre) in centres.enumerated().dropFirst() {
      let step = centre - kept
      let way = step.length
      arcLengths.append(reached + way)
      guard way >= DrivenPath.shortestStep else { continue }
      let along = step / way
      let isStraight = heading.map { $0.dot(along) > DrivenPath.bend } ?? false
      if isStraight && way < DrivenPath.longestStep && index + 1 < centres.count { continue }
      points.append(centre)
      kept = centre
      reached += way
      heading = along
    }
    if last != kept, (last - kept).length > Polyline.minimumSpacing { points.append(last) }
    guard let total = arcLengths.last, total >= DrivenPath.leastLength else { return nil }
    if lastSpeed > 0.5 { points.append(last + direction * DrivenPath.continuation) }
    guard let line = Polyline(points) else { return nil }
    self.line = line
    self.arcLengths = arcLengths
    self.firstTick = firstTick
    self.length = length
    self.width = width
    bounds = line.boundingBox
  }

  /// Arc length of the centre at a tick; nil while it is not there.
  func arcLength(_ tick: Int) -> Double? {
    let index = tick - firstTick
    return arcLengths.indices.contains(index) ? arcLengths[index] : nil
  }

  /// The strip that the body sweeps between two arc lengths.
  func corridor(from: Double, to: Double) -> Polygon? {
    guard let part = line.slice(from: max(from, 0), to: min(to, line.length)),
      let left = part.offset(by: 0.5 * width), let right = part.offset(by: -0.5 * width)
    else { return nil }
    return Polygon(Array(left.vertices) + right.vertices.reversed())
  }
}
