/// Polygons prepared for many questions whether they contain a point: long thin ones with many
/// vertices answer as fast as short ones.
///
/// The edges of each are sorted into bands across its longer side; a point looks at those of its
/// band only. Answers are those of `Polygon.contains`, to the bit.
public struct BandedPolygons: Sendable {
  /// A prepared polygon.
  @usableFromInline
  struct Shape: Sendable {
    @usableFromInline var box: BoundingBox
    @usableFromInline var origin: Double
    /// Bands per metre; 0: there is no inside.
    @usableFromInline var perMetre: Double
    /// The bands lie side by side along x, else along y.
    @usableFromInline var isAlongX: Bool
    @usableFromInline var firstBand: Int32
    @usableFromInline var lastBand: Int32
  }

  @usableFromInline var shapes: [Shape] = []
  /// Where the edges of each band begin, and for each shape one more: where those of its last end.
  @usableFromInline var starts: [Int32] = []
  /// Ends of the edges; their coordinates are swapped if the bands are along x.
  @usableFromInline var edges: [Segment] = []

  /// None yet.
  public init() {}

  /// Number of polygons.
  public var count: Int { shapes.count }

  /// Adds a polygon; its place.
  @discardableResult
  public mutating func append(_ polygon: Polygon) -> Int {
    let box = polygon.boundingBox
    let count = polygon.vertices.count
    let first = Int32(starts.count)
    guard count >= 3, !box.isEmpty else {
      shapes.append(
        Shape(
          box: box, origin: 0, perMetre: 0, isAlongX: false, firstBand: first, lastBand: first))
      starts += [Int32(edges.count), Int32(edges.count)]
      return shapes.count - 1
    }
    let alongX = box.width >= box.height
    let low = alongX ? box.min.x : box.min.y
    let extent = alongX ? box.width : box.height
    let bands = max(1, count / 2)
    let scale = extent > 0 ? Double(bands) / extent : 0
    let swapped = (0..<count).map { i -> Segment in
      let edge = polygon.edge(i)
      return alongX
        ? Segment(Vector2(edge.start.y, edge.start.x), Vector2(edge.end.y, edge.end.x)) : edge
    }
    func band(_ u: Double) -> Int { min(max(Int((u - low) * scale), 0), bands - 1) }
    var lists = [[Int]](repeating: [], count: bands)
    for (i, edge) in swapped.enumerated() {
      for k in band(min(edge.start.y, edge.end.y))...band(max(edge.start.y, edge.end.y)) {
        lists[k].append(i)
      }
    }
    for list in lists {
      starts.append(Int32(edges.count))
      for i in list { edges.append(swapped[i]) }
    }
    starts.append(Int32(edges.count))
    shapes.append(
      Shape(
        box: box, origin: low, perMetre: scale, isAlongX: alongX, firstBand: first,
        lastBand: first + Int32(bands) - 1))
    return shapes.count - 1
  }

  /// Whether a point is inside a polygon; a point on the boundary is not. Decided without rounding
  /// error.
  public func contains(_ point: Vector2, in polygon: Int) -> Bool {
    withView { $0.contains(point, in: polygon) }
  }

  /// Lends the polygons as pointers, for many questions in a row.
  @inlinable
  public func withView<R>(_ body: (View) -> R) -> R {
    shapes.withUnsafeBufferPointer { shapes in
      starts.withUnsafeBufferPointer { starts in
        edges.withUnsafeBufferPointer { edges in
          body(View(shapes: shapes, starts: starts, edges: edges))
        }
      }
    }
  }

  /// The polygons, valid during `withView`.
  @frozen
  public struct View {
    @usableFromInline let shapes: UnsafeBufferPointer<Shape>
    @usableFromInline let starts: UnsafeBufferPointer<Int32>
    @usableFromInline let edges: UnsafeBufferPointer<Segment>

    @inlinable
    init(
      shapes: UnsafeBufferPointer<Shape>, starts: UnsafeBufferPointer<Int32>,
      edges: UnsafeBufferPointer<Segment>
    ) {
      self.shapes = shapes
      self.starts = starts
      self.edges = edges
    }

    /// Whether a point is inside a polygon; see `BandedPolygons.contains`.
    @inlinable
    public func contains(_ point: Vector2, in polygon: Int) -> Bool {
      let shape = shapes[polygon]
      guard shape.box.contains(point), shape.perMetre > 0 else { return false }
      let p = shape.isAlongX ? Vector2(point.y, point.x) : point
      let place = Int((p.y - shape.origin) * shape.perMetre)
      let band = min(Int(shape.firstBand) + max(place, 0), Int(shape.lastBand))
      var inside = false
      var k = Int(starts[band])
      let end = Int(starts[band + 1])
      while k < end {
        let a = edges[k].start
        let b = edges[k].end
        k += 1
        if a.y > p.y ? b.y > p.y : (a.y < p.y && b.y < p.y) { continue }
        if p.x > max(a.x, b.x) { continue }
        if a.y == b.y {
          if p.x >= min(a.x, b.x) { return false }
          continue
        }
        let crosses = (a.y > p.y) != (b.y > p.y)
        if p.x < min(a.x, b.x) {
          if crosses { inside.toggle() }
          continue
        }
        let side = Orientation.sign(a, b, p)
        if side == 0 { return false }
        if crosses && (side > 0) == (b.y > a.y) { inside.toggle() }
      }
      return inside
    }
  }
}
