import SimGeometry
import SimModels
import SimStack
import SimWorld

/// What is foreseen around a path, in the path's Frenet frame: places and extents over time, as
/// columns.
struct FrenetObstacles {
  /// A stretch of the path that a box centre must not be on at a time.
  struct Blocked {
    var low: Double
    var high: Double
    /// Along the path, m/s.
    var speed: Double
    var obstacle: Int
  }

  /// Steps of the forecast from one entry to the next, and entries.
  static let stride = 2
  let entries: Int
  private(set) var count = 0
  private var s: [Double] = []
  private var d: [Double] = []
  private var along: [Double] = []
  private var aside: [Double] = []
  private var speed: [Double] = []
  /// Extra room to the side, one an obstacle, metres.
  private var margin: [Double] = []

  /// Kept to the sides of others, and of walkers and cyclists, metres.
  private static let margins = (others: 0.25, vulnerable: 0.6)
  /// What is never nearer to the path than this does not matter, metres.
  private static let reach = 8.0

  init(steps: Int) { entries = steps / Self.stride + 1 }

  /// Takes a forecast.
  ///
  /// - Parameters:
  ///   - from: arc length before which nothing is looked at, and beyond which, metres.
  ///   - step: seconds from one step to the next.
  mutating func read(
    _ obstacles: ObstacleForecast, along path: CandidatePath, from first: Double,
    to last: Double, step: Double
  ) {
    s.removeAll(keepingCapacity: true)
    d.removeAll(keepingCapacity: true)
    along.removeAll(keepingCapacity: true)
    aside.removeAll(keepingCapacity: true)
    speed.removeAll(keepingCapacity: true)
    margin.removeAll(keepingCapacity: true)
    count = 0
    for k in 0..<obstacles.count where !obstacles.obstacles[k].isIgnored {
      let what = obstacles.obstacles[k]
      let start = s.count
      var isNear = false
      for entry in 0..<entries {
        if entry > 0, what.isFixed {
          s.append(s[start])
          d.append(d[start])
          along.append(along[start])
          aside.append(aside[start])
          speed.append(0)
          continue
        }
        let at = obstacles.entry(at: entry * Self.stride)
        let box = obstacles.box(k, entry: at)
        let place = path.project(box.centre, from: first, to: last)
        var cursor = 0
        let direction = path.pose(at: place, cursor: &cursor).direction
        let offset = direction.left.dot(box.centre - path.point(at: place))
        let width = box.halfExtent(along: direction.left)
        s.append(place)
        d.append(offset)
        along.append(box.halfExtent(along: direction))
        aside.append(width)
        speed.append(
          what.speed == 0 ? 0 : obstacles.velocity(k, entry: at, step: step).dot(direction))
        if place > first, place < last, offset.magnitude - width < Self.reach { isNear = true }
      }
      if isNear {
        count += 1
        let isVulnerable = what.agentClass == .pedestrian || what.agentClass == .bicycle
        margin.append(isVulnerable ? Self.margins.vulnerable : Self.margins.others)
      } else {
        s.removeSubrange(start...)
        d.removeSubrange(start...)
        along.removeSubrange(start...)
        aside.removeSubrange(start...)
        speed.removeSubrange(start...)
      }
    }
  }

  /// What blocks a vehicle that runs beside the path.
  ///
  /// - Parameters:
  ///   - offset: the vehicle's lateral offset at an arc length, metres.
  ///   - into: `entries` lists, one after the other; `bounds` has the end of each.
  func findBlocked(
    _ vehicle: VehicleParameters, into blocked: inout [Blocked], bounds: inout [Int],
    offset: (Double) -> Double
  ) {
    blocked.removeAll(keepingCapacity: true)
    bounds.removeAll(keepingCapacity: true)
    let halfLength = vehicle.length / 2
    let halfWidth = vehicle.width / 2
    for entry in 0..<entries {
      for k in 0..<count {
        let i = k * entries + entry
        guard (d[i] - offset(s[i])).magnitude < aside[i] + halfWidth + margin[k] else { continue }
        blocked.append(
          Blocked(
            low: s[i] - along[i] - halfLength, high: s[i] + along[i] + halfLength,
            speed: speed[i], obstacle: k))
      }
      bounds.append(blocked.count)
    }
  }
}
