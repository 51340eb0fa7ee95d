/// An index over moving points, rebuilt each tick in time proportional to their number.
///
/// The plane is cut into square cells; points are sorted by cell with a counting sort over a
/// hash table of cells, so that the extent of the world does not matter. After the first rebuild
/// with a given number of points nothing is allocated. Answers are in ascending order of item.
public struct DynamicGrid: Sendable {
  /// Side of a cell, metres.
  public let cellSize: Double
  @usableFromInline let inverseCellSize: Double

  /// Buckets are numbered by the low bits of a cell's hash.
  @usableFromInline var mask: UInt32 = 0
  /// First slot of each bucket, and the end of the last one.
  @usableFromInline var bucketStarts: [Int32] = []
  /// Slots sorted by bucket, within a bucket by item.
  @usableFromInline var slotItems: [Int32] = []
  @usableFromInline var slotX: [Double] = []
  @usableFromInline var slotY: [Double] = []
  /// Bucket of each item: scratch of the rebuild.
  @usableFromInline var itemBuckets: [UInt32] = []
  @usableFromInline var bounds = BoundingBox.empty

  /// An empty grid.
  ///
  /// - Parameter cellSize: side of a cell, metres; about the usual radius of queries.
  public init(cellSize: Double) {
    precondition(cellSize > 0 && cellSize.isFinite, "the cell size is positive")
    self.cellSize = cellSize
    inverseCellSize = 1 / cellSize
  }

  /// Number of points of the last rebuild.
  @inlinable public var count: Int { slotItems.count }

  /// Replaces all points. A point that is not finite is never found.
  ///
  /// - Parameters:
  ///   - x: x of each point, metres.
  ///   - y: y of each point.
  public mutating func rebuild(x: [Double], y: [Double]) {
    x.withUnsafeBufferPointer { x in y.withUnsafeBufferPointer { rebuild(x: x, y: $0) } }
  }

  /// Replaces all points; see the other form.
  public mutating func rebuild(x: UnsafeBufferPointer<Double>, y: UnsafeBufferPointer<Double>) {
    precondition(x.count == y.count, "as many x as y")
    let n = x.count
    resize(to: n)
    let mask = mask
    let scale = inverseCellSize
    let buckets = Int(mask) + 1
    var around = BoundingBox.empty
    for b in 0...buckets { bucketStarts[b] = 0 }
    for i in 0..<n {
      let cx = DynamicGrid.cell(x[i], scale)
      let cy = DynamicGrid.cell(y[i], scale)
      let bucket = DynamicGrid.hash(cx, cy) & mask
      itemBuckets[i] = bucket
      bucketStarts[Int(bucket) + 1] += 1
      if x[i].isFinite && y[i].isFinite { around.formUnion(Vector2(x[i], y[i])) }
    }
    for b in 0..<buckets { bucketStarts[b + 1] += bucketStarts[b] }
    // Filled from the back, so that each bucket's end moves down to its start.
    for i in stride(from: n - 1, through: 0, by: -1) {
      let bucket = Int(itemBuckets[i]) + 1
      bucketStarts[bucket] -= 1
      let slot = Int(bucketStarts[bucket])
      slotItems[slot] = Int32(truncatingIfNeeded: i)
      slotX[slot] = x[i]
      slotY[slot] = y[i]
    }
    for b in 0..<buckets { bucketStarts[b] = bucketStarts[b + 1] }
    bucketStarts[buckets] = Int32(n)
    bounds = around
  }

  /// Makes room for `n` points; grows the table of cells to at least twice as many.
  private mutating func resize(to n: Int) {
    if slotItems.count < n {
      let missing = n - slotItems.count
      slotItems.append(contentsOf: repeatElement(0, count: missing))
      slotX.append(contentsOf: repeatElement(0, count: missing))
      slotY.append(contentsOf: repeatElement(0, count: missing))
      itemBuckets.append(contentsOf: repeatElement(0, count: missing))
    } else {
      let extra = slotItems.count - n
      slotItems.removeLast(extra)
      slotX.removeLast(extra)
      slotY.removeLast(extra)
      itemBuckets.removeLast(extra)
    }
    var buckets = 16
    while buckets < 2 * n { buckets *= 2 }
    mask = UInt32(buckets - 1)
    while bucketStarts.count < buckets + 1 { bucketStarts.append(0) }
  }

