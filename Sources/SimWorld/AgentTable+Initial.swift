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
    path = [Int32](repeating: -1, count: n)
    arcLength = [Double](repeating: 0, count: n)
    lateralOffset = [Double](repeating: 0, count: n)
    cursor = [Int32](repeating: 0, count: n)
    for (row, spec) in specs.enumerated() where spec.isPresent {
      present[row] = 1
      speed[row] = spec.speed
      acceleration[row] = spec.acceleration
      switch spec.motion {
      case .fixed, .placed, .driven:
        x[row] = spec.centre.x
        y[row] = spec.centre.y
        heading[row] = ExactMath.wrapAngle(spec.centre.heading)
        let direction = spec.centre.direction
        directionX[row] = direction.x
        directionY[row] = direction.y
      case .path:
        guard let index = spec.path, paths.lines.indices.contains(index) else {
          preconditionFailure("path agent '\(spec.id)' has no path")
        }
        path[row] = Int32(index)
        arcLength[row] = spec.arcLength
        lateralOffset[row] = spec.lateralOffset
        let line = paths.lines[index]
        let piece = paths.pieces.withUnsafeBufferPointer {
          PathTable.piece(at: spec.arcLength, of: line, near: 0, in: $0)
        }
        cursor[row] = Int32(piece) - line.first
        let strip = paths.pieces[piece]
        let centre =
          strip.origin + strip.direction * (spec.arcLength - strip.start)
          + strip.direction.left * spec.lateralOffset
        x[row] = centre.x
        y[row] = centre.y
        heading[row] = strip.heading
        directionX[row] = strip.direction.x
        directionY[row] = strip.direction.y
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
