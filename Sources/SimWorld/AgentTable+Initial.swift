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
        for row in specs.indices { columns.set(row, specs, paths) }
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
  /// Writes a row that is all 0 as its spec has it.
  fileprivate func set(_ row: Int, _ specs: [AgentSpec], _ paths: PathTable.View) {
    length[row] = specs[row].length
    width[row] = specs[row].width
    motion[row] = specs[row].motion
    path[row] = -1
    if specs[row].motion == .path {
      guard let path = specs[row].path, paths.lines.indices.contains(path) else {
        preconditionFailure("path agent '\(specs[row].id)' has no path")
      }
      self.path[row] = Int32(path)
      guard specs[row].isPresent else { return }
      setOnPath(
        row, paths, path: path, s: specs[row].arcLength, offset: specs[row].lateralOffset,
        length: specs[row].length)
    } else {
      guard specs[row].isPresent else { return }
      let centre = specs[row].centre
      present[row] = 1
      x[row] = centre.x
      y[row] = centre.y
      heading[row] = ExactMath.wrapAngle(centre.heading)
      let direction = centre.direction
      directionX[row] = direction.x
      directionY[row] = direction.y
    }
    speed[row] = specs[row].speed
    acceleration[row] = specs[row].acceleration
  }

  /// Puts a row on a path.
  func setOnPath(
    _ row: Int, _ paths: PathTable.View, path: Int, s: Double, offset: Double, length: Double
  ) {
    setOnPath(
      row, paths.lines[path], s: s, offset: offset, halfBase: AgentTable.halfBase(length: length),
      near: paths.piece(at: s, on: path), paths)
  }
}