  /// Number of the cell that holds a coordinate; far out and NaN all share one.
  @inlinable
  static func cell(_ coordinate: Double, _ scale: Double) -> Int32 {
    let c = (coordinate * scale).rounded(.down)
    return c.magnitude < 1e9 ? Int32(c) : Int32.max
  }

  @inlinable
  static func hash(_ x: Int32, _ y: Int32) -> UInt32 {
    var h = UInt32(bitPattern: x) &* 0x9E37_79B1 &+ UInt32(bitPattern: y) &* 0x85EB_CA77
    h ^= h >> 15
    h = h &* 0x2C1B_3C6D
    return h ^ (h >> 13)
  }

  /// Appends the items whose points lie in a box (border included), in ascending order.
  ///
  /// - Parameters:
  ///   - box: where to look.
  ///   - result: receives the items; what it holds already stays in front.
  @inlinable
  public func query(_ box: BoundingBox, into result: inout [Int32]) {
    let first = result.count
    forEachUnordered(in: box) { item, _ in result.append(item) }
    result.withUnsafeMutableBufferPointer { sortAscending($0, from: first) }
  }

  /// Appends the items whose points lie within a distance of a point, in ascending order.
  ///
  /// - Parameters:
  ///   - centre: from where.
  ///   - radius: greatest distance, metres; points at that distance are found.
  ///   - result: receives the items; what it holds already stays in front.
  @inlinable
  public func query(around centre: Vector2, radius: Double, into result: inout [Int32]) {
    let first = result.count
    let square = radius * radius
    forEachUnordered(in: BoundingBox(centre: centre, halfSide: radius)) { item, point in
      if (point - centre).lengthSquared <= square { result.append(item) }
    }
    result.withUnsafeMutableBufferPointer { sortAscending($0, from: first) }
  }

  /// Calls `body` with the items whose points lie in a box, cell after cell: for answers that do
  /// not depend on order.
  @inlinable
  public func forEachUnordered(in box: BoundingBox, _ body: (Int32, Vector2) -> Void) {
    // Beyond the points there are no cells to visit, however large the box.
    let box = box.intersection(bounds)
    guard !box.isEmpty else { return }
    let scale = inverseCellSize
    let x0 = DynamicGrid.cell(box.min.x, scale)
    let x1 = DynamicGrid.cell(box.max.x, scale)
    let y0 = DynamicGrid.cell(box.min.y, scale)
    let y1 = DynamicGrid.cell(box.max.y, scale)
    let cells = (Double(x1) - Double(x0) + 1) * (Double(y1) - Double(y0) + 1)
    slotItems.withUnsafeBufferPointer { slotItems in
      slotX.withUnsafeBufferPointer { slotX in
        slotY.withUnsafeBufferPointer { slotY in
          if cells >= Double(slotItems.count) {
            // Fewer points than cells: look at every point.
            for k in 0..<slotItems.count {
              let p = Vector2(slotX[k], slotY[k])
              if box.contains(p) { body(slotItems[k], p) }
            }
            return
          }
          bucketStarts.withUnsafeBufferPointer { starts in
            for cx in x0...x1 {
              for cy in y0...y1 {
                let bucket = Int(DynamicGrid.hash(cx, cy) & mask)
                for k in Int(starts[bucket])..<Int(starts[bucket + 1]) {
                  let p = Vector2(slotX[k], slotY[k])
                  // Another cell may share the bucket: its points are found from their own cell.
                  guard box.contains(p), DynamicGrid.cell(p.x, scale) == cx,
                    DynamicGrid.cell(p.y, scale) == cy
                  else { continue }
                  body(slotItems[k], p)
                }
              }
            }
          }
        }
      }
    }
  }
}
