import SimGeometry
import SimMap

/// The map as tiles that are drawn once for a scale and a direction and copied from then on.
///
/// A tile's pixels depend on nothing but its place in the grid, so that a picture is the same
/// whatever was looked at before.
struct MapTiles: Sendable {
  /// Side of a tile, pixels.
  static let side = 256
  /// So many tiles are kept: those of more than two screens.
  private static let most = 192

  private struct Key: Hashable {
    var column: Int
    var row: Int
  }

  private let map: LaneGraph
  private var scale = 0.0
  private var right = Vector2(1, 0)
  private var tiles: [Key: Canvas] = [:]

  init(_ map: LaneGraph) { self.map = map }

  /// Covers a picture with the map.
  ///
  /// - Parameter view: one that `Camera.snapped` has moved.
  mutating func draw(on canvas: inout Canvas, _ view: MapViewport) {
    if view.scale != scale || view.right != right || tiles.count > MapTiles.most {
      tiles.removeAll(keepingCapacity: true)
      scale = view.scale
      right = view.right
    }
    let side = MapTiles.side
    let origin = view.pixel(.zero)
    let (x, y) = (Int(origin.x.rounded()), Int(origin.y.rounded()))
    func index(_ pixel: Int) -> Int { Int((Double(pixel) / Double(side)).rounded(.down)) }
    for row in index(-y)...index(view.height - 1 - y) {
      for column in index(-x)...index(view.width - 1 - x) {
        let key = Key(column: column, row: row)
        let tile = tiles[key] ?? tile(key)
        tiles[key] = tile
        canvas.copy(tile, x: x + column * side, y: y + row * side)
      }
    }
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
