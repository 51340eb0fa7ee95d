import SimGeometry

/// How a line is drawn; lengths in pixels.
public struct StrokeStyle: Hashable, Sendable {
  /// What fills the outside of a bend.
  public enum Join: Hashable, Sendable {
    /// The sides are prolonged until they meet, but at most one width from the vertex (SVG's miter
    /// limit of 2); beyond that as `bevel`.
    case miter
    /// The corner is cut off.
    case bevel
    /// An arc around the vertex.
    case round
  }

  /// How the ends look.
  public enum Cap: Hashable, Sendable {
    /// Cut off at the end point.
    case butt
    /// Half a width longer.
    case square
    /// A half disc around the end point.
    case round
  }

  /// Thickness, pixels.
  public var width: Double
  /// How bends are filled.
  public var join: Join
  /// How ends look.
  public var cap: Cap
  /// Lengths of dashes and gaps in turn; empty for a line without gaps.
  public var dashes: [Double]

  /// A line without gaps, with sharp bends and blunt ends, unless told otherwise.
  public init(
    width: Double, join: Join = .miter, cap: Cap = .butt, dashes: [Double] = []
  ) {
    self.width = width
    self.join = join
    self.cap = cap
    self.dashes = dashes
  }
}

/// The area of strokes as contours that all run the same way round, so that filling them by the
/// non-zero rule gives their union.
struct StrokeOutline {
  let style: StrokeStyle
  private(set) var contours: [[Vector2]] = []

  init(_ style: StrokeStyle) {
    self.style = style
  }

  /// Adds a line; points that are not finite and repeated points are left out.
  mutating func add(_ points: [Vector2], isClosed: Bool = false) {
    guard style.width > 0, style.width.isFinite else { return }
    var line: [Vector2] = []
    line.reserveCapacity(points.count + 1)
    for p in points where p.isFinite && (line.last.map { $0.distance(to: p) > 1e-6 } ?? true) {
      line.append(p)
    }
    if isClosed, let first = line.first, let last = line.last, first != last { line.append(first) }
    guard line.count >= 2 else { return }
    let pattern = style.dashes.filter { $0.isFinite && $0 >= 0 }
    let period = pattern.reduce(0, +)
    let length = zip(line, line.dropFirst()).reduce(0) { $0 + $1.0.distance(to: $1.1) }
    if pattern.isEmpty || period <= 0.01 || length / period > 20_000 {
      addSolid(line, isClosed: isClosed)
      return
    }
    for dash in StrokeOutline.dashes(of: line, pattern: pattern) {
      addSolid(dash, isClosed: false)
    }
  }

  /// The pieces of a line that a dash pattern leaves.
  private static func dashes(of line: [Vector2], pattern: [Double]) -> [[Vector2]] {
    var result: [[Vector2]] = []
    var current: [Vector2] = [line[0]]
    var entry = 0
    var rest = pattern[0]
    for (a, b) in zip(line, line.dropFirst()) {
      let length = a.distance(to: b)
      let direction = (b - a) / length
      var done = 0.0
      while length - done > rest {
        done += rest
        let p = a + direction * done
        if entry % 2 == 0 {
          current.append(p)
          result.append(current)
        }
        current = [p]
        entry += 1
        rest = pattern[entry % pattern.count]
      }
      rest -= length - done
      if entry % 2 == 0 { current.append(b) }
    }
    if entry % 2 == 0 && current.count > 1 { result.append(current) }
    return result
  }

  private mutating func addSolid(_ line: [Vector2], isClosed: Bool) {
    let h = 0.5 * style.width
    // A dash may have started a hair before a vertex.
    var points = [line[0]]
    for p in line.dropFirst() where p.distance(to: points[points.count - 1]) > 1e-6 {
      points.append(p)
    }
    guard points.count >= 2 else { return }
    let directions = zip(points, points.dropFirst()).map { ($1 - $0).normalized }
    let last = directions.count - 1
    for (i, d) in directions.enumerated() {
      var a = points[i]
      var b = points[i + 1]
      if !isClosed && style.cap == .square {
        if i == 0 { a -= d * h }
        if i == last { b += d * h }
      }
      let side = d.left * h
      append([a + side, b + side, b - side, a - side])
      if i > 0 { addJoin(at: points[i], directions[i - 1], d) }
    }
    if isClosed {
      addJoin(at: points[0], directions[last], directions[0])
    } else if style.cap == .round {
      append(Canvas.circle(centre: points[0], radius: h))
      append(Canvas.circle(centre: points[points.count - 1], radius: h))
    }
  }

  /// Fills the wedge on the outside of a bend.
  private mutating func addJoin(at p: Vector2, _ before: Vector2, _ after: Vector2) {
    let h = 0.5 * style.width
    let turn = before.cross(after)
    let cosine = before.dot(after)
    if cosine > 0.9999999 { return }
    // The outer side lies right of a left turn.
    let outwards: Double = turn > 0 ? -h : h
    let a = p + before.left * outwards
    let b = p + after.left * outwards
    switch style.join {
    case .bevel: append([p, a, b])
    case .miter:
      // The tip is h / cos(turn / 2) away.
      let sum = before.left + after.left
      let half = sum.lengthSquared
      if half >= 1 {
        append([p, a, p + sum * (2 * outwards / half), b])
      } else {
        append([p, a, b])
      }
    case .round:
      if style.width < 1.5 {
        append([p, a, b])
      } else {
        append(Canvas.circle(centre: p, radius: h))
      }
    }
  }

  /// Adds a contour, turned so that its signed area is positive.
  private mutating func append(_ contour: [Vector2]) {
    guard let origin = contour.first else { return }
    var twice = 0.0
    for (a, b) in zip(contour.dropFirst(), contour.dropFirst(2)) {
      twice += (a - origin).cross(b - origin)
    }
    contours.append(twice < 0 ? contour.reversed() : contour)
  }
}
