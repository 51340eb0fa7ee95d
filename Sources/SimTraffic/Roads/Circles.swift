import SimGeometry
import SimMap

/// The lanes of a map that lead round in circles: those of roundabouts.
enum Circles {
  /// Turn per metre of what is a bend, radians.
  private static let flattest = 1.0 / 150

  /// By lane: it bends all the way, and after others that bend the same way one comes back to it.
  /// Empty: there are none.
  static func lanes(of map: LaneGraph) -> [Bool] {
    var result: [Bool] = []
    for side in [1.0, -1.0] {
      var left = map.lanes.indices.filter { lane in
        let line = map.lanes[lane].centreline
        guard let first = line.segmentHeadings.first, let last = line.segmentHeadings.last else {
          return false
        }
        return map.lanes[lane].kind.isDrivable && side * (last - first) > flattest * line.length
      }
      var isLeft = [Bool](repeating: false, count: left.isEmpty ? 0 : map.lanes.count)
      for lane in left { isLeft[lane] = true }
      // Whoever has nobody before or after it is in no circle.
      var hasChanged = true
      while hasChanged {
        hasChanged = false
        left.removeAll { lane in
          let isPart =
            map.lanes[lane].successors.contains { isLeft[$0] }
            && map.lanes[lane].predecessors.contains { isLeft[$0] }
          if !isPart {
            isLeft[lane] = false
            hasChanged = true
          }
          return !isPart
        }
      }
      guard !left.isEmpty else { continue }
      if result.isEmpty { result = [Bool](repeating: false, count: map.lanes.count) }
      for lane in left { result[lane] = true }
    }
    return result
  }
}
