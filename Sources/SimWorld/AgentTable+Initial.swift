import SimCore
import SimGeometry

extension AgentTable {
  /// The table at tick 0.
  ///
  /// - Parameters:
  ///   - specs: agents in row order.
  ///   - paths: the paths that they name.
  init(_ specs: [AgentSpec], paths: PathTable) {
    let n = specs.count
    // By index throughout: a spec is a large value to copy.
    ids = specs.indices.map { specs[$0].id }
    streams = specs.indices.map { AgentTable.stream(of: specs[$0].id) }
    classes = specs.indices.map { specs[$0].agentClass }
    lengths = specs.indices.map { specs[$0].length }
    widths = specs.indices.map { specs[$0].width }
    motions = specs.indices.map { specs[$0].motion }
    present = [UInt8](repeating: 0, count: n)
    x = [Double](repeating: 0, count: n)
    y = [Double](repeating: 0, count: n)
    heading = [Double](repeating: 0, count: n)
    directionX = [Double](repeating: 0, count: n)
    directionY = [Double](repeating: 0, count: n)
    speed = [Double](repeating: 0, count: n)
    acceleration = [Double](repeating: 0, count: n)
    steering = [Double](repeating: 0, count: n)
    indicators = [VehicleLights](repeating: [], count: n)
    path = specs.indices.map { row in
      guard specs[row].motion == .path else { return -1 }
      guard let path = specs[row].path, paths.lines.indices.contains(path) else {
        preconditionFailure("path agent '\(specs[row].id)' has no path")
      }
      return Int32(path)
    }
    arcLength = [Double](repeating: 0, count: n)
    lateralOffset = [Double](repeating: 0, count: n)
    cursor = [Int32](repeating: 0, count: n)
    for row in specs.indices where specs[row].isPresent && specs[row].motion != .path {
      let centre = specs[row].centre
      present[row] = 1
      x[row] = centre.x
      y[row] = centre.y
      heading[row] = ExactMath.wrapAngle(centre.heading)
      let direction = centre.direction
      directionX[row] = direction.x
      directionY[row] = direction.y
      speed[row] = specs[row].speed
      acceleration[row] = specs[row].acceleration
    }
    let numbers = path
    paths.withView { paths in
      withMutableColumns { columns in
        for row in specs.indices where specs[row].isPresent && specs[row].motion == .path {
          let path = Int(numbers[row])
          columns.setOnPath(
            row, paths.lines[path], s: specs[row].arcLength, offset: specs[row].lateralOffset,
            halfBase: 0.5 * AgentTable.wheelbaseShare * specs[row].length,
            near: paths.piece(at: specs[row].arcLength, on: path), paths)
          columns.speed[row] = specs[row].speed
          columns.acceleration[row] = specs[row].acceleration
        }
      }
    }
  }

  /// Writes the row of a driven vehicle from its full state.
  mutating func setDriven(_ row: Int, _ state: EgoState, _ vehicle: VehicleParameters) {
    let direction = state.pose.direction
    let centre = state.pose.position + direction * vehicle.rearAxleToCentre
    present[row] = 1
    x[row] = centre.x
    y[row] = centre.y
    heading[row] = state.pose.heading
    directionX[row] = direction.x
    directionY[row] = direction.y
    speed[row] = state.velocity.x
    acceleration[row] = state.acceleration.x
    steering[row] = state.steering
  }
}
