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
    ids = specs.map(\.id)
    streams = specs.map { AgentTable.stream(of: $0.id) }
    classes = specs.map(\.agentClass)
    lengths = specs.map(\.length)
    widths = specs.map(\.width)
    motions = specs.map(\.motion)
    present = [UInt8](repeating: 0, count: n)
    x = [Double](repeating: 0, count: n)
    y = [Double](repeating: 0, count: n)
    heading = [Double](repeating: 0, count: n)
    directionX = [Double](repeating: 0, count: n)
    directionY = [Double](repeating: 0, count: n)
    speed = [Double](repeating: 0, count: n)
    acceleration = [Double](repeating: 0, count: n)
    steering = [Double](repeating: 0, count: n)
    path = specs.map { spec in
      guard spec.motion == .path else { return -1 }
      guard let path = spec.path, paths.lines.indices.contains(path) else {
        preconditionFailure("path agent '\(spec.id)' has no path")
      }
      return Int32(path)
    }
    arcLength = [Double](repeating: 0, count: n)
    lateralOffset = [Double](repeating: 0, count: n)
    cursor = [Int32](repeating: 0, count: n)
    for (row, spec) in specs.enumerated() where spec.isPresent && spec.motion != .path {
      present[row] = 1
      x[row] = spec.centre.x
      y[row] = spec.centre.y
      heading[row] = ExactMath.wrapAngle(spec.centre.heading)
      let direction = spec.centre.direction
      directionX[row] = direction.x
      directionY[row] = direction.y
      speed[row] = spec.speed
      acceleration[row] = spec.acceleration
    }
    let numbers = path
    paths.withView { paths in
      withMutableColumns { columns in
        for (row, spec) in specs.enumerated() where spec.isPresent && spec.motion == .path {
          columns.setOnPath(
            row, paths.lines[Int(numbers[row])], s: spec.arcLength, offset: spec.lateralOffset,
            halfBase: 0.5 * AgentTable.wheelbaseShare * spec.length, near: 0, paths)
          columns.speed[row] = spec.speed
          columns.acceleration[row] = spec.acceleration
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
