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
  private(set) var contours = Contours()
  /// What lies above, below or right of it need not be there: it leaves no ink, and nothing that
  /// the rasteriser sums up depends on it. (What lies left of it enters its sums.)
  private let clip: PixelRect?
  /// The dash that is being made.
  private var dash: [Vector2] = []

  /// - Parameter clip: pixels that will be drawn on; nil: there is no telling.
  init(_ style: StrokeStyle, within clip: PixelRect? = nil) {
    self.style = style
    self.clip = clip
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
    if pattern.isEmpty || period <= 0.01 || StrokeOutline.length(line) / period > 20_000 {
      // (The end may lie a hair before the start.)
      if isClosed, line[line.count - 2].distance(to: line[line.count - 1]) <= 1e-6 {
        line.removeLast()
      }
      addSolid(line, isClosed: isClosed)
    } else {
      addDashes(of: line, pattern)
    }
  }

  private static func length(_ line: [Vector2]) -> Double {
    var length = 0.0
    for i in 1..<line.count { length += line[i - 1].distance(to: line[i]) }
    return length
  }

  /// The pieces of a line that a dash pattern leaves.
  private mutating func addDashes(of line: [Vector2], _ pattern: [Double]) {
    dash.removeAll(keepingCapacity: true)
    dash.append(line[0])
    var entry = 0
    var rest = pattern[0]
    for i in 1..<line.count {
      let (a, b) = (line[i - 1], line[i])
      let length = a.distance(to: b)
      let direction = (b - a) / length
      var done = 0.0
      while length - done > rest {
        done += rest
        let p = a + direction * done
        if entry % 2 == 0 {
          dash.append(p)
          endDash()
        }
        dash.removeAll(keepingCapacity: true)
        dash.append(p)
        entry += 1
        rest = pattern[entry % pattern.count]
      }
      rest -= length - done
      if entry % 2 == 0 { dash.append(b) }
    }
    if entry % 2 == 0 && dash.count > 1 { endDash() }
  }

  private mutating func endDash() {
    // It may have started a hair before a vertex.
    var kept = 1
    for i in 1..<dash.count where dash[i].distance(to: dash[kept - 1]) > 1e-6 {
      dash[kept] = dash[i]
      kept += 1
    }
    dash.removeLast(dash.count - kept)
    addSolid(dash, isClosed: false)
  }

  /// - Parameter points: each is distinct from the one before.
  private mutating func addSolid(_ points: [Vector2], isClosed: Bool) {
    guard points.count >= 2 else { return }
    let h = 0.5 * style.width
    let last = points.count - 2
    var (first, before) = (Vector2.zero, Vector2.zero)
    for i in 0...last {
      var (a, b) = (points[i], points[i + 1])
      let d = (b - a).normalized
      if i == 0 { first = d }
      if !isOutside(a, b) {
        if !isClosed && style.cap == .square {
          if i == 0 { a -= d * h }
          if i == last { b += d * h }
        }
        let side = d.left * h
        append(a + side, b + side, b - side, a - side)
      }
      if i > 0 { addJoin(at: points[i], before, d) }
      before = d
    }
    if isClosed {
      addJoin(at: points[0], before, first)
    } else if style.cap == .round {
      append(Canvas.circle(centre: points[0], radius: h))
      append(Canvas.circle(centre: points[points.count - 1], radius: h))
    }
  }

  /// Nothing of a piece between two points, nor of the joins at its ends, is drawn on.
  private func isOutside(_ a: Vector2, _ b: Vector2) -> Bool {
    guard let clip else { return false }
    // (A join reaches one width from its vertex.)
    let reach = style.width + 1
    return max(a.y, b.y) < Double(clip.top) - reach || min(a.y, b.y) > Double(clip.bottom) + reach
      || min(a.x, b.x) > Double(clip.right) + reach
  }

  /// Fills the wedge on the outside of a bend.
  private mutating func addJoin(at p: Vector2, _ before: Vector2, _ after: Vector2) {
    if isOutside(p, p) { return }
    let h = 0.5 * style.width
    let turn = before.cross(after)
    let cosine = before.dot(after)
    if cosine > 0.9999999 { return }
    // The outer side lies right of a left turn.
    let outwards: Double = turn > 0 ? -h : h
    let a = p + before.left * outwards
    let b = p + after.left * outwards
    switch style.join {
    case .bevel: append(p, a, b)
    case .miter:
      // The tip is h / cos(turn / 2) away.
      let sum = before.left + after.left
      let half = sum.lengthSquared
      if half >= 1 {
        append(p, a, p + sum * (2 * outwards / half), b)
      } else {
        append(p, a, b)
      }
    case .round:
      if style.width < 1.5 {
        append(p, a, b)
      } else {
        append(Canvas.circle(centre: p, radius: h))
      }
    }
  }

  private mutating func append(_ a: Vector2, _ b: Vector2, _ c: Vector2, _ d: Vector2? = nil) {
    contours.add(a)
    contours.add(b)
    contours.add(c)
    if let d { contours.add(d) }
    contours.endTurned()
  }

  private mutating func append(_ contour: [Vector2]) {
    for point in contour { contours.add(point) }
    contours.endTurned()
  }
}
