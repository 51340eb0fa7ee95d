import Dispatch
import SimGeometry
import SimMap
import Synchronization

/// The map as tiles that are drawn once for a scale and a direction and copied from then on.
///
/// A tile's pixels depend on nothing but its place in the grid, so that a picture is the same
/// whatever was looked at before.
struct MapTiles: Sendable {
  /// Side of a tile, pixels.
  static let side = 256
  /// So many tiles are kept; then those far from the picture are let go.
  private static let most = 192

  private struct Key: Hashable {
    var column: Int
    var row: Int
  }

  private let map: LaneGraph
  private var scale = 0.0
  private var right = Vector2(1, 0)
  private var tiles: [Key: Canvas] = [:]
  /// The last picture had another scale or direction than the one before.
  private var isTurning = false

  init(_ map: LaneGraph) { self.map = map }

  /// Covers a picture with the map.
  ///
  /// - Parameter view: one that `Camera.snapped` has moved.
  mutating func draw(on canvas: inout Canvas, _ view: MapViewport) {
    isTurning = view.scale != scale || view.right != right
    if isTurning {
      tiles.removeAll(keepingCapacity: true)
      scale = view.scale
      right = view.right
    }
    let (x, y) = MapTiles.origin(view)
    let (columns, rows) = MapTiles.places(view)
    let keys = rows.flatMap { row in columns.map { Key(column: $0, row: row) } }
    drawTiles(keys.filter { tiles[$0] == nil })
    for key in keys {
      guard let tile = tiles[key] else { continue }
      canvas.copy(tile, x: x + key.column * MapTiles.side, y: y + key.row * MapTiles.side)
    }
    guard tiles.count > max(MapTiles.most, 3 * columns.count * rows.count) else { return }
    tiles = tiles.filter { MapTiles.isNear($0.key, columns, rows) }
  }

  /// Draws one tile beside the last picture's, for a camera that moves on: what comes into sight in
  /// one picture is then not all to be drawn with it.
  ///
  /// - Parameter view: that of the last picture.
  /// - Returns: false if there is nothing to draw, also while the camera turns or zooms: what is
  ///   drawn then is of no use.
  mutating func prepare(_ view: MapViewport) -> Bool {
    guard !isTurning, view.scale == scale, view.right == right else { return false }
    let (columns, rows) = MapTiles.places(view)
    for row in rows.lowerBound - 1...rows.upperBound + 1 {
      for column in columns.lowerBound - 1...columns.upperBound + 1 {
        let key = Key(column: column, row: row)
        guard tiles[key] == nil else { continue }
        tiles[key] = tile(key)
        return true
      }
    }
    return false
  }

  /// The pixel where the origin of the plane lies.
  private static func origin(_ view: MapViewport) -> (x: Int, y: Int) {
    let origin = view.pixel(.zero)
    return (Int(origin.x.rounded()), Int(origin.y.rounded()))
  }

  /// The tiles of a picture.
  private static func places(
    _ view: MapViewport
  ) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>) {
    let (x, y) = origin(view)
    func index(_ pixel: Int) -> Int { Int((Double(pixel) / Double(side)).rounded(.down)) }
    return (index(-x)...index(view.width - 1 - x), index(-y)...index(view.height - 1 - y))
  }

  /// A tile lies in a picture, or at most two tiles beside it.
  private static func isNear(
    _ key: Key, _ columns: ClosedRange<Int>, _ rows: ClosedRange<Int>
  ) -> Bool {
    (columns.lowerBound - 2...columns.upperBound + 2).contains(key.column)
      && (rows.lowerBound - 2...rows.upperBound + 2).contains(key.row)
  }

  /// Draws tiles that there are not yet, on as many cores as there are: a camera that turns needs
  /// all of a picture at once.
  private mutating func drawTiles(_ keys: [Key]) {
    if keys.count < 2 {
      for key in keys { tiles[key] = tile(key) }
      return
    }
    let drawn = Mutex([Canvas?](repeating: nil, count: keys.count))
    DispatchQueue.concurrentPerform(iterations: keys.count) { [self] index in
      let tile = tile(keys[index])
      drawn.withLock { $0[index] = tile }
    }
    for (key, tile) in zip(keys, drawn.withLock { $0 }) { tiles[key] = tile }
  }

  private func tile(_ key: Key) -> Canvas {
    let side = Double(MapTiles.side)
    let across = (Double(key.column) + 0.5) * side / scale
    let up = -(Double(key.row) + 0.5) * side / scale
    let view = MapViewport(
      width: MapTiles.side, height: MapTiles.side, centre: right * across + right.left * up,
      scale: scale, right: right)
    var painter = MapPainter(map: map, view: view)
    guard map.bounds.expanded(by: 20).intersects(view.region) else { return painter.canvas }
    painter.drawSurfaces()
    painter.drawBounds()
    painter.drawDirections()
    painter.drawStopLines()
    return painter.canvas
  }
}
