import SimCore
import SimGeometry
import SimWorld

/// Everybody on foot and everything that may be in the way, in grids, as a tick finds them.
struct BodyColumns: Sendable {
  /// Rows of those on foot and of things that stand about.
  private(set) var rows: [Int] = []
  private(set) var x: [Double] = []
  private(set) var y: [Double] = []
  /// m/s.
  private(set) var velocityX: [Double] = []
  private(set) var velocityY: [Double] = []
  /// Added to the distance that is kept, metres: what is larger than a walker.
  private(set) var extra: [Double] = []
  private var grid = DynamicGrid(cellSize: 4)
  /// Rows of what drives.
  private(set) var vehicles: [Int] = []
  private var vehicleX: [Double] = []
  private var vehicleY: [Double] = []
  private var vehicleGrid = DynamicGrid(cellSize: 16)
  private(set) var near: [Int32] = []
  /// They have been looked at before.
  private var isSeen = false

  mutating func prepare(_ view: WorldView, vehicles: [Int]) {
    self.vehicles = vehicles
    rows = (0..<view.agents.count).filter {
      view.agents.classes[$0] == .pedestrian || view.agents.classes[$0].isObject
    }
    let none = [Double](repeating: 0, count: rows.count)
    (x, y, velocityX, velocityY) = (none, none, none, none)
    extra = rows.map { row in
      let size = max(view.agents.lengths[row], view.agents.widths[row])
      return view.agents.classes[row] == .pedestrian ? 0 : max(0, 0.5 * size - 0.3)
    }
    vehicleX = [Double](repeating: 0, count: vehicles.count)
    vehicleY = vehicleX
    near.reserveCapacity(256)
  }

  mutating func look(_ view: WorldView) {
    let agents = view.agents
    for k in rows.indices {
      let row = rows[k]
      let (lastX, lastY) = (x[k], y[k])
      let isThere = agents.present[row] != 0
      // What is not there is never found.
      x[k] = isThere ? agents.x[row] : .nan
      y[k] = isThere ? agents.y[row] : .nan
      if isSeen && isThere && !lastX.isNaN {
        // As they have moved: beside a path that turns one is not as fast as along it.
        velocityX[k] = (x[k] - lastX) / view.clock.step
        velocityY[k] = (y[k] - lastY) / view.clock.step
      } else {
        let speed = agents.classes[row].isObject ? 0 : agents.speed[row]
        velocityX[k] = agents.directionX[row] * speed
        velocityY[k] = agents.directionY[row] * speed
      }
    }
    isSeen = true
    grid.rebuild(x: x, y: y)
    for k in vehicles.indices {
      let isThere = agents.present[vehicles[k]] != 0
      vehicleX[k] = isThere ? agents.x[vehicles[k]] : .nan
      vehicleY[k] = isThere ? agents.y[vehicles[k]] : .nan
    }
    vehicleGrid.rebuild(x: vehicleX, y: vehicleY)
  }

  /// Fills `near` with the places in `rows` of those within a distance, metres, of a point.
  mutating func find(around place: Vector2, within radius: Double) {
    near.removeAll(keepingCapacity: true)
    grid.query(around: place, radius: radius, into: &near)
  }

  /// Fills `near` with the places in `vehicles` of those within a distance, metres, of a point.
  mutating func findVehicles(around place: Vector2, within radius: Double) {
    near.removeAll(keepingCapacity: true)
    vehicleGrid.query(around: place, radius: radius, into: &near)
  }
}
