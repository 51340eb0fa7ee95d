import SimCore
import SimGeometry
import SimMap
import SimWorld

/// A map without anything on it, for worlds that need no road.
let emptyMap = LaneGraph(name: "empty", lanes: [], segments: [], drivableAreas: [])

/// A polyline of points that are known to be distinct.
func line(_ points: [(Double, Double)]) -> Polyline {
  guard let line = Polyline(points.map { Vector2($0.0, $0.1) }) else {
    preconditionFailure("test points are distinct")
  }
  return line
}

/// A car on path 0.
func pathCar(
  _ id: String, s: Double, speed: Double, offset: Double = 0, path: Int = 0
) -> AgentSpec {
  AgentSpec(
    id: id, agentClass: .car, length: 4.8, width: 1.9, motion: .path, speed: speed, path: path,
    arcLength: s, lateralOffset: offset)
}
