import SimCore
import SimGeometry

/// Frenet projection on a road's centreline and queries of the spatial indices.
enum GeometryKernels {
  /// A winding road of 1 km with a vertex about every 2 m, and points within 5 m of it.
  private static func road() -> (line: Polyline, points: [Vector2], places: [Double]) {
    let vertices = (0...500).map { i in
      let x = 2 * Double(i)
      return Vector2(x, 40 * ExactMath.sin(x / 80))
    }
    guard let line = Polyline(vertices) else { preconditionFailure("the road is a line") }
    let places = Inputs("road").numbers(1_000, in: 0...line.length).sorted()
    let offsets = Inputs("road").numbers(1_000, in: -5...5, stream: 1)
    let points = line.withView { view in
      places.indices.map { k -> Vector2 in
        let i = view.segment(at: places[k])
        let direction = line.directions[i]
        return line.vertices[i] + direction * (places[k] - line.arcLengths[i])
          + Vector2(-direction.y, direction.x) * offsets[k]
      }
    }
    return (line, points, places)
  }

  /// Boxes of 2 to 40 m, as lanes and buildings have, on a square kilometre.
  private static func scattered(_ count: Int) -> [BoundingBox] {
    let inputs = Inputs("scattered")
    let x = inputs.numbers(count, in: 0...1000)
    let y = inputs.numbers(count, in: 0...1000, stream: 1)
    let width = inputs.numbers(count, in: 2...40, stream: 2)
    let height = inputs.numbers(count, in: 2...40, stream: 3)
    return (0..<count).map { i in
      BoundingBox(around: [Vector2(x[i], y[i]), Vector2(x[i] + width[i], y[i] + height[i])])
    }
  }

  static var all: [Kernel] { frenet + spatial }

  private static var frenet: [Kernel] {
    let (line, points, places) = road()
    return [
      Kernel("Frenet projection near the last place") {
        line.withView { view in
          var sum = 0.0
          for _ in 0..<Kernel.operations / points.count {
            var cursor: Int32 = 0
            for k in points.indices {
              let found = view.project(points[k], near: places[k], window: 5, cursor: &cursor)
              sum += found.s + found.d
            }
          }
          return sum.bitPattern
        }
      },
      Kernel("Frenet projection, segments searched") {
        // Whole projections look at all 500 segments: 2,000 of them are a million segments.
        line.withView { view in
          var sum = 0.0
          for k in 0..<Kernel.operations / line.segmentCount {
            let found = view.project(points[k % points.count])
            sum += found.s + found.d
          }
          return sum.bitPattern
        }
      },
    ]
  }

  private static var spatial: [Kernel] {
    let boxes = scattered(2_000)
    let index = SpatialIndex(boxes)
    let queries = scattered(1_000).map { $0.min }
    let x = Inputs("grid").numbers(1_000, in: 0...1000)
    let y = Inputs("grid").numbers(1_000, in: 0...1000, stream: 1)
    return [
      Kernel("spatial index, boxes at a point") {
        var hash: UInt64 = 0
        var found: [Int32] = []
        for _ in 0..<Kernel.operations / queries.count {
          for point in queries {
            found.removeAll(keepingCapacity: true)
            index.query(point, into: &found)
            for item in found { hash = hash &* 31 &+ UInt64(item) }
          }
        }
        return hash
      },
      Kernel("grid, points within 30 m") {
        var grid = DynamicGrid(cellSize: 30)
        grid.rebuild(x: x, y: y)
        var hash: UInt64 = 0
        var found: [Int32] = []
        for _ in 0..<Kernel.operations / queries.count {
          for point in queries {
            found.removeAll(keepingCapacity: true)
            grid.query(around: point, radius: 30, into: &found)
            for item in found { hash = hash &* 31 &+ UInt64(item) }
          }
        }
        return hash
      },
      Kernel("grid, points sorted in") {
        var grid = DynamicGrid(cellSize: 30)
        var hash: UInt64 = 0
        for _ in 0..<Kernel.operations / x.count {
          grid.rebuild(x: x, y: y)
          hash = hash &* 31 &+ UInt64(grid.count)
        }
        return hash
      },
    ]
  }
}
