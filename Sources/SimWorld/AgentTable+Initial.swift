import SimCore
import SimGeometry

extension AgentTable {
  /// The table at tick 0.
  ///
  /// - Parameters:
  ///   - specs: agents in row order.
  ///   - paths: the paths that they name.
  init(_ specs: [AgentSpec], paths: PathTable) {
    // By index throughout: a spec is a large value to copy.
    self.init(
      AgentRoster(
        ids: specs.indices.map { specs[$0].id }, classes: specs.indices.map { specs[$0].agentClass }
      ))
    paths.withView { paths in
      withMutableColumns { columns in
        for row in specs.indices { columns.set(row, specs[row], paths) }
      }
    }
  }

  /// Writes the row of a driven vehicle from its full state.
  mutating func setDriven(_ row: Int, _ state: EgoState, _ vehicle: VehicleParameters) {
    let direction = state.pose.direction
    let centre = state.pose.position + direction * vehicle.rearAxleToCentre
    withMutableColumns { columns in
      columns.present[row] = 1
      columns.x[row] = centre.x
      columns.y[row] = centre.y
      columns.heading[row] = state.pose.heading
      columns.directionX[row] = direction.x
      columns.directionY[row] = direction.y
      columns.speed[row] = state.velocity.x
      columns.acceleration[row] = state.acceleration.x
      columns.steering[row] = state.steering
    }
  }
}

extension AgentTable.MutableColumns {
  /// Writes a row that is all 0 as a spec has it.
  fileprivate func set(_ row: Int, _ spec: AgentSpec, _ paths: PathTable.View) {
    length[row] = spec.length
    width[row] = spec.width
    motion[row] = spec.motion
    path[row] = -1
    guard spec.motion == .path else {
      guard spec.isPresent else { return }
      present[row] = 1
      x[row] = spec.centre.x
      y[row] = spec.centre.y
      heading[row] = ExactMath.wrapAngle(spec.centre.heading)
      let direction = spec.centre.direction
      directionX[row] = direction.x
      directionY[row] = direction.y
      speed[row] = spec.speed
      acceleration[row] = spec.acceleration
      return
    }
    guard let path = spec.path, paths.lines.indices.contains(path) else {
      preconditionFailure("path agent '\(spec.id)' has no path")
    }
    self.path[row] = Int32(path)
    guard spec.isPresent else { return }
    setOnPath(
      row, paths.lines[path], s: spec.arcLength, offset: spec.lateralOffset,
      halfBase: AgentTable.halfBase(length: spec.length),
      near: paths.piece(at: spec.arcLength, on: path), paths)
    speed[row] = spec.speed
    acceleration[row] = spec.acceleration
  }
}
