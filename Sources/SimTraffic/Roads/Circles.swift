import SimGeometry
import SimMap

/// The lanes of a map that lead round in circles: those of roundabouts.
enum Circles {
  /// Turn per metre of what is a bend, radians.
  private static let flattest = 1.0 / 150

  /// By lane: it bends all the way, and after others that bend the same way one comes back to it.
  /// Empty: there are none.
  static func lanes(of map: LaneGraph) -> [Bool] {
    // A circle has lanes between its arms; on most maps none of them bends.
    var sides = (left: false, right: false)
    for lane in map.lanes.indices where !map.lanes[lane].isConnector {
      let turn = turn(of: lane, map)
      if turn > 0 { sides.left = true } else if turn < 0 { sides.right = true }
    }
    var result: [Bool] = []
    if sides.left { add(1, map, &result) }
    if sides.right { add(-1, map, &result) }
    return result
  }

  /// 1: a lane bends to the left, -1: to the right, 0: it is nearly straight.
  private static func turn(of lane: Int, _ map: LaneGraph) -> Double {
    guard map.lanes[lane].kind.isDrivable else { return 0 }
    let line = map.lanes[lane].centreline
    let headings = line.segmentHeadings
    let turn = headings[headings.count - 1] - headings[0]
    return turn.magnitude > flattest * line.length ? (turn > 0 ? 1 : -1) : 0
  }

  /// Adds the lanes of circles that bend to one side.
  private static func add(_ side: Double, _ map: LaneGraph, _ result: inout [Bool]) {
    var isPart = map.lanes.indices.map { turn(of: $0, map) == side }
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for lane in isPart.indices where isPart[lane] {
        // Whoever has nobody before or after it is in no circle.
        if map.lanes[lane].successors.contains(where: { isPart[$0] })
          && map.lanes[lane].predecessors.contains(where: { isPart[$0] })
        {
          continue
        }
        isPart[lane] = false
        hasChanged = true
      }
    }
    guard isPart.contains(true) else { return }
    result = result.isEmpty ? isPart : zip(result, isPart).map { $0 || $1 }
  }
}
