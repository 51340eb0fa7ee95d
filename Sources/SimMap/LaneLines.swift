public import SimGeometry

/// The lines of a lane, shared by reference, since lanes are passed around a lot.
///
/// Of most lanes of a large map nobody ever asks for more than the centreline. So bounds that
/// follow from something else (other lines that they are a moved copy of, a circle) are made when
/// somebody first asks for one, and the polygon too.
public final class LaneLines: Sendable {
  /// Driven along this line; the lane's arc lengths are on it, metres.
  public let centreline: Polyline
  /// The smallest axis-aligned box around the polygon.
  public let boundingBox: BoundingBox
  private let source: Source
  private let madeBounds = MadeOnce<Bounds>()
  private let madeOutline = MadeOnce<Outline>()

  /// What bounds and polygon are, or how they come about.
  private enum Source: Sendable {
    case stated(Bounds, Polygon?)
    case moved(LaneLines, quarterTurns: Int, by: Vector2)
    case made(Recipe)
  }

  /// How bounds come about: always the same ones.
  struct Recipe: Sendable {
    var bounds: @Sendable () -> (left: Polyline, right: Polyline)
    var polygon: @Sendable () -> Polygon
  }

  private final class Bounds: Sendable {
    let left: Polyline
    let right: Polyline

    init(_ left: Polyline, _ right: Polyline) {
      self.left = left
      self.right = right
    }
  }

  /// A polygon that is made once.
  final class Outline: Sendable {
    let polygon: Polygon
    init(_ polygon: Polygon) { self.polygon = polygon }
  }

  /// Lines whose polygon follows from the bounds.
  public init(centreline: Polyline, left: Polyline, right: Polyline) {
    self.centreline = centreline
    boundingBox = left.boundingBox.union(right.boundingBox)
    source = .stated(Bounds(left, right), nil)
  }

  /// Lines with a polygon that is stated, not derived.
  public init(centreline: Polyline, left: Polyline, right: Polyline, polygon: Polygon) {
    self.centreline = centreline
    boundingBox = polygon.boundingBox
    source = .stated(Bounds(left, right), polygon)
  }

  /// Lines whose bounds are made when somebody asks for one.
  ///
  /// - Parameters:
  ///   - boundingBox: around both bounds.
  ///   - recipe: what makes them.
  init(centreline: Polyline, boundingBox: BoundingBox, _ recipe: Recipe) {
    self.centreline = centreline
    self.boundingBox = boundingBox
    source = .made(recipe)
  }

  private init(_ lines: LaneLines, quarterTurns: Int, by displacement: Vector2) {
    centreline = lines.centreline.moved(quarterTurns: quarterTurns, by: displacement)
    // Sums round in the order of their terms, so the least one stays the least.
    let (a, b) = (lines.boundingBox.min, lines.boundingBox.max)
    boundingBox =
      quarterTurns & 3 == 0
      ? BoundingBox(min: a + displacement, max: b + displacement)
      : BoundingBox(
        around: [a, b].map { $0.turned(quarterTurns: quarterTurns) + displacement })
    source = .moved(lines, quarterTurns: quarterTurns, by: displacement)
  }

  /// Left bound, in driving direction.
  public var left: Polyline { bounds.left }
  /// Right bound, in driving direction.
  public var right: Polyline { bounds.right }
  /// Left bound followed by the right bound reversed.
  public var polygon: Polygon {
    if let outline = madeOutline.object { return outline.polygon }
    return madeOutline.keep(Outline(makePolygon())).polygon
  }

  /// The polygon, for a look that nobody may ever take again: not kept if it would take up memory
  /// of its own.
  var passingPolygon: Polygon {
    if case .made(let recipe) = source, madeOutline.object == nil { return recipe.polygon() }
    return polygon
  }

  /// The same lines turned about the origin and then moved.
  func moved(quarterTurns: Int, by displacement: Vector2) -> LaneLines {
    LaneLines(self, quarterTurns: quarterTurns, by: displacement)
  }

  private var bounds: Bounds {
    if case .stated(let bounds, _) = source { return bounds }
    if let bounds = madeBounds.object { return bounds }
    return madeBounds.keep(makeBounds())
  }

  private func makeBounds() -> Bounds {
    switch source {
    case .stated(let bounds, _): return bounds
    case .made(let recipe):
      let (left, right) = recipe.bounds()
      return Bounds(left, right)
    case .moved(let lines, let quarterTurns, let displacement):
      let bounds = lines.bounds
      return Bounds(
        bounds.left.moved(quarterTurns: quarterTurns, by: displacement),
        bounds.right.moved(quarterTurns: quarterTurns, by: displacement))
    }
  }

  private func makePolygon() -> Polygon {
    switch source {
    case .stated(let bounds, let polygon):
      return polygon ?? LaneShape.outline(bounds.left, bounds.right)
    case .made(let recipe): return recipe.polygon()
    case .moved(let lines, let quarterTurns, let displacement):
      return lines.polygon.moved(quarterTurns: quarterTurns, by: displacement)
    }
  }
}
