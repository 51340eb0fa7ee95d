/// A static index over axis-aligned boxes that answers "which boxes meet this one".
///
/// An R-tree packed by sort-tile-recursion (Leutenegger, Lopez, Edgington 1997) with eight children
/// a node, kept as arrays of numbers. Answers come in ascending order of item, so that they do not
/// depend on the shape of the tree.
public struct SpatialIndex: Sendable {
  /// Children of a node; also the width of the comparison loop.
  @usableFromInline static let fanOut = 8

  /// Number of boxes given.
  public let count: Int
  /// Box around everything; `BoundingBox.empty` if there is nothing.
  public let bounds: BoundingBox

  /// Bounds of all entries, level after level from the items to the root, each level padded to
  /// whole nodes with boxes that nothing meets.
  @usableFromInline let minX: [Double]
  @usableFromInline let minY: [Double]
  @usableFromInline let maxX: [Double]
  @usableFromInline let maxY: [Double]
  /// First entry of each level, and the end of the last one.
  @usableFromInline let levelStarts: [Int]
  /// Item of each entry of the lowest level.
  @usableFromInline let items: [Int32]

  /// An index over boxes; item `i` is the box at place `i`. Boxes that are empty (or have a NaN)
  /// are never found.
  public init(_ boxes: [BoundingBox]) {
    precondition(boxes.count <= Int(Int32.max), "items are numbered by Int32")
    let order = SpatialIndex.packingOrder(of: boxes)
    var level = order.map { boxes[$0] }
    var entries: [BoundingBox] = []
    var starts = [0]
    let n = SpatialIndex.fanOut
    while !level.isEmpty {
      entries += level
      while entries.count % n != 0 { entries.append(SpatialIndex.padding) }
      starts.append(entries.count)
      if level.count <= n { break }
      level = stride(from: 0, to: level.count, by: n).map { first in
        level[first..<min(first + n, level.count)].reduce(.empty) { $0.union($1) }
      }
    }
    count = boxes.count
    bounds = order.reduce(.empty) { $0.union(boxes[$1]) }
    minX = entries.map(\.min.x)
    minY = entries.map(\.min.y)
    maxX = entries.map(\.max.x)
    maxY = entries.map(\.max.y)
    levelStarts = starts
    items = order.map { Int32($0) }
  }

  /// A box that meets nothing, not even the whole plane.
  private static let padding = BoundingBox(
    min: Vector2(.nan, .nan), max: Vector2(.nan, .nan))

  /// The items by vertical strips of tiles, within a strip from bottom to top.
  private static func packingOrder(of boxes: [BoundingBox]) -> [Int] {
    var keys: [(centre: Double, item: Int)] = []
    keys.reserveCapacity(boxes.count)
    for (item, box) in boxes.enumerated() where !box.isEmpty { keys.append((box.centre.x, item)) }
    keys.sort { $0.centre == $1.centre ? $0.item < $1.item : $0.centre < $1.centre }
    let nodes = (keys.count + fanOut - 1) / fanOut
    let strips = Int(Double(nodes).squareRoot().rounded(.up))
    if strips > 1 {
      let perStrip = (nodes + strips - 1) / strips * fanOut
      for k in keys.indices { keys[k].centre = boxes[keys[k].item].centre.y }
      for first in stride(from: 0, to: keys.count, by: perStrip) {
        let last = min(first + perStrip, keys.count)
        keys[first..<last].sort {
          $0.centre == $1.centre ? $0.item < $1.item : $0.centre < $1.centre
        }
      }
    }
    return keys.map(\.item)
  }

  /// Appends the items whose boxes meet a box (touching counts), in ascending order.
  ///
  /// - Parameters:
  ///   - box: where to look.
  ///   - result: receives the items; what it holds already stays in front.
  @inlinable
  public func query(_ box: BoundingBox, into result: inout [Int32]) {
    let first = result.count
    forEachUnordered(meeting: box) { result.append($0) }
    result.withUnsafeMutableBufferPointer { sortAscending($0, from: first) }
  }

  /// The items whose boxes meet a box, in ascending order; allocates.
  @inlinable
  public func query(_ box: BoundingBox) -> [Int32] {
    var result: [Int32] = []
    query(box, into: &result)
    return result
  }

  /// Appends the items whose boxes hold a point, in ascending order.
  @inlinable
  public func query(_ point: Vector2, into result: inout [Int32]) {
    query(BoundingBox(min: point, max: point), into: &result)
  }

  /// Calls `body` with the items whose boxes meet a box, in the order of the tree: for answers
  /// that do not depend on order.
  @inlinable
  public func forEachUnordered(meeting box: BoundingBox, _ body: (Int32) -> Void) {
    guard levelStarts.count > 1 else { return }
    withPointers { tree in
      tree.visit(level: levelStarts.count - 2, node: 0, box) { body(tree.items[$0]) }
    }
  }

  /// The item nearest to a point; of equally near ones the lowest.
  ///
  /// - Parameters:
  ///   - point: from where.
  ///   - limit: items farther than this are not found, metres.
  ///   - distance: exact distance from the point to an item, at least the distance to its box.
  /// - Returns: nil if no item is within the limit.
  @inlinable
  public func nearest(
    to point: Vector2, within limit: Double = .infinity, distance: (Int32) -> Double
  ) -> (item: Int32, distance: Double)? {
    guard levelStarts.count > 1 else { return nil }
    var best: (item: Int32, distance: Double) = (-1, limit)
    withPointers {
      $0.searchNearest(level: levelStarts.count - 2, node: 0, point, &best, distance)
    }
    return best.item < 0 ? nil : best
  }

  @inlinable
  func withPointers(_ body: (TreePointers) -> Void) {
    minX.withUnsafeBufferPointer { minX in
      minY.withUnsafeBufferPointer { minY in
        maxX.withUnsafeBufferPointer { maxX in
          maxY.withUnsafeBufferPointer { maxY in
            levelStarts.withUnsafeBufferPointer { starts in
              items.withUnsafeBufferPointer { items in
                body(
                  TreePointers(
                    minX: minX, minY: minY, maxX: maxX, maxY: maxY, starts: starts, items: items))
              }
            }
          }
        }
      }
    }
  }
}

/// The arrays of a `SpatialIndex` as pointers, for the time of one search.
@frozen
@usableFromInline
struct TreePointers {
  @usableFromInline let minX: UnsafeBufferPointer<Double>
  @usableFromInline let minY: UnsafeBufferPointer<Double>
  @usableFromInline let maxX: UnsafeBufferPointer<Double>
  @usableFromInline let maxY: UnsafeBufferPointer<Double>
  @usableFromInline let starts: UnsafeBufferPointer<Int>
  @usableFromInline let items: UnsafeBufferPointer<Int32>

  @inlinable
  init(
    minX: UnsafeBufferPointer<Double>, minY: UnsafeBufferPointer<Double>,
    maxX: UnsafeBufferPointer<Double>, maxY: UnsafeBufferPointer<Double>,
    starts: UnsafeBufferPointer<Int>, items: UnsafeBufferPointer<Int32>
  ) {
    self.minX = minX
    self.minY = minY
    self.maxX = maxX
    self.maxY = maxY
    self.starts = starts
    self.items = items
  }

  /// Calls `body` with the place of every item below a node whose box meets the given one.
  @usableFromInline
  func visit(level: Int, node: Int, _ box: BoundingBox, _ body: (Int) -> Void) {
    let n = SpatialIndex.fanOut
    let first = starts[level] + node * n
    for k in 0..<n {
      let e = first + k
      guard
        minX[e] <= box.max.x, box.min.x <= maxX[e], minY[e] <= box.max.y, box.min.y <= maxY[e]
      else { continue }
      if level == 0 { body(e) } else { visit(level: level - 1, node: node * n + k, box, body) }
    }
  }

  /// Looks for an item nearer than `best` (or as near, but lower) below a node.
  @usableFromInline
  func searchNearest(
    level: Int, node: Int, _ p: Vector2, _ best: inout (item: Int32, distance: Double),
    _ distance: (Int32) -> Double
  ) {
    let n = SpatialIndex.fanOut
    let first = starts[level] + node * n
    // Children by distance of their boxes, so that the far ones are cut off.
    var pending = SIMD8<Double>(repeating: .infinity)
    for k in 0..<n {
      let e = first + k
      if !(minX[e] <= maxX[e]) { continue }
      let dx = max(max(minX[e] - p.x, p.x - maxX[e]), 0)
      let dy = max(max(minY[e] - p.y, p.y - maxY[e]), 0)
      pending[k] = (dx * dx + dy * dy).squareRoot()
    }
    while true {
      var k = 0
      for j in 1..<n where pending[j] < pending[k] { k = j }
      // A hair of slack: the item's distance may round below that of its box.
      guard pending[k] <= best.distance * (1 + 1e-12), pending[k] < .infinity else { return }
      pending[k] = .infinity
      if level > 0 {
        searchNearest(level: level - 1, node: node * n + k, p, &best, distance)
        continue
      }
      let item = items[first + k]
      let d = distance(item)
      let isFirst = best.item < 0 && d <= best.distance
      if isFirst || d < best.distance || (d == best.distance && item < best.item) {
        best = (item, d)
      }
    }
  }
}

/// Sorts the tail of a buffer in place without allocating: answers of queries are short.
@inlinable
func sortAscending(_ values: UnsafeMutableBufferPointer<Int32>, from first: Int) {
  let count = values.count - first
  if count < 2 { return }
  if count > 48 {
    var tail = UnsafeMutableBufferPointer(rebasing: values[first...])
    tail.sort()
    return
  }
  for i in (first + 1)..<values.count {
    let value = values[i]
    var j = i
    while j > first && values[j - 1] > value {
      values[j] = values[j - 1]
      j -= 1
    }
    values[j] = value
  }
}
